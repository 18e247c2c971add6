// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "boundary.hpp"

#include <cstring>
#include <new>

#include "cli/exit_code.hpp"
#include "cli/job/protocols.hpp"

namespace uploadproto::bindings {
namespace {

uploadproto_status status_of(cli::exit_code code) noexcept {
  switch (code) {
    case cli::exit_code::usage:
      return UPLOADPROTO_ERROR_FILE;
    case cli::exit_code::cannot_connect:
      return UPLOADPROTO_ERROR_CONNECT;
    case cli::exit_code::refused:
      return UPLOADPROTO_ERROR_REFUSED;
    case cli::exit_code::interrupted:
      return UPLOADPROTO_INTERRUPTED;
    case cli::exit_code::completed:
    case cli::exit_code::job_failed:
      break;
  }
  return UPLOADPROTO_ERROR_INTERNAL;
}

bool continues_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/** Copies what fits, and no part of a character. */
uploadproto_status tell(uploadproto_error* error, uploadproto_status status, char const* sentence) noexcept {
  if (!error) return status;
  error->status = status;
  std::size_t const length = std::strlen(sentence);
  std::size_t fits = length < sizeof error->message ? length : sizeof error->message - 1;
  while (fits != 0 && fits != length && continues_character(sentence[fits])) --fits;
  std::memcpy(error->message, sentence, fits);
  error->message[fits] = '\0';
  return status;
}

}  // namespace

uploadproto_status status_of_exception(uploadproto_error* error) noexcept {
  try {
    throw;
  } catch (call_error const& e) {
    return tell(error, e.status(), e.what());
  } catch (cli::failure const& e) {
    return tell(error, status_of(e.code()), e.what());
  } catch (std::bad_alloc const&) {
    return tell(error, UPLOADPROTO_ERROR_MEMORY, "out of memory");
  } catch (std::exception const& e) {
    return tell(error, UPLOADPROTO_ERROR_INTERNAL, e.what());
  } catch (...) {
    return tell(error, UPLOADPROTO_ERROR_INTERNAL, "something unknown went wrong");
  }
}

void clear(uploadproto_error* error) noexcept {
  if (!error) return;
  error->status = UPLOADPROTO_OK;
  error->message[0] = '\0';
}

std::string required_text(char const* text, char const* what) {
  std::string copy = &required(text, what);
  if (copy.empty()) throw call_error(UPLOADPROTO_ERROR_ARGUMENT, std::string(what) + " is empty");
  return copy;
}

contract::protocol_info const& required_protocol(char const* name) {
  std::string const wanted = required_text(name, "protocol");
  contract::protocol_info const* const found = cli::find_protocol(wanted);
  if (!found)
    throw call_error(UPLOADPROTO_ERROR_ARGUMENT,
                     "the protocol '" + wanted + "' is none of " + cli::protocol_names());
  return *found;
}

}  // namespace uploadproto::bindings
