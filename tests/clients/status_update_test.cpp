// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/status_update.hpp"
#include "cli/job/protocols.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using namespace uploadproto::cli;
using uploadproto::contract::event_kind;

std::optional<job_update> from(char const* text, char const* protocol = "bulk_upload") {
  return update_from_status(*find_protocol(protocol), boost::json::parse(text));
}

BOOST_AUTO_TEST_SUITE(clients_status_update)

BOOST_AUTO_TEST_CASE(BU_H2_a_completed_job_has_its_counts) {
  auto const update = from(R"({"job_id":"j","status":"completed","progress":100,"stage":"report_generation",
      "validation_stats":{"total_records":3,"valid_records":2,"invalid_ids":1,"duplicates":0,"not_registered":0},
      "database_stats":{"inserts":2,"updates":0,"errors":0},"report_path":"/r","processing_duration_ms":7})");
  BOOST_TEST_REQUIRE(update.has_value());
  BOOST_TEST((update->kind == event_kind::completed));
  BOOST_TEST(update->counts.size() == 8u);
  BOOST_TEST(update->counts[0].group == "validation_stats");
  BOOST_TEST(update->counts[0].name == "total_records");
  BOOST_TEST(update->counts[0].value == 3);
  BOOST_TEST(update->report == "/r");
  BOOST_TEST(update->duration_ms.value() == 7);
}

BOOST_AUTO_TEST_CASE(BU_H4_a_cancelled_job_has_failed) {
  for (char const* text : {R"({"job_id":"j","status":"failed","stage":"file_reading","error":"e"})",
                           R"({"job_id":"j","status":"cancelled","stage":"file_reading","error":"e"})"}) {
    auto const update = from(text);
    BOOST_TEST_REQUIRE(update.has_value());
    BOOST_TEST((update->kind == event_kind::failed));
    BOOST_TEST(update->error == "e");
    BOOST_TEST(update->stage == "file_reading");
  }
}

BOOST_AUTO_TEST_CASE(BU_H2_a_running_job_shows_its_progress) {
  auto const update = from(R"({"job_id":"j","status":"processing","stage":"file_reading","progress":12.5})");
  BOOST_TEST_REQUIRE(update.has_value());
  BOOST_TEST((update->kind == event_kind::progress));
  BOOST_TEST(update->progress.value() == 12.5);
}

BOOST_AUTO_TEST_CASE(FU_H2_a_result_of_any_shape_gives_its_numbers_and_sentences) {
  auto const update =
      from(R"({"jobId":"j","status":"completed","result":{"message":"m","processed":1,"total":3,
      "errors":["Row 2: no","Row 3: no"]}})",
           "file_upload");
  BOOST_TEST_REQUIRE(update.has_value());
  BOOST_TEST((update->kind == event_kind::completed));
  BOOST_TEST(update->job_id == "j");
  BOOST_TEST_REQUIRE(update->counts.size() == 2u);
  BOOST_TEST(update->counts[0].group == "result");
  BOOST_TEST(update->counts[0].name == "processed");
  BOOST_TEST(update->problems == (std::vector<std::string>{"Row 2: no", "Row 3: no"}),
             boost::test_tools::per_element());
  auto const failed = from(R"({"jobId":"j","status":"failed","error":"e"})", "file_upload");
  BOOST_TEST_REQUIRE(failed.has_value());
  BOOST_TEST((failed->kind == event_kind::failed));
  BOOST_TEST(failed->error == "e");
  BOOST_TEST(!from(R"({"jobId":"j","status":"queued"})", "file_upload").has_value());
}

BOOST_AUTO_TEST_CASE(UP_H3_one_kind_of_message_has_all_the_ends) {
  for (auto const& [word, kind] : {std::pair("processing", event_kind::progress),
                                   {"completed", event_kind::completed},
                                   {"error", event_kind::failed},
                                   {"cancelled", event_kind::failed}}) {
    auto const update =
        from((std::string(R"({"batch_id":"b","progress":30,"stage":"scanning","error":"e","status":")") +
              word + "\"}")
                 .c_str(),
             "upload_progress");
    BOOST_TEST_REQUIRE(update.has_value(), word);
    BOOST_TEST((update->kind == kind), word);
    BOOST_TEST(update->stage == "scanning");
  }
}

BOOST_AUTO_TEST_CASE(anything_else_is_no_news) {
  for (char const* text : {"null", "[]", "{}", R"({"status":1})", R"({"status":"pending","progress":0})",
                           R"({"status":"sideways"})"})
    BOOST_TEST(!from(text).has_value(), text);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
