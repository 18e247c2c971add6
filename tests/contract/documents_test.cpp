// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <uploadproto/contract/check.hpp>
#include <uploadproto/contract/consumer_events.hpp>
#include <uploadproto/contract/file_upload.hpp>
#include <uploadproto/contract/fit.hpp>
#include <uploadproto/contract/upload_progress.hpp>

/** The examples that the published documents give, and the sentences around them. */
namespace {

using namespace uploadproto::contract;

/** Reads what a document shows and writes it again. */
template <protocol P>
event_variant_t<P> shown_in_document(std::string_view name, std::string_view text) {
  auto const json = boost::json::parse(text);
  auto const event = read_event<P>(name, json);
  BOOST_TEST_REQUIRE(event.has_value(), to_string(event.error()));
  std::string written;
  append_json(written, *event);
  BOOST_TEST(boost::json::parse(written) == json);
  BOOST_TEST(to_string(check(*event)) == "");
  return *event;
}

template <protocol P>
std::string wrong_with(std::string_view name, std::string_view text) {
  auto const event = read_event<P>(name, boost::json::parse(text));
  return event ? "" : to_string(event.error());
}

std::string stages_of(stage_table table) {
  std::string all;
  for (stage const& s : table)
    all.append(s.name)
        .append(" ")
        .append(std::to_string(static_cast<int>(s.low)))
        .append("-")
        .append(std::to_string(static_cast<int>(s.high)) + "\n");
  return all;
}

BOOST_AUTO_TEST_SUITE(contract_documents)

BOOST_AUTO_TEST_CASE(FU_E1_the_progress_object) {
  auto const e = shown_in_document<file_upload>(
      "upload-progress", R"({"jobId":"j","templateName":"users","status":"processing","progress":50,
      "message":"Processing 500 of 1000 rows","processed":500,"total":1000})");
  BOOST_TEST(stage_of(e) == "processing");
  BOOST_TEST(progress_of(e).value() == 50);
  BOOST_TEST(
      wrong_with<file_upload>("upload-progress",
                              R"({"jobId":"j","templateName":"users","status":"processing","progress":50,
      "message":"m","processed":5,"total":4,"errors":["a",1]})") ==
      "/processed: expected at most 4, the value of total, got 5\n/errors/1: expected a string, got 1");
}

BOOST_AUTO_TEST_CASE(FU_E2_to_E5_ends_of_any_shape_are_ends) {
  for (char const* text :
       {R"({"jobId":"j","result":{"message":"m","processed":1,"total":2,"errors":["Row 2"]},
                              "timestamp":"2025-11-25T10:30:45.123Z"})",
        R"({"jobId":"j","result":"done"})", R"({"result":[1]})", "{}"})
    BOOST_TEST((kind_of(shown_in_document<file_upload>("upload-completed", text)) == event_kind::completed));
  auto const e = shown_in_document<file_upload>("upload-error", R"({"jobId":"j","error":"Error message"})");
  BOOST_TEST((kind_of(e) == event_kind::failed));
  BOOST_TEST(error_of(e) == "Error message");
  BOOST_TEST((kind_of(shown_in_document<file_upload>("pong", "{}")) == event_kind::notice));
}

BOOST_AUTO_TEST_CASE(FU_L2_a_status_never_goes_back) {
  progress_tracker job(file_upload::info.stages);
  job.begin_attempt();
  BOOST_TEST(!job.accept("started", 0));
  BOOST_TEST(!job.accept("processing", 50));
  BOOST_TEST((job.accept("started", 60) == progress_error::stage_went_back));
  BOOST_TEST(!job.accept("completed", 100));
}

BOOST_AUTO_TEST_CASE(FU_T1_R1_where_and_how_to_join) {
  BOOST_TEST(file_upload::info.nsp == "/file-upload");
  BOOST_TEST(file_upload::info.default_port == 3000);
  BOOST_TEST(file_upload::info.job_room("j-1") == "upload-j-1");
  std::string asked;
  for_each_client_event<file_upload>([&]<class E>(std::type_identity<E>) {
    E request;
    set_job_id(request, "j");
    asked.append(E::event_name).append(" ").append(to_json(request)).append("\n");
  });
  BOOST_TEST(asked == "join-upload-room {\"jobId\":\"j\"}\nleave-upload-room {\"jobId\":\"j\"}\nping {}\n");
}

BOOST_AUTO_TEST_CASE(UP_E1_the_message_format) {
  auto const e = shown_in_document<upload_progress>("", R"({"batch_id":"uuid-string","progress":45.5,
      "status":"processing","stage":"parsing","message":"Processing transactions...",
      "details":{"processed":150,"total":500,"errors":2,"filename":"transactions.csv","size":1024000},
      "timestamp":"2024-01-01T12:00:00Z","error":"optional error message"})");
  BOOST_TEST((kind_of(e) == event_kind::progress));
  BOOST_TEST(job_id_of(e) == "uuid-string");
}

BOOST_AUTO_TEST_CASE(UP_E2_an_error_says_why) {
  BOOST_TEST(
      wrong_with<upload_progress>("", R"({"batch_id":"b","progress":1,"status":"error","stage":"validation",
      "message":"m","timestamp":"2024-01-01T12:00:00Z"})") ==
      "/error: expected a string because status is \"error\", got nothing");
}

