// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The Socket.IO side of a whole server connection. A model beside it knows the namespaces: a packet is handed
// on only for one that was joined, in order, nothing follows a violation, and what waits is bounded.
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <uploadproto/session/socketio_server.hpp>

#include "require.hpp"
#include "steps.hpp"

namespace session = uploadproto::session;
namespace sio = uploadproto::wire::socketio;
using uploadproto::test::require;
using uploadproto::test::steps;

namespace {

session::socketio_server_options const options{
    .connect_timeout = std::chrono::milliseconds(1000),
    .max_held_packets = 4,
    .max_held_bytes = 300,
    .max_namespaces = 5,
    .decoding = {.max_attachments = 3, .max_pending_bytes = 200, .max_depth = 8}};

class driven_connection {
 public:
  void step(steps const& s) {
    session::socketio_server::actions out;
    bool const over = violated_;
    take(s, out);
    require(!over || out.empty());
    for (auto const& each : out) perform(each);
    require(!violated_ || session_.deadline() == session::socketio_server::time_point::max());
    for (auto const& [nsp, is_in] : known_) require(session_.joined(nsp) == is_in || violated_);
    require(known_.size() <= options.max_namespaces);
  }

 private:
  void take(steps const& s, session::socketio_server::actions& out) {
    switch (s.what) {
      case 't':
        return session_.text(s.with, out);
      case 'b':
        return session_.binary(s.with, out);
      case 'a':
      case 'r': {
        if (asked_.empty() || violated_) return;
        auto const nsp = asked_.front();
        asked_.pop_front();
        if (s.what == 'a') {
          known_[nsp] = true;
          return session_.accept(nsp, out);
        }
        known_.erase(nsp);
        return session_.refuse(nsp, out);
      }
      case 'l': {
        auto const at = known_.find(std::string(s.with));
        bool const is_in = at != known_.end() && at->second;
        if (!is_in || violated_) return;
        require(session_.leave(s.with));
        known_.erase(at);
        return;
      }
      case '+':
        now_ += s.time();
        session_.expire(now_, out);
        return require(session_.deadline() > now_);
    }
  }

  void perform(session::socketio_server_action const& each) {
    using kind = session::socketio_server_action::kind;
    require(!violated_);
    if (each.what == kind::violation) {
      violated_ = true;
      return require(each.error.failed());
    }
    require(!sio::validate(each.packet));
    auto const at = known_.find(each.packet.nsp);
    if (each.what == kind::connect) {
      require(at == known_.end() && each.packet.data.is_object());
      known_[each.packet.nsp] = false;
      return asked_.push_back(each.packet.nsp);
    }
    require(at != known_.end() && at->second);
    if (each.what == kind::disconnect) known_.erase(at);
  }

  session::socketio_server::time_point now_{};
  session::socketio_server session_{options, now_};
  std::map<std::string, bool> known_;  // false: not decided yet
  std::deque<std::string> asked_;
  bool violated_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  driven_connection connection;
  steps script(data, size);
  while (script.next()) connection.step(script);
  return 0;
}
