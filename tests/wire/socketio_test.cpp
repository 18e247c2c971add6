// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <uploadproto/wire/socketio.hpp>

#include <boost/test/unit_test.hpp>

#include "vectors.hpp"

namespace sio = uploadproto::wire::socketio;
namespace wire = uploadproto::wire;
using uploadproto::error_code;
using uploadproto::test::bytes_of;
using uploadproto::test::check_error;
using uploadproto::test::expand;
using uploadproto::test::for_each_vector;
using uploadproto::test::text_of;

namespace {

sio::packet_type type_of(std::string const& name) {
  constexpr std::string_view names[] = {"connect",       "disconnect",   "event",     "ack",
                                        "connect_error", "binary_event", "binary_ack"};
  for (unsigned char i = 0; i < std::size(names); ++i)
    if (names[i] == name) return static_cast<sio::packet_type>(i);
  BOOST_FAIL("unknown packet type " << name);
  return {};
}

std::vector<sio::packet> expected_packets(boost::json::object const& vector) {
  std::vector<sio::packet> packets;
  for (auto const& value : vector.at("packets").as_array()) {
    auto const& object = value.as_object();
    sio::packet packet;
    packet.type = type_of(text_of(object.at("type")));
    packet.nsp = text_of(object.at("nsp"));
    if (object.contains("id")) packet.id = std::stoull(text_of(object.at("id")));
    if (object.contains("data")) packet.data = object.at("data");
    if (object.contains("attachments"))
      for (auto const& hex : object.at("attachments").as_array())
        packet.attachments.push_back(expand(text_of(hex)));
    packets.push_back(std::move(packet));
  }
  return packets;
}

bool same(sio::packet const& a, sio::packet const& b) {
  return a.type == b.type && a.nsp == b.nsp && a.id == b.id && a.data == b.data &&
         a.attachments == b.attachments;
}

sio::decoder::limits limits_of(boost::json::object const& vector) {
  sio::decoder::limits limits;
  auto const* const given = vector.if_contains("limits");
  if (!given) return limits;
  auto const set = [&](char const* name, std::size_t& limit) {
    if (auto const* const value = given->as_object().if_contains(name))
      limit = value->to_number<std::size_t>();
  };
  set("max_attachments", limits.max_attachments);
  set("max_pending_bytes", limits.max_pending_bytes);
  set("max_depth", limits.max_depth);
  return limits;
}

sio::packet event(boost::json::value data, std::vector<std::string> attachments = {}) {
  sio::packet packet;
  packet.type = sio::packet_type::event;
  packet.data = std::move(data);
  packet.attachments = std::move(attachments);
  return packet;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_socketio)

BOOST_AUTO_TEST_CASE(packets_are_decoded_as_the_vectors_say) {
  for_each_vector("socketio.json", "packets", [](boost::json::object const& vector) {
    auto const limits = limits_of(vector);
    auto const expected = expected_packets(vector);
    sio::decoder decoder(limits);
    std::vector<sio::packet> packets;
    error_code ec;
    auto const& inputs = vector.at("inputs").as_array();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      auto const bytes = bytes_of(inputs[i].as_object(), "text");
      auto packet = inputs[i].as_object().contains("text") ? decoder.text(bytes) : decoder.binary(bytes);
      if (!packet) {
        ec = packet.error();
        BOOST_TEST(i + 1 == inputs.size(), "refused too early: " << ec.message());
        BOOST_TEST(!decoder.pending());
        break;
      }
      if (*packet) packets.push_back(std::move(**packet));
      BOOST_TEST(decoder.pending() == !packet->has_value());
    }
    check_error(ec, vector);
    BOOST_REQUIRE_EQUAL(packets.size(), expected.size());
    for (std::size_t i = 0; i < packets.size(); ++i) BOOST_TEST(same(packets[i], expected[i]));
  });
}

BOOST_AUTO_TEST_CASE(the_encoder_writes_what_the_vectors_hold) {
  for_each_vector("socketio.json", "packets", [](boost::json::object const& vector) {
    if (!vector.contains("encodes")) return;
    std::vector<std::string> inputs, written;
    for (auto const& input : vector.at("inputs").as_array())
      inputs.push_back(bytes_of(input.as_object(), "text"));
    for (auto const& packet : expected_packets(vector)) {
      BOOST_TEST(!sio::validate(packet));
      sio::append(written.emplace_back(), packet);
      written.insert(written.end(), packet.attachments.begin(), packet.attachments.end());
    }
    BOOST_TEST(written == inputs, boost::test_tools::per_element());
  });
}

BOOST_AUTO_TEST_CASE(a_decoder_goes_on_after_an_error) {
  sio::decoder::limits const limits;
  sio::decoder decoder(limits);
  BOOST_TEST(!decoder.text("52-[\"foo\"]").value());
  BOOST_TEST(!decoder.text("2[\"bar\"]").has_value());
  BOOST_TEST(decoder.text("2[\"bar\"]").value().has_value());
  BOOST_TEST(!decoder.text("51-[\"foo\"]").value());
  decoder.reset();
  BOOST_TEST(!decoder.pending());
  BOOST_TEST(!decoder.binary("x").has_value());
}

