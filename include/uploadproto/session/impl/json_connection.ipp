// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_JSON_CONNECTION_IPP
#define UPLOADPROTO_SESSION_IMPL_JSON_CONNECTION_IPP

#include <algorithm>
#include <boost/json/object.hpp>
#include <uploadproto/session/json_connection.hpp>
#include <uploadproto/wire/json.hpp>
#include <utility>

namespace uploadproto::session {

UPLOADPROTO_DECL json_connection::json_connection(contract::protocol_info const& protocol,
                                                  std::chrono::milliseconds linger, time_point now)
    : protocol_(protocol),
      linger_(linger),
      inbound_(protocol.limits.max_inbound_per_second.value_or(0)),
      control_(protocol.limits.max_inbound_per_second.value_or(0) * control_frames_per_message),
      outbound_(protocol.limits.max_progress_per_second.value_or(0), outbound_span),
      last_heard_(now) {
  if (protocol_.limits.heartbeat) next_ping_ = now + *protocol_.limits.heartbeat;
}

UPLOADPROTO_DECL void json_connection::end(wire::websocket::close_code code, output& out) {
  if (std::exchange(ended_, true)) return;
  waiting_.clear();
  out.close = code;
}

UPLOADPROTO_DECL bool json_connection::is_ask(std::string_view text, bool& as_object) const {
  auto const& rules = protocol_.keepalive;
  if (rules.ask.empty()) return false;
  if (text == rules.ask) return true;
  if (rules.member.empty() || text.empty() || text.find(rules.member) == std::string_view::npos) return false;
  auto const parsed = wire::parse_json(text);
  auto const* const object = parsed ? parsed->if_object() : nullptr;
  auto const* const member =
      object ? object->if_contains({rules.member.data(), rules.member.size()}) : nullptr;
  as_object = true;
  return member && member->is_string() &&
         member->get_string() == boost::json::string_view(rules.ask.data(), rules.ask.size());
}

UPLOADPROTO_DECL void json_connection::receive_text(std::string_view text, time_point now, output& out) {
  if (ended_) return;
  heard(now);
  if (!inbound_.note(now)) return end(wire::websocket::close_code::policy_violation, out);
  bool as_object = false;
  if (!is_ask(text, as_object)) return;
  auto const& rules = protocol_.keepalive;
  std::string answer;
  if (as_object)
    answer.append("{\"").append(rules.member).append("\":\"").append(rules.answer).append("\"}");
  else
    answer = rules.answer;
  wire::websocket::append_frame(out.frames, wire::websocket::opcode::text, answer);
}

UPLOADPROTO_DECL void json_connection::receive_binary(time_point now, output& out) {
  if (ended_) return;
  heard(now);
  end(wire::websocket::close_code::unsupported, out);
}

UPLOADPROTO_DECL void json_connection::receive_control(time_point now, output& out) {
  if (ended_) return;
  heard(now);
  if (!control_.note(now)) end(wire::websocket::close_code::policy_violation, out);
}

UPLOADPROTO_DECL void json_connection::write(waiting_message message, time_point now, output& out) {
  if (message.what == json_message::stage_first || message.what == json_message::progress)
    outbound_.note(now);
  out.frames += message.frame;
  if (message.what == json_message::terminal && protocol_.life_cycle.closes_after_terminal)
    close_at_ = now + linger_;
}

UPLOADPROTO_DECL bool json_connection::send(std::string_view json, json_message what, time_point now,
                                            output& out) {
  if (ended_) return false;
  waiting_message message{what, {}};
  wire::websocket::append_frame(message.frame, wire::websocket::opcode::text, json);
  if (what == json_message::notice) {
    write(std::move(message), now, out);
    return true;
  }
  // What follows makes the progress that still waits old news.
  bool const merged = !waiting_.empty() && waiting_.back().what == json_message::progress;
  if (merged) waiting_.pop_back();
  waiting_.push_back(std::move(message));
  out.replaceable = what == json_message::progress && waiting_.size() == 1;
  release(now, out);
  return !merged;
}

/** When the first of those that wait may leave. Plain progress is spread over the second, so that a bar moves
    evenly and a stage that begins finds room. */
UPLOADPROTO_DECL json_connection::time_point json_connection::release_time() const noexcept {
  if (waiting_.empty()) return time_point::max();
  auto const what = waiting_.front().what;
  if (what == json_message::terminal) return time_point::min();
  auto const allowed = outbound_.next_allowed();
  if (what == json_message::stage_first || !protocol_.limits.max_progress_per_second ||
      outbound_.latest() == time_point::min())
    return allowed;
  auto const spacing = std::chrono::steady_clock::duration(outbound_span) /
                       static_cast<int>(*protocol_.limits.max_progress_per_second);
  return std::max(allowed, outbound_.latest() + spacing);
}

UPLOADPROTO_DECL void json_connection::release(time_point now, output& out) {
  while (!waiting_.empty() && release_time() <= now) {
    write(std::move(waiting_.front()), now, out);
    waiting_.pop_front();
  }
}

UPLOADPROTO_DECL void json_connection::expire(time_point now, output& out) {
  if (ended_) return;
  if (close_at_ <= now) return end(wire::websocket::close_code::normal, out);
  if (protocol_.limits.idle_timeout && last_heard_ + *protocol_.limits.idle_timeout <= now)
    return end(wire::websocket::close_code::going_away, out);
  if (next_ping_ <= now) {
    wire::websocket::append_frame(out.frames, wire::websocket::opcode::ping, {});
    next_ping_ = now + *protocol_.limits.heartbeat;
  }
  release(now, out);
}

UPLOADPROTO_DECL json_connection::time_point json_connection::deadline() const noexcept {
  if (ended_) return time_point::max();
  auto earliest = std::min({next_ping_, close_at_, release_time()});
  if (protocol_.limits.idle_timeout)
    earliest = std::min(earliest, last_heard_ + *protocol_.limits.idle_timeout);
  return earliest;
}

}  // namespace uploadproto::session

#endif
