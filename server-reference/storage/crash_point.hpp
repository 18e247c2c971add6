// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_CRASH_POINT_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_CRASH_POINT_HPP

#include <atomic>

namespace uploadproto::reference {

using crash_hook = void (*)(char const* where);

/** What `crash_point` calls; null except in the test that kills the process there. */
inline std::atomic<crash_hook> on_crash_point{nullptr};

/** Marks a moment at which the end of the process must do no harm: before and after each durable step. */
inline void crash_point(char const* where) {
  if (auto const hook = on_crash_point.load(std::memory_order_relaxed)) hook(where);
}

}  // namespace uploadproto::reference

#endif