BOOST_AUTO_TEST_CASE(a_decoder_is_small) {
  BOOST_TEST(sizeof(sio::decoder) <= 2 * sizeof(void*));
}

BOOST_AUTO_TEST_CASE(every_prefix_of_a_packet_is_refused_or_another_packet) {
  sio::decoder::limits const limits;
  for_each_vector("socketio.json", "packets", [&](boost::json::object const& vector) {
    auto const text = bytes_of(vector.at("inputs").as_array()[0].as_object(), "text");
    for (std::size_t size = 0; size < text.size(); ++size) {
      sio::decoder decoder(limits);
      auto const packet = decoder.text(std::string_view(text).substr(0, size));
      if (!packet || !*packet) continue;
      std::string again;
      sio::append(again, **packet);
      BOOST_TEST(decoder.text(again).has_value());
    }
  });
}

BOOST_AUTO_TEST_CASE(attachments_decide_the_type) {
  auto const append = [](sio::packet packet, sio::packet_type type) {
    packet.type = type;
    std::string out;
    sio::append(out, packet);
    return out;
  };
  auto const plain = event({"a"});
  auto const bytes = event({"a"}, {"x"});
  BOOST_TEST(append(plain, sio::packet_type::event) == "2[\"a\"]");
  BOOST_TEST(append(plain, sio::packet_type::binary_event) == "2[\"a\"]");
  BOOST_TEST(append(bytes, sio::packet_type::event) == "51-[\"a\"]");
  BOOST_TEST(append(bytes, sio::packet_type::binary_ack) == "61-[\"a\"]");
  BOOST_TEST(append(bytes, sio::packet_type::ack) == "61-[\"a\"]");
  BOOST_TEST(append(plain, sio::packet_type::binary_ack) == "3[\"a\"]");
}

BOOST_AUTO_TEST_CASE(an_event_head_is_all_but_the_array) {
  auto const head = [](std::string_view nsp, std::optional<std::uint64_t> id, std::size_t attachments) {
    std::string out = "x";
    sio::append_event_head(out, nsp, id, attachments);
    return out.substr(1);
  };
  BOOST_TEST(head("/", {}, 0) == "2");
  BOOST_TEST(head("/admin", {}, 0) == "2/admin,");
  BOOST_TEST(head("/", 0, 0) == "20");
  BOOST_TEST(head("/admin", 12, 3) == "53-/admin,12");
  BOOST_TEST(head("/", {}, 10) == "510-");
}

BOOST_AUTO_TEST_CASE(what_would_not_be_accepted_is_not_valid_to_send) {
  BOOST_TEST(!sio::validate(event({"a"})));
  BOOST_TEST((sio::validate(event({"connect"})) == wire::error::socketio_reserved_event));
  BOOST_TEST((sio::validate(event(boost::json::array())) == wire::error::socketio_payload));
  BOOST_TEST((sio::validate(event({nullptr})) == wire::error::socketio_event_name));
  BOOST_TEST((sio::validate(event({"a", {{"_placeholder", true}, {"num", 1}}}, {"x"})) ==
              wire::error::socketio_placeholder));
  // A count of C++ is unsigned.
  BOOST_TEST(!sio::validate(event({"a", {{"_placeholder", true}, {"num", std::size_t{0}}}}, {"x"})));
  BOOST_TEST((sio::validate(event({"a", {{"_placeholder", true}, {"num", std::size_t{1}}}}, {"x"})) ==
              wire::error::socketio_placeholder));
  auto packet = event({"a"});
  packet.nsp = "admin";
  BOOST_TEST((sio::validate(packet) == wire::error::socketio_namespace));
  packet.nsp = "/a,b";
  BOOST_TEST((sio::validate(packet) == wire::error::socketio_namespace));
  packet.nsp = "/";
  packet.type = sio::packet_type::connect;
  BOOST_TEST((sio::validate(packet) == wire::error::socketio_payload));
  packet.data = nullptr;
  BOOST_TEST(!sio::validate(packet));
  packet.attachments.emplace_back();
  BOOST_TEST((sio::validate(packet) == wire::error::socketio_attachment_count));
  packet.attachments.clear();
  packet.id = 1;
  BOOST_TEST((sio::validate(packet) == wire::error::socketio_ack_id));
}

BOOST_AUTO_TEST_CASE(a_namespace_must_be_utf8) {
  sio::decoder::limits const limits;
  sio::decoder decoder(limits);
  BOOST_TEST((decoder.text("0/\xff,").error() == wire::error::invalid_utf8));
}

BOOST_AUTO_TEST_CASE(six_names_are_reserved) {
  for (auto const* const name :
       {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"})
    BOOST_TEST(sio::is_reserved_event(name));
  for (auto const* const name : {"", "error", "connection", "message", "Connect", "connect "})
    BOOST_TEST(!sio::is_reserved_event(name));
}

BOOST_AUTO_TEST_SUITE_END()
