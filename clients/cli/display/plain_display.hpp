// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_PLAIN_DISPLAY_HPP
#define UPLOADPROTO_CLI_DISPLAY_PLAIN_DISPLAY_HPP

#include "cli/display/display.hpp"

namespace uploadproto::cli {

/** For logs and pipes: one line at each stage and each ten per cent, nothing that has to be erased again. Of
   a stream, one line an event. */
class plain_display final : public display {
 public:
  enum class events : unsigned char { none, all };

  /** @param shown whether events as they came are worth a line */
  explicit plain_display(text_sink out, events shown = events::none) : out_(std::move(out)), shown_(shown) {}

  void upload_began(std::string_view file_name, std::uint64_t total, time_point) override;
  void upload_advanced(std::uint64_t sent, time_point) override;
  void accepted(std::string_view job_id, time_point) override;
  void updated(job_update const&, time_point) override;
  void event(job_update const&, time_point) override;
  void notice(std::string_view sentence, time_point) override;
  void ended(job_end const&, time_point) override;
  void report_saved(std::string_view path, time_point) override;
  void failed(exit_code, std::string_view) override {}

 private:
  void line(std::string_view text);
  void begin(time_point now);

  text_sink out_;
  events shown_;
  std::string file_name_;
  std::uint64_t total_ = 0;
  int upload_tenth_ = 0;
  time_point last_line_{};
  std::optional<time_point> began_;
  std::string stage_;
  int tenth_ = -1;
};

}  // namespace uploadproto::cli

#endif
