// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The REST interface and the pipeline of the bulk upload, as the reference server has them (BU-H, BU-P).
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/listeners.hpp"
#include "fixtures/workbook.hpp"
#include "fixtures/workbook_parts.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::string_view base = "/api/v1/bulk-upload";
constexpr std::string_view workbook_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

http_call rest(trial& t, std::string_view method, std::string_view path, std::string_view who = "alice") {
  return call_of(t, method, std::string(base).append(path), who);
}

sample_file workbook_file(std::vector<text_row> const& rows) {
  return {"members.xlsx", std::string(workbook_type), workbook_of(rows)};
}

/** Runs a file of alice's to its end. @return the terminal event */
observed_event run_file(trial& t, std::string_view clause, sample_file const& file) {
  watcher& owner = t.admitted("alice");
  http_reply const reply = t.request(t.upload_call(file, "alice"));
  std::string const job = t.job_in(reply);
  t.require(clause, !job.empty(), {"", "a job for the upload", reply.summary()});
  wait_for_end(t, clause, owner, job);
  t.settle(owner);
  return owner.heard_of(job).back();
}

std::string report_of(trial& t, std::string_view clause, observed_event const& end) {
  answer got(t, clause, call_of(t, "GET", text_at(end.payload, "/report_path")));
  got.status(200).workbook();
  return got.reply().body;
}

/** An id number that no other trial uses. */
std::string fresh_number(trial& t) {
  return id_number(1'000'000 + std::hash<std::string>{}(t.uuid()) % 80'000'000);
}

// REST

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
    a.is("/data" + std::string(same), at(done.events.back().payload, same));
  followed_job const failed = t.follow(sample_kind::failing);
  answer b(t, "BU-H2", rest(t, "GET", "/status/" + failed.id));
  is_success(b)
      .is("/data/status", "failed")
      .is("/data/error", at(failed.events.back().payload, "/error"))
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
    t.check("BU-H8", at(events.back().payload, event) == at(failed.events.back().payload, event),
            {std::string(event), "the same as at the first attempt", shown(events.back())});
}

// The pipeline

