// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_SERVER_DEATH_HPP
#define UPLOADPROTO_TESTS_SERVER_SERVER_DEATH_HPP

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "storage/crash_point.hpp"

namespace uploadproto::reference::test {

/** Facts that outlive the process that wrote them. */
class journal {
 public:
  explicit journal(std::filesystem::path const& file)
      : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~journal() { ::close(file_); }
  journal(journal const&) = delete;
  journal& operator=(journal const&) = delete;
  void note(std::string const& line) const {
    auto const text = line + "\n";
    if (::write(file_, text.data(), text.size()) < 0) std::abort();
  }
  static std::vector<std::string> read(std::filesystem::path const& file) {
    std::vector<std::string> lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

 private:
  int file_;
};

/** When a process is to end by SIGKILL. */
struct death {
  int at_point{};               ///< the how manieth `crash_point`; 0: never
  long after_microseconds = 0;  ///< 0: never
  bool cancel = false;          ///< for the test's own use
};

inline std::atomic<int> points_until_kill{0};

/** This process will die so. */
inline void await_death(death const& how) {
  points_until_kill = how.at_point;
  if (how.at_point != 0)
    on_crash_point = [](char const*) {
      if (points_until_kill.fetch_sub(1) == 1) ::raise(SIGKILL);
    };
  if (how.after_microseconds == 0) return;
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGKILL;
  timer_t timer;
  itimerspec when{{}, {how.after_microseconds / 1'000'000, how.after_microseconds % 1'000'000 * 1000}};
  if (::timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 || ::timer_settime(timer, 0, &when, nullptr) != 0)
    std::abort();
}

/** Runs `work` in a child that may be killed. @return true when it came to its end by itself */
inline bool run_child(std::function<void()> const& work) {
  auto const child = ::fork();
  if (child == 0) {
    spdlog::set_level(spdlog::level::off);
    int status = 1;
    try {
      work();
      status = 0;
    } catch (std::exception const& error) {
      std::cerr << "the server process failed: " << error.what() << '\n';
    }
    std::_Exit(status);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  bool const ended = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  bool const killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  BOOST_TEST((ended || killed), "the server process neither ended nor was killed");
  return ended;
}

}  // namespace uploadproto::reference::test

#endif
