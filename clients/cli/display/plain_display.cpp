// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/plain_display.hpp"

#include <algorithm>

#include "cli/display/display_text.hpp"
#include "cli/display/summary.hpp"
#include "cli/duration.hpp"

namespace uploadproto::cli {

void plain_display::line(std::string_view text) {
  out_(printable(text) + "\n");
}

void plain_display::begin(time_point now) {
  if (!began_) began_ = now;
}

void plain_display::upload_began(std::string_view file_name, std::uint64_t total, time_point now) {
  begin(now);
  file_name_ = file_name;
  total_ = total;
  last_line_ = now;
  line("Uploading " + file_name_ + " (" + format_bytes(total) + ")");
}

void plain_display::upload_advanced(std::uint64_t sent, time_point now) {
  int const tenth = total_ == 0 ? 10 : static_cast<int>(sent * 10 / total_);
  // An upload that takes no time is not worth ten lines.
  bool const slow = now - last_line_ >= std::chrono::seconds(1);
  if (tenth <= upload_tenth_ || tenth >= 10 || !slow) return;
  upload_tenth_ = tenth;
  last_line_ = now;
  line("Uploading " + file_name_ + ": " + std::to_string(tenth * 10) + " %");
}

void plain_display::accepted(std::string_view job_id, time_point now) {
  begin(now);
  line("Job " + std::string(job_id));
}

void plain_display::updated(job_update const& update, time_point now) {
  begin(now);
  double const progress = update.progress.value_or(0);
  int const tenth = static_cast<int>(progress / 10);
  bool const new_stage = update.stage != stage_;
  if (!new_stage && tenth <= tenth_) return;
  tenth_ = tenth;
  stage_ = update.stage;
  std::string percent = std::to_string(static_cast<int>(progress));
  percent.insert(0, 3 - std::min<std::size_t>(3, percent.size()), ' ');
  std::string text = percent + " %";
  if (!update.stage.empty()) text += "  " + update.stage;
  if (!update.message.empty()) text += ": " + update.message;
  line(text);
}

void plain_display::event(job_update const& update, time_point) {
  if (shown_ == events::all) line(event_line(update));
}

void plain_display::notice(std::string_view sentence, time_point) {
  line(sentence);
}

void plain_display::ended(job_end const& end, time_point now) {
  begin(now);
  auto const seen = std::chrono::duration_cast<std::chrono::milliseconds>(now - *began_);
  for (std::string const& text : summary_lines(end, seen)) line(text);
}

void plain_display::report_saved(std::string_view path, time_point) {
  line("  " + fit("saved as", 18) + std::string(path));
}

}  // namespace uploadproto::cli