/** Files that cannot be read as members, each with its sentence at file_reading. */
void unreadable_files(trial& t) {
  std::string const ole("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);  // how an encrypted workbook begins
  using pair = std::pair<std::string_view, std::string>;
  std::vector<std::string> sentences;
  for (auto const& [what, bytes] : std::initializer_list<pair>{
           {"no data rows", workbook_of({{"ID Number", "Name"}})},
           {"no ID Number column", workbook_of({{"Name"}, {"Ann"}})},
           {"not a workbook", std::string("Name;Surname\r\nAnn;Lee\r\n")},
           {"an empty file", std::string()},
           {"an archive of something else", std::string("PK\5\6") + std::string(18, '\0')},
           {"half a workbook", own_sample("bulk_upload", sample_kind::good).bytes.substr(0, 900)},
           {"an encrypted workbook", ole + std::string(4096, '\0')}}) {
    sample_file const file{"members.xlsx", std::string(workbook_type), bytes};
    http_reply const reply = t.request(t.upload_call(file, "alice"));
    std::string const job = t.job_in(reply);
    if (job.empty()) {  // a refusal at the door says it as well
      t.check("BU-P1", reply.status >= 400 && reply.status < 500,
              {"", "bulk_upload_failed or a refusal for " + std::string(what), reply.summary()});
      continue;
    }
    watcher& owner = t.admitted("alice");
    owner.subscribe(job);
    wait_for_end(t, "BU-P1", owner, job);
    observed_event const end = owner.heard_of(job).back();
    std::string const error = text_at(end.payload, "/error");
    t.check("BU-P1", end.name == "bulk_upload_failed" && text_at(end.payload, "/stage") == "file_reading",
            {"/stage", "bulk_upload_failed at file_reading for " + std::string(what), shown(end)});
    t.check("BU-P1", error.find(' ') != error.npos, {"/error", "a sentence for " + std::string(what), error});
    sentences.push_back(error);
  }
  std::ranges::sort(sentences);
  t.check("BU-P1", std::ranges::unique(sentences).size() <= 2,
          {"/error", "sentences that say which", sentences.empty() ? "none" : sentences.front()});
}

/** Headers in any case, blank rows, columns that nobody knows. */
void columns(trial& t) {
  observed_event const end =
      run_file(t, "BU-P1",
               workbook_file({{"Favourite Colour", "  id NUMBER ", "FIRSTNAME", "Surname"},
                              {"teal", fresh_number(t), "Ann", "Lee"},
                              {"", "", "", ""},
                              {"ochre", "8001015009088", "Ben", "Roe"}}));
  t.require("BU-P1", end.name == "bulk_upload_complete", {"", "bulk_upload_complete", shown(end)});
  t.check("BU-P1", at(end.payload, "/validation_stats/total_records") == 2,
          {"/validation_stats/total_records", "2", shown(end)});
  std::string const sheets = sheets_of_workbook(report_of(t, "BU-P1", end));
  for (std::string_view text : {"Favourite Colour", "teal", "ochre"})
    t.check("BU-P1", sheets.find(text) != sheets.npos,
            {"", "the unknown column in the report: " + std::string(text), "nothing of it"});
  t.check("BU-P1", sheets.find("<v>4</v>") != sheets.npos,
          {"", "the row number that the user sees, 4", "no cell with 4"});
}

/** One row of each reason, one that is repaired, one that repeats. */
void id_numbers(trial& t) {
  std::string const good = fresh_number(t);
  std::string spaced = good;
  spaced.insert(6, " ");
  observed_event const end = run_file(t, "BU-P2",
                                      workbook_file({{"ID Number", "Name"},
                                                     {good, "first"},
                                                     {spaced, "the same again"},
                                                     {"", "missing"},
                                                     {"12345", "length"},
                                                     {"80010150090871", "length"},
                                                     {"8002305009086", "date"},
                                                     {"8001015009387", "citizenship"},
                                                     {"8001015009088", "checksum"},
                                                     {"00101500908", "leading zeros"}}));
  t.require("BU-P2", end.name == "bulk_upload_complete", {"", "bulk_upload_complete", shown(end)});
  t.check(
      "BU-P2", at(end.payload, "/validation_stats/duplicates") == 1,
      {"/validation_stats/duplicates", "1: non-digits are dropped before numbers are compared", shown(end)});
  std::string const sheets = sheets_of_workbook(report_of(t, "BU-P2", end));
  boost::json::value const invalid = at(end.payload, "/validation_stats/invalid_ids");
  t.check("BU-P2", invalid == 6 || invalid == 7, {"/validation_stats/invalid_ids", "6 or 7", shown(end)});
  for (std::string_view reason : {"missing", "date", "citizenship", "checksum"})
    t.check("BU-P2", sheets.find(reason) != sheets.npos,
            {"", "the reason in the report: " + std::string(reason), "nothing of it"});
}

/** Of three that the embedded register is asked for, one is in it as registered. */
void register_check(trial& t) {
  observed_event const end = run_file(t, "BU-P3",
                                      workbook_file({{"ID Number", "Name"},
                                                     {"9911228961081", "registered"},
                                                     {"4908031456080", "known, not registered"},
                                                     {fresh_number(t), "unknown"}}));
  t.require("BU-P3", end.name == "bulk_upload_complete", {"", "bulk_upload_complete", shown(end)});
  t.check("BU-P3", at(end.payload, "/validation_stats/not_registered") == 2,
          {"/validation_stats/not_registered", "2 of the 3", shown(end)});
}

/** The first time members are added, the second time changed, never doubled. */
void database(trial& t) {
  std::vector<text_row> rows{{"ID Number", "Name", "Surname"}};
  for (int i = 0; i != 5; ++i) rows.push_back({fresh_number(t), "Ann", "Lee"});
  observed_event const first = run_file(t, "BU-P4", workbook_file(rows));
  observed_event const second = run_file(t, "BU-P4", workbook_file(rows));
  auto const count = [](observed_event const& e, std::string_view what) {
    boost::json::value const found = at(e.payload, std::string("/database_stats/").append(what));
    return found.is_number() ? found.to_number<int>() : -1;
  };
  t.check("BU-P4", count(first, "inserts") + count(first, "updates") == 5,
          {"/database_stats", "5 members at the first time", shown(first)});
  t.check("BU-P4",
          at(second.payload, "/database_stats/inserts") == 0 &&
              at(second.payload, "/database_stats/updates") == 5,
          {"/database_stats", "5 updates and no insert at the second time", shown(second)});
}

void report_sheets(trial& t) {
  observed_event const end = run_file(t, "BU-P5",
                                      workbook_file({{"ID Number", "Name"},
                                                     {fresh_number(t), "=HYPERLINK(\"http://x\")"},
                                                     {fresh_number(t), "@SUM(A1)"},
                                                     {fresh_number(t), "+1+1"},
                                                     {fresh_number(t), "-1-1"}}));
  t.require("BU-P5", end.name == "bulk_upload_complete", {"", "bulk_upload_complete", shown(end)});
  auto const parts = parts_of_workbook(report_of(t, "BU-P5", end));
  auto const book = parts.find("xl/workbook.xml");
  t.require("BU-P5", book != parts.end(), {"", "a workbook that can be unpacked", "none"});
  for (std::string_view sheet : {"Summary", "All Rows", "Invalid IDs", "Duplicates", "Not Registered",
                                 "New Members", "Updated Members", "Errors"})
    t.check("BU-P5", book->second.find("name=\"" + std::string(sheet) + '"') != std::string::npos,
            {"", "a sheet " + std::string(sheet), book->second});
  bool frozen = false, filtered = false, widths = false, formula = false;
  for (auto const& [name, text] : parts) {
    if (!name.starts_with("xl/worksheets/")) continue;
    frozen |= text.find("state=\"frozen\"") != text.npos;
    filtered |= text.find("<autoFilter") != text.npos;
    widths |= text.find("<cols>") != text.npos;
    formula |= text.find("<f>") != text.npos || text.find("<f ") != text.npos;
  }
  t.check("BU-P5", frozen && filtered && widths,
          {"", "a frozen header, filters, column widths", "a report without one of them"});
  t.check("BU-P5", !formula, {"", "texts, no formula", "a cell with a formula"});
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
           {"rest/retry", "A failed job can be tried again, a completed one cannot.", {"BU-H8"}, retry},
           {"pipeline/unreadable-files",
            "A file that holds no members fails at file_reading.",
            {"BU-P1"},
            unreadable_files},
           {"pipeline/columns",
            "Columns are found by header text; unknown ones come back.",
            {"BU-P1"},
            columns},
           {"pipeline/id-numbers", "Each rejected id number says why.", {"BU-P2"}, id_numbers},
           {"pipeline/register",
            "Who is not in the register is counted as not registered.",
            {"BU-P3"},
            register_check},
           {"pipeline/database", "The same members twice are inserted, then updated.", {"BU-P4"}, database},
           {"pipeline/report", "The report has its sheets and runs no formula.", {"BU-P5"}, report_sheets}})
    all.push_back({.id = "bu/" + std::string(one.name),
                   .title = std::string(one.title),
                   .protocol = "bulk_upload",
                   .clauses = one.clauses,
                   .run = one.run});
}

}  // namespace uploadproto::conformance
