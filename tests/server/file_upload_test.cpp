// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// FU-L and FU-P: the life of a job, what of its file is stored, and what is said of the rest.
#include <spdlog/spdlog.h>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>
#include <uploadproto/contract/check.hpp>
#include <uploadproto/wire/json.hpp>

#include "file_upload_fixture.hpp"
#include "sample_workbook.hpp"

using namespace uploadproto::reference;
using namespace uploadproto::reference::test;
namespace contract = uploadproto::contract;

namespace {

using progress = contract::file_upload_progress;
using list = std::vector<std::string>;

struct fixture : file_upload_fixture {
  fixture() { spdlog::set_level(spdlog::level::off); }

  static progress const& progress_of(file_upload_event const& event) { return std::get<progress>(event); }

  /** `upload-error`'s sentence. */
  std::string failure(std::string const& csv, std::string const& file_name = "a.csv") {
    auto const job_id = "j-" + std::to_string(++jobs_);
    BOOST_TEST_REQUIRE(accept(job_id, "users", file_name, csv));
    auto const seen = events.wait_end(job_id);
    for (auto const& event : seen) BOOST_TEST(contract::check(event).empty());
    auto const* const error = std::get_if<contract::file_upload_error>(&seen.back());
    if (!error) return "no failure";
    BOOST_TEST(service->find(job_id)->status == "failed");
    BOOST_TEST(service->find(job_id)->error.value() == error->error.value());
    BOOST_TEST(in_database("SELECT count(*) FROM template_rows") == 0);
    // FU-L4
    for (auto const& event : seen)
      if (auto const* p = std::get_if<progress>(&event)) BOOST_TEST(p->status != "completed");
    return error->error.value();
  }

  static std::string result_of(std::vector<file_upload_event> const& seen) {
    std::string text;
    uploadproto::wire::append_json(text,
                                   std::get<contract::file_upload_completed>(seen.back()).result.value());
    return text;
  }

