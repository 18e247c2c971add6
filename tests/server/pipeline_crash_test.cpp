// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)

#include <SQLiteCpp/Database.h>

#include <boost/test/unit_test.hpp>
#include <future>
#include <random>
#include <sstream>
#include <thread>
#include <uploadproto/contract/timestamp.hpp>

#include "pipelines/bulk_upload_service.hpp"
#include "register/register_lookup.hpp"
#include "sample_workbook.hpp"
#include "server_death.hpp"
#include "temporary_directory.hpp"

/** @file
    The end of the process by SIGKILL, at each point of a job's life that `crash_point` marks and at random
   times.

    A server is a forked child on a data directory. It leaves a journal, a line a fact, each written before
   the next thing happens: what a client would have been told. After the kill a second child, left alone,
   finishes the job; then the journal, the database and the files are compared with those of a run that nobody
   disturbed.
*/
namespace {
using namespace uploadproto;
using namespace uploadproto::reference;
using namespace uploadproto::reference::test;

constexpr unsigned known_people = 40, all_people = 300;

/** Every third person is not registered; asking costs. */
class costly_register : public register_lookup {
 public:
  lookup_end look_up(std::span<id_key const> ids, std::span<register_answer> answers,
                     keep_going const&) override {
    for (std::size_t i = 0; i < ids.size(); ++i)
      if (answers[i].what == register_answer::state::unasked)
        answers[i].what =
            ids[i] % 3 == 0 ? register_answer::state::not_registered : register_answer::state::registered;
    return lookup_end::complete;
  }
  bool answers_are_costly() const override { return true; }
  std::size_t preferred_batch() const override { return 60; }
};

std::string described(bulk_upload_event const& event) {
  std::ostringstream out;
  if (contract::is_terminal(contract::kind_of(event))) {
    std::string json;
    contract::append_json(json, event);
    out << "terminal " << json;
  } else {
    out << "progress " << contract::stage_of(event) << ' ' << *contract::progress_of(event);
  }
  return out.str();
}

/** A server process: accepts the upload if none was accepted yet, works until every job has ended. */
void serve(std::filesystem::path const& root, death const& how) {
  journal const facts(root / "journal");
  facts.note("start");
  std::promise<void> storing;
  std::atomic<bool> told{false};
  std::promise<void> ended;
  auto const sink = [&](std::string const&, bulk_upload_event const& event) {
    facts.note(described(event));
    crash_point("event: out");
    if (contract::stage_of(event) == "database_operations" && !told.exchange(true)) storing.set_value();
    if (contract::is_terminal(contract::kind_of(event))) ended.set_value();
  };
  await_death(how);
  bulk_upload_options options;
  options.data_directory = root / "data";
  options.lookup = std::make_shared<costly_register>();
  options.batch_rows = 30;
  bulk_upload_service service(options, sink);
  if (service.queue_stats("ann").total == 0) {
    auto const file = service.uploads_directory() / "upload";
    std::filesystem::copy_file(root / "members.xlsx", file,
                               std::filesystem::copy_options::overwrite_existing);
    facts.note("accepted " + service.accept("ann", "members.xlsx", file, 1).job_id);
  }
  auto const job = service.history("ann", 1, 1).jobs.at(0);
  service.start();
  if (!has_ended(job.status)) {
    // The owner cancels as soon as the database stage begins.
    if (how.cancel) {
      storing.get_future().wait();
      if (service.cancel("ann", job.job_id) == bulk_upload_service::cancel_result::ok)
        facts.note("cancelled");
    }
    ended.get_future().wait();
  }
  service.stop();
}

/** @return true when the child came to its end by itself */
bool run_server(std::filesystem::path const& root, death const& how) {
  return run_child([&] { serve(root, how); });
}

/** What must be the same however often the server died. */
struct outcome {
  job_status status{};
  validation_counts validation;
  database_counts database;
  std::int64_t members = 0;
  std::string content;  ///< digest of all members
  std::map<std::string, std::string> summary;
};

/** A directory with a workbook to upload, and people whom the database knows already. */
class stage_set {
 public:
  stage_set() {
    auto rows = member_rows(all_people);
    rows.push_back({id_number_of(7), "Repeat"});
    rows.push_back({"12", "Invalid"});
    rows[250][1] = std::string(201, 'x');
    write_workbook(template_ / "members.xlsx", rows);
    BOOST_REQUIRE(run_child([this] { know_people(); }));
  }

