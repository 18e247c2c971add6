// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <uploadproto/contract/bulk_upload_events.hpp>
#include <uploadproto/socketio/server.hpp>

#include <functional>
#include <future>
#include <memory>
#include <stdexcept>

#include "loopback.hpp"

// What a Socket.IO server offers beyond the plain conversation, seen by a client of raw bytes.
namespace uploadproto::net::test {

namespace json = boost::json;
using socketio::event;
using socketio::socket;

struct feature_server {
  explicit feature_server(std::function<void(socketio::server&)> const& set_up,
                          socketio::server_options options = {}) {
    loop.on_loop([&] {
      io = std::make_unique<socketio::server>(loop.context, std::move(options));
      set_up(*io);
      endpoint = io->listen({asio::ip::make_address("127.0.0.1"), 0}).value();
    });
  }
  ~feature_server() {
    loop.stop();
    io.reset();
  }
  /** A client on WebSocket that has asked for a namespace and read the answer. */
  raw_client joined(std::string const& packet = "40") {
    raw_client c(endpoint);
    c.upgrade("/socket.io/?EIO=4&transport=websocket");
    c.frame();
    c.send_text(packet);
    answer = c.frame();
    return c;
  }

  std::string answer;
  asio::ip::tcp::endpoint endpoint;
  std::unique_ptr<socketio::server> io;
  loop_thread loop;
};

BOOST_AUTO_TEST_SUITE(socketio_server_features)

BOOST_AUTO_TEST_CASE(a_dynamic_namespace_makes_children_that_end_with_their_last_socket) {
  socketio::server_options options;
  options.cleanup_empty_child_namespaces = true;
  int made = 0;
  feature_server s(
      [&](socketio::server& io) {
        io.of([](std::string_view name) { return name.starts_with("/room-"); })
            .on("hi", [](socket& who, event const&) { who.emit("hi", {json::string(who.nsp().name())}); })
            .on("bye", [](socket& who, event const&) { who.disconnect(); });
        io.on_new_namespace([&](socketio::name_space&) { ++made; });
      },
      std::move(options));
  auto first = s.joined("40/room-1,");
  BOOST_TEST(s.answer.starts_with("text:40/room-1,{\"sid\""));
  auto second = s.joined("40/room-1,");
  first.send_text("42/room-1,[\"hi\"]");
  BOOST_TEST(first.frame() == "text:42/room-1,[\"hi\",\"/room-1\"]");
  s.joined("40/else,");
  BOOST_TEST(s.answer == "text:44/else,{\"message\":\"Invalid namespace\"}");
  first.send_text("42/room-1,[\"bye\"]");
  BOOST_TEST(first.frame() == "text:41/room-1,");
  second.send_text("42/room-1,[\"bye\"]");
  BOOST_TEST(second.frame() == "text:41/room-1,");
  BOOST_TEST(s.loop.on_loop([&] { return made; }) == 1);
  auto third = s.joined("40/room-1,");
  BOOST_TEST(s.loop.on_loop([&] { return made; }) == 2);
}

BOOST_AUTO_TEST_CASE(a_broadcast_collects_one_acknowledgement_of_each) {
  feature_server s([](socketio::server& io) {
    io.of("/").on("ask all", [](socket& who, event const&) {
      who.nsp().all().async_emit("question", {1}, std::chrono::milliseconds(50),
                                 [self = socketio::socket_ptr(&who)](error_code ec, auto const& replies) {
                                   self->emit("answers", {replies.size(), ec ? ec.message() : "all"});
                                 });
    });
  });
  auto a = s.joined();
  auto b = s.joined();
  a.send_text("42[\"ask all\"]");
  BOOST_TEST(a.frame() == "text:420[\"question\",1]");
  BOOST_TEST(b.frame() == "text:420[\"question\",1]");
  b.send_text("430[\"b\"]");
  a.send_text("430[\"a\"]");
  BOOST_TEST(a.frame() == "text:42[\"answers\",2,\"all\"]");
  a.send_text("42[\"ask all\"]");
  BOOST_TEST(a.frame() == "text:421[\"question\",1]");
  a.send_text("431[]");
  auto const late = a.frame();  // b says nothing
  BOOST_TEST(late.starts_with("text:42[\"answers\",1,"));
  BOOST_TEST(late.find("all") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_dynamic_namespace_asks_the_sockets_of_all_its_children) {
  feature_server s([](socketio::server& io) {
    auto& rooms = io.of([](std::string_view name) { return name.starts_with("/room-"); });
    io.of("/").on("ask all", [&rooms](socket& who, event const&) {
      rooms.all().async_emit("question", {}, std::chrono::milliseconds(50),
                             [self = socketio::socket_ptr(&who)](error_code ec, auto const& replies) {
                               self->emit("answers", {replies.size(), ec ? "some" : "all"});
                             });
    });
  });
  auto who = s.joined();
  who.send_text("42[\"ask all\"]");
  BOOST_TEST(who.frame() == "text:42[\"answers\",0,\"all\"]");
  auto a = s.joined("40/room-1,");
  auto b = s.joined("40/room-2,");
  who.send_text("42[\"ask all\"]");
  BOOST_TEST(a.frame() == "text:42/room-1,0[\"question\"]");
  BOOST_TEST(b.frame() == "text:42/room-2,0[\"question\"]");
  b.send_text("43/room-2,0[]");
  a.send_text("43/room-1,0[]");
  BOOST_TEST(who.frame() == "text:42[\"answers\",2,\"all\"]");
  who.send_text("42[\"ask all\"]");
  BOOST_TEST(a.frame() == "text:42/room-1,1[\"question\"]");
  a.send_text("43/room-1,1[]");  // b says nothing
  BOOST_TEST(who.frame() == "text:42[\"answers\",1,\"some\"]");
}

BOOST_AUTO_TEST_CASE(a_volatile_event_right_behind_another_is_dropped) {
  feature_server s([](socketio::server& io) {
    io.of("/").on("burst", [](socket& who, event const& e) {
      bool const first = who.emit_volatile("one");
      bool const second = who.emit_volatile("two");
      e.ack({first, second});
    });
  });
  auto c = s.joined();
  c.send_text("420[\"burst\"]");
  BOOST_TEST(c.frame() == "text:42[\"one\"]");
  BOOST_TEST(c.frame() == "text:430[true,false]");
}

BOOST_AUTO_TEST_CASE(others_and_exceptions) {
  feature_server s([](socketio::server& io) {
    io.of("/")
        .on("join",
            [](socket& who, event const& e) {
              who.join(std::string_view(e.args.at(0).get_string()));
              e.ack();
            })
        .on("tell", [](socket& who, event const& e) {
          who.others().except("deaf").emit("told");
          e.ack();
        });
  });
  auto a = s.joined();
  auto b = s.joined();
  auto deaf = s.joined();
  deaf.send_text("420[\"join\",\"deaf\"]");
  BOOST_TEST(deaf.frame() == "text:430[]");
  a.send_text("421[\"tell\"]");
  BOOST_TEST(a.frame() == "text:431[]");
  BOOST_TEST(b.frame() == "text:42[\"told\"]");
  deaf.send_text("422[\"join\",\"x\"]");
  BOOST_TEST(deaf.frame() == "text:432[]");
}

BOOST_AUTO_TEST_CASE(events_are_checked_and_typed_payloads_read) {
  feature_server s([](socketio::server& io) {
    auto& nsp = io.of("/");
    nsp.use_event([](socket&, event& e, socketio::connect_decision decide) {
      if (e.name == "forbidden") return decide(socketio::connect_error{"no", nullptr});
      decide(std::nullopt);
    });
    nsp.on_refused_event([](socket& who, event const& e, socketio::connect_error const& why) {
      who.emit("refused", {json::string(e.name), json::string(why.message)});
    });
    nsp.on<contract::bulk_upload_progress>(
        "progress", [](socket& who, contract::bulk_upload_progress const& now, event const&) {
          who.emit("read", {now.progress});
        });
    nsp.on_decode_error([](socket& who, event const& e, contract::violations const& wrong) {
      who.emit("not read", {json::string(e.name), json::string(wrong.front().pointer)});
    });
    nsp.on_other([](socket& who, event const& e) { who.emit("other", {json::string(e.name)}); });
  });
  auto c = s.joined();
  c.send_text("42[\"forbidden\"]");
  BOOST_TEST(c.frame() == "text:42[\"refused\",\"forbidden\",\"no\"]");
  c.send_text(
      "42[\"progress\",{\"job_id\":\"j\",\"stage\":\"file_reading\",\"progress\":15,\"message\":\"m\","
      "\"status\":\"processing\",\"timestamp\":\"2025-11-25T10:30:45.123Z\"}]");
  BOOST_TEST(c.frame() == "text:42[\"read\",15]");
  c.send_text("42[\"progress\",null]");
  BOOST_TEST(c.frame() == "text:42[\"not read\",\"progress\",\"\"]");
  c.send_text("42[\"else\"]");
  BOOST_TEST(c.frame() == "text:42[\"other\",\"else\"]");
}

BOOST_AUTO_TEST_CASE(own_listeners_and_listeners_of_all) {
  feature_server s([](socketio::server& io) {
    auto& nsp = io.of("/");
    auto const seen = std::make_shared<json::array>();
    nsp.on_connect([seen](socket& who) {
      who.own_listeners().once("only once", [](socket& me, event const&) { me.emit("mine"); });
    });
    nsp.on_any([seen](socket&, event const& e) { seen->emplace_back("in " + e.name); });
    nsp.on_any_outgoing([seen](socket&, event const& e) { seen->emplace_back("out " + e.name); });
    nsp.on("report", [seen](socket&, event const& e) { e.ack(*seen); });
  });
  auto c = s.joined();
  c.send_text("42[\"only once\"]");
  BOOST_TEST(c.frame() == "text:42[\"mine\"]");
  c.send_text("42[\"only once\"]");
  c.send_text("420[\"report\"]");
  BOOST_TEST(c.frame() == "text:430[\"in only once\",\"out mine\",\"in only once\",\"in report\"]");
}

BOOST_AUTO_TEST_CASE(the_cookie_is_set_once_and_cannot_carry_more) {
  socketio::server_options options;
  options.engine.cookie.emplace();
  options.engine.cookie->same_site = "Strict";
  options.engine.initial_headers = [](http::fields& answer, handshake const&) {
    answer.insert("X-Good", "yes");
    answer.insert("X-Bad", "a\r\nX-Injected: b");
  };
  feature_server s([](socketio::server&) {}, options);
  raw_client c(s.endpoint);
  auto const opened = c.get("/socket.io/?EIO=4&transport=polling");
  auto const sid = sid_of(opened);
  BOOST_TEST(opened.find("Set-Cookie: io=" + sid + "; Path=/; HttpOnly; SameSite=Strict\r\n") != opened.npos);
  BOOST_TEST(opened.find("X-Good: yes") != opened.npos);
  BOOST_TEST(opened.find("X-Injected") == opened.npos);
  BOOST_TEST(c.post("/socket.io/?EIO=4&transport=polling&sid=" + sid, "40").find("Set-Cookie") ==
             std::string::npos);
  for (auto const* const name : {"", "a b", "a;b", "a\r\nb", "a=b"}) {
    asio::io_context context;
    options.engine.cookie->name = name;
    BOOST_CHECK_THROW(socketio::server(context, options), std::invalid_argument);
  }
}

BOOST_AUTO_TEST_CASE(a_handshake_may_be_decided_later_and_refusals_are_heard_of) {
  socketio::server_options options;
  asio::io_context* loop = nullptr;
  std::vector<std::string> heard;
  options.engine.allow_request = [&](handshake const& shake, handshake_decision decide) {
    bool const allowed = shake.query.find("ok") != nullptr;
    asio::post(*loop, [decide = std::move(decide), allowed] {
      decide(allowed ? std::nullopt : std::optional<std::string>("not today"));
      decide(std::nullopt);  // too late to matter
    });
  };
  options.engine.on_connection_error = [&](connection_error const& e) { heard.emplace_back(e.message); };
  feature_server s([&](socketio::server& io) { loop = &io.context(); }, std::move(options));
  raw_client c(s.endpoint);
  BOOST_TEST(c.get("/socket.io/?EIO=4&transport=polling&ok=1").find("\"sid\"") != std::string::npos);
  auto const refused = c.get("/socket.io/?EIO=4&transport=polling");
  BOOST_TEST(refused.starts_with("HTTP/1.1 403"));
  BOOST_TEST(refused.find("{\"code\":4,\"message\":\"not today\"}") != std::string::npos);
  BOOST_TEST(s.loop.on_loop([&] { return heard.size(); }) == 1u);
  BOOST_TEST(heard.front() == "not today");
}

BOOST_AUTO_TEST_CASE(a_handshake_that_is_let_in_after_the_close_is_turned_away) {
  for (bool const websocket : {false, true}) {
    socketio::server_options options;
    std::promise<handshake_decision> asked;
    options.engine.allow_request = [&](handshake const&, handshake_decision decide) {
      asked.set_value(std::move(decide));
    };
    feature_server s([](socketio::server&) {}, std::move(options));
    raw_client c(s.endpoint);
    std::thread decider([&] {
      auto const decide = asked.get_future().get();
      s.loop.on_loop([&] {
        s.io->close();
        decide(std::nullopt);
      });
    });
    auto const answer = websocket ? c.upgrade("/socket.io/?EIO=4&transport=websocket")
                                  : c.get("/socket.io/?EIO=4&transport=polling");
    decider.join();
    BOOST_TEST(answer.starts_with("HTTP/1.1 503"));
    BOOST_TEST(s.loop.on_loop([&] { return s.io->engine().connections(); }) == 0u);
  }
}

BOOST_AUTO_TEST_CASE(closing_ends_when_the_last_connection_has) {
  feature_server s([](socketio::server&) {});
  auto c = s.joined();
  std::promise<std::size_t> closed;
  s.loop.on_loop([&] {
    s.io->async_close([&] { closed.set_value(s.io->engine().connections()); });
    return true;
  });
  BOOST_TEST(c.frame() == "close:1005");
  BOOST_TEST(closed.get_future().get() == 0u);
}

BOOST_AUTO_TEST_CASE(a_cut_client_gets_what_it_missed_before_it_is_told_that_it_is_back) {
  socketio::server_options options;
  options.recovery.emplace();
  feature_server s(
      [](socketio::server& io) {
        io.of("/").on("join", [](socket& who, event const& e) {
          who.join("room");
          who.emit("joined");
          e.ack({who.recovered()});
        });
      },
      std::move(options));
  std::promise<void> gone;
  s.loop.on_loop([&] {
    s.io->of("/").on_disconnect([&, told = false](socket&, auto) mutable {
      if (!std::exchange(told, true)) gone.set_value();
    });
  });
  auto const member = [](std::string const& text, std::string const& name) {
    auto const at = text.find("\"" + name + "\":\"") + name.size() + 4;
    return text.substr(at, text.find('"', at) - at);
  };
  std::string sid, pid, offset;
  {
    auto c = s.joined();
    sid = member(s.answer, "sid");
    pid = member(s.answer, "pid");
    c.send_text("420[\"join\"]");
    auto const joined = c.frame();
    BOOST_TEST(joined.starts_with("text:42[\"joined\",\""));
    offset = joined.substr(18, joined.size() - 20);
  }
  gone.get_future().wait();
  s.loop.on_loop([&] {
    s.io->of("/").on_disconnect({});
    s.io->of("/").to("room").emit("missed");
    s.io->of("/").to("elsewhere").emit("not mine");
  });
  auto back = s.joined("40{\"pid\":\"" + pid + "\",\"offset\":\"" + offset + "\"}");
  BOOST_TEST(s.answer.starts_with("text:42[\"missed\","));
  BOOST_TEST(back.frame() == "text:40{\"sid\":\"" + sid + "\",\"pid\":\"" + pid + "\"}");
  // The secret served once.
  s.joined("40{\"pid\":\"" + pid + "\",\"offset\":\"" + offset + "\"}");
  BOOST_TEST(member(s.answer, "sid") != sid);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::net::test
