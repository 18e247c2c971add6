// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <SQLiteCpp/Database.h>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <future>
#include <random>
#include <sstream>
#include <string>

#include "file_upload_fixture.hpp"
#include "server_death.hpp"
#include "temporary_directory.hpp"

/** @file
    The end of the process by SIGKILL while a file is loaded, as `pipeline_crash_test.cpp` has it for bulk
    upload: at each `crash_point` of a job's life, and at random times. Rows, errors and the end must be those
    of a run that nobody disturbed, and over all lives of the server no status and no value may go back
    (FU-L2), although the events are of several attempts.
*/
namespace {
using namespace uploadproto;
using namespace uploadproto::reference;
using namespace uploadproto::reference::test;

/** 130 good rows, some bad ones, and repetitions of values that the file and the database have. */
std::string file_to_load() {
  auto csv = user_rows(130);
  csv += "A,B,nobody\n,B,c@example.org\nA,B,user7@example.org\nA,B,known3@example.org\n";
  return csv;
}

std::string known_users() {
  std::string csv = "First Name,Last Name,Email\n";
  for (int i = 0; i < 10; ++i) csv += "K,K,known" + std::to_string(i) + "@example.org\n";
  return csv;
}

std::string described(file_upload_event const& event) {
  std::ostringstream out;
  if (auto const* p = std::get_if<contract::file_upload_progress>(&event)) {
    out << "progress " << p->status << ' ' << p->progress << ' ' << p->processed.value_or(0);
  } else {
    std::string json;
    contract::append_json(json, event);
    out << "terminal " << json;
  }
  return out.str();
}

void accept(file_upload_service& service, std::string const& job_id, std::string const& csv) {
  auto const file = service.uploads_directory() / job_id;
  std::ofstream(file) << csv;
  service.accept(job_id, *service.templates().find("users"), "a.csv", file, csv.size());
}

file_upload_options options_at(std::filesystem::path const& root) {
  file_upload_options options;
  options.data_directory = root / "data";
  options.batch_rows = 30;
  return options;
}

/** A server process: accepts the upload unless it has one already, works until it has ended. */
void serve(std::filesystem::path const& root, death const& how) {
  journal const facts(root / "journal");
  facts.note("start");
  std::promise<void> ended;
  await_death(how);
  file_upload_service service(options_at(root), [&](file_upload_event const& event) {
    facts.note(described(event));
    crash_point("event: out");
    if (contract::is_terminal(contract::kind_of(event))) ended.set_value();
  });
  if (!service.find("job")) {
    accept(service, "job", file_to_load());
    facts.note("accepted");
  }
  service.start();
  if (!service.end_of("job")) ended.get_future().wait();
  service.stop();
}

void know_users(std::filesystem::path const& root) {
  std::promise<void> ended;
  file_upload_service service(options_at(root), [&](file_upload_event const& event) {
    if (contract::is_terminal(contract::kind_of(event))) ended.set_value();
  });
  accept(service, "known", known_users());
  service.start();
  ended.get_future().wait();
}

/** What must be the same however often the server died. */
std::string look(std::filesystem::path const& root) {
  file_upload_service const service(options_at(root), [](auto const&) {});
  auto const job = service.find("job").value();
  std::ostringstream found;
  found << job.status << ' ' << job.message << '\n';
  for (auto const& line : job.errors) found << line << '\n';
  SQLite::Database db((root / "data" / "uploadproto.db").string());
  for (auto const* query :
       {"SELECT group_concat(row || content, '|') FROM (SELECT * FROM template_rows ORDER BY id)",
        "SELECT group_concat(field || value, '|') FROM (SELECT * FROM template_keys ORDER BY value)",
        "SELECT total || ' ' || processed || ' ' || stored || ' ' || error_count FROM file_loads WHERE "
        "job_id = 'job'",
        "PRAGMA integrity_check"})
    found << db.execAndGet(query).getString() << '\n';
  BOOST_TEST(std::filesystem::is_empty(root / "data" / "uploads"));
  BOOST_TEST(std::filesystem::is_empty(root / "data" / "work"));
  journal(root / "journal").note("snapshot " + described(service.end_of("job").value()));
  return found.str();
}

int rank_of(std::string const& status) {
  return status == "started" ? 0 : status == "processing" ? 1 : 2;
}

/** One terminal event over all lives of the server, and nothing that goes back. */
void check_journal(std::filesystem::path const& root) {
  std::string terminal, snapshot;
  int rank = 0;
  double progress = 0;
  std::uint64_t processed = 0;
  for (auto const& line : journal::read(root / "journal")) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    if (what == "progress") {
      std::string status;
      double value = -1;
      std::uint64_t rows = 0;
      words >> status >> value >> rows;
      BOOST_TEST(terminal.empty(), "no progress follows the terminal event");
      BOOST_TEST(rank_of(status) >= rank, "the status went back: " << line);
      BOOST_TEST(value >= progress, "the progress went back: " << line);
      BOOST_TEST(rows >= processed, "the rows went back: " << line);
      rank = rank_of(status);
      progress = value;
      processed = rows;
    }
    if (what == "terminal") {
      BOOST_TEST(terminal.empty(), "there is one terminal event");
      terminal = line;
    }
    if (what == "snapshot") snapshot = line.substr(what.size() + 1);
  }
  BOOST_TEST(snapshot.starts_with("terminal "));
  if (!terminal.empty()) BOOST_TEST(terminal == snapshot, "a latecomer is told what the others were told");
}

