// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <uploadproto/wire/websocket.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

#include "vectors.hpp"

namespace ws = uploadproto::wire::websocket;
namespace wire = uploadproto::wire;
using uploadproto::error_code;
using uploadproto::test::bytes_of;
using uploadproto::test::check_error;
using uploadproto::test::expand;
using uploadproto::test::for_each_vector;
using uploadproto::test::text_of;

namespace {

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

/** Reads everything that `chunk` holds. Works on a copy: the reader unmasks in place. */
void feed(ws::frame_reader& reader, std::string chunk, outcome& out) {
  std::span<char> input(chunk);
  while (!out.error) {
    auto const message = reader.next(input);
    if (!message) {
      out.error = message.error();
    } else if (*message) {
      out.messages.push_back({(*message)->op, std::string((*message)->data)});
    } else {
      BOOST_TEST(input.empty());
      return;
    }
  }
}

outcome read(ws::role self, ws::frame_reader::limits const& limits, std::vector<std::string> const& chunks) {
  ws::frame_reader reader(self, limits);
  outcome out;
  for (auto const& chunk : chunks) feed(reader, chunk, out);
  return out;
}

/** Where to cut: everywhere, or in long input around both ends and at some places between. */
std::vector<std::size_t> cuts(std::size_t size) {
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i <= size; ++i)
    if (size < 600 || i < 40 || i + 40 > size || i % 997 == 0) at.push_back(i);
  return at;
}

ws::opcode opcode_of(std::string const& name) {
  if (name == "text") return ws::opcode::text;
  if (name == "binary") return ws::opcode::binary;
  if (name == "close") return ws::opcode::close;
  if (name == "ping") return ws::opcode::ping;
  BOOST_REQUIRE_EQUAL(name, "pong");
  return ws::opcode::pong;
}

struct frame_vector {
  ws::role self;
  ws::frame_reader::limits limits;
  std::string input;
  std::vector<received> messages;

  explicit frame_vector(boost::json::object const& vector)
      : self(vector.at("to") == "server" ? ws::role::server : ws::role::client),
        input(expand(text_of(vector.at("input")))) {
    if (auto const* const given = vector.if_contains("limits")) {
      auto const& object = given->as_object();
      if (object.contains("max_message"))
        limits.max_message = object.at("max_message").to_number<std::size_t>();
      if (object.contains("max_fragments"))
        limits.max_fragments = object.at("max_fragments").to_number<std::size_t>();
    }
    for (auto const& message : vector.at("messages").as_array())
      messages.push_back({opcode_of(text_of(message.at("op"))), bytes_of(message.as_object(), "text")});
  }
};

