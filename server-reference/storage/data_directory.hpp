// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_DATA_DIRECTORY_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_DATA_DIRECTORY_HPP

#include <filesystem>
#include <set>
#include <stdexcept>

namespace uploadproto::reference {

/** Another process works on the same data directory. */
class data_directory_in_use : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/** The folders of a data directory, made when missing (mode 0700), and the lock that keeps a second process
   out. Files are named relative to the directory in the database, so that it can be moved. */
class data_directory {
 public:
  /** @throws data_directory_in_use, std::runtime_error with a sentence */
  explicit data_directory(std::filesystem::path const& root);
  ~data_directory();
  data_directory(data_directory const&) = delete;
  data_directory& operator=(data_directory const&) = delete;

  std::filesystem::path database() const { return root_ / "uploadproto.db"; }
  std::filesystem::path uploads() const { return root_ / "uploads"; }
  std::filesystem::path work() const { return root_ / "work"; }
  std::filesystem::path reports() const { return root_ / "reports"; }

  std::filesystem::path resolve(std::filesystem::path const& stored) const { return root_ / stored; }
  std::filesystem::path relative(std::filesystem::path const& file) const;

  /** Removes uploads and reports that are not `in_use`, and all work files: what a crash left behind. */
  void sweep(std::set<std::filesystem::path> const& in_use) const;

 private:
  std::filesystem::path root_;
  int lock_ = -1;
};

/** Makes the names in a directory survive a power cut. */
void sync_directory(std::filesystem::path const& directory);

}  // namespace uploadproto::reference

#endif
