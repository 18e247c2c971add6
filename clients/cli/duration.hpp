// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_DURATION_HPP
#define UPLOADPROTO_CLI_DURATION_HPP

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::cli {

/** `500ms`, `30s`, `15m`, `24h`, `7d`; a bare number is seconds. At most ten years. @return nothing for
 * anything else */
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

/** For people: `0.4 s`, `12.3 s`, `2:05 min`, `1:02:03 h`. */
std::string format_duration(std::chrono::milliseconds);

/** For people: `17 B`, `1.2 MB`. */
std::string format_bytes(unsigned long long bytes);

/** For people: `5,000`; fractions are dropped. */
std::string format_count(double number);

}  // namespace uploadproto::cli

#endif
