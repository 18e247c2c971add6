// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_ATTEMPT_KEY_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_ATTEMPT_KEY_HPP

#include <cstdint>
#include <stdexcept>

namespace uploadproto::reference {

/** Names one attempt of one job. Everything a worker writes says for which attempt it is; once the attempt is
   over (ended, cancelled, begun anew elsewhere) such a write changes nothing. */
struct attempt_key {
  std::int64_t job_seq = 0;
  std::int64_t attempt = 0;
  friend bool operator==(attempt_key const&, attempt_key const&) = default;
};

/** The attempt that a writer works for is over: it was cancelled, or another one has begun. */
class attempt_over : public std::runtime_error {
 public:
  attempt_over() : std::runtime_error("The attempt is over") {}
};

}  // namespace uploadproto::reference

#endif
