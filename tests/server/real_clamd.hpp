// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_REAL_CLAMD_HPP
#define UPLOADPROTO_TESTS_SERVER_REAL_CLAMD_HPP

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>

#include "temporary_directory.hpp"

namespace uploadproto::reference::test {

inline constexpr std::string_view malware_of_the_tests = "marker-of-malware";

/** A clamd of Debian's clamav-daemon on a unix socket, whose database knows one thing:
   `malware_of_the_tests`, as Uploadproto.Test.Marker. Takes files of at most 1 MB. */
class real_clamd {
 public:
  static bool installed() { return ::access(program, X_OK) == 0; }

  real_clamd() {
    std::string hex;
    char digits[3];
    for (char c : malware_of_the_tests) {
      std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned char>(c));
      hex += digits;
    }
    std::ofstream(directory_ / "test.ndb") << "Uploadproto.Test.Marker:0:*:" << hex << '\n';
    std::ofstream(directory_ / "clamd.conf")
        << "LocalSocket " << socket() << "\nDatabaseDirectory " << directory_.path().string()
        << "\nForeground yes\nStreamMaxLength 1M\n"
        << (::geteuid() == 0 ? "User root\n" : "");
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      ::close(ends[0]);
      ::close(ends[1]);
      auto const config = "--config-file=" + (directory_ / "clamd.conf").string();
      ::execl(program, program, config.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ::fdopen(ends[0], "r");
    wait_until_it_listens();
  }

  ~real_clamd() {
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
    std::fclose(output_);
  }
  real_clamd(real_clamd const&) = delete;
  real_clamd& operator=(real_clamd const&) = delete;

  std::string socket() const { return (directory_ / "clamd").string(); }

 private:
  static constexpr char const* program = "/usr/sbin/clamd";

  void wait_until_it_listens() {
    char line[512];
    std::string said;
    while (std::fgets(line, sizeof line, output_)) {
      said += line;
      if (std::string_view(line).starts_with("Self checking every")) return;
    }
    throw std::runtime_error("clamd did not start: " + said);
  }

  temporary_directory directory_;
  pid_t child_ = -1;
  std::FILE* output_ = nullptr;
};

}  // namespace uploadproto::reference::test

#endif
