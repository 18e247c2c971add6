// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_EVENT_RECORDER_HPP
#define UPLOADPROTO_TESTS_SERVER_EVENT_RECORDER_HPP

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "pipelines/consumer_events/event.hpp"

namespace uploadproto::reference::test {

/** Every event of a consumer, in order. Thread-safe. */
class event_recorder {
 public:
  consumer_event_sink sink() {
    return [this](consumer_event const& event) {
      std::lock_guard lock(mutex_);
      all_.push_back(event);
      changed_.notify_all();
    };
  }

  std::vector<consumer_event> all() const {
    std::lock_guard lock(mutex_);
    return all_;
  }

  /** Names of a message's events. */
  std::vector<std::string> course_of(std::string const& log_id) const {
    std::vector<std::string> names;
    for (auto const& event : all())
      if (contract::job_id_of(event) == log_id) names.emplace_back(contract::event_name_of(event));
    return names;
  }

  template <class Event>
  std::vector<Event> of() const {
    std::vector<Event> found;
    for (auto const& event : all())
      if (auto const* const e = std::get_if<Event>(&event)) found.push_back(*e);
    return found;
  }

  std::size_t ends() const {
    std::lock_guard lock(mutex_);
    return count_ends();
  }

  /** Until that many messages have ended. */
  void wait_for_ends(std::size_t count) {
    std::unique_lock lock(mutex_);
    bool const came =
        changed_.wait_for(lock, std::chrono::seconds(60), [&] { return count_ends() >= count; });
    BOOST_TEST_REQUIRE(came, count_ends() << " of " << count << " ends came");
  }

  void wait_for(std::function<bool(consumer_event const&)> const& wanted) {
    std::unique_lock lock(mutex_);
    bool const came = changed_.wait_for(lock, std::chrono::seconds(60),
                                        [&] { return std::any_of(all_.begin(), all_.end(), wanted); });
    BOOST_TEST_REQUIRE(came, "the event did not come");
  }

 private:
  std::size_t count_ends() const {
    return static_cast<std::size_t>(std::count_if(all_.begin(), all_.end(), [](auto const& event) {
      return contract::is_terminal(contract::kind_of(event));
    }));
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<consumer_event> all_;
};

}  // namespace uploadproto::reference::test

#endif
