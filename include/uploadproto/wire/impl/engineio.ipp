// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_ENGINEIO_IPP
#define UPLOADPROTO_WIRE_IMPL_ENGINEIO_IPP

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <uploadproto/wire/base64.hpp>
#include <uploadproto/wire/engineio.hpp>
#include <uploadproto/wire/error.hpp>
#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/utf8.hpp>

namespace uploadproto::wire::engineio {
namespace detail {

/** The member's value as a whole number in [lowest, highest]; nothing when it is another value or absent. */
inline std::optional<std::int64_t> whole_member(boost::json::object const& object, std::string_view name,
                                                std::int64_t lowest, std::int64_t highest) {
  auto const* const member = object.if_contains(name);
  if (!member) return std::nullopt;
  std::int64_t number = 0;
  if (auto const* const integer = member->if_int64()) {
    number = *integer;
  } else if (auto const* const real = member->if_double();
             real && std::abs(*real) < 9e15 && *real == std::trunc(*real)) {
    number = static_cast<std::int64_t>(*real);
  } else {
    return std::nullopt;
  }
  if (number < lowest || number > highest) return std::nullopt;
  return number;
}

inline bool is_visible_ascii(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

inline std::optional<std::vector<std::string>> string_list(boost::json::value const* value) {
  auto const* const list = value ? value->if_array() : nullptr;
  if (!list) return std::nullopt;
  std::vector<std::string> strings;
  for (auto const& element : *list) {
    auto const* const text = element.if_string();
    if (!text) return std::nullopt;
    strings.emplace_back(text->data(), text->size());
  }
  return strings;
}

}  // namespace detail

UPLOADPROTO_DECL result<packet> decode_text(std::string_view frame, std::string& scratch) {
  if (frame.empty()) return error::engineio_empty_packet;
  auto const first = frame.front();
  frame.remove_prefix(1);
  if (first == 'b') {
    if (auto const ec = decode_base64(frame, scratch)) return ec;
    return packet{packet_type::message, true, scratch};
  }
  if (first < '0' || first > '6') return error::engineio_packet_type;
  return packet{static_cast<packet_type>(first - '0'), false, frame};
}

UPLOADPROTO_DECL bool payload_reader::next(packet& out, error_code& ec) {
  ec = {};
  if (finished_) return false;
  auto const end = rest_.find(record_separator);
  auto const text = rest_.substr(0, end);
  finished_ = end == rest_.npos;
  if (!finished_) rest_.remove_prefix(end + 1);

  auto const decoded = is_utf8(text) ? decode_text(text, scratch_) : result<packet>(error::invalid_utf8);
  if (decoded) {
    out = *decoded;
    return true;
  }
  ec = decoded.error();
  finished_ = true;
  return false;
}

UPLOADPROTO_DECL void append_packet(std::string& out, packet_type type, std::string_view data) {
  out += static_cast<char>('0' + static_cast<unsigned char>(type));
  out += data;
}

UPLOADPROTO_DECL void append_binary(std::string& out, std::string_view bytes) {
  out += 'b';
  append_base64(out, bytes);
}

UPLOADPROTO_DECL void append_handshake(std::string& out, handshake const& value) {
  out += "{\"sid\":";
  append_json_string(out, value.sid);
  out += ",\"upgrades\":[";
  for (auto const& upgrade : value.upgrades) {
    if (&upgrade != &value.upgrades.front()) out += ',';
    append_json_string(out, upgrade);
  }
  out += "],\"pingInterval\":";
  append_json_number(out, std::int64_t{value.ping_interval.count()});
  out += ",\"pingTimeout\":";
  append_json_number(out, std::int64_t{value.ping_timeout.count()});
  out += ",\"maxPayload\":";
  append_json_number(out, std::uint64_t{value.max_payload});
  out += '}';
}

UPLOADPROTO_DECL result<handshake> decode_handshake(std::string_view json) {
  constexpr std::int64_t longest = std::numeric_limits<std::int32_t>::max();
  auto const parsed = parse_json(json);
  if (!parsed) return parsed.error();
  auto const* const object = parsed->if_object();
  if (!object) return error::engineio_handshake;

  auto const* const sid = object->if_contains("sid");
  auto upgrades = detail::string_list(object->if_contains("upgrades"));
  auto const interval = detail::whole_member(*object, "pingInterval", 1, longest);
  auto const timeout = detail::whole_member(*object, "pingTimeout", 1, longest);
  auto const payload = object->contains("maxPayload")
                           ? detail::whole_member(*object, "maxPayload", 1, std::int64_t{1} << 53)
                           : std::optional<std::int64_t>(0);
  if (!sid || !sid->is_string() || !detail::is_visible_ascii(sid->get_string()) || !upgrades || !interval ||
      !timeout || !payload)
    return error::engineio_handshake;

  handshake value;
  value.sid = std::string(sid->get_string());
  value.upgrades = std::move(*upgrades);
  value.ping_interval = std::chrono::milliseconds(*interval);
  value.ping_timeout = std::chrono::milliseconds(*timeout);
  value.max_payload = static_cast<std::size_t>(*payload);
  return value;
}

}  // namespace uploadproto::wire::engineio
#endif
