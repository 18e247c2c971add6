// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include "cli/display/ndjson_display.hpp"
#include "cli/display/plain_display.hpp"

namespace {

using namespace uploadproto::cli;
using namespace std::chrono_literals;
using uploadproto::contract::event_kind;

job_update progress(std::string stage, double value, std::string message) {
  job_update update;
  update.kind = event_kind::progress;
  update.event_name = "bulk_upload_progress";
  update.stage = std::move(stage);
  update.progress = value;
  update.message = std::move(message);
  update.payload = R"({"progress":1})";
  return update;
}

/** A job told to a display. */
void tell(display& show) {
  time_point now{};
  show.upload_began("members.xlsx", 1'000'000, now);
  for (std::uint64_t sent = 0; sent <= 1'000'000; sent += 50'000) show.upload_advanced(sent, now += 600ms);
  show.accepted("job-1", now);
  show.updated(progress("initialization", 0, "Starting"), now);
  for (double p = 10; p <= 20; p += 0.5) show.updated(progress("file_reading", p, "Reading"), now += 10ms);
  show.notice("Connection lost", now);
  job_end end;
  end.last.kind = event_kind::completed;
  end.last.job_id = "job-1";
  end.last.duration_ms = 1500;
  end.last.payload = R"({"job_id":"job-1"})";
  end.report_url = "http://h/r";
  show.ended(end, now);
  show.report_saved("r.xlsx", now);
}

BOOST_AUTO_TEST_SUITE(clients_line_displays)

BOOST_AUTO_TEST_CASE(plain_lines_are_few) {
  std::string out;
  plain_display plain([&](std::string_view s) { out += s; });
  tell(plain);
  BOOST_TEST(out ==
             "Uploading members.xlsx (1.0 MB)\n"
             "Uploading members.xlsx: 10 %\n"
             "Uploading members.xlsx: 20 %\n"
             "Uploading members.xlsx: 30 %\n"
             "Uploading members.xlsx: 40 %\n"
             "Uploading members.xlsx: 50 %\n"
             "Uploading members.xlsx: 60 %\n"
             "Uploading members.xlsx: 70 %\n"
             "Uploading members.xlsx: 80 %\n"
             "Uploading members.xlsx: 90 %\n"
             "Job job-1\n"
             "  0 %  initialization: Starting\n"
             " 10 %  file_reading: Reading\n"
             " 20 %  file_reading: Reading\n"
             "Connection lost\n"
             "Completed in 1.5 s (job-1)\n"
             "  report            http://h/r\n"
             "  saved as          r.xlsx\n");
}

BOOST_AUTO_TEST_CASE(a_quick_upload_is_one_plain_line) {
  std::string out;
  plain_display plain([&](std::string_view s) { out += s; });
  plain.upload_began("f", 10, {});
  for (std::uint64_t sent = 0; sent <= 10; ++sent) plain.upload_advanced(sent, {});
  BOOST_TEST(out == "Uploading f (10 B)\n");
}

BOOST_AUTO_TEST_CASE(json_is_one_object_a_line) {
  std::vector<std::string> types;
  ndjson_display json([&](std::string_view s) {
    BOOST_TEST_REQUIRE(s.ends_with("\n"));
    BOOST_TEST(s.find('\n') == s.size() - 1);
    types.emplace_back(boost::json::parse(std::string(s)).at("type").as_string());
  });
  tell(json);
  std::string all;
  for (std::string const& type : types)
    if (all.empty() || !all.ends_with(type)) all += " " + type;
  BOOST_TEST(all == " upload accepted event notice end report");
  BOOST_TEST(std::count(types.begin(), types.end(), "upload") == 11);
  BOOST_TEST(std::count(types.begin(), types.end(), "event") == 22);  // all that is news
}

BOOST_AUTO_TEST_CASE(json_tells_how_it_ended) {
  std::string out;
  ndjson_display json([&](std::string_view s) { out = s; });
  job_end end;
  end.code = exit_code::job_failed;
  end.last.kind = event_kind::failed;
  end.last.job_id = "job-\"1\"";
  end.last.payload = R"({"error":"e"})";
  json.ended(end, {});
  BOOST_TEST(out ==
             R"({"type":"end","result":"failed","exit_code":1,"job_id":"job-\"1\"","data":{"error":"e"}})"
             "\n");
  end.code = exit_code::interrupted;
  json.ended(end, {});
  BOOST_TEST(out.find(R"("result":"cancelled","exit_code":130)") != std::string::npos);
  json.failed(exit_code::refused, "no");
  BOOST_TEST(out == R"({"type":"error","exit_code":4,"message":"no"})"
                    "\n");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
