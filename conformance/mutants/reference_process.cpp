// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/reference_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>
#include <vector>

namespace uploadproto::conformance {
namespace {

constexpr std::string_view listeners[] = {"bulk_upload", "file_upload", "producers", "consumer_events",
                                          "upload_progress"};

std::string text_of(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::filesystem::path new_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "uploadproto-self-test-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::system_error(errno, std::generic_category(), pattern);
  return pattern;
}

/** The child's half of fork(): only async-signal-safe calls. */
[[noreturn]] void become(char* const* arguments, int out, int log) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execv(arguments[0], arguments);
  ::_exit(127);
}

std::string line_from(int file) {
  std::string out;
  for (char c; ::read(file, &c, 1) == 1 && c != '\n';) out += c;
  return out;
}

}  // namespace

reference_process::reference_process(std::string const& program) : folder_(new_folder()) {
  launch(program);
  std::string const line = line_from(out_);
  boost::system::error_code bad;
  boost::json::value const ready = boost::json::parse(line, bad);
  boost::system::error_code missing;
  auto const* urls = bad ? nullptr : ready.find_pointer("/urls", missing);
  if (!urls || !urls->is_object())
    throw std::runtime_error(program + " does not get ready: " + (line.empty() ? text_of(log()) : line));
  for (auto const& [name, url] : urls->get_object()) urls_.emplace(name, std::string(url.as_string()));
}

void reference_process::launch(std::string const& program) {
  std::vector<std::string> call{program, "--data-dir", (folder_ / "data").string()};
  for (std::string_view name : listeners)
    for (std::string const& part : {std::string("--only"), std::string(name), std::string("--listen"),
                                    std::string(name) + "=127.0.0.1:0"})
      call.push_back(part);
  std::vector<char*> arguments;
  for (std::string& one : call) arguments.push_back(one.data());
  arguments.push_back(nullptr);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  int const logged = ::open(log().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) become(arguments.data(), ends[1], logged);
  ::close(ends[1]);
  ::close(logged);
  out_ = ends[0];
}

reference_process::~reference_process() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  ::close(out_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

bool reference_process::alive() const noexcept {
  return ::waitpid(pid_, nullptr, WNOHANG) == 0;
}

std::string reference_process::secret() const {
  std::string out = text_of(folder_ / "data" / "jwt-secret");
  while (!out.empty() && (out.back() == '\n' || out.back() == '\r')) out.pop_back();
  return out;
}

}  // namespace uploadproto::conformance
