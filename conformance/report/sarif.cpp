// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// SARIF 2.1.0: clauses are its rules, findings that do not hold its results.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <set>

#include "clauses/clause_book.hpp"
#include "report/markup.hpp"
#include "report/report.hpp"

namespace uploadproto::conformance {
namespace {

using boost::json::array;
using boost::json::object;

object message(std::string_view text) {
  return {{"text", readable(text)}};
}

std::string_view severity(level l) noexcept {
  switch (l) {
    case level::must:
      return "error";
    case level::should:
      return "warning";
    case level::may:
      break;
  }
  return "note";
}

object rule_of(clause const& c) {
  return {{"id", c.id},
          {"shortDescription", message(c.id + " (" + std::string(name_of(c.level)) + ")")},
          {"fullDescription", message(c.text)},
          {"defaultConfiguration", object{{"level", severity(c.level)}}}};
}

/** A black box has no lines: the place is the target file, and the case as a logical location. */
array place_of(case_result const& r, run_heading const& heading) {
  object physical{{"artifactLocation", object{{"uri", readable(heading.target_file)}}},
                  {"region", object{{"startLine", 1}}}};
  object logical{{"name", r.id}, {"fullyQualifiedName", r.protocol + '/' + r.id}};
  return {object{{"physicalLocation", std::move(physical)}, {"logicalLocations", array{std::move(logical)}}}};
}

object result_of(finding const& f, case_result const& r, run_heading const& heading) {
  std::string text = r.id + ": expected " + f.what.expected + "; came " + f.what.came;
  if (!f.what.pointer.empty()) text += " (at " + f.what.pointer + ')';
  text += ". Again: " + repeat_command(r, heading);
  object out{{"ruleId", f.clause},
             {"level", r.verdict == verdict::known_failing ? "note" : severity(f.level)},
             {"message", message(text)},
             {"locations", place_of(r, heading)},
             {"partialFingerprints", object{{"caseAndClause/v1", r.id + ' ' + f.clause}}},
             {"properties", object{{"case", r.id}, {"trace", readable(r.trace)}}}};
  if (r.verdict == verdict::known_failing)
    out["suppressions"] =
        array{object{{"kind", "external"}, {"justification", "on the list of known failures"}}};
  return out;
}

object notification(std::string_view text) {
  return {{"level", "error"}, {"message", message(text)}};
}

}  // namespace

std::string sarif_report(accounting const& all, run_heading const& heading) {
  std::set<std::string> broken;
  array rules, results, notifications;
  for (case_result const& r : all.results) {
    for (finding const& f : r.findings) {
      if (f.holds) continue;
      if (broken.insert(f.clause).second) rules.push_back(rule_of(shipped_clauses().at(f.clause)));
      results.push_back(result_of(f, r, heading));
    }
    if (r.verdict == verdict::error || r.verdict == verdict::not_run)
      notifications.push_back(notification(r.id + ": " + std::string(name_of(r.verdict)) + ": " + r.reason));
  }
  for (std::string const& o : all.objections()) notifications.push_back(notification(o));
  object driver{
      {"name", "uploadproto-conformance"}, {"version", heading.version}, {"rules", std::move(rules)}};
  object invocation{{"executionSuccessful", all.exit_code() == 0},
                    {"exitCode", all.exit_code()},
                    {"toolExecutionNotifications", std::move(notifications)}};
  object run{{"tool", object{{"driver", std::move(driver)}}},
             {"invocations", array{std::move(invocation)}},
             {"columnKind", "utf16CodeUnits"},
             {"results", std::move(results)}};
  return serialize(object{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                          {"version", "2.1.0"},
                          {"runs", array{std::move(run)}}}) +
         '\n';
}

}  // namespace uploadproto::conformance
