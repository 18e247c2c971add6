// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_RECOVERY_STORE_IPP
#define UPLOADPROTO_SESSION_IMPL_RECOVERY_STORE_IPP

#include <uploadproto/session/recovery_store.hpp>

#include <algorithm>
#include <charconv>
#include <utility>

namespace uploadproto::session {
namespace detail {

inline bool shares_one(std::vector<std::string> const& some, std::vector<std::string> const& others) {
  return std::any_of(some.begin(), some.end(), [&](std::string const& each) {
    return std::find(others.begin(), others.end(), each) != others.end();
  });
}

inline bool is_for(room_selection const& to, recovery_store::session const& who) {
  return (to.rooms.empty() || shares_one(to.rooms, who.rooms)) && !shares_one(to.except, who.rooms) &&
         (to.user.empty() || to.user == who.user);
}

inline std::size_t size_of(recovery_store::packet const& sent) noexcept {
  auto total = sent.text.size();
  for (auto const& each : sent.attachments) total += each.size();
  return total;
}

}  // namespace detail

UPLOADPROTO_DECL recovery_store::recovery_store(recovery_options const& options, std::string prefix)
    : options_(&options), prefix_(std::move(prefix)) {}

UPLOADPROTO_DECL std::string recovery_store::next_offset() const {
  return prefix_ + std::to_string(first_ + log_.size());
}

UPLOADPROTO_DECL void recovery_store::drop_oldest() {
  bytes_ -= detail::size_of(log_.front().sent);
  log_.pop_front();
  ++first_;
}

UPLOADPROTO_DECL void recovery_store::forget_old(time_point now) {
  auto const oldest = now - options_->max_disconnection;
  while (!log_.empty() && log_.front().when < oldest) drop_oldest();
  while (!order_.empty() && (order_.front().first < oldest || order_.size() > options_->max_sessions)) {
    auto const at = sessions_.find(order_.front().second);
    if (at != sessions_.end() && at->second.left == order_.front().first) sessions_.erase(at);
    order_.pop_front();
  }
}

UPLOADPROTO_DECL void recovery_store::log(packet sent, time_point now) {
  bytes_ += detail::size_of(sent);
  log_.push_back({std::move(sent), now});
  forget_old(now);
  while (!log_.empty() && (log_.size() > options_->max_packets || bytes_ > options_->max_bytes))
    drop_oldest();
}

UPLOADPROTO_DECL void recovery_store::keep(std::string pid, session who, time_point left) {
  order_.emplace_back(left, pid);
  sessions_.insert_or_assign(std::move(pid), kept{std::move(who), left});
  forget_old(left);
}

UPLOADPROTO_DECL std::optional<std::uint64_t> recovery_store::number_of(
    std::string_view offset) const noexcept {
  if (!offset.starts_with(prefix_)) return std::nullopt;
  offset.remove_prefix(prefix_.size());
  std::uint64_t number = 0;
  auto const [end, failed] = std::from_chars(offset.data(), offset.data() + offset.size(), number);
  if (failed != std::errc{} || end != offset.data() + offset.size() || offset.empty()) return std::nullopt;
  return number;
}

UPLOADPROTO_DECL std::optional<recovery_store::restored> recovery_store::restore(std::string_view pid,
                                                                                 std::string_view offset,
                                                                                 time_point now) {
  forget_old(now);
  auto const at = sessions_.find(pid);
  if (at == sessions_.end()) return std::nullopt;
  auto const seen = number_of(offset);
  if (!seen || *seen < first_ || *seen >= first_ + log_.size()) return std::nullopt;
  restored found{std::move(at->second.who), {}, at->second.left};
  sessions_.erase(at);
  for (auto next = static_cast<std::size_t>(*seen - first_) + 1; next < log_.size(); ++next)
    if (detail::is_for(log_[next].sent.to, found.who)) found.missed.push_back(log_[next].sent);
  return found;
}

}  // namespace uploadproto::session

#endif
