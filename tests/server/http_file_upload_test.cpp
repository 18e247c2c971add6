// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// FU-H1 to FU-H6 over HTTP, with the real service behind them.
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>

#include "file_upload_fixture.hpp"
#include "form_text.hpp"
#include "http/file_upload_routes.hpp"
#include "http_fixture.hpp"

using namespace uploadproto::reference;
using namespace uploadproto::reference::test;

namespace {

std::string const xlsx_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

struct fixture : http_fixture {
  file_upload_fixture jobs;

  void serve(std::uint64_t max_file_bytes = 10'000, std::uint64_t max_database_pages = 0) {
    jobs.open([&](auto& o) { o.max_database_pages = max_database_pages; });
    site.errors = http::status_code_error;
    site.cross_origin = http::cors{{"*"}};
    http::add_file_upload_routes(site.routes, *jobs.service, max_file_bytes, pool);
    start();
  }
  ~fixture() {
    if (jobs.service) jobs.service->stop();
  }

  static std::string job_field(std::string const& id) { return form_part("name=\"jobId\"", id); }
  static std::string file_part(std::string const& bytes, std::string const& name = "a.csv") {
    return form_part("name=\"file\"; filename=\"" + name + "\"", bytes);
  }
  http_response upload(std::string const& parts, std::string const& to = "users") const {
    return ask(upload_request("/file/upload/" + to, parts + "--XX--\r\n"));
  }
  boost::json::value get_json(std::string const& path) const {
    auto const answer = ask(get(path));
    BOOST_TEST(answer.result_int() == 200u);
    return body_of(answer);
  }

  /** FU-H6. */
  static void is_error(http_response const& answer, unsigned status, std::string const& phrase,
                       std::string const& message) {
    BOOST_TEST(answer.result_int() == status);
    BOOST_TEST(header(answer, "Content-Type").starts_with("application/json"));
    auto const body = body_of(answer).as_object();
    BOOST_TEST(body.size() == 3u);
    BOOST_TEST(body.at("statusCode").to_number<unsigned>() == status);
    BOOST_TEST(body.at("error").as_string() == phrase);
    BOOST_TEST(body.at("message").as_string() == message);
  }

  static std::string no_template(std::string const& name) {
    return "There is no template \"" + name + "\"; there are: products, users";
  }

  bool nothing_is_stored() const { return std::filesystem::is_empty(jobs.service->uploads_directory()); }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_http_file_upload, fixture)

BOOST_AUTO_TEST_CASE(FU_H1_H2_a_file_goes_in_and_its_job_can_be_asked_about) {
  serve();
  auto const answer = upload(file_part(user_rows(2) + "A,B,nobody\n"));
  BOOST_TEST(answer.result_int() == 202u);
  auto const accepted = body_of(answer).as_object();
  BOOST_TEST(accepted.size() == 2u);
  BOOST_TEST(accepted.at("status").as_string() == "queued");
  std::string const job{accepted.at("jobId").as_string()};
  BOOST_TEST(job.size() == 32u);

  auto const waiting = get_json("/file/jobs/" + job).as_object();
  BOOST_TEST(waiting.at("status").as_string() == "queued");
  BOOST_TEST(waiting.at("templateName").as_string() == "users");
  BOOST_TEST(waiting.at("fileName").as_string() == "a.csv");
  for (auto const* absent : {"processed", "total", "completedAt", "result", "error"})
    BOOST_TEST(!waiting.contains(absent), absent);

  jobs.service->start();
  jobs.events.wait_end(job);
  auto const done = get_json("/file/jobs/" + job).as_object();
  BOOST_TEST(done.at("status").as_string() == "completed");
  BOOST_TEST(done.at("progress").to_number<double>() == 100);
  BOOST_TEST(done.at("processed").to_number<int>() == 3);
  BOOST_TEST(done.at("total").to_number<int>() == 3);
  BOOST_TEST(done.at("errors") == done.at("result").at("errors"));
  BOOST_TEST(
      boost::json::serialize(done.at("result")) ==
      R"({"message":"Stored 2 of 3 rows; 1 row has errors","processed":2,"total":3,"errors":)"
      R"(["Row 4: Field 'Email' must be an e-mail address such as ann@example.org; found \"nobody\""]})");
  BOOST_TEST(!done.at("completedAt").as_string().empty());
}

