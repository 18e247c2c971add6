// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/ndjson_display.hpp"

namespace uploadproto::cli {
namespace {

std::string_view result_of(job_end const& end) {
  if (end.last.kind == contract::event_kind::completed) return "completed";
  return end.code == exit_code::interrupted ? "cancelled" : "failed";
}

}  // namespace

json_line ndjson_display::line(std::string_view type) const {
  json_line begun(type);
  if (!file_name_.empty()) begun.string("file", file_name_);
  return begun;
}

void ndjson_display::upload_began(std::string_view file_name, std::uint64_t total, time_point) {
  if (file_name_.empty()) file_name_ = file_name;
  total_ = total;
  upload_line(0);
}

void ndjson_display::upload_advanced(std::uint64_t sent, time_point) {
  int const tenth = total_ == 0 ? 10 : static_cast<int>(sent * 10 / total_);
  if (tenth <= upload_tenth_) return;
  upload_tenth_ = tenth;
  upload_line(sent);
}

void ndjson_display::upload_line(std::uint64_t sent) {
  out_(line("upload").number("sent", sent).number("total", total_).done());
}

void ndjson_display::accepted(std::string_view job_id, time_point) {
  out_(line("accepted").string("job_id", job_id).done());
}

void ndjson_display::updated(job_update const& update, time_point now) {
  if (!update.derived) return event(update, now);
  out_(line("progress").raw("data", update.payload).done());
}

void ndjson_display::event(job_update const& update, time_point) {
  out_(line("event").string("event", update.event_name).raw("data", update.payload).done());
}

void ndjson_display::notice(std::string_view sentence, time_point) {
  out_(line("notice").string("message", sentence).done());
}

void ndjson_display::ended(job_end const& end, time_point) {
  json_line text = line("end");
  text.string("result", result_of(end)).number("exit_code", static_cast<std::uint64_t>(end.code));
  text.string("job_id", end.last.job_id).raw("data", end.last.payload.empty() ? "null" : end.last.payload);
  if (!end.report_url.empty()) text.string("report_url", end.report_url);
  out_(text.done());
}

void ndjson_display::report_saved(std::string_view path, time_point) {
  out_(line("report").string("path", path).done());
}

void ndjson_display::failed(exit_code code, std::string_view sentence) {
  out_(
      line("error").number("exit_code", static_cast<std::uint64_t>(code)).string("message", sentence).done());
}

}  // namespace uploadproto::cli
