// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "verdict/accounting.hpp"

#include <algorithm>

namespace uploadproto::conformance {
namespace {

constexpr std::string_view verdict_names[] = {"pass",    "warn",  "fail",          "skip",
                                              "not-run", "error", "known-failing", "unexpected-pass"};

bool is_success(verdict v) noexcept {
  return v == verdict::pass || v == verdict::warn || v == verdict::skip || v == verdict::known_failing;
}

bool is_judged(verdict v) noexcept {
  return v == verdict::pass || v == verdict::warn || v == verdict::fail || v == verdict::known_failing ||
         v == verdict::unexpected_pass;
}

}  // namespace

std::string_view name_of(verdict v) noexcept {
  return verdict_names[static_cast<std::size_t>(v)];
}

verdict verdict_of(std::vector<finding> const& findings) noexcept {
  if (findings.empty()) return verdict::not_run;
  verdict worst = verdict::pass;
  for (finding const& f : findings) {
    if (f.holds || f.level == level::may) continue;
    if (f.level == level::must) return verdict::fail;
    worst = verdict::warn;
  }
  return worst;
}

bool matches(std::string_view pattern, std::string_view text) noexcept {
  std::size_t p = 0, t = 0, star = pattern.npos, from = 0;
  while (t != text.size()) {
    if (p != pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p != pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == pattern.npos;
}

known_failures::known_failures(std::string_view text) {
  while (!text.empty()) {
    std::size_t const end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    line = line.substr(0, line.find('#'));
    std::size_t const first = line.find_first_not_of(" \t\r");
    if (first == line.npos) continue;
    patterns_.emplace_back(line.substr(first, line.find_last_not_of(" \t\r") - first + 1));
  }
}

verdict known_failures::apply(std::string_view id, verdict v) {
  bool named = false;
  for (std::string const& pattern : patterns_)
    if (matches(pattern, id)) {
      named = true;
      alive_.insert(pattern);
    }
  if (!named) return v;
  if (v == verdict::fail) return verdict::known_failing;
  return v == verdict::pass || v == verdict::warn ? verdict::unexpected_pass : v;
}

std::vector<std::string> known_failures::dead() const {
  std::vector<std::string> out;
  std::ranges::copy_if(patterns_, std::back_inserter(out),
                       [this](auto const& p) { return !alive_.contains(p); });
  return out;
}

std::map<verdict, std::size_t> accounting::counts() const {
  std::map<verdict, std::size_t> out;
  for (case_result const& r : results) ++out[r.verdict];
  return out;
}

std::vector<std::string> accounting::unsteady() const {
  std::map<std::string, std::set<verdict>> seen;
  for (case_result const& r : results) seen[r.id].insert(r.verdict);
  std::vector<std::string> out;
  for (auto const& [id, verdicts] : seen)
    if (verdicts.size() > 1) out.push_back(id);
  return out;
}

int accounting::exit_code() const {
  if (std::ranges::none_of(results, is_judged, &case_result::verdict)) return 3;
  return objections().empty() ? 0 : 1;
}

std::vector<std::string> accounting::objections() const {
  std::vector<std::string> out;
  if (std::ranges::none_of(results, is_judged, &case_result::verdict))
    out.emplace_back("nothing was judged: no case came to a verdict");
  for (auto const& [what, number] : counts())
    if (!is_success(what))
      out.push_back(std::to_string(number) + (number == 1 ? " case is " : " cases are ") +
                    std::string(name_of(what)));
  for (std::string const& id : unsteady()) out.push_back(id + " changed its verdict between repetitions");
  for (std::string const& pattern : dead_patterns)
    out.push_back("the list of known failures names " + pattern + ", which matches no case that was run");
  return out;
}

}  // namespace uploadproto::conformance
