// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/atomic_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "cli/exit_code.hpp"

namespace uploadproto::cli {

atomic_file::atomic_file(std::filesystem::path place) : place_(std::move(place)) {
  std::error_code ignored;
  if (std::filesystem::is_directory(place_, ignored))
    throw failure(exit_code::usage, place_.string() + " is a directory");
  draft_ = place_;
  draft_ += "." + std::to_string(::getpid()) + ".part";
  descriptor_ = ::open(draft_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor_ < 0)
    throw failure(exit_code::usage, "cannot write " + place_.string() + ": " + std::strerror(errno));
}

atomic_file::~atomic_file() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(draft_.c_str());
}

void atomic_file::give_up(char const* what) const {
  throw failure(exit_code::job_failed,
                std::string("cannot ") + what + " " + place_.string() + ": " + std::strerror(errno));
}

void atomic_file::write(std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t const written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) give_up("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

void atomic_file::commit() {
  if (::fsync(descriptor_) != 0) give_up("write");
  if (::rename(draft_.c_str(), place_.c_str()) != 0) give_up("make");
  ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace uploadproto::cli
