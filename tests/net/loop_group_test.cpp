// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <thread>
#include <uploadproto/socketio/loop_group.hpp>
#include <uploadproto/socketio/server.hpp>
#include <vector>

#include "loopback.hpp"

// Servers on several loops, each on a thread of its own, that act as one. Made to be run under the thread
// sanitizer as well (preset `tsan`).
namespace uploadproto::net::test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/** One loop with its server; destroyed while the others run on. */
struct served_loop {
  served_loop(socketio::loop_group const& group, asio::ip::tcp::endpoint at, bool shared) {
    thread.on_loop([&] {
      socketio::server_options options;
      options.adapter = group.adapter(thread.context);
      io = std::make_unique<socketio::server>(thread.context, options);
      auto& nsp = io->of("/");
      nsp.on_connect([this](socketio::socket&) { ++arrived; });
      nsp.on_disconnect([this](socketio::socket&, socketio::disconnect_reason) { ++left; });
      nsp.on("join", [](socketio::socket& who, socketio::event const& e) {
        who.join(e.args.at(0).as_string());
        e.ack();
      });
      nsp.on("say", [](socketio::socket& who, socketio::event const& e) {
        who.nsp().to("room").emit("said", e.args, e.attachments);
      });
      nsp.on("look", [](socketio::socket& who, socketio::event const& e) {
        who.nsp().in("room").except(who.id()).sockets_join("seen");
        who.nsp().to("seen").async_fetch_sockets(
            [e](error_code ec, std::vector<socketio::remote_socket> found) {
              e.ack({ec.failed(), found.size()});
            });
      });
      nsp.on("ask", [](socketio::socket& who, socketio::event const&) {
        who.nsp().to("room").async_emit(
            "question", {}, 2s,
            [asker = socketio::socket_ptr(&who)](error_code ec, std::vector<socketio::ack_reply> replies) {
              asker->emit("asked", {ec.failed(), replies.size()});
            });
      });
      endpoint = io->listen(at, nullptr, shared).value();
    });
  }
  ~served_loop() {
    thread.stop();
    io.reset();
  }
  void close() {
    std::promise<void> closed;
    thread.on_loop([&] { io->async_close([&] { closed.set_value(); }); });
    closed.get_future().wait();
  }

  loop_thread thread;
  std::unique_ptr<socketio::server> io;
  asio::ip::tcp::endpoint endpoint;
  std::atomic<int> arrived{0}, left{0};
};

asio::ip::tcp::endpoint const any_port{asio::ip::make_address("127.0.0.1"), 0};

/** The next frame that begins so; the stream's end if it comes first. */
std::string until(raw_client& client, std::string_view start) {
  for (;;) {
    auto frame = client.frame();
    if (frame.starts_with(start) || frame == "eof") return frame;
  }
}

/** A client on WebSocket in "/" and in the room. */
std::unique_ptr<raw_client> joined(asio::ip::tcp::endpoint server) {
  auto client = std::make_unique<raw_client>(server);
  client->upgrade("/socket.io/?EIO=4&transport=websocket");
  client->frame();
  client->send_text("40");
  client->frame();
  client->send_text("427[\"join\",\"room\"]");
  until(*client, "text:437[]");
  return client;
}

/** Three loops with a port each, and a client on each. */
struct three_loops {
  socketio::loop_group group;
  served_loop first{group, any_port, false}, second{group, any_port, false}, third{group, any_port, false};
  std::unique_ptr<raw_client> a = joined(first.endpoint), b = joined(second.endpoint),
                              c = joined(third.endpoint);
};

}  // namespace

BOOST_AUTO_TEST_SUITE(loop_group)

BOOST_AUTO_TEST_CASE(an_event_reaches_the_room_on_every_loop_once) {
  three_loops s;
  for (int i = 0; i < 3; ++i) s.a->send_text("42[\"say\"," + std::to_string(i) + "]");
  for (auto* const each : {s.a.get(), s.b.get(), s.c.get()})
    for (int i = 0; i < 3; ++i) BOOST_TEST(each->frame() == "text:42[\"said\"," + std::to_string(i) + "]");
}

