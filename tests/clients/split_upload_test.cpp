// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/split_upload.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include "cli/job/protocols.hpp"
#include "cli/job/sent_messages.hpp"

namespace {

using namespace uploadproto::cli;
using uploadproto::contract::consumer_events;
using uploadproto::contract::event_kind;

job_update received(std::string id, std::string upload, std::uint64_t index, std::uint64_t count) {
  uploadproto::contract::message_received e{.log_id = std::move(id)};
  e.data = {"CSV_BATCH", 100, std::move(upload), index, count};
  return describe(e);
}
job_update completed(std::string id) {
  return describe(uploadproto::contract::processing_completed{.log_id = std::move(id), .consumer_id = "c"});
}
job_update failed(std::string id, std::string why) {
  return describe(uploadproto::contract::processing_failed{.log_id = std::move(id), .error = std::move(why)});
}

struct upload {
  split_upload subject{consumer_events::info, "u-1"};

  /** What an event amounts to: `50 1 of 2 batches`, `completed`, `failed …`; empty: nothing. */
  std::string tell(job_update const& event) {
    if (!subject.concerns(event)) return "not ours";
    return text(subject.take(event));
  }
  std::string answer(char const* json) { return text(subject.take_status(boost::json::parse(json))); }

  static std::string text(std::optional<job_update> const& update) {
    if (!update) return "";
    BOOST_TEST(update->derived);
    BOOST_TEST(update->job_id == "u-1");
    if (update->kind == event_kind::completed) return "completed";
    if (update->kind == event_kind::progress)
      return std::to_string(static_cast<int>(*update->progress)) + " " + update->message;
    std::string all = "failed " + update->error;
    for (std::string const& problem : update->problems) all += "\n" + problem;
    return all;
  }
};

BOOST_FIXTURE_TEST_SUITE(clients_split_upload, upload)

BOOST_AUTO_TEST_CASE(CE_H3_events_that_name_their_upload_are_enough) {
  BOOST_TEST(tell(received("l-1", "u-1", 0, 2)) == "0 0 of 2 batches");
  BOOST_TEST(tell(received("l-9", "u-2", 0, 1)) == "not ours");
  BOOST_TEST(tell(completed("l-9")) == "not ours");
  BOOST_TEST(tell(completed("l-1")) == "50 1 of 2 batches");
  BOOST_TEST(tell(completed("l-1")) == "");  // again (CE-L2)
  BOOST_TEST(tell(received("l-2", "u-1", 1, 2)) == "");
  BOOST_TEST(tell(completed("l-2")) == "completed");
}

BOOST_AUTO_TEST_CASE(CE_C1_a_batch_that_failed_is_finished) {
  tell(received("l-1", "u-1", 0, 3));
  tell(received("l-2", "u-1", 1, 3));
  tell(received("l-3", "u-1", 2, 3));
  BOOST_TEST(tell(failed("l-2", "row 5: no price")) == "33 1 of 3 batches, 1 failed");
  BOOST_TEST(tell(completed("l-1")) == "66 2 of 3 batches, 1 failed");
  BOOST_TEST(tell(failed("l-3", "")) ==
             "failed 2 of 3 batches failed\nbatch 2 (l-2): row 5: no price\nbatch 3 (l-3): no reason given");
}

BOOST_AUTO_TEST_CASE(CE_H3_the_servers_list_is_enough) {
  BOOST_TEST(answer(R"({"jobId":"u-1","batchCount":2,"batches":[
      {"logId":"l-1","batchIndex":0,"status":"PROCESSED"},{"logId":"l-2","batchIndex":1,"status":"QUEUED"}]})") ==
             "50 1 of 2 batches");
  BOOST_TEST(tell(failed("l-2", "no")) == "failed 1 of 2 batches failed\nbatch 2 (l-2): no");
}

BOOST_AUTO_TEST_CASE(a_list_that_is_not_complete_yet_is_not_the_end) {
  BOOST_TEST(answer(R"({"batchCount":2,"batches":[{"logId":"l-1","status":"PROCESSED"}]})") ==
             "50 1 of 2 batches");
  BOOST_TEST(answer(R"({"batchCount":2,"batches":[{"logId":"l-1","status":"PROCESSED"},
      {"logId":"l-2","status":"FAILED","error":"e"}]})") == "failed 1 of 2 batches failed\nbatch 2 (l-2): e");
}

BOOST_AUTO_TEST_CASE(one_batch_that_failed_says_why_itself) {
  BOOST_TEST(answer(R"({"batches":[{"logId":"l-1","status":"FAILED","error":"row 2: e"}]})") ==
             "failed row 2: e");
}

BOOST_AUTO_TEST_CASE(an_upload_without_rows_has_completed) {
  BOOST_TEST(answer(R"({"batchCount":0,"batches":[]})") == "completed");
}

BOOST_AUTO_TEST_CASE(answers_of_other_shapes_are_no_news) {
  for (char const* other : {"null", "[]", "{}", R"({"batches":{}})", R"({"batches":7})"})
    BOOST_TEST(answer(other) == "", other);
  BOOST_TEST(answer(R"({"batchCount":-1,"batches":[7,null,{"logId":7},{"status":"FAILED"},{}]})") ==
             "0 0 of 5 batches");
}

BOOST_AUTO_TEST_CASE(messages_that_were_sent_end_together) {
  sent_messages sent(consumer_events::info);
  sent.accepted("l-1");
  sent.refused("message 2", "no price");
  sent.accepted("l-3");
  BOOST_TEST((sent.known()->kind == event_kind::progress));  // more may be sent
  sent.complete();
  BOOST_TEST(sent.known()->message == "1 of 3 messages, 1 failed");
  BOOST_TEST(!sent.concerns(completed("l-2")));
  BOOST_TEST_REQUIRE(sent.concerns(completed("l-1")));
  BOOST_TEST((sent.take(completed("l-1"))->kind == event_kind::progress));
  BOOST_TEST(!sent.take(completed("l-1")).has_value());
  auto const end = sent.take(completed("l-3"));
  BOOST_TEST((end->kind == event_kind::failed));
  BOOST_TEST(end->problems == std::vector<std::string>{"refused (message 2): no price"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
