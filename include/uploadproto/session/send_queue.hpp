// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_SEND_QUEUE_HPP
#define UPLOADPROTO_SESSION_SEND_QUEUE_HPP

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

namespace uploadproto::session {

/** Messages that wait for a slow receiver, in order, bounded in bytes.

    A message may carry a *merge key*. A newer message with the same key takes the older one's place in
    line by leaving only itself, at the end: a receiver that is behind sees the latest progress of a job,
    not all of it. Messages with key 0 (terminal events, acks, everything else) are never merged or dropped.

    Not thread-safe; no I/O.
*/
class send_queue {
 public:
  struct entry {
    std::uint64_t merge_key = 0;
    bool binary = false;
    std::string data;
  };

  /** Appends a message.
      @return false when it does not fit within `max_bytes`; the queue is then unchanged. A receiver this far
              behind is disconnected by the caller: accepted messages are never dropped silently. */
  bool push(entry message, std::size_t max_bytes) {
    auto const older = message.merge_key == 0 ? entries_.end() : find(message.merge_key);
    auto const freed = older == entries_.end() ? 0 : older->data.size();
    if (bytes_ - freed + message.data.size() > max_bytes) return false;
    if (older != entries_.end()) {
      entries_.erase(older);
      ++merged_;
    }
    bytes_ += message.data.size() - freed;
    entries_.push_back(std::move(message));
    return true;
  }

  /** Removes and returns the oldest message. Precondition: not empty. */
  entry pop() {
    entry oldest = std::move(entries_.front());
    entries_.pop_front();
    bytes_ -= oldest.data.size();
    return oldest;
  }

  void clear() noexcept {
    entries_.clear();
    bytes_ = 0;
  }
  bool empty() const noexcept { return entries_.empty(); }
  std::size_t size() const noexcept { return entries_.size(); }
  /** Bytes of all waiting messages. */
  std::size_t bytes() const noexcept { return bytes_; }
  /** How many messages were replaced by a newer one so far. */
  std::uint64_t merged() const noexcept { return merged_; }

 private:
  using position = std::deque<entry>::iterator;

  // From the end, where what newer progress replaces mostly stands: a thousand slow receivers may have long
  // queues.
  position find(std::uint64_t merge_key) {
    for (auto it = entries_.end(); it != entries_.begin();)
      if ((--it)->merge_key == merge_key) return it;
    return entries_.end();
  }

  std::deque<entry> entries_;
  std::size_t bytes_ = 0;
  std::uint64_t merged_ = 0;
};

}  // namespace uploadproto::session

#endif
