// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "storage/data_directory.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "storage/storage_error.hpp"

namespace uploadproto::reference {
namespace {

void make(std::filesystem::path const& directory) {
  std::error_code problem;
  if (!std::filesystem::create_directories(directory, problem)) {
    if (problem) throw_file_error("make the directory " + directory.string(), problem.value());
    return;
  }
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all, problem);
}

int take_lock(std::filesystem::path const& root) {
  auto const file = ::open((root / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) throw_file_error("open the lock of the data directory " + root.string(), errno);
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return file;
  auto const code = errno;
  ::close(file);
  if (code == EWOULDBLOCK)
    throw data_directory_in_use("Another process is using the data directory " + root.string());
  throw_file_error("lock the data directory " + root.string(), code);
}

}  // namespace

data_directory::data_directory(std::filesystem::path const& root)
    : root_(std::filesystem::absolute(root).lexically_normal()) {
  make(root_);
  lock_ = take_lock(root_);
  for (auto const& directory : {uploads(), work(), reports()}) make(directory);
}

data_directory::~data_directory() {
  ::close(lock_);
}

std::filesystem::path data_directory::relative(std::filesystem::path const& file) const {
  auto const whole = std::filesystem::absolute(file).lexically_normal();
  auto const inside = whole.lexically_relative(root_);
  return inside.empty() || *inside.begin() == ".." ? whole : inside;
}

void data_directory::sweep(std::set<std::filesystem::path> const& in_use) const {
  std::error_code ignored;
  for (auto const& directory : {uploads(), reports(), work()})
    for (auto const& entry : std::filesystem::directory_iterator(directory, ignored))
      if (in_use.count(relative(entry.path())) == 0) std::filesystem::remove_all(entry.path(), ignored);
}

void sync_directory(std::filesystem::path const& directory) {
  auto const file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) throw_file_error("open the directory " + directory.string(), errno);
  auto const result = ::fsync(file);
  auto const code = errno;
  ::close(file);
  if (result != 0) throw_file_error("write the directory " + directory.string(), code);
}

}  // namespace uploadproto::reference
