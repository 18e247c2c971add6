// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SESSION_ENGINEIO_SERVER_SCRIPT_HPP
#define UPLOADPROTO_TESTS_SESSION_ENGINEIO_SERVER_SCRIPT_HPP

#include <chrono>
#include <functional>
#include <string>
#include <uploadproto/session/engineio_server.hpp>
#include <vector>

namespace uploadproto::session::test {

using namespace std::chrono_literals;

/** The actions of one step, readable: `poll<4hello>`, `text<2>`, `deliver<x>`, `closed<ping timeout>`. */
inline std::string describe(engineio_server_action const& action) {
  using kind = engineio_server_action::kind;
  auto const data = std::string(action.data());
  switch (action.what) {
    case kind::answer_poll:
      return "poll<" + data + ">";
    case kind::abort_post:
      return "abort_post";
    case kind::write_text:
      return "text<" + data + ">";
    case kind::write_binary:
      return "binary<" + data + ">";
    case kind::close_websocket:
      return "close_websocket";
    case kind::write_probe:
      return "probe<" + data + ">";
    case kind::close_probe:
      return "close_probe";
    case kind::deliver_text:
      return "deliver<" + data + ">";
    case kind::deliver_binary:
      return "deliver_binary<" + data + ">";
    case kind::upgraded:
      return "upgraded";
    case kind::closed:
      return "closed<" + std::string(to_string(action.reason)) + ">";
  }
  return "?";
}

inline std::string describe(engineio_server::actions const& actions) {
  std::string all;
  for (auto const& action : actions) {
    if (!all.empty()) all += ' ';
    for (char c : describe(action)) all += c == '\x1e' ? '|' : c;
  }
  return all;
}

/** A session on a clock that the test moves. Each call returns what the driver is told to do. */
class bench_session {
 public:
  explicit bench_session(engineio_transport first = engineio_transport::polling,
                         engineio_server_options options = {})
      : options_(options), session(options_, first, start) {}

  engineio_server_options options_;
  engineio_server::time_point const start{};
  engineio_server::time_point now = start;
  engineio_server session;

  template <class Step>
  std::string run(Step&& step) {
    engineio_server::actions out;
    step(out);
    return describe(out);
  }
  std::string poll() {
    return run([&](auto& out) { accepted = session.poll(now, out); });
  }
  std::string post(std::string const& body) {
    std::string text = run([&](auto& out) { accepted = session.post_begin(out); });
    if (!accepted) return text;
    return run([&](auto& out) { session.post(body, now, out); });
  }
  std::string text(std::string const& frame) {
    return run([&](auto& out) { session.websocket_text(frame, now, out); });
  }
  std::string binary(std::string const& bytes) {
    return run([&](auto& out) { session.websocket_binary(bytes, now, out); });
  }
  std::string probe(std::string const& frame) {
    return run([&](auto& out) { session.probe_text(frame, out); });
  }
  std::string close() {
    return run([&](auto& out) { session.close(now, out); });
  }
  std::string flush() {
    return run([&](auto& out) { session.flush(out); });
  }
  /** Moves the clock to the deadline, which must be the given time after the start, and lets it pass. */
  std::string expire_at(std::chrono::milliseconds expected) {
    if (session.deadline() != start + expected)
      return "deadline at " +
             std::to_string(
                 std::chrono::duration_cast<std::chrono::milliseconds>(session.deadline() - start).count());
    now = session.deadline();
    return run([&](auto& out) { session.expire(now, out); });
  }

  bool accepted = false;  // what the last poll() or post() said
};

/** A conversation as steps, so that it can be cut after any of them. */
using script = std::vector<std::function<std::string(bench_session&)>>;

}  // namespace uploadproto::session::test

#endif