struct fixture {
  temporary_directory place;
  std::string undisturbed;
  int runs = 0;

  fixture() {
    BOOST_REQUIRE(run_child([this] { know_users(place / "known"); }));
    auto const root = fresh_root();
    BOOST_REQUIRE(run_child([&] { serve(root, {}); }));
    undisturbed = look(root);
    check_journal(root);
    BOOST_TEST(undisturbed.starts_with("completed Stored 130 of 134 rows; 4 rows have errors\n"),
               undisturbed);
  }

  std::filesystem::path fresh_root() {
    auto const root = place / ("run-" + std::to_string(++runs));
    std::filesystem::copy(place / "known", root, std::filesystem::copy_options::recursive);
    return root;
  }

  /** Lets servers die one after the other, then one finish. @return whether the first came to its end */
  bool survive(std::vector<death> const& deaths) {
    auto const root = fresh_root();
    bool first_ended = true;
    for (auto const& how : deaths) {
      bool const ended = run_child([&] { serve(root, how); });
      if (&how == &deaths.front()) first_ended = ended;
    }
    BOOST_TEST(run_child([&] { serve(root, {}); }));
    BOOST_TEST((look(root) == undisturbed));
    check_journal(root);
    return first_ended;
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(file_upload_crash)

BOOST_FIXTURE_TEST_CASE(a_load_survives_a_kill_at_every_point_of_its_life, fixture) {
  int point = 1;
  for (bool ended = false; !ended; ++point) BOOST_TEST_CONTEXT("killed at point " << point) {
      ended = survive({{.at_point = point}});
    }
  BOOST_TEST_MESSAGE("points: " << point - 2);
  BOOST_TEST(point > 20);
}

BOOST_FIXTURE_TEST_CASE(a_load_survives_several_kills, fixture) {
  std::mt19937 random(20'251'126);
  std::uniform_int_distribution<int> points(1, 30);
  for (int round = 0; round < 10; ++round) {
    death const first{.at_point = points(random)}, second{.at_point = points(random)};
    BOOST_TEST_CONTEXT("killed at points " << first.at_point << ", " << second.at_point) {
      survive({first, second});
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_load_survives_kills_at_random_times, fixture) {
  std::mt19937 random(std::random_device{}());
  std::uniform_int_distribution<long> microseconds(1'000, 60'000);
  for (int round = 0; round < 15; ++round) {
    death const first{.after_microseconds = microseconds(random)};
    BOOST_TEST_CONTEXT("killed after " << first.after_microseconds << " us") {
      survive({first});
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
