// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// What the REST of upload progress says of batches and of the whole, and what the reference server's pipeline
// does with a file as far as that shows.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <uploadproto/contract/rest.hpp>
#include <uploadproto/contract/rules.hpp>

#include "cases/batch_moves.hpp"

namespace uploadproto::conformance {
namespace {

boost::json::value const* at(boost::json::value const& body, std::string_view pointer) {
  boost::system::error_code missing;
  return body.find_pointer(pointer, missing);
}

http_call call_to(trial& t, std::string_view method, std::string_view path, std::string_view batch,
                  std::string_view who = "alice") {
  http_call call;
  call.method = method;
  call.url = t.rest_url(contract::path_for(path, batch));
  return t.with_token(std::move(call), t.token(who));
}

http_call status_call(trial& t, std::string_view batch, std::string_view who = "alice") {
  return call_to(t, "GET", t.side().status.path, batch, who);
}

http_call history_call(trial& t, std::string_view batch, std::string_view who = "alice") {
  return call_to(t, "GET", t.info().rest.history_path, batch, who);
}

// Uploads that are taken (UP-H1).

void check_accepted(trial& t, http_reply const& reply, std::string_view batch) {
  boost::json::value const body = reply.json();
  auto const *id = at(body, "/batch_id"), *status = at(body, "/status"), *message = at(body, "/message");
  t.require("UP-H1", reply.status == 202, {"", "status 202", reply.summary()});
  bool const right_id = id && id->is_string() &&
                        (batch.empty() ? contract::matches(contract::pattern::uuid, id->as_string())
                                       : std::string_view(id->as_string()) == batch);
  t.check("UP-H1", right_id,
          {"/batch_id", batch.empty() ? "a UUID of the server's" : std::string(batch), reply.summary()});
  t.check("UP-H1", status && *status == "processing", {"/status", "\"processing\"", reply.summary()});
  t.check("UP-H1", message && message->is_string(), {"/message", "a text", reply.summary()});
}

void accepted(trial& t) {
  std::string const batch = t.fresh_id();
  check_accepted(t, t.request(t.job_call(sample_kind::good, "alice", batch)), batch);
}

void generated(trial& t) {
  check_accepted(t, t.request(t.job_call(sample_kind::good, "alice")), "");
}

void id_in_query(trial& t) {
  std::string const batch = t.fresh_id();
  watcher& w = t.admitted("alice", batch);
  http_call call = t.job_call(sample_kind::good, "alice");
  call.url += "?batch_id=" + batch;
  check_accepted(t, t.request(std::move(call)), batch);
  t.check("UP-H1", await_end(t, w, batch).is_object(),
          {"", "messages of the batch that the query names", w.summary()});
}

// The manager (UP-H2).

bool is_count(boost::json::value const* v) {
  return v && (v->is_uint64() || (v->is_int64() && v->as_int64() >= 0));
}

void manager_status(trial& t) {
  std::string const batch = t.fresh_id();
  websocket_probe& p = knock(t, "alice", batch);
  require_in(t, "UP-H2", p, "a client");
  http_call call;
  call.url = t.rest_url("/api/v1/websocket/status");
  http_reply const reply = t.request(t.with_token(std::move(call), t.token()));
  boost::json::value const body = reply.json();
  t.require("UP-H2", reply.status == 200 && body.is_object(),
            {"", "status 200 and an object", reply.summary()});
  auto const* enabled = at(body, "/websocket_enabled");
  t.check("UP-H2", enabled && *enabled == true, {"/websocket_enabled", "true", reply.summary()});
  for (std::string_view name : {"total_connections", "unique_users", "active_batches", "messages_sent",
                                "messages_merged", "refused"}) {
    std::string const pointer = "/manager_stats/" + std::string(name);
    t.check("UP-H2", is_count(at(body, pointer)), {pointer, "a count", reply.summary()});
  }
  for (std::string_view name : {"total_connections", "unique_users", "active_batches"}) {
    std::string const pointer = "/manager_stats/" + std::string(name);
    auto const* count = at(body, pointer);
    t.check("UP-H2", is_count(count) && count->to_number<double>() >= 1,
            {pointer, "at least 1 while a client is connected", reply.summary()});
  }
  auto const* limits = at(body, "/limits");
  t.check("UP-H2", limits && limits->is_object(), {"/limits", "an object", reply.summary()});
  t.check("UP-H2", reply.body.find(t.user("alice")) == std::string::npos,
          {"", "no user's name", "it names " + t.user("alice")});
}

// What is known of a batch (UP-H3).

void needs_path(trial& t, std::string_view path, std::string_view what) {
  t.needs(what);
  if (path.empty()) t.skip("the target file names no path for " + std::string(what));
}

void batch_status(trial& t) {
  needs_path(t, t.side().status.path, "status");
  followed_job const job = t.follow();
  http_reply const reply = t.request(status_call(t, job.id));
  boost::json::value const body = reply.json();
  auto const *status = at(body, "/status"), *id = at(body, "/batch_id");
  t.check("UP-H3", reply.status == 200 && status && *status == "completed",
          {"/status", "\"completed\"", reply.summary()});
  t.check("UP-H3", id && *id == boost::json::string_view(job.id), {"/batch_id", job.id, reply.summary()});
  followed_job const failed = t.follow(sample_kind::failing);
  http_reply const other = t.request(status_call(t, failed.id));
  boost::json::value const said = other.json();
  auto const* how = at(said, "/status");
  t.check("UP-H3", how && (*how == "error" || *how == "failed"), {"/status", "\"error\"", other.summary()});
}

/** The events of a batch's history. */
std::vector<observed_event> events_in(boost::json::value const& body) {
  std::vector<observed_event> out;
  auto const* events = at(body, "/events");
  if (events && events->is_array())
    for (boost::json::value const& payload : events->as_array()) out.push_back({{}, "", payload});
  return out;
}

void history(trial& t) {
  needs_path(t, t.info().rest.history_path, "history");
  followed_job const job = t.follow();
  http_reply const reply = t.request(history_call(t, job.id));
  auto const events = events_in(reply.json());
  t.require("UP-H3", reply.status == 200 && !events.empty(),
            {"/events", "every event so far", reply.summary()});
  auto from = events.begin();
  for (observed_event const& heard : job.events) {
    from = std::ranges::find(from, events.end(), heard.payload, &observed_event::payload);
    if (!t.check("UP-H3", from != events.end(),
                 {"/events", "what the socket heard, in its order", "without " + serialize(heard.payload)}))
      break;
  }
  judgement found;
  judge_job(found, t.face(), events);
  for (std::string_view clause : {"CO-6", "CO-7", "UP-L1", "UP-E1"}) t.adopt(found, clause);
}

void others_batch(trial& t) {
  needs_path(t, t.side().status.path, "status");
  followed_job const job = t.follow();
  for (http_call const& call : {status_call(t, job.id, "bob"), history_call(t, job.id, "bob"),
                                call_to(t, t.side().cancel.method, t.side().cancel.path, job.id, "bob")}) {
    http_reply const reply = t.request(call);
    t.check("UP-A5", reply.status == 404 || reply.status == 403,
            {"", "status 404 or 403 for another's batch: " + call.method + ' ' + call.url, reply.summary()});
  }
  http_call nobody = status_call(t, job.id);
  nobody.headers.clear();
  http_reply const reply = t.request(std::move(nobody));
  bool const promised = t.whole().reference;  // another need not have the route
  t.check("UP-A5", reply.status == 401 || (!promised && (reply.status == 403 || reply.status == 404)),
          {"", "status 401 without a session", reply.summary()});
}

void cancel(trial& t) {
  needs_path(t, t.side().cancel.path, "cancel");
  std::string const batch = t.fresh_id();
  watcher& w = t.admitted("alice", batch);
  t.start_job(sample_kind::slow, "alice", batch);
  t.until([&] { return !w.heard_of(batch).empty() || w.over(); });
  http_call const call = call_to(t, t.side().cancel.method, t.side().cancel.path, batch);
  http_reply const reply = t.request(call);
  boost::json::value const end = await_end(t, w, batch);
  t.settle(w);
  if (reply.status == 409) t.give_up("the slow sample had ended before it could be cancelled");
  t.check("UP-H3", reply.status >= 200 && reply.status < 300, {"", "a 2xx status", reply.summary()});
  t.check(
      "UP-H3", end.is_object() && end.at("status") == "error",
      {"/status", "\"error\" for a batch that is cancelled", end.is_object() ? serialize(end) : "nothing"});
  http_reply const again = t.request(call);
  t.check("UP-H3", again.status == 409, {"", "status 409 for a batch that has ended", again.summary()});
  judgement found;
  judge_job(found, t.face(), w.heard_of(batch));
  t.adopt(found, "CO-7");
}

// The pipeline (UP-P1 to UP-P5).

struct outcome {
  std::vector<observed_event> events;
  boost::json::value end;  ///< null: none
  std::string summary;