std::string masked(std::string payload) {
  std::string frame;
  ws::append_masked_frame(frame, ws::opcode::text, payload, 0x37fa213d);
  return frame;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(wire_websocket)

BOOST_AUTO_TEST_CASE(frames_are_read_as_the_vectors_say) {
  for_each_vector("websocket.json", "frames", [](boost::json::object const& vector) {
    frame_vector const v(vector);
    auto const out = read(v.self, v.limits, {v.input});
    BOOST_TEST((out.messages == v.messages));
    check_error(out.error, vector);
    if (auto const* const code = vector.if_contains("close_code"))
      BOOST_TEST(static_cast<int>(ws::close_code_of(out.error)) == code->as_int64());
  });
}

BOOST_AUTO_TEST_CASE(a_split_changes_nothing) {
  for_each_vector("websocket.json", "frames", [](boost::json::object const& vector) {
    frame_vector const v(vector);
    auto const whole = read(v.self, v.limits, {v.input});
    for (auto const cut : cuts(v.input.size()))
      BOOST_TEST((read(v.self, v.limits, {v.input.substr(0, cut), v.input.substr(cut)}) == whole),
                 "cut at " << cut);
    std::vector<std::string> bytes;
    for (char const c : v.input) bytes.emplace_back(1, c);
    BOOST_TEST((read(v.self, v.limits, bytes) == whole), "byte by byte");
  });
}

BOOST_AUTO_TEST_CASE(three_pieces_change_nothing) {
  for_each_vector("websocket.json", "frames", [](boost::json::object const& vector) {
    frame_vector const v(vector);
    if (v.input.size() > 24) return;
    auto const whole = read(v.self, v.limits, {v.input});
    for (std::size_t a = 0; a <= v.input.size(); ++a)
      for (std::size_t b = a; b <= v.input.size(); ++b)
        BOOST_TEST((read(v.self, v.limits,
                         {v.input.substr(0, a), v.input.substr(a, b - a), v.input.substr(b)}) == whole));
  });
}

BOOST_AUTO_TEST_CASE(an_error_comes_with_the_byte_that_causes_it) {
  for_each_vector("websocket.json", "frames", [](boost::json::object const& vector) {
    if (!vector.contains("error")) return;
    frame_vector const v(vector);
    auto const early = [&](std::size_t size) {
      return read(v.self, v.limits, {v.input.substr(0, size)}).error;
    };
    // Once there it stays, whatever follows.
    std::size_t first = 0;
    while (first < v.input.size() && !early(first)) ++first;
    BOOST_TEST((early(first) == early(v.input.size())));
    ws::frame_reader reader(v.self, v.limits);
    outcome out;
    feed(reader, v.input, out);
    std::string more = expand("81 01 61");
    std::span<char> input(more);
    BOOST_TEST((reader.next(input).error() == out.error));
  });
}

BOOST_AUTO_TEST_CASE(the_encoder_writes_what_the_vectors_hold) {
  for_each_vector("websocket.json", "frames", [](boost::json::object const& vector) {
    if (!vector.contains("encodes")) return;
    frame_vector const v(vector);
    std::string whole, in_parts;
    for (auto const& message : v.messages) {
      ws::append_frame(whole, message.op, message.data);
      ws::append_header(in_parts, message.op, message.data.size());
      in_parts += message.data;
    }
    BOOST_TEST((whole == v.input));
    BOOST_TEST((in_parts == v.input));
  });
}

BOOST_AUTO_TEST_CASE(a_server_reads_what_a_client_masks) {
  std::uint32_t key = 0x01020304;
  for_each_vector("websocket.json", "frames", [&](boost::json::object const& vector) {
    frame_vector v(vector);
    std::string input;
    for (auto const& message : v.messages) {
      ws::append_masked_frame(input, message.op, message.data, key);
      key = key * 1664525u + 1013904223u;
    }
    if (v.limits.max_message < 1000) v.limits.max_message = 1000;
    for (auto const cut : {std::size_t{0}, std::min<std::size_t>(9, input.size()), input.size() / 2})
      BOOST_TEST((read(ws::role::server, v.limits, {input.substr(0, cut), input.substr(cut)}) ==
                  outcome{v.messages, {}}));
  });
}

BOOST_AUTO_TEST_CASE(the_mask_key_is_written_as_the_rfc_shows_it) {
  BOOST_TEST((masked("Hello") == expand("81 85 37fa213d 7f9f4d5158")));
}

BOOST_AUTO_TEST_CASE(every_size_of_a_masked_frame_survives_every_split_of_its_first_bytes) {
  ws::frame_reader::limits const limits;
  for (std::size_t size = 0; size < 40; ++size) {
    std::string payload(size, '\0');
    for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>('a' + i % 26);
    auto const frame = masked(payload);
    for (std::size_t cut = 0; cut <= frame.size(); ++cut)
      BOOST_TEST((read(ws::role::server, limits, {frame.substr(0, cut), frame.substr(cut)}) ==
                  outcome{{{ws::opcode::text, payload}}, {}}));
  }
}

BOOST_AUTO_TEST_CASE(random_pieces_of_a_long_conversation_change_nothing) {
  std::mt19937 random(1);
  ws::frame_reader::limits const limits;
  std::string stream;
  std::vector<received> sent;
  for (int i = 0; i < 300; ++i) {
    received const message{
        i % 3 == 0   ? ws::opcode::ping
        : i % 3 == 1 ? ws::opcode::text
                     : ws::opcode::binary,
        std::string(i % 3 == 0 ? random() % 126 : random() % 700, static_cast<char>('a' + i % 26))};
    ws::append_masked_frame(stream, message.op, message.data, static_cast<std::uint32_t>(random()));
    sent.push_back(message);
  }
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> chunks;
    for (std::size_t at = 0; at < stream.size();) {
      auto const size = 1 + random() % (round % 2 ? 9 : 3000);
      chunks.push_back(stream.substr(at, size));
      at += size;
    }
    BOOST_TEST((read(ws::role::server, limits, chunks) == outcome{sent, {}}));
  }
}

