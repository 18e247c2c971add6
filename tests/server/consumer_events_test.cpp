// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Consumer events from the producer's call to the events, over the embedded broker and over brokers that
// fail.
#include <SQLiteCpp/Database.h>

#include <boost/test/unit_test.hpp>
#include <deque>
#include <fstream>
#include <thread>

#include "broker/embedded_broker.hpp"
#include "broker_fixture.hpp"
#include "database_query.hpp"
#include "event_recorder.hpp"
#include "ingest/input_error.hpp"
#include "pipelines/consumer_events/envelope.hpp"
#include "pipelines/consumer_events/tables.hpp"
#include "pipelines/consumer_events/worker.hpp"
#include "pipelines/consumer_events_service.hpp"
#include "temporary_directory.hpp"

namespace {
using namespace uploadproto;
using namespace uploadproto::reference;
using namespace uploadproto::reference::test;
using namespace std::chrono_literals;
using strings = std::vector<std::string>;

order const pen{"A-1", "Pen", 3, "1.50"};
strings const good_course{"message-received", "processing-started", "processing-completed"};
strings const bad_course{"message-received", "processing-started", "processing-failed"};

struct service_fixture {
  temporary_directory directory;
  event_recorder events;
  std::unique_ptr<consumer_events_service> service;

  void open() {
    service.reset();
    consumer_events_options options;
    options.data_directory = directory.path();
    options.consumer_id = "consumer-instance-1";
    service = std::make_unique<consumer_events_service>(options);
  }
  std::string csv(int rows, int bad_row = -1) {
    auto const file = service->uploads_directory() / "f.csv";
    std::ofstream out(file);
    out << "orderNumber,productName,quantity,price\n";
    for (int i = 0; i < rows; ++i) out << "N-" << i << ",Pen," << (i == bad_row ? "none" : "1") << ",0.10\n";
    return file.string();
  }
  std::filesystem::path files() const { return directory / "consumer_events"; }
  std::int64_t in_database(std::string const& query) const {
    return number_in(files() / "uploadproto.db", query);
  }
  /** After the service has let go of it. */
  std::vector<delivered_message> dead_letters() const {
    auto const broker = embedded_broker::open(files() / "broker").value();
    auto const reader = broker->join("orders.dead-letter", "test").value();
    return reader->poll(1000, 0ms).value();
  }
};

BOOST_AUTO_TEST_SUITE(consumer_events)

BOOST_FIXTURE_TEST_CASE(an_order_is_received_started_and_completed, service_fixture) {
  open();
  service->start(events.sink());
  auto const log_id = service->producer().send(pen);
  BOOST_TEST(log_id.size() == 36u);
  events.wait_for_ends(1);
  service->stop();
  BOOST_TEST(events.course_of(log_id) == good_course, boost::test_tools::per_element());
  auto const received = events.of<contract::message_received>().at(0);
  BOOST_TEST(received.data.data_type == "SINGLE_MESSAGE");
  BOOST_TEST(!received.data.row_count.has_value());
  BOOST_TEST(events.of<contract::processing_completed>().at(0).consumer_id == "consumer-instance-1");
  BOOST_TEST(in_database("SELECT count(*) FROM orders WHERE order_number = 'A-1' AND price = '1.50'") == 1);
}

BOOST_FIXTURE_TEST_CASE(every_event_is_as_the_contract_has_it, service_fixture) {
  open();
  service->start(events.sink());
  service->producer().send(pen);
  service->producer().send_file(csv(150, 120), "f.csv");
  events.wait_for_ends(3);
  events.wait_for([](auto const& e) { return std::holds_alternative<contract::stats_updated>(e); });
  for (auto const& event : events.all())
    for (auto const& violation : contract::check(event))
      BOOST_ERROR(contract::event_name_of(event) << ": " << violation.message());
}

BOOST_FIXTURE_TEST_CASE(a_file_travels_in_batches_that_say_their_place, service_fixture) {
  open();
  auto const sent = service->producer().send_file(csv(250), "orders.csv");
  BOOST_TEST(sent.batches == 3u);
  BOOST_TEST(sent.rows == 250u);
  auto const before = service->find_upload(sent.upload_id).value();
  BOOST_TEST(before.file_name == "orders.csv");
  for (auto const& b : before.batches) BOOST_TEST(b.status == "QUEUED");
  service->start(events.sink());
  events.wait_for_ends(3);
  auto const after = service->find_upload(sent.upload_id).value();
  BOOST_TEST_REQUIRE(after.batches.size() == 3u);
  auto const received = events.of<contract::message_received>();
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(after.batches[i].status == "PROCESSED");
    BOOST_TEST(events.course_of(after.batches[i].log_id) == good_course, boost::test_tools::per_element());
    BOOST_TEST(received[i].log_id == after.batches[i].log_id);
    BOOST_TEST(received[i].data.data_type == "CSV_BATCH");
    BOOST_TEST(received[i].data.row_count.value() == (i == 2 ? 50u : 100u));
    BOOST_TEST(received[i].data.upload_id.value() == sent.upload_id);
    BOOST_TEST(received[i].data.batch_index.value() == i);
    BOOST_TEST(received[i].data.batch_count.value() == 3u);
  }
  service->stop();
  BOOST_TEST(in_database("SELECT count(*) FROM orders") == 250);
  BOOST_TEST(!service->find_upload("unknown").has_value());
}

