// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DISPLAY_DISPLAY_HPP
#define UPLOADPROTO_CLI_DISPLAY_DISPLAY_HPP

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "cli/exit_code.hpp"
#include "cli/job/job_update.hpp"

namespace uploadproto::cli {

using time_point = std::chrono::steady_clock::time_point;

/** Takes the bytes to be written, at once and in order. */
using text_sink = std::function<void(std::string_view)>;

/** How a job ended. */
struct job_end {
  exit_code code = exit_code::completed;
  job_update last;         ///< the terminal event
  std::string report_url;  ///< where the report can be fetched; empty: there is none
};

/** Tells the story of one job as it happens. All times are the caller's. */
class display {
 public:
  virtual ~display() = default;

  virtual void upload_began(std::string_view file_name, std::uint64_t total, time_point now) = 0;
  virtual void upload_advanced(std::uint64_t sent, time_point now) = 0;
  /** The server has taken the file (or knows the job that is watched). */
  virtual void accepted(std::string_view job_id, time_point now) = 0;
  /** A progress event that is news. */
  virtual void updated(job_update const&, time_point now) = 0;
  /** An event as it came: of a stream, or of one of the jobs that what is followed is made of. */
  virtual void event(job_update const&, time_point) {}
  /** Something about the connection, as a sentence. */
  virtual void notice(std::string_view sentence, time_point now) = 0;
  virtual void ended(job_end const&, time_point now) = 0;
  virtual void report_saved(std::string_view path, time_point now) = 0;
  /** The end of a command before its job's end; the sentence goes to stderr as well. */
  virtual void failed(exit_code, std::string_view sentence) = 0;
  /** Time has passed. */
  virtual void tick(time_point) {}
};

}  // namespace uploadproto::cli

#endif
