// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The REST interface of the bulk upload, as the reference server has it (BU-H).
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/listeners.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::string_view base = "/api/v1/bulk-upload";
constexpr std::string_view workbook_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

http_call rest(trial& t, std::string_view method, std::string_view path, std::string_view who = "alice") {
  return call_of(t, method, std::string(base).append(path), who);
}

void is_error(trial& t, std::string_view clause, http_call call, unsigned status) {
  answer(t, clause, std::move(call))
      .status(status)
      .is("/success", false)
      .text("/error/code")
      .text("/error/message")
      .timestamp("/timestamp");
}

answer& is_success(answer& a) {
  return a.status(200).is("/success", true).text("/message").timestamp("/timestamp");
}

void process(trial& t) {
  answer made(t, "BU-H1", t.job_call(sample_kind::good, "alice"));
  made.status(202)
      .is("/success", true)
      .text("/message")
      .timestamp("/timestamp")
      .text("/data/job_id")
      .is("/data/status", "pending")
      .is("/data/file_name", "members.xlsx")
      .natural("/data/queue_position");
  sample_file file = own_sample("bulk_upload", sample_kind::good);
  http_call call = rest(t, "POST", "/process");
  is_error(t, "BU-H1", call, 415);
  set_form(call, {}, {"other", file.name, file.media_type, file.bytes});
  is_error(t, "BU-H1", call, 400);
  file.name = "members.xls";
  is_error(t, "BU-H1", t.upload_call(file, "alice"), 415);
  file.name = "";
  is_error(t, "BU-H1", t.upload_call(file, "alice"), 400);
}

void largest_file(trial& t) {
  sample_file file = own_sample("bulk_upload", sample_kind::good);
  file.bytes.assign((50 << 20) + 1, 'x');
  is_error(t, "BU-H1", t.upload_call(file, "alice"), 413);
}

void status(trial& t) {
  followed_job const done = t.follow();
  answer a(t, "BU-H2", rest(t, "GET", "/status/" + done.id));
  is_success(a)
      .is("/data/job_id", boost::json::string(done.id))
      .is("/data/status", "completed")
      .is("/data/progress", 100)
      .is("/data/file_name", "members.xlsx")
      .timestamp("/data/uploaded_at")
      .natural("/data/processing_duration_ms");
  for (std::string_view same : {"/validation_stats", "/database_stats", "/report_path"})
    a.is("/data" + std::string(same), at(done.last().payload, same));
  followed_job const failed = t.follow(sample_kind::failing);
  answer b(t, "BU-H2", rest(t, "GET", "/status/" + failed.id));
  is_success(b)
      .is("/data/status", "failed")
      .is("/data/error", at(failed.last().payload, "/error"))
      .is("/data/report_path", nullptr);
  for (std::string_view who : {"bob", "alice"})
    is_error(t, "BU-H2", rest(t, "GET", "/status/" + (who == "bob" ? done.id : "job-1-1"), who), 404);
}

void report(trial& t) {
  followed_job const job = t.follow();
  answer(t, "BU-H3", rest(t, "GET", "/report/" + job.id))
      .status(200)
      .workbook()
      .header("Content-Type", workbook_type)
      .header("Content-Disposition", "attachment");
  is_error(t, "BU-H3", rest(t, "GET", "/report/" + job.id, "bob"), 404);
  is_error(t, "BU-H3", rest(t, "GET", "/report/job-1-1"), 404);
}

/** A waiting job is cancelled, then the running one before it. */
void cancel(trial& t) {
  watcher& owner = t.admitted("alice");
  std::string const running = t.start_job(sample_kind::slow), waiting = t.start_job(sample_kind::slow);
  t.until([&] { return owner.heard_of(running).size() >= 2 || owner.over(); });
  for (std::string const& job : {waiting, running}) {
    is_error(t, "BU-H4", rest(t, "POST", "/cancel/" + job, "bob"), 404);
    answer a(t, "BU-H4", rest(t, "POST", "/cancel/" + job));
    is_success(a);
    wait_for_end(t, "BU-H4", owner, job);
    auto const end = owner.heard_of(job).back();
    t.check("BU-H4",
            end.name == "bulk_upload_failed" && text_at(end.payload, "/error") == "Cancelled by user",
            {"/error", "bulk_upload_failed with Cancelled by user", shown(end)});
    answer(t, "BU-H4", rest(t, "GET", "/status/" + job)).status(200).is("/data/status", "cancelled");
    is_error(t, "BU-H4", rest(t, "POST", "/cancel/" + job), 409);
  }
  t.settle(owner);
  for (std::string const& job : {waiting, running})
    t.check("BU-H4", text_at(owner.heard_of(job).back().payload, "/error") == "Cancelled by user",
            {"", "nothing behind the end", shown(owner.heard_of(job).back())});
}

/** Jobs of alice's, by id. */
std::vector<std::string> ids_at(boost::json::value const& jobs) {
  std::vector<std::string> out;
  if (jobs.is_array())
    for (boost::json::value const& job : jobs.as_array()) out.push_back(text_at(job, "/job_id"));
  return out;
}

