// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_JUDGEMENT_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_JUDGEMENT_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pipelines/consumer_events/envelope.hpp"

namespace uploadproto::reference {

/** What is to become of a message: its orders with their row numbers, or why it fails. */
struct judgement {
  std::string log_id;
  std::vector<std::pair<std::uint64_t, order>> orders{};  ///< none where it fails
  std::optional<std::string> error{};
};

/** Checks every row of a batch (CE-P2). One bad row fails the batch; the error names it, and how many more
    there are (CE-P3). */
judgement judge(envelope const& message);

}  // namespace uploadproto::reference

#endif
