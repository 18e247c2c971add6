// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)

// The bench fixture: subscribers join rooms, a publisher has events sent to them by the code that the
// server role uses. One loop a thread; an event crosses to each loop once.
#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/writer.hpp>
#include <uploadproto/socketio/server.hpp>
#include <uploadproto/wire/json.hpp>
#include <vector>

#include "commands.hpp"
#include "serve_raw.hpp"

namespace uploadproto::bench {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

struct serve_options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
  std::string mode = "sio";
  unsigned threads = 1;
  session::engineio_server_options engine{};
  long ping_interval_ms = engine.ping_interval.count();
  long ping_timeout_ms = engine.ping_timeout.count();
};

std::string text_member(json::value const& payload, char const* name) {
  auto const* const object = payload.if_object();
  auto const* const member = object ? object->if_contains(name) : nullptr;
  auto const* const text = member ? member->if_string() : nullptr;
  return text ? std::string(text->data(), text->size()) : std::string();
}

// About 200 bytes and what is asked for; the publisher's own timestamp comes back, last, so that it can
// measure the way.
std::string progress_event(std::string const& room, std::string const& timestamp, std::size_t more) {
  contract::bulk_upload_progress event;
  event.job_id = room;
  event.stage = "iec_verification";
  event.progress = 52;
  event.message = "Verified 52,000 of 100,000 records with the register" + std::string(more, '.');
  event.timestamp = timestamp;
  std::string payload;
  contract::append_json(payload, event);
  return payload;
}

/** What a publisher asks for: an event for a room, `n` times, `more` bytes longer than usual. Newer progress
   that is `replaceable` takes the place of older while a client is slow, as a job's does; an event that
   `ends` its job is another one. */
struct publication {
  std::string room, payload;
  std::int64_t times = 1;
  bool replaceable = false, ends = false;
};

bool flag(json::object const& request, char const* name) {
  auto const* const member = request.if_contains(name);
  return member && member->is_bool() && member->get_bool();
}

publication read_publication(json::value const& request) {
  publication wanted;
  wanted.room = text_member(request, "room");
  std::string stamp;
  std::size_t more = 0;
  if (auto const* const object = request.if_object()) {
    if (auto const* const n = object->if_contains("n"); n && n->is_int64()) wanted.times = n->get_int64();
    if (auto const* const bytes = object->if_contains("more"); bytes && bytes->is_int64())
      more = std::min<std::size_t>(std::size_t(bytes->get_int64()), 64 * 1024);
    wanted.replaceable = flag(*object, "replaceable");
    wanted.ends = flag(*object, "ends");
    if (auto const* const at = object->if_contains("timestamp")) {
      if (auto const* const text = at->if_string())
        stamp.assign(text->data(), text->size());
      else
        wire::append_json(stamp, *at);
    }
  }
  wanted.payload = progress_event(wanted.room, stamp, more);
  return wanted;
}

/** One event loop of the fixture. An event crosses to each of the others once. */
class bench_loop {
 public:
  bench_loop(std::vector<std::unique_ptr<bench_loop>> const& all, serve_options const& with) : all_(all) {
    if (with.mode == "raw")
      raw_.emplace(context_, [this](json::value const& request) { publish(request); });
    else
      start_socketio(with.engine);
  }

  asio::ip::tcp::endpoint listen(asio::ip::tcp::endpoint endpoint, bool shared) {
    auto const bound = raw_ ? raw_->listen(endpoint, shared) : io_->listen(endpoint, nullptr, shared);
    if (!bound) throw std::runtime_error("cannot listen: " + bound.error().message());
    return *bound;
  }

  void run() { context_.run(); }
  void stop() {
    asio::post(context_, [this] { context_.stop(); });
  }

 private:
  void start_socketio(session::engineio_server_options const& engine) {
    socketio::server_options options;
    options.engine.session = engine;
    options.engine.cors_origins = {"*"};
    auto& nsp = io_.emplace(context_, options).of("/");
    nsp.on_connect([](socketio::socket& client) { client.forget_handshake(); });
    nsp.on("subscribe", [](socketio::socket& client, socketio::event const& asked) {
      if (asked.args.empty()) return;
      auto const room = text_member(asked.args.front(), "room");
      client.join(room);
      client.emit("subscribed", {json::object{{"room", room}}});
    });
    nsp.on("publish", [this](socketio::socket&, socketio::event const& asked) {
      if (!asked.args.empty()) publish(asked.args.front());
    });
  }

