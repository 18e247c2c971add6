// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// A stream of frames, after two bytes that choose the role, the limits and the cuts: messages and error are
// the same in one piece, in others and byte by byte; they keep to the limits; encoded again they read the
// same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <uploadproto/wire/utf8.hpp>
#include <uploadproto/wire/websocket.hpp>
#include <vector>

#include "require.hpp"

namespace wire = uploadproto::wire;
namespace ws = uploadproto::wire::websocket;
using uploadproto::error_code;
using uploadproto::test::require;

namespace {

constexpr ws::frame_reader::limits narrow{.max_message = 40, .max_fragments = 3};
constexpr ws::frame_reader::limits wide{.max_message = 100'000, .max_fragments = 100};

struct received {
  ws::opcode op;
  std::string data;
  bool operator==(received const&) const = default;
};

struct outcome {
  std::vector<received> messages;
  error_code error;
  bool operator==(outcome const&) const = default;
};

/** Reads pieces of 1 to `longest` bytes; `seed` decides their lengths. */
outcome read(ws::role self, ws::frame_reader::limits const& limits, std::string_view bytes,
             std::size_t longest, unsigned seed) {
  ws::frame_reader reader(self, limits);
  outcome out;
  while (!bytes.empty() && !out.error) {
    seed = seed * 1664525u + 1013904223u;
    std::string piece(bytes.substr(0, 1 + (seed >> 8) % longest));
    bytes.remove_prefix(piece.size());
    std::span<char> input(piece);
    for (;;) {
      auto const message = reader.next(input);
      if (!message) {
        out.error = message.error();
        break;
      }
      if (!*message) {
        require(input.empty());
        break;
      }
      out.messages.push_back({(*message)->op, std::string((*message)->data)});
    }
  }
  return out;
}

void check(received const& message, ws::frame_reader::limits const& limits) {
  bool const control = static_cast<unsigned char>(message.op) >= 8;
  require(message.data.size() <= (control ? 125 : limits.max_message));
  if (message.op == ws::opcode::text) require(wire::is_utf8(message.data));
  if (message.op != ws::opcode::close) return;
  auto const close = ws::decode_close(message.data);
  if (!close || close->code == ws::close_code::no_status) return;
  std::string again;
  ws::append_close(again, close->code, close->reason);
  require(again == message.data);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size < 2) return 0;
  auto const self = data[0] & 1 ? ws::role::server : ws::role::client;
  auto const& limits = data[0] & 2 ? narrow : wide;
  std::string_view const bytes(reinterpret_cast<char const*>(data) + 2, size - 2);

  auto const whole = read(self, limits, bytes, std::size_t{1} << 20, 0x7fffff00u);
  for (auto const& message : whole.messages) check(message, limits);
  require(read(self, limits, bytes, 1, 0) == whole);
  require(read(self, limits, bytes, 1 + data[1] % 64, data[1]) == whole);
  if (whole.error) require(ws::close_code_of(whole.error) != ws::close_code::internal_error);

  std::string as_server, as_client;
  for (auto const& message : whole.messages) {
    ws::append_frame(as_server, message.op, message.data);
    ws::append_masked_frame(as_client, message.op, message.data, data[1] * 0x01234567u);
  }
  outcome const again{whole.messages, {}};
  require(read(ws::role::client, wide, as_server, 30, data[1]) == again);
  require(read(ws::role::server, wide, as_client, 30, data[1]) == again);
  return 0;
}
