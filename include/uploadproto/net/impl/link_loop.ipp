// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_LINK_LOOP_IPP
#define UPLOADPROTO_NET_IMPL_LINK_LOOP_IPP

#include <uploadproto/net/link_loop.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <utility>

namespace uploadproto::net {

UPLOADPROTO_DECL link_loop::link_loop(boost::asio::io_context& context)
    : context_(context), timer_(context.get_executor()) {}

UPLOADPROTO_DECL link_loop::~link_loop() {
  *alive_ = false;
}

// Posted behind what is ready to run now, so that it runs when all that has.
UPLOADPROTO_DECL void link_loop::schedule_flush() {
  if (flush_scheduled_) return;
  flush_scheduled_ = true;
  boost::asio::post(context_, [this, alive = alive_] {
    if (*alive) flush_turn();
  });
}

UPLOADPROTO_DECL void link_loop::flush_turn() {
  flush_scheduled_ = false;
  end_fan_out();
  auto const links = std::exchange(dirty_, {});
  for (auto const& link : links) link->flush();
  turn_ended();
}

UPLOADPROTO_DECL void link_loop::watch_close(websocket_link& link) {
  closing_links_.set(link, std::chrono::steady_clock::now() + std::chrono::seconds(5));
  arm_timer();
}

// One timer a loop. It is moved only when something is due before it fires.
UPLOADPROTO_DECL void link_loop::arm_timer() {
  auto const earliest = std::min(earliest_deadline(), closing_links_.earliest());
  if (earliest >= timer_at_) return;
  timer_at_ = earliest;
  timer_.expires_at(earliest);
  timer_.async_wait([this, alive = alive_](error_code ec) {
    if (!ec && *alive) timer_fired();
  });
}

UPLOADPROTO_DECL void link_loop::timer_fired() {
  timer_at_ = time_point::max();
  auto const now = std::chrono::steady_clock::now();
  deadlines_passed(now);
  while (auto* const link = closing_links_.take_due(now)) websocket_link_ptr(link)->abort();
  arm_timer();
}

// Most members have nothing waiting: they are sent the shared bytes themselves. A member that is written to
// in between gets its share appended to its own output first.

UPLOADPROTO_DECL void link_loop::begin_fan_out(std::uint64_t audience) {
  end_fan_out();
  fan_out_audience_ = audience;
  schedule_flush();
}

UPLOADPROTO_DECL bool link_loop::add_to_fan_out(websocket_link& link) {
  if (!link.idle()) return false;
  link.fan_out = fan_out_audience_;
  fan_out_links_.emplace_back(&link);
  return true;
}

UPLOADPROTO_DECL void link_loop::fan_out_frames(std::string_view frames, std::uint64_t merge_key) {
  fan_out_bytes_.append(frames);
  if (fan_out_detached_ > 0)
    for (auto const& link : fan_out_links_)
      if (link->fan_out != fan_out_audience_) link->write(frames, merge_key);
  if (fan_out_bytes_.size() > 64 * 1024) end_fan_out();
}

UPLOADPROTO_DECL void link_loop::detach_from_fan_out(websocket_link& link) {
  link.fan_out = 0;
  ++fan_out_detached_;
  if (!fan_out_bytes_.empty()) link.write(fan_out_bytes_);
}

UPLOADPROTO_DECL void link_loop::end_fan_out() {
  if (fan_out_audience_ == 0) return;
  auto const audience = std::exchange(fan_out_audience_, 0);
  for (auto const& link : fan_out_links_) {
    if (link->fan_out != audience) continue;
    link->fan_out = 0;
    link->write_now(fan_out_bytes_);
  }
  fan_out_links_.clear();
  fan_out_detached_ = 0;
  fan_out_bytes_.clear();
}

}  // namespace uploadproto::net

#endif
