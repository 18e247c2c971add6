// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/log_record.hpp"

#include <boost/crc.hpp>
#include <boost/endian/conversion.hpp>

namespace uploadproto::reference {
namespace {

using boost::endian::load_little_u32;
using boost::endian::load_little_u64;

unsigned char* bytes(char* at) {
  return reinterpret_cast<unsigned char*>(at);
}
unsigned char const* bytes(char const* at) {
  return reinterpret_cast<unsigned char const*>(at);
}

void append_varint(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out.push_back(static_cast<char>(number | 0x80));
  out.push_back(static_cast<char>(number));
}

void append_text(std::string& out, std::string_view text) {
  append_varint(out, text.size());
  out.append(text);
}

/** Takes a body apart from its front; `good` is false from the first thing on that is not there. */
class body_reader {
 public:
  explicit body_reader(std::string_view body) : rest_(body) {}

  std::string_view take(std::uint64_t count) {
    if (count > rest_.size()) good_ = false;
    if (!good_) return {};
    auto const taken = rest_.substr(0, static_cast<std::size_t>(count));
    rest_.remove_prefix(taken.size());
    return taken;
  }

  std::uint64_t varint() {
    std::uint64_t number = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      auto const byte = take(1);
      if (byte.empty()) return 0;
      number |= static_cast<std::uint64_t>(byte[0] & 0x7f) << shift;
      if ((byte[0] & 0x80) == 0) return number;
    }
    good_ = false;
    return 0;
  }

  std::string_view text() { return take(varint()); }
  std::size_t left() const { return rest_.size(); }
  bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

}  // namespace

std::uint32_t crc32c(std::string_view first, std::string_view second) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> sum;
  sum.process_bytes(first.data(), first.size());
  sum.process_bytes(second.data(), second.size());
  return sum.checksum();
}

void append_log_record(std::string& out, bool more_follow, std::uint64_t time_ms, message const& content) {
  auto const begin = out.size();
  out.resize(begin + log_record_head + 1 + 8);
  out[begin + log_record_head] = more_follow ? 1 : 0;
  boost::endian::store_little_u64(bytes(out.data() + begin + log_record_head + 1), time_ms);
  append_text(out, content.key);
  append_varint(out, content.headers.size());
  for (auto const& header : content.headers) {
    append_text(out, header.name);
    append_text(out, header.value);
  }
  append_text(out, content.value);

  std::string_view const body = std::string_view(out).substr(begin + log_record_head);
  boost::endian::store_little_u32(bytes(out.data() + begin), static_cast<std::uint32_t>(body.size()));
  auto const sum = crc32c(std::string_view(out).substr(begin, 4), body);
  boost::endian::store_little_u32(bytes(out.data() + begin + 4), sum);
}

log_record_view look_at_log_record(std::string_view front) {
  using state = log_record_view::state;
  if (front.size() < log_record_head) return {};
  auto const length = load_little_u32(bytes(front.data()));
  if (length == 0 || length > max_log_record_body) return {state::broken, 0, {}};
  auto const whole = log_record_head + length;
  if (front.size() < whole) return {state::incomplete, whole, {}};
  auto const body = front.substr(log_record_head, length);
  if (crc32c(front.substr(0, 4), body) != load_little_u32(bytes(front.data() + 4)))
    return {state::broken, 0, {}};
  return {state::whole, whole, body};
}

std::optional<log_record> read_log_record(std::string_view body) {
  body_reader from(body);
  log_record record;
  auto const flags = from.take(1);
  auto const time = from.take(8);
  if (!from.good()) return std::nullopt;
  record.more_follow = (flags[0] & 1) != 0;
  record.time_ms = load_little_u64(bytes(time.data()));
  record.content.key = from.text();
  auto const headers = from.varint();
  if (headers > from.left() / 2) return std::nullopt;  // each takes two bytes at least
  for (std::uint64_t i = 0; i < headers; ++i) {
    auto const name = from.text();
    record.content.headers.push_back({std::string(name), std::string(from.text())});
  }
  record.content.value = from.text();
  if (!from.good() || from.left() != 0) return std::nullopt;
  return record;
}

}  // namespace uploadproto::reference
