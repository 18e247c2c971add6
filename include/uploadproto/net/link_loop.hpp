// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_LINK_LOOP_HPP
#define UPLOADPROTO_NET_LINK_LOOP_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/net/websocket_link.hpp>
#include <uploadproto/session/deadlines.hpp>

#include <boost/asio/basic_waitable_timer.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::net {

using loop_timer =
    boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                      boost::asio::wait_traits<std::chrono::steady_clock>, loop_executor>;

/** What all WebSockets of one event loop share: turns, fan-out, the one timer, the receive buffer.

    A *turn* is what is ready to run now. Everything it writes is sent when it has run, together. A *fan-out*
    is one stretch of frames for many links: it is appended once and sent to each from the same bytes, in
    order with all else that the link is sent.

    A base of servers; only the loop's thread may call. Must outlive the loop's handlers.
*/
class link_loop {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit link_loop(boost::asio::io_context& context);
  link_loop(link_loop const&) = delete;
  link_loop& operator=(link_loop const&) = delete;
  virtual ~link_loop();

  boost::asio::io_context& context() const noexcept { return context_; }

  /** A number that names one audience; never repeated, never 0. */
  std::uint64_t new_audience() noexcept { return ++audiences_; }
  /** Whether frames for this audience can still be added to the open fan-out. */
  bool fanning_out_to(std::uint64_t audience) const noexcept { return fan_out_audience_ == audience; }
  /** The audience of the open fan-out, or 0. */
  std::uint64_t audience() const noexcept { return fan_out_audience_; }
  /** Opens a fan-out, whose members are named next. Sends what an earlier one still holds. */
  void begin_fan_out(std::uint64_t audience);
  /** Names a member. @return false when the link has something waiting: write to it by itself. */
  bool add_to_fan_out(websocket_link& link);
  /** Adds frames for all members. The key is for those that are behind by now. */
  void fan_out_frames(std::string_view frames, std::uint64_t merge_key = 0);
  /** Links named for the open fan-out. */
  std::size_t fan_out_size() const noexcept { return fan_out_links_.size(); }
  /** Sends what the open fan-out holds, and closes it. */
  void end_fan_out();

 protected:
  friend class websocket_link;
  friend class plain_link;
  friend class tls_link;

  /** The turn has ended and its writes are about to leave: add what else is due. */
  virtual void turn_ended() {}
  /** The earliest of the server's own deadlines, and what to do when some have passed. */
  virtual time_point earliest_deadline() const { return time_point::max(); }
  virtual void deadlines_passed(time_point) {}

  /** Call when a deadline was set or moved. */
  void arm_timer();
  /** Asks for the end of this turn to be noticed. */
  void schedule_flush();
  /** False once this object is destroyed; for handlers that may come later. */
  std::shared_ptr<bool> alive() const noexcept { return alive_; }

  wire::websocket::frame_reader::limits frame_limits_;
  std::size_t max_backlog_ = 4'000'000;

 private:
  void flush_turn();
  void timer_fired();
  void watch_close(websocket_link& link);
  void unwatch_close(websocket_link& link) { closing_links_.remove(link); }
  void detach_from_fan_out(websocket_link& link);

  boost::asio::io_context& context_;
  std::vector<char> receive_buffer_ = std::vector<char>(64 * 1024);
  std::vector<websocket_link_ptr> dirty_;
  session::deadlines<websocket_link> closing_links_;
  loop_timer timer_;
  time_point timer_at_ = time_point::max();
  bool flush_scheduled_ = false;
  std::uint64_t audiences_ = 0;
  std::uint64_t fan_out_audience_ = 0;
  std::string fan_out_bytes_;
  std::vector<websocket_link_ptr> fan_out_links_;
  std::size_t fan_out_detached_ = 0;  // members that were written to in between
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/link_loop.ipp>
#include <uploadproto/net/impl/websocket_link.ipp>
#endif

#endif
