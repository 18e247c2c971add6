// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Uploads that are refused or fail: what the answer says, and that the socket says it too.
#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>
#include <uploadproto/contract/rest.hpp>

#include "cases/batch_moves.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::size_t largest_file = 10 << 20;  // UP-H1

std::string const good_rows = "Date,Description,Amount\n2025-11-01,Corner shop,-1.50\n";

void needs_form(trial& t) {
  if (!t.side().upload.request.command.empty()) t.skip("uploads are made by a command, not by a form");
}

http_call call_for(trial& t, sample_file const& file, std::string_view batch,
                   std::string_view who = "alice") {
  needs_form(t);
  return t.upload_call(file, who, batch);
}

/** The form without what comes behind its first field. */
http_call without_file(trial& t, std::string_view batch) {
  http_call call = call_for(t, transactions_of(good_rows), batch);
  std::string const other = "name=\"" + t.side().upload.field + "\"";
  if (auto const at = call.body.find(other); at != call.body.npos)
    call.body.replace(at, other.size(), "name=\"other\"");
  return call;
}

http_call too_large(trial& t, std::string_view batch) {
  std::string rows = good_rows;
  rows.resize(largest_file + 1000, 'x');
  return call_for(t, transactions_of(std::move(rows)), batch);
}

http_call wrong_kind(trial& t, std::string_view batch) {
  return call_for(t, {"program.exe", "application/octet-stream", "MZ\x90"}, batch);
}

http_call no_text(trial& t, std::string_view batch) {
  std::string bytes = "\x89PNG\r\n\x1A\n";
  bytes.resize(2000, '\0');
  return call_for(t, transactions_of(std::move(bytes)), batch);
}

http_call empty_file(trial& t, std::string_view batch) {
  return call_for(t, transactions_of(""), batch);
}

bool is_refusal_told(unsigned status) {
  return std::ranges::count(std::array{400u, 413u, 415u, 422u}, status) != 0;
}

/** UP-L3: whatever the answer says, the socket has the end of it. */
void check_told(trial& t, http_call (*make)(trial&, std::string_view)) {
  std::string const batch = t.fresh_id();
  watcher& w = t.admitted("alice", batch);
  http_reply const reply = t.request(make(t, batch));
  t.require("UP-L3", is_refusal_told(reply.status) || reply.status == 202,
            {"", "status 400, 413, 415, 422, or 202 and a failure later", reply.summary()});
  boost::json::value const end = await_end(t, w, batch);
  auto const* object = end.if_object();
  auto const* status = object ? object->if_contains("status") : nullptr;
  t.check("UP-L3", status && *status == "error",
          {"/status", "a message of status error on the socket, too", object ? serialize(end) : "none"});
  http_reply const again = t.request(t.job_call(sample_kind::good, "alice", batch));
  t.check("UP-L3", again.status == 409,
          {"", "status 409 for another upload with this id: it is used up", again.summary()});
}

void told_no_file(trial& t) {
  check_told(t, without_file);
}
void told_too_large(trial& t) {
  check_told(t, too_large);
}
void told_wrong_kind(trial& t) {
  check_told(t, wrong_kind);
}
void told_no_text(trial& t) {
  check_told(t, no_text);
}
void told_empty(trial& t) {
  check_told(t, empty_file);
}

/** Who is refused before an upload is bound to the batch leaves it as it was. */
void before_binding(trial& t) {
  std::string const batch = t.fresh_id();
  watcher& w = t.admitted("alice", batch);
  http_call nobody = t.job_call(sample_kind::failing, "alice", batch);
  std::erase_if(nobody.headers, [](auto const& h) { return h.first == "Authorization"; });
  http_reply const refused = t.request(std::move(nobody));
  t.check("UP-L3", refused.status == 401, {"", "status 401 without a session", refused.summary()});
  http_reply const other = t.request(t.job_call(sample_kind::failing, "bob", batch));
  t.check("UP-L3", other.status == 403, {"", "status 403 for another user", other.summary()});
  t.settle(w);
  t.check("UP-L3", w.heard_of(batch).empty(), {"", "no message of the batch", "one came"});
  t.start_job(sample_kind::good, "alice", batch);
  boost::json::value const end = await_end(t, w, batch);
  t.check("UP-L3", end.is_object() && end.at("status") == "completed",
          {"/status", "the owner's own upload completes", end.is_object() ? serialize(end) : w.summary()});
}

void second_upload(trial& t) {
  std::string const batch = t.fresh_id();
  watcher& w = t.admitted("alice", batch);
  t.start_job(sample_kind::good, "alice", batch);
  http_reply const second = t.request(t.job_call(sample_kind::failing, "alice", batch));
  t.check("UP-L3", second.status == 409, {"", "status 409 for the second upload", second.summary()});
  await_end(t, w, batch);
  t.settle(w);
  judgement found;
  judge_job(found, t.face(), w.heard_of(batch));
  t.adopt(found, "CO-7");
}

/** Two uploads with one id at the same moment: one is taken. */
void uploads_at_once(trial& t) {
  std::string const batch = t.fresh_id();
  watcher& w = t.admitted("alice", batch);
  std::vector<std::shared_ptr<http_reply const>> replies;
  for (int i = 0; i != 5; ++i) replies.push_back(t.begin(t.job_call(sample_kind::good, "alice", batch)));
  t.until([&] { return std::ranges::all_of(replies, [](auto const& r) { return r->done; }); });
  auto const with = [&](unsigned status) {
    return std::ranges::count_if(replies, [=](auto const& r) { return r->status == status; });
  };
  t.check("UP-H1", with(202) == 1 && with(409) == 4,
          {"", "202 for one of five and 409 for the others",
           std::to_string(with(202)) + " times 202, " + std::to_string(with(409)) + " times 409"});
  await_end(t, w, batch);
  t.settle(w);
  judgement found;
  judge_job(found, t.face(), w.heard_of(batch));
  t.adopt(found, "CO-7");
}

