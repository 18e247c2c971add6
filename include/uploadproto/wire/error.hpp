// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_ERROR_HPP
#define UPLOADPROTO_WIRE_ERROR_HPP

/** @file
    What can be wrong with bytes. One precise code for each rule that a peer can break, and a few coarse
    conditions for callers: `if (ec == wire::condition::too_large)`.
*/
#include <boost/system/error_category.hpp>
#include <type_traits>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>

namespace uploadproto::wire {

/** Which rule the bytes break. */
enum class error {
  // Text and values.
  invalid_utf8 = 1,  ///< text is not UTF-8 (RFC 3629)
  invalid_base64,  ///< wrong length, foreign character, or bits that canonical base64 leaves zero (RFC 4648)
  json_syntax,     ///< not one JSON text (RFC 8259), or more than one
  json_too_deep,   ///< arrays and objects nested deeper than allowed
  json_number_range,  ///< a number beyond the range of a double, such as 1e400
  // Engine.IO packets.
  engineio_empty_packet,  ///< a packet without even a type
  engineio_packet_type,   ///< the first character is none of `0`..`6`
  engineio_handshake,     ///< the open packet's JSON is not a handshake
  // Socket.IO packets.
  socketio_packet_type,            ///< the first character is none of `0`..`6`
  socketio_attachment_count,       ///< not `n-` with n in 1..maximum and without leading zeros
  socketio_namespace,              ///< not `/`, or a name with a comma
  socketio_ack_id,                 ///< above 2^64-1, or in a CONNECT
  socketio_payload,                ///< absent, or of a kind that the packet's type forbids
  socketio_event_name,             ///< an event's first element is neither string nor number
  socketio_reserved_event,         ///< an event with one of the six reserved names
  socketio_placeholder,            ///< a placeholder without a `num` that is an index of an attachment
  socketio_attachment_expected,    ///< text while attachments are still to come
  socketio_attachment_unexpected,  ///< binary data without a packet that announced it
  socketio_pending_too_large,      ///< a packet's text and attachments exceed the bytes it may hold
  // WebSocket frames (RFC 6455).
  websocket_reserved_bits,       ///< RSV1..3 set without an extension (5.2)
  websocket_opcode,              ///< a reserved opcode (5.2)
  websocket_masking,             ///< a client's frame unmasked, or a server's masked (5.1)
  websocket_length,              ///< a length not in its shortest form, or with the top bit set (5.2)
  websocket_control_frame,       ///< a control frame fragmented or longer than 125 bytes (5.5)
  websocket_continuation,        ///< a continuation without a start, or a new message inside one (5.4)
  websocket_message_too_large,   ///< a message longer than the limit
  websocket_too_many_fragments,  ///< a message in more frames than the limit
  websocket_close_payload,       ///< a close payload of one byte (5.5.1)
  websocket_close_code           ///< a close code that must not be sent (7.4)
};

/** What a caller acts on. */
enum class condition {
  protocol_violation = 1,  ///< packets or frames that break their grammar
  malformed_value,         ///< JSON, base64 or a payload that is not what it should be
  invalid_utf8,            ///< text that is not UTF-8
  too_large                ///< a limit of this side: bytes, fragments or depth
};

UPLOADPROTO_DECL boost::system::error_category const& error_category() noexcept;
UPLOADPROTO_DECL boost::system::error_category const& condition_category() noexcept;

inline error_code make_error_code(error e) noexcept {
  return {static_cast<int>(e), error_category()};
}
inline boost::system::error_condition make_error_condition(condition c) noexcept {
  return {static_cast<int>(c), condition_category()};
}

}  // namespace uploadproto::wire

template <>
struct boost::system::is_error_code_enum<uploadproto::wire::error> : std::true_type {};
template <>
struct boost::system::is_error_condition_enum<uploadproto::wire::condition> : std::true_type {};

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/error.ipp>
#endif
#endif
