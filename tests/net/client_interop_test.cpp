// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <filesystem>
#include <iostream>
#include <optional>
#include <uploadproto/client.hpp>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/wire/json.hpp>

#include "client_peer.hpp"

namespace uploadproto::net::test {
namespace {

using namespace std::chrono_literals;
using session::client_condition;
using session::client_error;
using socketio::args;
using socketio::client;
using socketio::client_options;

std::string const source = UPLOADPROTO_SOURCE_DIR;
std::string const js = source + "/tests/interop/js";

/** A server program of another stack; killed when this goes. */
class judge {
 public:
  judge(std::string const& program, std::string const& script, std::string const& port = "0") {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    child_ = ::fork();
    if (child_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(ends[1], 1);
      ::close(ends[0]);
      ::execlp(program.c_str(), program.c_str(), script.c_str(), js.c_str(), port.c_str(), nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    char byte;
    while (::read(ends[0], &byte, 1) == 1 && byte != '\n') port_ += byte;
    ::close(ends[0]);
  }
  judge(judge const&) = delete;
  judge& operator=(judge const&) = delete;
  ~judge() { kill(); }

  void kill() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    int status = 0;
    ::waitpid(child_, &status, 0);
    child_ = -1;
  }
  [[nodiscard]] std::string const& port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + port_; }

