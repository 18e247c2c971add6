// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/ndjson_display.hpp"

#include <uploadproto/contract/json_text.hpp>

namespace uploadproto::cli {
namespace {

/** Builds one line. */
class json_line {
 public:
  explicit json_line(std::string_view type) : text_("{") { string("type", type); }

  json_line& string(std::string_view name, std::string_view value) {
    key(name);
    contract::append_json_string(text_, value);
    return *this;
  }
  json_line& number(std::string_view name, std::uint64_t value) { return raw(name, std::to_string(value)); }
  /** A value that is JSON text already. */
  json_line& raw(std::string_view name, std::string_view json) {
    key(name);
    text_ += json;
    return *this;
  }
  std::string done() { return std::move(text_) + "}\n"; }

 private:
  void key(std::string_view name) {
    if (text_.size() != 1) text_ += ',';
    contract::append_json_string(text_, name);
    text_ += ':';
  }
  std::string text_;
};

std::string_view result_of(job_end const& end) {
  if (end.last.kind == contract::event_kind::completed) return "completed";
  return end.code == exit_code::interrupted ? "cancelled" : "failed";
}

}  // namespace

void ndjson_display::upload_began(std::string_view file_name, std::uint64_t total, time_point) {
  file_name_ = file_name;
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
  out_(json_line("upload").string("file", file_name_).number("sent", sent).number("total", total_).done());
}

void ndjson_display::accepted(std::string_view job_id, time_point) {
  out_(json_line("accepted").string("job_id", job_id).done());
}

void ndjson_display::updated(job_update const& update, time_point) {
  out_(json_line("event").string("event", update.event_name).raw("data", update.payload).done());
}

void ndjson_display::notice(std::string_view sentence, time_point) {
  out_(json_line("notice").string("message", sentence).done());
}

void ndjson_display::ended(job_end const& end, time_point) {
  json_line line("end");
  line.string("result", result_of(end)).number("exit_code", static_cast<std::uint64_t>(end.code));
  line.string("job_id", end.last.job_id).raw("data", end.last.payload.empty() ? "null" : end.last.payload);
  if (!end.report_url.empty()) line.string("report_url", end.report_url);
  out_(line.done());
}

void ndjson_display::report_saved(std::string_view path, time_point) {
  out_(json_line("report").string("path", path).done());
}

void ndjson_display::failed(exit_code code, std::string_view sentence) {
  out_(json_line("error")
           .number("exit_code", static_cast<std::uint64_t>(code))
           .string("message", sentence)
           .done());
}

}  // namespace uploadproto::cli
