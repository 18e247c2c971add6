// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CONFIG_SETTING_TABLE_HPP
#define UPLOADPROTO_REFERENCE_CONFIG_SETTING_TABLE_HPP

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/settings.hpp"

/** @file
    Every setting once: its place in the configuration file, its flag, its meaning and how it is checked.
   Files and the command line are read by this table, the help text is written from it.
*/
namespace uploadproto::reference {

/** A value as it was found. From the command line all values are text. */
struct setting_value {
  std::variant<std::string, std::int64_t, std::vector<std::string>> is;
  bool from_command_line = false;
};

struct setting {
  std::string_view key;   ///< dotted, as in the file: `http.header_timeout_ms`
  std::string_view flag;  ///< `--header-timeout-ms`
  std::string_view help;
  bool is_list = false;  ///< a flag that may be given several times, an array in the file
  /** @throws invalid_setting with what was expected, without the place */
  std::function<void(settings&, setting_value const&)> apply;
};

/** All but the command line's `--config`. */
std::span<setting const> setting_table();

}  // namespace uploadproto::reference

#endif