 private:
  pid_t child_ = -1;
  std::string port_;
};

struct stack {
  std::string name, program, script;
};
stack const node{"socket.io of npm", "node", source + "/tests/net/interop/client_judge.mjs"};
stack const python{"python-socketio", "/usr/bin/python3", source + "/tests/net/interop/client_judge.py"};

/** The stacks that this machine has; the others are named, and the test program counts as left out. */
std::vector<stack> stacks() {
  std::vector<stack> out;
  auto const works = [](std::string const& command) {
    return std::system((command + " >/dev/null 2>&1").c_str()) == 0;
  };
  if (works("node --version") && std::filesystem::exists(js + "/node_modules/socket.io")) {
    out.push_back(node);
  } else {
    std::cout << "left out: socket.io of npm: run scripts/install-deps --test\n";
  }
  if (works("/usr/bin/python3 -c 'import aiohttp, socketio'")) {
    out.push_back(python);
  } else {
    std::cout << "left out: python-socketio: run scripts/install-deps --test\n";
  }
  return out;
}

struct way {
  std::string name;
  std::vector<client_transport> transports;
};
std::vector<way> const ways = {
    {"websocket", {client_transport::websocket}},
    {"polling", {client_transport::polling}},
    {"upgrade", {client_transport::polling, client_transport::websocket}},
};

template <class Test>
void with_every_stack_and_way(Test test) {
  for (auto const& s : stacks()) {
    for (auto const& w : ways) BOOST_TEST_CONTEXT(s.name << ", " << w.name) test(s, w);
  }
}

client_options to(judge const& server, way const& w) {
  client_options options;
  options.url = server.url();
  options.transports = w.transports;
  options.reconnection.delay = 20ms;
  options.reconnection.delay_max = 100ms;
  return options;
}

/** Runs one coroutine to its end, for at most half a minute. */
template <class Function>
void run(Function part) {
  asio::io_context loop;
  bool done = false;
  asio::co_spawn(
      loop, [&]() -> task<> { co_await part(loop); },
      [&](std::exception_ptr failure) {
        done = true;
        if (!failure) return;
        try {
          std::rethrow_exception(failure);
        } catch (std::exception const& e) {
          BOOST_ERROR(e.what());
        }
      });
  loop.run_for(30s);
  BOOST_TEST(done);
}

std::string text_of(boost::json::array const& values) {
  std::string out;
  wire::append_json(out, values);
  return out;
}

/** The next event of this name. */
task<client_event> next(client& c, std::string name) {
  for (;;) {
    auto event = co_await c.async_receive(use_awaitable);
    if (event.name == name) co_return event;
  }
}

BOOST_AUTO_TEST_SUITE(client_interop)

BOOST_AUTO_TEST_CASE(events_acks_bytes_and_namespaces) {
  with_every_stack_and_way([](stack const& s, way const& w) {
    judge const server(s.program, s.script);
    run([&](asio::io_context& loop) -> task<> {
      auto options = to(server, w);
      options.auth = boost::json::value{{"token", "good"}};
      client c(loop.get_executor(), options);
      bool upgraded = false;
      c.on_upgrade([&] { upgraded = true; });
      co_await c.async_connect(use_awaitable);
      auto event = co_await next(c, "auth");
      BOOST_TEST(text_of(event.args).starts_with(R"([{"token":"good"})"));

      c.emit("message", args(1, "zwei ü € 😀", true, nullptr, boost::json::object{{"a", 1.5}}));
      event = co_await next(c, "message-back");
      BOOST_TEST(text_of(event.args).starts_with(R"([1,"zwei ü € 😀",true,null,{"a":1.5})"));

      // python-engineio of Debian 12 reads of a POST what happens to be there: 8 kB are.
      bool const short_posts = s.name == python.name && w.name == "polling";
      std::string const large(short_posts ? 8'000 : 300'000, 'x');
      auto asking = c.async_emit_with_ack("message-with-ack", args(large), 10s, use_awaitable);
      auto ack = co_await std::move(asking);
      BOOST_TEST((ack.args.at(0).as_string() == large));

      boost::json::object const placeholder{{"_placeholder", true}, {"num", 0}};
      std::string const bytes(
          "\x00\x04\xff"
          "42[\"txt\"]",
          12);
      std::vector<std::string> files{bytes};
      auto with_bytes =
          c.async_emit_with_ack("message-with-ack", args(placeholder), files, 10s, use_awaitable);
      ack = co_await std::move(with_bytes);
      BOOST_REQUIRE(ack.attachments.size() == 1u);
      BOOST_TEST(ack.attachments[0] == bytes);

      c.emit("ask-me", args("what"));
      event = co_await next(c, "question");
      BOOST_TEST(event.wants_ack());
      event.acknowledge(args("that", 2));
      event = co_await next(c, "answered");
      BOOST_TEST(text_of(event.args).starts_with(R"(["that",2)"));

      c.emit("burst", args(200));
      for (int i = 0; i < 200; ++i) {
        event = co_await next(c, "n");
        BOOST_REQUIRE(event.args.at(0).as_int64() == i);
      }

      auto custom = c.of("/custom");
      co_await custom.async_connect(use_awaitable);
      custom.emit("message", args("there"));
      event = co_await next(custom, "message-back");
      BOOST_TEST(text_of(event.args).starts_with(R"(["there")"));
      co_await custom.async_close(use_awaitable);

      // Several heartbeats pass, by whatever transport.
      asio::steady_timer timer(loop, 1500ms);
      co_await timer.async_wait(use_awaitable);
      BOOST_TEST(c.connected());
      BOOST_TEST(upgraded == (w.name == "upgrade"));

      c.emit("leave-me");
      error_code error;
      for (int i = 0; i < 5 && !error; ++i)
        co_await c.async_receive(asio::redirect_error(use_awaitable, error));
      BOOST_TEST((error == client_error::server_disconnect), error.message());
    });
  });
}

BOOST_AUTO_TEST_CASE(refusals) {
  with_every_stack_and_way([](stack const& s, way const& w) {
    judge const server(s.program, s.script);
    run([&](asio::io_context& loop) -> task<> {
      auto options = to(server, w);
      options.auth = boost::json::value{{"token", "bad"}};
      client c(loop.get_executor(), options);
      error_code error;
      co_await c.async_connect(asio::redirect_error(use_awaitable, error));
      BOOST_TEST((error == client_condition::refused), error.message());
      BOOST_TEST(c.last_failure().message == "Invalid authentication token");
      auto nowhere = to(server, w);
      nowhere.url += "/no-such-namespace";
      client d(loop.get_executor(), nowhere);
      co_await d.async_connect(asio::redirect_error(use_awaitable, error));
      BOOST_TEST((error == client_condition::refused), error.message());
    });
  });
}

BOOST_AUTO_TEST_CASE(a_killed_server_is_found_again_and_jobs_are_rejoined) {
  with_every_stack_and_way([](stack const& s, way const& w) {
    std::optional<judge> server;
    server.emplace(s.program, s.script);
    run([&](asio::io_context& loop) -> task<> {
      uploadproto::client_options options;
      options.url = server->url();
      options.transports = w.transports;
      options.token = std::string("good");
      options.reconnection.delay = 20ms;
      options.reconnection.delay_max = 100ms;
      uploadproto::client<contract::bulk_upload> c(loop.get_executor(), options);
      int connects = 0;
      c.on_connect([&] { ++connects; });
      co_await c.async_connect(use_awaitable);
      co_await c.async_subscribe("j", use_awaitable);
      auto event = co_await c.async_receive(use_awaitable);
      BOOST_TEST(std::get<contract::bulk_upload_progress>(event).job_id == "j");
      auto const port = server->port();
      server->kill();
      server.emplace(s.program, s.script, port);
      event = co_await c.async_receive(use_awaitable);
      BOOST_TEST(std::get<contract::bulk_upload_progress>(event).progress == 12);
      BOOST_TEST(connects == 2);
      co_await c.async_close(use_awaitable);
    });
  });
}

BOOST_AUTO_TEST_CASE(a_session_of_socket_io_is_recovered) {
  for (auto const& s : stacks()) {
    if (s.name != node.name) continue;
    judge const server(s.program, s.script);
    run([&](asio::io_context& loop) -> task<> {
      client c(loop.get_executor(), to(server, ways[0]));
      int connects = 0;
      co_await c.async_connect(use_awaitable);
      auto const id = c.id();
      c.on_connect([&] { ++connects; });
      co_await next(c, "auth");
      c.emit("cut-me");
      while (connects == 0) {
        asio::steady_timer timer(loop, 20ms);
        co_await timer.async_wait(use_awaitable);
      }
      BOOST_TEST(c.recovered());
      BOOST_TEST(c.id() == id);
    });
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::net::test
