// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// UTF-8 against a decoder that is written out plainly, in one piece and in two; base64 in both alphabets:
// what is decoded is encoded to the same text.
#include <cstdint>
#include <string>
#include <string_view>
#include <uploadproto/wire/base64.hpp>
#include <uploadproto/wire/utf8.hpp>

#include "require.hpp"

namespace wire = uploadproto::wire;
using uploadproto::test::require;

namespace {

/** Decodes each sequence to its number and asks whether that number needs so many bytes. */
bool is_utf8_slowly(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    auto const lead = static_cast<unsigned char>(text[i]);
    std::size_t const size = lead < 0x80       ? 1
                             : lead >> 5 == 6  ? 2
                             : lead >> 4 == 14 ? 3
                             : lead >> 3 == 30 ? 4
                                               : 0;
    if (size == 0 || text.size() - i < size) return false;
    std::uint32_t code = size == 1 ? lead : lead & (0xffu >> (size + 1));
    for (std::size_t k = 1; k < size; ++k) {
      auto const next = static_cast<unsigned char>(text[i + k]);
      if (next >> 6 != 2) return false;
      code = code << 6 | (next & 0x3f);
    }
    std::size_t const needed = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (needed != size || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
    i += size;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const input(reinterpret_cast<char const*>(data), size);
  bool const valid = is_utf8_slowly(input);
  require(wire::is_utf8(input) == valid);
  auto const cut = size > 0 ? data[0] % (size + 1) : 0;
  wire::utf8_validator validator;
  bool const fits = validator.append(input.substr(0, cut)) && validator.append(input.substr(cut));
  require((fits && validator.complete()) == valid);

  if (auto const bytes = wire::decode_base64(input)) require(wire::encode_base64(*bytes) == input);
  if (auto const bytes = wire::decode_base64url(input)) require(wire::encode_base64url(*bytes) == input);
  require(wire::decode_base64(wire::encode_base64(input)).value() == input);
  require(wire::decode_base64url(wire::encode_base64url(input)).value() == input);
  return 0;
}
