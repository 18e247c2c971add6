// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <regex>
#include <set>
#include <thread>
#include <uploadproto/contract/check.hpp>
#include <uploadproto/contract/timestamp.hpp>

#include "service_fixture.hpp"

namespace {
using namespace uploadproto;
using namespace uploadproto::reference;
using namespace uploadproto::reference::test;
using cancel_result = bulk_upload_service::cancel_result;
using retry_result = bulk_upload_service::retry_result;

contract::bulk_upload_complete completed(bulk_upload_event const& event) {
  if (auto const* failed = std::get_if<contract::bulk_upload_failed>(&event))
    throw std::runtime_error("the job failed: " + failed->error);
  return std::get<contract::bulk_upload_complete>(event);
}
contract::bulk_upload_failed failed(bulk_upload_event const& event) {
  return std::get<contract::bulk_upload_failed>(event);
}

/** Holds the events of one attempt to the contract. */
void check_attempt(std::vector<bulk_upload_event> const& events) {
  contract::progress_tracker tracker(contract::bulk_upload::info.stages);
  tracker.begin_attempt();
  for (auto const& event : events) {
    BOOST_TEST(contract::check(event).empty());
    auto const problem = contract::track(tracker, event);
    BOOST_TEST(!problem, problem.message());
    BOOST_TEST(contract::is_precise_timestamp(contract::timestamp_of(event)));
  }
  BOOST_TEST(tracker.ended());
  if (tracker.current() == contract::progress_tracker::state::completed)
    BOOST_TEST(!tracker.completeness(), tracker.completeness().message());
}

/** 300 valid people, 5 of them known, 3 repeated, 4 invalid ids (one of them twice), a row that the database
 * refuses. */
std::vector<std::vector<std::string>> mixed_rows() {
  auto rows = member_rows(300);
  rows.push_back({"123", "Short"});
  rows.push_back({"123", "Short again"});
  rows.push_back({"", "Missing"});
  rows.push_back({"8001015009088", "Checksum"});
  for (unsigned n : {1u, 2u, 2u}) rows.push_back({id_number_of(n), "Repeat"});
  rows[10][1] = std::string(201, 'x');
  return rows;
}

BOOST_AUTO_TEST_SUITE(pipeline)

BOOST_FIXTURE_TEST_CASE(a_workbook_goes_through_all_six_stages, service_fixture) {
  run([](auto ids, auto answers, auto const&) {
    for (std::size_t i = 0; i < ids.size(); ++i)
      answers[i].what =
          i % 10 == 0 ? register_answer::state::not_registered : register_answer::state::registered;
    return lookup_end::complete;
  });
  auto const known = upload(member_rows(5));
  completed(events.wait_end(known));
  auto const job = upload(mixed_rows());
  BOOST_TEST(std::regex_match(job, std::regex("job-[0-9]{13}-[0-9]+")));
  auto const end = completed(events.wait_end(job));
  check_attempt(events.of(job));

  BOOST_TEST((end.validation_stats == contract::bulk_upload_validation_stats{307, 300, 4, 3, 30}));
  BOOST_TEST((end.database_stats == contract::bulk_upload_database_stats{294, 5, 1}));
  BOOST_TEST(end.report_path == "/api/v1/bulk-upload/report/" + job);
  BOOST_TEST(in_database("SELECT count(*) FROM members") == 299);
  BOOST_TEST(in_database("SELECT count(*) FROM members WHERE voter_registered = 0") == 30);

  auto const view = service->find("ann", job).value();
  BOOST_TEST((view.status == job_status::completed));
  BOOST_TEST(view.progress == 100);
  BOOST_TEST(*view.stage == "report_generation");
  BOOST_TEST((view.validation_stats == validation_counts{307, 300, 4, 3, 30}));
  BOOST_TEST((view.database_stats == database_counts{294, 5, 1}));
  BOOST_TEST(*view.report_path == end.report_path);
  BOOST_TEST(static_cast<double>(*view.processing_duration_ms) == end.processing_duration_ms);
  BOOST_TEST(!view.error.has_value());

  auto const report = service->report_file("ann", job).value();
  auto const summary = read_summary(report);
  BOOST_TEST(summary.at("Total records") == "307");
  BOOST_TEST(summary.at("Not registered") == "30");
  BOOST_TEST(summary.at("Errors") == "1");
  service->stop();  // the worker tidies up after the event
  BOOST_TEST(std::filesystem::is_empty(service->uploads_directory()),
             "the upload of a completed job is removed");
  BOOST_TEST(std::filesystem::is_empty(directory / "data" / "work"));
}

BOOST_FIXTURE_TEST_CASE(what_completes_leaves_no_notes_for_a_further_attempt, service_fixture) {
  run(all_registered, true);
  completed(events.wait_end(upload(member_rows(250))));
  BOOST_TEST(in_database("SELECT count(*) FROM bulk_upload_batches") == 0);
  BOOST_TEST(in_database("SELECT count(*) FROM register_answers") == 0);
}

BOOST_FIXTURE_TEST_CASE(a_workbook_without_a_valid_row_completes, service_fixture) {
  run();
  auto const job = upload({{"ID Number"}, {"12"}, {}, {"x"}});
  auto const end = completed(events.wait_end(job));
  check_attempt(events.of(job));
  BOOST_TEST((end.validation_stats == contract::bulk_upload_validation_stats{2, 0, 2, 0, 0}));
  BOOST_TEST((end.database_stats == contract::bulk_upload_database_stats{0, 0, 0}));
}

BOOST_FIXTURE_TEST_CASE(a_bad_file_fails_at_file_reading_with_a_sentence, service_fixture) {
  run();
  auto const file = service->uploads_directory() / "bad";
  std::ofstream(file) << "this is no workbook";
  auto const bad = service->accept("ann", "bad.xlsx", file, 19).job_id;
  auto const no_id = upload({{"Name", "Surname"}, {"Ann", "Lee"}});
  auto const no_rows = upload({{"ID Number", "Name"}});
  for (auto const& job : {bad, no_id, no_rows}) {
    auto const end = failed(events.wait_end(job));
    check_attempt(events.of(job));
    BOOST_TEST(*end.stage == "file_reading");
    BOOST_TEST(end.error.size() > 20u);
    auto const view = service->find("ann", job).value();
    BOOST_TEST((view.status == job_status::failed));
    BOOST_TEST(*view.error == end.error);
    BOOST_TEST(!service->report_file("ann", job).has_value());
  }
  BOOST_TEST(failed(events.wait_end(no_id)).error.find("ID Number") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(rows_that_could_not_be_checked_are_not_called_unregistered, service_fixture) {
  run([](auto ids, auto answers, auto const&) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      answers[i].what = i % 2 == 0 ? register_answer::state::unchecked : register_answer::state::registered;
      if (i % 2 == 0) answers[i].reason = "The register did not answer";
    }
    return lookup_end::complete;
  });
  auto const job = upload(member_rows(100));
  auto const end = completed(events.wait_end(job));
  BOOST_TEST(end.validation_stats.not_registered == 0u);
  BOOST_TEST(end.database_stats.inserts == 100u);
  BOOST_TEST(in_database("SELECT count(*) FROM members WHERE voter_registered IS NULL") == 50);
  auto const summary = read_summary(service->report_file("ann", job).value());
  BOOST_TEST(summary.at("Could not be checked") == "50");
  BOOST_TEST(summary.at("Not registered") == "0");
}

BOOST_FIXTURE_TEST_CASE(a_job_stopped_by_the_hourly_limit_keeps_its_answers_for_the_retry, service_fixture) {
  std::set<id_key> asked;
  std::size_t repeated = 0, budget = 120;
  run(
      [&](auto ids, auto answers, auto const&) {
        for (std::size_t i = 0; i < ids.size(); ++i) {
          if (answers[i].what != register_answer::state::unasked) continue;
          if (budget == 0) return lookup_end::limit_reached;
          --budget;
          if (!asked.insert(ids[i]).second) ++repeated;
          answers[i].what = register_answer::state::not_registered;
        }
        return lookup_end::complete;
      },
      true);
  auto const job = upload(member_rows(200));
  auto const end = failed(events.wait_end(job));
  BOOST_TEST(*end.stage == "iec_verification");
  BOOST_TEST(end.error.find("hourly limit") != std::string::npos);
  budget = 120;
  BOOST_TEST((service->retry("ann", job) == retry_result::ok));
  auto const again = completed(events.wait_end(job, 1));
  BOOST_TEST(again.validation_stats.not_registered == 200u);
  BOOST_TEST(asked.size() == 200u);
  BOOST_TEST(repeated == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_waiting_job_is_cancelled_before_it_begins, service_fixture) {
  open();
  auto const job = upload(member_rows(10));
  BOOST_TEST(!service->find_any(job)->latest.has_value());
  BOOST_TEST((service->cancel("ben", job) == cancel_result::not_found));
  BOOST_TEST((service->cancel("ann", job) == cancel_result::ok));
  auto const end = failed(events.wait_end(job));
  BOOST_TEST(end.error == "Cancelled by user");
  BOOST_TEST((service->cancel("ann", job) == cancel_result::already_ended));
  service->start();
  completed(events.wait_end(upload(member_rows(1))));
  BOOST_TEST(events.of(job).size() == 1u);
  BOOST_TEST((service->find("ann", job)->status == job_status::cancelled));
}

BOOST_FIXTURE_TEST_CASE(a_running_job_is_cancelled_and_nothing_follows_its_end, service_fixture) {
  run(never_answer);
  auto const job = upload(member_rows(10));
  events.wait_stage(job, "iec_verification");
  BOOST_TEST((service->cancel("ann", job) == cancel_result::ok));
  auto const view = service->find("ann", job).value();
  BOOST_TEST((view.status == job_status::cancelled));
  BOOST_TEST(*view.stage == "iec_verification");
  BOOST_TEST(view.validation_stats->valid_records == 10u);
  service->stop();
  check_attempt(events.of(job));
  BOOST_TEST(failed(events.of(job).back()).error == "Cancelled by user");
  BOOST_TEST(in_database("SELECT count(*) FROM members") == 0);
}

// To whoever follows the job, an attempt that never began is told from the end of the one before.
BOOST_FIXTURE_TEST_CASE(a_retry_that_is_cancelled_while_it_waits_has_an_end_of_its_own, service_fixture) {
  open();
  auto const job = upload(member_rows(10));
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST((service->cancel("ann", job) == cancel_result::ok));
    BOOST_TEST((service->retry("ann", job) == retry_result::ok));
  }
  BOOST_TEST((service->cancel("ann", job) == cancel_result::ok));
  auto const all = events.of(job);
  BOOST_REQUIRE(all.size() == 7u);
  check_attempt({all[0]});
  for (std::size_t i = 1; i < all.size(); i += 2) check_attempt({all[i], all[i + 1]});
}

// The worker still winds the first attempt down while the second one ends.
BOOST_FIXTURE_TEST_CASE(the_end_of_a_retry_is_told_while_its_predecessor_winds_down, service_fixture) {
  std::atomic<bool> released{false};
  run([&](auto ids, auto answers, auto const& going) {
    while (!released) std::this_thread::yield();
    return all_registered(ids, answers, going);
  });
  auto const job = upload(member_rows(10));
  events.wait_stage(job, "iec_verification");
  BOOST_TEST((service->cancel("ann", job) == cancel_result::ok));
  BOOST_TEST((service->retry("ann", job) == retry_result::ok));
  BOOST_TEST((service->cancel("ann", job) == cancel_result::ok));
  BOOST_TEST(!service->find("ann", job)->stage.has_value());
  events.wait_end(job, 1);
  BOOST_TEST((service->retry("ann", job) == retry_result::ok));
  released = true;
  completed(events.wait_end(job, 2));
  BOOST_TEST(in_database("SELECT count(*) FROM members") == 10);
}

BOOST_FIXTURE_TEST_CASE(a_cancelled_job_says_how_many_rows_stay_and_a_retry_doubles_none, service_fixture) {
  open(all_registered, false, 1);
  service->start();
  auto const job = upload(member_rows(3000));
  events.wait_stage(job, "database_operations");
  while (service->find("ann", job)->database_stats.value_or(database_counts{}).inserts < 20)
    std::this_thread::yield();
  BOOST_REQUIRE((service->cancel("ann", job) == cancel_result::ok));
  auto const stored = service->find("ann", job)->database_stats->inserts;
  BOOST_TEST(stored >= 20u);
  BOOST_TEST((service->retry("ann", job) == retry_result::ok));
  auto const end = completed(events.wait_end(job, 1));
  BOOST_TEST((end.database_stats == contract::bulk_upload_database_stats{3000, 0, 0}));
  BOOST_TEST(in_database("SELECT count(*) FROM members") == 3000);

  auto const all = events.of(job);
  auto const first_end = std::find_if(all.begin(), all.end(), [](auto const& event) {
    return contract::is_terminal(contract::kind_of(event));
  });
  check_attempt({all.begin(), first_end + 1});
  check_attempt({first_end + 1, all.end()});
  BOOST_TEST(stored <= 3000u);
}

BOOST_FIXTURE_TEST_CASE(only_what_failed_or_was_cancelled_is_retried, service_fixture) {
  run();
  auto const good = upload(member_rows(3));
  completed(events.wait_end(good));
  BOOST_TEST((service->retry("ann", good) == retry_result::conflict));
  BOOST_TEST((service->retry("ben", good) == retry_result::not_found));
  BOOST_TEST((service->retry("ann", "job-0-0") == retry_result::not_found));
  auto const bad = upload({{"Name"}, {"Ann"}});
  failed(events.wait_end(bad));
  BOOST_TEST((service->retry("ann", bad) == retry_result::ok));
  failed(events.wait_end(bad, 1));
  std::filesystem::remove_all(service->uploads_directory());
  std::filesystem::create_directory(service->uploads_directory());
  BOOST_TEST((service->retry("ann", bad) == retry_result::file_gone));
}

BOOST_FIXTURE_TEST_CASE(users_see_their_own_jobs_alone, service_fixture) {
  run();
  auto const job = upload(member_rows(3), "ann");
  completed(events.wait_end(job));
  BOOST_TEST(service->find("ann", job).has_value());
  BOOST_TEST(!service->find("ben", job).has_value());
  BOOST_TEST(!service->report_file("ben", job).has_value());
  BOOST_TEST(service->history("ben", 1, 10).total == 0u);
  BOOST_TEST(service->queue_stats("ben").total == 0u);
  BOOST_TEST(service->queue_stats("ann").completed == 1u);
  for (auto const& user : events.users()) BOOST_TEST(user == "ann");
}

BOOST_FIXTURE_TEST_CASE(pages_are_brought_into_range, service_fixture) {
  open();
  for (int i = 0; i < 3; ++i) upload(member_rows(1));
  BOOST_TEST(service->history("ann", 0, 0).jobs.size() == 1u);
  BOOST_TEST(service->history("ann", 2, 2).jobs.size() == 1u);
  BOOST_TEST(service->history("ann", 1, 1'000'000).limit == 100u);
  BOOST_TEST(service->history("ann", ~std::uint64_t{0}, 100).jobs.empty());
  BOOST_TEST(service->queue_jobs("ann", 2).size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_late_client_is_told_the_latest_event_with_its_own_time, service_fixture) {
  run(never_answer);
  auto const job = upload(member_rows(3));
  events.wait_stage(job, "iec_verification");
  auto const running = service->find_any(job).value();
  BOOST_TEST(running.user == "ann");
  BOOST_TEST(contract::stage_of(*running.latest) == "iec_verification");
  service->cancel("ann", job);
  auto const told = events.wait_end(job);
  run();
  auto const after = service->find_any(job).value();
  BOOST_TEST(contract::timestamp_of(*after.latest) == contract::timestamp_of(told));
  BOOST_TEST(contract::error_of(*after.latest) == "Cancelled by user");
  BOOST_TEST(!service->find_any("job-0-0").has_value());
}

BOOST_FIXTURE_TEST_CASE(a_stopped_server_takes_its_jobs_up_again, service_fixture) {
  run(never_answer);
  auto const first = upload(member_rows(30)), second = upload(member_rows(30, 100));
  events.wait_stage(first, "iec_verification");
  service->stop();
  BOOST_TEST(!contract::is_terminal(contract::kind_of(events.of(first).back())));
  run();
  BOOST_TEST(completed(events.wait_end(first)).database_stats.inserts == 30u);
  BOOST_TEST(completed(events.wait_end(second)).database_stats.inserts == 30u);
}

BOOST_FIXTURE_TEST_CASE(draining_lets_the_running_job_finish_and_begins_no_other, service_fixture) {
  std::atomic<bool> released{false};
  run([&](auto ids, auto answers, auto const& going) {
    while (!released && going(0, "")) std::this_thread::yield();
    return all_registered(ids, answers, going);
  });
  auto const first = upload(member_rows(3)), second = upload(member_rows(3));
  events.wait_stage(first, "iec_verification");
  std::thread drain([&] { service->drain(std::chrono::steady_clock::now() + std::chrono::seconds(30)); });
  released = true;
  drain.join();
  completed(events.wait_end(first));
  BOOST_TEST((service->find("ann", second)->status == job_status::pending));
}

BOOST_FIXTURE_TEST_CASE(what_a_crash_left_behind_is_swept_and_accepted_files_stay, service_fixture) {
  open();
  auto const job = upload(member_rows(3));
  for (auto const* place : {"uploads", "reports", "work"})
    std::ofstream(directory / "data" / place / "left") << "x";
  open();
  for (auto const* place : {"uploads", "reports", "work"})
    BOOST_TEST(!std::filesystem::exists(directory / "data" / place / "left"), place);
  service->start();
  completed(events.wait_end(job));
}

BOOST_FIXTURE_TEST_CASE(a_data_directory_can_be_moved, service_fixture) {
  run();
  auto const done = upload(member_rows(3));
  completed(events.wait_end(done));
  service->stop();
  auto const waiting = upload(member_rows(3, 10));
  service.reset();
  std::filesystem::rename(directory / "data", directory / "elsewhere");
  bulk_upload_service moved({.data_directory = directory / "elsewhere"},
                            [&](auto const& user, auto const& event) { events.add(user, event); });
  moved.start();
  completed(events.wait_end(waiting));
  BOOST_TEST(std::filesystem::exists(*moved.report_file("ann", done)));
}

BOOST_FIXTURE_TEST_CASE(a_second_process_is_kept_out, service_fixture) {
  open();
  BOOST_CHECK_THROW(
      bulk_upload_service({.data_directory = directory / "data"}, [](auto const&, auto const&) {}),
      data_directory_in_use);
}

BOOST_FIXTURE_TEST_CASE(several_workers_share_the_queue, service_fixture) {
  open();
  std::vector<std::string> jobs;
  for (unsigned i = 0; i < 12; ++i) jobs.push_back(upload(member_rows(150, i * 100)));
  service->start(4);
  std::uint64_t inserts = 0, updates = 0;
  for (auto const& job : jobs) {
    auto const end = completed(events.wait_end(job));
    check_attempt(events.of(job));
    inserts += end.database_stats.inserts;
    updates += end.database_stats.updates;
  }
  BOOST_TEST(inserts == 1250u);
  BOOST_TEST(inserts + updates == 12u * 150u);
  BOOST_TEST(in_database("SELECT count(*) FROM members") == 1250);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