BOOST_AUTO_TEST_CASE(FU_H1_the_client_may_choose_the_id_before_or_after_the_file) {
  serve();
  BOOST_TEST(body_of(upload(job_field("my.job_1-A") + file_part("x"))).at("jobId").as_string() ==
             "my.job_1-A");
  auto const longest = std::string(64, 'j');
  BOOST_TEST(body_of(upload(file_part("x") + job_field(longest))).at("jobId").as_string() == longest);
  is_error(upload(job_field("my.job_1-A") + file_part("x"), "products"), 409, "Conflict",
           "This job id has been used; please choose another");
  for (auto const& bad : {std::string(), std::string(65, 'j'), std::string("a b"), std::string("a/b"),
                          std::string("../x"), std::string("j\xC3\xB6"), std::string("a\0b", 3)})
    for (bool const first : {true, false})
      is_error(upload(first ? job_field(bad) + file_part("x") : file_part("x") + job_field(bad)), 400,
               "Bad Request", "The field \"jobId\" must be 1 to 64 characters of A-Z a-z 0-9 . _ -");
  // What was refused is gone again.
  std::size_t files = 0;
  for ([[maybe_unused]] auto const& entry :
       std::filesystem::directory_iterator(jobs.service->uploads_directory()))
    ++files;
  BOOST_TEST(files == 2u);
}

BOOST_AUTO_TEST_CASE(FU_H1_H6_bad_uploads_are_refused_and_leave_nothing) {
  serve(1000);
  is_error(upload(file_part("x"), "nobody"), 404, "Not Found", no_template("nobody"));
  is_error(upload(file_part("x"), "..%2Fusers"), 404, "Not Found", no_template("../users"));
  is_error(upload(job_field("j")), 400, "Bad Request", "The form holds no file in the field \"file\"");
  is_error(upload(file_part("x", "a.xls")), 415, "Unsupported Media Type",
           "The file's name must end in .xlsx or .csv");
  is_error(upload(file_part("x", "a.csv.exe")), 415, "Unsupported Media Type",
           "The file's name must end in .xlsx or .csv");
  is_error(upload(file_part("x", "..")), 400, "Bad Request",
           "The file's name must be 1 to 255 bytes of UTF-8, without control characters and \"..\"");
  is_error(upload(file_part(std::string(1001, 'x'))), 413, "Payload Too Large",
           "The file is larger than 1000 bytes");
  is_error(upload(file_part("x") + file_part("y")), 400, "Bad Request", "The form holds more than one file");
  is_error(upload(job_field("j") + job_field("k") + file_part("x")), 400, "Bad Request",
           "The form holds the field \"jobId\" more than once");
  is_error(ask(upload_head("/file/upload/users", 1, {}, "text/csv") + "x"), 415, "Unsupported Media Type",
           "The upload must be multipart/form-data");
  is_error(ask(get("/file/jobs/none")), 404, "Not Found", "No such job");
  is_error(ask(get("/file/nothing")), 404, "Not Found", "No such resource");
  is_error(ask(get("/file/upload/users")), 405, "Method Not Allowed", "Allowed here: POST, OPTIONS");
  BOOST_TEST(nothing_is_stored());
}