 private:
  int jobs_ = 0;
};

std::string text_of(boost::json::value const& value) {
  std::string text;
  uploadproto::wire::append_json(text, value);
  return text;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_file_upload, fixture)

BOOST_AUTO_TEST_CASE(FU_L_a_job_goes_from_started_through_processing_to_completed) {
  run();
  auto const seen = load("job-1", user_rows(1000));
  list statuses;
  double last = 0;
  contract::progress_tracker tracker(contract::file_upload::info.stages);
  tracker.begin_attempt();
  for (auto const& event : seen) {
    BOOST_TEST(contract::check(event).empty());
    auto const problem = contract::track(tracker, event);
    BOOST_TEST(!problem, problem.message());
    auto const* const p = std::get_if<progress>(&event);
    if (!p) continue;
    if (statuses.empty() || statuses.back() != p->status) statuses.push_back(p->status);
    BOOST_TEST(p->template_name == "users");
    BOOST_TEST(p->progress >= last);
    last = p->progress;
    if (p->status != "processing") continue;
    BOOST_TEST(p->total.value() == 1000u);
    BOOST_TEST(p->message == "Processing " + std::to_string(*p->processed) + " of 1000 rows");
    BOOST_TEST(p->progress == static_cast<double>(*p->processed) / 10);
  }
  BOOST_TEST(statuses == (list{"started", "processing", "completed"}), boost::test_tools::per_element());
  BOOST_TEST(progress_of(seen.front()).progress == 0);
  BOOST_TEST(last == 100);
  BOOST_TEST(result_of(seen) ==
             R"({"message":"Stored 1,000 rows","processed":1000,"total":1000,"errors":[]})");
  BOOST_TEST(in_database("SELECT count(*) FROM template_rows") == 1000);
  auto const view = service->find("job-1").value();
  BOOST_TEST(view.status == "completed");
  BOOST_TEST(view.processed.value() == 1000u);
  BOOST_TEST((service->end_of("job-1").value().index() == seen.back().index()));
  service->stop();  // the file goes after the end was told
  BOOST_TEST(std::filesystem::is_empty(service->uploads_directory()));
}

BOOST_AUTO_TEST_CASE(progress_is_not_told_more_often_than_a_person_can_read) {
  run([](auto& o) { o.batch_rows = 1; });
  auto const seen = load("job-1", user_rows(300));
  // 300 batches: the first and the last are told whatever the time; between them four a second.
  BOOST_TEST(seen.size() < 150u);
  auto const& last_row = progress_of(seen.at(seen.size() - 3));
  BOOST_TEST(last_row.message == "Processing 300 of 300 rows");
}

BOOST_AUTO_TEST_CASE(FU_P2_a_bad_row_is_named_and_the_others_are_stored) {
  run();
  auto const seen = load("job-1",
                         "Email,First Name,Last Name,Birth Date\n"
                         "ann@example.org,Ann,A,1990-01-31\n"
                         "nobody,Ben,B,\n"
                         "\n"
                         "carl@example.org,,C,soon\n"
                         "ANN@example.org,Dan,D,\n"
                         "eve@example.org,Eve,E,,,x\n"
                         "fay@example.org,Fay,F,\n");
  list const errors{
      "Row 3: Field 'Email' must be an e-mail address such as ann@example.org; found \"nobody\"",
      "Row 5: Field 'First Name' is required",
      "Row 5: Field 'Birth Date' must be a date such as 2024-01-31; found \"soon\"",
      "Row 6: Field 'Email' must be unique; \"ann@example.org\" stands in row 2 already",
      "Row 7: there are 6 columns; expected 4, as the header has."};
  auto const& last = progress_of(seen.at(seen.size() - 2));
  BOOST_TEST(last.errors.value() == errors, boost::test_tools::per_element());
  BOOST_TEST(last.processed.value() == 6u);
  auto const result = std::get<contract::file_upload_completed>(seen.back()).result.value();
  BOOST_TEST(text_of(result.at("errors").as_array().at(3)) == text_of(boost::json::value(errors.at(3))));
  BOOST_TEST(text_of(result).starts_with(
      R"({"message":"Stored 2 of 6 rows; 4 rows have errors","processed":2,"total":6,"errors":["Row 3: )"));
  auto const page = service->rows("users", 1, 10);
  BOOST_TEST(
      text_of(page.rows) ==
      R"([{"firstName":"Ann","lastName":"A","email":"ann@example.org","birthDate":"1990-01-31",)"
      R"("isActive":true},{"firstName":"Fay","lastName":"F","email":"fay@example.org","isActive":true}])");
}

BOOST_AUTO_TEST_CASE(FU_P2_the_first_hundred_errors_are_listed_and_the_rest_counted) {
  run([](auto& o) { o.batch_rows = 7; });
  std::string csv = "First Name,Last Name,Email\n";
  for (int i = 0; i < 123; ++i) csv += "A,B,bad\n";
  auto const seen = load("job-1", csv);
  auto const errors = service->find("job-1")->errors;
  BOOST_TEST(errors.size() == 101u);
  BOOST_TEST(errors.at(99).starts_with("Row 101: Field 'Email' "));
  BOOST_TEST(errors.back() == "… and 23 more errors");
  BOOST_TEST(result_of(seen).starts_with(R"({"message":"Stored 0 of 123 rows; 123 rows have errors")"));
}

BOOST_AUTO_TEST_CASE(unique_values_are_kept_across_files_and_apart_between_templates) {
  run();
  load("job-1", user_rows(3));
  auto const again = load("job-2", user_rows(4));
  BOOST_TEST(service->find("job-2")->errors.front() ==
             "Row 2: Field 'Email' must be unique; \"user0@example.org\" is stored already");
  BOOST_TEST(result_of(again).starts_with(R"({"message":"Stored 1 of 4 rows; 3 rows have errors")"));
  load("job-3", "Product Name,SKU,Price,Category\nx,user0@example.org,1,c\n", "products");
  BOOST_TEST(service->find("job-3")->errors.empty());
  BOOST_TEST(service->rows("users", 1, 10).total == 4u);
  BOOST_TEST(service->rows("products", 1, 10).total == 1u);
}

BOOST_AUTO_TEST_CASE(a_workbook_is_loaded_as_a_csv_file_is) {
  run();
  test::write_workbook(directory / "a.xlsx",
                       {{"First Name", "Last Name", "Email"}, {"Ann", "A", "a@b.co"}, {}, {"Ben", "B", "x"}});
  std::ifstream in(directory / "a.xlsx", std::ios::binary);
  std::string const bytes{std::istreambuf_iterator<char>{in}, {}};
  BOOST_TEST_REQUIRE(accept("job-1", "users", "People.XLSX", bytes));
  auto const seen = events.wait_end("job-1");
  BOOST_TEST(result_of(seen).starts_with(
      R"({"message":"Stored 1 of 2 rows; 1 row has errors","processed":1,"total":2,"errors":["Row 4: )"));
}

BOOST_AUTO_TEST_CASE(FU_P3_what_fails_a_job_stores_nothing) {
  run([](auto& o) { o.max_rows = 3; });
  BOOST_TEST(failure("First Name,Last Name,Email\n") == "The file has a header and no rows below it");
  BOOST_TEST(failure("\n \n") == "The file holds no text");
  BOOST_TEST(failure("") == "The file is empty (0 bytes).");
  BOOST_TEST(
      failure("First Name,Email\nA,a@b.co\n").starts_with("The required column \"Last Name\" is missing"));
  BOOST_TEST(failure(user_rows(4)) == "There are more than 3 rows below the header.");
  BOOST_TEST(failure(user_rows(3) + "\"open", "a.csv").find("never closed") != std::string::npos);
  BOOST_TEST(failure("PK\x03\x04", "a.csv").find("not a CSV file") != std::string::npos);
  BOOST_TEST(failure("PK\x03\x04 and what is no archive", "a.xlsx") != "no failure");
  BOOST_TEST(failure(user_rows(3), "a.xlsx").find("plain text") != std::string::npos);
  BOOST_TEST(failure(user_rows(1) + std::string("A\0,B,c@d.ef\n", 12)).find("NUL") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(hostile_cells_are_data) {
  run();
  auto const seen =
      load("job-1", "Product Name,SKU,Price,Category\n\"=cmd|' /C calc'!A0\",'; DROP TABLE x;--,1,c\n",
           "products");
  BOOST_TEST(result_of(seen).starts_with(R"({"message":"Stored 1 row")"));
  BOOST_TEST(text_of(service->rows("products", 1, 1).rows) ==
             R"([{"productName":"=cmd|' /C calc'!A0","sku":"'; DROP TABLE x;--","price":1,"category":"c",)"
             R"("stockQuantity":0}])");
}

BOOST_AUTO_TEST_CASE(FU_H1_an_id_is_used_once) {
  open();
  BOOST_TEST(accept("job-1", "users", "a.csv", user_rows(1)));
  BOOST_TEST(service->find("job-1")->status == "queued");
  BOOST_TEST(!accept("job-1", "products", "b.csv", "x"));
  service->start();
  events.wait_end("job-1");
  BOOST_TEST(service->find("job-1")->template_name == "users");
  BOOST_TEST(!accept("job-1", "users", "a.csv", user_rows(1)));
  BOOST_TEST(!service->find("job-2"));
  BOOST_TEST(!service->end_of("job-2").has_value());
}

BOOST_AUTO_TEST_CASE(of_several_at_once_one_has_the_id) {
  open();
  std::atomic<int> accepted{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i)
    clients.emplace_back([&, i] {
      auto const file = service->uploads_directory() / ("concurrent-" + std::to_string(i));
      std::ofstream(file) << user_rows(1);
      accepted +=
          service->accept("same", *service->templates().find(i % 2 ? "users" : "products"), "a.csv", file, 1);
    });
  for (auto& client : clients) client.join();
  BOOST_TEST(accepted == 1);
}

BOOST_AUTO_TEST_CASE(a_job_is_loaded_through_the_template_as_it_was) {
  open();
  BOOST_TEST(accept("job-1", "users", "a.csv", user_rows(2)));
  open([](auto& o) {
    o.templates.add(
        read_template(R"({"columns":[{"header":"Other","field":"o","type":"date","required":true}]})",
                      "users", "users.json"));
  });
  service->start();
  BOOST_TEST(result_of(events.wait_end("job-1")).starts_with(R"({"message":"Stored 2 rows")"));
}

BOOST_AUTO_TEST_CASE(a_job_that_is_interrupted_goes_on_where_it_was) {
  run([](auto& o) { o.batch_rows = 1; });
  BOOST_TEST(accept("job-1", "users", "a.csv", user_rows(60'000)));
  while (events.of("job-1").size() < 3) std::this_thread::yield();
  service->stop();
  auto const before = events.of("job-1");
  auto const seen = before.size();
  run([](auto& o) { o.batch_rows = 10'000; });
  auto const all = events.wait_end("job-1");
  auto const& next = progress_of(all.at(seen));
  BOOST_TEST(next.status == "processing");
  BOOST_TEST(next.processed.value() >= progress_of(before.back()).processed.value());
  BOOST_TEST(next.processed.value() < 60'000u);
  BOOST_TEST(result_of(all) ==
             R"({"message":"Stored 60,000 rows","processed":60000,"total":60000,"errors":[]})");
  BOOST_TEST(in_database("SELECT count(*) FROM template_rows") == 60'000);
}

BOOST_AUTO_TEST_CASE(a_full_disk_ends_no_job) {
  run([](auto& o) { o.max_database_pages = 60; });
  BOOST_TEST(accept("job-1", "users", "a.csv", user_rows(3000)));
  while (in_database("SELECT attempt FROM file_upload_jobs") < 3) std::this_thread::yield();
  BOOST_TEST(!contract::is_terminal(contract::kind_of(events.of("job-1").back())));
  run();
  auto const seen = events.wait_end("job-1");
  BOOST_TEST(result_of(seen).starts_with(R"({"message":"Stored 3,000 rows")"));
  BOOST_TEST(in_database("SELECT count(*) FROM template_rows") == 3000);
}

BOOST_AUTO_TEST_CASE(FU_H4_rows_come_in_pages_oldest_first) {
  run();
  load("job-1", user_rows(25));
  auto const page = service->rows("users", 3, 10);
  BOOST_TEST(page.total == 25u);
  BOOST_TEST(page.rows.size() == 5u);
  BOOST_TEST(page.rows.at(0).at("email").as_string() == "user20@example.org");
  BOOST_TEST(service->rows("users", 0, 1000).limit == 100u);
  BOOST_TEST(service->rows("users", 9, 10).rows.empty());
  BOOST_TEST(service->rows("products", 1, 10).total == 0u);
}

BOOST_AUTO_TEST_CASE(FU_H5_an_export_can_be_uploaded_and_leaves_nothing_behind) {
  run();
  load("job-1", user_rows(5));
  std::string bytes;
  {
    auto const file = service->export_rows(*service->templates().find("users"));
    std::ifstream in(*file, std::ios::binary);
    bytes.assign(std::istreambuf_iterator<char>{in}, {});
  }
  BOOST_TEST(std::filesystem::is_empty(directory / "data" / "work"));
  BOOST_TEST_REQUIRE(accept("job-2", "users", "a.xlsx", bytes));
  events.wait_end("job-2");
  BOOST_TEST(service->find("job-2")->errors.size() == 5u);
  BOOST_TEST(service->find("job-2")->errors.front() ==
             "Row 2: Field 'Email' must be unique; \"user0@example.org\" is stored already");
}

BOOST_AUTO_TEST_SUITE_END()
