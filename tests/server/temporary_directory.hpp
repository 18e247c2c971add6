// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_TEMPORARY_DIRECTORY_HPP
#define UPLOADPROTO_TESTS_SERVER_TEMPORARY_DIRECTORY_HPP

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace uploadproto::reference::test {

/** A fresh directory that is gone with everything in it when the test ends. */
class temporary_directory {
 public:
  temporary_directory() {
    auto name = (std::filesystem::temp_directory_path() / "uploadproto-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary directory");
    path_ = name;
  }
  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  temporary_directory(temporary_directory const&) = delete;
  temporary_directory& operator=(temporary_directory const&) = delete;

  std::filesystem::path const& path() const { return path_; }
  std::filesystem::path operator/(std::string const& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

}  // namespace uploadproto::reference::test

#endif
