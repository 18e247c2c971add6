// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/bar_display.hpp"

#include <algorithm>

#include "cli/display/display_text.hpp"
#include "cli/display/summary.hpp"
#include "cli/duration.hpp"

namespace uploadproto::cli {
namespace {

std::chrono::milliseconds span(time_point from, time_point to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to - from);
}

constexpr auto between_paintings = std::chrono::milliseconds(40);

}  // namespace

bar_display::bar_display(contract::stage_table stages, text_sink out, std::function<frame_style()> style)
    : stages_(stages),
      stage_rows_(stages.consecutive() ? std::max<std::size_t>(1, stages.size()) : 1),
      out_(std::move(out)),
      style_(std::move(style)) {
  rows_.resize(stage_rows_);
  for (std::size_t i = 0; i != stage_rows_; ++i)
    rows_[i].row.name = stage_rows_ == stages_.size() ? std::string(stages_[i].name) : "progress";
}

bar_display::~bar_display() {
  out_(screen_.finish());
}

void bar_display::start(time_point now) {
  if (!began_) began_ = now;
}

void bar_display::upload_began(std::string_view file_name, std::uint64_t total, time_point now) {
  start(now);
  file_ = file_name;
  total_ = total;
  timed_row row;
  row.row.name = "upload";
  row.row.message = format_bytes(total);
  rows_.insert(rows_.begin(), std::move(row));
  enter(0, now);
  paint(now);
}

void bar_display::upload_advanced(std::uint64_t sent, time_point now) {
  bar_row& row = rows_.front().row;
  row.fraction = total_ == 0 ? 1 : static_cast<double>(sent) / static_cast<double>(total_);
  row.message = format_bytes(sent) + " of " + format_bytes(total_);
  refresh(now);
}

void bar_display::accepted(std::string_view job_id, time_point now) {
  start(now);
  job_ = job_id;
  if (first_stage() != 0) rows_.front().row.message = format_bytes(total_);
  close_rows_before(first_stage(), now);
  paint(now);
}

void bar_display::enter(std::size_t row, time_point now) {
  close_rows_before(row, now);
  rows_[row].row.now = bar_row::state::running;
  if (!rows_[row].began) rows_[row].began = now;
}

void bar_display::close_rows_before(std::size_t row, time_point now) {
  for (std::size_t i = 0; i != row; ++i) {
    timed_row& earlier = rows_[i];
    earlier.row.now = bar_row::state::done;
    if (!earlier.began) earlier.began = now;
    if (!earlier.ended) earlier.ended = now;
  }
}

/** @return rows_.size() for a stage that the protocol does not have */
std::size_t bar_display::row_of(std::string_view stage) const {
  if (stage_rows_ != stages_.size()) return first_stage();
  std::size_t const index = stages_.index_of(stage);
  return index == contract::stage_table::npos ? rows_.size() : first_stage() + index;
}

double bar_display::fraction_of(std::string_view name) const {
  contract::stage const* const stage = stage_rows_ == stages_.size() ? stages_.find(name) : nullptr;
  if (!stage) return progress_ / 100;
  return stage->high > stage->low ? (progress_ - stage->low) / (stage->high - stage->low) : 1;
}

void bar_display::updated(job_update const& update, time_point now) {
  start(now);
  notice_.clear();
  progress_ = update.progress.value_or(progress_);
  std::size_t const at = row_of(update.stage);
  if (at != rows_.size()) {
    if (at == first_stage() && rows_[at].ended) {  // a new attempt
      for (std::size_t i = at; i != rows_.size(); ++i) rows_[i].reset();
    }
    enter(at, now);
    bar_row& row = rows_[at].row;
    if (stage_rows_ != stages_.size() && !update.stage.empty()) row.name = update.stage;
    row.fraction = fraction_of(update.stage);
    row.message = update.message;
  }
  refresh(now);
}

void bar_display::notice(std::string_view sentence, time_point now) {
  start(now);
  notice_ = sentence;
  paint(now);
}

void bar_display::ended(job_end const& end, time_point now) {
  start(now);
  notice_.clear();
  if (end.last.kind == contract::event_kind::completed) {
    close_rows_before(rows_.size(), now);
    progress_ = 100;
  } else {
    std::size_t const named = end.last.stage.empty() ? rows_.size() : row_of(end.last.stage);
    for (std::size_t i = 0; i != rows_.size(); ++i) {
      timed_row& row = rows_[i];
      if (row.row.now != bar_row::state::running && i != named) continue;
      row.row.now = bar_row::state::failed;
      if (!row.ended) row.ended = now;
    }
  }
  paint(now);
  done_ = true;
  out_(screen_.finish() + "\n");
  for (std::string const& line : summary_lines(end, span(*began_, now))) out_(line + "\n");
}

void bar_display::report_saved(std::string_view path, time_point) {
  out_("  " + fit("saved as", 18) + printable(path) + "\n");
}

void bar_display::failed(exit_code, std::string_view) {
  done_ = true;
  out_(screen_.finish());
}

void bar_display::tick(time_point now) {
  refresh(now);
}

void bar_display::refresh(time_point now) {
  if (now - painted_ >= between_paintings) paint(now);
}

void bar_display::paint(time_point now) {
  if (done_ || !began_) return;
  painted_ = now;
  picture p;
  p.title = file_.empty() || job_.empty() ? file_ + job_ : file_ + "  " + job_;
  p.progress = progress_;
  p.elapsed = span(*began_, now);
  p.notice = notice_;
  for (timed_row const& timed : rows_) {
    p.rows.push_back(timed.row);
    if (timed.began) p.rows.back().took = span(*timed.began, timed.ended.value_or(now));
  }
  frame_style const style = style_();
  out_(screen_.paint(draw(p, style), style.width));
}

}  // namespace uploadproto::cli
