// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_STORAGE_ERROR_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_STORAGE_ERROR_HPP

#include <SQLiteCpp/Exception.h>

#include <stdexcept>
#include <string>
#include <utility>

namespace uploadproto::reference {

/** The disk or the database has no room left. What was committed before is intact. */
class storage_full : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/** Turns the exception of a database call into `storage_full` where the cause is a full disk, and into a
    `std::runtime_error` that says what was being done otherwise. */
[[noreturn]] void rethrow_storage_error(std::string const& doing, SQLite::Exception const& error);

/** Runs `f`; a failing database call in it comes out as `rethrow_storage_error` has it.
    @param doing completes the sentence "Could not ..." */
template <class F>
auto with_storage_errors(char const* doing, F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (SQLite::Exception const& error) {
    rethrow_storage_error(doing, error);
  }
}

/** Throws `storage_full` for ENOSPC, EDQUOT and EFBIG, else `std::system_error`; `code` is an errno. */
[[noreturn]] void throw_file_error(std::string const& doing, int code);

}  // namespace uploadproto::reference

#endif
