// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_PROCESS_HPP
#define UPLOADPROTO_BENCH_PROCESS_HPP

#include <sys/types.h>

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace uploadproto::bench {

/// How a child ended, and what it cost.
struct ending {
  int exit_code = 0;       ///< 128 + signal when a signal ended it
  double seconds = 0;      ///< wall clock, from start to end
  double cpu_seconds = 0;  ///< user and system
  std::uint64_t peak_rss_kib = 0;
};

/// A program run by a measurement: pinned to one core, read line by line, never outliving its owner.
///
/// Its standard output is read by line(); its standard error is ours, unless `quiet`.
/// Throws std::system_error when it cannot be started.
class process {
 public:
  struct options {
    std::optional<int> core = std::nullopt;  ///< the only processor it may run on
    bool quiet = false;                      ///< standard error goes nowhere
  };

  process(std::vector<std::string> const& command, options);
  process(process&&) noexcept;
  process& operator=(process&&) = delete;
  ~process();  ///< kills it if it still runs

  pid_t pid() const noexcept { return pid_; }

  /// The next line of its output without the newline; nullopt at the end.
  std::optional<std::string> line();

  /// Skips lines until one is a JSON object with `member`; throws std::runtime_error at the end of the
  /// output.
  boost::json::object object_with(std::string_view member);

  void signal(int number) noexcept;

  /// Waits for the end; the rest of the output is read and dropped.
  ending wait();

  /// SIGTERM, then wait().
  ending stop();

 private:
  pid_t pid_ = -1;
  int out_ = -1;
  std::string buffer_;
  double began_ = 0;
};

/// Anonymous memory (heap, stacks: what the program itself allocated and touched) of a process, in KiB.
std::uint64_t anonymous_kib(pid_t);

/// Highest resident set of a process so far, in KiB.
std::uint64_t peak_rss_kib(pid_t);

/// Resident set of a process now, in KiB.
std::uint64_t rss_kib(pid_t);

/// Processor time a process has used so far, in seconds.
double cpu_seconds(pid_t);

/// Processor time this process has used so far, in seconds.
double own_cpu_seconds();

/// Keeps this thread on one processor.
void pin_to(int core);

/// The folder this program stands in, where its sister programs are.
std::string program_folder();

/// The checkout this program was built from.
std::string source_folder();

/// Seconds of a monotonic clock.
double now_seconds();

}  // namespace uploadproto::bench

#endif
