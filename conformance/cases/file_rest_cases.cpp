// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The REST interface and the pipeline of the file upload, as the reference server has them (FU-H, FU-P).
#include <algorithm>
#include <boost/json/serialize.hpp>

#include "cases/all_cases.hpp"
#include "cases/answers.hpp"
#include "cases/listeners.hpp"
#include "fixtures/workbook.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::string_view workbook_type =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

http_call get(trial& t, std::string_view path) {
  return call_of(t, "GET", path);
}

void is_error(trial& t, std::string_view clause, http_call call, unsigned status) {
  answer(t, clause, std::move(call)).status(status).is("/statusCode", status).text("/message").text("/error");
}

/** An upload through a template; the fields before or behind the file. */
http_call upload(trial& t, std::string_view name, sample_file const& file, http_fields const& fields = {}) {
  http_call call = call_of(t, "POST", "/file/upload/" + std::string(name));
  set_form(call, fields, {"file", file.name, file.media_type, file.bytes});
  return call;
}

sample_file table_of(std::vector<text_row> const& rows) {
  return {"table.csv", "text/csv", csv_of(rows)};
}

/** Runs a file to its end, joined before. @return all that came of it */
std::vector<observed_event> run_file(trial& t, std::string_view clause, std::string_view way,
                                     sample_file const& file) {
  watcher& w = t.admitted("alice");
  std::string const id = t.fresh_id();
  w.subscribe(id);
  t.settle(w);
  answer(t, clause, upload(t, way, file, {{"jobId", id}})).status(202);
  wait_for_end(t, clause, w, id);
  t.settle(w);
  return w.heard_of(id);
}

std::string unique_mail(trial& t) {
  return "person-" + t.uuid() + "@example.org";
}

void uploading(trial& t) {
  sample_file const file = own_sample("file_upload", sample_kind::good);
  answer(t, "FU-H1", upload(t, "users", file)).status(202).text("/jobId").is("/status", "queued");
  std::string const id = t.uuid();
  for (std::string const& chosen : {id, id + std::string(64 - id.size(), 'j'), "A.z_0-" + t.uuid()})
    answer(t, "FU-H1", upload(t, "users", file, {{"jobId", chosen}}))
        .status(202)
        .is("/jobId", boost::json::string(chosen));
  is_error(t, "FU-H1", upload(t, "users", file, {{"jobId", id}}), 409);
  for (std::string const& bad : {std::string(), std::string(65, 'j'), std::string("a b"), std::string("a/b"),
                                 std::string("j\xC3\xB6")})
    is_error(t, "FU-H1", upload(t, "users", file, {{"jobId", bad}}), 400);
  is_error(t, "FU-H1", upload(t, "no-such-template", file), 404);
}

/** The id may stand behind the file. */
void id_behind_the_file(trial& t) {
  sample_file const file = own_sample("file_upload", sample_kind::good);
  http_call call = upload(t, "users", file);
  std::string const id = t.uuid();
  std::size_t const close = call.body.rfind("\r\n--uploadproto") + 2;
  std::string const boundary = call.body.substr(0, call.body.find("\r\n"));
  call.body = call.body.substr(0, close) + boundary +
              "\r\nContent-Disposition: form-data; name=\"jobId\"\r\n\r\n" + id + "\r\n" + boundary +
              "--\r\n";
  answer(t, "FU-H1", std::move(call)).status(202).is("/jobId", boost::json::string(id));
}

void errors(trial& t) {
  sample_file file = own_sample("file_upload", sample_kind::good);
  http_call bare = call_of(t, "POST", "/file/upload/users");
  is_error(t, "FU-H6", bare, 415);
  http_call other = bare;
  set_form(other, {}, {"other", file.name, file.media_type, file.bytes});
  is_error(t, "FU-H6", other, 400);
  file.name = "users.xls";
  is_error(t, "FU-H6", upload(t, "users", file), 415);
  is_error(t, "FU-H6", get(t, "/file/jobs/" + t.uuid()), 404);
  is_error(t, "FU-H6", get(t, "/file/no-such-path"), 404);
  is_error(t, "FU-H6", get(t, "/file/upload/users"), 405);
}

/** 10 MiB are taken, a byte more is not. */
void largest_file(trial& t) {
  sample_file file{"large.csv", "text/csv", std::string((10 << 20) + 1, 'x')};
  is_error(t, "FU-H1", upload(t, "users", file), 413);
  file.bytes.pop_back();
  answer(t, "FU-H1", upload(t, "users", file)).status(202);
}

void job(trial& t) {
  followed_job const done = t.follow(sample_kind::bad_row);
  boost::json::value const result = at(done.last().payload, "/result");
  answer(t, "FU-H2", get(t, "/file/jobs/" + done.id))
      .status(200)
      .is("/jobId", boost::json::string(done.id))
      .is("/templateName", "users")
      .is("/status", "completed")
      .is("/progress", 100)
      .is("/result", result)
      .text("/message");
  followed_job const failed = t.follow(sample_kind::failing);
  answer(t, "FU-H2", get(t, "/file/jobs/" + failed.id))
      .status(200)
      .is("/status", "failed")
      .is("/error", at(failed.last().payload, "/error"));
  is_error(t, "FU-H2", get(t, "/file/jobs/" + t.uuid()), 404);
}

