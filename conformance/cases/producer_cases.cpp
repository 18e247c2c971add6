// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The producers' REST interface, and what the consumer makes of what comes through it (CE-H, CE-P).
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <map>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/listeners.hpp"
#include "fixtures/workbook.hpp"

namespace uploadproto::conformance {
namespace {

std::vector<observed_event> named(watcher const& w, std::string_view name) {
  auto out = w.heard();
  std::erase_if(out, [&](observed_event const& e) { return e.name != name; });
  return out;
}

std::string order(std::string_view member = {}, boost::json::value value = nullptr) {
  boost::json::object out{
      {"orderNumber", "ORD-1001"}, {"productName", "Laptop"}, {"quantity", 2}, {"price", 1299.99}};
  if (!member.empty()) out[member] = std::move(value);
  return serialize(out);
}

http_call sent(trial& t, std::string body) {
  return posted(t, t.side().send.path, std::move(body));
}

http_call csv(trial& t, std::string_view path, std::string bytes, std::string name = "orders.csv") {
  http_call call = call_of(t, "POST", path);
  set_form(call, {}, {t.side().upload.field, std::move(name), "text/csv", std::move(bytes)});
  return call;
}

std::string orders_csv(std::size_t rows, std::size_t bad = 0) {
  std::vector<text_row> out{{"orderNumber", "productName", "quantity", "price"}};
  for (std::size_t n = 1; n <= rows; ++n)
    out.push_back({"ORD-" + std::to_string(n), "Product", n == bad ? "none" : "2", "19.99"});
  return csv_of(out);
}

void needs_documented_paths(trial& t) {
  contract::rest_interface const& rest = t.info().rest;
  if (t.side().send.path != rest.send_path || t.side().upload.request.path != rest.upload_path)
    t.skip("the target drives its producers by other requests than the documented ones");
}

/** CE-H1, under both paths. */
void single(trial& t) {
  needs_documented_paths(t);
  watcher& w = t.admitted();
  for (std::string const prefix : {"", "/api"}) {
    std::string const clause = prefix.empty() ? "CE-H1" : "CE-H2";
    answer made(t, clause, posted(t, prefix + t.side().send.path, order()));
    made.status(201).is("/status", "success").text("/logId").text("/topic");
    wait_for_end(t, clause, w, text_at(made.reply().json(), "/logId"));
    t.check(clause, w.heard_of(text_at(made.reply().json(), "/logId")).back().name == "processing-completed",
            {"", "processing-completed for a valid order", "processing-failed"});
  }
  for (boost::json::value const& number : {boost::json::value("ORD-7"), boost::json::value(1001)})
    answer(t, "CE-H1", sent(t, order("orderNumber", number))).status(201);
}

/** A bad body is 400 and lists what is wrong; none of it comes to the consumer. */
void bad_bodies(trial& t) {
  needs_documented_paths(t);
  watcher& w = t.admitted();
  std::vector<std::string> bodies{"",
                                  "{",
                                  "[]",
                                  "null",
                                  "\"text\"",
                                  "{}",
                                  order("quantity", 0),
                                  order("quantity", 1.5),
                                  order("quantity", "two"),
                                  order("price", -1),
                                  order("price", "free"),
                                  order("orderNumber", ""),
                                  order("productName", ""),
                                  order("productName", nullptr)};
  for (std::string const& body : bodies) {
    answer refused(t, "CE-H1", sent(t, body));
    refused.status(400);
    t.check("CE-H1", refused.reply().body.size() > 2,
            {"", "the list of what is wrong with " + body, refused.reply().summary()});
  }
  answer several(t, "CE-H1", sent(t, R"({"orderNumber":"","quantity":0})"));
  for (std::string_view field : {"orderNumber", "productName", "quantity", "price"})
    t.check("CE-H1", several.reply().body.find(field) != std::string::npos,
            {"", std::string(field) + " in the list of what is wrong", several.reply().summary()});
  std::string const good = t.start_job();
  wait_for_end(t, "CE-H1", w, good);
  t.settle(w);
  for (observed_event const& e : named(w, "message-received"))
    t.check("CE-H1", job_of(t.face(), e) == good, {"", "nothing produced by a bad body", shown(e)});
}

/** CE-P2 on both sides of each edge. */
void order_rules(trial& t) {
  using boost::json::string;
  struct edge {
    std::string body;
    unsigned status;
  };
  for (edge const& e : std::vector<edge>{{order("orderNumber", string(64, 'x')), 201},
                                         {order("orderNumber", string(65, 'x')), 400},
                                         {order("orderNumber", 12345), 201},
                                         {order("orderNumber", 1.5), 400},
                                         {order("orderNumber", true), 400},
                                         {order("productName", string(256, 'x')), 201},
                                         {order("productName", string(257, 'x')), 400},
                                         {order("quantity", 1), 201},
                                         {order("quantity", 0), 400},
                                         {order("quantity", -1), 400},
                                         {order("price", 0), 201},
                                         {order("price", -0.01), 400},
                                         {order("price", boost::json::array{}), 400}}) {
    answer(t, "CE-P2", sent(t, e.body)).status(e.status);
  }
}

void csv_header(trial& t) {
  watcher& w = t.admitted();
  std::string const& path = t.side().upload.request.path;
  answer mixed(t, "CE-P2", csv(t, path, "PRICE,quantity,OrderNumber,productname\r\n1.50,3,A-1,Pen\r\n"));
  mixed.status(202);
  for (std::string_view header : {"orderNumber,productName,quantity", "a,b,c,d", ""})
    answer(t, "CE-P2", csv(t, path, std::string(header) + "\r\nA-1,Pen,1,2\r\n")).status(400);
  answer late(t, "CE-P2", csv(t, path, orders_csv(1, 1)));
  late.status(202);
  bool failed = false;
  t.until([&] {
    for (observed_event const& e : named(w, "processing-failed"))
      failed |= shown(e).find("quantity") != std::string::npos;
    return failed || w.over();
  });
  t.check("CE-P2", failed, {"", "processing-failed for a bad row, when it is consumed", w.summary()});
}

/** The batches that a client that was there from before has heard of, by logId: their rows. */
std::map<std::string, std::uint64_t> batches_of(watcher const& w) {
  std::map<std::string, std::uint64_t> out;
  for (observed_event const& e : named(w, "message-received"))
    if (text_at(e.payload, "/data/dataType") == "CSV_BATCH") {
      boost::json::value const rows = at(e.payload, "/data/rowCount");
      out[text_at(e.payload, "/logId")] = rows.is_number() ? rows.to_number<std::uint64_t>() : 0;
    }
  return out;
}

void csv_batches(trial& t) {
  needs_documented_paths(t);
  for (std::string const prefix : {"", "/api"}) {
    watcher& w = t.admitted();
    answer made(t, "CE-H2", csv(t, prefix + t.side().upload.request.path, orders_csv(250)));
    made.status(202).text("/jobId").text("/topic");
    for (auto const& [member, number] : {std::pair("/batches", 3), std::pair("/rows", 250)})
      if (!made.at(member).is_null()) made.is(member, number);
    t.until([&] {
      auto const found = batches_of(w);
      return w.over() || (found.size() >= 3 &&
                          std::ranges::all_of(found, [&](auto const& b) { return w.heard_end_of(b.first); }));
    });
    t.settle(w);
    std::vector<std::uint64_t> rows;
    for (auto const& [id, count] : batches_of(w)) rows.push_back(count);
    std::ranges::sort(rows);
    std::string came;
    for (std::uint64_t count : rows) came += (came.empty() ? "" : ", ") + std::to_string(count);
    t.check(
        "CE-H2", rows == std::vector<std::uint64_t>{50, 100, 100},
        {"/data/rowCount", "batches of 100, 100 and 50, each with a logId", came.empty() ? "none" : came});
    judgement found;
    for (observed_event const& e : named(w, "message-received")) judge_event(found, t.face(), e);
    if (auto const* shape = found.find("CE-E2"))
      for (breach const& b : shape->breaches) t.check("CE-H2", false, b);
  }
}

/** CE-H3. */
void uploads(trial& t) {
  level const asked = promised(t);
  watcher& w = t.admitted();
  answer made(t, "CE-H3", csv(t, t.side().upload.request.path, orders_csv(250, 150)));
  std::string const upload = text_at(made.reply().json(), "/jobId");
  if (!t.whole().reference && t.side().status.path.empty())
    t.skip("the target names no request for an upload's state");
  http_call const call = call_of(t, "GET", contract::path_for(t.side().status.path, upload));
  boost::json::value shown_upload;
  t.until([&] { return w.over() || named(w, "message-received").size() >= 3; });
  for (auto const& [id, rows] : batches_of(w)) wait_for_end(t, "CE-H3", w, id);
  shown_upload = t.request(call).json();
  std::string const text = serialize(shown_upload);
  t.check_as(asked, "CE-H3", text_at(shown_upload, "/jobId") == upload, {"/jobId", upload, text});
  for (std::size_t i = 0; i != 3; ++i) {
    std::string const place = "/batches/" + std::to_string(i);
    std::string const id = text_at(shown_upload, place + "/logId"),
                      state = text_at(shown_upload, place + "/status");
    t.check_as(
        asked, "CE-H3", state == (i == 1 ? "FAILED" : "PROCESSED"),
        {place + "/status", i == 1 ? "FAILED, as its event says" : "PROCESSED, as its event says", text});
    auto const events = w.heard_of(id);
    t.check_as(asked, "CE-H3", !events.empty(),
               {place + "/logId", "the logId of a batch that was announced", text});
    if (events.empty()) continue;
    t.check_as(
        asked, "CE-H3",
        text_at(events[0].payload, "/data/uploadId") == upload &&
            at(events[0].payload, "/data/batchIndex") == std::uint64_t(i) &&
            at(events[0].payload, "/data/batchCount") == 3,
        {"/data", "uploadId, batchIndex " + std::to_string(i) + " and batchCount 3", shown(events[0])});
  }
  t.check_as(asked, "CE-H3",
             t.request(call_of(t, "GET", contract::path_for(t.side().status.path, t.uuid()))).status == 404,
             {"", "404 for an upload that nobody has made", "another status"});
}

/** CE-P3: a bad row fails its batch, and no other. */
void bad_row(trial& t) {
  watcher& w = t.admitted();
  answer made(t, "CE-P3", csv(t, t.side().upload.request.path, orders_csv(250, 150)));
  made.status(202);
  std::string const upload = text_at(made.reply().json(), "/jobId");
  std::map<std::uint64_t, observed_event> ends;
  t.until([&] {
    for (observed_event const& e : named(w, "message-received")) {
      if (text_at(e.payload, "/data/uploadId") != upload) continue;
      std::string const id = text_at(e.payload, "/logId");
      if (w.heard_end_of(id))
        ends[at(e.payload, "/data/batchIndex").to_number<std::uint64_t>()] = w.heard_of(id).back();
    }
    return ends.size() == 3 || w.over();
  });
  t.require("CE-P3", ends.size() == 3, {"", "the ends of three batches", std::to_string(ends.size())});
  for (std::uint64_t i : {0u, 2u})
    t.check("CE-P3", ends[i].name == "processing-completed", {"", "processing-completed", shown(ends[i])});
  std::string const error = text_at(ends[1].payload, "/error");
  t.check("CE-P3",
          ends[1].name == "processing-failed" && error.find("151") != error.npos &&
              error.find("quantity") != error.npos,
          {"/error", "processing-failed that names row 151 and quantity", shown(ends[1])});
}

/** CE-P1 as far as it shows: nobody has to listen for a message to be worked on. */
void nobody_listens(trial& t) {
  answer made(t, "CE-P1", csv(t, t.side().upload.request.path, orders_csv(5)));
  made.status(202);
  http_call const call =
      call_of(t, "GET", contract::path_for(t.side().status.path, text_at(made.reply().json(), "/jobId")));
  std::string state;
  auto const deadline = clock::now() + t.patience();
  while (state != "PROCESSED" && clock::now() < deadline) state = text_at(t.request(call).json(), "/status");
  t.check("CE-P1", state == "PROCESSED", {"/status", "PROCESSED", state});
}

struct line {
  std::string_view name, title;
  std::vector<std::string> clauses;
  void (*run)(trial&);
  bool alone = false;
};

}  // namespace

void add_producer_cases(case_list& all) {
  for (line const& one : std::initializer_list<line>{
           {"producers/single",
            "An order is 201 with its logId, under both paths.",
            {"CE-H1", "CE-H2"},
            single},
           {"producers/bad-bodies",
            "A bad order is 400, and nothing is produced.",
            {"CE-H1"},
            bad_bodies,
            true},
           {"producers/batches", "A CSV travels in batches of 100.", {"CE-H2"}, csv_batches, true},
           {"producers/uploads", "An upload lists its batches and their states.", {"CE-H3"}, uploads, true},
           {"pipeline/order-rules", "An order's members have their bounds.", {"CE-P2"}, order_rules},
           {"pipeline/csv-header",
            "The header is checked before, the rows when consumed.",
            {"CE-P2"},
            csv_header},
           {"pipeline/bad-row", "A bad row fails its batch and no other.", {"CE-P3"}, bad_row},
           {"pipeline/nobody-listens",
            "Messages are worked on though nobody listens.",
            {"CE-P1"},
            nobody_listens}})
    all.push_back({.id = "ce/" + std::string(one.name),
                   .title = std::string(one.title),
                   .protocol = "consumer_events",
                   .clauses = one.clauses,
                   .run = one.run,
                   .alone = one.alone});
}

}  // namespace uploadproto::conformance
