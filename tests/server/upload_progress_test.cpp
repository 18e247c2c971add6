// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <uploadproto/contract/check.hpp>
#include <uploadproto/contract/upload_progress.hpp>

#include "pipelines/upload_progress_service.hpp"
#include "real_clamd.hpp"
#include "stages/exact_amount.hpp"
#include "stages/malware_scan.hpp"
#include "temporary_directory.hpp"

// The pipeline of transactions from a stored file to its terminal message (UP-P, UP-L).
namespace {

using namespace uploadproto::reference;
using namespace std::chrono_literals;
using test::temporary_directory;
namespace contract = uploadproto::contract;

std::string const id_a = "00000000-0000-4000-8000-00000000000a";
std::string const id_b = "00000000-0000-4000-8000-00000000000b";
std::string const three_rows =
    "Date,Description,Amount\n2024-01-31,WOOLWORTHS FOOD 123,-12.34\n2024-02-01,MONTHLY "
    "SALARY,\"25,000.00\"\n"
    "2024-02-02,=1+1,0.10\n";

class message_list {
 public:
  void add(std::string const& user, upload_progress_event const& event) {
    std::lock_guard lock(mutex_);
    all_.emplace_back(user, event);
    arrived_.notify_all();
  }

  upload_progress_event wait_end(std::string const& id, std::size_t skip = 0) {
    std::unique_lock lock(mutex_);
    std::optional<upload_progress_event> found;
    BOOST_TEST_REQUIRE(arrived_.wait_for(lock, 30s, [&] {
      auto left = skip;
      for (auto const& [user, event] : all_)
        if (event.batch_id == id && event.status != "processing" && left-- == 0) {
          found = event;
          return true;
        }
      return false;
    }));
    return *found;
  }

  std::vector<upload_progress_event> of(std::string const& id) {
    std::lock_guard lock(mutex_);
    std::vector<upload_progress_event> found;
    for (auto const& [user, event] : all_)
      if (event.batch_id == id) found.push_back(event);
    return found;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<std::pair<std::string, upload_progress_event>> all_;
};

struct fixture {
  temporary_directory directory;
  message_list messages;
  upload_progress_options options{.data_directory = directory / "data"};
  std::unique_ptr<upload_progress_service> service;

  void open(bool working = true) {
    service = std::make_unique<upload_progress_service>(
        options,
        [this](std::string const& user, upload_progress_event const& event) { messages.add(user, event); });
    if (working) service->start();
  }

  std::filesystem::path store(std::string const& bytes) {
    auto const path = service->uploads_directory() / ("upload" + std::to_string(stored_++));
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  void upload(std::string const& id, std::string const& bytes, std::string const& user = "ann") {
    BOOST_TEST_REQUIRE(service->accept(user, id, "june.csv", store(bytes), bytes.size()));
  }

  upload_progress_event run(std::string const& bytes, std::string const& id = id_a) {
    if (!service) open();
    upload(id, bytes);
    return messages.wait_end(id);
  }

  std::vector<std::string> rows(std::string const& condition = "1") {
    SQLite::Database const db((options.data_directory / "uploadproto.db").string(), SQLite::OPEN_READONLY,
                              10'000);
    SQLite::Statement query(db, "SELECT row, date, amount, description, category FROM transactions WHERE " +
                                    condition + " ORDER BY import_batch, row");
    std::vector<std::string> found;
    while (query.executeStep())
      found.push_back(query.getColumn(0).getString() + " " + query.getColumn(1).getString() + " " +
                      decimal_text(query.getColumn(2).getInt64()) + " " + query.getColumn(3).getString() +
                      " " +
                      std::string(category_names.at(static_cast<std::size_t>(query.getColumn(4).getInt()))));
    return found;
  }

  std::size_t stored_files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] auto const& entry :
         std::filesystem::directory_iterator(service->uploads_directory()))
      ++count;
    return count;
  }

 private:
  int stored_ = 0;
};

/** Messages are legal by the contract, rise, keep to their stages, and end once. */
void check_course(std::vector<upload_progress_event> const& all, std::vector<std::string> const& stages) {
  std::vector<std::string> seen;
  double last = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto const& event = all[i];
    for (auto const& violation : contract::check(event)) BOOST_ERROR(violation.message());
    BOOST_TEST((event.status != "processing") == (i + 1 == all.size()));
    BOOST_TEST(event.progress >= last);
    last = event.progress;
    if (seen.empty() || seen.back() != event.stage) seen.push_back(event.stage);
    for (auto const& stage : contract::upload_progress_stages)
      if (stage.name == event.stage)
        BOOST_TEST((event.progress >= stage.low && event.progress <= stage.high));
  }
  BOOST_TEST(seen == stages, boost::test_tools::per_element());
}

