// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The pipeline of the bulk upload, as the reference server has it (BU-P).
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/listeners.hpp"
#include "fixtures/workbook.hpp"
#include "fixtures/workbook_parts.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::string_view workbook_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

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
  t.check("BU-P1", std::distance(std::unique(sentences.begin(), sentences.end()), sentences.end()) <= 2,
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

void add_bulk_pipeline_cases(case_list& all) {
  for (line const& one : std::initializer_list<line>{
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
