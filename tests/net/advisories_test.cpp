// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>
#include <stdexcept>
#include <uploadproto/session/engineio_server.hpp>
#include <uploadproto/socketio/client.hpp>

#include "client_peer.hpp"
#include "running_server.hpp"

// What other implementations were once attacked by, one case an advisory. docs/security.md lists them all,
// with those whose test stands elsewhere and those that cannot apply.
namespace uploadproto::net::test {
namespace {

using namespace std::chrono_literals;
using wire::websocket::opcode;

std::string masked(opcode op, std::string_view payload) {
  std::string frame;
  wire::websocket::append_masked_frame(frame, op, payload, 0x01020304);
  return frame;
}

std::string const upgrade_headers =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

/** The memory that this process uses, in bytes. */
std::size_t resident() {
  std::size_t total = 0, pages = 0;
  std::ifstream("/proc/self/statm") >> total >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

/** A reset instead of an orderly end. */
void reset(raw_client& client) {
  client.socket.set_option(asio::socket_base::linger(true, 0));
  client.socket.close();
}

/** A polling session: its target. */
std::string opened_session(raw_client& client) {
  return running_server::polling + ("&sid=" + sid_of(client.get(running_server::polling)));
}

/** What a joined client hears after these bytes: the next frame or the end. */
std::string said_to(running_server& s, std::string const& bytes) {
  auto c = s.joined();
  c.send(bytes);
  return c.frame();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(advisories)

BOOST_AUTO_TEST_CASE(CVE_2017_16031_ids_cannot_be_foretold) {
  std::vector<random_id> seen(1'000'000);
  for (auto& id : seen) id = make_random_id();
  std::sort(seen.begin(), seen.end());
  BOOST_TEST((std::adjacent_find(seen.begin(), seen.end()) == seen.end()));
  BOOST_TEST(seen.front().size() * 6 >= 128u);  // bits

  socketio::server_options options;
  options.recovery.emplace();
  running_server s(options);
  auto c = s.client();
  c.upgrade(s.ws);
  auto const secret = sid_of(c.frame());
  c.send_text("40");
  auto const answer = c.frame();
  auto const at = answer.find("\"pid\":\"") + 7;
  auto const pid = answer.substr(at, answer.find('"', at) - at);
  BOOST_TEST((std::set<std::string>{secret, sid_of(answer), pid}).size() == 3u);
}

BOOST_AUTO_TEST_CASE(CVE_2020_28481_no_origin_may_read_by_default) {
  std::string const foreign = "Origin: http://evil.example\r\n";
  running_server s;
  socketio::server_options options;
  options.engine.cors_origins = {"http://good.example"};
  running_server listing(options);
  for (auto* const each : {&s, &listing}) {
    auto c = each->client();
    auto const open = c.get(s.polling, foreign);
    auto const mine = s.polling + ("&sid=" + sid_of(open));
    for (auto const& answer : {open, c.post(mine, "40", foreign), c.get(mine, foreign),
                               c.get("/socket.io/?EIO=4", foreign), each->client().upgrade(s.ws, foreign)})
      BOOST_TEST(answer.find("Access-Control-Allow-Origin") == answer.npos, answer);
  }
}

BOOST_AUTO_TEST_CASE(CVE_2024_38355_no_event_name_is_special) {
  running_server s;
  s.loop.on_loop([&] {
    for (auto const* const name : {"error", "toString"})
      s.io->of("/").on(name, [](socketio::socket& who, socketio::event const& e) { who.emit(e.name); });
  });
  auto c = s.joined();
  for (std::string const name : {"error", "toString"}) {
    c.send_text("42[\"" + name + "\",{}]");
    BOOST_TEST(c.frame() == "text:42[\"" + name + "\"]");
  }
  for (std::string const name : {"__proto__", "constructor", "hasOwnProperty", "", "connection", "\\u0000"})
    c.send_text("42[\"" + name + "\",{\"__proto__\":{\"a\":1}}]");
  c.send_text("42[\"echo\",1]");
  BOOST_TEST(c.frame() == "text:42[\"echo\",1]");
}

BOOST_AUTO_TEST_CASE(CVE_2020_36048_bodies_are_bounded_while_they_arrive) {
  running_server s;
  BOOST_TEST(s.io->options().engine.session.max_payload == 1'000'000u);
  {
    auto c = s.client();
    auto const mine = opened_session(c);
    c.send("POST " + mine +
           " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n");
    std::string const chunk = "10000\r\n" + std::string(65536, '4') + "\r\n";
    for (int i = 0; i < 16; ++i) c.send(chunk);  // beyond the limit, and no end in sight
    BOOST_TEST(starts(c.answer(), "HTTP/1.1 413"));
    auto announced = s.client();
    announced.send("POST " + mine + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n");
    BOOST_TEST(starts(announced.answer(), "HTTP/1.1 413"));
  }
  std::vector<raw_client> slow;
  auto const before = resident();
  for (int i = 0; i < 60; ++i) {
    auto c = s.client();
    auto const mine = opened_session(c);
    c.send("POST " + mine + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n4abc");
    slow.push_back(std::move(c));
  }
  BOOST_TEST(s.lives());
  BOOST_TEST(resident() < before + 20'000'000);
}

BOOST_AUTO_TEST_CASE(CVE_2022_21676_broken_frames_right_behind_the_upgrade) {
  running_server s;
  for (int const first : {0x91, 0xa1, 0xc1, 0xf1, 0x83, 0x8b, 0x09}) {
    auto frame = masked(opcode::text, "2probe");
    frame[0] = static_cast<char>(first);
    auto fresh = s.client();
    fresh.send(std::string("GET ") + s.ws + " HTTP/1.1\r\nHost: x\r\n" + upgrade_headers + "\r\n" + frame);
    BOOST_TEST(starts(fresh.answer(), "HTTP/1.1 101"));
    BOOST_TEST(starts(fresh.frame(), "text:0{"));
    BOOST_TEST(fresh.frame() == "close:1002");

    auto c = s.client();
    auto const open = c.get(s.polling);
    auto probe = s.client();
    probe.send("GET " + (s.ws + ("&sid=" + sid_of(open))) + " HTTP/1.1\r\nHost: x\r\n" + upgrade_headers +
               "\r\n" + frame);
    BOOST_TEST(starts(probe.answer(), "HTTP/1.1 101"));
    BOOST_TEST(probe.frame() == "close:1002");
    BOOST_TEST(body(c.post(s.polling + ("&sid=" + sid_of(open)), "40")) == "ok");  // polling goes on
  }
  auto garbage = s.client();
  garbage.send(std::string("GET ") + s.ws + " HTTP/1.1\r\nHost: x\r\n" + upgrade_headers + "\r\n" +
               std::string(5000, '\xff'));
  garbage.at_end();
  BOOST_TEST(s.lives());
}

BOOST_AUTO_TEST_CASE(CVE_2022_41940_resets_on_every_way_of_refusal) {
  socketio::server_options options;
  options.engine.websocket_origins = {"http://good.example"};
  options.engine.allow_request = [](handshake const& shake, handshake_decision decide) {
    decide(shake.query.find("no") ? std::optional<std::string>("no") : std::nullopt);
  };
  running_server s(options);
  std::string const good = "Origin: http://good.example\r\n";
  for (std::string const target :
       {"/socket.io/?EIO=3&transport=websocket", "/socket.io/?EIO=4&transport=x",
        "/socket.io/?EIO=4&transport=polling", "/socket.io/?EIO=4&transport=websocket&sid=x",
        "/socket.io/?EIO=4&transport=websocket&no=1", "/elsewhere",
        "/socket.io/?EIO=4&transport=websocket"}) {
    for (auto const& origin : {good, std::string("Origin: http://evil.example\r\n")})
      for (int i = 0; i < 5; ++i) {
        auto c = s.client();
        c.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n" + upgrade_headers + origin + "\r\n");
        reset(c);
      }
  }
  auto c = s.client();
  BOOST_TEST(starts(c.upgrade(s.ws, good), "HTTP/1.1 101"));
  BOOST_TEST(starts(c.frame(), "text:0{"));
}

BOOST_AUTO_TEST_CASE(CVE_2023_31125_odd_queries) {
  running_server s;
  std::string const long_value(10'000, 'a');
  for (std::string const query : {"",
                                  "?",
                                  "?EIO=4",
                                  "?EIO=4&transport=",
                                  "?EIO=4&transport",
                                  "?EIO=4&transport=__proto__",
                                  "?EIO=4&transport=constructor",
                                  "?EIO=4&transport=toString",
                                  "?EIO=4&transport=webtransport",
                                  "?EIO=4&transport=websocket%00",
                                  "?EIO=4&transport=%77ebsockets",
                                  "?EIO=4&transport=%",
                                  "?EIO=4&transport=%zz",
                                  "?EIO=4&transport=polling&transport=x",
                                  "?EIO[]=4&transport[]=polling",
                                  "?EIO=4&EIO=&transport=polling",
                                  "?EIO=4&transport=polling&sid=__proto__",
                                  "?EIO=4&transport=websocket&sid=%00",
                                  "?&&&===",
                                  "?%00=%00"}) {
    auto c = s.client();
    BOOST_TEST(starts(c.get("/socket.io/" + query), "HTTP/1.1 400"), query);
    auto ws = s.client();
    BOOST_TEST(starts(ws.upgrade("/socket.io/" + query), "HTTP/1.1 400"), query);
  }
  BOOST_TEST(starts(s.client().get("/socket.io/?EIO=4&transport=" + long_value), "HTTP/1.1 400"));
  BOOST_TEST(starts(s.client().get(s.polling + ("&t=" + long_value + long_value)), "HTTP/1.1 431"));
  BOOST_TEST(s.lives());
}

BOOST_AUTO_TEST_CASE(CVE_2020_36049_a_large_packet_costs_no_more_than_its_size) {
  running_server s;
  auto const large = [](std::string start, std::string const& part) {
    while (start.size() + part.size() < 999'000) start += part;
    return start;
  };
  // Quadratic work in any of these would outlast the client's five seconds by far.
  for (auto const& packet : {large("42[\"echo\"", ",1") + "]", large("42[\"echo\",\"", "\\u00e9") + "\"]",
                             large("42", "9"), large("42/", "a"), large("451-", "["),
                             large("42[\"a\",{", "\"k\":0,") + "\"k\":0}]", large("40{\"a\":\"", "x")}) {
    auto c = s.joined();
    c.send_text(packet);
    c.send_text("42[\"echo\",\"behind it\"]");
    std::string answer;
    while (!starts(answer, "close:") && answer != "text:42[\"echo\",\"behind it\"]") {
      answer = c.frame();
      BOOST_REQUIRE(answer != "eof");
    }
  }
  BOOST_TEST(s.lives());
}

BOOST_AUTO_TEST_CASE(CVE_2022_2421_placeholders_are_checked) {
  running_server s;
  for (std::string const placeholder :
       {R"({"_placeholder":true,"num":"0"})", R"({"_placeholder":true,"num":-1})",
        R"({"_placeholder":true,"num":0.5})", R"({"_placeholder":true,"num":1})",
        R"({"_placeholder":true,"num":1e99})", R"({"_placeholder":true,"num":null})",
        R"({"_placeholder":true,"num":{}})", R"({"_placeholder":true})",
        R"({"_placeholder":true,"num":"splice"})"})
    BOOST_TEST(said_to(s, masked(opcode::text, "451-[\"echo\"," + placeholder + "]") +
                              masked(opcode::binary, "x")) == "close:1005",
               placeholder);
  // Anything but `true` makes it plain data.
  for (std::string const plain : {R"({"_placeholder":1,"num":7})", R"({"_placeholder":"true","num":"x"})"}) {
    auto c = s.joined();
    c.send(masked(opcode::text, "451-[\"echo\"," + plain + ",{\"_placeholder\":true,\"num\":0}]") +
           masked(opcode::binary, "x"));
    BOOST_TEST(c.frame() == "text:451-[\"echo\"," + plain + ",{\"_placeholder\":true,\"num\":0}]");
  }
  BOOST_TEST(s.lives());
}

BOOST_AUTO_TEST_CASE(CVE_2023_32695_an_event_has_a_name) {
  running_server s;
  for (std::string const name : {"{}", "[]", "null", "true", "{\"toString\":\"x\"}", "[[]]"})
    for (std::string const head : {"42", "421", "42/,"})
      BOOST_TEST(said_to(s, masked(opcode::text, head + "[" + name + ",1]")) == "close:1005", head + name);
  BOOST_TEST(s.lives());
}

BOOST_AUTO_TEST_CASE(CVE_2026_33151_attachments_are_bounded) {
  socketio::server_options options;
  options.session.decoding.max_pending_bytes = 2'000'000;
  running_server s(options);
  for (std::string const count : {"0", "11", "100000000000000000000", "-1", "01e2", "4501", "1.0", ""})
    BOOST_TEST(
        said_to(s, masked(opcode::text, "45" + count + "-[\"echo\",{\"_placeholder\":true,\"num\":0}]")) ==
            "close:1005",
        count);
  std::string ten = "4510-[\"echo\"";
  for (int i = 0; i < 10; ++i) ten += ",{\"_placeholder\":true,\"num\":" + std::to_string(i) + "}";
  std::string attached = masked(opcode::text, ten + "]");
  for (int i = 0; i < 10; ++i) attached += masked(opcode::binary, "x");
  BOOST_TEST(starts(said_to(s, attached), "text:4510-["));
  // Ten are allowed, but not of any size together.
  std::string heavy = masked(opcode::text, ten + "]");
  for (int i = 0; i < 3; ++i) heavy += masked(opcode::binary, std::string(900'000, 'x'));
  BOOST_TEST(said_to(s, heavy) == "close:1005");
  BOOST_TEST(s.lives());
}

BOOST_AUTO_TEST_CASE(CVE_2016_10518_a_pong_holds_the_pings_bytes_and_no_more) {
  running_server s;
  auto c = s.joined();
  for (std::size_t const size : {0u, 1u, 124u, 125u}) {
    std::string const payload(size, static_cast<char>('a' + size % 26));
    c.send(masked(opcode::ping, payload));
    BOOST_TEST(c.frame() == "pong:" + payload);
  }
  c.send(masked(opcode::ping, std::string(126, 'x')));
  BOOST_TEST(c.frame() == "close:1002");
}

BOOST_AUTO_TEST_CASE(CVE_2016_10542_a_message_has_a_limit) {
  running_server s;
  std::string announced;
  wire::websocket::append_masked_frame(announced, opcode::text, std::string(1'000'001, '4'), 5);
  BOOST_TEST(said_to(s, announced.substr(0, 20)) == "close:1009");  // before it arrives
  auto part = masked(opcode::text, "4" + std::string(600'000, 'x'));
  part[0] = 1;
  auto more = masked(opcode::continuation, std::string(600'000, 'x'));
  BOOST_TEST(said_to(s, part + more) == "close:1009");
}

BOOST_AUTO_TEST_CASE(GHSA_5v72_xg48_5rpm_extension_headers_are_not_tripped_over) {
  running_server s;
  for (std::string const offer :
       {"permessage-deflate; client_max_window_bits", "constructor", "__proto__; __proto__",
        ";;;,,,===", "\"", "a;b=\"", "a; b=\"\\", ",",
        "permessage-deflate;server_max_window_bits=99999999999999999999", "\xff\xfe"}) {
    auto c = s.client();
    auto const answer = c.upgrade(s.ws, "Sec-WebSocket-Extensions: " + offer + "\r\n");
    BOOST_TEST(starts(answer, "HTTP/1.1 101"), offer);
    BOOST_TEST(answer.find("Sec-WebSocket-Extensions") == answer.npos);
    BOOST_TEST(starts(c.frame(), "text:0{"));
  }
}

BOOST_AUTO_TEST_CASE(CVE_2021_32640_protocol_headers_are_read_in_linear_time) {
  running_server s;
  for (std::string const part : {" ", ",", " ,", "\t", "a,", "a "}) {
    std::string offer = "a";
    while (offer.size() < 15'000) offer += part;
    auto c = s.client();
    auto const answer = c.upgrade(s.ws, "Sec-WebSocket-Protocol: " + offer + "b\r\n");
    BOOST_TEST(starts(answer, "HTTP/1.1 400"));  // empty, doubled, or no token
  }
  std::string distinct = "first";
  for (int i = 0; distinct.size() < 15'000; ++i) distinct += "," + std::to_string(i);
  auto c = s.client();
  auto const answer = c.upgrade(s.ws, "Sec-WebSocket-Protocol: " + distinct + "\r\n");
  BOOST_TEST(answer.find("Sec-WebSocket-Protocol: first\r\n") != answer.npos);
}

BOOST_AUTO_TEST_CASE(CVE_2024_37890_too_many_headers_or_too_few) {
  running_server s;
  std::string many;
  for (int i = 0; i < 4000; ++i) many += "a" + std::to_string(i) + ": b\r\n";
  BOOST_TEST(starts(s.client().upgrade(s.ws, many), "HTTP/1.1 431"));
  BOOST_TEST(starts(s.client().get(s.polling, many), "HTTP/1.1 431"));
  std::vector<std::string> const lines{"Connection: Upgrade\r\n", "Upgrade: websocket\r\n",
                                       "Sec-WebSocket-Version: 13\r\n",
                                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"};
  for (std::size_t missing = 0; missing < lines.size(); ++missing) {
    std::string request = std::string("GET ") + s.ws + " HTTP/1.1\r\nHost: x\r\n";
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (i != missing) request += lines[i];
    auto c = s.client();
    c.send(request + "\r\n");
    BOOST_TEST(starts(c.answer(), "HTTP/1.1 400"), "without " << lines[missing]);
  }
  BOOST_TEST(s.lives());
}

BOOST_AUTO_TEST_CASE(CVE_2026_45736_a_close_frame_holds_the_given_bytes_and_no_more) {
  running_server s;
  auto answered = s.joined();
  answered.send(masked(opcode::close, "\x03\xe8 bye"));
  BOOST_TEST((answered.rest() == std::string("\x88\x02\x03\xe8", 4)));
  auto bare = s.joined();
  bare.send(masked(opcode::close, ""));
  BOOST_TEST((bare.rest() == std::string("\x88\x00", 2)));
  auto put_out = s.joined();
  put_out.send_text("41");
  put_out.send_text("1");  // Engine.IO's close: an empty close frame
  BOOST_TEST((put_out.frame() == "close:1005"));
  auto broken = s.joined();
  broken.send(std::string("\xf1\x80\0\0\0\0", 6));
  BOOST_TEST((broken.rest() == std::string("\x88\x02\x03\xea", 4)));
}

BOOST_AUTO_TEST_CASE(CVE_2026_48779_tiny_fragments_are_bounded) {
  running_server s;
  for (std::string const piece : {"", "x"}) {
    auto part = masked(opcode::text, "4");
    part[0] = 1;
    auto more = masked(opcode::continuation, piece);
    more[0] = 0;
    std::string flood = part;
    for (int i = 0; i < 5000; ++i) flood += more;
    BOOST_TEST(said_to(s, flood) == "close:1009");
  }
  // Slowly is no way around it: each fragment comes by itself.
  auto c = s.joined();
  auto part = masked(opcode::text, "4");
  part[0] = 1;
  c.send(part);
  auto more = masked(opcode::continuation, "x");
  more[0] = 0;
  error_code ec;
  for (int i = 0; i < 5000 && !ec; ++i) asio::write(c.socket, asio::buffer(more), ec);
  BOOST_TEST(c.frame() == "close:1009");
}

BOOST_AUTO_TEST_CASE(CVE_2024_47764_nothing_breaks_out_of_a_cookie_or_header) {
  asio::io_context context;
  using namespace std::string_literals;
  for (auto const& bad : {"a\r\nb"s, "a;b"s, "a\nb"s, "a\0b"s, "a\x7f"s}) {
    for (auto member : {&session::cookie_options::name, &session::cookie_options::path,
                        &session::cookie_options::domain, &session::cookie_options::same_site}) {
      socketio::server_options options;
      options.engine.cookie.emplace().*member = bad;
      BOOST_CHECK_THROW(socketio::server(context, options), std::invalid_argument);
    }
  }
  socketio::server_options options;
  options.engine.initial_headers = [](http::fields& answer, handshake const&) {
    answer.set("X-One", "a\r\nSet-Cookie: b=c");
  };
  options.engine.headers = [](http::fields& answer, http::fields const&) {
    answer.set("X-Two", "a\nX-Three: b");
  };
  running_server s(options);
  for (auto const& answer :
       {s.client().get(s.polling), s.client().upgrade(s.ws), s.client().get("/socket.io/")}) {
    BOOST_TEST(answer.find("Set-Cookie") == answer.npos);
    BOOST_TEST(answer.find("X-T") == answer.npos);
  }
}

BOOST_AUTO_TEST_CASE(CVE_2019_13611_foreign_pages_open_no_websocket) {
  socketio::server_options options;
  options.engine.websocket_origins = {"http://good.example"};
  running_server s(options);
  auto c = s.client();
  auto const open = c.get(s.polling);
  for (auto const& target : {std::string(s.ws), s.ws + ("&sid=" + sid_of(open))}) {
    for (std::string const origin :
         {"", "Origin: http://evil.example\r\n", "Origin: null\r\n", "Origin: http://good.example.evil\r\n",
          "Origin: https://good.example\r\n", "Origin: \r\n"})
      BOOST_TEST(starts(s.client().upgrade(target, origin), "HTTP/1.1 400"), target + origin);
    BOOST_TEST(starts(s.client().upgrade(target, "Origin: http://good.example\r\n"), "HTTP/1.1 101"));
  }
}

BOOST_AUTO_TEST_CASE(CVE_2026_48802_unasked_pongs_cost_nothing) {
  running_server s;
  auto c = s.joined();
  auto const before = resident();
  std::string pongs;
  for (int i = 0; i < 100'000; ++i) pongs += masked(opcode::text, "3");
  c.send(pongs);
  c.send_text("42[\"echo\"]");
  BOOST_TEST(c.frame() == "text:42[\"echo\"]");
  BOOST_TEST(resident() < before + 5'000'000);
  // One deadline a session, whatever came.
  session::engineio_server_options const options;
  session::engineio_server::time_point const start{};
  session::engineio_server session(options, session::engineio_transport::websocket, start);
  auto const due = session.deadline();
  session::engineio_server::actions actions;
  for (int i = 0; i < 1000; ++i) session.websocket_text("3", start + 1s, actions);
  BOOST_TEST((session.deadline() == due));
  BOOST_TEST(actions.empty());
}

BOOST_AUTO_TEST_CASE(hardening_2026_05_nothing_is_read_for_who_is_refused) {
  running_server s;
  for (std::string const target : {"/socket.io/?EIO=4&transport=polling&sid=nobody",
                                   "/socket.io/?EIO=4&transport=polling", "/elsewhere"}) {
    auto c = s.client();
    c.send("POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n");  // and no byte of it
    BOOST_TEST(starts(c.answer(), target == "/elsewhere" ? "HTTP/1.1 404" : "HTTP/1.1 400"));
  }
  // Attachments of one who has joined nothing are not waited for.
  auto c = s.client();
  c.upgrade(s.ws);
  c.frame();
  c.send_text("451-[\"echo\",{\"_placeholder\":true,\"num\":0}]");
  BOOST_TEST(c.frame() == "close:1005");
}

BOOST_AUTO_TEST_CASE(engineioxide_731_abandoned_polling_sessions_are_reclaimed) {
  socketio::server_options options;
  options.engine.session.ping_interval = 20ms;
  options.engine.session.ping_timeout = 20ms;
  running_server s(options);
  auto c = s.client();
  auto const mine = opened_session(c);
  c.post(mine, "40");
  BOOST_TEST(s.wait_reason() == "ping timeout");  // there never was a GET
  BOOST_TEST(s.loop.on_loop([&] { return s.io->engine().connections(); }) == 0u);
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_bounded) {
  running_server s;
  for (std::string const level : {"[", "{\"a\":"}) {
    std::string deep = "42[\"echo\",";
    for (int i = 0; i < 100'000; ++i) deep += level;
    BOOST_TEST(said_to(s, masked(opcode::text, deep)) == "close:1005");
    BOOST_TEST(said_to(s, masked(opcode::text, "40/x," + deep.substr(10))) == "close:1005");
  }
  BOOST_TEST(s.lives());
}

BOOST_AUTO_TEST_CASE(slow_loris_is_bounded_in_time_at_every_step) {
  socketio::server_options options;
  options.engine.http_timeout = 50ms;
  options.engine.session.upgrade_timeout = 50ms;
  options.session.connect_timeout = 50ms;
  running_server s(options);
  auto header = s.client();
  header.send("GET /socket.io/?EIO=4");
  BOOST_TEST(header.at_end());
  auto idle = s.client();
  BOOST_TEST(idle.at_end());
  auto posting = s.client();
  auto const mine = opened_session(posting);
  posting.send("POST " + mine + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n4");
  BOOST_TEST(posting.at_end());
  auto joins_nothing = s.client();
  joins_nothing.upgrade(s.ws);
  joins_nothing.frame();
  BOOST_TEST(joins_nothing.frame() == "close:1005");
  auto c = s.client();
  auto const open = c.get(s.polling);
  auto half_open = s.client();
  half_open.upgrade(s.ws + ("&sid=" + sid_of(open)));
  BOOST_TEST(half_open.frame() == "close:1005");
  BOOST_TEST(s.lives());
}

BOOST_AUTO_TEST_CASE(redirects_carry_no_credentials_elsewhere) {
  for (auto const transport : {client_transport::websocket, client_transport::polling}) {
    stage server, elsewhere;
    bool followed = false;
    server.play([&]() -> task<> {
      auto const client = co_await server.accept();
      auto const r = co_await client->read_request();
      BOOST_TEST(r.has("Authorization: secret"));
      co_await client->answer(302, "", "Location: " + elsewhere.url() + "/socket.io/\r\n");
      co_await client->read_to_end();
    });
    elsewhere.play([&]() -> task<> {
      auto const client = co_await elsewhere.accept();
      followed = true;
    });
    client_options options;
    options.url = server.url();
    options.transports = {transport};
    options.headers = {{"Authorization", "secret"}};
    socketio::client c(server.loop.get_executor(), options);
    error_code refused;
    c.async_connect([&](error_code error) { refused = error; });
    server.run();
    elsewhere.loop.poll();
    BOOST_TEST((refused == session::client_error::unexpected_status));
    BOOST_TEST(!followed);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::net::test