  void copy_to(std::filesystem::path const& root) const {
    std::filesystem::copy(template_.path(), root, std::filesystem::copy_options::recursive);
  }

 private:
  void know_people() const {
    bulk_upload_options options;
    options.data_directory = template_ / "data";
    options.lookup = std::make_shared<costly_register>();
    std::promise<void> ended;
    bulk_upload_service service(options, [&](auto const&, auto const& event) {
      if (contract::is_terminal(contract::kind_of(event))) ended.set_value();
    });
    auto const file = service.uploads_directory() / "known";
    write_workbook(file, member_rows(known_people, 100));
    service.accept("ben", "known.xlsx", file, 1);
    service.start();
    ended.get_future().wait();
  }

  temporary_directory template_;
};

outcome look(std::filesystem::path const& root) {
  outcome found;
  bulk_upload_options options;
  options.data_directory = root / "data";
  options.lookup = std::make_shared<costly_register>();
  bulk_upload_service service(options, [](auto const&, auto const&) {});
  auto const jobs = service.history("ann", 1, 10).jobs;
  BOOST_TEST(jobs.size() == 1u);
  auto const& job = jobs.at(0);
  found.status = job.status;
  found.validation = job.validation_stats.value_or(validation_counts{});
  found.database = job.database_stats.value_or(database_counts{});
  if (auto const report = service.report_file("ann", job.job_id)) {
    found.summary = read_summary(*report);
    for (auto const* line : {"Job", "Uploaded at"}) found.summary.erase(line);
  }
  auto const snapshot = service.find_any(job.job_id)->latest;
  BOOST_REQUIRE(snapshot.has_value());
  journal(root / "journal").note("snapshot " + described(*snapshot));

  SQLite::Database db((root / "data" / "uploadproto.db").string());
  found.members = db.execAndGet("SELECT count(*) FROM members").getInt64();
  found.content =
      db.execAndGet(
            "SELECT group_concat(id_number || coalesce(first_name, '') || coalesce(voter_registered, '') || "
            "coalesce(updated_by_job, ''), '|') FROM (SELECT * FROM members ORDER BY id_number)")
          .getString();
  BOOST_TEST(db.execAndGet("PRAGMA integrity_check").getString() == "ok");
  if (has_ended(job.status) && job.status == job_status::completed) {
    BOOST_TEST(db.execAndGet("SELECT count(*) FROM bulk_upload_batches").getInt64() == 0);
    BOOST_TEST(std::filesystem::is_empty(root / "data" / "uploads"));
  }
  BOOST_TEST(std::filesystem::is_empty(root / "data" / "work"));
  auto const reports = std::filesystem::directory_iterator(root / "data" / "reports");
  BOOST_TEST(std::distance(begin(reports), end(reports)) == (job.status == job_status::completed ? 2 : 1));
  return found;
}

/** One terminal event over all lives of the server, legal progress in each, and the promises that were made
 * kept. */
void check_journal(std::filesystem::path const& root, outcome const& found) {
  auto const lines = journal::read(root / "journal");
  std::string terminal, snapshot, accepted;
  contract::progress_tracker tracker(contract::bulk_upload::info.stages);
  for (auto const& line : lines) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    if (what == "start") tracker.begin_attempt();
    if (what == "accepted") {
      BOOST_TEST(accepted.empty(), "a job that was accepted is not lost");
      accepted = line;
    }
    if (what == "progress") {
      std::string stage;
      double progress = -1;
      words >> stage >> progress;
      BOOST_TEST(terminal.empty(), "no progress follows the terminal event");
      auto const problem = tracker.accept(stage, progress);
      BOOST_TEST(!problem, problem.message());
    }
    if (what == "terminal") {
      BOOST_TEST(terminal.empty(), "there is one terminal event");
      terminal = line;
    }
    if (what == "cancelled")
      BOOST_TEST((found.status == job_status::cancelled), "a cancellation that was confirmed holds");
    if (what == "snapshot") snapshot = line.substr(what.size() + 1);
  }
  BOOST_TEST(snapshot.starts_with("terminal "));
  if (!terminal.empty()) BOOST_TEST(terminal == snapshot, "a latecomer is told what the others were told");
}

