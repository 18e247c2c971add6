// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_WEBSOCKET_HPP
#define UPLOADPROTO_WIRE_WEBSOCKET_HPP

/** @file
    WebSocket framing (RFC 6455 sections 5 and 7.4) without extensions.
*/
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/wire/error.hpp>
#include <uploadproto/wire/utf8.hpp>

namespace uploadproto::wire::websocket {

enum class role : unsigned char { client, server };

enum class opcode : unsigned char { continuation, text, binary, close = 8, ping, pong };

/** RFC 6455 7.4.1 and the IANA registry. Others, 3000 to 4999, are the applications'. */
enum class close_code : std::uint16_t {
  normal = 1000,
  going_away,
  protocol_error,
  unsupported,
  no_status = 1005,  ///< stands for a close frame without a code; never sent
  abnormal,          ///< stands for a connection that ended without a close frame; never sent
  invalid_payload,
  policy_violation,
  too_big,
  mandatory_extension,
  internal_error,
  service_restart,
  try_again_later,
  bad_gateway
};

/** A whole message, reassembled from its fragments, or a control frame. */
struct message {
  opcode op{};            ///< text, binary, close, ping or pong
  std::string_view data;  ///< unmasked; text is valid UTF-8; a close payload is for `decode_close`
};

/** Reads frames from a byte stream, however it is cut.

    A frame that lies whole in the input is unmasked in place and viewed there: no allocation, no copy. Bytes
   are kept only for a frame that is split between inputs and for a fragmented message, in memory that grows
   with what has arrived (not with what a header announces) and is freed by the first call after the delivery.

    After a close frame everything that follows is taken and dropped (5.5.1). After an error every call
    returns that error.
*/
class frame_reader {
 public:
  struct limits {
    std::size_t max_message = 1'000'000;  ///< payload bytes of a message, over all fragments
    std::size_t max_fragments = 4096;     ///< frames of a message, the first included
  };

  /** @param self the reader's own role: a server demands masked frames, a client refuses them.
      @param allowed kept by address: it must outlive the reader. */
  frame_reader(role self, limits const& allowed) noexcept : limits_(&allowed), self_(self) {}
  frame_reader(role self, limits&& allowed) = delete;

  /** Reads up to the end of the next message.
      @param input received bytes; they may be overwritten. Advanced past what was taken: all of it when
     nothing is returned.
      @return the message, whose data is valid until the next call or until the input's memory changes;
      nothing when more bytes are needed; or an error, for which `close_code_of` names the code to close with.
      A header is judged as soon as it is there: an oversized message is refused before its payload arrives.
   */
  result<std::optional<message>> next(std::span<char>& input);

 private:
  struct header;
  // What has arrived of a message that is not whole in the input.
  struct assembly {
    std::string data;  // the message so far; behind it, the bytes of a control frame that is split
    std::size_t message_size = 0;
    std::size_t fragments = 0;  // frames begun; 0 outside a message
    opcode op{};
    utf8_validator text;
    bool delivered = false;  // `data`, or the control frame behind it, is what the last call returned
  };

  limits const* limits_;
  std::unique_ptr<assembly> held_;
  std::uint64_t remaining_ = 0;           // payload bytes that the current frame still lacks
  std::array<unsigned char, 14> head_{};  // the current frame's header
  unsigned char head_size_ = 0;           // of which so many bytes are here
  role self_;
  bool in_payload_ = false;
  bool closed_ = false;
  unsigned char failure_ = 0;  // the `wire::error` that ended reading

  error_code fail(error_code ec) noexcept;
  error_code check_start(header const& frame) const noexcept;
  error_code check_length(header const& frame) const noexcept;
  error_code read_header(std::span<char>& input, bool& complete);
  result<message> view_payload(header const& frame, std::span<char>& input);
  result<std::optional<message>> keep_payload(header const& frame, std::span<char>& input);
  void hold(header const& frame);
  void release();
};

/** Appends a server's frame: FIN set, unmasked. */
UPLOADPROTO_DECL void append_frame(std::string& out, opcode op, std::string_view payload);

/** Appends the header of such a frame; the caller appends `payload_size` bytes. */
UPLOADPROTO_DECL void append_header(std::string& out, opcode op, std::size_t payload_size);

/** Appends a client's frame: FIN set, masked.
    @param key four unpredictable bytes for this frame alone (5.3), the first on the wire in the top byte. */
UPLOADPROTO_DECL void append_masked_frame(std::string& out, opcode op, std::string_view payload,
                                          std::uint32_t key);

/** Appends the payload of a close frame. The reason is cut to the 123 bytes that fit, between characters.
    @param code not `no_status` or `abnormal`: send an empty payload instead. */
UPLOADPROTO_DECL void append_close(std::string& payload_out, close_code code, std::string_view reason = {});

struct close_reason {
  close_code code = close_code::no_status;
  std::string_view reason;  ///< UTF-8; a view into the payload
};

/** Reads the payload of a close frame; empty means `close_code::no_status`.
    @return `error::websocket_close_payload`, `websocket_close_code` or `invalid_utf8` where 7.4 is broken. */
UPLOADPROTO_DECL result<close_reason> decode_close(std::string_view payload);

/** The code to close with after an error of this floor; `internal_error` for errors of others. */
UPLOADPROTO_DECL close_code close_code_of(error_code const& ec) noexcept;

/** `Sec-WebSocket-Accept` for a `Sec-WebSocket-Key` (4.2.2). */
UPLOADPROTO_DECL std::string accept_key(std::string_view sec_websocket_key);

}  // namespace uploadproto::wire::websocket

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/websocket.ipp>
#endif
#endif
