// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Apache Kafka as librdkafka's mock cluster has it. What needs a real one is in kafka_test.py.
#include <librdkafka/rdkafka.h>
// After the other.
#include <librdkafka/rdkafka_mock.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>

#include "broker/kafka_broker.hpp"
#include "broker_fixture.hpp"

namespace {
using namespace uploadproto::reference;
using namespace uploadproto::reference::test;
using namespace std::chrono_literals;
using strings = std::vector<std::string>;

constexpr std::int16_t produce_request = 0, end_transaction_request = 26;

struct kafka_fixture {
  kafka_handle host{rd_kafka_new(RD_KAFKA_PRODUCER, nullptr, nullptr, 0)};
  std::unique_ptr<rd_kafka_mock_cluster_t, kafka_free<rd_kafka_mock_cluster_destroy>> cluster{
      rd_kafka_mock_cluster_new(host.get(), 1)};
  kafka_options options;
  std::unique_ptr<kafka_broker> broker;

  kafka_fixture() {
    rd_kafka_mock_topic_create(cluster.get(), "orders", 1, 1);
    options.servers = rd_kafka_mock_cluster_bootstraps(cluster.get());
    options.produce_timeout = 2s;
    open();
  }

  void open() { broker = std::make_unique<kafka_broker>(options); }

  std::unique_ptr<topic_consumer> join(std::string const& group = "g") {
    auto joined = broker->join("orders", group);
    require_good(joined);
    return std::move(*joined);
  }
  strings read(std::size_t count, std::string const& group) { return values_of(take(*join(group), count)); }
  broker_problem refused(broker_result<void> const& outcome) {
    BOOST_TEST_REQUIRE(outcome.has_error());
    return outcome.error().problem;
  }
};

BOOST_AUTO_TEST_SUITE(broker_kafka)

BOOST_FIXTURE_TEST_CASE(what_is_produced_comes_to_every_group_with_key_and_headers, kafka_fixture) {
  message const sent{.key = "a", .headers = {{"content-type", "application/json"}}, .value = "{}"};
  require_good(broker->produce("orders", std::span(&sent, 1)));
  auto const a = join("a"), b = join("b");
  BOOST_TEST((take(*a, 1).at(0).content == sent));
  BOOST_TEST((take(*b, 1).at(0).content == sent));
}

BOOST_FIXTURE_TEST_CASE(a_group_goes_on_where_it_has_committed, kafka_fixture) {
  produce(*broker, "orders", {"1", "2", "3"});
  {
    auto const reader = join();
    auto const seen = take(*reader, 3);
    commit(*reader, {seen[0]});
  }
  auto const rest = take(*join(), 2);
  BOOST_TEST(values_of(rest) == (strings{"2", "3"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(more_messages_than_the_queue_holds_are_one_produce, kafka_fixture) {
  constexpr int count = 25'000;
  int made = 0;
  require_good(broker->produce("orders", [&]() -> std::optional<message> {
    if (made == count) return std::nullopt;
    return note(std::to_string(made++));
  }));
  auto const seen = read(count, "g");
  for (int i = 0; i < count; ++i) BOOST_TEST_REQUIRE(seen[static_cast<std::size_t>(i)] == std::to_string(i));
}

BOOST_FIXTURE_TEST_CASE(produces_of_many_threads_share_transactions_and_keep_their_order, kafka_fixture) {
  constexpr int threads = 16, runs = 20;
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t)
    all.emplace_back([&, t] {
      for (int r = 0; r < runs; ++r) {
        auto const run = notes({std::to_string(t) + "/" + std::to_string(r)});
        auto const outcome = broker->produce("orders", run);
        if (!outcome) throw std::runtime_error(outcome.error().what);
      }
    });
  for (auto& t : all) t.join();
  std::vector<int> next(threads, 0);
  for (auto const& value : read(threads * runs, "g")) {
    auto const t = static_cast<std::size_t>(std::stoi(value));
    BOOST_TEST(value == std::to_string(t) + "/" + std::to_string(next[t]++));
  }
}

BOOST_FIXTURE_TEST_CASE(a_cluster_that_is_down_is_unavailable_and_serves_when_it_is_back, kafka_fixture) {
  rd_kafka_mock_broker_set_down(cluster.get(), 1);
  BOOST_TEST((refused(broker->produce("orders", notes({"at the start"}))) == broker_problem::unavailable));
  rd_kafka_mock_broker_set_up(cluster.get(), 1);
  produce(*broker, "orders", {"1"});
  rd_kafka_mock_broker_set_down(cluster.get(), 1);
  BOOST_TEST((refused(broker->produce("orders", notes({"later"}))) == broker_problem::unavailable));
  rd_kafka_mock_broker_set_up(cluster.get(), 1);
  // The refused ones' transactions may take a moment to be undone.
  auto const deadline = std::chrono::steady_clock::now() + long_wait;
  while (!broker->produce("orders", notes({"2"})))
    BOOST_TEST_REQUIRE((std::chrono::steady_clock::now() < deadline));
  BOOST_TEST(read(2, "g") == (strings{"1", "2"}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(one_refused_message_refuses_its_produce, kafka_fixture) {
  rd_kafka_mock_push_request_errors(cluster.get(), produce_request, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
  BOOST_TEST((refused(broker->produce("orders", notes({"1", "2"}))) == broker_problem::unavailable));
  produce(*broker, "orders", {"3"});
  BOOST_TEST(read(1, "g") == strings{"3"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(passing_troubles_are_passed_over, kafka_fixture) {
  rd_kafka_mock_push_request_errors(cluster.get(), produce_request, 2, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS,
                                    RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT);
  rd_kafka_mock_push_request_errors(cluster.get(), end_transaction_request, 1,
                                    RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS);
  produce(*broker, "orders", {"1"});
  BOOST_TEST(read(1, "g") == strings{"1"}, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_message_over_the_limit_and_a_source_that_throws_refuse_their_produce,
                        kafka_fixture) {
  auto const large = std::string(options.max_message_bytes + 1, 'x');
  BOOST_TEST((refused(broker->produce("orders", notes({large}))) == broker_problem::too_large));
  int made = 0;
  auto const throws = [&]() -> std::optional<message> {
    if (++made == 200) throw std::logic_error("no more");
    return note("x");
  };
  BOOST_CHECK_THROW((void)broker->produce("orders", throws), std::logic_error);
  made = 0;
  auto const too_large_late = [&]() -> std::optional<message> {
    return note(++made == 200 ? large : std::string("x"));
  };
  BOOST_TEST((refused(broker->produce("orders", too_large_late)) == broker_problem::too_large));
  produce(*broker, "orders", {"fine"});
}

BOOST_FIXTURE_TEST_CASE(a_waiting_reader_can_be_woken, kafka_fixture) {
  auto const reader = join();
  std::thread other([&] { reader->wake(); });
  auto const part = reader->poll(1, long_wait);
  other.join();
  require_good(part);
  BOOST_TEST(part->empty());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
