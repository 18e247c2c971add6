// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// JUnit XML, as the servers of continuous integration read it.
#include <map>
#include <sstream>

#include "clauses/clause_book.hpp"
#include "report/markup.hpp"
#include "report/report.hpp"

namespace uploadproto::conformance {
namespace {

struct tally {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  std::chrono::milliseconds took{};

  void add(case_result const& r) {
    ++tests;
    took += r.took;
    failures += r.verdict == verdict::fail || r.verdict == verdict::unexpected_pass;
    errors += r.verdict == verdict::error || r.verdict == verdict::not_run;
    skipped += r.verdict == verdict::skip || r.verdict == verdict::known_failing;
  }

  void write(std::ostream& out) const {
    out << " tests=\"" << tests << "\" failures=\"" << failures << "\" errors=\"" << errors << "\" skipped=\""
        << skipped << "\" time=\"" << seconds(took) << '"';
  }

  static std::string seconds(std::chrono::milliseconds time) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", static_cast<double>(time.count()) / 1000);
    return text;
  }
};

std::string details_of(case_result const& r, run_heading const& heading) {
  std::ostringstream out;
  for (finding const& f : r.findings) {
    if (f.holds) continue;
    out << f.clause << " (" << name_of(f.level) << "): " << shipped_clauses().at(f.clause).text << '\n';
    if (!f.what.pointer.empty()) out << "at       " << f.what.pointer << '\n';
    out << "expected " << f.what.expected << "\ncame     " << f.what.came << "\n\n";
  }
  out << "again: " << repeat_command(r, heading) << "\n\non the wire:\n" << r.trace;
  return out.str();
}

std::string sentence_of(case_result const& r) {
  for (finding const& f : r.findings)
    if (!f.holds) return f.clause + ": expected " + f.what.expected;
  if (r.verdict == verdict::unexpected_pass) return "the list of known failures names it, and it passes";
  return r.reason;
}

void write_element(std::ostream& out, std::string_view element, case_result const& r,
                   run_heading const& heading) {
  out << "      <" << element << " type=\"" << name_of(r.verdict) << "\" message=\""
      << escaped(sentence_of(r)) << "\">" << escaped(details_of(r, heading)) << "</" << element << ">\n";
}

void write_case(std::ostream& out, case_result const& r, run_heading const& heading) {
  out << "    <testcase classname=\"" << escaped(r.protocol) << "\" name=\"" << escaped(r.id)
      << (r.repeat ? " #" + std::to_string(r.repeat + 1) : "") << "\" time=\"" << tally::seconds(r.took)
      << "\">\n";
  switch (r.verdict) {
    case verdict::fail:
    case verdict::unexpected_pass:
      write_element(out, "failure", r, heading);
      break;
    case verdict::error:
    case verdict::not_run:
      write_element(out, "error", r, heading);
      break;
    case verdict::skip:
    case verdict::known_failing:
      out << "      <skipped message=\"" << escaped(r.verdict == verdict::skip ? r.reason : "known to fail")
          << "\"/>\n";
      break;
    case verdict::warn:
      out << "      <system-out>" << escaped(details_of(r, heading)) << "</system-out>\n";
      break;
    case verdict::pass:
      break;
  }
  out << "    </testcase>\n";
}

/** What makes the run no success beside its cases: a run that judged nothing must not look green. */
void write_objections(std::ostream& out, std::vector<std::string> const& objections) {
  out << "  <testsuite name=\"the run as a whole\" tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\" "
         "time=\"0\">\n    <testcase classname=\"run\" name=\"success\" time=\"0\">\n";
  for (std::string const& o : objections) out << "      <failure message=\"" << escaped(o) << "\"/>\n";
  out << "    </testcase>\n  </testsuite>\n";
}

}  // namespace

std::string junit_report(accounting const& all, run_heading const& heading) {
  std::map<std::string, std::vector<case_result const*>> suites;
  tally whole;
  for (case_result const& r : all.results) {
    suites[r.protocol].push_back(&r);
    whole.add(r);
  }
  auto const objections = all.objections();
  if (!objections.empty()) {
    ++whole.tests;
    ++whole.failures;
  }
  std::ostringstream out;
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"uploadproto-conformance: "
      << escaped(heading.target) << '"';
  whole.write(out);
  out << ">\n";
  for (auto const& [protocol, results] : suites) {
    tally own;
    for (case_result const* r : results) own.add(*r);
    out << "  <testsuite name=\"" << escaped(protocol) << '"';
    own.write(out);
    out << ">\n";
    for (case_result const* r : results) write_case(out, *r, heading);
    out << "  </testsuite>\n";
  }
  if (!objections.empty()) write_objections(out, objections);
  out << "</testsuites>\n";
  return out.str();
}

}  // namespace uploadproto::conformance