BOOST_FIXTURE_TEST_CASE(one_bad_row_fails_its_batch_and_no_other, service_fixture) {
  open();
  service->start(events.sink());
  auto const sent = service->producer().send_file(csv(300, 150), "f.csv");
  auto const last = service->producer().send(pen);
  events.wait_for_ends(4);
  auto const view = service->find_upload(sent.upload_id).value();
  service->stop();
  BOOST_TEST(view.batches[0].status == "PROCESSED");
  BOOST_TEST(view.batches[1].status == "FAILED");
  BOOST_TEST(view.batches[2].status == "PROCESSED");
  auto const reason = "Row 152: quantity must be a whole number of at least 1, found \"none\"";
  BOOST_TEST(view.batches[1].error.value() == reason);
  BOOST_TEST(events.course_of(view.batches[1].log_id) == bad_course, boost::test_tools::per_element());
  BOOST_TEST(events.of<contract::processing_failed>().at(0).error == reason);
  BOOST_TEST(events.course_of(last) == good_course, boost::test_tools::per_element());
  BOOST_TEST(in_database("SELECT count(*) FROM orders") == 201);
  service.reset();
  auto const letters = dead_letters();
  BOOST_TEST_REQUIRE(letters.size() == 1u);
  BOOST_TEST(std::get<envelope>(read_envelope(letters[0].content.value)).log_id == view.batches[1].log_id);
  auto const& headers = letters[0].content.headers;
  BOOST_TEST((std::find(headers.begin(), headers.end(), message_header{"error", reason}) != headers.end()));
}

BOOST_FIXTURE_TEST_CASE(a_file_that_is_none_sends_nothing, service_fixture) {
  open();
  auto const file = service->uploads_directory() / "f.csv";
  std::ofstream(file) << "orderNumber,quantity\n1,2\n";
  BOOST_CHECK_THROW(service->producer().send_file(file, "f.csv"), input_error);
  service->start(events.sink());
  auto const log_id = service->producer().send(pen);
  events.wait_for_ends(1);
  BOOST_TEST(events.of<contract::message_received>().size() == 1u);
  BOOST_TEST(in_database("SELECT count(*) FROM uploads") == 0);
}

