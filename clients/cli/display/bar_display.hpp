// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_BAR_DISPLAY_HPP
#define UPLOADPROTO_CLI_DISPLAY_BAR_DISPLAY_HPP

#include <functional>
#include <uploadproto/contract/stages.hpp>

#include "cli/display/ansi_screen.hpp"
#include "cli/display/display.hpp"
#include "cli/display/frame.hpp"

namespace uploadproto::cli {

/** For a terminal: a bar for the upload and one for each stage, in its own colour, painted in place. Stages
   that do not divide the job among them share one bar, which is called after the present one. */
class bar_display final : public display {
 public:
  /** @param style asked before each painting, so that a resized window is seen */
  bar_display(contract::stage_table stages, text_sink out, std::function<frame_style()> style);
  ~bar_display() override;

  void upload_began(std::string_view file_name, std::uint64_t total, time_point) override;
  void upload_advanced(std::uint64_t sent, time_point) override;
  void accepted(std::string_view job_id, time_point) override;
  void updated(job_update const&, time_point) override;
  void notice(std::string_view sentence, time_point) override;
  void ended(job_end const&, time_point) override;
  void report_saved(std::string_view path, time_point) override;
  void failed(exit_code, std::string_view) override;
  void tick(time_point) override;

 private:
  struct timed_row {
    bar_row row;
    std::optional<time_point> began, ended;

    void reset() {
      bar_row fresh;
      fresh.name = std::move(row.name);
      row = std::move(fresh);
      began.reset();
      ended.reset();
    }
  };

  void start(time_point now);
  void enter(std::size_t row, time_point now);
  void close_rows_before(std::size_t row, time_point now);
  void refresh(time_point now);
  void paint(time_point now);
  std::size_t first_stage() const { return rows_.size() - stage_rows_; }
  std::size_t row_of(std::string_view stage) const;
  double fraction_of(std::string_view stage) const;

  contract::stage_table stages_;
  std::size_t stage_rows_;
  text_sink out_;
  std::function<frame_style()> style_;
  ansi_screen screen_;
  std::vector<timed_row> rows_;
  std::string file_, job_, notice_;
  std::uint64_t total_ = 0;
  double progress_ = 0;
  std::optional<time_point> began_;
  time_point painted_{};
  bool done_ = false;
};

}  // namespace uploadproto::cli

#endif
