// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_ATOMIC_FILE_HPP
#define UPLOADPROTO_CLI_ATOMIC_FILE_HPP

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace uploadproto::cli {

/** A file that appears whole or not at all: written beside its place, then moved there. What was there before
    stays until then; an unfinished one leaves nothing. */
class atomic_file {
 public:
  /** @throws failure with `exit_code::usage` when nothing can be written there */
  explicit atomic_file(std::filesystem::path place);
  ~atomic_file();
  atomic_file(atomic_file const&) = delete;
  atomic_file& operator=(atomic_file const&) = delete;

  /** @throws failure with `exit_code::job_failed` when the disk is full or fails */
  void write(std::string_view bytes);
  /** Makes the file appear, on disk for good. @throws failure as above */
  void commit();

 private:
  [[noreturn]] void give_up(char const* what) const;

  std::filesystem::path place_, draft_;
  int descriptor_ = -1;
};

}  // namespace uploadproto::cli

#endif
