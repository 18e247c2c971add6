// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <uploadproto/wire/engineio.hpp>

#include <boost/test/unit_test.hpp>

#include "vectors.hpp"

namespace eio = uploadproto::wire::engineio;
using uploadproto::error_code;
using uploadproto::test::bytes_of;
using uploadproto::test::check_error;
using uploadproto::test::for_each_vector;
using uploadproto::test::text_of;

namespace {

eio::packet_type type_of(std::string const& name) {
  constexpr std::string_view names[] = {"open", "close", "ping", "pong", "message", "upgrade", "noop"};
  for (unsigned char i = 0; i < std::size(names); ++i)
    if (names[i] == name) return static_cast<eio::packet_type>(i);
  BOOST_FAIL("unknown packet type " << name);
  return {};
}

void check_packet(eio::packet const& packet, boost::json::object const& expected) {
  BOOST_TEST((packet.type == type_of(text_of(expected.at("type")))));
  BOOST_TEST(packet.binary == expected.contains("hex"));
  BOOST_TEST((packet.data == bytes_of(expected, "data")));
}

std::string encode(boost::json::object const& packet) {
  std::string out;
  if (packet.contains("hex"))
    eio::append_binary(out, bytes_of(packet, "data"));
  else
    eio::append_packet(out, type_of(text_of(packet.at("type"))), bytes_of(packet, "data"));
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_engineio)

BOOST_AUTO_TEST_CASE(frames_are_decoded_as_the_vectors_say) {
  std::string scratch;  // one for all, as a connection has it
  for_each_vector("engineio.json", "frames", [&](boost::json::object const& vector) {
    auto const text = text_of(vector.at("text"));
    auto const packet = eio::decode_text(text, scratch);
    check_error(packet ? error_code() : packet.error(), vector);
    if (!packet || !vector.contains("packet")) return;
    check_packet(*packet, vector.at("packet").as_object());
    BOOST_TEST(encode(vector.at("packet").as_object()) == text);
  });
}

BOOST_AUTO_TEST_CASE(payloads_are_read_as_the_vectors_say) {
  for_each_vector("engineio.json", "payloads", [](boost::json::object const& vector) {
    auto const body = bytes_of(vector, "body");
    auto const& expected = vector.at("packets").as_array();
    eio::payload_reader reader(body);
    eio::packet packet;
    error_code ec;
    std::size_t count = 0;
    std::string written;
    for (; reader.next(packet, ec); ++count) {
      BOOST_REQUIRE(count < expected.size());
      check_packet(packet, expected[count].as_object());
      if (count > 0) written += eio::record_separator;
      written += encode(expected[count].as_object());
    }
    BOOST_TEST(count == expected.size());
    check_error(ec, vector);
    if (!ec) BOOST_TEST(written == body);
    BOOST_TEST(!reader.next(packet, ec));
    BOOST_TEST(!ec);
  });
}

BOOST_AUTO_TEST_CASE(handshakes_are_read_as_the_vectors_say) {
  for_each_vector("engineio.json", "handshakes", [](boost::json::object const& vector) {
    auto const json = text_of(vector.at("json"));
    auto const handshake = eio::decode_handshake(json);
    check_error(handshake ? error_code() : handshake.error(), vector);
    if (!handshake || !vector.contains("handshake")) return;
    auto const& expected = vector.at("handshake").as_object();
    BOOST_TEST(handshake->sid == text_of(expected.at("sid")));
    BOOST_TEST(handshake->ping_interval.count() == expected.at("pingInterval").as_int64());
    BOOST_TEST(handshake->ping_timeout.count() == expected.at("pingTimeout").as_int64());
    BOOST_TEST(handshake->max_payload == expected.at("maxPayload").to_number<std::size_t>());
    auto const& upgrades = expected.at("upgrades").as_array();
    BOOST_REQUIRE_EQUAL(handshake->upgrades.size(), upgrades.size());
    for (std::size_t i = 0; i < upgrades.size(); ++i)
      BOOST_TEST(handshake->upgrades[i] == text_of(upgrades[i]));
    if (!vector.at("encodes").as_bool()) return;
    std::string written;
    eio::append_handshake(written, *handshake);
    BOOST_TEST(written == json);
  });
}

BOOST_AUTO_TEST_SUITE_END()
