// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// A job's life beyond the shape of its events: ids that agree, one end, rates, the answer to an upload, the
// report.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <uploadproto/contract/timestamp.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/case_prefix.hpp"
#include "cases/listeners.hpp"

namespace uploadproto::conformance {
namespace {

/** The id of the answer is the id of the events. */
void ids_agree(trial& t) {
  followed_job const job = t.follow();
  t.require("CO-9", !job.events.empty(),
            {"", "events of the id in the answer, " + job.id, "none; " + job.owner->summary()});
  t.check("CO-9", job.owner->heard_end_of(job.id), {"", "the end of that id", shown(job.last())});
  std::size_t strangers = 0;
  if (!t.info().broadcast)
    for (observed_event const& e : job.owner->heard()) strangers += job_of(t.face(), e) != job.id;
  t.check("CO-9", strangers == 0, {"", "no event of another id", std::to_string(strangers) + " events"});
  request_recipe const& status = t.side().status;
  if (status.path.empty() || t.is_message(sample_kind::good)) return;
  http_reply const reply = t.request(call_of(t, "GET", contract::path_for(status.path, job.id)));
  t.check("CO-9", reply.status == 200 && reply.body.find(job.id) != reply.body.npos,
          {"", "the status of that id", reply.summary()});
}

/** The same where the server makes the id, and the client joins with it. */
void made_id_agrees(trial& t) {
  watcher& owner = t.admitted("alice");
  std::string const job = t.start_job(sample_kind::slow);
  owner.subscribe(job);
  wait_for_end(t, "CO-9", owner, job);
}

/** Nothing more comes of a job that has ended, not even while the next one runs. */
void silence_after(trial& t, sample_kind kind) {
  followed_job const job = t.follow(kind);
  watcher& owner = *job.owner;
  std::string const& first = job.id;
  wait_for_end(t, "CO-7", owner, first);
  std::size_t const then = owner.heard_of(first).size();
  std::string const second = job_for(t, {&owner});
  wait_for_end(t, "CO-7", owner, second);
  t.settle(owner);
  auto const all = owner.heard_of(first);
  t.check("CO-7", all.size() == then,
          {"", "no event of a job behind its end", all.size() == then ? "" : shown(all.back())});
}

/** Long stages report more than their two ends. By the events' own times: those of the network don't count.
 */
void rate(trial& t) {
  followed_job const job = t.follow(sample_kind::slow);
  t.require("BU-L5", job.owner->heard_end_of(job.id), {"", "the end of the slow job", job.owner->summary()});
  struct span {
    std::string stage;
    std::chrono::milliseconds begin, end;
    std::size_t events;
  };
  std::vector<span> spans;
  for (observed_event const& e : job.events) {
    auto const time = contract::parse_timestamp(text_at(e.payload, "/timestamp"));
    if (!time) t.give_up("an event has no readable timestamp: " + shown(e));
    auto const at = std::chrono::duration_cast<std::chrono::milliseconds>(time->time_since_epoch());
    if (!spans.empty()) spans.back().end = at;
    std::string const stage = text_at(e.payload, "/stage");
    if (spans.empty() || spans.back().stage != stage) spans.push_back({stage, at, at, 0});
    ++spans.back().events;
  }
  bool judged = false;
  for (span const& s : spans) {
    auto const lasted = s.end - s.begin;
    if (lasted < std::chrono::seconds(1)) continue;
    judged = true;
    auto const due = std::max<std::size_t>(3, static_cast<std::size_t>(lasted / std::chrono::seconds(1)));
    t.check("BU-L5", s.events >= due,
            {"",
             "at least " + std::to_string(due) + " progress events in " + std::to_string(lasted.count()) +
                 " ms of " + s.stage,
             std::to_string(s.events)});
  }
  if (!judged)
    t.skip("no stage of the slow sample lasted a second: name a larger file to have the rate judged");
}

/** The answer with the id does not wait for the job. */
void answered_at_once(trial& t) {
  t.needs(sample_kind::slow);
  watcher& owner = t.admitted("alice");
  auto const reply = t.begin(t.job_call(sample_kind::slow, "alice"));
  t.until([&] { return reply->done; });
  std::string const job = t.job_in(*reply);
  t.require("BU-L8", !job.empty(), {"", "an answer with the job's id", reply->summary()});
  bool before = true;
  for (observed_event const& e : owner.heard_of(job))
    before &=
        text_at(e.payload, "/stage") != "database_operations" && !contract::is_terminal(kind_of(t.face(), e));
  t.check("BU-L8", before,
          {"", "the answer before the job's database_operations", "an event of that stage first"});
  end_soon(t, job);
}

/** BU-L7. */
void report(trial& t) {
  followed_job const job = t.follow();
  t.require("BU-L7", job.owner->heard_end_of(job.id), {"", "the job's end", job.owner->summary()});
  std::string const path = text_at(job.last().payload, "/report_path");
  t.require("BU-L7", !path.empty(), {"/report_path", "an API path", shown(job.last())});
  answer(t, "BU-L7", call_of(t, "GET", path)).status(200).workbook();
  http_reply const others = t.request(call_of(t, "GET", path, "bob"));
  t.check("BU-L7", others.status == 403 || others.status == 404,
          {"", "403 or 404 for another user", others.summary()});
  http_call bare;
  bare.url = t.rest_url(path);
  http_reply const nobody = t.request(bare);
  t.check("BU-L7", nobody.status == 401 || nobody.status == 403 || nobody.status == 404,
          {"", "401, 403 or 404 without a token", nobody.summary()});
}

std::ptrdiff_t count_of(followed_job const& job, std::string_view event) {
  return std::ranges::count(job.events, event, &observed_event::name);
}

/** FU: the one end of a job that succeeds, of one with a bad row, of one that fails. */
void ends_completed(trial& t, sample_kind kind) {
  followed_job const job = t.follow(kind);
  for (std::string_view clause : {"FU-E2", "FU-L4"}) {
    t.check(clause, count_of(job, "upload-completed") == 1,
            {"", "upload-completed once", std::to_string(count_of(job, "upload-completed")) + " times"});
    t.check(clause, count_of(job, "upload-error") == 0,
            {"", "no upload-error", std::to_string(count_of(job, "upload-error")) + " times"});
  }
}

void ends_failed(trial& t) {
  followed_job const job = t.follow(sample_kind::failing);
  for (std::string_view clause : {"FU-E4", "FU-L4"}) {
    t.check(clause, count_of(job, "upload-error") == 1,
            {"", "upload-error once", std::to_string(count_of(job, "upload-error")) + " times"});
    t.check(clause, count_of(job, "upload-completed") == 0,
            {"", "no upload-completed", std::to_string(count_of(job, "upload-completed")) + " times"});
  }
  for (observed_event const& e : job.events)
    t.check("FU-L4", text_at(e.payload, "/status") != "completed",
            {"/status", "no progress event with status completed", shown(e)});
}

struct line {
  std::string_view name, title;
  std::vector<std::string> clauses;
  std::function<void(trial&)> run;
};

void add(case_list& all, protocol_face const& face, line const& one) {
  all.push_back({.id = case_prefix(face) + std::string(one.name),
                 .title = std::string(one.title),
                 .protocol = std::string(face.name()),
                 .clauses = one.clauses,
                 .run = one.run});
}

}  // namespace

void add_life_cases(case_list& all) {
  for (protocol_face const& face : known_protocols()) {
    if (face.info->framing != contract::framing::socketio) continue;
    add(all, face, {"job-id/agrees", "The id in the answer is the id in the events.", {"CO-9"}, ids_agree});
    add(all, face,
        {"life/silence-after-success",
         "Nothing follows the end of a job that succeeds.",
         {"CO-7"},
         [](trial& t) { silence_after(t, sample_kind::good); }});
    add(all, face,
        {"life/silence-after-failure",
         "Nothing follows the end of a job that fails.",
         {"CO-7"},
         [](trial& t) { silence_after(t, sample_kind::failing); }});
  }
  auto const& bulk = *find_protocol("bulk_upload");
  add(all, bulk, {"life/rate", "Long stages report more than their two ends.", {"BU-L5"}, rate});
  add(all, bulk,
      {"life/answered-at-once",
       "The upload is answered before the job is done.",
       {"BU-L8"},
       answered_at_once});
  add(all, bulk, {"life/report", "The report is the owner's, and nobody else's.", {"BU-L7"}, report});
  auto const& files = *find_protocol("file_upload");
  add(all, files,
      {"job-id/made-by-the-server",
       "A client that joins with the answer's id hears the job.",
       {"CO-9"},
       made_id_agrees});
  add(all, files,
      {"life/completed",
       "A job that succeeds ends with upload-completed, once.",
       {"FU-E2", "FU-L4"},
       [](trial& t) { ends_completed(t, sample_kind::good); }});
  add(all, files, {"life/bad-row", "A bad row does not fail the job.", {"FU-E2", "FU-L4"}, [](trial& t) {
                     ends_completed(t, sample_kind::bad_row);
                   }});
  add(all, files,
      {"life/failed", "A job that fails ends with upload-error, once.", {"FU-E4", "FU-L4"}, ends_failed});
}

}  // namespace uploadproto::conformance
