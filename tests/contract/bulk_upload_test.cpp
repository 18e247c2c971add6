// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/check.hpp>

namespace {

using namespace uploadproto::contract;

constexpr std::string_view complete = R"({
  "job_id": "job-1732531200000-1234", "status": "completed",
  "validation_stats": {"total_records": 10, "valid_records": 7, "invalid_ids": 2, "duplicates": 1,
                       "not_registered": 3},
  "database_stats": {"inserts": 4, "updates": 2, "errors": 1},
  "report_path": "/api/v1/bulk-upload/report/job-1732531200000-1234",
  "processing_duration_ms": 1234.5, "timestamp": "2025-11-25T10:30:45.123Z"})";

BOOST_AUTO_TEST_SUITE(contract_bulk_upload)

BOOST_AUTO_TEST_CASE(BU_T1_where_it_is_served) {
  BOOST_TEST(bulk_upload::info.path == "/socket.io/");
  BOOST_TEST(bulk_upload::info.nsp == "/");
  BOOST_TEST(bulk_upload::info.default_port == 5000);
}

BOOST_AUTO_TEST_CASE(BU_A1_to_A6_where_the_token_goes) {
  auth_rules const& auth = bulk_upload::info.auth;
  BOOST_TEST(auth.required);
  BOOST_TEST(auth.member == "token");
  BOOST_TEST(auth.missing_message == "Authentication token required");
  BOOST_TEST(auth.invalid_message == "Invalid authentication token");
  BOOST_TEST(auth.bearer);
  BOOST_TEST(auth.query == "");
}

BOOST_AUTO_TEST_CASE(BU_R1_R2_rooms) {
  BOOST_TEST(bulk_upload::info.user_room("7") == "user:7");
  BOOST_TEST(bulk_upload::info.job_room("job-1-2") == "bulk_upload_job:job-1-2");
}

BOOST_AUTO_TEST_CASE(BU_L1_stages) {
  std::string all;
  for (stage const& s : bulk_upload::info.stages)
    all.append(s.name)
        .append(" ")
        .append(std::to_string(static_cast<int>(s.low)))
        .append("-")
        .append(std::to_string(static_cast<int>(s.high)) + "\n");
  BOOST_TEST(all ==
             "initialization 0-0\nfile_reading 10-20\npre_validation 25-40\niec_verification 45-60\n"
             "database_operations 65-80\nreport_generation 85-100\n");
}

BOOST_AUTO_TEST_CASE(BU_E1_progress_is_written_as_documented) {
  bulk_upload_progress const event{.job_id = "job-1732531200000-1234",
                                   .stage = "pre_validation",
                                   .progress = 33.5,
                                   .message = "Checking 1,000 rows",
                                   .timestamp = "2025-11-25T10:30:45.123Z"};
  BOOST_TEST(to_string(check(event)) == "");
  BOOST_TEST(
      to_json(event) ==
      R"({"job_id":"job-1732531200000-1234","stage":"pre_validation","progress":33.5,)"
      R"("message":"Checking 1,000 rows","status":"processing","timestamp":"2025-11-25T10:30:45.123Z"})");
}

BOOST_AUTO_TEST_CASE(BU_E2_complete_is_read_and_written) {
  auto const event = read<bulk_upload_complete>(boost::json::parse(complete));
  BOOST_TEST_REQUIRE(event.has_value(), to_string(event.error()));
  BOOST_TEST(event->validation_stats.total_records == 10u);
  BOOST_TEST(event->database_stats.errors == 1u);
  BOOST_TEST(event->processing_duration_ms == 1234.5);
  BOOST_TEST(boost::json::parse(to_json(*event)) == boost::json::parse(complete));
}

BOOST_AUTO_TEST_CASE(BU_E2_every_violation_is_reported_with_its_pointer) {
  auto json = boost::json::parse(complete);
  json.at("validation_stats").as_object()["duplicates"] = -1;
  json.at("validation_stats").as_object().erase("invalid_ids");
  json.at("database_stats") = "none";
  json.at("report_path") = "C:\\report.xlsx";
  json.at("processing_duration_ms") = -1;
  json.at("status") = "done";
  auto const event = read<bulk_upload_complete>(json);
  BOOST_TEST_REQUIRE(event.has_error());
  BOOST_TEST(to_string(event.error()) ==
             "/status: expected \"completed\", got \"done\"\n"
             "/validation_stats/invalid_ids: expected a non-negative integer, got nothing\n"
             "/validation_stats/duplicates: expected a non-negative integer, got -1\n"
             "/database_stats: expected an object, got \"none\"\n"
             "/report_path: expected an API path, got \"C:\\\\report.xlsx\"\n"
             "/processing_duration_ms: expected a number of at least 0, got -1");
}

BOOST_AUTO_TEST_CASE(BU_E3_the_stage_of_a_failure_is_optional_and_never_null) {
  auto json = boost::json::parse(
      R"({"job_id":"j","error":"e","status":"failed","timestamp":"2025-11-25T10:30:45Z"})");
  auto const without = read<bulk_upload_failed>(json);
  BOOST_TEST_REQUIRE(without.has_value());
  BOOST_TEST(!without->stage.has_value());
  BOOST_TEST(to_json(*without).find("stage") == std::string::npos);
  json.as_object()["stage"] = nullptr;  // CO-2
  auto const null = read<bulk_upload_failed>(json);
  BOOST_TEST_REQUIRE(null.has_error());
  BOOST_TEST((null.error().front().code == violation_code::null_member));
  json.as_object()["stage"] = "file_reading";
  BOOST_TEST(stage_of(read<bulk_upload_failed>(json).value()) == "file_reading");
}

BOOST_AUTO_TEST_CASE(CO_1_unknown_members_are_ignored) {
  auto json = boost::json::parse(complete);
  json.as_object()["retry_count"] = 3;
  json.at("database_stats").as_object()["skipped"] = nullptr;
  BOOST_TEST(read<bulk_upload_complete>(json).has_value());
}

BOOST_AUTO_TEST_CASE(BU_R2_subscriptions_are_objects_with_a_job_id) {
  for (char const* text : {"null", "\"job-1\"", "[]", "{}", "{\"job_id\":1}", "{\"job_id\":null}",
                           "{\"job_id\":\"\"}", "{\"jobId\":\"job-1\"}"})
    BOOST_TEST(read<subscribe_bulk_upload_job>(boost::json::parse(text)).has_error(), text);
  BOOST_TEST(read<subscribe_bulk_upload_job>(boost::json::parse("{\"job_id\":\"job-1\"}")).has_value());
}

BOOST_AUTO_TEST_CASE(BU_H_paths_are_encoded) {
  BOOST_TEST(path_for(bulk_upload::info.rest.status_path, "job-1-2") == "/api/v1/bulk-upload/status/job-1-2");
  BOOST_TEST(path_for("/a/{jobId}/b", "../x y?#%") == "/a/..%2Fx%20y%3F%23%25/b");
  BOOST_TEST(path_for("/a/{jobId}", "..") == "/a/%2E%2E");
  BOOST_TEST(path_for("/a", "x") == "/a");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
