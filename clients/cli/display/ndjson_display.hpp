// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_NDJSON_DISPLAY_HPP
#define UPLOADPROTO_CLI_DISPLAY_NDJSON_DISPLAY_HPP

#include "cli/display/display.hpp"
#include "cli/display/json_line.hpp"

namespace uploadproto::cli {

/** For programs: one JSON object a line, each with a `type`.

    `upload` {file, sent, total}, at most every ten per cent; `accepted` {job_id}; `event` {event, data};
    `progress` {data: {finished, failed, total, errors}} of what is made of several jobs, beside the `event`s
   of those; `notice` {message}; `end` {result: completed|failed|cancelled, exit_code, job_id, data,
   report_url?}; `report` {path}; `error` {exit_code, message}. When a file is uploaded every line names it:
   `file`. */
class ndjson_display final : public display {
 public:
  /** @param file what to call the file that is uploaded; empty: none is */
  explicit ndjson_display(text_sink out, std::string file = {})
      : out_(std::move(out)), file_name_(std::move(file)) {}

  void upload_began(std::string_view file_name, std::uint64_t total, time_point) override;
  void upload_advanced(std::uint64_t sent, time_point) override;
  void accepted(std::string_view job_id, time_point) override;
  void updated(job_update const&, time_point) override;
  void event(job_update const&, time_point) override;
  void notice(std::string_view sentence, time_point) override;
  void ended(job_end const&, time_point) override;
  void report_saved(std::string_view path, time_point) override;
  void failed(exit_code, std::string_view sentence) override;

 private:
  json_line line(std::string_view type) const;
  void upload_line(std::uint64_t sent);

  text_sink out_;
  std::string file_name_;
  std::uint64_t total_ = 0;
  int upload_tenth_ = 0;
};

}  // namespace uploadproto::cli

#endif
