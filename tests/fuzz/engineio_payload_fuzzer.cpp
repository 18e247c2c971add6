// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// A polling payload: its packets, encoded and joined, are the body; after an error, its beginning.
#include <cstdint>
#include <string>
#include <string_view>
#include <uploadproto/wire/engineio.hpp>
#include <uploadproto/wire/utf8.hpp>

#include "require.hpp"

namespace eio = uploadproto::wire::engineio;
using uploadproto::test::require;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view const body(reinterpret_cast<char const*>(data), size);
  eio::payload_reader reader(body);
  eio::packet packet;
  uploadproto::error_code ec;
  std::string again;
  while (reader.next(packet, ec)) {
    require(!ec);
    require(packet.binary || uploadproto::wire::is_utf8(packet.data));
    if (!again.empty()) again += eio::record_separator;
    if (packet.binary)
      eio::append_binary(again, packet.data);
    else
      eio::append_packet(again, packet.type, packet.data);
  }
  require(ec ? body.starts_with(again) : body == again);
  require(!reader.next(packet, ec) && !ec);
  return 0;
}
