// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// One text frame of Engine.IO: what is decoded is encoded to the same text. The same bytes as a handshake.
#include <cstdint>
#include <string>
#include <string_view>
#include <uploadproto/wire/engineio.hpp>

#include "require.hpp"

namespace eio = uploadproto::wire::engineio;
using uploadproto::test::require;

namespace {

void try_frame(std::string_view text) {
  std::string scratch;
  auto const packet = eio::decode_text(text, scratch);
  if (!packet) return;
  std::string again;
  if (packet->binary)
    eio::append_binary(again, packet->data);
  else
    eio::append_packet(again, packet->type, packet->data);
  require(again == text);
}

void try_handshake(std::string_view text) {
  auto const first = eio::decode_handshake(text);
  if (!first) return;
  require(first->ping_interval.count() > 0 && first->ping_timeout.count() > 0);
  if (first->max_payload == 0) return;  // absent: it would be written as 0
  std::string again;
  eio::append_handshake(again, *first);
  auto const second = eio::decode_handshake(again);
  require(second && second->sid == first->sid && second->upgrades == first->upgrades &&
          second->ping_interval == first->ping_interval && second->ping_timeout == first->ping_timeout &&
          second->max_payload == first->max_payload);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const input(reinterpret_cast<char const*>(data), size);
  try_frame(input);
  try_handshake(input);
  return 0;
}
