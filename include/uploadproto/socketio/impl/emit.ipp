// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_IMPL_EMIT_IPP
#define UPLOADPROTO_SOCKETIO_IMPL_EMIT_IPP

#include <uploadproto/socketio/impl/packet_text.hpp>
#include <uploadproto/socketio/server.hpp>

#include <boost/asio/error.hpp>

#include <utility>

/** @file
    How an event leaves a namespace: encoded once, logged for recovery, written to whoever it is for.
*/
namespace uploadproto::socketio {

UPLOADPROTO_DECL net::encoded_message name_space::encode(room_selection const& to,
                                                         std::string_view event_name,
                                                         std::string_view args_text,
                                                         std::vector<std::string> const& attachments,
                                                         bool recoverable) {
  auto const offset = recoverable ? recovery_->next_offset() : std::string();
  auto text = detail::event_text(name_, std::nullopt, event_name, args_text, attachments.size(), offset);
  net::encoded_message message(text, attachments);
  if (recoverable) recovery_->log({std::move(text), attachments, to}, std::chrono::steady_clock::now());
  return message;
}

UPLOADPROTO_DECL void name_space::send(room_selection const& to, net::encoded_message const& message,
                                       std::uint64_t merge_key) {
  auto& engine = owner_.engine();
  bool const same_audience = audience_ != 0 && audience_version_ == version_ && audience_of_ == to;
  if (same_audience && engine.fanning_out_to(audience_)) return engine.fan_out(message, merge_key);

  auto selection = std::exchange(selection_, {});
  select(to, [&](socket& each) { selection.push_back(&each); });
  // A small audience is written to directly: its messages share a write with all else of the turn.
  constexpr std::size_t small = 8;
  if (selection.size() <= small) {
    for (auto* const each : selection) each->connection_->send(message, merge_key);
  } else {
    audience_ = engine.new_audience();
    audience_version_ = version_;
    audience_of_ = to;
    engine.begin_fan_out(audience_);
    for (auto* const each : selection) engine.add_to_fan_out(*each->connection_);
    engine.fan_out(message, merge_key);
  }
  selection.clear();
  selection_ = std::move(selection);
}

UPLOADPROTO_DECL void name_space::send_volatile(room_selection const& to,
                                                net::encoded_message const& message) {
  select(to, [&](socket& each) { each.connection_->send_volatile(message); });
}

UPLOADPROTO_DECL std::uint64_t name_space::ask(std::vector<socket*> const& whom,
                                               broadcast_packet const& packet,
                                               std::chrono::milliseconds timeout,
                                               session::ack_table::handler handler, bool open_ended) {
  std::vector<session::ack_table::owner> owners(whom.begin(), whom.end());
  // Held until the end, so that an address names one socket only as long as it is waited for.
  std::vector<socket_ptr> held(whom.begin(), whom.end());
  auto const deadline = std::chrono::steady_clock::now() + timeout;
  auto const id = acks_.add(
      std::move(owners), deadline,
      [held = std::move(held), handler = std::move(handler)](error_code ec, std::vector<ack_reply> replies) {
        handler(ec, std::move(replies));
      },
      open_ended);
  arm_ack_timer();
  if (whom.empty()) return id;
  net::encoded_message const message(
      detail::event_text(name_, id, packet.name, detail::args_text(packet.args), packet.attachments.size()),
      packet.attachments);
  for (auto* const each : whom) {
    each->was_asked_ = true;
    each->connection_->send(message);
  }
  return id;
}

UPLOADPROTO_DECL void name_space::arm_ack_timer() {
  if (acks_.empty()) return;
  if (!ack_timer_) ack_timer_ = std::make_unique<net::loop_timer>(owner_.context().get_executor());
  if (ack_timer_->expiry() == acks_.deadline()) return;
  ack_timer_->expires_at(acks_.deadline());
  ack_timer_->async_wait([this, alive = alive_](error_code ec) {
    if (ec || !*alive) return;
    acks_.expire(std::chrono::steady_clock::now(), boost::asio::error::timed_out);
    ack_timer_->expires_at(std::chrono::steady_clock::time_point::max());
    arm_ack_timer();
  });
}

}  // namespace uploadproto::socketio

#endif
