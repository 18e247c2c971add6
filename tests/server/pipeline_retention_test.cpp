// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Files of ended jobs are kept for a while and then removed; the jobs are not.
#include <boost/test/unit_test.hpp>
#include <thread>

#include "jobs/stage_feed.hpp"
#include "service_fixture.hpp"

namespace {
using namespace uploadproto::reference;
using namespace uploadproto::reference::test;
using std::chrono::days;
using retry_result = bulk_upload_service::retry_result;

struct retention_fixture : service_fixture {
  std::size_t files_in(char const* place) const {
    auto const all = std::filesystem::directory_iterator(directory / "data" / place);
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
  }
  std::string run_one(std::vector<std::vector<std::string>> const& rows) {
    auto const job = upload(rows);
    events.wait_end(job);
    return job;
  }
  std::vector<std::vector<std::string>> const no_id{{"Name"}, {"Ann"}};
};

BOOST_AUTO_TEST_SUITE(pipeline_retention)

BOOST_FIXTURE_TEST_CASE(files_go_and_jobs_stay, retention_fixture) {
  run();
  auto const good = run_one(member_rows(3)), bad = run_one(no_id);
  service->stop();
  BOOST_TEST(service->remove_expired(wall_clock() + days(29)) == 0u);
  BOOST_TEST(service->report_file("ann", good).has_value());
  BOOST_TEST(service->remove_expired(wall_clock() + days(31)) == 2u);
  BOOST_TEST(files_in("uploads") == 0u);
  BOOST_TEST(files_in("reports") == 0u);

  BOOST_TEST(!service->report_file("ann", good).has_value());
  auto const view = service->find("ann", good).value();
  BOOST_TEST((view.status == job_status::completed));
  BOOST_TEST(!view.report_path.has_value());
  BOOST_TEST(view.database_stats->inserts == 3u);
  BOOST_TEST((service->retry("ann", bad) == retry_result::file_gone));
  BOOST_TEST((service->retry("ann", good) == retry_result::conflict));
  BOOST_TEST((service->find("ann", bad)->status == job_status::failed));
  BOOST_TEST(service->history("ann", 1, 10).total == 2u);
  BOOST_TEST(service->remove_expired(wall_clock() + days(62)) == 0u);
}

BOOST_FIXTURE_TEST_CASE(what_waits_or_was_retried_keeps_its_file, retention_fixture) {
  run();
  auto const bad = run_one(no_id);
  service->stop();
  auto const waiting = upload(member_rows(3));
  BOOST_TEST((service->retry("ann", bad) == retry_result::ok));
  BOOST_TEST(service->remove_expired(wall_clock() + days(31)) == 0u);
  BOOST_TEST(files_in("uploads") == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_retry_finds_its_file_kept_or_gone, retention_fixture) {
  run();
  std::vector<std::string> jobs;
  for (int i = 0; i < 40; ++i) jobs.push_back(run_one(no_id));
  std::thread sweeper([&] { service->remove_expired(wall_clock() + days(31)); });
  std::vector<std::string> retried;
  for (auto const& job : jobs)
    if (service->retry("ann", job) == retry_result::ok) retried.push_back(job);
  sweeper.join();
  for (auto const& job : retried) {
    auto const end = std::get<uploadproto::contract::bulk_upload_failed>(events.wait_end(job, 1));
    BOOST_TEST(end.error.find("no longer on the server") == std::string::npos, end.error);
  }
}

BOOST_FIXTURE_TEST_CASE(the_start_sweeps, retention_fixture) {
  run();
  auto const good = run_one(member_rows(3));
  service.reset();
  SQLite::Database((directory / "data" / "uploadproto.db").string(), SQLite::OPEN_READWRITE)
      .exec("UPDATE bulk_upload_jobs SET ended_at = 1");
  run();
  auto const deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (files_in("reports") != 0) {
    BOOST_TEST_REQUIRE((std::chrono::steady_clock::now() < deadline));
    std::this_thread::yield();
  }
  BOOST_TEST(!service->report_file("ann", good).has_value());
}

BOOST_FIXTURE_TEST_CASE(nothing_goes_where_files_are_kept_for_ever, retention_fixture) {
  bulk_upload_options options;
  options.data_directory = directory / "data";
  options.retention = {};
  service = std::make_unique<bulk_upload_service>(
      options, [this](auto const& user, auto const& event) { events.add(user, event); });
  service->start();
  auto const bad = run_one(no_id);
  service->stop();
  BOOST_TEST(service->remove_expired(wall_clock() + days(40'000)) == 0u);
  BOOST_TEST((service->retry("ann", bad) == retry_result::ok));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
