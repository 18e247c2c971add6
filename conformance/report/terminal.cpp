// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <sstream>

#include "clauses/clause_book.hpp"
#include "report/report.hpp"

namespace uploadproto::conformance {
namespace {

std::string_view colour_of(verdict v) {
  switch (v) {
    case verdict::pass:
      return "\x1b[32m";
    case verdict::warn:
    case verdict::known_failing:
      return "\x1b[33m";
    case verdict::skip:
      return "\x1b[2m";
    default:
      return "\x1b[31m";
  }
}

std::string painted(verdict v, bool colour) {
  std::string text(name_of(v));
  text.resize(std::max<std::size_t>(text.size(), 15), ' ');
  return colour ? std::string(colour_of(v)) + text + "\x1b[0m" : text;
}

/** The text with every line indented. */
std::string indented(std::string_view text, std::string_view by) {
  std::string out;
  while (!text.empty()) {
    std::size_t const end = text.find('\n');
    out.append(by).append(text.substr(0, end)).append("\n");
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
  }
  return out;
}

void write_finding(std::ostream& out, finding const& f) {
  clause const& broken = shipped_clauses().at(f.clause);
  out << "    " << f.clause << " (" << name_of(f.level) << "): " << broken.text << '\n';
  if (!f.what.pointer.empty()) out << "      at       " << f.what.pointer << '\n';
  out << "      expected " << f.what.expected << "\n      came     " << f.what.came << '\n';
}

}  // namespace

std::string repeat_command(case_result const& r, run_heading const& heading) {
  return heading.program + " --case '" + r.id + "' --trace";
}

std::string terminal_case(case_result const& r, run_heading const& heading, bool colour, bool with_trace) {
  std::ostringstream out;
  out << painted(r.verdict, colour) << ' ' << r.id << "  (" << r.took.count() << " ms)\n";
  if (!r.reason.empty()) out << "    " << r.reason << '\n';
  bool broken = false;
  for (finding const& f : r.findings)
    if (!f.holds) {
      write_finding(out, f);
      broken = true;
    }
  bool const bad = r.verdict == verdict::fail || r.verdict == verdict::error || r.verdict == verdict::not_run;
  if (with_trace || bad) out << "    on the wire:\n" << indented(r.trace, "      ");
  if (bad || broken) out << "    again: " << repeat_command(r, heading) << '\n';
  return out.str();
}

std::string terminal_summary(accounting const& all, bool colour) {
  std::ostringstream out;
  out << '\n';
  for (auto const& [what, number] : all.counts()) out << painted(what, colour) << ' ' << number << '\n';
  for (std::string const& objection : all.objections()) out << "not a success: " << objection << '\n';
  if (all.exit_code() == 0) out << "success: " << all.results.size() << " results\n";
  return out.str();
}

}  // namespace uploadproto::conformance
