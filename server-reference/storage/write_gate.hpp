// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_WRITE_GATE_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_WRITE_GATE_HPP

#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace uploadproto::reference {

/** A lock that is granted in the order in which it was asked for.

    SQLite allows one writer at a time. Its own waiting polls, and a worker that commits batch after batch
   would win against an upload that polls for its turn; here the upload waits for one batch at most. Meets
   *Lockable* but for `try_lock`.
*/
class write_gate {
 public:
  void lock() {
    std::unique_lock guard(mutex_);
    auto const ticket = next_++;
    turn_.wait(guard, [&] { return serving_ == ticket; });
  }
  void unlock() {
    {
      std::lock_guard guard(mutex_);
      ++serving_;
    }
    turn_.notify_all();
  }

  /** How often `lock` has been called: whoever raised it stands in line. */
  std::uint64_t asked() const {
    std::lock_guard guard(mutex_);
    return next_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable turn_;
  std::uint64_t next_ = 0;
  std::uint64_t serving_ = 0;
};

}  // namespace uploadproto::reference

#endif
