// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "vectors.hpp"

#include <map>

namespace uploadproto::test {
namespace {

using wire::condition;
using wire::error;

std::map<std::string, condition> const conditions{{"protocol_violation", condition::protocol_violation},
                                                  {"malformed_value", condition::malformed_value},
                                                  {"invalid_utf8", condition::invalid_utf8},
                                                  {"too_large", condition::too_large}};

std::map<std::string, error> const rules{
    {"invalid_utf8", error::invalid_utf8},
    {"invalid_base64", error::invalid_base64},
    {"json_syntax", error::json_syntax},
    {"json_too_deep", error::json_too_deep},
    {"json_number_range", error::json_number_range},
    {"engineio_empty_packet", error::engineio_empty_packet},
    {"engineio_packet_type", error::engineio_packet_type},
    {"engineio_handshake", error::engineio_handshake},
    {"socketio_packet_type", error::socketio_packet_type},
    {"socketio_attachment_count", error::socketio_attachment_count},
    {"socketio_ack_id", error::socketio_ack_id},
    {"socketio_payload", error::socketio_payload},
    {"socketio_event_name", error::socketio_event_name},
    {"socketio_reserved_event", error::socketio_reserved_event},
    {"socketio_placeholder", error::socketio_placeholder},
    {"socketio_attachment_expected", error::socketio_attachment_expected},
    {"socketio_attachment_unexpected", error::socketio_attachment_unexpected},
    {"socketio_pending_too_large", error::socketio_pending_too_large},
    {"websocket_reserved_bits", error::websocket_reserved_bits},
    {"websocket_opcode", error::websocket_opcode},
    {"websocket_masking", error::websocket_masking},
    {"websocket_length", error::websocket_length},
    {"websocket_control_frame", error::websocket_control_frame},
    {"websocket_continuation", error::websocket_continuation},
    {"websocket_message_too_large", error::websocket_message_too_large},
    {"websocket_too_many_fragments", error::websocket_too_many_fragments},
    {"websocket_close_payload", error::websocket_close_payload},
    {"websocket_close_code", error::websocket_close_code}};

/** Checks that `ec` is what the vector's member names in the table. */
template <class Table>
void check_name(error_code const& ec, boost::json::value const& name, Table const& table) {
  auto const found = table.find(text_of(name));
  BOOST_REQUIRE_MESSAGE(found != table.end(), "the vector names an unknown error " << name);
  BOOST_TEST((ec == found->second), "expected " << name << ", got: " << ec.message());
}

}  // namespace

void check_error(error_code const& ec, boost::json::object const& vector) {
  if (!vector.contains("error")) {
    BOOST_TEST(!ec, "valid, but refused: " << ec.message());
    return;
  }
  BOOST_REQUIRE_MESSAGE(ec, "not refused");
  check_name(ec, vector.at("error"), conditions);
  check_name(ec, vector.at("rule"), rules);
}

}  // namespace uploadproto::test
