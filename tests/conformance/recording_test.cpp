// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <optional>

#include "recording/judge_recording.hpp"

namespace {

using namespace uploadproto::conformance;
using boost::json::object;

std::string const stamp = "2025-11-25T10:30:45.123Z";

object message(std::string_view stage, double progress, std::string_view status = "processing") {
  object out{{"batch_id", "b1"}, {"progress", progress}, {"status", status},
             {"stage", stage},   {"message", "…"},       {"timestamp", stamp}};
  if (status == "error") out["error"] = "it failed";
  return out;
}

/** A line of a recording; a second later than the one before. */
class lines {
 public:
  lines& in(std::string text) { return add("in", std::move(text)); }
  lines& in(object const& payload) { return in(serialize(payload)); }
  lines& out(std::string text) { return add("out", std::move(text)); }
  std::string const& text() const { return text_; }
  recording_findings judged(std::string_view protocol = {}) const {
    return judge_recording(read_recording(text_), protocol);
  }

 private:
  lines& add(std::string_view direction, std::string text) {
    text_ += serialize(
        object{{"time", 1000 * ++count_}, {"direction", direction}, {"connection", "a"}, {"text", text}});
    text_ += '\n';
    return *this;
  }

  int count_ = 0;
  std::string text_;
};

lines whole_batch() {
  lines all;
  all.in(message("validation", 0, "connected")).out("ping").in("pong");
  all.in(message("validation", 0)).in(message("scanning", 20)).in(message("parsing", 40));
  return all.in(message("database", 60)).in(message("categorization", 80));
}

/** Whether a clause was judged and kept; nothing: it was not judged. */
std::optional<bool> kept(recording_findings const& found, std::string_view protocol,
                         std::string_view clause) {
  auto const judged = found.protocols.find(protocol);
  auto const* one = judged == found.protocols.end() ? nullptr : judged->second.find(clause);
  if (!one || one->judged == 0) return std::nullopt;
  return one->breaches.empty();
}

std::optional<bool> kept(recording_findings const& found, std::string_view clause) {
  return kept(found, "upload_progress", clause);
}

std::size_t breaches(recording_findings const& found) {
  std::size_t all = 0;
  for (auto const& [name, judged] : found.protocols)
    for (auto const& [id, clause] : judged.all()) all += clause.breaches.size();
  return all;
}

std::string complaint(std::string_view file) {
  try {
    judge_recording(read_recording(file));
  } catch (bad_recording const& e) {
    return e.what();
  }
  return {};
}

BOOST_AUTO_TEST_SUITE(conformance_recording)

BOOST_AUTO_TEST_CASE(a_whole_batch_keeps_every_clause) {
  auto const found = whole_batch().in(message("categorization", 100, "completed")).judged();
  BOOST_TEST(breaches(found) == 0u);
  for (std::string_view clause : {"UP-E1", "UP-L1", "UP-L5", "UP-N2", "UP-N3", "UP-T1", "CO-1", "CO-2",
                                  "CO-3", "CO-4", "CO-5", "CO-6", "CO-7"})
    if (clause != "UP-N2") BOOST_TEST((kept(found, clause) == true), clause);
  BOOST_TEST(found.jobs.size() == 1u);
  BOOST_TEST(found.jobs_begun_before == 0u);
  BOOST_TEST(found.jobs_without_end == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_broken_is_found_by_its_clause) {
  auto const after = [](object const& m) { return whole_batch().in(m).judged(); };
  BOOST_TEST((kept(after(message("categorization", 70)), "UP-L1") == false));
  BOOST_TEST((kept(after(message("categorization", 70)), "CO-6") == false));
  BOOST_TEST((kept(after(message("parsing", 50)), "UP-L1") == false));
  BOOST_TEST((kept(after(message("categorization", 120)), "CO-5") == false));
  object nothing = message("categorization", 90), unknown = nothing, local = nothing, bare = nothing,
         late = nothing;
  nothing["details"] = nullptr;
  BOOST_TEST((kept(after(nothing), "CO-2") == false));
  unknown["percent"] = 90;
  BOOST_TEST((kept(after(unknown), "CO-1") == false));
  local["timestamp"] = "2025-11-25T10:30:45";
  BOOST_TEST((kept(after(local), "CO-4") == false));
  late["timestamp"] = "yesterday";
  BOOST_TEST((kept(after(late), "CO-3") == false));
  bare.erase("message");
  BOOST_TEST((kept(after(bare), "UP-E1") == false));
  object failed = message("categorization", 90, "error");
  failed.erase("error");
  BOOST_TEST((kept(after(failed), "UP-E2") == false));
}

BOOST_AUTO_TEST_CASE(a_batch_ends_once_and_then_is_silent) {
  auto ended = whole_batch().in(message("categorization", 100, "completed"));
  object again = message("categorization", 100, "completed");
  again["timestamp"] = "2025-11-25T10:30:46.123Z";
  BOOST_TEST((kept(lines(ended).in(again).judged(), "CO-7") == false));
  BOOST_TEST((kept(lines(ended).in(message("categorization", 100)).judged(), "CO-6") == false));
}

BOOST_AUTO_TEST_CASE(what_is_not_in_the_recording_is_not_missed) {
  auto const middle = lines().in(message("database", 65)).in(message("database", 70)).judged();
  BOOST_TEST(breaches(middle) == 0u);
  BOOST_TEST(middle.jobs_begun_before == 1u);
  BOOST_TEST(middle.jobs_without_end == 1u);
  BOOST_TEST((kept(middle, "CO-7") == std::nullopt));
  BOOST_TEST((kept(middle, "UP-L1") == true));
  auto const end = lines().in(message("categorization", 100, "completed")).judged();
  BOOST_TEST(breaches(end) == 0u);
  // From the first moment to the end, a stage that is not there is missed.
  auto const gap =
      lines().in(message("validation", 0)).in(message("categorization", 100, "completed")).judged();
  BOOST_TEST((kept(gap, "UP-L5") == false));
}

BOOST_AUTO_TEST_CASE(sizes_and_rates_are_judged) {
  object large = message("database", 65);
  large["message"] = std::string(2000, 'x');
  BOOST_TEST((kept(lines().in(large).judged(), "UP-N3") == false));
  std::string fast;
  for (int i = 0; i != 11; ++i)
    fast += serialize(object{
                {"time", i * 50}, {"direction", "in"}, {"text", serialize(message("database", 60 + i))}}) +
            '\n';
  BOOST_TEST((kept(judge_recording(read_recording(fast)), "UP-N2") == false));
}

BOOST_AUTO_TEST_CASE(a_frame_that_is_no_json_breaks_the_framing) {
  auto const found = lines().in(message("database", 65)).in("what?").judged();
  BOOST_TEST((kept(found, "UP-T1") == false));
}

object bulk(std::string_view stage, double progress) {
  return {{"job_id", "job-1732530000000-1"},
          {"stage", stage},
          {"progress", progress},
          {"message", "…"},
          {"timestamp", stamp}};
}

std::string packet(std::string_view name, object const& payload, std::string_view nsp = {}) {
  return "42" + std::string(nsp) + serialize(boost::json::array{name, payload});
}

BOOST_AUTO_TEST_CASE(packets_of_socketio_are_told_by_namespace_and_event) {
  lines all;
  all.in(R"(0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000})")
      .in("40{\"sid\":\"y\"}")
      .in("2")
      .out("3");
  all.in(packet("bulk_upload_progress", bulk("parsing", 15))).in(packet("chat", {}));
  auto const found = all.judged();
  BOOST_TEST((kept(found, "bulk_upload", "CO-5") == true));
  BOOST_TEST(found.not_judged.size() == 1u);
  auto const back = lines(all).in(packet("bulk_upload_progress", bulk("parsing", 12))).judged();
  BOOST_TEST((kept(back, "bulk_upload", "CO-6") == false));
}

std::string har(boost::json::array entries) {
  return serialize(object{{"log", object{{"version", "1.2"}, {"entries", std::move(entries)}}}});
}

object web_socket(std::string_view url, boost::json::array messages) {
  return {{"request", object{{"method", "GET"}, {"url", url}}}, {"_webSocketMessages", std::move(messages)}};
}

object frame(std::string_view type, double time, std::string text, int opcode = 1) {
  return {{"type", type}, {"time", time}, {"opcode", opcode}, {"data", std::move(text)}};
}

BOOST_AUTO_TEST_CASE(a_har_of_web_sockets_is_read) {
  std::string const url = "ws://localhost:8000/ws/upload-progress/b1?token=x";
  auto const found = judge_recording(read_recording(har(
      {web_socket(url, {frame("send", 1.0, "ping"), frame("receive", 1.5, serialize(message("database", 70))),
                        frame("receive", 2.0, serialize(message("database", 65)))})})));
  BOOST_TEST(found.events == 2u);
  BOOST_TEST((kept(found, "CO-6") == false));
}

BOOST_AUTO_TEST_CASE(polling_in_a_har_joins_the_web_socket_that_follows) {
  auto const poll = [](std::string_view query, std::string_view at, std::string text) {
    return object{{"startedDateTime", at},
                  {"time", 10},
                  {"request", object{{"method", "GET"},
                                     {"url", "http://localhost:5000/socket.io/?EIO=4&transport=polling" +
                                                 std::string(query)}}},
                  {"response", object{{"content", object{{"text", std::move(text)}}}}}};
  };
  double const seconds = 1764066645;  // 2025-11-25T10:30:45Z
  auto const found = judge_recording(read_recording(har(
      {poll("", "2025-11-25T10:30:41.000Z", R"(0{"sid":"s1","upgrades":["websocket"]})"),
       poll("&sid=s1", "2025-11-25T10:30:42.000Z",
            "40{\"sid\":\"y\"}\x1e" + packet("bulk_upload_progress", bulk("parsing", 18))),
       web_socket("ws://localhost:5000/socket.io/?EIO=4&transport=websocket&sid=s1",
                  {frame("send", seconds, "2probe"), frame("receive", seconds + 0.1, "3probe"),
                   frame("receive", seconds + 0.2, packet("bulk_upload_progress", bulk("parsing", 11)))})})));
  BOOST_TEST(found.events == 2u);
  BOOST_TEST((kept(found, "bulk_upload", "CO-6") == false));
}

BOOST_AUTO_TEST_CASE(what_is_no_recording_is_said_in_a_sentence) {
  BOOST_TEST(complaint("<html>") == "line 1: expected a JSON object, came <html>");
  BOOST_TEST(complaint("{\"time\":1}\n") == "line 1: direction: expected a string, came nothing");
  BOOST_TEST(complaint("{\"time\":1,\"direction\":\"up\"}") ==
             "line 1: direction: expected \"in\" (from the server) or \"out\", came \"up\"");
  BOOST_TEST(complaint("\n{\"direction\":\"in\"}") ==
             "line 2: time: expected an ISO 8601 text or a number of milliseconds, came nothing");
  BOOST_TEST(complaint(R"({"log":{}})") == "HAR: /log/entries: expected an array");
  BOOST_TEST(complaint(R"({"log":{"entries":[{}]}})") ==
             "HAR: /log/entries/0/request/url: expected a string");
  BOOST_TEST(complaint(R"({"time":1,"direction":"in","protocol":"smtp","text":"{}"})") ==
             "there is no protocol smtp");
}

BOOST_AUTO_TEST_CASE(a_recording_without_events_judges_nothing) {
  BOOST_TEST(judge_recording(read_recording("")).protocols.empty());
  BOOST_TEST(judge_recording(read_recording(har({}))).protocols.empty());
  BOOST_TEST(lines().out("ping").in("pong").judged().events == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
