// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// One page that needs nothing else: what does not hold first, then every case.
#include <map>
#include <sstream>

#include "clauses/clause_book.hpp"
#include "report/markup.hpp"
#include "report/report.hpp"

namespace uploadproto::conformance {
namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --ink: #23272e; --soft: #626a75; --page: #fbfbfa; --card: #fff; --line: #e2e3e1;
  --good: #2f7d46; --bad: #b3362b; --mild: #8a6100; }
@media (prefers-color-scheme: dark) { :root { --ink: #dfe2e6; --soft: #98a0ab; --page: #16181c; --card: #1e2126;
  --line: #31353c; --good: #6cc08a; --bad: #ef8478; --mild: #d9b25a; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 62rem; background: var(--page); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; } h3 { font-size: 1rem; margin: 0; }
p { margin: .35rem 0; } .soft { color: var(--soft); }
.counts { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: 1rem 0; padding: 0; list-style: none; }
.counts b { font-size: 1.3rem; font-variant-numeric: tabular-nums; }
article { margin: 1rem 0; padding: 1rem; border: 1px solid var(--line); border-left: 4px solid var(--bad);
  border-radius: 6px; background: var(--card); }
article.warn, article.known-failing { border-left-color: var(--mild); }
blockquote { margin: .75rem 0 .35rem; padding: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .35rem 0 .75rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
code, pre, dd { font: .875rem/1.5 ui-monospace, monospace; }
pre { margin: .5rem 0 0; padding: .75rem; overflow: auto; max-height: 30rem; border-radius: 4px; background: var(--page); }
summary { cursor: pointer; color: var(--soft); }
table { width: 100%; border-collapse: collapse; background: var(--card); } th, td { padding: .35rem .5rem;
  border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
td:last-child, th:last-child { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.pass { color: var(--good); } .fail, .error, .not-run, .unexpected-pass { color: var(--bad); }
.warn, .known-failing { color: var(--mild); } .skip { color: var(--soft); }
article.pass, article.fail, article.error, article.warn { color: inherit; }
)";

bool is_shown(case_result const& r) {
  return r.verdict != verdict::pass && r.verdict != verdict::skip;
}

void write_finding(std::ostream& out, finding const& f) {
  out << "<blockquote><b>" << escaped(f.clause) << "</b> <span class=\"soft\">" << name_of(f.level)
      << "</span> " << escaped(shipped_clauses().at(f.clause).text) << "</blockquote>\n<dl>";
  if (!f.what.pointer.empty()) out << "<dt>at</dt><dd>" << escaped(f.what.pointer) << "</dd>";
  out << "<dt>expected</dt><dd>" << escaped(f.what.expected) << "</dd><dt>came</dt><dd>"
      << escaped(f.what.came) << "</dd></dl>\n";
}

void write_article(std::ostream& out, case_result const& r, run_heading const& heading) {
  out << "<article class=\"" << name_of(r.verdict) << "\">\n<h3><code>" << escaped(r.id)
      << "</code> <span class=\"" << name_of(r.verdict) << "\">" << name_of(r.verdict) << "</span></h3>\n";
  if (!r.reason.empty()) out << "<p>" << escaped(r.reason) << "</p>\n";
  for (finding const& f : r.findings)
    if (!f.holds) write_finding(out, f);
  out << "<p class=\"soft\">Again:</p><pre>" << escaped(repeat_command(r, heading)) << "</pre>\n";
  if (!r.trace.empty())
    out << "<details><summary>On the wire</summary><pre>" << escaped(r.trace) << "</pre></details>\n";
  out << "</article>\n";
}

void write_row(std::ostream& out, case_result const& r) {
  std::string clauses;
  for (std::string const& c : r.clauses) clauses += (clauses.empty() ? "" : " ") + c;
  out << "<tr><td class=\"" << name_of(r.verdict) << "\">" << name_of(r.verdict) << "</td><td><code>"
      << escaped(r.id) << "</code>"
      << (r.verdict == verdict::skip ? "<br><span class=\"soft\">" + escaped(r.reason) + "</span>" : "")
      << "</td><td>" << escaped(clauses) << "</td><td>" << r.took.count() << " ms</td></tr>\n";
}

void write_summary(std::ostream& out, accounting const& all, run_heading const& heading) {
  bool const success = all.exit_code() == 0;
  out << "<h1>" << escaped(heading.target) << "</h1>\n<p class=\"" << (success ? "pass" : "fail") << "\">"
      << (success ? "Conforms to what was asked." : "Does not conform, or it could not be told.")
      << "</p>\n<p class=\"soft\">uploadproto-conformance " << escaped(heading.version)
      << "</p>\n<ul class=\"counts\">";
  for (auto const& [what, number] : all.counts())
    out << "<li><b>" << number << "</b> <span class=\"" << name_of(what) << "\">" << name_of(what)
        << "</span></li>";
  out << "</ul>\n";
  for (std::string const& o : all.objections()) out << "<p>Not a success: " << escaped(o) << ".</p>\n";
}

}  // namespace

std::string html_report(accounting const& all, run_heading const& heading) {
  std::ostringstream out;
  out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
         "'unsafe-inline'\">\n"
         "<title>"
      << escaped(heading.target) << ": conformance</title>\n<style>" << style
      << "</style>\n</head>\n<body>\n";
  write_summary(out, all, heading);
  bool any = false;
  for (case_result const& r : all.results) {
    if (!is_shown(r)) continue;
    if (!any) out << "<h2>What does not hold</h2>\n";
    any = true;
    write_article(out, r, heading);
  }
  std::map<std::string, std::vector<case_result const*>> protocols;
  for (case_result const& r : all.results) protocols[r.protocol].push_back(&r);
  for (auto const& [protocol, results] : protocols) {
    out << "<h2>" << escaped(protocol)
        << "</h2>\n<table>\n<thead><tr><th>Verdict</th><th>Case</th><th>Clauses</th>"
        << "<th>Time</th></tr></thead>\n<tbody>\n";
    for (case_result const* r : results) write_row(out, *r);
    out << "</tbody>\n</table>\n";
  }
  out << "</body>\n</html>\n";
  return out.str();
}

}  // namespace uploadproto::conformance
