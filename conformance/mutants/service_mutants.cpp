// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Servers whose REST, pipelines and lives of jobs say something else than the documents: bulk upload, file
// upload, consumer events.
#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/json/serialize.hpp>
#include <map>

#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

/** An answer's header has another value. */
relay_hooks with_header(std::string path, std::string_view name, std::string to) {
  return on_answer(std::move(path), [name, to = std::move(to)](relay_exchange& x) {
    for (auto& [field, value] : x.reply.headers)
      if (boost::beast::iequals(field, name)) value = to;
  });
}

relay_hooks with_body(std::string path, std::string text) {
  return on_answer(std::move(path), [text = std::move(text)](relay_exchange& x) {
    if (x.reply.status == 200) x.reply.body = text;
  });
}

/** The list at a pointer loses its last one. */
edit shortened(std::string_view pointer) {
  return [pointer = std::string(pointer)](object& body) {
    value whole(std::move(body));
    boost::system::error_code missing;
    auto* list = whole.find_pointer(pointer, missing);
    if (list && list->is_array() && !list->get_array().empty()) list->get_array().pop_back();
    body = std::move(whole.get_object());
  };
}

/** One client's end is followed by a late progress event of the same job with the next one's events. */
relay_hooks restless_after(chosen_events end) {
  auto const last = std::make_shared<std::map<std::uint64_t, relay_message>>();
  return on_message([last, end = std::move(end)](relay_client& c, relay_message m) {
    auto const before = last->find(c.number);
    if (before != last->end() && m.is(relay_message::packet_type::event) && m.name() != "stats-updated") {
      c.to_client(before->second);
      last->erase(before);
    } else if (end.has(m)) {
      last->emplace(c.number, m);
    }
    c.to_client(m);
  });
}