BOOST_AUTO_TEST_CASE(bytes_cross_too) {
  three_loops s;
  s.b->send_text("451-[\"say\",{\"_placeholder\":true,\"num\":0}]");
  std::string bytes;
  wire::websocket::append_masked_frame(bytes, wire::websocket::opcode::binary, "\x01\x02", 1);
  s.b->send(bytes);
  for (auto* const each : {s.a.get(), s.b.get(), s.c.get()}) {
    BOOST_TEST(each->frame() == "text:451-[\"said\",{\"_placeholder\":true,\"num\":0}]");
    BOOST_TEST(each->frame() == "binary:\x01\x02");
  }
}

BOOST_AUTO_TEST_CASE(selections_hold_on_every_loop) {
  three_loops s;
  s.first.thread.on_loop([&] {
    auto& nsp = s.first.io->of("/");
    nsp.except("room").emit("nobody");
    nsp.local().emit("here");
    nsp.to("room").emit_json("text", "1,{\"a\":2}", 77);
    nsp.to("room").sockets_join("later");
    nsp.to("later").emit("both");
    nsp.to("room").sockets_leave("later");
    nsp.to("later").emit("nobody");
    nsp.emit("last");
  });
  BOOST_TEST(s.a->frame() == "text:42[\"here\"]");
  for (auto* const each : {s.a.get(), s.b.get(), s.c.get()}) {
    BOOST_TEST(each->frame() == "text:42[\"text\",1,{\"a\":2}]");
    BOOST_TEST(each->frame() == "text:42[\"both\"]");
    BOOST_TEST(each->frame() == "text:42[\"last\"]");
  }
}

BOOST_AUTO_TEST_CASE(newer_progress_replaces_older_across_loops) {
  three_loops s;
  raw_client slow(s.second.endpoint);
  std::string const polling = "/socket.io/?EIO=4&transport=polling";
  auto const open = slow.get(polling);
  auto const mine = polling + "&sid=" + sid_of(open);
  slow.post(mine, "40");
  slow.get(mine);
  s.first.thread.on_loop([&] {
    auto& nsp = s.first.io->of("/");
    for (char const* const value : {"1", "2", "3"}) nsp.all().emit_json("progress", value, 77);
  });
  s.second.thread.on_loop([] {});  // by then the three have crossed
  BOOST_TEST(slow.get(mine).ends_with("\r\n\r\n42[\"progress\",3]"));
}

BOOST_AUTO_TEST_CASE(answers_of_all_loops_are_collected) {
  three_loops s;
  s.a->send_text("42[\"ask\"]");
  for (auto* const each : {s.c.get(), s.b.get(), s.a.get()}) {
    BOOST_TEST(each->frame() == "text:420[\"question\"]");
    each->send_text("430[1]");
  }
  BOOST_TEST(s.a->frame() == "text:42[\"asked\",false,3]");
}

BOOST_AUTO_TEST_CASE(a_loop_that_leaves_is_not_waited_for) {
  auto s = std::make_unique<three_loops>();
  std::promise<std::size_t> answers;
  // The third loop is busy until its server is gone: the question never runs there.
  std::promise<void> asked;
  asio::post(s->third.thread.context, [&, wait = asked.get_future().share()] {
    wait.wait();
    s->third.io.reset();
  });
  s->first.thread.on_loop([&] {
    s->second.thread.on_loop(
        [&] { s->second.io->of("/").on_server_side([](socketio::event const& e) { e.ack({e.name}); }); });
    s->first.io->of("/").server_side_emit(
        "how", {}, 60s,
        [&](error_code, std::vector<socketio::ack_reply> replies) { answers.set_value(replies.size()); });
  });
  asked.set_value();
  BOOST_TEST(answers.get_future().get() == 1u);
  auto const nodes = s->first.thread.on_loop([&] {
    std::size_t count = 0;
    s->first.io->of("/").nodes().server_count([&](error_code, std::size_t n) { count = n; });
    return count;
  });
  BOOST_TEST(nodes == 2u);
}

