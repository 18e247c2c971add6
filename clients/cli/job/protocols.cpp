// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/protocols.hpp"

namespace uploadproto::cli {
namespace {

template <class Function>
void for_each_protocol(Function fn) {
  [&]<class... P>(std::tuple<P...>*) { (fn(P::info), ...); }(static_cast<known_protocols*>(nullptr));
}

}  // namespace

contract::protocol_info const* find_protocol(std::string_view name) {
  contract::protocol_info const* found = nullptr;
  for_each_protocol([&](contract::protocol_info const& info) {
    if (info.name == name) found = &info;
  });
  return found;
}

std::string protocol_names(bool (*which)(contract::protocol_info const&)) {
  std::string names;
  for_each_protocol([&](contract::protocol_info const& info) {
    if (!which(info)) return;
    if (!names.empty()) names += ", ";
    names += info.name;
  });
  return names;
}

}  // namespace uploadproto::cli
