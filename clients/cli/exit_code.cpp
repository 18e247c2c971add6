// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/exit_code.hpp"

#include <algorithm>
#include <iterator>
#include <uploadproto/session/client_error.hpp>

namespace uploadproto::cli {
namespace {

constexpr exit_code by_weight[] = {exit_code::completed,      exit_code::job_failed, exit_code::refused,
                                   exit_code::cannot_connect, exit_code::usage,      exit_code::interrupted};

}  // namespace

exit_code worse(exit_code a, exit_code b) noexcept {
  return std::find(std::begin(by_weight), std::end(by_weight), a) <
                 std::find(std::begin(by_weight), std::end(by_weight), b)
             ? b
             : a;
}

exit_code exit_code_for_status(unsigned http_status) noexcept {
  return http_status == 502 || http_status == 504 ? exit_code::cannot_connect : exit_code::refused;
}

exit_code exit_code_for_error(error_code const& error) noexcept {
  return error == session::client_condition::refused ? exit_code::refused : exit_code::cannot_connect;
}

}  // namespace uploadproto::cli
