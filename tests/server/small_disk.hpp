// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_SMALL_DISK_HPP
#define UPLOADPROTO_TESTS_SERVER_SMALL_DISK_HPP

#include <sys/mount.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

namespace uploadproto::reference::test {

/** A file system of its own in memory, if this user may mount one. */
class small_disk {
 public:
  explicit small_disk(std::filesystem::path where) : where_(std::move(where)) {
    std::filesystem::create_directory(where_);
    if (::mount("tmpfs", where_.c_str(), "tmpfs", 0, "size=6m") == 0)
      mounted_ = true;
    else
      BOOST_TEST_MESSAGE("skipped: no file system can be mounted here: " << std::strerror(errno));
  }
  ~small_disk() {
    if (mounted_) ::umount2(where_.c_str(), MNT_DETACH);
  }
  bool mounted() const { return mounted_; }

  /** Takes all that is left but for `spare` bytes. */
  void fill(std::uint64_t spare) {
    auto const left = std::filesystem::space(where_).available;
    std::ofstream out(where_ / "filler", std::ios::binary);
    out << std::string(left > spare ? left - spare : 0, 'x');
  }
  void free() { std::filesystem::remove(where_ / "filler"); }

 private:
  std::filesystem::path where_;
  bool mounted_ = false;
};

}  // namespace uploadproto::reference::test

#endif
