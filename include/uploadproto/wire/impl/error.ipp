// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_ERROR_IPP
#define UPLOADPROTO_WIRE_IMPL_ERROR_IPP

#include <array>
#include <string>
#include <uploadproto/wire/error.hpp>

namespace uploadproto::wire {
namespace detail {

struct error_entry {
  error code;
  condition kind;
  char const* sentence;
};

inline constexpr std::array error_table{
    error_entry{error::invalid_utf8, condition::invalid_utf8, "the text is not UTF-8"},
    error_entry{error::invalid_base64, condition::malformed_value,
                "expected canonical base64: whole groups, its own alphabet, unused bits zero"},
    error_entry{error::json_syntax, condition::malformed_value, "expected exactly one JSON text"},
    error_entry{error::json_too_deep, condition::too_large, "the JSON is nested too deep"},
    error_entry{error::json_number_range, condition::malformed_value,
                "the JSON has a number beyond the range of a double"},
    error_entry{error::engineio_empty_packet, condition::protocol_violation,
                "expected an Engine.IO packet, got nothing"},
    error_entry{error::engineio_packet_type, condition::protocol_violation,
                "expected an Engine.IO packet type, 0 to 6"},
    error_entry{error::engineio_handshake, condition::malformed_value,
                "expected an Engine.IO handshake: sid, upgrades, pingInterval, pingTimeout, maxPayload"},
    error_entry{error::socketio_packet_type, condition::protocol_violation,
                "expected a Socket.IO packet type, 0 to 6"},
    error_entry{error::socketio_attachment_count, condition::protocol_violation,
                "expected a number of attachments, from 1 to the limit, and a hyphen"},
    error_entry{error::socketio_namespace, condition::protocol_violation,
                "expected a namespace: a slash and a name without a comma"},
    error_entry{error::socketio_ack_id, condition::protocol_violation,
                "expected an acknowledgement id below 2^64, and none in a CONNECT"},
    error_entry{error::socketio_payload, condition::malformed_value,
                "the payload is not what the packet's type demands"},
    error_entry{error::socketio_event_name, condition::malformed_value,
                "expected an event's name to be a string or a number"},
    error_entry{error::socketio_reserved_event, condition::malformed_value, "the event's name is reserved"},
    error_entry{error::socketio_placeholder, condition::malformed_value,
                "expected a placeholder's num to be the index of an attachment"},
    error_entry{error::socketio_attachment_expected, condition::protocol_violation,
                "expected an attachment of the last packet, got text"},
    error_entry{error::socketio_attachment_unexpected, condition::protocol_violation,
                "got binary data that no packet announced"},
    error_entry{error::socketio_pending_too_large, condition::too_large,
                "a packet and its attachments are larger than the limit"},
    error_entry{error::websocket_reserved_bits, condition::protocol_violation,
                "a frame sets reserved bits without an extension"},
    error_entry{error::websocket_opcode, condition::protocol_violation, "a frame has a reserved opcode"},
    error_entry{error::websocket_masking, condition::protocol_violation,
                "expected a client's frames to be masked and a server's not to be"},
    error_entry{error::websocket_length, condition::protocol_violation,
                "expected a frame's length in its shortest form, below 2^63"},
    error_entry{error::websocket_control_frame, condition::protocol_violation,
                "expected a control frame in one piece of at most 125 bytes"},
    error_entry{error::websocket_continuation, condition::protocol_violation,
                "a continuation frame without a message, or a message inside another"},
    error_entry{error::websocket_message_too_large, condition::too_large,
                "a message is larger than the limit"},
    error_entry{error::websocket_too_many_fragments, condition::too_large,
                "a message has more fragments than the limit"},
    error_entry{error::websocket_close_payload, condition::protocol_violation,
                "expected a close payload to be empty or to begin with a code of two bytes"},
    error_entry{error::websocket_close_code, condition::protocol_violation,
                "got a close code that must not be sent"},
};

inline error_entry const* find_error(int value) noexcept {
  auto const row = static_cast<std::size_t>(value) - 1;
  return row < error_table.size() ? &error_table[row] : nullptr;
}

constexpr bool error_table_is_in_order() {
  for (std::size_t row = 0; row < error_table.size(); ++row)
    if (static_cast<std::size_t>(error_table[row].code) != row + 1) return false;
  return true;
}
static_assert(error_table_is_in_order());

class wire_error_category final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "uploadproto.wire"; }
  std::string message(int value) const override { return message(value, nullptr, 0); }
  char const* message(int value, char*, std::size_t) const noexcept override {
    auto const* const entry = find_error(value);
    return entry ? entry->sentence : "unknown wire error";
  }
  boost::system::error_condition default_error_condition(int value) const noexcept override {
    auto const* const entry = find_error(value);
    return entry ? make_error_condition(entry->kind) : boost::system::error_condition(value, *this);
  }
};

class wire_condition_category final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "uploadproto.wire.condition"; }
  std::string message(int value) const override {
    switch (static_cast<condition>(value)) {
      case condition::protocol_violation:
        return "the peer broke the protocol";
      case condition::malformed_value:
        return "the peer sent a malformed value";
      case condition::invalid_utf8:
        return "the peer sent text that is not UTF-8";
      case condition::too_large:
        return "the peer exceeded a limit";
    }
    return "unknown wire condition";
  }
};

}  // namespace detail

UPLOADPROTO_DECL boost::system::error_category const& error_category() noexcept {
  static detail::wire_error_category const instance;
  return instance;
}

UPLOADPROTO_DECL boost::system::error_category const& condition_category() noexcept {
  static detail::wire_condition_category const instance;
  return instance;
}

}  // namespace uploadproto::wire
#endif
