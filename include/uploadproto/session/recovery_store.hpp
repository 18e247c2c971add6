// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_RECOVERY_STORE_HPP
#define UPLOADPROTO_SESSION_RECOVERY_STORE_HPP

#include <uploadproto/config.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::session {

/** Who an event is for: the members of any of `rooms` (of the whole namespace when it is empty) that are in
    none of `except`; of those, one user's only when `user` is set. */
struct room_selection {
  std::vector<std::string> rooms{};
  std::vector<std::string> except{};
  std::string user{};
  friend bool operator==(room_selection const&, room_selection const&) = default;
};

/** Connection state recovery: how long, and how much, is kept of clients that were cut off. WIRE 2.5. */
struct recovery_options {
  std::chrono::milliseconds max_disconnection{120'000};
  /** A recovered connection skips the connection checks. Set false where a token must be judged again. */
  bool skip_checks = true;
  // Bounds of one namespace; what is oldest goes first, and who would need it starts anew.
  std::size_t max_packets = 10'000;
  std::size_t max_bytes = 16'000'000;
  std::size_t max_sessions = 10'000;
};

/** The events of one namespace that clients may have missed, and the sessions that may come back for them.

    Sans-I/O, bounded in count, bytes and time. Offsets grow; they are unknown to another run of the program
    because each begins with the store's own prefix.
*/
class recovery_store {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  struct packet {
    std::string text;  ///< the whole Socket.IO packet, its offset included
    std::vector<std::string> attachments;
    room_selection to;
  };
  struct session {
    std::string sid;
    std::vector<std::string> rooms;  ///< the room of the sid included
    std::string user;
    std::shared_ptr<void> data;
  };
  struct restored {
    session who;
    std::vector<packet> missed;  ///< in order
    time_point left;
  };

  /** @param prefix of every offset; at most some ten characters, without meaning */
  recovery_store(recovery_options const& options, std::string prefix);

  /** The offset of the packet that is logged next. */
  std::string next_offset() const;
  void log(packet sent, time_point now);

  /** Keeps a session that was cut off. @param pid its secret */
  void keep(std::string pid, session who, time_point left);

  /** Takes a session out, with what it has missed since `offset`; nothing when the secret is unknown, the
     time is over or the log no longer reaches back that far. */
  std::optional<restored> restore(std::string_view pid, std::string_view offset, time_point now);

  std::size_t packets() const noexcept { return log_.size(); }
  std::size_t bytes() const noexcept { return bytes_; }
  std::size_t sessions() const noexcept { return sessions_.size(); }

 private:
  struct logged {
    packet sent;
    time_point when;
  };
  struct kept {
    session who;
    time_point left;
  };

  void forget_old(time_point now);
  void drop_oldest();
  std::optional<std::uint64_t> number_of(std::string_view offset) const noexcept;

  recovery_options const* options_;
  std::string prefix_;
  std::deque<logged> log_;
  std::uint64_t first_ = 0;  // number of log_.front()
  std::size_t bytes_ = 0;
  std::map<std::string, kept, std::less<>> sessions_;
  std::deque<std::pair<time_point, std::string>> order_;  // of leaving; may name sessions that came back
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/recovery_store.ipp>
#endif

#endif