  std::string text(std::string_view pointer) const {
    auto const* found = at(end, pointer);
    return found && found->is_string() ? std::string(found->as_string()) : std::string();
  }
  /** The last message of a stage. */
  std::string message_of(std::string_view stage) const {
    std::string out;
    for (observed_event const& e : events)
      if (auto const* name = at(e.payload, "/stage"); name && *name == boost::json::string_view(stage))
        if (auto const* message = at(e.payload, "/message");
            message && *at(e.payload, "/status") == "processing")
          out = message->as_string();
    return out;
  }
};

outcome run_file(trial& t, std::string text) {
  std::string const batch = t.fresh_id();
  watcher& w = t.admitted("alice", batch);
  http_reply const reply = t.request(t.upload_call(transactions_of(std::move(text)), "alice", batch));
  outcome out;
  out.end = await_end(t, w, batch);
  out.summary = out.end.is_object() ? serialize(out.end) : reply.summary();
  // A socket is spared progress that comes fast (UP-N2); the history has all of it.
  out.events = events_in(t.request(history_call(t, batch)).json());
  w.close();
  ends(t, w.websocket());
  return out;
}

std::string const header = "Date,Description,Amount\n", row = "2025-11-01,Corner shop,-1.50\n";

std::string columns(std::size_t count) {
  std::string names = "Date,Description,Amount", values = "2025-11-01,Corner shop,-1.50";
  for (std::size_t i = 3; i != count; ++i) {
    names += ",Column " + std::to_string(i);
    values += ",x";
  }
  return names + '\n' + values + '\n';
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i != times; ++i) out += text;
  return out;
}

void check_stops(trial& t, std::string_view clause, std::string text, std::string_view stage,
                 std::string_view what) {
  outcome const out = run_file(t, std::move(text));
  t.check(
      clause, out.text("/status") == "error" && out.text("/stage") == stage,
      {"/stage", std::string(what) + " ends with an error in the stage " + std::string(stage), out.summary});
}

void check_completes(trial& t, std::string_view clause, std::string text, std::string_view what) {
  outcome const out = run_file(t, std::move(text));
  t.check(clause, out.text("/status") == "completed",
          {"/status", std::string(what) + " is completed", out.summary});
}

void validation(trial& t) {
  check_stops(t, "UP-P1", "", "validation", "an empty file");
  check_stops(t, "UP-P1", header, "validation", "a header without rows");
  check_stops(t, "UP-P1", "2025-11-01,Corner shop,-1.50\n", "validation", "rows without a header");
  check_stops(t, "UP-P1", header + "2025-11-01,\xC3\x28 \xFF,-1.50\n", "validation", "what is no UTF-8");
  check_stops(t, "UP-P1", "\x89PNG\r\n\x1A\n" + std::string(500, '\0'), "validation", "what is no text");
  check_stops(t, "UP-P1", columns(101), "validation", "a file of 101 columns");
  check_completes(t, "UP-P1", columns(100), "a file of 100 columns");
  check_completes(t, "UP-P1", "\xEF\xBB\xBF" + header + row, "a byte order mark");
}

void validation_rows(trial& t) {
  check_stops(t, "UP-P1", header + repeated("1,x,1\n", 1'000'001), "validation", "a file of 1,000,001 rows");
}

void scanning(trial& t) {
  outcome const clean = run_file(t, header + row);
  std::string const said = clean.message_of("scanning");
  t.check("UP-P2", said.find(" by ") != said.npos, {"/message", "by what the file was scanned", said});
  if (said.find("built-in") == said.npos) return;  // a scanner of its own: it knows other things
  check_stops(t, "UP-P2", header + "2025-11-01,<script>alert(1)</script>,1\n", "scanning",
              "an embedded script");
  check_stops(t, "UP-P2", header + "2025-11-01,=cmd|'/C calc'!A0,1\n", "scanning",
              "a formula that starts a program");
  for (observed_event const& e : clean.events)
    if (auto const* stage = at(e.payload, "/stage"); stage && *stage == "parsing") return;
  t.check("UP-P2", false, {"/stage", "a clean file goes on to parsing", clean.summary});
}

void parsing(trial& t) {
  std::string const text =
      "Posting Date,Narrative,Debit,Credit,Vendor,Ref\n"
      "2025-11-01,one,\"1,234.56\",,Shop,1\n31/10/2025,two,,€ 12.00,,\n1 Nov 2025,three,(12.00),,,\n"
      "yesterday,four,1,,,\n2025-11-02,five,many,,,\n";
  outcome const out = run_file(t, text);
  std::string const said = out.message_of("parsing");
  auto const *errors = at(out.end, "/details/errors"), *total = at(out.end, "/details/total");
  t.check("UP-P3", out.text("/status") == "completed", {"/status", "the good rows go on", out.summary});
  t.check("UP-P3", errors && *errors == 2 && total && *total == 5,
          {"/details/errors", "2 of 5 rows that cannot be read", out.summary});
  for (std::string_view number : {"Row 5", "Row 6"})
    t.check("UP-P3", said.find(number) != said.npos,
            {"/message", "the number of a bad row: " + std::string(number), said});
  check_completes(t, "UP-P3", "Datum;Betrag;Beschreibung\n31.10.2025;1.234,56;Laden\n", "a semicolon's file");
  check_stops(t, "UP-P3", "Date,Description\n2025-11-01,x\n", "validation", "a file without an amount");
}

void database(trial& t) {
  followed_job const job = t.follow();
  auto const stored = [&] {
    boost::json::value const body = t.request(status_call(t, job.id)).json();
    auto const* count = at(body, "/stored");
    return count ? serialize(*count) : std::string("no member stored");
  };
  std::string const rows = stored();
  auto const* total = at(job.last().payload, "/details/total");
  t.check("UP-P4", total && rows == serialize(*total),
          {"/stored", "all rows: " + (total ? serialize(*total) : ""), rows});
  http_reply const again = t.request(t.job_call(sample_kind::good, "alice", job.id));
  t.check("UP-P4", again.status == 409 && stored() == rows,
          {"/stored", "the same batch again doubles nothing", again.summary()});
}

void categorization(trial& t) {
  outcome const out =
      run_file(t, header + "2025-11-01,SALARY ACME LTD,2500.00\n2025-11-02,WOOLWORTHS FOOD,-80.10\n" +
                      "2025-11-03,qzx vbk,-1.00\n");
  std::string const said = out.message_of("categorization");
  t.check("UP-P5", said.find("2 transactions categorised, 1 left uncategorised") != said.npos,
          {"/message", "2 transactions categorised, 1 left uncategorised", said});
}

}  // namespace

