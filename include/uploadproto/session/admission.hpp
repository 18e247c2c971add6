// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_ADMISSION_HPP
#define UPLOADPROTO_SESSION_ADMISSION_HPP

#include <chrono>
#include <cstddef>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <uploadproto/config.hpp>

namespace uploadproto::session {

/** Who may follow which job, and over how many connections (UP-A5, A6, N1).

    A job belongs to the user who first connected or uploaded with its id. A claim without an upload lapses
    some time after its last connection; an upload makes it last. One object serves all loops of a server:
    every function may be called from any thread. Bounded: beyond `max_claims` the claim that was let go of
    longest is forgotten.
*/
class admission {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  enum class verdict : unsigned char { admitted, not_owner, too_many_connections };

  struct options {
    std::optional<std::size_t> max_connections_per_user{};
    std::chrono::seconds lapse{3600};  ///< of a claim without an upload (UP-A6)
    std::size_t max_claims = 100'000;
  };

  explicit admission(options opts) : options_(opts) {}

  /** A connection of `user` for `job`. Each that is admitted must `leave`. */
  verdict enter(std::string_view job, std::string_view user, time_point now);
  void leave(std::string_view job, std::string_view user, time_point now);

  /** An upload for `job`: it is this user's for good. @return false when it is another's */
  bool take(std::string_view job, std::string_view user, time_point now);
  /** The job's life is over and stored elsewhere: forget it once nobody is connected. */
  void release(std::string_view job, time_point now);

  std::size_t connections() const;
  std::size_t users() const;
  /** Jobs that are followed by somebody now. */
  std::size_t followed_jobs() const;

 private:
  struct claim {
    std::string job, owner;
    std::size_t connections = 0;
    bool uploaded = false;
    bool idle = false;  // nobody is connected, and no upload: it lapses
    time_point idle_since{};
  };
  using claims = std::list<claim>;

  bool is_anothers(std::string_view job, std::string_view user, time_point now);
  claims::iterator find_or_add(std::string_view job, std::string_view user);
  void settle(claims::iterator at, time_point now);
  void forget_lapsed(time_point now);

  options options_;
  mutable std::mutex mutex_;
  claims held_, idle_;  // the idle ones in the order in which they lapse
  std::unordered_map<std::string_view, claims::iterator> by_job_;
  std::unordered_map<std::string, std::size_t> connections_;
  std::size_t followed_ = 0;
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/admission.ipp>
#endif

#endif
