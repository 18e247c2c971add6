// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_BENCH_FRAME_SCAN_HPP
#define UPLOADPROTO_BENCH_FRAME_SCAN_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::bench {

/// One WebSocket frame of a server: unmasked, as long as the servers measured here write them.
struct server_frame {
  unsigned char opcode;
  std::string_view payload;
  std::size_t size;  ///< header and payload
};

/// The frame at the front of `bytes`; nullopt when it is not all there.
///
/// Deliberately not the SDK's frame reader: the judge must not share the judged one's parser, and counting
/// needs no checks that would cost the load generator its lead over the server.
inline std::optional<server_frame> front_frame(std::string_view bytes) noexcept {
  if (bytes.size() < 2) return std::nullopt;
  auto const at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  std::size_t header = 2;
  std::uint64_t length = at(1) & 0x7f;
  if (length >= 126) {
    std::size_t const wide = length == 126 ? 2 : 8;
    header += wide;
    if (bytes.size() < header) return std::nullopt;
    length = 0;
    for (std::size_t i = 2; i < header; ++i) length = length << 8 | at(i);
  }
  if (bytes.size() - header < length) return std::nullopt;
  return server_frame{static_cast<unsigned char>(at(0) & 0x0f), bytes.substr(header, length),
                      header + length};
}

/// Calls on_frame(server_frame) for each whole frame of a stream that arrives in pieces. `rest` carries what
/// is left of the previous piece; it is empty whenever a piece ends with a frame.
template <class OnFrame>
void scan_frames(std::string& rest, std::string_view piece, OnFrame on_frame) {
  bool const carried = !rest.empty();
  if (carried) rest.append(piece);
  std::string_view bytes = carried ? std::string_view(rest) : piece;
  while (auto const frame = front_frame(bytes)) {
    on_frame(*frame);
    bytes.remove_prefix(frame->size);
  }
  if (carried)
    rest.erase(0, rest.size() - bytes.size());
  else if (!bytes.empty())
    rest.assign(bytes);
}

/// A client's frame. The mask is zero, which is a mask like any other and leaves the text readable.
inline std::string client_frame(unsigned char opcode, std::string_view text) {
  std::string frame(1, static_cast<char>(0x80 | opcode));
  if (text.size() < 126) {
    frame += static_cast<char>(0x80 | text.size());
  } else {
    frame += static_cast<char>(0x80 | 126);
    frame += static_cast<char>(text.size() >> 8);
    frame += static_cast<char>(text.size() & 0xff);
  }
  frame.append(4, '\0');
  frame += text;
  return frame;
}

inline std::string client_text_frame(std::string_view text) {
  return client_frame(1, text);
}

}  // namespace uploadproto::bench

#endif