void templates(trial& t) {
  answer all(t, "FU-H3", get(t, "/file/templates"));
  all.status(200).array("");
  for (std::string_view name : {"users", "products"}) {
    std::string const path = "/file/templates/" + std::string(name);
    answer one(t, "FU-H3", get(t, path));
    one.status(200).is("/name", boost::json::string(name)).array("/columns");
    boost::json::value const listed = all.reply().json();
    bool const there = listed.is_array() && std::ranges::count(listed.as_array(), one.reply().json()) == 1;
    t.check("FU-H3", there, {"", "the template in the list as it is by itself", all.reply().summary()});
    for (std::string_view query : {"", "?includeSample=true"})
      answer(t, "FU-H3", get(t, path + "/download" + std::string(query)))
          .status(200)
          .workbook()
          .header("Content-Type", workbook_type)
          .header("Content-Disposition", "attachment");
    answer samples(t, "FU-H3", get(t, path + "/download?includeSample=true"));
    sample_file const again{"back.xlsx", std::string(workbook_type), samples.reply().body};
    auto const events = run_file(t, "FU-H3", name, again);
    t.check("FU-H3", events.back().name == "upload-completed",
            {"", "the samples can be uploaded as they are", shown(events.back())});
  }
  is_error(t, "FU-H3", get(t, "/file/templates/no-such-template"), 404);
  is_error(t, "FU-H3", get(t, "/file/templates/no-such-template/download"), 404);
  is_error(t, "FU-H3", get(t, "/file/templates/users/download?includeSample=maybe"), 400);
}

/** What was uploaded is found among the rows, and goes out again. */
void data(trial& t) {
  std::string const sku = "SKU-" + t.uuid();
  auto const events =
      run_file(t, "FU-H4", "products",
               table_of({{"Product Name", "SKU", "Price", "Category"}, {"Mug", sku, "12.50", "Kitchen"}}));
  t.require("FU-H4", events.back().name == "upload-completed",
            {"", "upload-completed", shown(events.back())});
  answer first(t, "FU-H4", get(t, "/file/data/products?page=1&limit=1"));
  first.status(200).array("/data").is("/page", 1).is("/limit", 1).natural("/total");
  t.check("FU-H4", at(first.reply().json(), "/data").as_array().size() == 1,
          {"/data", "one row", first.reply().summary()});
  std::uint64_t const total = first.at("/total").to_number<std::uint64_t>();
  bool found = false;
  for (std::uint64_t page = total / 100 + 1; page != 0 && !found; --page)
    found = t.request(get(t, "/file/data/products?limit=100&page=" + std::to_string(page))).body.find(sku) !=
            std::string::npos;
  t.check("FU-H4", found, {"/data", "the row that was uploaded, " + sku, "no page with it"});
  for (std::string_view query : {"page=0", "limit=0", "page=x"})
    is_error(t, "FU-H4", get(t, "/file/data/products?" + std::string(query)), 400);
  is_error(t, "FU-H4", get(t, "/file/data/no-such-template"), 404);
  answer(t, "FU-H5", get(t, "/file/export/products"))
      .status(200)
      .workbook()
      .header("Content-Type", workbook_type)
      .header("Content-Disposition", "attachment");
  is_error(t, "FU-H5", get(t, "/file/export/no-such-template"), 404);
}

/** FU-P1: types, required members, unique ones, defaults. */
void template_rules(trial& t) {
  answer users(t, "FU-P1", get(t, "/file/templates/users")),
      products(t, "FU-P1", get(t, "/file/templates/products"));
  using column = std::pair<std::string_view, bool>;
  auto const check = [&](answer const& a, std::initializer_list<column> wanted) {
    for (auto const& [header, required] : wanted) {
      bool there = false;
      boost::json::value const columns = a.at("/columns");
      if (columns.is_array())
        for (boost::json::value const& c : columns.as_array())
          there |= text_at(c, "/header") == header && (at(c, "/required") == true) == required;
      t.check("FU-P1", there,
              {"/columns", std::string(header) + (required ? ", required" : ", not required"),
               serialize(columns)});
    }
  };
  check(users, {{"First Name", true},
                {"Last Name", true},
                {"Email", true},
                {"Phone", false},
                {"Birth Date", false},
                {"Is Active", false}});
  check(products, {{"Product Name", true},
                   {"SKU", true},
                   {"Price", true},
                   {"Category", true},
                   {"Stock Quantity", false},
                   {"Description", false}});
  std::string const mail = unique_mail(t);
  struct wrong {
    std::string_view field;
    text_row row;
  };
  for (wrong const& one : std::vector<wrong>{{"First Name", {"", "Lee", mail, "", "", ""}},
                                             {"Email", {"Ann", "Lee", "nobody", "", "", ""}},
                                             {"Birth Date", {"Ann", "Lee", mail, "", "1990-02-30", ""}},
                                             {"Is Active", {"Ann", "Lee", mail, "", "", "perhaps"}}}) {
    auto const events = run_file(
        t, "FU-P1", "users",
        table_of({{"First Name", "Last Name", "Email", "Phone", "Birth Date", "Is Active"}, one.row}));
    std::string const error = text_at(events.back().payload, "/result/errors/0");
    t.check("FU-P1", error.find("'" + std::string(one.field) + "'") != error.npos,
            {"/result/errors/0", "an error that names the field " + std::string(one.field),
             shown(events.back())});
  }
}

