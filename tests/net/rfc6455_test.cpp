// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <array>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/test/unit_test.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <uploadproto/net/link_loop.hpp>
#include <uploadproto/net/websocket_client.hpp>
#include <uploadproto/session/client_error.hpp>
#include <vector>

#include "../wire/vectors.hpp"
#include "client_peer.hpp"
#include "loopback.hpp"

// RFC 6455 over real connections, both roles: the byte vectors that the reader is held to, sent to an echo.
// What comes back are the messages, a pong for each ping, and one close frame with the right code.
namespace uploadproto::net::test {
namespace {

namespace json = boost::json;
using uploadproto::test::expand;
using uploadproto::test::for_each_vector;
using uploadproto::test::text_of;
using wire::websocket::opcode;
using frame_limits = wire::websocket::frame_reader::limits;

/** A vector and what an echo answers to it. */
struct conversation {
  explicit conversation(json::object const& vector)
      : to_server(text_of(vector.at("to")) == "server"), input(expand(text_of(vector.at("input")))) {
    if (auto const* const given = vector.if_contains("limits")) {
      auto const& object = given->as_object();
      if (auto const* const most = object.if_contains("max_message"))
        limits.max_message = most->to_number<std::size_t>();
      if (auto const* const most = object.if_contains("max_fragments"))
        limits.max_fragments = most->to_number<std::size_t>();
    }
    for (auto const& message : vector.at("messages").as_array()) {
      auto const kind = text_of(message.at("op"));
      auto const data = uploadproto::test::bytes_of(message.as_object(), "text");
      if (kind == "close") {
        close(data);
        return;
      }
      if (kind != "pong") answers.push_back((kind == "ping" ? "pong" : kind) + ":" + data);
    }
    auto const* const code = vector.if_contains("close_code");
    if (code) answers.push_back("close:" + std::to_string(code->as_int64()));
    closes = code != nullptr;
  }
  void close(std::string const& payload) {
    auto const reason = wire::websocket::decode_close(payload);
    auto const code = reason ? reason->code : wire::websocket::close_code_of(reason.error());
    answers.push_back("close:" + std::to_string(static_cast<int>(code)));
    closes = true;
  }

  bool to_server;
  std::string input;
  frame_limits limits{};
  std::vector<std::string> answers;
  bool closes = false;  // by itself; else the test closes
};

/** The frames of a stream, one by one; the last may be cut off. */
struct frame_text {
  std::string_view start, extended_length, payload;
  bool has_header, complete;
};
std::optional<frame_text> next_frame(std::string_view& frames) {
  auto const take = [&](std::uint64_t size) {
    auto const taken =
        frames.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(size, frames.size())));
    frames.remove_prefix(taken.size());
    return taken;
  };
  if (frames.empty()) return std::nullopt;
  auto const start = take(2);
  if (start.size() < 2) return frame_text{start, {}, {}, false, false};
  auto const size = static_cast<unsigned char>(start[1]) & 0x7fu;
  auto const extended = take(size == 126 ? 2 : size == 127 ? 8 : 0);
  std::uint64_t length = size < 126 ? size : 0;
  for (char const c : extended) length = length << 8 | static_cast<unsigned char>(c);
  if (size >= 126 && extended.size() < (size == 126 ? 2 : 8))
    return frame_text{start, extended, {}, false, false};
  auto const payload = take(length);
  return frame_text{start, extended, payload, true, payload.size() == length};
}

bool ends_within_a_frame(std::string_view frames) {
  bool complete = true;
  while (auto const frame = next_frame(frames)) complete = frame->complete;
  return !complete;
}

/** The same frames with a client's mask. */
std::string mask(std::string_view frames) {
  constexpr std::array<char, 4> key{0x37, static_cast<char>(0xfa), 0x21, 0x3d};
  std::string out;
  while (auto const frame = next_frame(frames)) {
    out += frame->start;
    if (frame->start.size() < 2) break;
    out.back() = static_cast<char>(out.back() | 0x80);
    out += frame->extended_length;
    if (frame->has_header) out.append(key.data(), key.size());
    for (std::size_t i = 0; i < frame->payload.size(); ++i)
      out += static_cast<char>(frame->payload[i] ^ key[i % 4]);
  }
  return out;
}

// ---- the server's role ----

class echo_loop final : public link_loop {
 public:
  echo_loop(asio::io_context& context, frame_limits const& limits) : link_loop(context) {
    frame_limits_ = limits;
  }
};

