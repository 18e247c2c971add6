// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_TIMESTAMP_HPP
#define UPLOADPROTO_CONTRACT_TIMESTAMP_HPP

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>

namespace uploadproto::contract {

/** A point of time as the contract counts it. */
using timestamp_ms = std::chrono::sys_time<std::chrono::milliseconds>;

/** `2025-11-25T10:30:45.123Z` (CO-4). The clock is the caller's.
    @param at within the years 0000 to 9999; the nearest end is written otherwise */
UPLOADPROTO_DECL std::string format_timestamp(timestamp_ms at);

template <class Duration>
std::string format_timestamp(std::chrono::sys_time<Duration> at) {
  return format_timestamp(std::chrono::floor<std::chrono::milliseconds>(at));
}

/** Reads a date and time of ISO 8601, extended form: `2025-11-25T10:30:45[.fraction][Z|±hh:mm]` (CO-3).

    `t`, `z` and a space for `T` are taken as RFC 3339 allows; without a zone the time is read as UTC; digits
    beyond milliseconds are dropped; the leap second :60 is the following second; `24:00` is not read.
    @return nothing for anything else: no such form, no such day */
UPLOADPROTO_DECL std::optional<timestamp_ms> parse_timestamp(std::string_view text) noexcept;

/** Whether a timestamp carries a zone and milliseconds too (CO-4). */
UPLOADPROTO_DECL bool is_precise_timestamp(std::string_view text) noexcept;

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/timestamp.ipp>
#endif

#endif
