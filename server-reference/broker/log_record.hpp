// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_LOG_RECORD_HPP
#define UPLOADPROTO_REFERENCE_BROKER_LOG_RECORD_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "broker/message_broker.hpp"

/** @file
    A message as the embedded log stores it, little-endian:

        length  u32   of what follows the checksum, at least 1
        crc32c  u32   of the length and of what follows the checksum
        flags   u8    bit 0: more messages of the same produce follow
        time    u64   milliseconds since 1970
        key, number of headers, each header's name and value, value: a varint length before each

    A length of zero is no record, so a tail of zeros that a crash has left is none.
*/
namespace uploadproto::reference {

struct log_record {
  bool more_follow = false;
  std::uint64_t time_ms = 0;
  message content;
};

/** Bytes before a record's body. */
inline constexpr std::size_t log_record_head = 8;
/** Largest body; a greater length is no record. */
inline constexpr std::size_t max_log_record_body = 64 * 1024 * 1024;

void append_log_record(std::string& out, bool more_follow, std::uint64_t time_ms, message const& content);

/** What the front of a piece of a segment holds. */
struct log_record_view {
  enum class state : unsigned char { whole, incomplete, broken } is = state::incomplete;
  /** Of the record where it is whole; how many bytes are needed to go on where it is incomplete. */
  std::size_t bytes = log_record_head;
  std::string_view body{};
};

/** Looks at lengths and checksum; never allocates. */
log_record_view look_at_log_record(std::string_view front);

/** Takes the body apart; empty for one that no `append_log_record` has written. */
std::optional<log_record> read_log_record(std::string_view body);

/** CRC-32C (Castagnoli, RFC 3720 B.4) of two pieces after each other. */
std::uint32_t crc32c(std::string_view first, std::string_view second = {});

}  // namespace uploadproto::reference

#endif
