// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_LOGGING_LOG_HPP
#define UPLOADPROTO_REFERENCE_LOGGING_LOG_HPP

#include <spdlog/spdlog.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

/** @file
    The log on stderr: one line an event, as `key=value` or as JSON. No token, no key, no claim but the user
   id, no query of a URL is ever given to it (JW-6).
*/
namespace uploadproto::reference::logging {

enum class format : unsigned char { text, json };

/** One member of a line. Text is escaped: it may come from a stranger. */
struct member {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double> value;
};

/** Makes this the format of everything that is logged through spdlog. Call before threads are started. */
void set_up(format f, spdlog::level::level_enum level);

/** `time=… level=… event=name key=value …` */
void event(spdlog::level::level_enum level, std::string_view name, std::initializer_list<member> members);

/** The line's members as they are written; for tests. */
std::string render(format f, std::string_view name, std::initializer_list<member> members);

}  // namespace uploadproto::reference::logging

#endif