BOOST_AUTO_TEST_CASE(sockets_of_all_loops_are_found_and_put_out) {
  three_loops s;
  std::promise<std::vector<socketio::remote_socket>> found;
  s.second.thread.on_loop([&] {
    s.second.io->of("/").to("room").async_fetch_sockets(
        [&](error_code ec, std::vector<socketio::remote_socket> sockets) {
          BOOST_TEST(!ec);
          found.set_value(std::move(sockets));
        });
  });
  auto const sockets = found.get_future().get();
  BOOST_TEST(sockets.size() == 3u);
  for (auto const& each : sockets) {
    BOOST_TEST(each.rooms == (std::vector<std::string>{each.id, "room"}), boost::test_tools::per_element());
    BOOST_TEST(each.handshake.at("address").as_string() == "127.0.0.1");
  }
  s.second.thread.on_loop([&] { s.second.io->of("/").all().disconnect_sockets(true); });
  for (auto* const each : {s.a.get(), s.b.get(), s.c.get()}) {
    BOOST_TEST(each->frame() == "text:41");
    BOOST_TEST(each->frame() == "close:1005");
  }
}

BOOST_AUTO_TEST_CASE(a_question_without_an_answer_ends_in_time) {
  three_loops s;
  std::promise<error_code> ended;
  s.first.thread.on_loop([&] {
    s.first.io->of("/").server_side_emit(
        "how", {}, 1ms, [&](error_code ec, std::vector<socketio::ack_reply> const&) { ended.set_value(ec); });
  });
  BOOST_TEST(ended.get_future().get() == asio::error::timed_out);
}

// Connections come and go on four loops that share a port while events cross; then all loops close while
// clients still send.
BOOST_AUTO_TEST_CASE(four_loops_under_load) {
  constexpr int loops = 4, talkers = 4, rounds = 40, audience = 8;
  socketio::loop_group group;
  std::vector<std::unique_ptr<served_loop>> servers;
  auto endpoint = any_port;
  for (int i = 0; i < loops; ++i) {
    servers.push_back(std::make_unique<served_loop>(group, endpoint, true));
    endpoint = servers.back()->endpoint;
  }

  std::vector<std::unique_ptr<raw_client>> listeners;
  for (int i = 0; i < audience; ++i) listeners.push_back(joined(endpoint));
  std::atomic<int> failures{0};
  auto const talk = [&](int talker) {
    for (int round = 0; round < rounds; ++round) {
      auto const client = joined(endpoint);
      auto const mine = std::to_string(talker) + "," + std::to_string(round) + "]";
      client->send_text("42[\"say\"," + mine);
      if (until(*client, "text:42[\"said\"," + mine) == "eof") ++failures;
      client->send_text("428[\"look\"]");
      if (!until(*client, "text:438[").starts_with("text:438[false,")) ++failures;
      if (round % 3 == 0) client->send_text("41");
      if (round % 3 == 1) client->socket.set_option(asio::socket_base::linger(true, 0));  // a reset
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < talkers; ++i) threads.emplace_back(talk, i);
  for (auto& each : threads) each.join();
  threads.clear();
  BOOST_TEST(failures == 0);
  for (auto const& each : listeners) {
    std::vector<std::string> heard;
    for (int i = 0; i < talkers * rounds; ++i) heard.push_back(each->frame());
    std::sort(heard.begin(), heard.end());
    BOOST_TEST((std::unique(heard.begin(), heard.end()) == heard.end()), "an event came twice");
    BOOST_TEST(std::all_of(heard.begin(), heard.end(),
                           [](std::string const& frame) { return frame.starts_with("text:42[\"said\","); }));
  }

  for (auto const& each : listeners)
    threads.emplace_back([&each] {
      error_code gone;
      std::string frame;
      wire::websocket::append_masked_frame(frame, wire::websocket::opcode::text, "42[\"say\"]", 1);
      for (int i = 0; i < 300 && !gone; ++i) asio::write(each->socket, asio::buffer(frame), gone);
    });
  for (auto const& each : servers) each->close();
  for (auto& each : threads) each.join();
  int arrived = 0, left = 0;
  for (auto const& each : servers) {
    arrived += each->arrived;
    left += each->left;
  }
  BOOST_TEST(arrived == audience + talkers * rounds);
  BOOST_TEST(left == arrived);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::net::test
