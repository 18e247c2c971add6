// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>

#include "running_server.hpp"

// The Socket.IO server over real sockets, seen by a client of raw bytes.
namespace uploadproto::net::test {

BOOST_AUTO_TEST_SUITE(socketio_server_over_loopback)

BOOST_AUTO_TEST_CASE(websocket_conversation) {
  running_server s;
  auto c = s.client();
  auto const head = c.upgrade(s.ws);
  BOOST_TEST(starts(head, "HTTP/1.1 101"));
  BOOST_TEST(head.find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") != std::string::npos);
  auto const open = c.frame();
  BOOST_TEST(starts(open, "text:0{\"sid\":\""));
  BOOST_TEST(
      open.ends_with("\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}"));
  c.send_text("40");
  BOOST_TEST(starts(c.frame(), "text:40{\"sid\":\""));
  c.send_text("42[\"echo\",1,\"a\",null]");
  BOOST_TEST(c.frame() == "text:42[\"echo\",1,\"a\",null]");
  c.send_text("427[\"ack\",true]");
  BOOST_TEST(c.frame() == "text:437[true]");
  c.send_text("451-[\"echo\",{\"_placeholder\":true,\"num\":0}]");
  std::string bytes;
  wire::websocket::append_masked_frame(bytes, wire::websocket::opcode::binary, "\x01\x02", 1);
  c.send(bytes);
  BOOST_TEST(c.frame() == "text:451-[\"echo\",{\"_placeholder\":true,\"num\":0}]");
  BOOST_TEST(c.frame() == "binary:\x01\x02");
  c.send_text("42[\"ask\",5]");
  BOOST_TEST(c.frame() == "text:420[\"question\",5]");
  c.send_text("430[6]");
  BOOST_TEST(c.frame() == "text:42[\"asked\",[6]]");
  c.send_text("42[\"ask\",5]");
  BOOST_TEST(c.frame() == "text:421[\"question\",5]");
  BOOST_TEST(starts(c.frame(), "text:42[\"asked\",\""));  // nobody answered in time
  c.send_text("40/nowhere,");
  BOOST_TEST(c.frame() == "text:44/nowhere,{\"message\":\"Invalid namespace\"}");
  c.send_text("40/custom");
  BOOST_TEST(starts(c.frame(), "text:40/custom,{\"sid\":\""));
  c.send_text("41");
  BOOST_TEST(s.wait_reason() == "client namespace disconnect");
  c.send_text("40{\"deny\":\"go away\"}");
  BOOST_TEST(c.frame() == "text:44{\"message\":\"go away\",\"data\":{\"why\":1}}");
  c.send_text("40");
  BOOST_TEST(starts(c.frame(), "text:40{"));
  c.send_text("42[\"close-me\"]");
  BOOST_TEST(c.frame() == "text:41/custom,");  // in the order of joining
  BOOST_TEST(c.frame() == "text:41");
  BOOST_TEST(c.frame() == "close:1005");
  BOOST_TEST(c.at_end());
}

BOOST_AUTO_TEST_CASE(what_came_with_the_upgrade_request_is_read) {
  running_server s;
  auto c = s.client();
  std::string request = std::string("GET ") + s.ws +
                        " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  wire::websocket::append_masked_frame(request, wire::websocket::opcode::text, "40", 7);
  wire::websocket::append_masked_frame(request, wire::websocket::opcode::text, "42[\"echo\"]", 7);
  c.send(request);
  c.answer();
  c.frame();
  BOOST_TEST(starts(c.frame(), "text:40{"));
  BOOST_TEST(c.frame() == "text:42[\"echo\"]");
}

BOOST_AUTO_TEST_CASE(polling_conversation_and_upgrade) {
  running_server s;
  auto c = s.client();
  auto const open = c.get(s.polling);
  BOOST_TEST(open.find("Content-Type: text/plain; charset=UTF-8") != std::string::npos);
  BOOST_TEST(open.find("Cache-Control: no-store") != std::string::npos);
  BOOST_TEST(body(open).find("\"upgrades\":[\"websocket\"]") != std::string::npos);
  auto const mine = s.polling + ("&sid=" + sid_of(open));
  BOOST_TEST(body(c.post(mine,
                         "40\x1e"
                         "42[\"echo\",1]")) == "ok");
  auto const both = body(c.get(mine));
  BOOST_TEST(starts(both, "40{\"sid\":\""));
  BOOST_TEST(
      both.ends_with("\x1e"
                     "42[\"echo\",1]"));

  auto ws = s.client();
  BOOST_TEST(starts(ws.upgrade(s.ws + ("&sid=" + sid_of(open))), "HTTP/1.1 101"));
  c.send("GET " + mine + " HTTP/1.1\r\nHost: x\r\n\r\n");  // held while the probe goes on
  ws.send_text("2probe");
  BOOST_TEST(ws.frame() == "text:3probe");
  BOOST_TEST(body(c.answer()) == "6");
  ws.send_text("5");
  ws.send_text("42[\"echo\",2]");
  BOOST_TEST(ws.frame() == "text:42[\"echo\",2]");
  BOOST_TEST(c.get(mine).find("{\"code\":3,\"message\":\"Bad request\"}") != std::string::npos);
  ws.send_text("41");
  BOOST_TEST(s.wait_reason() == "client namespace disconnect");
}

BOOST_AUTO_TEST_CASE(refusals) {
  running_server s;
  auto const refused = [&](std::string const& target, std::string const& status, std::string const& said) {
    auto c = s.client();
    auto const answer = c.get(target);
    BOOST_TEST_CONTEXT(target) {
      BOOST_TEST(starts(answer, "HTTP/1.1 " + status));
      BOOST_TEST(body(answer) == said);
    }
  };
  refused("/socket.io/?EIO=4&transport=x", "400", "{\"code\":0,\"message\":\"Transport unknown\"}");
  refused("/socket.io/?EIO=4&transport=polling&sid=x", "400",
          "{\"code\":1,\"message\":\"Session ID unknown\"}");
  refused("/socket.io/?EIO=4&transport=websocket", "400", "{\"code\":3,\"message\":\"Bad request\"}");
  refused("/socket.io/?EIO=3&transport=polling", "400",
          "{\"code\":5,\"message\":\"Unsupported protocol version\"}");
  refused("/elsewhere", "404", "");
  auto c = s.client();
  BOOST_TEST(body(c.post(s.polling, "40")) == "{\"code\":2,\"message\":\"Bad handshake method\"}");
  auto ws = s.client();
  BOOST_TEST(starts(ws.upgrade("/socket.io/?EIO=3&transport=websocket"), "HTTP/1.1 400"));
  auto without_slash = s.client();
  BOOST_TEST(starts(without_slash.get("/socket.io?EIO=4&transport=polling"), "HTTP/1.1 200"));  // BU-T3
}

BOOST_AUTO_TEST_CASE(polling_faults) {
  socketio::server_options options;
  options.engine.session.max_payload = 1000;
  running_server s(options);
  auto const open = [&](raw_client& c) { return s.polling + ("&sid=" + sid_of(c.get(s.polling))); };
  {
    auto first = s.client(), second = s.client();
    auto const mine = open(first);
    first.send("GET " + mine + " HTTP/1.1\r\nHost: x\r\n\r\n");
    // The second may overtake the first on its way; either way one gets the farewell and one the refusal.
    auto const b = second.get(mine);
    auto const a = first.answer();
    BOOST_TEST((starts(a, "HTTP/1.1 200") ? body(a) : body(b)) == "1");
    BOOST_TEST((starts(a, "HTTP/1.1 200") ? b : a).find("HTTP/1.1 400") == 0u);
    BOOST_TEST(starts(s.client().get(mine), "HTTP/1.1 400"));
  }
  {
    auto c = s.client();
    auto const mine = open(c);
    BOOST_TEST(starts(c.post(mine, "4" + std::string(1000, 'x')), "HTTP/1.1 413"));
    auto again = s.client();
    BOOST_TEST(body(again.post(mine, "40" + std::string(998, ' '))) == "ok");
  }
  {
    auto c = s.client();
    auto const mine = open(c);
    auto const answer = c.post(mine, "x");  // does not parse: `ok`, and the session is gone
    BOOST_TEST(body(answer) == "ok");
    BOOST_TEST(c.get(mine).find("Session ID unknown") != std::string::npos);
  }
  {
    auto c = s.client();
    auto const mine = open(c);
    c.post(mine, "40");
    c.get(mine);
    c.send("GET " + mine + " HTTP/1.1\r\nHost: x\r\n\r\n");
    c.socket.close();  // leaves in the middle of a poll
    BOOST_TEST(s.wait_reason() == "transport error");
  }
  {
    auto c = s.client();
    auto const mine = open(c);
    auto put = s.client();
    put.send("PUT " + mine + " HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    BOOST_TEST(starts(put.answer(), "HTTP/1.1 405"));
  }
}

BOOST_AUTO_TEST_CASE(websocket_faults_close_only_their_own_connection) {
  socketio::server_options options;
  options.engine.session.max_payload = 1000;
  running_server s(options);
  auto bystander = s.joined();
  auto const fault = [&](std::string const& bytes) {
    auto c = s.joined();
    c.send(bytes);
    auto const said = c.frame();
    c.at_end();
    return said;
  };
  std::string big, unmasked, bad_text, reserved;
  using wire::websocket::opcode;
  wire::websocket::append_masked_frame(big, opcode::text, std::string(1001, 'x'), 5);
  wire::websocket::append_frame(unmasked, opcode::text, "42[\"echo\"]");
  wire::websocket::append_masked_frame(bad_text, opcode::text, "\xff\xfe", 5);
  wire::websocket::append_masked_frame(reserved, opcode::text, "4", 5);
  reserved[0] = static_cast<char>(reserved[0] | 0x40);
  BOOST_TEST(fault(big) == "close:1009");
  BOOST_TEST(fault(unmasked) == "close:1002");
  BOOST_TEST(fault(bad_text) == "close:1007");
  BOOST_TEST(fault(reserved) == "close:1002");
  for (auto const* packet : {"x", "42", "42{}", "42[{}]", "42[\"connect\"]", "2", "40"}) {
    auto c = s.joined();
    c.send_text(packet);
    BOOST_TEST_CONTEXT(packet) {
      BOOST_TEST(c.frame() == "close:1005");
    }
  }
  for (auto const* ignored :
       {"42[\"unknown\",1]", "42[\"error\"]", "42[\"__proto__\"]", "42[\"\"]", "439[]"}) {
    bystander.send_text(ignored);
    bystander.send_text("42[\"echo\"]");
    BOOST_TEST(bystander.frame() == "text:42[\"echo\"]");
  }
}

BOOST_AUTO_TEST_CASE(orderly_close_of_the_server) {
  running_server s;
  auto c = s.joined();
  auto waiting = s.client();
  auto const mine = s.polling + ("&sid=" + sid_of(waiting.get(s.polling)));
  waiting.post(mine, "40");
  waiting.get(mine);
  s.loop.on_loop([&] { s.io->close(); });
  // No DISCONNECT: a client that is put out stays away, one whose connection ends comes back.
  BOOST_TEST(c.frame() == "close:1005");
  BOOST_TEST(body(waiting.get(mine)) ==
             "6\x1e"
             "1");
  BOOST_TEST(s.wait_reason() == "server shutting down");
  BOOST_CHECK_THROW(s.client(), boost::system::system_error);
}

// The fan-out merges what a turn sends to one audience; order must hold for everyone, whatever else is
// written in between.
BOOST_AUTO_TEST_CASE(fan_out_keeps_each_members_order) {
  running_server s;
  std::vector<raw_client> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(s.joined());
    clients.back().send_text("420[\"join\",\"all\"]");
    BOOST_TEST(clients.back().frame() == "text:430[]");
    if (i % 2 == 0) {
      clients.back().send_text("420[\"join\",\"even\"]");
      clients.back().frame();
    }
  }
  s.loop.on_loop([&] {
    auto& nsp = s.io->of("/");
    int n = 0;
    auto const everyone = nsp.sockets();
    for (int round = 0; round < 50; ++round) {
      nsp.to("all").emit("n", {n++});
      nsp.to("all").emit("n", {n++});
      everyone[static_cast<std::size_t>(round) % everyone.size()]->emit("n", {n++});
      nsp.to("all").emit("n", {n++});
      nsp.to("even").emit("n", {n++});
      nsp.to("even").to("all").emit("n", {n++});
    }
    nsp.emit("done");
  });
  for (std::size_t i = 0; i < clients.size(); ++i) {
    int last = -1, seen = 0;
    for (;;) {
      auto const frame = clients[i].frame();
      if (frame == "text:42[\"done\"]") break;
      BOOST_REQUIRE(starts(frame, "text:42[\"n\","));
      int const n = std::stoi(frame.substr(12));
      BOOST_REQUIRE(n > last);
      last = n;
      ++seen;
    }
    int const shared = 50 * 4 + (i % 2 == 0 ? 50 : 0);
    BOOST_TEST(seen >= shared);
    BOOST_TEST(seen <= shared + 3);
  }
}

// A reader that stops reading: its memory is bounded, newer progress replaces older, the rest arrives.
BOOST_AUTO_TEST_CASE(slow_reader_is_brought_up_to_date) {
  running_server s;
  auto slow = s.joined();
  auto quick = s.joined();
  std::string const filler(20'000, 'x');
  constexpr int events = 2000;
  s.loop.on_loop([&] {
    auto all = s.io->of("/").all();
    for (int i = 0; i < events; ++i) all.emit_json("p", std::to_string(i) + ",\"" + filler + "\"", 77);
    all.emit_json("end", "1");
  });
  int seen = 0, last = -1;
  for (;;) {
    auto const frame = slow.frame();
    if (frame == "text:42[\"end\",1]") break;
    BOOST_REQUIRE(starts(frame, "text:42[\"p\","));
    int const n = std::stoi(frame.substr(12));
    BOOST_REQUIRE(n > last);
    last = n;
    ++seen;
  }
  BOOST_TEST(last == events - 1);
  BOOST_TEST(seen < events);
  while (quick.frame() != "text:42[\"end\",1]") {
  }
}

BOOST_AUTO_TEST_CASE(a_reader_too_far_behind_is_let_go) {
  socketio::server_options options;
  options.engine.session.max_backlog = 1'000'000;
  running_server s(options);
  auto slow = s.joined();
  std::string const filler(100'000, 'x');
  for (int turn = 0; turn < 200; ++turn)
    s.loop.on_loop([&] { s.io->of("/").emit("important", {boost::json::string(filler)}); });
  BOOST_TEST(s.wait_reason() == "transport error");
}

BOOST_AUTO_TEST_CASE(cors_is_off_by_default_and_exact_when_on) {
  {
    running_server s;
    auto c = s.client();
    BOOST_TEST(c.get(s.polling, "Origin: https://a.example\r\n").find("Access-Control") == std::string::npos);
  }
  socketio::server_options options;
  options.engine.cors_origins = {"https://a.example"};
  options.engine.cors_credentials = true;
  options.engine.websocket_origins = {"https://a.example"};
  running_server s(options);
  auto c = s.client();
  auto const good = c.get(s.polling, "Origin: https://a.example\r\n");
  BOOST_TEST(good.find("Access-Control-Allow-Origin: https://a.example") != std::string::npos);
  BOOST_TEST(good.find("Vary: Origin") != std::string::npos);
  auto const bad = c.get(s.polling, "Origin: https://b.example\r\n");
  BOOST_TEST(starts(bad, "HTTP/1.1 200"));
  BOOST_TEST(bad.find("Access-Control-Allow-Origin") == std::string::npos);
  c.send(std::string("OPTIONS ") + s.polling +
         " HTTP/1.1\r\nHost: x\r\nOrigin: https://a.example\r\nAccess-Control-Request-Headers: x-y\r\n\r\n");
  auto const preflight = c.answer();
  BOOST_TEST(starts(preflight, "HTTP/1.1 204"));
  BOOST_TEST(preflight.find("Access-Control-Allow-Headers: x-y") != std::string::npos);
  auto foreign = s.client();
  BOOST_TEST(starts(foreign.upgrade(s.ws, "Origin: https://b.example\r\n"), "HTTP/1.1 400"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::net::test
