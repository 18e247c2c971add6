// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_RETRY_QUEUE_HPP
#define UPLOADPROTO_SESSION_RETRY_QUEUE_HPP

#include <boost/json/array.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <vector>

namespace uploadproto::session {

struct retry_options {
  /** How often an event is sent again that was not acknowledged; 0 sends each event once and keeps no queue.
   */
  std::size_t retries = 0;
  /** How long one try waits for its acknowledgement; without, only a lost connection ends a try. */
  std::optional<std::chrono::milliseconds> ack_timeout{};
};

/** Events that are delivered at least once: of each namespace one is under way, the next follows when it was
    acknowledged or given up. WIRE 2.3.

    Sans-I/O and without time: says what to send, is told what came of it. A try that is cut off by the end of
    the connection counts as one. */
class retry_queue {
 public:
  struct entry {
    std::uint64_t ticket;
    bool silent;  ///< nobody waits for the outcome
    std::string name;
    boost::json::array args;
    std::vector<std::string> attachments;
    std::optional<std::chrono::milliseconds> timeout;
    std::size_t size;  ///< bytes, for the bound
    std::size_t tries = 0;
  };
  /** What became of an event whose try ended. */
  enum class outcome : unsigned char {
    foreign,  ///< the ticket is not of this queue
    again,    ///< it is going to be sent once more
    silent,   ///< over, and nobody waits for it
    over,     ///< over: the result is for the one who sent it
  };

  /** @param max_bytes of one namespace's events. */
  retry_queue(retry_options const& options, std::size_t max_bytes)
      : options_(options), max_bytes_(max_bytes) {}

  [[nodiscard]] bool enabled() const { return options_.retries > 0; }
  [[nodiscard]] std::optional<std::chrono::milliseconds> const& ack_timeout() const {
    return options_.ack_timeout;
  }
  /** Tickets for events that nobody waits for; never those of a caller who counts from 1. */
  std::uint64_t silent_ticket() { return (std::uint64_t{1} << 63) | ++silent_tickets_; }

  /** @return whether there was room for it. */
  bool push(std::string const& nsp, entry event);
  /** The event to be sent now, which counts as a try; nothing while one is under way. */
  entry const* next(std::string const& nsp);
  /** A try ended: with an acknowledgement or without. */
  outcome ended(std::uint64_t ticket, bool acknowledged);
  /** The caller does not wait any more: the event is not sent again. */
  void cancel(std::uint64_t ticket);
  /** Takes all events of a namespace out; the caller ends them. */
  std::deque<entry> take(std::string const& nsp);

  /** The namespaces that have events. */
  [[nodiscard]] std::vector<std::string> namespaces() const;

 private:
  struct queue {
    std::deque<entry> events;
    std::size_t bytes = 0;
    bool under_way = false;  // the first of them
  };
  using queues = std::map<std::string, queue, std::less<>>;

  void remove(queues::iterator where, std::deque<entry>::iterator event);

  retry_options options_;
  std::size_t max_bytes_;
  queues queues_;
  std::uint64_t silent_tickets_ = 0;
};

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/retry_queue.ipp>
#endif

#endif