BOOST_AUTO_TEST_CASE(FU_H6_what_is_no_http_is_refused_in_the_same_form) {
  serve();
  is_error(ask("GET /file/templates\r\n\r\n"), 400, "Bad Request", "The request is not well-formed HTTP");
  is_error(ask("GET /file/templates HTTP/1.1\r\n\r\n"), 400, "Bad Request",
           "The request needs one Host header");
  is_error(ask(get("/file/templates", "X: " + std::string(20'000, 'x') + "\r\n")), 431,
           "Request Header Fields Too Large", "The request's headers are too large");
}

BOOST_AUTO_TEST_CASE(FU_H3_templates_are_listed_and_shown) {
  serve();
  auto const all = get_json("/file/templates").as_array();
  BOOST_TEST(all.size() == 2u);
  BOOST_TEST(all.at(0).at("name").as_string() == "products");
  BOOST_TEST((get_json("/file/templates/users") == all.at(1)));
  BOOST_TEST(all.at(1).at("columns").as_array().size() == 6u);
  is_error(ask(get("/file/templates/nobody")), 404, "Not Found", no_template("nobody"));
}

BOOST_AUTO_TEST_CASE(FU_H3_a_template_is_downloaded_with_or_without_samples_and_uploaded_as_it_is) {
  serve(100'000);
  jobs.service->start();
  auto const load = [&](std::string const& query, std::string const& job) {
    auto const answer = ask(get("/file/templates/users/download" + query));
    BOOST_TEST(answer.result_int() == 200u);
    BOOST_TEST(header(answer, "Content-Type") == xlsx_type);
    BOOST_TEST(header(answer, "Content-Disposition") == "attachment; filename=\"users-template.xlsx\"");
    BOOST_TEST(upload(job_field(job) + file_part(answer.body(), "users.xlsx")).result_int() == 202u);
    jobs.events.wait_end(job);
    return jobs.service->find(job)->message;
  };
  BOOST_TEST(load("?includeSample=true", "with") == "Stored 2 rows");
  BOOST_TEST(load("", "without") == "The file has a header and no rows below it");
  BOOST_TEST(load("?includeSample=false", "without-2") == "The file has a header and no rows below it");
  is_error(ask(get("/file/templates/users/download?includeSample=maybe")), 400, "Bad Request",
           "The parameter \"includeSample\" must be true or false");
  is_error(ask(get("/file/templates/nobody/download")), 404, "Not Found", no_template("nobody"));
  auto const head = ask("HEAD /file/templates/users/download HTTP/1.1\r\nHost: test\r\n\r\n");
  BOOST_TEST(header(head, "Content-Type") == xlsx_type);
  // A file that was made for an answer goes when the answer has gone, which the client may see first.
  while (on_loop([&] { return listener().connections(); }) != 0) std::this_thread::yield();
  BOOST_TEST(std::filesystem::is_empty(jobs.directory / "data" / "work"));
}

BOOST_AUTO_TEST_CASE(FU_H4_stored_rows_come_in_pages) {
  serve();
  jobs.service->start();
  jobs.load("j", user_rows(25));
  auto const page = get_json("/file/data/users?page=2&limit=10").as_object();
  BOOST_TEST(page.at("total").to_number<int>() == 25);
  BOOST_TEST(page.at("totalPages").to_number<int>() == 3);
  BOOST_TEST(page.at("page").to_number<int>() == 2);
  BOOST_TEST(page.at("limit").to_number<int>() == 10);
  auto const& rows = page.at("data").as_array();
  BOOST_TEST(rows.size() == 10u);
  BOOST_TEST(boost::json::serialize(rows.at(0)) ==
             R"({"firstName":"First10","lastName":"Last","email":"user10@example.org","isActive":true})");
  BOOST_TEST(get_json("/file/data/users").at("data").as_array().size() == 20u);
  BOOST_TEST(get_json("/file/data/products").at("totalPages").to_number<int>() == 0);
  BOOST_TEST(get_json("/file/data/users?page=99999999999").at("data").as_array().empty());
  for (auto const* bad : {"page=0", "page=-1", "page=x", "limit=0", "limit=1.5", "page="})
    BOOST_TEST(ask(get(std::string("/file/data/users?") + bad)).result_int() == 400u, bad);
  is_error(ask(get("/file/data/nobody")), 404, "Not Found", no_template("nobody"));
}

BOOST_AUTO_TEST_CASE(FU_H5_stored_rows_are_exported) {
  serve(100'000);
  jobs.service->start();
  jobs.load("j", user_rows(3));
  auto const answer = ask(get("/file/export/users"));
  BOOST_TEST(answer.result_int() == 200u);
  BOOST_TEST(header(answer, "Content-Type") == xlsx_type);
  BOOST_TEST(header(answer, "Content-Disposition") == "attachment; filename=\"users.xlsx\"");
  BOOST_TEST(answer.body().starts_with("PK"));
  is_error(ask(get("/file/export/nobody")), 404, "Not Found", no_template("nobody"));
}

BOOST_AUTO_TEST_CASE(FU_T2_pages_of_every_origin_may_read_answers_and_refusals) {
  serve();
  std::string const origin = "Origin: https://any.example\r\n";
  for (auto const* path : {"/file/templates", "/file/templates/nobody"})
    BOOST_TEST(header(ask(get(path, origin)), "Access-Control-Allow-Origin") == "https://any.example");
  auto const preflight = ask("OPTIONS /file/upload/users HTTP/1.1\r\nHost: test\r\n" + origin +
                             "Access-Control-Request-Method: POST\r\n\r\n");
  BOOST_TEST(preflight.result_int() == 204u);
  BOOST_TEST(header(preflight, "Access-Control-Allow-Methods").find("POST") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_a_503_and_nothing_is_half_accepted) {
  serve(10'000'000, 40);
  auto answer = upload(file_part("x"));
  std::size_t accepted = 0;
  for (; answer.result_int() == 202u && accepted < 1000; ++accepted) answer = upload(file_part("x"));
  is_error(answer, 503, "Service Unavailable", "The server has no room left now");
  BOOST_TEST(jobs.in_database("SELECT count(*) FROM file_upload_jobs") ==
             static_cast<std::int64_t>(accepted));
}

BOOST_AUTO_TEST_SUITE_END()
