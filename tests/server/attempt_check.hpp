// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_ATTEMPT_CHECK_HPP
#define UPLOADPROTO_TESTS_SERVER_ATTEMPT_CHECK_HPP

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <uploadproto/contract/check.hpp>
#include <uploadproto/contract/timestamp.hpp>
#include <vector>

#include "pipelines/bulk_upload/event.hpp"

namespace uploadproto::reference::test {

/** Holds the events of a job to the contract: of one attempt after the other, where a job was put back and
    begun anew by its first stage, and of one terminal event, the last.
    @return how many attempts there were */
inline int check_attempts(std::vector<bulk_upload_event> const& events) {
  contract::progress_tracker tracker(contract::bulk_upload::info.stages);
  int attempts = 0;
  for (auto const& event : events) {
    BOOST_TEST(contract::check(event).empty());
    BOOST_TEST(!tracker.ended(), "nothing follows the terminal event");
    bool const begins = contract::kind_of(event) == contract::event_kind::progress &&
                        contract::stage_of(event) == contract::bulk_upload_stages[0].name &&
                        (attempts == 0 || tracker.stage_name() != contract::bulk_upload_stages[0].name);
    if (begins) {
      tracker.begin_attempt();
      ++attempts;
    }
    auto const problem = contract::track(tracker, event);
    BOOST_TEST(!problem, problem.message());
  }
  BOOST_TEST(tracker.ended());
  return attempts;
}

}  // namespace uploadproto::reference::test

#endif
