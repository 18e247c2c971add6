// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/upload_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "http/random_text.hpp"

namespace uploadproto::reference::http {
namespace {

[[noreturn]] void fail(char const* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void sync_directory(std::filesystem::path const& directory) {
  int const descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail("cannot open the upload directory");
  int const outcome = ::fsync(descriptor);
  int const saved = errno;
  ::close(descriptor);
  errno = saved;
  if (outcome != 0) fail("cannot sync the upload directory");
}

}  // namespace

upload_file::upload_file(std::filesystem::path const& directory)
    : path_(directory / (random_hexadecimal(16) + ".part")) {
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (descriptor_ < 0) fail("cannot make a file for the upload");
}

upload_file::~upload_file() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

void upload_file::write(std::string_view bytes) {
  while (!bytes.empty()) {
    auto const written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) fail("cannot write the upload");
    bytes.remove_prefix(static_cast<std::size_t>(written));
    size_ += static_cast<std::uint64_t>(written);
  }
}

void upload_file::commit() {
  if (::fsync(descriptor_) != 0) fail("cannot sync the upload");
  // Some file systems tell of a full disk only here.
  if (::close(std::exchange(descriptor_, -1)) != 0) fail("cannot close the upload");
  auto const final_path = std::filesystem::path{path_}.replace_extension(".upload");
  std::filesystem::rename(path_, final_path);
  path_ = final_path;
  sync_directory(path_.parent_path());
}

bool is_disk_full(std::error_code const& ec) noexcept {
  return ec == std::errc::no_space_on_device || ec == std::errc::file_too_large ||
         (ec.category() == std::generic_category() && ec.value() == EDQUOT) ||
         (ec.category() == std::system_category() && ec.value() == EDQUOT);
}

}  // namespace uploadproto::reference::http
