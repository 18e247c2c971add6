// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_EXIT_CODE_HPP
#define UPLOADPROTO_CLI_EXIT_CODE_HPP

#include <stdexcept>
#include <string>
#include <uploadproto/result.hpp>

namespace uploadproto::cli {

/** What the program tells its caller. */
enum class exit_code : int {
  completed = 0,
  job_failed = 1,      ///< the job failed, or its report could not be saved
  usage = 2,           ///< a wrong option, or a file that it names cannot be used
  cannot_connect = 3,  ///< nobody answers, or the connection was lost for good
  refused = 4,         ///< the server answers, and says no
  interrupted = 130
};

/** Of several files the code that says most about what to do: 0, 1, 4, 3, 2, 130, the last is the worst. */
exit_code worse(exit_code, exit_code) noexcept;

/** The end of a command before its work is done: a sentence for people and a code for scripts. */
class failure : public std::runtime_error {
 public:
  failure(exit_code code, std::string const& sentence) : std::runtime_error(sentence), code_(code) {}
  exit_code code() const noexcept { return code_; }

 private:
  exit_code code_;
};

/** Of an HTTP answer that is no success. A gateway that misses its server (502, 504) is no answer of the
 * server. */
exit_code exit_code_for_status(unsigned http_status) noexcept;

/** Of an error of the SDK's client or of the system's network. */
exit_code exit_code_for_error(error_code const&) noexcept;

}  // namespace uploadproto::cli

#endif