BOOST_FIXTURE_TEST_CASE(what_was_accepted_is_worked_on_after_a_restart_and_told_once, service_fixture) {
  open();
  auto const waiting = service->producer().send(pen);
  open();
  service->start(events.sink());
  events.wait_for_ends(1);
  open();
  service->start(events.sink());
  auto const next = service->producer().send(pen);
  events.wait_for_ends(2);
  service->stop();
  BOOST_TEST(events.course_of(waiting) == good_course, boost::test_tools::per_element());
  BOOST_TEST(events.course_of(next) == good_course, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(counts_go_on_after_a_restart, service_fixture) {
  open();
  service->start(events.sink());
  service->producer().send(pen);
  service->producer().send_file(csv(10, 5), "f.csv");
  events.wait_for_ends(2);
  open();
  service->start(events.sink());
  service->producer().send(pen);
  events.wait_for([](auto const& e) {
    auto const* const stats = std::get_if<contract::stats_updated>(&e);
    return stats && stats->received == 3u && stats->processing == 0u && stats->completed == 2u &&
           stats->failed == 1u;
  });
}

/** A broker whose every answer the test decides. */
class scripted_broker : public message_broker {
 public:
  std::deque<broker_result<void>> produce_answers;  ///< then: good
  std::vector<message> produced;

  using message_broker::produce;
  broker_result<void> produce(std::string const&, message_source next) override {
    std::lock_guard lock(mutex_);
    if (!produce_answers.empty()) {
      auto const answer = produce_answers.front();
      produce_answers.pop_front();
      if (!answer) return answer;
    }
    while (auto m = next()) produced.push_back(std::move(*m));
    changed_.notify_all();
    return {};
  }
  broker_result<std::unique_ptr<topic_consumer>> join(std::string const&, std::string const&) override {
    return std::unique_ptr<topic_consumer>(new consumer(*this));
  }
  std::size_t max_message_bytes() const override { return 1024 * 1024; }

  void deliver(std::vector<message> messages) {
    std::lock_guard lock(mutex_);
    for (auto& m : messages) waiting_.push_back({{0, next_offset_++}, std::move(m)});
    changed_.notify_all();
  }
  void fail_next_poll(broker_failure failure) {
    std::lock_guard lock(mutex_);
    poll_failures_.push_back(std::move(failure));
    changed_.notify_all();
  }
  void fail_next_commit() { fail_commit_ = true; }
  std::int64_t committed() const {
    std::lock_guard lock(mutex_);
    return committed_;
  }
  void wait_committed(std::int64_t offset) {
    std::unique_lock lock(mutex_);
    BOOST_TEST_REQUIRE(changed_.wait_for(lock, long_wait, [&] { return committed_ >= offset; }));
  }

 private:
  class consumer : public topic_consumer {
   public:
    explicit consumer(scripted_broker& of) : of_(of) {}
    broker_result<std::vector<delivered_message>> poll(std::size_t most,
                                                       std::chrono::milliseconds wait) override {
      std::unique_lock lock(of_.mutex_);
      of_.changed_.wait_for(lock, wait,
                            [&] { return woken_ || !of_.waiting_.empty() || !of_.poll_failures_.empty(); });
      if (!of_.poll_failures_.empty()) {
        auto const failure = of_.poll_failures_.front();
        of_.poll_failures_.pop_front();
        return failure;
      }
      std::vector<delivered_message> found;
      while (found.size() < most && !of_.waiting_.empty()) {
        found.push_back(std::move(of_.waiting_.front()));
        of_.waiting_.pop_front();
      }
      return found;
    }
    broker_result<void> commit(std::span<message_position const> done) override {
      if (of_.fail_commit_.exchange(false)) return broker_failure{broker_problem::unavailable, "no commit"};
      std::lock_guard lock(of_.mutex_);
      for (auto const& at : done) of_.committed_ = std::max(of_.committed_, at.offset);
      of_.changed_.notify_all();
      return {};
    }
    void wake() override {
      std::lock_guard lock(of_.mutex_);
      woken_ = true;
      of_.changed_.notify_all();
    }

   private:
    scripted_broker& of_;
    bool woken_ = false;
  };

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<delivered_message> waiting_;
  std::deque<broker_failure> poll_failures_;
  std::atomic<bool> fail_commit_{false};
  std::int64_t next_offset_ = 0, committed_ = -1;
};

struct worker_fixture {
  temporary_directory directory;
  database db{directory / "d.db", 400, consumer_events_schema()};  // pages
  message_table table{db};
  scripted_broker broker;
  event_recorder events;
  std::unique_ptr<consumer_worker> worker;

  void start() {
    consumer_worker_options options{
        .topic = "orders", .group = "g", .consumer_id = "c", .now = [] { return 7s; }};
    options.first_pause = options.longest_pause = 1ms;
    worker = std::make_unique<consumer_worker>(options, broker, table);
    worker->start(broker.join("orders", "g").value(), events.sink());
  }
  static message single(std::string const& log_id) { return note(write_single(log_id, pen)); }
};

BOOST_FIXTURE_TEST_CASE(a_message_that_is_delivered_again_is_passed_over, worker_fixture) {
  broker.deliver({single("a"), single("a"), single("b")});
  start();
  broker.wait_committed(2);
  broker.deliver({single("a"), single("b"), single("c")});
  broker.wait_committed(5);
  worker->stop();
  for (auto const* id : {"a", "b", "c"})
    BOOST_TEST(events.course_of(id) == good_course, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_commit_that_fails_doubles_nothing, worker_fixture) {
  broker.fail_next_commit();
  broker.deliver({single("a")});
  start();
  events.wait_for_ends(1);
  // The group is given to another member and back.
  broker.deliver({single("a"), single("b")});
  broker.wait_committed(2);
  worker->stop();
  BOOST_TEST(events.ends() == 2u);
  BOOST_TEST(events.course_of("a") == good_course, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_broker_that_cannot_be_polled_is_tried_again, worker_fixture) {
  for (int i = 0; i < 5; ++i) broker.fail_next_poll({broker_problem::unavailable, "away"});
  broker.deliver({single("a")});
  start();
  broker.wait_committed(0);
  BOOST_TEST(events.course_of("a") == good_course, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(messages_of_strangers_go_to_the_dead_letters_and_block_nothing, worker_fixture) {
  broker.deliver({note("rubbish"), note(R"({"logId":"x","dataType":"CSV_BATCH","rows":[]})"), single("a")});
  start();
  broker.wait_committed(2);
  worker->stop();
  BOOST_TEST(events.course_of("x") == bad_course, boost::test_tools::per_element());
  BOOST_TEST(events.course_of("a") == good_course, boost::test_tools::per_element());
  BOOST_TEST(events.ends() == 2u, "nobody can be told of a message without a name");
  BOOST_TEST_REQUIRE(broker.produced.size() == 2u);
  BOOST_TEST(broker.produced[0].value == "rubbish");
  BOOST_TEST((broker.produced[0].headers[0] == message_header{"logId", "orders/0/0"}));
  BOOST_TEST((table.count().failed == 2u));
}

BOOST_FIXTURE_TEST_CASE(a_dead_letter_waits_for_the_broker_and_its_end_is_told_once, worker_fixture) {
  for (int i = 0; i < 3; ++i)
    broker.produce_answers.emplace_back(broker_failure{broker_problem::unavailable, "away"});
  broker.deliver({note(R"({"logId":"x","dataType":"none"})")});
  start();
  broker.wait_committed(0);
  BOOST_TEST(events.course_of("x") == bad_course, boost::test_tools::per_element());
  BOOST_TEST(broker.produced.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_letter_that_could_not_be_buried_is_buried_at_the_next_start, worker_fixture) {
  for (int i = 0; i < 1'000'000; ++i)
    broker.produce_answers.emplace_back(broker_failure{broker_problem::unavailable, "away"});
  auto const bad = note(R"({"logId":"x","dataType":"none"})");
  broker.deliver({bad});
  start();
  events.wait_for_ends(1);
  worker->stop();
  BOOST_TEST(broker.committed() == -1);
  broker.produce_answers.clear();
  broker.deliver({bad});
  start();
  broker.wait_committed(1);
  worker->stop();
  BOOST_TEST(events.course_of("x") == bad_course, boost::test_tools::per_element());
  BOOST_TEST(broker.produced.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_full_database_lets_messages_wait, worker_fixture) {
  auto const other = db.connect(commit_survives::crash);
  other->exec("CREATE TABLE filler (x)");
  try {
    while (true) other->exec("INSERT INTO filler VALUES (zeroblob(8000))");
  } catch (SQLite::Exception const&) {
  }
  // Together they need further pages.
  std::vector<message> many;
  for (int i = 0; i < 60; ++i) many.push_back(single(std::string(150, 'x') + std::to_string(i)));
  broker.deliver(std::move(many));
  start();
  events.wait_for([](auto const& e) { return std::holds_alternative<contract::processing_started>(e); });
  auto const first = std::string(150, 'x') + "0";
  BOOST_TEST(worker->works_on(first));
  BOOST_TEST(events.ends() == 0u);
  other->exec("DROP TABLE filler");
  broker.wait_committed(59);
  worker->stop();
  BOOST_TEST(events.ends() == 60u);
  BOOST_TEST(events.course_of(first) == good_course, boost::test_tools::per_element());
  BOOST_TEST(!worker->works_on(first));
}

struct producer_fixture : worker_fixture {
  upload_table uploads{db};
  order_producer producer{broker, uploads, "orders", directory.path(), 1000, [] { return 7s; }};

  std::filesystem::path csv() {
    auto const file = directory / "f.csv";
    std::ofstream(file) << "orderNumber,productName,quantity,price\n1,Pen,1,1\n";
    return file;
  }
  std::int64_t uploads_kept() {
    return db.connect(commit_survives::crash)->execAndGet("SELECT count(*) FROM uploads").getInt64();
  }
};

BOOST_FIXTURE_TEST_CASE(a_broker_that_is_down_takes_nothing_by_half, producer_fixture) {
  for (auto const problem : {broker_problem::unavailable, broker_problem::no_room}) {
    broker.produce_answers.emplace_back(broker_failure{problem, "away"});
    broker.produce_answers.emplace_back(broker_failure{problem, "away"});
    auto const is_it = [&](not_produced const& e) { return e.problem() == problem && e.upload_id().empty(); };
    BOOST_CHECK_EXCEPTION(producer.send(pen), not_produced, is_it);
    BOOST_CHECK_EXCEPTION(producer.send_file(csv(), "f.csv"), not_produced, is_it);
  }
  BOOST_TEST(broker.produced.empty());
  BOOST_TEST(uploads_kept() == 0);
}

BOOST_FIXTURE_TEST_CASE(an_unknown_outcome_can_be_looked_up, producer_fixture) {
  broker.produce_answers.emplace_back(broker_failure{broker_problem::outcome_unknown, "away"});
  std::string upload_id;
  BOOST_CHECK_EXCEPTION(producer.send_file(csv(), "f.csv"), not_produced, [&](not_produced const& e) {
    upload_id = e.upload_id();
    return e.problem() == broker_problem::outcome_unknown;
  });
  BOOST_TEST(uploads.find(upload_id).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
