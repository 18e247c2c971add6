// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// A whole client: attempts, Engine.IO, Socket.IO, acknowledgements, reconnection. A model beside it plays the
// transports: what the client asks for must be possible, each question gets one answer, each connection ends
// once, its clock always moves on.
#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <uploadproto/session/client_session.hpp>
#include <uploadproto/wire/utf8.hpp>

#include "require.hpp"
#include "steps.hpp"

namespace session = uploadproto::session;
namespace json = boost::json;
using session::client_error;
using session::client_transport;
using uploadproto::error_code;
using uploadproto::test::require;
using uploadproto::test::steps;

namespace {

constexpr std::string_view open_packet =
    R"(0{"sid":"s","upgrades":["websocket"],"pingInterval":300,"pingTimeout":200,"maxPayload":100})";

session::client_session_options options_of(unsigned char choice) {
  session::client_session_options options;
  if (choice & 1) std::swap(options.transports[0], options.transports[1]);
  if (choice & 2) options.transports.pop_back();
  options.try_all_transports = choice & 4;
  options.remember_upgrade = choice & 8;
  options.reconnection.first_attempt = choice & 16;
  options.reconnection.attempts = 3;
  if (choice & 32) options.retry = {.retries = 2, .ack_timeout = std::chrono::milliseconds(50)};
  options.engine.max_send_buffer = 500;
  options.socket.max_send_buffer = 300;
  options.socket.max_early_events = 3;
  options.socket.max_early_bytes = 200;
  options.socket.max_attachments = 2;
  options.socket.max_pending_bytes = 200;
  options.socket.max_depth = 8;
  return options;
}

class driven_client {
 public:
  explicit driven_client(unsigned char choice) : session_(options_of(choice), [] { return 0.25; }) {}

  void step(steps const& s) {
    session::client_session::output out;
    take(s, out);
    for (auto const& each : out.io) perform(each);
    for (auto const& each : out.events) hear(each);
    check();
  }

 private:
  // The first letter of what belongs to the step chooses the namespace.
  static std::string nsp_of(steps const& s) {
    return s.with.starts_with('a') ? "/a" : s.with.starts_with('b') ? "/b" : "/";
  }

  void take(steps const& s, session::client_session::output& out) {
    switch (s.what) {
      case '+':
        now_ += s.time();
        return;
      case '!': {
        // Whoever keeps to its deadlines is never called in vain for ever.
        if (auto const due = session_.deadline()) now_ = std::max(now_, *due);
        session_.expire(now_, out);
        auto const next = session_.deadline();
        return require(!next || *next > now_);
      }
      case 'c':
        return session_.connect(nsp_of(s), now_, out);
      case 'd':
        return session_.disconnect(nsp_of(s), now_, out);
      case 'X':
        return session_.abort(client_error::client_disconnect, now_, out);
      case 'u':
      case 'U': {
        if (asked_.empty()) return;
        auto const nsp = asked_.front();
        asked_.pop_front();
        error_code const failed =
            s.what == 'U' ? make_error_code(client_error::credentials_failed) : error_code();
        json::value auth;
        if (!s.with.empty()) auth = json::object{{"token", json::string(s.with)}};
        return session_.authenticate(nsp, failed, std::move(auth), now_, out);
      }
      case 'e':
      case 'v':
        static_cast<void>(session_.emit(nsp_of(s), name_of(s), {1}, {}, s.what == 'v', now_, out));
        return;
      case 'k':
      case 'K':
        return ask(s, out);
      case 'x':
        if (s.number() == 0 || s.number() > tickets_) return;
        session_.cancel_ack(s.number(), now_, out);
        open_.erase(s.number());
        return;
      case 'r':
        static_cast<void>(session_.acknowledge(nsp_of(s), last_id_, {true}, {}, now_, out));
        return;
      default:
        return take_transport(s, out);
    }
  }

  static std::string_view name_of(steps const& s) { return s.with.size() > 1 ? s.with.substr(1) : "event"; }

  void ask(steps const& s, session::client_session::output& out) {
    auto const ticket = ++tickets_;
    std::optional<std::chrono::milliseconds> timeout;
    if (s.what == 'K') timeout = std::chrono::milliseconds(70);
    json::array args;
    std::vector<std::string> attachments;
    if (s.with.ends_with('+')) {
      args.push_back(json::object{{"_placeholder", true}, {"num", 0}});
      attachments.emplace_back("bytes");
    }
    open_.insert(ticket);
    if (session_.emit_with_ack(nsp_of(s), name_of(s), args, attachments, ticket, timeout, now_, out)) {
      open_.erase(ticket);
      for (auto const& each : out.events) require(each.ticket != ticket);
    }
  }