void add_bulk(mutant_list& all) {
  constexpr auto complete = "bulk_upload_complete", failed = "bulk_upload_failed";
  constexpr auto process = "/process", status = "/status/", report = "/report/";
  all.insert(
      all.end(),
      {{"bu/id/another", "CO-9", "The answer names another job than the events.", "bu/job-id/agrees",
        [] { return change_answer(process, set_at("/data/job_id", "job-1732530000000-1")); }},
       {"bu/id/status-of-another", "CO-9", "The status does not know the id.", "bu/job-id/agrees",
        [] { return other_status(status, 200, 404); }},
       {"bu/silence/broken", "CO-7", "The end comes again while the next job runs.",
        "bu/life/silence-after-success", [] { return restless_after({.name = complete}); }},
       {"bu/silence/broken-failure", "CO-7", "The failure comes again while the next job runs.",
        "bu/life/silence-after-failure", [] { return restless_after({.name = failed}); }},
       {"bu/answer/after-the-work", "BU-L8", "The answer waits for the job.", "bu/life/answered-at-once",
        [] {
          auto const done = std::make_shared<bool>(false);
          relay_hooks out =
              on_answer(process, [done](relay_exchange& x) { x.held_until = [done] { return *done; }; });
          out.from_server = [done](relay_client& c, relay_message m) {
            c.to_client(m);
            *done = *done || m.name() == complete;
          };
          return out;
        }},
       {"bu/answer/no-id", "BU-L8", "The answer has no id.", "bu/life/answered-at-once",
        [] { return change_answer(process, erase("data")); }},
       {"bu/report/not-there", "BU-L7", "The report's path leads nowhere.", "bu/life/report",
        [] { return change({.name = complete}, set("report_path", "/api/v1/bulk-upload/report/job-1-1")); }},
       {"bu/report/no-workbook", "BU-L7", "The report is no workbook.", "bu/life/report",
        [] { return with_body(report, "ID;Name\r\n"); }},
       {"bu/report/for-all", "BU-L7", "Anybody gets the report.", "bu/life/report",
        [] { return other_status(report, 404, 200); }},
       {"bu/report/without-token", "BU-L7", "The report needs no token.", "bu/life/report",
        [] { return other_status(report, 401, 200); }},
       {"bu/process/created", "BU-H1", "An upload is answered by 200.", "bu/rest/process",
        [] { return other_status(process, 202, 200); }},
       {"bu/process/no-place", "BU-H1", "The answer does not say the place in the queue.", "bu/rest/process",
        [] { return change_answer(process, set_at("/data/queue_position", nullptr)); }},
       {"bu/process/too-large", "BU-H1", "A file of any size is taken.", "bu/rest/largest-file",
        [] { return other_status(process, 413, 202); }},
       {"bu/status/progress", "BU-H2", "A job's status says 99.", "bu/rest/status",
        [] { return change_answer(status, set_at("/data/progress", 99)); }},
       {"bu/status/of-others", "BU-H2", "Another user's job has a status.", "bu/rest/status",
        [] { return other_status(status, 404, 200); }},
       {"bu/report/inline", "BU-H3", "The report is no attachment.", "bu/rest/report",
        [] { return with_header(report, "Content-Disposition", "inline"); }},
       {"bu/cancel/words", "BU-H4", "A cancelled job fails with other words.", "bu/rest/cancel",
        [] { return change({.name = failed}, set("error", "Cancelled")); }},
       {"bu/cancel/of-others", "BU-H4", "Another user may cancel a job.", "bu/rest/cancel",
        [] { return other_status("/cancel/", 404, 200); }},
       {"bu/cancel/twice", "BU-H4", "A job can be cancelled twice.", "bu/rest/cancel",
        [] { return other_status("/cancel/", 409, 200); }},
       {"bu/history/short", "BU-H5", "A page of the history lacks a job.", "bu/rest/history",
        [] { return change_answer("/history", shortened("/data/jobs")); }},
       {"bu/history/any-page", "BU-H5", "Page 0 is taken.", "bu/rest/history",
        [] { return other_status("/history", 400, 200); }},
       {"bu/queue/counts", "BU-H6", "The queue counts one completed job more.", "bu/rest/queue",
        [] { return change_answer("/queue/stats", set_at("/data/completed", 2)); }},
       {"bu/queue/list", "BU-H7", "The queue's list lacks a job.", "bu/rest/queue",
        [] { return change_answer("/queue/jobs", shortened("/data/jobs")); }},
       {"bu/retry/completed", "BU-H8", "A completed job can be tried again.", "bu/rest/retry",
        [] { return other_status("/queue/retry/", 409, 200); }},
       {"bu/retry/another-id", "BU-H8", "A retry has another id.", "bu/rest/retry",
        [] { return change_answer("/queue/retry/", set_at("/data/job_id", "job-1732530000000-1")); }},
       {"bu/pipeline/elsewhere", "BU-P1", "A file that cannot be read fails in another stage.",
        "bu/pipeline/unreadable-files",
        [] { return change({.name = failed}, set("stage", "pre_validation")); }},
       {"bu/pipeline/one-sentence", "BU-P1", "Every file that cannot be read fails with the same sentence.",
        "bu/pipeline/unreadable-files",
        [] { return change({.name = failed}, set("error", "The file is bad")); }},
       {"bu/pipeline/blank-rows", "BU-P1", "A blank row counts.", "bu/pipeline/columns",
        [] { return change({.name = complete}, set_at("/validation_stats/total_records", 3)); }},
       {"bu/pipeline/columns-lost", "BU-P1", "Columns that are not known do not come back.",
        "bu/pipeline/columns", [] { return with_body(report, "PK"); }},
       {"bu/pipeline/duplicates", "BU-P2", "Id numbers are compared as they were typed.",
        "bu/pipeline/id-numbers",
        [] { return change({.name = complete}, set_at("/validation_stats/duplicates", 0)); }},
       {"bu/pipeline/reasons", "BU-P2", "The report gives no reasons.", "bu/pipeline/id-numbers",
        [] { return with_body(report, "PK"); }},
       {"bu/pipeline/all-registered", "BU-P3", "Everybody is registered.", "bu/pipeline/register",
        [] { return change({.name = complete}, set_at("/validation_stats/not_registered", 0)); }},
       {"bu/pipeline/doubled", "BU-P4", "Members who are known are added again.", "bu/pipeline/database",
        [] { return change({.name = complete}, set_at("/database_stats/inserts", 5)); }},
       {"bu/pipeline/report", "BU-P5", "The report is empty.", "bu/pipeline/report",
        [] { return with_body(report, ""); }}});
}

