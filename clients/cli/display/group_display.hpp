// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_GROUP_DISPLAY_HPP
#define UPLOADPROTO_CLI_DISPLAY_GROUP_DISPLAY_HPP

#include <cstddef>
#include <string>

#include "cli/display/display.hpp"

namespace uploadproto::cli {

/** How several jobs ended together. */
struct group_end {
  std::size_t jobs = 0, completed = 0;
  exit_code code = exit_code::completed;  ///< the worst of theirs
};

/** Tells the stories of several files at once. */
class group_display {
 public:
  virtual ~group_display() = default;

  /** The display of one more file, which belongs to the group. @param label what to call the file */
  virtual display& add(std::string label) = 0;
  /** The first one begins. */
  virtual void began(time_point now) = 0;
  /** All have ended. */
  virtual void ended(group_end const&, time_point now) = 0;
  /** The program ends before they have. */
  virtual void failed(exit_code, std::string_view sentence) = 0;
};

}  // namespace uploadproto::cli

#endif
