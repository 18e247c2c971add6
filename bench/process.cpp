// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "process.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace uploadproto::bench {

namespace {

// The child's half of fork(): only async-signal-safe calls.
[[noreturn]] void become(char* const* arguments, int out, process::options const& with) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  dup2(out, STDOUT_FILENO);
  if (with.quiet) {
    int const nowhere = open("/dev/null", O_WRONLY);
    dup2(nowhere, STDERR_FILENO);
  }
  if (with.core) pin_to(*with.core);
  execvp(arguments[0], arguments);
  _exit(127);
}

std::uint64_t status_kib(pid_t pid, std::string_view member) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string name;
  while (status >> name) {
    if (name == member) {
      std::uint64_t kib = 0;
      status >> kib;
      return kib;
    }
    status.ignore(4096, '\n');
  }
  throw std::runtime_error("process " + std::to_string(pid) + " has no " + std::string(member));
}

double seconds_of(timeval const& time) {
  return double(time.tv_sec) + double(time.tv_usec) / 1e6;
}

}  // namespace

process::process(std::vector<std::string> const& command, options with) {
  std::vector<char*> arguments;
  for (auto const& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  began_ = now_seconds();
  pid_ = fork();
  if (pid_ == 0) become(arguments.data(), ends[1], with);
  close(ends[1]);
  out_ = ends[0];
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
}

process::process(process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      out_(std::exchange(other.out_, -1)),
      buffer_(std::move(other.buffer_)),
      began_(other.began_) {}

process::~process() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0) close(out_);
}

std::optional<std::string> process::line() {
  for (;;) {
    if (auto const end = buffer_.find('\n'); end != std::string::npos) {
      auto line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    char chunk[4096];
    auto const size = read(out_, chunk, sizeof chunk);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::nullopt;
    buffer_.append(chunk, std::size_t(size));
  }
}

boost::json::object process::object_with(std::string_view member) {
  while (auto const text = line()) {
    boost::system::error_code ec;
    auto const value = boost::json::parse(*text, ec);
    if (!ec && value.is_object() && value.get_object().contains(member)) return value.get_object();
  }
  throw std::runtime_error("a program ended without saying '" + std::string(member) + "'");
}

void process::signal(int number) noexcept {
  if (pid_ > 0) kill(pid_, number);
}

ending process::wait() {
  while (line()) {
  }
  int status = 0;
  rusage used{};
  while (wait4(pid_, &status, 0, &used) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), now_seconds() - began_,
          seconds_of(used.ru_utime) + seconds_of(used.ru_stime), std::uint64_t(used.ru_maxrss)};
}

ending process::stop() {
  signal(SIGTERM);
  return wait();
}

std::uint64_t anonymous_kib(pid_t pid) {
  return status_kib(pid, "RssAnon:");
}

std::uint64_t peak_rss_kib(pid_t pid) {
  return status_kib(pid, "VmHWM:");
}

std::uint64_t rss_kib(pid_t pid) {
  return status_kib(pid, "VmRSS:");
}

double own_cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return seconds_of(used.ru_utime) + seconds_of(used.ru_stime);
}

void pin_to(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  sched_setaffinity(0, sizeof cores, &cores);
}

double cpu_seconds(pid_t pid) {
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text{std::istreambuf_iterator<char>(stat), {}};
  // Fields 14 and 15, counted after the program's name, which may hold anything but ends at the last ')'.
  std::istringstream fields(text.substr(text.rfind(')') + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / double(sysconf(_SC_CLK_TCK));
}

std::string program_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
}

std::string source_folder() {
  return UPLOADPROTO_SOURCE_DIR;
}

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace uploadproto::bench
