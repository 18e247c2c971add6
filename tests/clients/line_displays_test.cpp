// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include "cli/display/line_group.hpp"
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

job_update derived() {
  job_update update = progress("processing", 50, "1 of 2 batches");
  update.derived = true;
  update.payload = R"({"finished":1})";
  return update;
}

BOOST_AUTO_TEST_CASE(json_names_the_file_in_every_line) {
  std::string out;
  ndjson_display json([&](std::string_view s) { out += s; }, "a.csv");
  json.upload_began("ignored", 1, {});
  json.accepted("j", {});
  json.event(progress("s", 1, "m"), {});
  json.updated(derived(), {});
  json.failed(exit_code::refused, "no");
  BOOST_TEST(out == R"({"type":"upload","file":"a.csv","sent":0,"total":1})"
                    "\n"
                    R"({"type":"accepted","file":"a.csv","job_id":"j"})"
                    "\n"
                    R"({"type":"event","file":"a.csv","event":"bulk_upload_progress","data":{"progress":1}})"
                    "\n"
                    R"({"type":"progress","file":"a.csv","data":{"finished":1}})"
                    "\n"
                    R"({"type":"error","file":"a.csv","exit_code":4,"message":"no"})"
                    "\n");
}

BOOST_AUTO_TEST_CASE(a_stream_has_a_plain_line_for_each_event) {
  std::string out;
  plain_display plain([&](std::string_view s) { out += s; }, plain_display::events::all);
  job_update update;
  update.event_name = "processing-failed";
  update.job_id = "l-1";
  update.error = "row 3";
  plain.event(update, {});
  update.event_name = "stats-updated";
  update.job_id = update.error = "";
  update.counts = {{"", "received", 1200}, {"", "failed", 1}};
  plain.event(update, {});
  BOOST_TEST(out == "processing-failed  l-1  row 3\nstats-updated  received 1,200, failed 1\n");
  out.clear();
  plain_display([&](std::string_view s) { out += s; }).event(update, {});
  BOOST_TEST(out == "");
}

job_end ending(event_kind kind, std::vector<std::string> problems = {}) {
  job_end end;
  end.code = kind == event_kind::completed ? exit_code::completed : exit_code::job_failed;
  end.last.kind = kind;
  end.last.error = "broken";
  end.last.payload = "{}";
  end.last.duration_ms = 100;
  end.last.problems = std::move(problems);
  return end;
}

BOOST_AUTO_TEST_CASE(several_files_have_plain_lines_with_their_names) {
  std::string out;
  plain_group group([&](std::string_view s) { out += s; });
  display& a = group.add("a.csv");
  display& b = group.add("b\x1b[2J.csv");
  group.began({});
  a.accepted("j-1", {});
  b.accepted("j-2", {});
  b.ended(ending(event_kind::failed, std::vector<std::string>(12, "row")), {});
  a.ended(ending(event_kind::completed), {});
  group.ended({2, 1, exit_code::job_failed}, time_point() + 1500ms);
  std::string problems;
  for (int i = 0; i != 10; ++i) problems += "b[2J.csv:   - row\n";
  BOOST_TEST(
      out ==
      "a.csv: Job j-1\nb[2J.csv: Job j-2\nb[2J.csv: Failed: broken\n" + problems +
          "b[2J.csv:   - and 2 more\na.csv: Completed in 0.1 s\n2 files in 1.5 s: 1 completed, 1 not\n");
}

BOOST_AUTO_TEST_CASE(several_files_have_objects_that_name_them) {
  std::string out;
  ndjson_group group([&](std::string_view s) { out += s; });
  group.add("a.csv").ended(ending(event_kind::completed), {});
  group.ended({1, 1, exit_code::completed}, {});
  group.failed(exit_code::interrupted, "interrupted");
  BOOST_TEST(out ==
             R"({"type":"end","file":"a.csv","result":"completed","exit_code":0,"job_id":"","data":{}})"
             "\n"
             R"({"type":"total","files":1,"completed":1,"failed":0,"exit_code":0})"
             "\n"
             R"({"type":"error","exit_code":130,"message":"interrupted"})"
             "\n");
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