BOOST_AUTO_TEST_CASE(UP_L1_stages_but_not_of_the_greeting) {
  BOOST_TEST(stages_of(upload_progress::info.stages) ==
             "validation 0-20\nscanning 20-40\nparsing 40-60\ndatabase 60-80\ncategorization 80-100\n");
  auto const message = [](std::string_view status) {
    return std::string(R"({"batch_id":"b","progress":0,"status":")")
        .append(status)
        .append(R"(","stage":"connected","message":"m","timestamp":"2024-01-01T12:00:00Z"})");
  };
  BOOST_TEST(wrong_with<upload_progress>("", message("connected")) == "");
  BOOST_TEST(wrong_with<upload_progress>("", message("processing")).starts_with("/stage: expected one of"));
  BOOST_TEST((kind_of(upload_progress::greeting()) == event_kind::notice));
}

BOOST_AUTO_TEST_CASE(UP_N3_long_texts_are_cut_to_fit) {
  upload_progress_message e{.batch_id = "b", .stage = "parsing", .message = "Reading"};
  e.timestamp = "2024-01-01T12:00:00.000Z";
  std::string const short_one = to_json(e);
  BOOST_TEST(fit(e, 1024));
  BOOST_TEST(to_json(e) == short_one);
  e.details.emplace().filename = std::string(2000, 'x') + ".csv";
  e.message.assign(600, '"');
  for (int i = 0; i != 400; ++i) e.message += "\xC3\xA9";  // é
  BOOST_TEST(fit(e, 1024));
  BOOST_TEST(to_json(e).size() <= 1024u);
  BOOST_TEST(to_string(check(e)) == "");
  BOOST_TEST(e.details->filename->ends_with("\xE2\x80\xA6"));
  BOOST_TEST(e.message.ends_with("\xE2\x80\xA6"));
  BOOST_TEST(!fit(e, 64));
}

BOOST_AUTO_TEST_CASE(CE_E1_to_E6_the_events) {
  BOOST_TEST(to_json(consumer_events::greeting()) ==
             R"({"message":"Connected to Consumer Service WebSocket","timestamp":""})");
  shown_in_document<consumer_events>("connection-success",
                                     R"({"message":"Connected to Consumer Service WebSocket",
                                         "timestamp":"2025-11-01T10:30:45.123Z"})");
  auto const single = shown_in_document<consumer_events>("message-received",
                                                         R"({"logId":"550e8400-e29b-41d4-a716-446655440000",
      "data":{"dataType":"SINGLE_MESSAGE"},"timestamp":"2025-11-01T10:30:45.123Z"})");
  BOOST_TEST(stage_of(single) == "received");
  shown_in_document<consumer_events>("message-received", R"({"logId":"550e8400-e29b-41d4-a716-446655440000",
      "data":{"dataType":"CSV_BATCH","rowCount":100},"timestamp":"2025-11-01T10:30:45.123Z"})");
  BOOST_TEST(stage_of(shown_in_document<consumer_events>("processing-started",
                                                         R"({"logId":"550e8400-e29b-41d4-a716-446655440000",
      "status":"PROCESSING","timestamp":"2025-11-01T10:30:45.500Z"})")) == "processing");
  BOOST_TEST((kind_of(shown_in_document<consumer_events>("processing-completed",
                                                         R"({"logId":"550e8400-e29b-41d4-a716-446655440000",
      "consumerId":"consumer-instance-1","status":"PROCESSED","timestamp":"2025-11-01T10:30:47.600Z"})")) ==
              event_kind::completed));
  BOOST_TEST(error_of(shown_in_document<consumer_events>("processing-failed",
                                                         R"({"logId":"550e8400-e29b-41d4-a716-446655440000",
      "status":"FAILED","error":"Database connection timeout","timestamp":"2025-11-01T10:30:48.000Z"})")) ==
             "Database connection timeout");
  BOOST_TEST(wrong_with<consumer_events>(
                 "stats-updated", R"({"anything":{"at":["all"]},"timestamp":"2025-11-01T10:30:48Z"})") == "");
}

BOOST_AUTO_TEST_CASE(CE_E2_row_count_is_of_batches_only) {
  auto const received = [](std::string_view data) {
    return std::string(R"({"logId":"l","timestamp":"2025-11-01T10:30:48Z","data":)").append(data).append("}");
  };
  BOOST_TEST(
      wrong_with<consumer_events>("message-received", received(R"({"dataType":"CSV_BATCH"})")) ==
      "/data/rowCount: expected a non-negative integer of at least 1 because dataType is \"CSV_BATCH\", "
      "got nothing");
  BOOST_TEST(wrong_with<consumer_events>("message-received",
                                         received(R"({"dataType":"SINGLE_MESSAGE","rowCount":1})")) ==
             "/data/rowCount: expected nothing unless dataType is \"CSV_BATCH\", got a value");
  BOOST_TEST(wrong_with<consumer_events>("message-received",
                                         received(R"({"dataType":"CSV_BATCH","rowCount":0})")) != "");
}

BOOST_AUTO_TEST_CASE(CE_L1_a_message_has_one_life) {
  progress_tracker message(consumer_events::info.stages);
  message.begin_attempt();
  message_received received;
  processing_started started;
  processing_completed completed;
  BOOST_TEST(!track(message, received));
  BOOST_TEST(!track(message, started));
  BOOST_TEST((track(message, received) == progress_error::stage_went_back));
  BOOST_TEST(!track(message, completed));
  BOOST_TEST((track(message, processing_failed()) == progress_error::already_ended));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
