// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_LINE_GROUP_HPP
#define UPLOADPROTO_CLI_DISPLAY_LINE_GROUP_HPP

#include <memory>
#include <vector>

#include "cli/display/group_display.hpp"

namespace uploadproto::cli {

/** For logs and pipes: the plain lines of each file after its name, and a line for all in the end. */
class plain_group final : public group_display {
 public:
  explicit plain_group(text_sink out) : out_(std::move(out)) {}

  display& add(std::string label) override;
  void began(time_point now) override { began_ = now; }
  void ended(group_end const&, time_point now) override;
  void failed(exit_code, std::string_view) override {}

 private:
  text_sink out_;
  std::vector<std::unique_ptr<display>> files_;
  time_point began_{};
};

/** For programs: the objects of each file, which name it, and in the end `total` {files, completed, failed,
    exit_code}. */
class ndjson_group final : public group_display {
 public:
  explicit ndjson_group(text_sink out) : out_(std::move(out)) {}

  display& add(std::string label) override;
  void began(time_point) override {}
  void ended(group_end const&, time_point now) override;
  void failed(exit_code, std::string_view sentence) override;

 private:
  text_sink out_;
  std::vector<std::unique_ptr<display>> files_;
};

}  // namespace uploadproto::cli

#endif
