// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/line_group.hpp"

#include "cli/display/display_text.hpp"
#include "cli/display/ndjson_display.hpp"
#include "cli/display/plain_display.hpp"
#include "cli/display/summary.hpp"

namespace uploadproto::cli {

display& plain_group::add(std::string label) {
  auto const sink = [this, prefix = printable(label) + ": "](std::string_view line) {
    out_(prefix + std::string(line));
  };
  return *files_.emplace_back(std::make_unique<plain_display>(sink));
}

void plain_group::ended(group_end const& end, time_point now) {
  auto const seen = std::chrono::duration_cast<std::chrono::milliseconds>(now - began_);
  out_(total_line(end.jobs, end.completed, seen) + "\n");
}

display& ndjson_group::add(std::string label) {
  return *files_.emplace_back(std::make_unique<ndjson_display>(out_, std::move(label)));
}

void ndjson_group::ended(group_end const& end, time_point) {
  out_(json_line("total")
           .number("files", end.jobs)
           .number("completed", end.completed)
           .number("failed", end.jobs - end.completed)
           .number("exit_code", static_cast<std::uint64_t>(end.code))
           .done());
}

void ndjson_group::failed(exit_code code, std::string_view sentence) {
  ndjson_display(out_).failed(code, sentence);
}

}  // namespace uploadproto::cli
