// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "toy_protocol.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/check.hpp>

/** Generic code is written once here and run on two protocols that share nothing but their declarations'
 * form. */
namespace {

using namespace uploadproto::contract;

/** Plays a job through reader, tracker, view and rooms as the floors above do, knowing no protocol. */
template <protocol P>
class follower {
 public:
  void receive(std::string_view name, std::string_view text) {
    auto const event = read_event<P>(name, boost::json::parse(text));
    BOOST_TEST_REQUIRE(event.has_value(), to_string(event.error()));
    BOOST_TEST(!track(tracker, *event));
    show(view, *event);
    last = *event;
    room = P::info.job_room(job_id_of(last));
  }

  follower() : tracker(P::info.stages), view(P::info.stages) { tracker.begin_attempt(); }

  progress_tracker tracker;
  progress_view view;
  event_variant_t<P> last;
  std::string room;
};

std::string parcel(std::string_view status, std::string_view stage, int progress,
                   std::string_view more = "") {
  return std::string(R"({"parcelId":"p-1","stage":")")
      .append(stage)
      .append(R"(","progress":)")
      .append(std::to_string(progress))
      .append(R"(,"status":")")
      .append(status)
      .append(R"(","note":"n","fragile":true,"labels":["a"],"size":{"alti/tude":3},)")
      .append(more)
      .append(R"("sent":"2025-11-25T10:30:45.123Z"})");
}

BOOST_AUTO_TEST_SUITE(contract_toy_protocol)

BOOST_AUTO_TEST_CASE(generic_code_follows_a_protocol_of_one_file) {
  follower<toy::parcels> job;
  job.receive("", parcel("hello", "packing", 0));
  BOOST_TEST((kind_of(job.last) == event_kind::notice));
  BOOST_TEST(job.view.progress() == 0);
  job.receive("", parcel("moving", "packing", 50));
  job.receive("", parcel("moving", "shipping", 100));
  BOOST_TEST(progress_of(job.last).value() == 100);
  BOOST_TEST(job.room == "parcel:p-1");
  job.receive("", parcel("arrived", "shipping", 100, R"("kind":"door",)"));
  BOOST_TEST((kind_of(job.last) == event_kind::completed));
  BOOST_TEST((job.tracker.current() == progress_tracker::state::completed));
  BOOST_TEST(job.view.ended());
}

BOOST_AUTO_TEST_CASE(the_same_code_follows_bulk_upload) {
  follower<bulk_upload> job;
  job.receive("bulk_upload_progress",
              R"({"job_id":"job-1","stage":"initialization","progress":0,"message":"m","status":"processing",
                  "timestamp":"2025-11-25T10:30:45.123Z"})");
  BOOST_TEST(stage_of(job.last) == "initialization");
  BOOST_TEST(job.room == "bulk_upload_job:job-1");
  job.receive("bulk_upload_failed",
              R"({"job_id":"job-1","error":"no rows","stage":"file_reading","status":"failed",
                  "timestamp":"2025-11-25T10:30:46Z"})");
  BOOST_TEST(error_of(job.last) == "no rows");
  BOOST_TEST(job.view.failed());
}

BOOST_AUTO_TEST_CASE(events_are_written_in_the_order_of_the_table) {
  toy::parcel_message m;
  m.parcel = "p-1";
  m.stage = "packing";
  m.progress = 33.5;
  m.status = "lost";
  m.error = "sea";
  m.labels = {"a", "b"};
  m.size.altitude = -3;
  m.lid.emplace().weight = 2;
  m.extra = boost::json::parse(R"({"k":[1,2.5,null]})");
  set_timestamp(m, "2025-11-25T10:30:45.123Z");
  BOOST_TEST(to_string(check(m)) == "");
  std::string out = "x";
  append_json(out, event_variant_t<toy::parcels>(m));
  BOOST_TEST(
      out ==
      R"(x{"parcelId":"p-1","stage":"packing","progress":33.5,"status":"lost","note":"","error":"sea",)"
      R"("fragile":false,"labels":["a","b"],"size":{"alti/tude":-3},)"
      R"("lid":{"alti/tude":0,"weight":2},"extra":{"k":[1,2.5,null]},)"
      R"("sent":"2025-11-25T10:30:45.123Z"})");
  // And what was written is read back to the same text.
  auto const again = read<toy::parcel_message>(boost::json::parse(out.substr(1)));
  BOOST_TEST_REQUIRE(again.has_value());
  BOOST_TEST("x" + to_json(*again) == out);
}

BOOST_AUTO_TEST_CASE(client_events_say_what_they_ask_for) {
  auto const event = read_client_event<toy::parcels>("watch", boost::json::parse(R"({"parcelId":"p"})"));
  BOOST_TEST_REQUIRE(event.has_value());
  BOOST_TEST((std::get<0>(*event).action == client_action::subscribe));
  BOOST_TEST(job_id_of(std::get<0>(*event)) == "p");
  int count = 0;
  for_each_client_event<bulk_upload>([&]<class E>(std::type_identity<E>) {
    E subscription;
    set_job_id(subscription, "job-7");
    BOOST_TEST(to_json(subscription) == R"({"job_id":"job-7"})");
    ++count;
  });
  BOOST_TEST(count == 2);
}

BOOST_AUTO_TEST_CASE(an_unknown_event_is_told_from_a_broken_one) {
  auto const unknown = read_event<bulk_upload>("stats", boost::json::object());
  BOOST_TEST(is_unknown_event(unknown.error()));
  BOOST_TEST(unknown.error().front().got == "\"stats\"");
  auto const broken = read_event<bulk_upload>("bulk_upload_failed", boost::json::object());
  BOOST_TEST(!is_unknown_event(broken.error()));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