/** Plain links from the first byte on: what is tested begins behind the upgrade. */
class echo_server final : private link_listener {
 public:
  explicit echo_server(frame_limits const& limits) : limits_(limits) {
    thread_.on_loop([&] {
      loop_ = std::make_unique<echo_loop>(thread_.context, limits_);
      acceptor_ = std::make_unique<acceptor>(thread_.context,
                                             asio::ip::tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
      endpoint = acceptor_->local_endpoint();
      accept();
    });
  }
  ~echo_server() {
    thread_.stop();
    acceptor_.reset();
    links_.clear();
    loop_.reset();
  }

  asio::ip::tcp::endpoint endpoint;

 private:
  using acceptor = asio::basic_socket_acceptor<asio::ip::tcp, loop_executor>;

  void accept() {
    acceptor_->async_accept([this](error_code ec, tcp_socket socket) {
      if (ec) return;
      links_.emplace_back(new plain_link(*loop_, *this, std::move(socket)));
      links_.back()->start({});
      accept();
    });
  }
  void echo(websocket_link& link, opcode op, std::string_view data) {
    std::string frame;
    wire::websocket::append_frame(frame, op, data);
    link.write(frame);
  }
  void link_text(websocket_link& link, std::string_view text) override { echo(link, opcode::text, text); }
  void link_binary(websocket_link& link, std::string_view bytes) override {
    echo(link, opcode::binary, bytes);
  }
  void link_closed(websocket_link&, bool) override {}

  frame_limits limits_;
  std::unique_ptr<echo_loop> loop_;
  std::unique_ptr<acceptor> acceptor_;
  std::vector<websocket_link_ptr> links_;
  loop_thread thread_;
};

std::string masked_close(std::string_view payload) {
  std::string frame;
  wire::websocket::append_masked_frame(frame, opcode::close, payload, 0x01020304);
  return frame;
}

/** Plays a conversation to the server, in pieces of that size. */
void play_to_server(asio::ip::tcp::endpoint server, conversation const& c, std::size_t piece) {
  raw_client client(server);
  client.socket.set_option(asio::ip::tcp::no_delay(true));
  auto bytes = c.to_server ? c.input : mask(c.input);
  bool const can_close = !c.closes && !ends_within_a_frame(c.input);
  if (can_close) bytes += masked_close("\x03\xe8");
  error_code refused;  // what follows an error may meet a closed socket
  for (std::size_t at = 0; at < bytes.size() && !refused; at += piece)
    asio::write(client.socket, asio::buffer(bytes.substr(at, piece)), refused);
  for (auto const& answer : c.answers) BOOST_TEST(client.frame() == answer);
  if (can_close) BOOST_TEST(client.frame() == "close:1000");
  client.socket.shutdown(asio::ip::tcp::socket::shutdown_send, refused);
  BOOST_TEST(client.rest() == "");
}

void test_server(std::size_t piece, std::size_t longest) {
  std::map<std::pair<std::size_t, std::size_t>, std::unique_ptr<echo_server>> servers;
  for_each_vector("websocket.json", "frames", [&](json::object const& vector) {
    conversation const c(vector);
    if (c.input.size() > longest || (!c.to_server && vector.at("name") == "a client refuses a masked frame"))
      return;
    auto& server = servers[{c.limits.max_message, c.limits.max_fragments}];
    if (!server) server = std::make_unique<echo_server>(c.limits);
    play_to_server(server->endpoint, c, piece);
  });
}

// ---- the client's role ----

/** A client that echoes, and the server that sends it the bytes of a conversation. */
void play_to_client(conversation const& c, std::size_t piece) {
  stage s;
  auto const client =
      std::make_shared<websocket_client>(s.loop.get_executor(), client_route{}, c.limits.max_message);
  bool const can_close = !c.closes && !ends_within_a_frame(c.input);
  int ends = 0;
  std::vector<std::string> heard;
  s.play([&]() -> task<> {
    auto const server = co_await s.accept();
    auto const request = co_await server->read_request();
    co_await server->accept_websocket(request);
    auto bytes = c.input;
    if (can_close) wire::websocket::append_frame(bytes, opcode::close, "\x03\xe8");
    for (std::size_t at = 0; at < bytes.size() && ends == 0; at += piece) {
      try {
        co_await server->write(bytes.substr(at, piece));
      } catch (boost::system::system_error const&) {
        break;  // what follows an error may meet a closed socket
      }
    }
    if (!c.closes && !can_close) co_return server->close();
    for (;;) {
      auto const message = co_await server->read_message();
      if (message == "end") break;
      heard.push_back(message);
    }
  });
  websocket_client::callbacks callbacks;
  callbacks.opened = [] {};
  callbacks.written = [] {};
  callbacks.message = [&](opcode op, std::string_view data) { client->write(op, data); };
  callbacks.ended = [&](error_code, int) { ++ends; };
  client->open(parse_client_url(s.url()).value(), "/", "", std::move(callbacks));
  s.run();
  while (ends == 0 && s.loop.run_one_for(std::chrono::seconds(5)) > 0) {
  }
  BOOST_TEST(ends == 1);
  auto expected = c.answers;
  if (can_close) expected.emplace_back("close:1000");
  for (auto& each : heard) {
    auto const data = each.substr(each.find(' ') + 1);
    auto const reason = each.starts_with("close ") ? wire::websocket::decode_close(data).value()
                                                   : wire::websocket::close_reason{};
    each = each.starts_with("close ") ? "close:" + std::to_string(static_cast<int>(reason.code))
                                      : each.substr(0, each.find(' ')) + ":" + data;
  }
  BOOST_TEST(heard == expected, boost::test_tools::per_element());
}

void test_client(std::size_t piece, std::size_t longest) {
  for_each_vector("websocket.json", "frames", [&](json::object const& vector) {
    conversation const c(vector);
    // The number of fragments is no option of the client.
    if (c.to_server || c.input.size() > longest || c.limits.max_fragments != frame_limits{}.max_fragments)
      return;
    play_to_client(c, piece);
  });
}

constexpr std::size_t whole = 1u << 20;

}  // namespace