void add_upload_progress_rest_cases(case_list& all) {
  add_batch_cases(
      all,
      {{"http/accepted", "Status 202 with the batch.", {"UP-H1"}, accepted},
       {"http/generated-id", "The server makes an id where there is none.", {"UP-H1"}, generated},
       {"http/id-in-query", "The id may stand in the query.", {"UP-H1"}, id_in_query},
       {"http/manager", "The status of the whole counts, and names no user.", {"UP-H2"}, manager_status},
       {"http/batch-status", "A batch's status says how it ended.", {"UP-H3"}, batch_status},
       {"http/history",
        "A batch's history has every event.",
        {"UP-H3", "CO-6", "CO-7", "UP-L1", "UP-E1"},
        history},
       {"http/others-batch", "Others learn nothing of a batch over REST.", {"UP-A5"}, others_batch},
       {"http/cancel", "A batch that is cancelled ends with an error, once.", {"UP-H3", "CO-7"}, cancel},
       {"pipeline/validation", "What is no table of text is found by the validation.", {"UP-P1"}, validation},
       {"pipeline/rows", "So are more than a million rows.", {"UP-P1"}, validation_rows},
       {"pipeline/scanning", "The scan says by what, and finds scripts.", {"UP-P2"}, scanning},
       {"pipeline/parsing", "Bad rows are told by their number, good ones go on.", {"UP-P3"}, parsing},
       {"pipeline/database", "All rows are stored, once.", {"UP-P4"}, database},
       {"pipeline/categorization",
        "Transactions get categories, or are left without.",
        {"UP-P5"},
        categorization}});
}

}  // namespace uploadproto::conformance