  void publish(json::value const& request) {
    auto const wanted = read_publication(request);
    for (auto const& loop : all_) {
      if (loop.get() == this)
        loop->emit(wanted);
      else
        asio::post(loop->context_, [target = loop.get(), wanted] { target->emit(wanted); });
    }
  }

  void emit(publication const& wanted) {
    if (raw_) {
      // The same payload with the event's name as its first member.
      auto const text = "{\"type\":\"" + std::string(contract::bulk_upload_progress::event_name) + "\"," +
                        wanted.payload.substr(1);
      for (std::int64_t i = 0; i < wanted.times; ++i) raw_->emit(wanted.room, text);
      return;
    }
    auto const audience = io_->of("/").to(wanted.room);
    auto const name =
        wanted.ends ? contract::bulk_upload_complete::event_name : contract::bulk_upload_progress::event_name;
    std::uint64_t const merge_key = wanted.replaceable ? std::hash<std::string>{}(wanted.room) | 1 : 0;
    for (std::int64_t i = 0; i < wanted.times; ++i) audience.emit_json(name, wanted.payload, merge_key);
  }

  std::vector<std::unique_ptr<bench_loop>> const& all_;
  asio::io_context context_{1};
  std::optional<socketio::server> io_;
  std::optional<raw_server> raw_;
};

int serve(serve_options options) {
  options.engine.ping_interval = std::chrono::milliseconds(options.ping_interval_ms);
  options.engine.ping_timeout = std::chrono::milliseconds(options.ping_timeout_ms);
  std::vector<std::unique_ptr<bench_loop>> loops;
  for (unsigned i = 0; i < options.threads; ++i)
    loops.push_back(std::make_unique<bench_loop>(loops, options));
  asio::ip::tcp::endpoint endpoint(asio::ip::make_address(options.host), options.port);
  for (auto const& loop : loops) {
    endpoint = loop->listen(endpoint, options.threads > 1);
  }
  std::printf("{\"ready\":true,\"url\":\"http://%s:%u\"}\n", options.host.c_str(), unsigned{endpoint.port()});
  std::fflush(stdout);

  asio::io_context signals_context;
  asio::signal_set signals(signals_context, SIGTERM, SIGINT);
  signals.async_wait([&](error_code, int) {
    for (auto const& loop : loops) loop->stop();
  });
  std::vector<std::thread> threads;
  for (auto const& loop : loops) threads.emplace_back([&loop] { loop->run(); });
  signals_context.run();
  for (auto& thread : threads) thread.join();
  return 0;
}

}  // namespace

void add_serve(CLI::App& program, int& exit_code) {
  auto const options = std::make_shared<serve_options>();
  auto* const command = program.add_subcommand("serve", "Serves the bench fixture until SIGTERM");
  command->add_option("--host", options->host, "Address to listen on")->capture_default_str();
  command->add_option("--port", options->port, "Port; 0 takes a free one")->capture_default_str();
  command->add_option("--mode", options->mode, "sio: Socket.IO on /socket.io/; raw: JSON frames on /ws")
      ->check(CLI::IsMember({"sio", "raw"}))
      ->capture_default_str();
  command->add_option("--threads", options->threads, "Event loops")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  command->add_option("--ping-interval", options->ping_interval_ms, "Milliseconds between heartbeats")
      ->capture_default_str();
  command->add_option("--ping-timeout", options->ping_timeout_ms, "Milliseconds that an answer may take")
      ->capture_default_str();
  command
      ->add_option("--max-backlog", options->engine.max_backlog,
                   "Bytes that may wait for a slow client; more ends its connection")
      ->capture_default_str();
  command->callback([options, &exit_code] { exit_code = serve(*options); });
}

}  // namespace uploadproto::bench