BOOST_AUTO_TEST_CASE(a_whole_frame_is_viewed_in_the_input) {
  ws::frame_reader::limits const limits;
  ws::frame_reader reader(ws::role::server, limits);
  auto frame = masked("Hello");
  std::span<char> input(frame);
  auto const message = reader.next(input);
  BOOST_REQUIRE((message && *message));
  BOOST_TEST(static_cast<void const*>((*message)->data.data()) == static_cast<void const*>(frame.data() + 6));
  BOOST_TEST(input.empty());
}

BOOST_AUTO_TEST_CASE(a_reader_is_small) {
  BOOST_TEST(sizeof(ws::frame_reader) <= 48u);
}

BOOST_AUTO_TEST_CASE(a_reader_can_be_moved_amid_a_frame) {
  ws::frame_reader::limits const limits;
  ws::frame_reader first(ws::role::server, limits);
  auto const frame = masked("Hello");
  outcome out;
  feed(first, frame.substr(0, 8), out);
  ws::frame_reader second(std::move(first));
  feed(second, frame.substr(8), out);
  BOOST_TEST((out == outcome{{{ws::opcode::text, "Hello"}}, {}}));
}

BOOST_AUTO_TEST_CASE(close_payloads_are_read_as_the_vectors_say) {
  for_each_vector("websocket.json", "close_payloads", [](boost::json::object const& vector) {
    auto const payload = expand(text_of(vector.at("payload")));
    auto const close = ws::decode_close(payload);
    check_error(close ? error_code() : close.error(), vector);
    if (!close || vector.contains("error")) return;
    BOOST_TEST(static_cast<int>(close->code) == vector.at("code").as_int64());
    BOOST_TEST(close->reason == text_of(vector.at("reason")));
    std::string again;
    if (close->code != ws::close_code::no_status) ws::append_close(again, close->code, close->reason);
    BOOST_TEST((again == payload));
  });
}

BOOST_AUTO_TEST_CASE(a_long_reason_is_cut_between_characters) {
  for (std::size_t ascii = 119; ascii <= 126; ++ascii) {
    std::string payload;
    ws::append_close(payload, ws::close_code::normal,
                     std::string(ascii, 'a') + "\xf0\x9f\x98\x80\xf0\x9f\x98\x80");
    BOOST_TEST(payload.size() <= 125u);
    BOOST_TEST(payload.size() >= 121u);
    BOOST_TEST(ws::decode_close(payload).has_value());
  }
}

BOOST_AUTO_TEST_CASE(errors_of_other_floors_close_with_internal_error) {
  BOOST_TEST((ws::close_code_of(boost::system::errc::make_error_code(boost::system::errc::io_error)) ==
              ws::close_code::internal_error));
  BOOST_TEST((ws::close_code_of(wire::error::json_syntax) == ws::close_code::invalid_payload));
}

BOOST_AUTO_TEST_CASE(the_handshake_key_is_answered) {
  for_each_vector("websocket.json", "accept_keys", [](boost::json::object const& vector) {
    BOOST_TEST(ws::accept_key(text_of(vector.at("key"))) == text_of(vector.at("accept")));
  });
}

BOOST_AUTO_TEST_SUITE_END()
