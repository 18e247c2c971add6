// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The messages of one Socket.IO connection, one a line: `t` and text, or `b` and bytes. A decoded packet is
// one that may be sent, and encoded and decoded again it is the same.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/socketio.hpp>

#include "require.hpp"

namespace sio = uploadproto::wire::socketio;
namespace wire = uploadproto::wire;
using uploadproto::test::require;

namespace {

constexpr sio::decoder::limits limits{.max_attachments = 12, .max_pending_bytes = 300, .max_depth = 8};
constexpr sio::decoder::limits roomy{.max_attachments = 12, .max_pending_bytes = 100'000, .max_depth = 8};

void check(sio::packet const& packet) {
  require(!sio::validate(packet));
  require(packet.attachments.size() <= limits.max_attachments);
  std::string text;
  sio::append(text, packet);

  sio::decoder decoder(roomy);
  auto again = decoder.text(text);
  for (auto const& attachment : packet.attachments) {
    require(again && !*again);
    again = decoder.binary(attachment);
  }
  require(again && *again && !decoder.pending());
  require((*again)->type == packet.type && (*again)->nsp == packet.nsp && (*again)->id == packet.id &&
          (*again)->attachments == packet.attachments);
  std::string data, same;
  wire::append_json(data, packet.data);
  wire::append_json(same, (*again)->data);
  require(data == same);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<char const*>(data), size);
  sio::decoder decoder(limits);
  while (!rest.empty()) {
    auto const line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.empty()) continue;
    auto const packet = line.front() == 'b' ? decoder.binary(line.substr(1)) : decoder.text(line.substr(1));
    if (packet && *packet) check(**packet);
    require(decoder.pending() == (packet && !*packet));
  }
  return 0;
}