/** What such a file's batch says at its end. */
struct refused {
  std::string file, stage, error;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(upload_progress)

BOOST_FIXTURE_TEST_CASE(a_batch_from_file_to_categories, fixture) {
  auto const end = run(three_rows);
  BOOST_TEST(end.status == "completed");
  BOOST_TEST(end.progress == 100);
  BOOST_TEST(end.message == "3 transactions stored and categorised");
  BOOST_TEST(end.details->processed.value() == 3u);
  BOOST_TEST(end.details->errors.value() == 0u);
  BOOST_TEST(end.details->filename.value() == "june.csv");
  BOOST_TEST(end.details->size.value() == three_rows.size());
  check_course(messages.of(id_a), {"validation", "scanning", "parsing", "database", "categorization"});
  BOOST_TEST(rows() == (std::vector<std::string>{"2 2024-01-31 -12.34 WOOLWORTHS FOOD 123 Food & Dining",
                                                 "3 2024-02-01 25000.00 MONTHLY SALARY Income",
                                                 "4 2024-02-02 0.10 =1+1 Uncategorised"}),
             boost::test_tools::per_element());
  BOOST_TEST(stored_files() == 0u);
  bool told = false;
  for (auto const& event : messages.of(id_a))
    told = told ||
           event.message == "No malware was found by the built-in checks; no malware scanner is configured";
  BOOST_TEST(told);
}

BOOST_FIXTURE_TEST_CASE(bad_rows_are_told_and_the_rest_goes_on, fixture) {
  auto const end =
      run("Date;Description;Amount\n2024-01-31;a;1,50\n2024-01-32;b;2,50\n2024-01-30;c;x\n2024-01-30;d\n");
  BOOST_TEST(end.status == "completed");
  BOOST_TEST(end.message == "1 transaction stored and categorised; 3 rows were not taken");
  BOOST_TEST(end.details->errors.value() == 3u);
  BOOST_TEST(rows().size() == 1u);
  bool told = false;
  for (auto const& event : messages.of(id_a))
    told = told || event.message.find(
                       "3 were not taken: Row 3: the date \"2024-01-32\" is no day of the calendar.") !=
                       std::string::npos;
  BOOST_TEST(told);
}

BOOST_FIXTURE_TEST_CASE(files_that_are_refused, fixture) {
  using namespace std::string_literals;
  options.csv.limits.max_rows = 5;
  open();
  std::string wide = "Date,Description,Amount";
  for (int i = 3; i < 101; ++i) wide += ",x";
  std::string const eicar =
      "X5O!P%@AP[4\\PZX54(P^)7CC)7}"s + "$EICAR-STANDARD-ANTIVIRUS-" + "TEST-FILE!$H+H*";
  std::string const head = "Date,Description,Amount\n";
  refused const table[] = {
      {"\n\n", "validation", "The file is empty: expected a row of column names and rows below it."},
      {head, "validation", "The file has no rows below the column names."},
      {"Date,Amount\n1,2\n", "validation", "Row 1: no column is named \"Description\"; found: Date, Amount."},
      {head + "2024-01-01,a\0b,1\n"s, "validation",
       "Row 2, column 2: expected text, found a NUL byte (is this UTF-16 without a byte order mark, or no "
       "text file?)."},
      {head + "2024-01-01,\xFF,1\n", "validation",
       "Row 2, column 2: expected text, found the byte 0xFF, which is not UTF-8 (save the file as UTF-8, or "
       "declare its "
       "encoding)."},
      {head + "2024-01-01,\"a,1\n", "validation",
       "Row 2, column 2: the quote that opens here is never closed; expected another one before the end of "
       "the file."},
      {wide + "\n", "validation", "Row 1: the header has more than 100 columns."},
      {head + std::string(10'000'000, 'x'), "validation",
       "Row 2, column 1: the field is longer than 65536 bytes."},
      {head + "a\nb\nc\nd\ne\nf\n", "validation", "Row 7: there are more than 5 rows below the header."},
      {head + "2024-01-01," + eicar + ",1\n", "scanning",
       "The file is infected (Eicar-Test-Signature) and was not stored."},
      {head + "2024-01-01,\"" + eicar + "\",1\n", "scanning",
       "The file is infected (Eicar-Test-Signature) and was not stored."},
      {head + "2024-01-01,\"=cmd|'/C calc'!A0\",1\n", "scanning",
       "The file is infected (Formula.StartsProgram) and was not stored."},
      {head + "2024-13-01,a,1\n", "parsing",
       "None of the rows could be read. Row 2: the date \"2024-13-01\" is no day of the calendar."},
      {head + "2024-01-01;a;1\n", "parsing",
       "None of the rows could be read. Row 2: there is 1 column; expected 3, as the header has (this row "
       "seems to be "
       "separated by ';', the header by ',')."},
  };
  int number = 10;
  for (auto const& [file, stage, error] : table) {
    auto const id = "00000000-0000-4000-8000-0000000000" + std::to_string(number++);
    auto const end = run(file, id);
    BOOST_TEST(end.status == "error");
    BOOST_TEST(end.stage == stage, error);
    BOOST_TEST(end.error.value() == error);
    BOOST_TEST((stage != "scanning" || end.progress <= 40));
    BOOST_TEST(contract::check(end).empty());
  }
  BOOST_TEST(rows().empty());
  BOOST_TEST(stored_files() == 0u);
}

BOOST_FIXTURE_TEST_CASE(files_in_other_encodings, fixture) {
  std::string utf16 = "\xFF\xFE";
  for (char c : three_rows) utf16 += {c, '\0'};
  BOOST_TEST(run(utf16, id_a).status == "completed");
  BOOST_TEST(run("\xEF\xBB\xBF" + three_rows, id_b).status == "completed");
  BOOST_TEST(rows().size() == 6u);
}

BOOST_FIXTURE_TEST_CASE(an_id_is_used_once_and_belongs_to_its_user, fixture) {
  using standing = upload_progress_service::standing;
  options.max_waiting_of_user = 1;
  open(false);
  BOOST_TEST((service->look_up("ann", id_a) == standing::free));
  upload(id_a, three_rows);
  BOOST_TEST((service->look_up("ann", id_a) == standing::used));
  BOOST_TEST((service->look_up("ben", id_a) == standing::of_another));
  BOOST_TEST((service->look_up("ann", id_b) == standing::too_many_wait));
  BOOST_TEST((service->look_up("ben", id_b) == standing::free));
  BOOST_TEST(!service->accept("ben", id_a, "b.csv", store(three_rows), 1));
  BOOST_TEST(!service->refuse("ann", id_a, "b.csv", "no"));
  service->start();
  BOOST_TEST(messages.wait_end(id_a).status == "completed");
  BOOST_TEST((service->look_up("ann", id_a) == standing::used));
  BOOST_TEST(!service->find("ben", id_a));
  BOOST_TEST(!service->history("ben", id_a));
  BOOST_TEST((service->cancel("ben", id_a) == upload_progress_service::cancel_result::not_found));
  BOOST_TEST((service->cancel("ann", id_a) == upload_progress_service::cancel_result::already_ended));
  auto const seen = service->find("ann", id_a).value();
  BOOST_TEST((seen.status == job_status::completed));
  BOOST_TEST(seen.database_stats->inserts == 3u);
  BOOST_TEST(seen.progress == 100);
}

BOOST_FIXTURE_TEST_CASE(a_refusal_is_told_and_uses_the_id_up, fixture) {
  open();
  BOOST_TEST(service->refuse("ann", id_a, "big.csv", "The file is larger than 10 bytes"));
  auto const end = messages.wait_end(id_a);
  BOOST_TEST(end.status == "error");
  BOOST_TEST(end.stage == "validation");
  BOOST_TEST(end.error.value() == "The file is larger than 10 bytes");
  BOOST_TEST(contract::check(end).empty());
  BOOST_TEST((service->look_up("ann", id_a) == upload_progress_service::standing::used));
  BOOST_TEST(service->find_any(id_a)->latest->error.value() == "The file is larger than 10 bytes");
}

BOOST_FIXTURE_TEST_CASE(the_history_is_every_message, fixture) {
  run(three_rows);
  service->stop();  // the messages are stored behind the last of them
  auto const told = messages.of(id_a);
  auto const check_history = [&] {
    auto const history = service->history("ann", id_a).value();
    BOOST_TEST_REQUIRE(history.size() == told.size());
    for (std::size_t i = 0; i < told.size(); ++i)
      BOOST_TEST(history[i].find("\"stage\":\"" + told[i].stage + "\"") != std::string::npos);
    BOOST_TEST(history.back().find("\"status\":\"completed\"") != std::string::npos);
  };
  check_history();
  service.reset();
  open();
  check_history();
  BOOST_TEST(service->find_any(id_a)->ended);
  BOOST_TEST(service->find_any(id_a)->latest->timestamp == told.back().timestamp);
}

BOOST_FIXTURE_TEST_CASE(a_batch_that_waits_can_be_cancelled, fixture) {
  open(false);
  upload(id_a, three_rows);
  BOOST_TEST((service->cancel("ann", id_a) == upload_progress_service::cancel_result::ok));
  auto const end = messages.wait_end(id_a);
  BOOST_TEST(end.status == "error");
  BOOST_TEST(end.error.value() == "Cancelled by user");
  BOOST_TEST(stored_files() == 0u);
  BOOST_TEST((service->find("ann", id_a)->status == job_status::cancelled));
}

BOOST_FIXTURE_TEST_CASE(a_batch_that_runs_can_be_cancelled, fixture) {
  /** Says when it is asked, and waits to be stopped. */
  struct endless_scanner : malware_scanner {
    std::mutex mutex;
    std::condition_variable changed;
    bool asked = false;
    scan_verdict scan(std::filesystem::path const&, progress const&, stop_requested const& stop) override {
      {
        std::lock_guard lock(mutex);
        asked = true;
        changed.notify_all();
      }
      while (!stop()) std::this_thread::yield();
      throw scan_stopped();
    }
    std::string_view name() const noexcept override { return "endless"; }
  };
  auto const scanner = std::make_shared<endless_scanner>();
  options.scanner = scanner;
  open();
  upload(id_a, three_rows);
  {
    std::unique_lock lock(scanner->mutex);
    scanner->changed.wait(lock, [&] { return scanner->asked; });
  }
  BOOST_TEST((service->cancel("ann", id_a) == upload_progress_service::cancel_result::ok));
  auto const end = messages.wait_end(id_a);
  BOOST_TEST(end.stage == "scanning");
  service->stop();
  check_course(messages.of(id_a), {"validation", "scanning"});
  BOOST_TEST(rows().empty());
}

BOOST_FIXTURE_TEST_CASE(what_was_accepted_is_taken_up_by_the_next_process, fixture) {
  open(false);
  upload(id_a, three_rows);
  service.reset();
  open();
  BOOST_TEST(messages.wait_end(id_a).status == "completed");
  BOOST_TEST(rows().size() == 3u);
}

BOOST_FIXTURE_TEST_CASE(loading_a_batch_again_doubles_nothing, fixture) {
  std::string file = "Date,Description,Amount\n";
  for (int i = 0; i < 5000; ++i) file += "2024-01-01,row " + std::to_string(i) + ",1.00\n";
  options.rows_a_commit = 100;
  run(file);
  service->stop();
  service.reset();
  {
    // As if the process had died before the end was on disk.
    SQLite::Database db((options.data_directory / "uploadproto.db").string(), SQLite::OPEN_READWRITE);
    db.exec(
        "UPDATE upload_progress_jobs SET status = 'processing', ended_at = NULL, stored_file = "
        "'uploads/again'");
    std::ofstream(options.data_directory / "uploads" / "again") << file;
  }
  open();
  BOOST_TEST(messages.wait_end(id_a, 1).status == "completed");
  BOOST_TEST(rows().size() == 5000u);
  BOOST_TEST(service->find("ann", id_a)->database_stats->inserts == 5000u);
}

BOOST_FIXTURE_TEST_CASE(a_scanner_that_cannot_be_reached_fails_the_upload, fixture) {
  options.scanner = make_clamd_scanner({(directory / "nobody").string()});
  auto const end = run(three_rows);
  BOOST_TEST(end.status == "error");
  BOOST_TEST(end.stage == "scanning");
  BOOST_TEST(end.error.value() == "The malware scanner cannot be reached (No such file or directory).");
  BOOST_TEST(rows().empty());
}

BOOST_FIXTURE_TEST_CASE(with_a_real_clamd, fixture) {
  if (!test::real_clamd::installed()) {
    std::puts("skipped: with_a_real_clamd: there is no clamd (Debian: clamav-daemon)");
    return;
  }
  test::real_clamd const clamd;
  options.scanner = make_clamd_scanner({clamd.socket()});
  BOOST_TEST(run(three_rows, id_a).status == "completed");
  auto const end = run(
      "Date,Description,Amount\n2024-01-01,\"" + std::string(test::malware_of_the_tests) + "\",1\n", id_b);
  BOOST_TEST(end.error.value() ==
             "The file is infected (Uploadproto.Test.Marker.UNOFFICIAL) and was not stored.");
  BOOST_TEST(end.progress <= 40);
}

BOOST_FIXTURE_TEST_CASE(rules_of_the_user_come_first, fixture) {
  options.rules =
      category_rules::parse("[[rule]]\nkeyword = \"woolworths\"\ncategory = \"Business\"\n", "rules");
  BOOST_TEST(run(three_rows).status == "completed");
  BOOST_TEST(rows("row = 2").front() == "2 2024-01-31 -12.34 WOOLWORTHS FOOD 123 Business");
}

BOOST_AUTO_TEST_SUITE_END()
