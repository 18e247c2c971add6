// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/bar_group.hpp"

#include <algorithm>
#include <numeric>

#include "cli/display/display_text.hpp"
#include "cli/display/summary.hpp"
#include "cli/duration.hpp"

namespace uploadproto::cli {
namespace {

using state = bar_row::state;

constexpr auto between_paintings = std::chrono::milliseconds(40);

/** Lines of a frame beside its rows: the title, the total, a notice, and one that stays free. */
constexpr std::size_t other_lines = 4;

std::chrono::milliseconds span(time_point from, time_point to) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(to - from);
}

int urgency(state s) {
  switch (s) {
    case state::running:
      return 0;
    case state::failed:
      return 1;
    case state::waiting:
      return 2;
    case state::done:
      break;
  }
  return 3;
}

}  // namespace

std::vector<std::size_t> rows_to_show(std::vector<bar_row> const& rows, std::size_t room) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (rows.size() <= room) return order;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return urgency(rows[a].now) < urgency(rows[b].now); });
  order.resize(room);
  std::sort(order.begin(), order.end());
  return order;
}

/** One line of the group. */
class bar_group::file final : public display {
 public:
  file(bar_group& group, std::string label) : group_(group) { row_.name = std::move(label); }

  void upload_began(std::string_view, std::uint64_t total, time_point now) override {
    total_ = total;
    enter(now);
    upload_advanced(0, now);
  }
  void upload_advanced(std::uint64_t sent, time_point now) override {
    row_.message = "uploading " + format_bytes(sent) + " of " + format_bytes(total_);
    group_.changed(now);
  }
  void accepted(std::string_view, time_point now) override {
    enter(now);
    row_.message = "accepted";
    group_.changed(now);
  }
  void updated(job_update const& update, time_point now) override {
    enter(now);
    row_.fraction = update.progress.value_or(row_.fraction * 100) / 100;
    row_.message = update.stage;
    if (!update.message.empty()) row_.message += (row_.message.empty() ? "" : ": ") + update.message;
    group_.changed(now);
  }
  void notice(std::string_view sentence, time_point now) override {
    enter(now);
    row_.message = sentence;
    group_.changed(now);
  }
  void ended(job_end const& end, time_point now) override {
    enter(now);
    bool const completed = end.last.kind == contract::event_kind::completed;
    if (completed) row_.fraction = 1;
    leave(completed ? state::done : state::failed, now);
    summary_ = summary_lines(end, span(*began_, now));
    row_.message = summary_.front();
    group_.paint(now);
  }
  void report_saved(std::string_view path, time_point) override {
    summary_.push_back("  " + fit("saved as", 18) + printable(path));
  }
  void failed(exit_code, std::string_view sentence) override {
    leave(state::failed, ended_.value_or(last_));
    row_.message = sentence;
    group_.paint(last_);
  }
  void tick(time_point now) override {
    last_ = now;
    group_.changed(now);
  }

  bar_row row(time_point now) const {
    bar_row row = row_;
    if (began_) row.took = span(*began_, ended_.value_or(now));
    return row;
  }
  /** Percent that this file adds to the whole: one that failed is as finished as one that is done. */
  double share() const { return row_.now == state::failed ? 100 : 100 * std::clamp(row_.fraction, 0.0, 1.0); }
  std::vector<std::string> const& summary() const noexcept { return summary_; }

 private:
  void enter(time_point now) {
    last_ = now;
    if (!began_) began_ = now;
    if (row_.now == state::waiting) row_.now = state::running;
  }
  void leave(state how, time_point now) {
    last_ = std::max(last_, now);
    row_.now = how;
    if (!ended_) ended_ = now;
  }

  bar_group& group_;
  bar_row row_;
  std::uint64_t total_ = 0;
  std::optional<time_point> began_, ended_;
  time_point last_{};
  std::vector<std::string> summary_;
};

bar_group::bar_group(text_sink out, std::function<frame_style()> style)
    : out_(std::move(out)), style_(std::move(style)) {}

bar_group::~bar_group() {
  out_(screen_.finish());
}

display& bar_group::add(std::string label) {
  return *files_.emplace_back(std::make_unique<file>(*this, std::move(label)));
}

void bar_group::began(time_point now) {
  began_ = now;
  paint(now);
}

void bar_group::ended(group_end const& end, time_point now) {
  paint(now);
  done_ = true;
  out_(screen_.finish() + "\n");
  for (auto const& one : files_)
    for (std::string const& line : one->summary()) out_(printable(one->row(now).name) + ": " + line + "\n");
  out_(total_line(end.jobs, end.completed, span(began_, now)) + "\n");
}

void bar_group::failed(exit_code, std::string_view) {
  done_ = true;
  out_(screen_.finish());
}

void bar_group::changed(time_point now) {
  if (now - painted_ >= between_paintings) paint(now);
}

picture bar_group::picture_of(time_point now, frame_style const& style) const {
  picture p;
  std::vector<bar_row> rows;
  std::size_t finished = 0;
  for (auto const& one : files_) {
    rows.push_back(one->row(now));
    p.progress += one->share();
    finished += rows.back().now == state::done || rows.back().now == state::failed;
  }
  if (!files_.empty()) p.progress /= static_cast<double>(files_.size());
  p.title = std::to_string(finished) + " of " + std::to_string(files_.size()) + " files";
  p.elapsed = span(began_, now);
  std::size_t const room = style.height > other_lines ? style.height - other_lines : rows.size();
  for (std::size_t const i : rows_to_show(rows, room)) p.rows.push_back(std::move(rows[i]));
  return p;
}

void bar_group::paint(time_point now) {
  if (done_) return;
  painted_ = now;
  frame_style const style = style_();
  out_(screen_.paint(draw(picture_of(now, style), style), style.width));
}

}  // namespace uploadproto::cli
