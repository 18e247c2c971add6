// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <SQLiteCpp/Statement.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <regex>
#include <set>
#include <thread>
#include <vector>

#include "jobs/job_table.hpp"
#include "temporary_directory.hpp"

namespace {
using namespace uploadproto::reference;
using test::temporary_directory;

timestamp_ms at(int ms) {
  return timestamp_ms(std::chrono::milliseconds(ms));
}

struct fixture {
  temporary_directory directory;
  database db{directory / "test.db"};
  job_table jobs{db};
  job_record after;

  std::string add(std::string const& user = "ann") {
    return jobs.add(user, "members.xlsx", directory / "stored", 10, at(1000)).job_id;
  }
};

BOOST_AUTO_TEST_SUITE(jobs)

BOOST_FIXTURE_TEST_CASE(job_ids_have_their_shape_and_are_unique_within_a_millisecond, fixture) {
  std::regex const shape("job-1000-[0-9]+");
  std::set<std::string> ids;
  for (int i = 0; i < 500; ++i) {
    auto const id = add();
    BOOST_TEST(std::regex_match(id, shape), id);
    ids.insert(id);
  }
  BOOST_TEST(ids.size() == 500u);
}

BOOST_FIXTURE_TEST_CASE(jobs_are_begun_in_the_order_of_their_acceptance, fixture) {
  auto const first = add("ann"), second = add("ben"), third = add("ann");
  BOOST_TEST(*jobs.find(first)->queue_position == 1u);
  BOOST_TEST(*jobs.find(third)->queue_position == 3u);
  BOOST_TEST(jobs.claim(at(1))->job_id == first);
  BOOST_TEST(!jobs.find(first)->queue_position.has_value());
  BOOST_TEST(*jobs.find(third)->queue_position == 2u);
  BOOST_TEST(jobs.claim(at(1))->job_id == second);
  BOOST_TEST(jobs.claim(at(1))->job_id == third);
  BOOST_TEST(!jobs.claim(at(1)).has_value());
}

BOOST_FIXTURE_TEST_CASE(an_attempt_ends_once, fixture) {
  add();
  auto const key = jobs.claim(at(2000))->key;
  job_end const completed{
      .status = job_status::completed, .progress = 100, .validation = validation_counts{5, 3, 1, 1, 2}};
  BOOST_TEST(jobs.end(key, completed, at(2500), after));
  BOOST_TEST((after.status == job_status::completed));
  BOOST_TEST((*after.validation == validation_counts{5, 3, 1, 1, 2}));
  BOOST_TEST((*after.database == database_counts{0, 0, 0}));
  BOOST_TEST((*after.ended_at - *after.started_at).count() == 500);
  BOOST_TEST(!jobs.end(key, {.status = job_status::failed, .error = "late"}, at(2600), after));
  BOOST_TEST(!jobs.cancel(key, {.status = job_status::cancelled}, at(2600), after));
}

BOOST_FIXTURE_TEST_CASE(of_many_that_end_an_attempt_one_wins, fixture) {
  for (int round = 0; round < 20; ++round) {
    add();
    auto const key = jobs.claim(at(1))->key;
    std::atomic<int> winners{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i)
      threads.emplace_back([&, i] {
        job_record mine;
        job_end const how{.status = i % 2 == 0 ? job_status::completed : job_status::cancelled};
        if (i % 2 == 0 ? jobs.end(key, how, at(2), mine) : jobs.cancel(key, how, at(2), mine)) ++winners;
      });
    for (auto& thread : threads) thread.join();
    BOOST_TEST(winners == 1);
  }
}

BOOST_FIXTURE_TEST_CASE(a_waiting_job_can_be_cancelled_and_is_not_begun, fixture) {
  auto const id = add();
  BOOST_TEST(jobs.cancel(jobs.find(id)->key, {.status = job_status::cancelled, .error = "Cancelled by user"},
                         at(2), after));
  BOOST_TEST(!jobs.claim(at(3)).has_value());
  BOOST_TEST(*jobs.find(id)->error == "Cancelled by user");
}

BOOST_FIXTURE_TEST_CASE(only_failed_and_cancelled_jobs_are_queued_again_at_the_end, fixture) {
  auto const id = add();
  BOOST_TEST(!jobs.retry(id));
  auto const first = jobs.claim(at(1))->key;
  BOOST_TEST(!jobs.retry(id));
  jobs.end(first, {.status = job_status::failed, .error = "no"}, at(2), after);
  auto const other = add();
  BOOST_TEST(jobs.retry(id));
  BOOST_TEST(!jobs.find(id)->error.has_value());
  BOOST_TEST(jobs.claim(at(3))->job_id == other);
  auto const second = jobs.claim(at(3))->key;
  BOOST_TEST(second.job_seq == first.job_seq);
  BOOST_TEST(second.attempt > first.attempt);
  BOOST_TEST(!jobs.end(first, {.status = job_status::failed}, at(4), after),
             "an attempt that is over ends nothing");
  BOOST_TEST(jobs.end(second, {.status = job_status::completed}, at(4), after));
  BOOST_TEST(!jobs.retry(id));
}

BOOST_FIXTURE_TEST_CASE(interrupted_jobs_wait_again_in_their_old_places_and_not_for_ever, fixture) {
  auto const first = add(), second = add();
  jobs.claim(at(1));
  for (int crash = 0; crash < 2; ++crash) {
    BOOST_TEST(jobs.recover(3, "crashed", at(2)) == 1u);
    BOOST_TEST(jobs.claim(at(3))->job_id == first);
  }
  BOOST_TEST(jobs.recover(3, "crashed", at(4)) == 0u);
  BOOST_TEST((jobs.find(first)->status == job_status::failed));
  BOOST_TEST(*jobs.find(first)->error == "crashed");
  BOOST_TEST(jobs.claim(at(5))->job_id == second);
}

BOOST_FIXTURE_TEST_CASE(a_released_job_keeps_its_place_and_counts_no_interruption, fixture) {
  auto const first = add();
  add();
  for (int i = 0; i < 5; ++i) {
    auto const job = jobs.claim(at(1));
    BOOST_TEST(job->job_id == first);
    jobs.release(job->key);
  }
  jobs.claim(at(1));
  BOOST_TEST(jobs.recover(2, "crashed", at(2)) == 1u);
}

BOOST_FIXTURE_TEST_CASE(lists_and_counts_hold_the_users_own_jobs_only, fixture) {
  std::vector<std::string> mine;
  for (int i = 0; i < 5; ++i) {
    mine.push_back(add("ann"));
    add("ben");
  }
  jobs.claim(at(1));
  job_record unused;
  jobs.cancel(jobs.find(mine[1])->key, {.status = job_status::cancelled}, at(2), unused);
  auto const counts = jobs.counts("ann");
  BOOST_TEST(counts.active == 1u);
  BOOST_TEST(counts.waiting == 3u);
  BOOST_TEST(counts.failed == 1u);
  BOOST_TEST(counts.total == 5u);
  BOOST_TEST(jobs.counts("nobody").total == 0u);
  auto const page = jobs.history("ann", 1, 2);
  BOOST_REQUIRE(page.size() == 2u);
  BOOST_TEST(page[0].job_id == mine[3]);
  auto const queue = jobs.queue("ann", 10);
  BOOST_REQUIRE(queue.size() == 4u);
  BOOST_TEST(queue[0].job_id == mine[0]);
  BOOST_TEST((queue[0].status == job_status::processing));
}

BOOST_FIXTURE_TEST_CASE(a_long_history_does_not_slow_the_queue, fixture) {
  // No statement of the queue may walk through all jobs.
  auto const connection = db.connect(commit_survives::crash);
  for (auto const* statement :
       {"SELECT seq FROM bulk_upload_jobs WHERE status = 'pending' ORDER BY queue_order LIMIT 1",
        "SELECT count(*) FROM bulk_upload_jobs WHERE queue_order <= 5 AND status = 'pending'",
        "SELECT max(queue_order) FROM bulk_upload_jobs",
        "SELECT seq FROM bulk_upload_jobs WHERE job_id = 'x'",
        "SELECT seq FROM bulk_upload_jobs WHERE user_id = 'x' ORDER BY seq DESC LIMIT 9"}) {
    SQLite::Statement plan(*connection, std::string("EXPLAIN QUERY PLAN ") + statement);
    while (plan.executeStep()) {
      std::string const step = plan.getColumn(3).getString();
      BOOST_TEST((step.find("USING") != std::string::npos && step.find("TEMP B-TREE") == std::string::npos),
                 statement << ": " << step);
    }
  }
}

BOOST_FIXTURE_TEST_CASE(another_process_finds_what_this_one_left, fixture) {
  auto const id = add();
  jobs.claim(at(1));
  database again(directory / "test.db");
  job_table other(again);
  BOOST_TEST((other.find(id)->status == job_status::processing));
  BOOST_TEST(other.files_in_use().count(directory / "stored") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
