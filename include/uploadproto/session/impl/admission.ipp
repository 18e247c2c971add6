// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_ADMISSION_IPP
#define UPLOADPROTO_SESSION_IMPL_ADMISSION_IPP

#include <uploadproto/session/admission.hpp>

namespace uploadproto::session {

UPLOADPROTO_DECL void admission::forget_lapsed(time_point now) {
  while (!idle_.empty() &&
         (idle_.front().idle_since + options_.lapse <= now || by_job_.size() > options_.max_claims)) {
    by_job_.erase(idle_.front().job);
    idle_.pop_front();
  }
}

UPLOADPROTO_DECL bool admission::is_anothers(std::string_view job, std::string_view user, time_point now) {
  forget_lapsed(now);
  auto const at = by_job_.find(job);
  return at != by_job_.end() && at->second->owner != user;
}

UPLOADPROTO_DECL admission::claims::iterator admission::find_or_add(std::string_view job,
                                                                    std::string_view user) {
  if (auto const at = by_job_.find(job); at != by_job_.end()) return at->second;
  held_.push_back({std::string(job), std::string(user)});
  auto const made = std::prev(held_.end());
  by_job_.emplace(made->job, made);
  return made;
}

/** Puts a claim where it belongs after a change. */
UPLOADPROTO_DECL void admission::settle(claims::iterator at, time_point now) {
  bool const idle = at->connections == 0 && !at->uploaded;
  if (idle == at->idle) return;
  at->idle = idle;
  at->idle_since = now;
  if (idle)
    idle_.splice(idle_.end(), held_, at);
  else
    held_.splice(held_.end(), idle_, at);
}

UPLOADPROTO_DECL admission::verdict admission::enter(std::string_view job, std::string_view user,
                                                     time_point now) {
  std::lock_guard const lock(mutex_);
  if (is_anothers(job, user, now)) return verdict::not_owner;
  auto const open = connections_.find(std::string(user));
  if (options_.max_connections_per_user && open != connections_.end() &&
      open->second >= *options_.max_connections_per_user)
    return verdict::too_many_connections;
  ++connections_[std::string(user)];
  auto const mine = find_or_add(job, user);
  if (mine->connections++ == 0) ++followed_;
  settle(mine, now);
  forget_lapsed(now);
  return verdict::admitted;
}

UPLOADPROTO_DECL void admission::leave(std::string_view job, std::string_view user, time_point now) {
  std::lock_guard const lock(mutex_);
  auto const open = connections_.find(std::string(user));
  if (open != connections_.end() && --open->second == 0) connections_.erase(open);
  auto const at = by_job_.find(job);
  if (at == by_job_.end()) return;
  if (--at->second->connections == 0) --followed_;
  settle(at->second, now);
}

UPLOADPROTO_DECL bool admission::take(std::string_view job, std::string_view user, time_point now) {
  std::lock_guard const lock(mutex_);
  if (is_anothers(job, user, now)) return false;
  auto const mine = find_or_add(job, user);
  mine->uploaded = true;
  settle(mine, now);
  return true;
}

UPLOADPROTO_DECL void admission::release(std::string_view job, time_point now) {
  std::lock_guard const lock(mutex_);
  auto const at = by_job_.find(job);
  if (at == by_job_.end()) return;
  at->second->uploaded = false;
  settle(at->second, now);
}

UPLOADPROTO_DECL std::size_t admission::connections() const {
  std::lock_guard const lock(mutex_);
  std::size_t all = 0;
  for (auto const& [user, open] : connections_) all += open;
  return all;
}

UPLOADPROTO_DECL std::size_t admission::users() const {
  std::lock_guard const lock(mutex_);
  return connections_.size();
}

UPLOADPROTO_DECL std::size_t admission::followed_jobs() const {
  std::lock_guard const lock(mutex_);
  return followed_;
}

}  // namespace uploadproto::session

#endif
