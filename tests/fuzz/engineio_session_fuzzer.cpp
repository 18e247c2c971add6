// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// A whole Engine.IO session of a server. A model beside it knows which requests and WebSockets are open: what
// the session asks for must be possible, what it was given to send leaves once and in order, its clock always
// moves on, and nothing follows `closed`.
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <uploadproto/session/engineio_server.hpp>
#include <uploadproto/wire/engineio.hpp>
#include <uploadproto/wire/utf8.hpp>

#include "require.hpp"
#include "steps.hpp"

namespace session = uploadproto::session;
namespace eio = uploadproto::wire::engineio;
using uploadproto::test::require;
using uploadproto::test::steps;

namespace {

using transport = session::engineio_transport;
using action = session::engineio_server_action;

session::engineio_server_options const options{.max_payload = 10'000, .max_backlog = 200};

class driven_session {
 public:
  explicit driven_session(transport first)
      : session_(options, first, now_), link_(first == transport::websocket) {}

  void step(steps const& s) {
    bool const was_closed = closed_;
    session::engineio_server::actions out;
    take(s, out);
    require(!was_closed || out.empty());
    for (auto const& each : out) perform(each);
    check();
  }

 private:
  void take(steps const& s, session::engineio_server::actions& out) {
    switch (s.what) {
      case '+':
        now_ += s.time();
        return;
      case '!':
        if (session_.deadline() != session::engineio_server::time_point::max())
          now_ = std::max(now_, session_.deadline());
        session_.expire(now_, out);
        require(session_.deadline() > now_);
        return;
      case 'C':
        return session_.close(now_, out);
      case 'D':
        return session_.discard(session::engineio_close_reason::transport_error, out);
      case 'l':
        return session_.flush(out);
      case 's':
      case 'S':
      case 'm':
        return send(s.what == 'S', s.what == 'm' ? 7 : 0, s.with);
      default:
        return link_ ? take_websocket(s, out) : take_polling(s, out);
    }
  }

  void take_websocket(steps const& s, session::engineio_server::actions& out) {
    switch (s.what) {
      case 't':
        // A link hands on valid text only.
        if (uploadproto::wire::is_utf8(s.with)) session_.websocket_text(s.with, now_, out);
        return;
      case 'w':
        return session_.websocket_binary(s.with, now_, out);
      case 'e':
      case 'E':
        link_ = false;
        return session_.websocket_closed(s.what == 'e', out);
      case 'g':
        return require(!session_.poll(now_, out));
      case 'b':
        return require(!session_.post_begin(out));
      case 'o':
        return require(!session_.probe_open(now_));
    }
  }

  void take_polling(steps const& s, session::engineio_server::actions& out) {
    switch (s.what) {
      case 'g': {
        bool const held = poll_;
        poll_ = true;
        if (!session_.poll(now_, out)) poll_ = held;
        return;
      }
      case 'x':
        if (poll_) session_.poll_aborted(out);
        poll_ = false;
        return;
      case 'b': {
        bool const held = post_;
        post_ = true;
        if (!session_.post_begin(out)) post_ = held;
        return;
      }
      case 'p':
        if (!post_ && !session_.post_begin(out)) return;
        post_ = false;
        return session_.post(s.with, now_, out);
      case 'f':
        if (std::exchange(post_, false)) session_.post_failed(out);
        return;
      case 'd':
        if (std::exchange(post_, false)) session_.post_dropped();
        return;
      case 'o':
        if (session_.probe_open(now_)) {
          require(!probe_);
          probe_ = true;
        }
        return;
      case 'q':
        if (probe_ && uploadproto::wire::is_utf8(s.with)) session_.probe_text(s.with, out);
        return;
      case 'Q':
        if (probe_) session_.probe_binary(out);
        return;
      case 'c':
        if (std::exchange(probe_, false)) session_.probe_closed();
        return;
    }
  }

  // Messages with a key may be replaced by newer ones; all others leave.
  void send(bool binary, std::uint64_t key, std::string_view message) {
    if (!binary &&
        (message.find(eio::record_separator) != message.npos || !uploadproto::wire::is_utf8(message)))
      return;
    using route = session::engineio_server::route;
    auto const where = session_.send(message, binary, key);
    require((where == route::dropped) == !session_.open());
    require((where == route::websocket) == (session_.open() && link_));
    if (where != route::queued) return;
    if (key != 0) std::erase_if(waiting_, [&](auto const& each) { return each.key == key; });
    waiting_.push_back({key, binary, std::string(message)});
    std::size_t bytes = 0;
    for (auto const& each : waiting_) bytes += each.data.size() + (each.binary ? 0 : 1);
    require(bytes <= options.max_backlog);
  }

  void left(bool binary, std::string_view data) {
    require(!waiting_.empty() && waiting_.front().binary == binary && waiting_.front().data == data);
    waiting_.pop_front();
  }

  void perform(action const& each) {
    using kind = action::kind;
    require(!closed_);
    switch (each.what) {
      case kind::answer_poll:
        require(std::exchange(poll_, false));
        return read_answer(each.data());
      case kind::abort_post:
        return require(std::exchange(post_, false));
      case kind::write_text:
        require(link_);
        if (each.data().starts_with('4')) left(false, each.data().substr(1));
        return;
      case kind::write_binary:
        require(link_);
        return left(true, each.data());
      case kind::close_websocket:
        return require(std::exchange(link_, false));
      case kind::write_probe:
        return require(probe_ && each.data() == "3probe");
      case kind::close_probe:
        return require(std::exchange(probe_, false));
      case kind::upgraded:
        require(std::exchange(probe_, false) && !poll_ && !post_);
        link_ = true;
        return;
      case kind::deliver_text:
      case kind::deliver_binary:
        return;
      case kind::closed:
        closed_ = true;
        return;
    }
  }

  void read_answer(std::string_view body) {
    require(!body.empty());
    eio::payload_reader reader(body);
    eio::packet packet;
    uploadproto::error_code bad;
    while (reader.next(packet, bad))
      if (packet.binary || packet.type == eio::packet_type::message) left(packet.binary, packet.data);
    require(!bad);
  }

  void check() const {
    require(session_.closed() == closed_);
    require(!closed_ || (!poll_ && !post_ && !probe_ && !session_.writable()));
    require(!closed_ || session_.deadline() == session::engineio_server::time_point::max());
    require(closed_ || session_.upgrading() == probe_);
    require(closed_ || (session_.transport() == transport::websocket) == link_);
  }

  struct waiting_message {
    std::uint64_t key;
    bool binary;
    std::string data;
  };
  session::engineio_server::time_point now_{};
  session::engineio_server session_;
  bool link_;
  bool poll_ = false, post_ = false, probe_ = false, closed_ = false;
  std::deque<waiting_message> waiting_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  if (size == 0) return 0;
  driven_session session(data[0] == 'W' ? transport::websocket : transport::polling);
  steps script(data + 1, size - 1);
  while (script.next()) session.step(script);
  return 0;
}
