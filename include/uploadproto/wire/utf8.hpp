// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_UTF8_HPP
#define UPLOADPROTO_WIRE_UTF8_HPP

#include <cstddef>
#include <string_view>
#include <uploadproto/config.hpp>

namespace uploadproto::wire {

/** Checks UTF-8 (RFC 3629) that arrives in pieces, and fails at the first byte that no continuation can save.

    Refused: overlong forms, surrogates, code points above U+10FFFF, stray continuation bytes.
*/
class utf8_validator {
 public:
  /** Takes the next bytes. False once the text cannot be UTF-8 any more; it stays false until `reset`. */
  bool append(std::string_view bytes) noexcept;

  /** True where the text may end: it is valid and no sequence is unfinished. */
  bool complete() const noexcept { return valid_ && missing_ == 0; }

  void reset() noexcept { *this = utf8_validator(); }

 private:
  void step(unsigned char byte) noexcept;

  unsigned char missing_ = 0;     // continuation bytes that the current sequence still needs
  unsigned char lowest_ = 0x80;   // bounds of the next continuation byte: only a sequence's second
  unsigned char highest_ = 0xbf;  // byte has narrower ones
  bool valid_ = true;
};

/** True when `text` is UTF-8 as a whole. Fast where the text is ASCII. */
UPLOADPROTO_DECL bool is_utf8(std::string_view text) noexcept;

/** How many bytes at the front of `text` are ASCII. */
UPLOADPROTO_DECL std::size_t ascii_prefix(std::string_view text) noexcept;

/** The length (1..4) of the UTF-8 sequence at the front of `text`, or 0 when there is none. */
UPLOADPROTO_DECL std::size_t utf8_sequence_length(std::string_view text) noexcept;

}  // namespace uploadproto::wire

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/utf8.ipp>
#endif
#endif