void add_file(mutant_list& all) {
  constexpr auto completed = "upload-completed", failed = "upload-error", progress = "upload-progress";
  constexpr auto upload = "/file/upload/", jobs = "/file/jobs/", templates = "/file/templates";
  all.insert(
      all.end(),
      {{"fu/id/another", "CO-9", "The events name another job than the answer.", "fu/job-id/agrees",
        [] { return change_answer(upload, set("jobId", "another")); }},
       {"fu/id/made-another", "CO-9", "An id that the server makes is not the events'.",
        "fu/job-id/made-by-the-server", [] { return change_answer(upload, set("jobId", "another")); }},
       {"fu/silence/broken", "CO-7", "The end comes again while the next job runs.",
        "fu/life/silence-after-success", [] { return restless_after({.name = completed}); }},
       {"fu/silence/broken-failure", "CO-7", "The failure comes again while the next job runs.",
        "fu/life/silence-after-failure", [] { return restless_after({.name = failed}); }},
       {"fu/completed/twice", "FU-E2", "upload-completed comes twice.", "fu/life/completed",
        [] { return twice({.name = completed}); }},
       {"fu/completed/bad-row-fails", "FU-E2", "A bad row fails the job.", "fu/life/bad-row",
        [] { return renamed({.name = completed}, failed); }},
       {"fu/completed/none", "FU-L4", "A job that succeeds has no end.", "fu/life/completed",
        [] { return drop({.name = completed}); }},
       {"fu/failed/twice", "FU-E4", "upload-error comes twice.", "fu/life/failed",
        [] { return twice({.name = failed}); }},
       {"fu/failed/completed-too", "FU-L4", "A job that fails is completed before.", "fu/life/failed",
        [] {
          return on_message([](relay_client& c, relay_message m) {
            if (m.name() == failed) {
              relay_message end = m;
              end.rename(completed);
              c.to_client(end);
            }
            c.to_client(m);
          });
        }},
       {"fu/failed/status-completed", "FU-L4", "The progress of a job that fails says completed.",
        "fu/life/failed", [] { return change({.name = progress}, set("status", "completed")); }},
       {"fu/upload/status", "FU-H1", "An upload is answered by 200.", "fu/rest/upload",
        [] { return other_status(upload, 202, 200); }},
       {"fu/upload/used-id", "FU-H1", "A used id is taken.", "fu/rest/upload",
        [] { return other_status(upload, 409, 202); }},
       {"fu/upload/bad-id", "FU-H1", "A bad id is taken.", "fu/rest/upload",
        [] { return other_status(upload, 400, 202); }},
       {"fu/upload/template", "FU-H1", "A template that is not there is a bad request.", "fu/rest/upload",
        [] { return other_status(upload, 404, 400); }},
       {"fu/upload/id-behind", "FU-H1", "An id behind the file is not read.", "fu/rest/id-behind-the-file",
        [] { return change_answer(upload, set("jobId", "another")); }},
       {"fu/upload/too-large", "FU-H1", "A file of any size is taken.", "fu/rest/largest-file",
        [] { return other_status(upload, 413, 202); }},
       {"fu/job/result", "FU-H2", "A job's status lacks its result.", "fu/rest/job",
        [] { return change_answer(jobs, erase("result")); }},
       {"fu/job/unknown", "FU-H2", "A job that is not there has a status.", "fu/rest/job",
        [] { return other_status(jobs, 404, 200); }},
       {"fu/templates/unknown", "FU-H3", "A template that is not there is shown.", "fu/rest/templates",
        [] { return other_status(templates, 404, 200); }},
       {"fu/templates/inline", "FU-H3", "A template's workbook is no attachment.", "fu/rest/templates",
        [] { return with_header("/download", "Content-Disposition", "inline"); }},
       {"fu/data/no-total", "FU-H4", "The rows have no total.", "fu/rest/data",
        [] { return change_answer("/file/data/", erase("total")); }},
       {"fu/data/page-0", "FU-H4", "Page 0 is taken.", "fu/rest/data",
        [] { return other_status("/file/data/", 400, 200); }},
       {"fu/export/no-workbook", "FU-H5", "The export is no workbook.", "fu/rest/data",
        [] { return with_body("/file/export/", "a;b"); }},
       {"fu/errors/shape", "FU-H6", "An error does not repeat its status.", "fu/rest/errors",
        [] { return change_answer("/file/", erase("statusCode")); }},
       {"fu/errors/status", "FU-H6", "A wrong method is a bad request.", "fu/rest/errors",
        [] { return other_status("/file/", 405, 400); }},
       {"fu/pipeline/column", "FU-P1", "A required column is not required.", "fu/pipeline/templates",
        [] { return change_answer("/file/templates/", shortened("/columns")); }},
       {"fu/pipeline/field-not-named", "FU-P1", "An error does not name its field.", "fu/pipeline/templates",
        [] {
          return change({.name = completed}, set_at("/result/errors", boost::json::array{"Row 2 is bad"}));
        }},
       {"fu/pipeline/all-errors", "FU-P2", "The errors are not counted.", "fu/pipeline/row-errors",
        [] { return change({.name = completed}, shortened("/result/errors")); }},
       {"fu/pipeline/takes-all", "FU-P3", "A file that cannot be read is completed.",
        "fu/pipeline/failing-files", [] { return renamed({.name = failed}, completed); }},
       {"fu/pipeline/fails-for-rows", "FU-P3", "Row errors fail the job.", "fu/pipeline/failing-files",
        [] { return renamed({.name = completed}, failed); }}});
}

