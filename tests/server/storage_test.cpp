// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <SQLiteCpp/Statement.h>
#include <fcntl.h>

#include <array>
#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "jobs/job_table.hpp"
#include "storage/database.hpp"
#include "storage/member_writer.hpp"
#include "storage/spool.hpp"
#include "storage/storage_error.hpp"
#include "temporary_directory.hpp"

namespace {
using namespace uploadproto::reference;
using test::temporary_directory;

constexpr std::array<std::string_view, 3> fields{"first_name", "email", "date_joined"};
timestamp_ms at(int ms) {
  return timestamp_ms(std::chrono::milliseconds(ms));
}

struct fixture {
  temporary_directory directory;
  database db{directory / "test.db"};
  job_table jobs{db};
  attempt_key job = begin_job();

  attempt_key begin_job() {
    jobs.add("ann", "members.xlsx", "/nowhere", 1, at(1));
    return jobs.claim(at(2))->key;
  }
  /** A further attempt of the same job, as after a crash. */
  attempt_key resume() {
    jobs.recover(100, "", at(3));
    return jobs.claim(at(4))->key;
  }
  std::vector<member_result> apply(member_writer& writer,
                                   std::vector<std::array<std::string_view, 4>> const& rows) {
    member_batch batch(fields.size());
    for (auto const& [id, name, email, joined] : rows) batch.add(id, std::array{name, email, joined});
    std::vector<member_result> results;
    writer.apply(batch, results);
    return results;
  }
  std::string value(std::string const& id, std::string const& field) {
    auto const connection = db.connect(commit_survives::crash);
    SQLite::Statement query(*connection,
                            "SELECT coalesce(" + field + ", 'NULL') FROM members WHERE id_number = ?");
    query.bind(1, id);
    return query.executeStep() ? query.getColumn(0).getString() : "no such member";
  }
  std::int64_t members() {
    return db.connect(commit_survives::crash)->execAndGet("SELECT count(*) FROM members").getInt64();
  }
  database_counts counts() {
    auto const connection = db.connect(commit_survives::crash);
    SQLite::Statement query(*connection,
                            "SELECT coalesce(inserts, 0), coalesce(updates, 0), coalesce(errors, 0) FROM "
                            "bulk_upload_jobs WHERE seq = ?");
    query.bind(1, job.job_seq);
    query.executeStep();
    auto const n = [&](int i) { return static_cast<std::uint64_t>(query.getColumn(i).getInt64()); };
    return {n(0), n(1), n(2)};
  }
};

std::string outcomes(std::vector<member_result> const& results) {
  std::string text;
  for (auto const& r : results) text += "iur"[static_cast<int>(r.outcome)];
  return text;
}

constexpr auto id_a = "8001015009087", id_b = "8001015009088", id_c = "8001015009089";

BOOST_AUTO_TEST_SUITE(storage)

BOOST_FIXTURE_TEST_CASE(new_ids_are_inserted_and_known_ones_get_the_values_that_are_not_empty, fixture) {
  member_writer first(db, job, fields, "2026-01-02");
  BOOST_TEST(outcomes(apply(
                 first, {{id_a, "Ann", "ann@example.org", "2001-01-01"}, {id_b, "Ben", "", ""}})) == "ii");
  BOOST_TEST(value(id_a, "date_joined") == "2001-01-01");
  BOOST_TEST(value(id_b, "date_joined") == "2026-01-02");

  auto const other = begin_job();
  member_writer second(db, other, fields, "2027-07-07");
  BOOST_TEST(outcomes(apply(second, {{id_a, "", "new@example.org", "2027-01-01"}, {id_c, "Cat", "", ""}})) ==
             "ui");
  BOOST_TEST(value(id_a, "first_name") == "Ann");
  BOOST_TEST(value(id_a, "email") == "new@example.org");
  BOOST_TEST(value(id_a, "date_joined") == "2001-01-01");
  BOOST_TEST(members() == 3);
  BOOST_TEST((counts() == database_counts{2, 0, 0}));
}

BOOST_FIXTURE_TEST_CASE(a_refused_row_says_why_and_the_rest_of_its_batch_goes_on, fixture) {
  std::string const long_name(201, 'x');
  member_writer writer(db, job, fields, "2026-01-02");
  auto const results =
      apply(writer, {{id_a, "Ann", "", ""}, {id_b, long_name, "", ""}, {id_c, "Cat", "", ""}});
  BOOST_TEST(outcomes(results) == "iri");
  BOOST_TEST(results[1].reason == "The database refused the row: The name has more than 200 characters");
  BOOST_TEST(members() == 2);
  BOOST_TEST((counts() == database_counts{2, 0, 1}));
}

BOOST_FIXTURE_TEST_CASE(a_known_member_is_left_alone_by_a_refused_update, fixture) {
  std::string const long_name(201, 'x');
  member_writer writer(db, job, fields, "2026-01-02");
  apply(writer, {{id_a, "Ann", "old@example.org", ""}});
  BOOST_TEST(outcomes(apply(writer, {{id_a, long_name, "new@example.org", ""}})) == "r");
  BOOST_TEST(value(id_a, "first_name") == "Ann");
  BOOST_TEST(value(id_a, "email") == "old@example.org");
}

BOOST_FIXTURE_TEST_CASE(a_resumed_job_gets_the_outcomes_of_the_first_time_and_changes_nothing, fixture) {
  std::string const long_name(201, 'x');
  auto const known = begin_job();
  {
    member_writer earlier(db, known, fields, "2020-01-01");
    apply(earlier, {{id_c, "Cat", "", ""}});
  }
  std::vector<std::array<std::string_view, 4>> const rows{
      {id_a, "Ann", "", ""}, {id_b, long_name, "", ""}, {id_c, "Cat", "c@example.org", ""}};
  std::vector<member_result> first;
  {
    member_writer writer(db, job, fields, "2026-01-02");
    first = apply(writer, rows);
    BOOST_TEST(outcomes(first) == "iru");
  }
  // Another job has written since: the resumed one must not put its older value back.
  auto const other = begin_job();
  member_writer later(db, other, fields, "2026-01-02");
  apply(later, {{id_c, "", "newer@example.org", ""}});

  jobs.recover(100, "", at(3));
  auto const again = jobs.claim(at(4))->key;
  BOOST_REQUIRE(again.job_seq == job.job_seq);
  member_writer writer(db, again, fields, "2026-01-02");
  auto const second = apply(writer, rows);
  BOOST_TEST(outcomes(second) == "iru");
  BOOST_TEST(second[1].reason == first[1].reason);
  BOOST_TEST(value(id_c, "email") == "newer@example.org");
  BOOST_TEST((counts() == database_counts{1, 1, 1}));
}

BOOST_FIXTURE_TEST_CASE(a_resumed_job_with_other_batches_still_counts_its_own_rows_as_inserts, fixture) {
  {
    member_writer writer(db, job, fields, "2026-01-02");
    apply(writer, {{id_a, "Ann", "", ""}, {id_b, "Ben", "", ""}});
    apply(writer, {{id_c, "Cat", "", ""}});
  }
  job = resume();
  member_writer writer(db, job, fields, "2026-01-02");
  BOOST_TEST(outcomes(apply(writer, {{id_a, "Ann", "", ""}})) == "i");
  BOOST_TEST((counts() == database_counts{1, 0, 0}));
  BOOST_TEST(outcomes(apply(writer, {{id_b, "Ben", "", ""}, {id_c, "Cat", "", ""}})) == "ii");
  writer.finish();
  BOOST_TEST((counts() == database_counts{3, 0, 0}));
  BOOST_TEST(members() == 3);
}

BOOST_FIXTURE_TEST_CASE(notes_of_batches_that_did_not_come_again_are_forgotten_at_the_end, fixture) {
  {
    member_writer writer(db, job, fields, "2026-01-02");
    apply(writer, {{id_a, "Ann", "", ""}});
    apply(writer, {{id_b, "Ben", "", ""}});
  }
  job = resume();
  member_writer writer(db, job, fields, "2026-01-02");
  apply(writer, {{id_a, "Ann", "", ""}});
  writer.finish();
  BOOST_TEST((counts() == database_counts{1, 0, 0}));
}

BOOST_FIXTURE_TEST_CASE(an_attempt_that_is_over_commits_nothing, fixture) {
  member_writer writer(db, job, fields, "2026-01-02");
  apply(writer, {{id_a, "Ann", "", ""}});
  job_record after;
  BOOST_REQUIRE(jobs.cancel(job, {.status = job_status::cancelled}, at(5), after));
  BOOST_CHECK_THROW(apply(writer, {{id_b, "Ben", "", ""}}), attempt_over);
  BOOST_TEST(members() == 1);
  BOOST_TEST((*after.database == database_counts{1, 0, 0}));

  BOOST_REQUIRE(jobs.retry(after.job_id));
  jobs.claim(at(6));
  BOOST_CHECK_THROW(apply(writer, {{id_b, "Ben", "", ""}}), attempt_over);
  BOOST_TEST(members() == 1);
}

BOOST_AUTO_TEST_CASE(a_full_database_loses_nothing_that_was_committed) {
  temporary_directory directory;
  auto const file = directory / "test.db";
  std::string job_id;
  {
    database db(file, 60);
    job_table jobs(db);
    job_id = jobs.add("ann", "members.xlsx", "/nowhere", 1, at(1)).job_id;
    member_writer writer(db, jobs.claim(at(2))->key, fields, "2026-01-02");
    member_batch batch(fields.size());
    std::vector<member_result> results;
    std::string const name(200, 'n');
    bool full = false;
    std::int64_t id = 1'000'000'000'000, committed = 0;
    while (!full) {
      batch.clear();
      for (int row = 0; row < 20; ++row)
        batch.add(std::to_string(id++), std::array<std::string_view, 3>{name, name, ""});
      try {
        writer.apply(batch, results);
        committed += 20;
      } catch (storage_full const& error) {
        full = true;
        BOOST_TEST(std::string(error.what()).find("no room is left") != std::string::npos);
      }
    }
    BOOST_TEST(db.connect(commit_survives::crash)->execAndGet("SELECT count(*) FROM members").getInt64() ==
               committed);
    BOOST_CHECK_THROW(while (true) jobs.add("ann", std::string(3000, 'x'), "/nowhere", 1, at(1)),
                      storage_full);
  }
  database db(file);
  job_table jobs(db);
  BOOST_TEST(jobs.find(job_id).has_value());
  BOOST_TEST(db.connect(commit_survives::crash)->execAndGet("PRAGMA integrity_check").getString() == "ok");
}

BOOST_AUTO_TEST_CASE(a_file_of_a_newer_program_is_refused) {
  temporary_directory directory;
  { database(directory / "test.db").connect(commit_survives::crash)->exec("PRAGMA user_version = 999"); }
  BOOST_CHECK_THROW(database(directory / "test.db"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(the_write_gate_serves_in_the_order_of_asking) {
  write_gate gate;
  std::vector<int> order;
  gate.lock();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      std::lock_guard lock(gate);
      order.push_back(i);
    });
    while (gate.asked() != static_cast<std::uint64_t>(i) + 2) std::this_thread::yield();
  }
  gate.unlock();
  for (auto& thread : threads) thread.join();
  BOOST_TEST(order == (std::vector{0, 1, 2, 3}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_spool_gives_back_what_was_put_and_leaves_no_file) {
  temporary_directory directory;
  spool written(directory.path());
  std::string const large(700'000, 'l');
  for (std::uint64_t i = 0; i < 50'000; ++i) {
    written.put(i * i * i * i);
    written.put(std::string_view("text"));
  }
  written.put(large);
  written.put(~std::uint64_t{0});
  for (int pass = 0; pass < 2; ++pass) {
    spool::reader reader(written);
    for (std::uint64_t i = 0; i < 50'000; ++i) {
      if (reader.number() != i * i * i * i) BOOST_ERROR("another number");
      if (reader.text() != "text") BOOST_ERROR("another text");
    }
    BOOST_TEST((reader.text() == large));
    BOOST_TEST(reader.number() == ~std::uint64_t{0});
    BOOST_TEST(reader.at_end());
    BOOST_CHECK_THROW(reader.number(), std::logic_error);
  }
  BOOST_TEST(std::filesystem::is_empty(directory.path()));
}

BOOST_AUTO_TEST_CASE(no_room_for_a_file_is_told_from_other_errors) {
  BOOST_CHECK_THROW(throw_file_error("write", ENOSPC), storage_full);
  BOOST_CHECK_THROW(throw_file_error("write", EDQUOT), storage_full);
  BOOST_CHECK_THROW(throw_file_error("write", EIO), std::system_error);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