BOOST_AUTO_TEST_SUITE(rfc6455)

BOOST_AUTO_TEST_CASE(a_server_answers_frames_as_the_vectors_say) {
  test_server(whole, whole);
}

BOOST_AUTO_TEST_CASE(a_server_answers_the_same_when_they_come_byte_by_byte) {
  test_server(1, 64);
}

BOOST_AUTO_TEST_CASE(a_client_answers_frames_as_the_vectors_say) {
  test_client(whole, whole);
}

BOOST_AUTO_TEST_CASE(a_client_answers_the_same_when_they_come_byte_by_byte) {
  test_client(1, 64);
}

BOOST_AUTO_TEST_CASE(close_frames_are_answered_as_the_vectors_say) {
  echo_server server({});
  for_each_vector("websocket.json", "close_payloads", [&](json::object const& vector) {
    auto const payload = expand(text_of(vector.at("payload")));
    conversation c(json::object{{"to", "client"}, {"input", ""}, {"messages", json::array{}}});
    wire::websocket::append_frame(c.input, opcode::close, payload);
    c.close(payload);
    BOOST_TEST((vector.contains("error") ||
                c.answers.front() == "close:" + std::to_string(vector.at("code").as_int64())));
    play_to_server(server.endpoint, c, whole);
    play_to_client(c, whole);
  });
}

// Limits and performance: large messages in one frame and in fragments of every size.
BOOST_AUTO_TEST_CASE(large_messages_are_echoed_whatever_their_fragments) {
  constexpr std::size_t size = 1'000'000;
  echo_server server({});
  for (std::size_t const fragment : {size, size / 16, std::size_t{1300}, std::size_t{256}}) {
    std::string frames;
    for (std::size_t at = 0; at < size; at += fragment) {
      auto const begin = frames.size();
      auto const op = at == 0 ? opcode::text : opcode::continuation;
      wire::websocket::append_frame(frames, op, std::string(std::min(fragment, size - at), '*'));
      if (at + fragment < size) frames[begin] = static_cast<char>(frames[begin] & 0x7f);
    }
    conversation c(json::object{{"to", "client"}, {"input", ""}, {"messages", json::array{}}});
    c.input = frames;
    c.answers = {"text:" + std::string(size, '*')};
    play_to_server(server.endpoint, c, whole);
    play_to_client(c, whole);
  }
}

// 5.5.3 lets the pong to an older ping be left out: a server that sends pings and reads nothing must not fill
// the client's memory.
BOOST_AUTO_TEST_CASE(a_client_that_is_flooded_with_pings_leaves_some_unanswered) {
  constexpr int pings = 200'000;
  stage s;
  auto const client = std::make_shared<websocket_client>(s.loop.get_executor(), client_route{}, whole);
  int pongs = 0;
  s.play([&]() -> task<> {
    auto const server = co_await s.accept();
    auto const request = co_await server->read_request();
    co_await server->accept_websocket(request);
    std::string flood;
    for (int i = 0; i < 1000; ++i) flood += peer::frame(std::string(125, 'p'), opcode::ping);
    for (int i = 0; i < pings / 1000; ++i) co_await server->write(flood);
    co_await server->write(peer::frame("done"));
    for (;;) {
      auto const message = co_await server->read_message();
      if (message == "text done") break;
      BOOST_REQUIRE(message.starts_with("pong "));
      ++pongs;
    }
  });
  websocket_client::callbacks callbacks;
  callbacks.opened = callbacks.written = [] {};
  callbacks.message = [&](opcode op, std::string_view data) { client->write(op, data); };
  callbacks.ended = [](error_code, int) {};
  client->open(parse_client_url(s.url()).value(), "/", "", std::move(callbacks));
  s.run();
  client->drop();
  BOOST_TEST(pongs > 0);
  BOOST_TEST(pongs < pings);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::net::test