void infected(trial& t) {
  followed_job const job = t.follow(sample_kind::infected);
  t.require("UP-L4", !job.events.empty(), {"", "messages of the batch", job.owner->summary()});
  for (observed_event const& e : job.events) {
    auto const value = t.face().server_event("")->number(e.payload, contract::role::progress);
    t.check("UP-L4", value && *value <= 40, {"/progress", "at most 40", serialize(e.payload)});
  }
  t.check("UP-L4", kind_of(t.face(), job.last()) == contract::event_kind::failed,
          {"/status", "\"error\"", serialize(job.last().payload)});
  if (!t.whole().reference) return;
  http_call status;
  status.url = t.rest_url(contract::path_for(t.side().status.path, job.id));
  http_reply const reply = t.request(t.with_token(std::move(status), t.token()));
  auto const body = reply.json();
  auto const* stored = body.is_object() ? body.as_object().if_contains("stored") : nullptr;
  t.check("UP-L4", reply.status == 200 && (!stored || *stored == 0),
          {"/stored", "nothing is stored", reply.summary()});
}

// The answers (UP-H1).

/** The status, and an error that says what is wrong, in the documented shape. */
void check_answer(trial& t, http_call call, unsigned status, std::string_view why) {
  http_reply const reply = t.request(std::move(call));
  t.check("UP-H1", reply.status == status,
          {"", "status " + std::to_string(status) + ' ' + std::string(why), reply.summary()});
  boost::json::value const body = reply.json();
  for (std::string_view member : {"/detail/code", "/detail/message"}) {
    boost::system::error_code missing;
    auto const* text = body.find_pointer(member, missing);
    t.check("UP-H1", text && text->is_string() && !text->as_string().empty(),
            {std::string(member), "a text", reply.summary()});
  }
}

void bad_requests(trial& t) {
  check_answer(t, without_file(t, t.fresh_id()), 400, "without a file");
  check_answer(t, call_for(t, transactions_of(good_rows), "no-uuid"), 400, "for a batch_id that is no UUID");
  http_call broken = call_for(t, transactions_of(good_rows), t.fresh_id());
  broken.body.resize(broken.body.size() - 30);
  check_answer(t, std::move(broken), 400, "for a form that is cut off");
}

void unauthorized(trial& t) {
  http_call const call = call_for(t, transactions_of(good_rows), t.fresh_id());
  for (std::string_view value : {"", "Bearer", "Bearer x.y.z", "Basic YWxpY2U6eA=="}) {
    http_call other = call;
    std::erase_if(other.headers, [](auto const& h) { return h.first == "Authorization"; });
    if (!value.empty()) other.headers.emplace_back("Authorization", std::string(value));
    check_answer(t, std::move(other), 401, "for the Authorization \"" + std::string(value) + '"');
  }
}

void forbidden(trial& t) {
  std::string const batch = t.start_job(sample_kind::good, "alice", t.fresh_id());
  check_answer(t, call_for(t, transactions_of(good_rows), batch, "bob"), 403, "for another's batch");
}

void conflict(trial& t) {
  std::string const batch = t.start_job(sample_kind::good, "alice", t.fresh_id());
  check_answer(t, call_for(t, transactions_of(good_rows), batch), 409, "for an id that is used");
}

void payload_too_large(trial& t) {
  check_answer(t, too_large(t, t.fresh_id()), 413, "for more than 10 MiB");
}

void unsupported_media(trial& t) {
  check_answer(t, wrong_kind(t, t.fresh_id()), 415, "for a file that is no CSV");
}

}  // namespace

void add_upload_refusal_cases(case_list& all) {
  add_batch_cases(
      all,
      {{"failure/no-file",
        "An upload without a file is refused, and the socket says so.",
        {"UP-L3"},
        told_no_file},
       {"failure/too-large",
        "One that is too large fails, and the socket says so.",
        {"UP-L3"},
        told_too_large},
       {"failure/wrong-kind",
        "One that is no CSV fails, and the socket says so.",
        {"UP-L3"},
        told_wrong_kind},
       {"failure/no-text", "One that is no text fails, and the socket says so.", {"UP-L3"}, told_no_text},
       {"failure/empty", "An empty one fails, and the socket says so.", {"UP-L3"}, told_empty},
       {"failure/before-binding",
        "Who may not upload leaves the batch as it was.",
        {"UP-L3"},
        before_binding},
       {"failure/second-upload",
        "A second upload is refused, and the first goes on.",
        {"UP-L3", "CO-7"},
        second_upload},
       {"failure/infected", "An infected file never gets beyond 40, and is not stored.", {"UP-L4"}, infected},
       {"http/uploads-at-once",
        "Of five uploads with one id one is taken.",
        {"UP-H1", "CO-7"},
        uploads_at_once},
       {"http/bad-request", "Status 400: no file, a bad id, a broken form.", {"UP-H1"}, bad_requests},
       {"http/unauthorized", "Status 401: no session.", {"UP-H1"}, unauthorized},
       {"http/forbidden", "Status 403: another's batch.", {"UP-H1"}, forbidden},
       {"http/conflict", "Status 409: the id is used.", {"UP-H1"}, conflict},
       {"http/too-large", "Status 413: more than 10 MiB.", {"UP-H1"}, payload_too_large},
       {"http/unsupported", "Status 415: no CSV.", {"UP-H1"}, unsupported_media}});
}

}  // namespace uploadproto::conformance