  // Reports of requests that are under way only: the driver drops all others.
  void take_transport(steps const& s, session::client_session::output& out) {
    error_code const cut = make_error_code(boost::system::errc::connection_reset);
    switch (s.what) {
      case 'o':  // the usual beginning, whatever the transport
        if (get_) {
          get_ = false;
          return session_.poll_answered(200, open_packet, now_, out);
        }
        if (socket_ == websocket::none) return;
        if (socket_ == websocket::opening) {
          socket_ = websocket::open;
          session_.websocket_opened(now_, out);
          for (auto const& each : std::exchange(out.io, {})) perform(each);
        }
        if (socket_ == websocket::open) session_.websocket_text(open_packet, now_, out);
        return;
      case 'g':
      case 'G':
        if (!std::exchange(get_, false)) return;
        return session_.poll_answered(s.what == 'g' ? 200 : 403, s.with, now_, out);
      case 'f':
        if (std::exchange(get_, false)) session_.poll_failed(cut, now_, out);
        return;
      case 'p':
      case 'P':
        if (std::exchange(post_, false)) session_.post_answered(s.what == 'p' ? 200 : 500, now_, out);
        return;
      case 'F':
        if (std::exchange(post_, false)) session_.post_failed(cut, now_, out);
        return;
      case 'O':
        if (socket_ != websocket::opening) return;
        socket_ = websocket::open;
        return session_.websocket_opened(now_, out);
      case 't':
        if (can_read() && uploadproto::wire::is_utf8(s.with)) session_.websocket_text(s.with, now_, out);
        return;
      case 'b':
        if (can_read()) session_.websocket_binary(s.with, now_, out);
        return;
      case 'w':
        if (socket_ == websocket::open) session_.websocket_written(now_, out);
        return;
      case 'z':
      case 'Z':
        if (socket_ == websocket::none) return;
        socket_ = websocket::none;
        return session_.websocket_ended(s.what == 'z' ? make_error_code(client_error::transport_close) : cut,
                                        0, now_, out);
    }
  }

  [[nodiscard]] bool can_read() const { return socket_ == websocket::open || socket_ == websocket::closing; }

  void perform(session::engineio_client_action const& each) {
    using kind = session::engineio_client_action::kind;
    switch (each.what) {
      case kind::poll:
        return require(!std::exchange(get_, true));
      case kind::post:
        require(!each.data.empty());
        return require(!std::exchange(post_, true));
      case kind::stop_polling:
        require(get_ || post_);
        get_ = post_ = false;
        return;
      case kind::open_websocket:
        require(socket_ == websocket::none);
        socket_ = websocket::opening;
        return;
      case kind::write_text:
      case kind::write_binary:
        return require(socket_ == websocket::open);
      case kind::close_websocket:
        require(socket_ == websocket::open);
        socket_ = websocket::closing;
        return;
      case kind::drop_websocket:
        require(socket_ != websocket::none);
        socket_ = websocket::none;
        return;
      default:
        require(false);  // stays inside
    }
  }

  void hear(session::socketio_client_action const& each) {
    using kind = session::socketio_client_action::kind;
    switch (each.what) {
      case kind::send_text:
      case kind::send_binary:
      case kind::fail:
        return require(false);  // stays inside
      case kind::get_auth:
        return asked_.push_back(each.nsp);
      case kind::connected:
        return require(connected_.insert(each.nsp).second);
      case kind::disconnected:
        return require(connected_.erase(each.nsp) == 1);
      case kind::event:
        require(each.value.is_array() && !each.value.get_array().empty());
        if (each.id) last_id_ = *each.id;
        return;
      case kind::acked:
      case kind::ack_failed:
        return require(open_.erase(each.ticket) == 1);
      case kind::stopped:
        require(each.error.failed() && connected_.empty());
        stopped_ = true;
        return;
      case kind::refused:
      case kind::upgraded:
      case kind::attempt_failed:
      case kind::reconnecting:
        return;
    }
  }

  void check() {
    for (auto const* const nsp : {"/", "/a", "/b"}) {
      require(session_.connected(nsp) == connected_.contains(nsp));
      require(!session_.connected(nsp) || session_.wanted(nsp));
    }
    if (!session_.stopped()) {
      stopped_ = false;
      return;
    }
    // At rest for good: nothing is under way, nothing is due, nobody waits for an answer.
    require(!get_ && !post_ && socket_ == websocket::none);
    require(stopped_ && open_.empty() && !session_.deadline());
  }

  enum class websocket : unsigned char { none, opening, open, closing };
  session::client_session::time_point now_{};
  session::client_session session_;
  bool get_ = false, post_ = false, stopped_ = true;
  websocket socket_ = websocket::none;
  std::deque<std::string> asked_;
  std::set<std::string> connected_;
  std::set<std::uint64_t> open_;  // tickets that wait for their outcome
  std::uint64_t tickets_ = 0, last_id_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  driven_client client(data[0]);
  steps script(data + 1, size - 1);
  while (script.next()) client.step(script);
  return 0;
}
