// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <ctime>

#include <SQLiteCpp/Database.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <future>
#include <iostream>
#include <random>
#include <sstream>
#include <thread>
#include <uploadproto/contract/timestamp.hpp>

#include "pipelines/bulk_upload_service.hpp"
#include "register/register_lookup.hpp"
#include "sample_workbook.hpp"
#include "storage/crash_point.hpp"
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

/** Facts that outlive the child. */
class journal {
 public:
  explicit journal(std::filesystem::path const& file)
      : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~journal() { ::close(file_); }
  void note(std::string const& line) const {
    auto const text = line + "\n";
    if (::write(file_, text.data(), text.size()) < 0) std::abort();
  }
  static std::vector<std::string> read(std::filesystem::path const& file) {
    std::vector<std::string> lines;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

 private:
  int file_;
};

std::atomic<int> points_until_kill{0};
void kill_at_point(char const*) {
  if (points_until_kill.fetch_sub(1) == 1) ::raise(SIGKILL);
}

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

struct death {
  int at_point{};               ///< 0: never
  long after_microseconds = 0;  ///< 0: never
  bool cancel = false;          ///< the owner cancels as soon as the database stage begins
};

/** A server process: accepts the upload if none was accepted yet, works until every job has ended. */
[[noreturn]] void serve(std::filesystem::path const& root, death const& how) {
  int status = 1;
  spdlog::set_level(spdlog::level::off);
  try {
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
    points_until_kill = how.at_point;
    if (how.at_point != 0) on_crash_point = kill_at_point;
    if (how.after_microseconds != 0) {
      sigevent event{};
      event.sigev_notify = SIGEV_SIGNAL;
      event.sigev_signo = SIGKILL;
      timer_t timer;
      itimerspec when{{}, {how.after_microseconds / 1'000'000, how.after_microseconds % 1'000'000 * 1000}};
      if (::timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 ||
          ::timer_settime(timer, 0, &when, nullptr) != 0)
        std::abort();
    }
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
      if (how.cancel) {
        storing.get_future().wait();
        if (service.cancel("ann", job.job_id) == bulk_upload_service::cancel_result::ok)
          facts.note("cancelled");
      }
      ended.get_future().wait();
    }
    service.stop();
    status = 0;
  } catch (std::exception const& error) {
    std::cerr << "the server process failed: " << error.what() << '\n';
  }
  std::_Exit(status);
}

/** @return true when the child came to its end by itself */
bool run_server(std::filesystem::path const& root, death const& how) {
  auto const child = ::fork();
  if (child == 0) serve(root, how);
  int status = 0;
  ::waitpid(child, &status, 0);
  bool const ended = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  bool const killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  BOOST_TEST((ended || killed), "the server process neither ended nor was killed");
  return ended;
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
    auto const child = ::fork();
    if (child == 0) know_people();
    int status = 0;
    ::waitpid(child, &status, 0);
    BOOST_REQUIRE(status == 0);
  }

  void copy_to(std::filesystem::path const& root) const {
    std::filesystem::copy(template_.path(), root, std::filesystem::copy_options::recursive);
  }

 private:
  [[noreturn]] void know_people() const {
    spdlog::set_level(spdlog::level::off);
    {
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
    std::_Exit(0);
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
