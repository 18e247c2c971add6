// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// A full disk refuses uploads and keeps accepted jobs waiting; room lets them go on by themselves.
#include <boost/test/unit_test.hpp>
#include <thread>

#include "attempt_check.hpp"
#include "service_fixture.hpp"
#include "small_disk.hpp"

namespace {
using namespace uploadproto;
using namespace uploadproto::reference;
using namespace uploadproto::reference::test;

struct full_disk_fixture : service_fixture {
  /** Another program's connection to the database. */
  SQLite::Database outside() {
    SQLite::Database db((directory / "data" / "uploadproto.db").string(), SQLite::OPEN_READWRITE, 10'000);
    return db;
  }

  /** Takes the database's quota but for a few pages. */
  void fill_database(std::uint64_t pages) {
    auto db = outside();
    db.exec("PRAGMA max_page_count = " + std::to_string(pages));
    db.exec("CREATE TABLE filler (x)");
    try {
      while (true) db.exec("INSERT INTO filler VALUES (zeroblob(8000))");
    } catch (SQLite::Exception const&) {
    }
  }
  void free_database() { outside().exec("DROP TABLE filler"); }

  /** Until a worker has begun the job and put it back. */
  void wait_until_put_back(std::string const& job) {
    auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    for (std::uint64_t begun = 0; begun < 3;) {
      auto const view = service->find("ann", job).value();
      BOOST_TEST_REQUIRE(!has_ended(view.status));
      if (view.status == job_status::pending) begun = view.attempt;
      BOOST_TEST_REQUIRE((std::chrono::steady_clock::now() < deadline));
      std::this_thread::yield();
    }
  }

  bool has_terminal(std::string const& job) {
    for (auto const& event : events.of(job))
      if (contract::is_terminal(contract::kind_of(event))) return true;
    return false;
  }

  void check_completed(std::string const& job, std::uint64_t rows) {
    auto const end = events.wait_end(job);
    BOOST_TEST_REQUIRE(std::holds_alternative<contract::bulk_upload_complete>(end));
    BOOST_TEST(std::get<contract::bulk_upload_complete>(end).database_stats.inserts == rows);
    BOOST_TEST(static_cast<std::uint64_t>(in_database("SELECT count(*) FROM members")) == rows);
    service->stop();
    BOOST_TEST(check_attempts(events.of(job)) >= 3);
    BOOST_TEST(std::filesystem::is_empty(service->uploads_directory()));
  }
};

BOOST_AUTO_TEST_SUITE(pipeline_full_disk)

BOOST_FIXTURE_TEST_CASE(a_job_waits_for_room_in_the_database_and_goes_on_by_itself, full_disk_fixture) {
  constexpr std::uint64_t quota = 400;
  open(all_registered, false, 100, quota);
  auto const job = upload(member_rows(3000));
  fill_database(quota);
  service->start();
  wait_until_put_back(job);
  BOOST_TEST(!has_terminal(job));
  bool refused = false;
  for (int i = 0; i < 1000 && !refused; ++i) try {
      service->accept(std::string(2000, 'u'), "x.xlsx", service->uploads_directory() / "gone", 1);
    } catch (storage_full const&) {
      refused = true;
    }
  BOOST_TEST(refused);
  BOOST_TEST(!has_terminal(job));
  free_database();
  auto const end = events.wait_end(job);
  check_completed(job, 3000);
}

BOOST_FIXTURE_TEST_CASE(a_waiting_job_can_be_cancelled_and_ends_once, full_disk_fixture) {
  constexpr std::uint64_t quota = 400;
  open(all_registered, false, 100, quota);
  auto const job = upload(member_rows(3000));
  fill_database(quota);
  service->start(2);
  wait_until_put_back(job);
  // The table's row grows by a sentence; that there is room for.
  BOOST_TEST((service->cancel("ann", job) == bulk_upload_service::cancel_result::ok));
  service->stop();
  check_attempts(events.of(job));
  BOOST_TEST((service->find("ann", job)->status == job_status::cancelled));
}

BOOST_FIXTURE_TEST_CASE(going_down_does_not_wait_for_room, full_disk_fixture) {
  constexpr std::uint64_t quota = 400;
  open(all_registered, false, 100, quota);
  auto const job = upload(member_rows(3000));
  fill_database(quota);
  service->start();
  wait_until_put_back(job);
  service->drain(std::chrono::steady_clock::now() + std::chrono::seconds(30));
  BOOST_TEST(!has_terminal(job));
  free_database();
  open();
  service->start();
  check_completed(job, 3000);
}

BOOST_FIXTURE_TEST_CASE(a_job_waits_for_room_for_its_files, full_disk_fixture) {
  small_disk disk(directory / "data");
  if (!disk.mounted()) return;
  open();
  auto const job = upload(member_rows(5000));
  disk.fill(100'000);
  service->start();
  wait_until_put_back(job);
  BOOST_TEST(!has_terminal(job));
  disk.free();
  check_completed(job, 5000);
  service.reset();
}

// Not a byte is left: neither for work files nor for putting the job back.
BOOST_FIXTURE_TEST_CASE(a_job_waits_where_nothing_at_all_can_be_written, full_disk_fixture) {
  small_disk disk(directory / "data");
  if (!disk.mounted()) return;
  std::atomic<bool> reached{false}, filled{false};
  open([&](auto ids, auto answers, auto const& going) {
    reached = true;
    while (!filled && going(0, "")) std::this_thread::yield();
    return all_registered(ids, answers, going);
  });
  auto const job = upload(member_rows(2000));
  service->start();
  events.wait_stage(job, "iec_verification");
  while (!reached) std::this_thread::yield();
  disk.fill(0);
  filled = true;
  // Pulses show that the job is alive; no attempt ends.
  events.wait(job, [](auto const& event) { return contract::stage_of(event) == "database_operations"; });
  BOOST_TEST(!has_terminal(job));
  disk.free();
  auto const end = events.wait_end(job);
  BOOST_TEST_REQUIRE(std::holds_alternative<contract::bulk_upload_complete>(end));
  service->stop();
  check_attempts(events.of(job));
  BOOST_TEST(in_database("SELECT count(*) FROM members") == 2000);
  service.reset();
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
