// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SERVER_BROKER_FIXTURE_HPP
#define UPLOADPROTO_TESTS_SERVER_BROKER_FIXTURE_HPP

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "broker/message_broker.hpp"

namespace uploadproto::reference::test {

/** As long as a test waits for what must come. */
inline constexpr std::chrono::milliseconds long_wait{30'000};

inline message note(std::string value) {
  return {.key = "k", .value = std::move(value)};
}

inline std::vector<message> notes(std::vector<std::string> const& values) {
  std::vector<message> all;
  for (auto const& value : values) all.push_back(note(value));
  return all;
}

template <class T>
void require_good(broker_result<T> const& outcome) {
  BOOST_TEST_REQUIRE(outcome.has_value(), (outcome.has_error() ? outcome.error().what : ""));
}

/** From any thread: Boost.Test's macros are for one. @throws std::runtime_error */
inline void produce(message_broker& to, std::string const& topic, std::vector<std::string> const& values) {
  to.produce(topic, notes(values)).value();
}

inline std::vector<std::string> values_of(std::vector<delivered_message> const& messages) {
  std::vector<std::string> values;
  for (auto const& m : messages) values.push_back(m.content.value);
  return values;
}

/** What the consumer is given until it has that many. */
inline std::vector<delivered_message> take(topic_consumer& from, std::size_t count) {
  std::vector<delivered_message> all;
  while (all.size() < count) {
    auto part = from.poll(count - all.size(), long_wait);
    require_good(part);
    BOOST_TEST_REQUIRE(!part->empty(), "only " << all.size() << " of " << count << " messages came");
    all.insert(all.end(), part->begin(), part->end());
  }
  return all;
}

/** What there is at once. */
inline std::vector<std::string> values_now(topic_consumer& from) {
  auto const part = from.poll(1'000'000, std::chrono::milliseconds(0));
  require_good(part);
  return values_of(*part);
}

inline void commit(topic_consumer& of, std::vector<delivered_message> const& messages) {
  std::vector<message_position> done;
  for (auto const& m : messages) done.push_back(m.at);
  require_good(of.commit(done));
}

}  // namespace uploadproto::reference::test

#endif
