// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_BASE64_HPP
#define UPLOADPROTO_WIRE_BASE64_HPP

/** @file
    Base64 and base64url (RFC 4648 sections 4 and 5), canonical only: every byte string has exactly one text.
    Standard base64 is padded, base64url is not. White space, other alphabets, misplaced padding and unused
    bits that are not zero are `error::invalid_base64`.
*/
#include <cstddef>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/wire/error.hpp>

namespace uploadproto::wire {

/** Characters that `append_base64` writes for `size` bytes. */
constexpr std::size_t base64_size(std::size_t size) noexcept {
  return (size + 2) / 3 * 4;
}

UPLOADPROTO_DECL void append_base64(std::string& out, std::string_view bytes);
UPLOADPROTO_DECL void append_base64url(std::string& out, std::string_view bytes);
UPLOADPROTO_DECL std::string encode_base64(std::string_view bytes);
UPLOADPROTO_DECL std::string encode_base64url(std::string_view bytes);

/** Replaces `out` by the decoded bytes; `out` is empty after an error. Keeps the capacity of `out`. */
UPLOADPROTO_DECL error_code decode_base64(std::string_view text, std::string& out);
UPLOADPROTO_DECL result<std::string> decode_base64(std::string_view text);
UPLOADPROTO_DECL result<std::string> decode_base64url(std::string_view text);

}  // namespace uploadproto::wire

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/base64.ipp>
#endif
#endif