void history(trial& t) {
  std::vector<std::string> made;
  for (int i = 0; i != 3; ++i) made.push_back(t.start_job(sample_kind::failing));
  t.start_job(sample_kind::failing, "bob");
  answer first(t, "BU-H5", rest(t, "GET", "/history?page=1&limit=2"));
  is_success(first).array("/data/jobs").is("/data/page", 1).is("/data/limit", 2).is("/data/total", 3);
  answer second(t, "BU-H5", rest(t, "GET", "/history?page=2&limit=2"));
  is_success(second).array("/data/jobs").is("/data/page", 2);
  auto listed = ids_at(first.at("/data/jobs"));
  t.check("BU-H5", listed.size() == 2, {"/data/jobs", "2 jobs", std::to_string(listed.size())});
  for (std::string const& id : ids_at(second.at("/data/jobs"))) listed.push_back(id);
  std::ranges::sort(listed);
  std::ranges::sort(made);
  t.check("BU-H5", listed == made,
          {"/data/jobs", "the three own jobs over both pages, each once", serialize(second.reply().json())});
  for (std::string_view query : {"page=0", "limit=0", "page=x", "limit=-1"})
    is_error(t, "BU-H5", rest(t, "GET", "/history?" + std::string(query)), 400);
}

void queue(trial& t) {
  followed_job const done = t.follow(), failed = t.follow(sample_kind::failing);
  answer counts(t, "BU-H6", rest(t, "GET", "/queue/stats"));
  is_success(counts)
      .natural("/data/waiting")
      .natural("/data/active")
      .is("/data/completed", 1)
      .is("/data/failed", 1)
      .is("/data/total", 2);
  std::vector<std::string> const own{t.start_job(sample_kind::slow), t.start_job(sample_kind::slow)};
  answer all(t, "BU-H7", rest(t, "GET", "/queue/jobs"));
  is_success(all).array("/data/jobs");
  auto const listed = ids_at(all.at("/data/jobs"));
  t.check("BU-H7", std::ranges::is_permutation(listed, own),
          {"/data/jobs", "the two own jobs that have not ended", all.reply().summary()});
  answer one(t, "BU-H7", rest(t, "GET", "/queue/jobs?limit=1"));
  t.check("BU-H7", ids_at(one.at("/data/jobs")).size() == 1,
          {"/data/jobs", "one job", one.reply().summary()});
  answer others(t, "BU-H7", rest(t, "GET", "/queue/jobs", "bob"));
  t.check("BU-H7", ids_at(others.at("/data/jobs")).empty(),
          {"/data/jobs", "no job of another user", others.reply().summary()});
  for (std::string const& job : own) end_soon(t, job);
  is_error(t, "BU-H7", rest(t, "GET", "/queue/jobs?limit=x"), 400);
}

void retry(trial& t) {
  followed_job const failed = t.follow(sample_kind::failing), done = t.follow();
  is_error(t, "BU-H8", rest(t, "POST", "/queue/retry/" + done.id), 409);
  is_error(t, "BU-H8", rest(t, "POST", "/queue/retry/" + failed.id, "bob"), 404);
  watcher& owner = t.admitted("alice");
  answer again(t, "BU-H8", rest(t, "POST", "/queue/retry/" + failed.id));
  is_success(again).is("/data/job_id", boost::json::string(failed.id));
  wait_for_end(t, "BU-H8", owner, failed.id);
  auto const events = owner.heard_of(failed.id);
  t.check("BU-H8", text_at(events.front().payload, "/stage") == "initialization",
          {"/stage", "initialization, as a fresh attempt begins", shown(events.front())});
  judgement found;
  judge_job(found, t.face(), events);
  for (std::string_view clause : {"CO-6", "CO-7"})
    for (breach const& b : found.find(clause)->breaches) t.check("BU-H8", false, b);
  for (std::string_view event : {"/error", "/stage"})
    t.check("BU-H8", at(events.back().payload, event) == at(failed.last().payload, event),
            {std::string(event), "the same as at the first attempt", shown(events.back())});
}

struct line {
  std::string_view name, title;
  std::vector<std::string> clauses;
  void (*run)(trial&);
};

}  // namespace

void add_bulk_rest_cases(case_list& all) {
  for (line const& one : std::initializer_list<line>{
           {"rest/process",
            "An upload is 202 with its job; a bad one says what is wrong.",
            {"BU-H1"},
            process},
           {"rest/largest-file", "A file over 50 MiB is 413.", {"BU-H1"}, largest_file},
           {"rest/status", "A job's status says what its events said.", {"BU-H2"}, status},
           {"rest/report", "The report comes as an attachment, to its owner.", {"BU-H3"}, report},
           {"rest/cancel", "A waiting and a running job are really stopped.", {"BU-H4"}, cancel},
           {"rest/history", "The history pages through the own jobs.", {"BU-H5"}, history},
           {"rest/queue", "The queue counts and lists the own jobs.", {"BU-H6", "BU-H7"}, queue},
           {"rest/retry", "A failed job can be tried again, a completed one cannot.", {"BU-H8"}, retry}})
    all.push_back({.id = "bu/" + std::string(one.name),
                   .title = std::string(one.title),
                   .protocol = "bulk_upload",
                   .clauses = one.clauses,
                   .run = one.run});
}

}  // namespace uploadproto::conformance
