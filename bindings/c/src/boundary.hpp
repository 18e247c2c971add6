// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BINDINGS_C_BOUNDARY_HPP
#define UPLOADPROTO_BINDINGS_C_BOUNDARY_HPP

/** @file
    The border between C and C++: what is thrown on this side is a status on the other. */
// The library is compiled with hidden symbols: what this header declares is the exception.
#pragma GCC visibility push(default)
#include <uploadproto.h>
#pragma GCC visibility pop

#include <stdexcept>
#include <string>
#include <uploadproto/contract/protocol.hpp>

namespace uploadproto::bindings {

/** A call that fails, or that ends without what was asked for. */
class call_error : public std::runtime_error {
 public:
  call_error(uploadproto_status status, std::string const& sentence)
      : std::runtime_error(sentence), status_(status) {}
  uploadproto_status status() const noexcept { return status_; }

 private:
  uploadproto_status status_;
};

/** The status of the exception that is being handled, written into `error` if there is one. */
uploadproto_status status_of_exception(uploadproto_error* error) noexcept;

void clear(uploadproto_error* error) noexcept;

/** Runs one call. What its body throws is its status. */
template <class Body>
uploadproto_status guarded(uploadproto_error* error, Body&& body) noexcept {
  try {
    body();
  } catch (...) {
    return status_of_exception(error);
  }
  clear(error);
  return UPLOADPROTO_OK;
}

/** A pointer that must not be null. @throws call_error that names it */
template <class T>
T& required(T* pointer, char const* what) {
  if (!pointer) throw call_error(UPLOADPROTO_ERROR_ARGUMENT, std::string(what) + " is NULL");
  return *pointer;
}

/** A text that must be there and hold something. */
std::string required_text(char const* text, char const* what);

inline std::string optional_text(char const* text) {
  return text ? text : "";
}

/** @throws call_error that lists those there are */
contract::protocol_info const& required_protocol(char const* name);

}  // namespace uploadproto::bindings

#endif
