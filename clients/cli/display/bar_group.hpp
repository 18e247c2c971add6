// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_BAR_GROUP_HPP
#define UPLOADPROTO_CLI_DISPLAY_BAR_GROUP_HPP

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "cli/display/ansi_screen.hpp"
#include "cli/display/frame.hpp"
#include "cli/display/group_display.hpp"

namespace uploadproto::cli {

/** Which rows to show where there is no room for all: those that run, then those that failed, then those that
    wait, then those that are done; in their own order. @return their indexes, at most `room` */
std::vector<std::size_t> rows_to_show(std::vector<bar_row> const& rows, std::size_t room);

/** For a terminal: a bar for each file and a line for all of them, painted in place. */
class bar_group final : public group_display {
 public:
  /** @param style asked before each painting, so that a resized window is seen */
  bar_group(text_sink out, std::function<frame_style()> style);
  ~bar_group() override;

  display& add(std::string label) override;
  void began(time_point now) override;
  void ended(group_end const&, time_point now) override;
  void failed(exit_code, std::string_view sentence) override;

 private:
  class file;

  void changed(time_point now);
  void paint(time_point now);
  picture picture_of(time_point now, frame_style const&) const;

  text_sink out_;
  std::function<frame_style()> style_;
  ansi_screen screen_;
  std::vector<std::unique_ptr<file>> files_;
  time_point began_{}, painted_{};
  bool done_ = false;
};

}  // namespace uploadproto::cli

#endif
