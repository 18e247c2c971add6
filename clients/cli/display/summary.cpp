// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/summary.hpp"

#include <algorithm>

#include "cli/display/display_text.hpp"
#include "cli/duration.hpp"

namespace uploadproto::cli {
namespace {

std::string words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string outcome(job_end const& end, std::chrono::milliseconds seen) {
  job_update const& last = end.last;
  std::string const job = last.job_id.empty() ? "" : " (" + last.job_id + ")";
  if (last.kind == contract::event_kind::completed) {
    std::chrono::milliseconds const took(static_cast<std::int64_t>(
        std::clamp(last.duration_ms.value_or(static_cast<double>(seen.count())), 0.0, 1e15)));
    return "Completed in " + format_duration(took) + job;
  }
  std::string line = end.code == exit_code::interrupted ? "Cancelled" : "Failed";
  if (!last.stage.empty()) line += " at " + last.stage;
  return line + ": " + (last.error.empty() ? "no reason given" : last.error) + job;
}

constexpr std::size_t label_width = 18, most_problems = 10;

/** The first of what was wrong in particular, and how much more there is. */
void append_problems(std::vector<std::string>& lines, std::vector<std::string> const& problems) {
  for (std::size_t i = 0; i != std::min(problems.size(), most_problems); ++i)
    lines.push_back("  - " + printable(problems[i]));
  if (problems.size() > most_problems)
    lines.push_back("  - and " + std::to_string(problems.size() - most_problems) + " more");
}

}  // namespace

std::vector<std::string> summary_lines(job_end const& end, std::chrono::milliseconds seen) {
  std::vector<std::string> lines{printable(outcome(end, seen))};
  std::string group = "\x01";  // none yet
  for (job_count const& count : end.last.counts) {
    std::string const item = words(count.name) + " " + format_count(count.value);
    if (count.group == group) {
      lines.back() += ", " + item;
    } else {
      group = count.group;
      lines.push_back("  " + fit(group.empty() ? "counts" : words(group), label_width) + item);
    }
  }
  append_problems(lines, end.last.problems);
  if (!end.report_url.empty()) lines.push_back("  " + fit("report", label_width) + end.report_url);
  return lines;
}

std::string event_line(job_update const& update) {
  std::string line = update.event_name;
  if (!update.job_id.empty()) line += "  " + update.job_id;
  std::string const& said = update.error.empty() ? update.message : update.error;
  if (!said.empty()) line += "  " + said;
  std::string counts;
  for (job_count const& count : update.counts)
    counts += (counts.empty() ? "  " : ", ") + words(count.name) + " " + format_count(count.value);
  return line + counts;
}

std::string total_line(std::size_t files, std::size_t completed, std::chrono::milliseconds seen) {
  std::string line = std::to_string(files) + " files in " + format_duration(seen) + ": " +
                     std::to_string(completed) + " completed";
  if (completed != files) line += ", " + std::to_string(files - completed) + " not";
  return line;
}

}  // namespace uploadproto::cli
