// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "logging/log.hpp"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>
#include <boost/json/value.hpp>
#include <chrono>
#include <memory>
#include <uploadproto/contract/timestamp.hpp>
#include <uploadproto/wire/json.hpp>

namespace uploadproto::reference::logging {
namespace {

format chosen = format::text;  // set once, before threads

// Marks a message that event() has rendered already, so that the formatter does not quote it again.
constexpr char rendered_mark = '\x01';

std::string quoted(std::string_view text) {
  std::string out;
  wire::append_json_string(out, text);
  return out;
}

bool needs_quotes(std::string_view text) {
  for (char const c : text)
    if (static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '=' || c == '\\' || c == '\x7F') return true;
  return text.empty();
}

std::string value_text(format f, decltype(member::value) const& value) {
  if (auto const* text = std::get_if<std::string_view>(&value))
    return f == format::json || needs_quotes(*text) ? quoted(*text) : std::string{*text};
  boost::json::value number;
  if (auto const* i = std::get_if<std::int64_t>(&value))
    number = *i;
  else
    number = std::get<double>(value);
  std::string out;
  wire::append_json(out, number);
  return out;
}

void append_member(std::string& out, format f, member const& m) {
  if (f == format::json)
    out += quoted(m.key) + ':';
  else
    out.append(m.key) += '=';
  out += value_text(f, m.value);
}

/** Whether a message is a line of ours already: `event=…` and nothing that could look like another line. */
bool is_plain_event(std::string_view text) {
  auto const is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7F'; };
  return text.starts_with("event=") && std::none_of(text.begin(), text.end(), is_control);
}

class line_formatter final : public spdlog::formatter {
 public:
  explicit line_formatter(logging::format f) : format_(f) {}

  void format(spdlog::details::log_msg const& message, spdlog::memory_buf_t& line) override {
    std::string_view payload{message.payload.data(), message.payload.size()};
    std::string const time = contract::format_timestamp(message.time);
    auto const level = spdlog::level::to_string_view(message.level);
    bool const json = format_ == logging::format::json;
    char const separator = json ? ',' : ' ';
    std::string out = json ? "{" : "";
    append_member(out, format_, {"time", std::string_view{time}});
    out += separator;
    append_member(out, format_, {"level", std::string_view{level.data(), level.size()}});
    out += separator;
    if (payload.starts_with(rendered_mark))
      out += payload.substr(1);
    else if (!json && is_plain_event(payload))
      out += payload;
    else
      append_member(out, format_, {"message", payload});
    out += json ? "}\n" : "\n";
    line.append(out.data(), out.data() + out.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<line_formatter>(format_);
  }

 private:
  logging::format format_;
};

}  // namespace

void set_up(format f, spdlog::level::level_enum level) {
  chosen = f;
  auto logger = std::make_shared<spdlog::logger>("server", std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(std::make_unique<line_formatter>(f));
  logger->set_level(level);
  spdlog::set_default_logger(std::move(logger));
}

std::string render(format f, std::string_view name, std::initializer_list<member> members) {
  std::string out;
  append_member(out, f, {"event", name});
  for (auto const& m : members) {
    out += f == format::json ? ',' : ' ';
    append_member(out, f, m);
  }
  return out;
}

void event(spdlog::level::level_enum level, std::string_view name, std::initializer_list<member> members) {
  auto* const logger = spdlog::default_logger_raw();
  if (!logger->should_log(level)) return;
  auto const line = rendered_mark + render(chosen, name, members);
  logger->log(level, spdlog::string_view_t{line.data(), line.size()});
}

}  // namespace uploadproto::reference::logging
