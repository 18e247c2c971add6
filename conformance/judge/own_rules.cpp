// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "judge/own_rules.hpp"

#include <boost/json/serialize.hpp>
#include <regex>
#include <string>
#include <vector>

#include "judge/rulebook.hpp"

namespace uploadproto::conformance {
namespace {

using boost::json::value;

/** The number at a JSON pointer; nothing where there is none. */
std::optional<double> number_at(value const& payload, std::string_view pointer) {
  boost::system::error_code missing;
  value const* found = payload.find_pointer(pointer, missing);
  if (!found || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

/** left = or <= the sum of the right. */
struct sum_rule {
  std::string_view clause, event, left;
  bool equal;
  std::vector<std::string_view> right;
};

std::vector<sum_rule> const& sum_rules() {
  static std::vector<sum_rule> const all{
      {"BU-L6",
       "bulk_upload_complete",
       "/validation_stats/total_records",
       true,
       {"/validation_stats/valid_records", "/validation_stats/invalid_ids", "/validation_stats/duplicates"}},
      {"BU-L6",
       "bulk_upload_complete",
       "/validation_stats/not_registered",
       false,
       {"/validation_stats/valid_records"}},
      {"BU-L6",
       "bulk_upload_complete",
       "/validation_stats/valid_records",
       true,
       {"/database_stats/inserts", "/database_stats/updates", "/database_stats/errors"}},
  };
  return all;
}

void judge_sum(judgement& out, sum_rule const& rule, observed_event const& e) {
  auto const left = number_at(e.payload, rule.left);
  double sum = 0;
  std::string terms;
  for (std::string_view pointer : rule.right) {
    auto const term = number_at(e.payload, pointer);
    if (!term) return;  // the table's matter
    sum += *term;
    terms += (terms.empty() ? "" : " + ") + std::string(pointer);
  }
  if (!left) return;
  out.judge(rule.clause, rule.equal ? *left == sum : *left <= sum,
            {std::string(rule.left), (rule.equal ? "" : "at most ") + terms, serialize(e.payload)});
}

/** A text member of this form. */
struct form_rule {
  std::string_view clause, event, pointer, form, described;
};

constexpr form_rule form_rules[] = {
    {"BU-L9", "bulk_upload_progress", "/job_id", "job-[0-9]{10,16}-[0-9]+",
     "an id like job-1732530000000-123"},
    {"CE-L3", "message-received", "/logId",
     "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "a UUID"},
    {"FU-L3", "upload-progress", "/message", ".*[0-9]+ of [0-9]+.*",
     "words like Processing 500 of 1000 rows"},
};

void judge_form(judgement& out, form_rule const& rule, observed_event const& e) {
  boost::system::error_code missing;
  value const* found = e.payload.find_pointer(rule.pointer, missing);
  if (!found || !found->is_string()) return;
  std::string const text(found->as_string());
  out.judge(rule.clause, std::regex_match(text, std::regex(rule.form.begin(), rule.form.end())),
            {std::string(rule.pointer), std::string(rule.described), text});
}

/** FU-L3: while rows are worked on, both counts are there. */
bool counts_rows(observed_event const& e) {
  boost::json::object const* object = e.payload.if_object();
  value const* status = object ? object->if_contains("status") : nullptr;
  return status && *status == "processing" && object->contains("processed");
}

}  // namespace

void judge_own_rules(judgement& out, protocol_face const& face, event_face const& event,
                     observed_event const& e) {
  for (sum_rule const& rule : sum_rules())
    if (rule.event == e.name) judge_sum(out, rule, e);
  for (form_rule const& rule : form_rules)
    if (rule.event == e.name && (rule.clause != "FU-L3" || counts_rows(e))) judge_form(out, rule, e);
  if (face.name() == "upload_progress" && event.text(e.payload, contract::role::status) == "error")
    out.judge("UP-E2", !event.text(e.payload, contract::role::error).empty(),
              {"/error", "a sentence, since the status is error", serialize(e.payload)});
}

}  // namespace uploadproto::conformance