void add_consumer(mutant_list& all) {
  constexpr auto success = "connection-success", received = "message-received",
                 completed = "processing-completed", failed = "processing-failed",
                 started = "processing-started";
  constexpr auto single = "/producers/send/single", csv = "/producers/upload/csv",
                 uploads = "/producers/uploads/";
  all.insert(
      all.end(),
      {{"ce/id/another", "CO-9", "The answer names another message than the events.", "ce/job-id/agrees",
        [] { return change_answer(single, set("logId", "7a0c8c9e-0000-4000-8000-000000000000")); }},
       {"ce/silence/broken", "CO-7", "The end comes again with the next message.",
        "ce/life/silence-after-success", [] { return restless_after({.name = completed}); }},
       {"ce/silence/broken-failure", "CO-7", "The failure comes again with the next message.",
        "ce/life/silence-after-failure", [] { return restless_after({.name = failed}); }},
       {"ce/greeting/none", "CE-E1", "Nobody is greeted.", "ce/greeting",
        [] { return drop({.name = success}); }},
       {"ce/greeting/twice", "CE-E1", "Everybody is greeted twice.", "ce/greeting",
        [] { return twice({.name = success}); }},
       {"ce/greeting/to-all", "CE-E1", "The greeting goes to everybody.", "ce/greeting",
        [] { return leaked({.name = success}); }},
       {"ce/greeting/words", "CE-E1", "The greeting has other words.", "ce/greeting",
        [] { return change({.name = success}, set("message", "Hello")); }},
       {"ce/greeting/no-time", "CE-E1", "The greeting has no timestamp.", "ce/greeting",
        [] { return change({.name = success}, erase("timestamp")); }},
       {"ce/rebroadcast/to-others", "CE-R2", "What a client sends goes to the others.",
        "ce/broadcast/not-from-clients",
        [] {
          return on_client_message([](relay_client& c, relay_message m) {
            if (m.is(relay_message::packet_type::event))
              for (auto const& other : c.by->clients())
                if (other.get() != &c) other->to_client(m);
            c.to_server(m);
          });
        }},
       {"ce/rebroadcast/back", "CE-R2", "What a client sends comes back.", "ce/broadcast/not-from-clients",
        [] {
          return on_client_message([](relay_client& c, relay_message m) {
            if (m.is(relay_message::packet_type::event)) c.to_client(m);
            c.to_server(m);
          });
        }},
       {"ce/rebroadcast/upset", "CE-R2", "An event of a client ends its connection.",
        "ce/broadcast/not-from-clients",
        [] {
          return on_client_message([](relay_client& c, relay_message m) {
            m.is(relay_message::packet_type::event) ? c.end() : c.to_server(m);
          });
        }},
       {"ce/many/redelivered", "CE-L2", "Every tenth message ends twice.", "ce/life/many-messages",
        [] { return twice({.name = completed, .so = only_nth(10)}); }},
       {"ce/many/one-lost", "CE-L1", "One of many messages is never started.", "ce/life/many-messages",
        [] { return drop({.name = started, .so = only_nth(7)}); }},
       {"ce/failure/not-started", "CE-L1", "A batch that fails was never started.",
        "ce/life/order-of-failure", [] { return drop({.name = started}); }},
       {"ce/stats/no-count", "CE-E6", "stats-updated lacks a count.", "ce/stats",
        [] { return change({.name = "stats-updated"}, erase("failed")); }},
       {"ce/stats/too-often", "CE-E6", "stats-updated comes twice at once.", "ce/stats",
        [] { return twice({.name = "stats-updated"}); }},
       {"ce/single/status", "CE-H1", "An order is answered by 200.", "ce/producers/single",
        [] { return other_status(single, 201, 200); }},
       {"ce/single/no-topic", "CE-H1", "The answer has no topic.", "ce/producers/single",
        [] { return change_answer(single, erase("topic")); }},
       {"ce/single/no-api", "CE-H2", "The paths do not answer under /api.", "ce/producers/single",
        [] { return on_request("/api/producers/", [](relay_exchange& x) { x.answer(404, object{}); }); }},
       {"ce/single/numbers-refused", "CE-H1", "An order's number must be a text.", "ce/producers/single",
        [] {
          return on_request(single, [](relay_exchange& x) {
            if (x.call.body.find("\"orderNumber\":1001") != std::string::npos) x.answer(400, object{});
          });
        }},
       {"ce/bad/taken", "CE-H1", "A bad order is taken.", "ce/producers/bad-bodies",
        [] { return other_status(single, 400, 201); }},
       {"ce/bad/not-listed", "CE-H1", "A refusal does not list what is wrong.", "ce/producers/bad-bodies",
        [] {
          return on_answer(single, [](relay_exchange& x) {
            if (x.reply.status == 400) x.answer(400, {{"message", "bad order"}});
          });
        }},
       {"ce/csv/status", "CE-H2", "A CSV is answered by 200.", "ce/producers/batches",
        [] { return other_status(csv, 202, 200); }},
       {"ce/csv/rows", "CE-H2", "Batches have another number of rows.", "ce/producers/batches",
        [] { return change({.name = received}, set_at("/data/rowCount", 99)); }},
       {"ce/uploads/states", "CE-H3", "An upload's batches have no states.", "ce/producers/uploads",
        [] { return change_answer(uploads, erase("batches")); }},
       {"ce/uploads/unknown", "CE-H3", "An upload that nobody has made is there.", "ce/producers/uploads",
        [] { return other_status(uploads, 404, 200); }},
       {"ce/order/any-length", "CE-P2", "Names of any length are taken.", "ce/pipeline/order-rules",
        [] { return other_status(single, 400, 201); }},
       {"ce/order/no-zero", "CE-P2", "A price of 0 is refused.", "ce/pipeline/order-rules",
        [] {
          return on_request(single, [](relay_exchange& x) {
            if (x.call.body.find("\"price\":0}") != std::string::npos) x.answer(400, object{});
          });
        }},
       {"ce/header/any", "CE-P2", "A CSV of any header is taken.", "ce/pipeline/csv-header",
        [] { return other_status(csv, 400, 202); }},
       {"ce/batch/fails-all", "CE-P3", "A bad row fails every batch.", "ce/pipeline/bad-row",
        [] { return renamed({.name = completed}, failed); }},
       {"ce/batch/row-not-named", "CE-P3", "A failure does not name the row.", "ce/pipeline/bad-row",
        [] { return change({.name = failed}, set("error", "a row is bad")); }},
       {"ce/unheard", "CE-P1", "Messages wait until somebody listens.", "ce/pipeline/nobody-listens",
        [] { return change_answer(uploads, set("status", "PENDING")); }}});
}

}  // namespace

void add_service_mutants(mutant_list& all) {
  add_bulk(all);
  add_file(all);
  add_consumer(all);
}

}  // namespace uploadproto::conformance