void check_same(outcome const& found, outcome const& undisturbed) {
  BOOST_TEST((found.status == undisturbed.status));
  BOOST_TEST((found.validation == undisturbed.validation));
  BOOST_TEST((found.database == undisturbed.database),
             found.database.inserts << " inserts, " << found.database.updates << " updates, "
                                    << found.database.errors << " errors");
  BOOST_TEST(found.members == undisturbed.members);
  BOOST_TEST((found.content == undisturbed.content));
  BOOST_TEST((found.summary == undisturbed.summary));
}

struct fixture {
  stage_set set;
  temporary_directory reference;
  outcome undisturbed = run_undisturbed();

  outcome run_undisturbed() {
    set.copy_to(reference / "run");
    BOOST_REQUIRE(run_server(reference / "run", {}));
    auto const found = look(reference / "run");
    check_journal(reference / "run", found);
    BOOST_TEST((found.status == job_status::completed));
    BOOST_TEST((found.validation == validation_counts{302, 300, 1, 1, found.validation.not_registered}));
    BOOST_TEST((found.database == database_counts{259, 40, 1}));
    return found;
  }

  /** Lets servers die one after the other, then one finish. @return whether the first came to its end */
  bool survive(std::vector<death> const& deaths) {
    temporary_directory place;
    auto const root = place / "run";
    set.copy_to(root);
    bool const first_ended = run_server(root, deaths.front());
    for (std::size_t i = 1; i < deaths.size(); ++i) run_server(root, deaths[i]);
    BOOST_TEST(run_server(root, {}));
    auto const found = look(root);
    check_journal(root, found);
    if (found.status == job_status::cancelled) {
      BOOST_TEST(deaths.front().cancel);
      BOOST_TEST(static_cast<std::uint64_t>(found.members) == known_people + found.database.inserts);
    } else {
      check_same(found, undisturbed);
    }
    return first_ended;
  }
};

BOOST_AUTO_TEST_SUITE(pipeline_crash)

BOOST_FIXTURE_TEST_CASE(a_job_survives_a_kill_at_every_point_of_its_life, fixture) {
  int point = 1;
  while (true) {
    BOOST_TEST_CONTEXT("killed at point " << point) {
      if (survive({{.at_point = point}})) break;
    }
    ++point;
  }
  BOOST_TEST_MESSAGE("points: " << point - 1);
  BOOST_TEST(point > 40);
}

BOOST_FIXTURE_TEST_CASE(a_job_survives_several_kills, fixture) {
  std::mt19937 random(20'251'125);
  std::uniform_int_distribution<int> points(1, 60);
  for (int round = 0; round < 12; ++round) {
    death const first{.at_point = points(random)}, second{.at_point = points(random)},
        third{.at_point = points(random)};
    BOOST_TEST_CONTEXT("killed at points " << first.at_point << ", " << second.at_point << ", "
                                           << third.at_point) {
      survive({first, second, third});
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_job_survives_kills_at_random_times, fixture) {
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<long> microseconds(1'000, 150'000);
  for (int round = 0; round < 25; ++round) {
    death const first{.after_microseconds = microseconds(random)},
        second{.after_microseconds = microseconds(random)};
    BOOST_TEST_CONTEXT("killed after " << first.after_microseconds << " us, then "
                                       << second.after_microseconds << " us") {
      survive({first, second});
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_cancellation_survives_a_kill_at_every_point, fixture) {
  int point = 1;
  while (true) {
    BOOST_TEST_CONTEXT("killed at point " << point) {
      if (survive({{.at_point = point, .cancel = true}})) break;
    }
    ++point;
  }
  BOOST_TEST(point > 20);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
