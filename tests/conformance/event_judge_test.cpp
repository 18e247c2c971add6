// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The judge by itself: hand-written events of a job, one thing wrong at a time.
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <set>

#include "judge/event_judge.hpp"

namespace {

using namespace uploadproto::conformance;
using events = std::vector<observed_event>;

observed_event progress(std::string const& stage, double value) {
  return {{},
          "bulk_upload_progress",
          {{"job_id", "job-1732530000000-1"},
           {"stage", stage},
           {"progress", value},
           {"message", "m"},
           {"status", "processing"},
           {"timestamp", "2025-11-25T10:30:45.123Z"}}};
}

observed_event complete() {
  return {
      {}, "bulk_upload_complete", boost::json::parse(R"({"job_id":"job-1732530000000-1","status":"completed",
    "validation_stats":{"total_records":3,"valid_records":2,"invalid_ids":1,"duplicates":0,"not_registered":1},
    "database_stats":{"inserts":1,"updates":1,"errors":0},"report_path":"/api/r","processing_duration_ms":5,
    "timestamp":"2025-11-25T10:30:45.123Z"})")};
}

events good_job() {
  return {progress("initialization", 0),      progress("file_reading", 10),
          progress("file_reading", 20),       progress("pre_validation", 25),
          progress("iec_verification", 50),   progress("database_operations", 70),
          progress("report_generation", 100), complete()};
}

std::set<std::string> broken_in(events const& job, hearing how = {}) {
  judgement found;
  judge_job(found, *find_protocol("bulk_upload"), job, how);
  std::set<std::string> out;
  for (auto const& [clause, what] : found.all())
    if (!what.breaches.empty()) out.insert(clause);
  return out;
}

boost::json::object& payload(events& job, std::size_t i) {
  return job[i].payload.as_object();
}

struct mistake {
  char const* clause;
  std::function<void(events&)> make;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(event_judge_test)

BOOST_AUTO_TEST_CASE(a_good_job_breaks_nothing) {
  judgement found;
  judge_job(found, *find_protocol("bulk_upload"), good_job());
  for (auto const& [clause, what] : found.all()) {
    BOOST_CHECK_MESSAGE(what.breaches.empty(),
                        clause << ": " << (what.breaches.empty() ? "" : what.breaches.front().came));
    BOOST_CHECK_GT(what.judged, 0u);
  }
  for (auto const* clause : {"CO-1", "CO-2", "CO-3", "CO-4", "CO-5", "CO-6", "CO-7", "BU-E1", "BU-E2",
                             "BU-L1", "BU-L2", "BU-L3", "BU-L4", "BU-L6", "BU-L9"})
    BOOST_CHECK_MESSAGE(found.find(clause), clause);
}

BOOST_AUTO_TEST_CASE(each_mistake_breaks_its_own_clause_alone) {
  mistake const mistakes[] = {
      {"CO-1", [](events& j) { payload(j, 1)["extra"] = 1; }},
      {"CO-2",
       [](events& j) {
         j.back() = {{},
                     "bulk_upload_failed",
                     {{"job_id", "j"},
                      {"error", "e"},
                      {"stage", nullptr},
                      {"status", "failed"},
                      {"timestamp", "2025-11-25T10:30:45.123Z"}}};
       }},
      {"CO-3", [](events& j) { payload(j, 1)["timestamp"] = "yesterday"; }},
      {"CO-4", [](events& j) { payload(j, 1)["timestamp"] = "2025-11-25T10:30:45Z"; }},
      {"CO-5", [](events& j) { payload(j, 1)["progress"] = "10"; }},
      {"CO-6",
       [](events& j) {
         payload(j, 1)["progress"] = 20;
         payload(j, 2)["progress"] = 10;
       }},
      {"CO-6", [](events& j) { j.push_back(progress("report_generation", 100)); }},
      {"CO-7", [](events& j) { j.push_back(complete()); }},
      {"CO-7", [](events& j) { j.pop_back(); }},
      {"BU-E1", [](events& j) { payload(j, 1).erase("message"); }},
      {"BU-E1", [](events& j) { payload(j, 1)["status"] = "working"; }},
      {"BU-E2", [](events& j) { payload(j, 7).erase("report_path"); }},
      {"BU-L2", [](events& j) { payload(j, 1)["progress"] = 9; }},
      {"BU-L3",
       [](events& j) {
         j[2] = progress("initialization", 0);
         payload(j, 2)["progress"] = 0;
       }},
      {"BU-L4", [](events& j) { j.erase(j.begin() + 3); }},
      {"BU-L6", [](events& j) { payload(j, 7)["validation_stats"].as_object()["total_records"] = 4; }},
      {"BU-L9", [](events& j) { payload(j, 1)["job_id"] = "7"; }},
  };
  for (mistake const& one : mistakes) {
    events job = good_job();
    one.make(job);
    auto const broken = broken_in(job);
    BOOST_CHECK_MESSAGE(broken.contains(one.clause), one.clause << " is not found broken");
    BOOST_CHECK_MESSAGE(broken.size() <= 2, one.clause << " breaks " << broken.size() << " clauses");
  }
}

BOOST_AUTO_TEST_CASE(what_was_not_heard_is_not_missed) {
  events job = good_job();
  job.erase(job.begin(), job.begin() + 4);
  BOOST_CHECK(broken_in(job, {.from_the_start = false}).empty());
  job.pop_back();
  BOOST_CHECK(broken_in(job, {.from_the_start = false, .to_the_end = false}).empty());
}

BOOST_AUTO_TEST_CASE(a_fresh_attempt_begins_again) {
  events job = good_job();
  events const again = good_job();
  job.insert(job.end(), again.begin(), again.end());
  BOOST_CHECK(!broken_in(job).empty());
  BOOST_CHECK(broken_in(job, {.fresh_attempts = true}).empty());
}

BOOST_AUTO_TEST_SUITE_END()