/** FU-P2: the row's number, the first hundred errors and a count of the rest, the other rows stored. */
void row_errors(trial& t) {
  std::vector<text_row> rows{{"Email", "  last NAME ", "First Name"}};
  for (int i = 0; i != 130; ++i) rows.push_back({i == 7 ? unique_mail(t) : "nobody", "Lee", "Ann"});
  auto const events = run_file(t, "FU-P2", "users", table_of(rows));
  observed_event const& end = events.back();
  t.require("FU-P2", end.name == "upload-completed", {"", "upload-completed", shown(end)});
  boost::json::value const list = at(end.payload, "/result/errors");
  t.require("FU-P2", list.is_array() && list.as_array().size() == 101,
            {"/result/errors", "100 lines and one that counts the other 29", shown(end).substr(0, 500)});
  std::string const first = text_at(list, "/0"), last = text_at(list, "/100");
  t.check("FU-P2", first.starts_with("Row 2: Field 'Email' "),
          {"/result/errors/0", "Row 2: Field 'Email' …", first});
  t.check("FU-P2", text_at(list, "/7").starts_with("Row 10: "),
          {"/result/errors/7", "Row 10: …", text_at(list, "/7")});
  t.check("FU-P2", last.find("29") != last.npos, {"/result/errors/100", "a line that counts 29 more", last});
  t.check("FU-P2", at(end.payload, "/result/total") == 130,
          {"/result/total", "130", shown(end).substr(0, 500)});
}

/** FU-P3: what fails a job. */
void failing_files(trial& t) {
  using pair = std::pair<std::string_view, sample_file>;
  std::string const xlsx(workbook_type);
  for (auto const& [what, file] : std::vector<pair>{
           {"no data row", table_of({{"First Name", "Last Name", "Email"}})},
           {"no required column", table_of({{"First Name", "Email"}, {"Ann", "ann@example.org"}})},
           {"a CSV that is called a workbook",
            {"users.xlsx", xlsx, "First Name,Last Name,Email\r\nA,B,c@d.org\r\n"}},
           {"half a workbook",
            {"users.xlsx", xlsx, workbook_of({{"First Name", "Last Name", "Email"}}).substr(0, 700)}},
           {"no bytes at all", {"users.csv", "text/csv", ""}}}) {
    auto const events = run_file(t, "FU-P3", "users", file);
    t.check("FU-P3",
            events.back().name == "upload-error" && !text_at(events.back().payload, "/error").empty(),
            {"/error", "upload-error with a sentence for " + std::string(what), shown(events.back())});
  }
  auto const events = run_file(t, "FU-P3", "users",
                               table_of({{"First Name", "Last Name", "Email"}, {"Ann", "Lee", "nobody"}}));
  t.check("FU-P3", events.back().name == "upload-completed",
          {"", "upload-completed: row errors alone never fail a job", shown(events.back())});
}

struct line {
  std::string_view name, title;
  std::vector<std::string> clauses;
  void (*run)(trial&);
};

}  // namespace

void add_file_rest_cases(case_list& all) {
  for (line const& one : std::initializer_list<line>{
           {"rest/upload",
            "An upload is 202 with its id; a bad id is 400, a used one 409.",
            {"FU-H1"},
            uploading},
           {"rest/id-behind-the-file", "The id may stand behind the file.", {"FU-H1"}, id_behind_the_file},
           {"rest/largest-file", "10 MiB are taken, a byte more is 413.", {"FU-H1"}, largest_file},
           {"rest/job", "A job's status says what its events said.", {"FU-H2"}, job},
           {"rest/templates", "Templates are listed, shown and downloaded.", {"FU-H3"}, templates},
           {"rest/data", "Stored rows come in pages and as a workbook.", {"FU-H4", "FU-H5"}, data},
           {"rest/errors", "Errors have their documented shape.", {"FU-H6"}, errors},
           {"pipeline/templates", "The shipped templates check what they say.", {"FU-P1"}, template_rules},
           {"pipeline/row-errors", "Bad rows are named, the others stored.", {"FU-P2"}, row_errors},
           {"pipeline/failing-files",
            "A file that cannot be loaded fails the job.",
            {"FU-P3"},
            failing_files}})
    all.push_back({.id = "fu/" + std::string(one.name),
                   .title = std::string(one.title),
                   .protocol = "file_upload",
                   .clauses = one.clauses,
                   .run = one.run});
}

}  // namespace uploadproto::conformance
