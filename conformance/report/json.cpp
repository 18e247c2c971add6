// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "clauses/clause_book.hpp"
#include "report/markup.hpp"
#include "report/report.hpp"

namespace uploadproto::conformance {
namespace {

using boost::json::array;
using boost::json::object;

object json_of(finding const& f) {
  object out{{"clause", f.clause}, {"level", name_of(f.level)}, {"holds", f.holds}};
  if (f.holds) return out;
  out["text"] = shipped_clauses().at(f.clause).text;
  out["pointer"] = readable(f.what.pointer);
  out["expected"] = readable(f.what.expected);
  out["came"] = readable(f.what.came);
  return out;
}

object json_of(case_result const& r) {
  array findings;
  for (finding const& f : r.findings) findings.push_back(json_of(f));
  object out{{"case", r.id},
             {"protocol", r.protocol},
             {"clauses", array(r.clauses.begin(), r.clauses.end())},
             {"verdict", name_of(r.verdict)},
             {"milliseconds", r.took.count()},
             {"repeat", r.repeat},
             {"seed", std::to_string(r.seed)},
             {"findings", std::move(findings)}};
  if (!r.reason.empty()) out["reason"] = readable(r.reason);
  if (r.verdict != verdict::pass && r.verdict != verdict::skip) out["trace"] = readable(r.trace);
  return out;
}

}  // namespace

std::string json_report(accounting const& all, run_heading const& heading) {
  object counts;
  for (auto const& [what, number] : all.counts()) counts[name_of(what)] = number;
  array results, objections;
  for (case_result const& r : all.results) results.push_back(json_of(r));
  for (std::string const& o : all.objections()) objections.push_back(boost::json::value(o));
  return serialize(object{{"target", heading.target},
                          {"suite", heading.version},
                          {"success", all.exit_code() == 0},
                          {"counts", std::move(counts)},
                          {"objections", std::move(objections)},
                          {"results", std::move(results)}}) +
         '\n';
}

}  // namespace uploadproto::conformance
