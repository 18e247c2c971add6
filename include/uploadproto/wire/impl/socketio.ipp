// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_SOCKETIO_IPP
#define UPLOADPROTO_WIRE_IMPL_SOCKETIO_IPP

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <charconv>
#include <uploadproto/wire/error.hpp>
#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/socketio.hpp>
#include <uploadproto/wire/utf8.hpp>
#include <utility>

namespace uploadproto::wire::socketio {
namespace detail {

inline bool is_binary(packet_type type) noexcept {
  return type == packet_type::binary_event || type == packet_type::binary_ack;
}

inline bool is_event(packet_type type) noexcept {
  return type == packet_type::event || type == packet_type::binary_event;
}

/** The type that an event or acknowledgement has with, or without, attachments. */
inline packet_type type_for(packet_type type, std::size_t attachments) noexcept {
  if (is_event(type)) return attachments > 0 ? packet_type::binary_event : packet_type::event;
  if (type == packet_type::ack || type == packet_type::binary_ack)
    return attachments > 0 ? packet_type::binary_ack : packet_type::ack;
  return type;
}

/** Takes the decimal digits at the front of `rest`. */
inline std::string_view take_digits(std::string_view& rest) noexcept {
  auto const digits = rest.substr(0, rest.find_first_not_of("0123456789"));
  rest.remove_prefix(digits.size());
  return digits;
}

template <class Integer>
bool read_integer(std::string_view digits, Integer& out) noexcept {
  return std::from_chars(digits.data(), digits.data() + digits.size(), out).ec == std::errc();
}

inline error_code read_type(std::string_view& rest, packet_type& out) {
  if (rest.empty() || rest.front() < '0' || rest.front() > '6') return error::socketio_packet_type;
  out = static_cast<packet_type>(rest.front() - '0');
  rest.remove_prefix(1);
  return {};
}

/** `n-` */
inline error_code read_attachment_count(std::string_view& rest, std::size_t maximum, std::size_t& out) {
  auto const digits = take_digits(rest);
  bool const canonical = !digits.empty() && digits.front() != '0' && rest.starts_with('-');
  if (!canonical || !read_integer(digits, out) || out > maximum) return error::socketio_attachment_count;
  rest.remove_prefix(1);
  return {};
}

/** `/name,`, where the end of the packet may stand for the comma. */
inline error_code read_namespace(std::string_view& rest, std::string& out) {
  if (!rest.starts_with('/')) return {};
  auto const end = rest.find(',');
  auto const name = rest.substr(0, end);
  if (!is_utf8(name)) return error::invalid_utf8;
  out = name;
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return {};
}

inline error_code read_ack_id(std::string_view& rest, std::optional<std::uint64_t>& out) {
  auto const digits = take_digits(rest);
  if (digits.empty()) return {};
  if (std::uint64_t id; read_integer(digits, id)) {
    out = id;
    return {};
  }
  return error::socketio_ack_id;
}

/** What a packet of this type may begin its payload with; absence is for `check_payload` to judge. */
inline std::string_view payload_starts(packet_type type) noexcept {
  switch (type) {
    case packet_type::connect:
      return "{";
    case packet_type::disconnect:
      return "";
    case packet_type::connect_error:
      return "{\"";
    default:
      return "[";
  }
}

inline error_code read_payload(std::string_view rest, packet_type type, std::size_t max_depth,
                               boost::json::value& out) {
  if (rest.empty()) return {};
  // Before the JSON is read: nothing is built for a payload that the type forbids.
  if (payload_starts(type).find(rest.front()) == std::string_view::npos) return error::socketio_payload;
  auto parsed = parse_json(rest, max_depth);
  if (!parsed) return parsed.error();
  out = std::move(*parsed);
  return {};
}

inline error_code check_event(boost::json::array const& data) {
  if (data.empty()) return error::socketio_payload;
  if (data[0].is_number()) return {};
  auto const* const name = data[0].if_string();
  if (!name) return error::socketio_event_name;
  return is_reserved_event(*name) ? error_code(error::socketio_reserved_event) : error_code();
}

inline error_code check_payload(packet_type type, boost::json::value const& data) {
  bool fits = false;
  switch (type) {
    case packet_type::connect:
      fits = data.is_null() || data.is_object();
      break;
    case packet_type::disconnect:
      fits = data.is_null();
      break;
    case packet_type::connect_error:
      fits = data.is_string() || data.is_object();
      break;
    default:
      fits = data.is_array();
  }
  if (!fits) return error::socketio_payload;
  return is_event(type) ? check_event(data.get_array()) : error_code();
}

/** The attachment that a placeholder names. A number from a program may be unsigned; one from the wire is
 * not. */
inline std::optional<std::uint64_t> attachment_number(boost::json::object const& placeholder) {
  auto const* const num = placeholder.if_contains("num");
  if (num && num->is_uint64()) return num->get_uint64();
  if (!num || !num->is_int64() || num->get_int64() < 0) return std::nullopt;
  return static_cast<std::uint64_t>(num->get_int64());
}

/** True when every placeholder within `data` names one of `attachments`. What looks like a placeholder but
   has another `_placeholder` than `true` is plain data. */
inline bool placeholders_fit(boost::json::value const& data, std::size_t attachments) {
  auto const fits = [attachments](boost::json::value const& element) {
    return placeholders_fit(element, attachments);
  };
  if (auto const* const array = data.if_array()) return std::all_of(array->begin(), array->end(), fits);
  auto const* const object = data.if_object();
  if (!object) return true;
  auto const* const mark = object->if_contains("_placeholder");
  if (!mark || !mark->is_bool() || !mark->get_bool())
    return std::all_of(object->begin(), object->end(),
                       [&](auto const& member) { return fits(member.value()); });
  auto const number = attachment_number(*object);
  return number && *number < attachments;
}

inline error_code check(packet const& value, std::size_t attachments) {
  if (!value.nsp.starts_with('/') || value.nsp.find(',') != value.nsp.npos) return error::socketio_namespace;
  if (value.type == packet_type::connect && value.id) return error::socketio_ack_id;
  if (auto const ec = check_payload(value.type, value.data)) return ec;
  if (attachments > 0 && !placeholders_fit(value.data, attachments)) return error::socketio_placeholder;
  return {};
}

inline error_code decode(std::string_view rest, decoder::limits const& allowed, packet& out,
                         std::size_t& attachments) {
  error_code ec = read_type(rest, out.type);
  if (!ec && is_binary(out.type)) ec = read_attachment_count(rest, allowed.max_attachments, attachments);
  if (!ec) ec = read_namespace(rest, out.nsp);
  if (!ec) ec = read_ack_id(rest, out.id);
  if (!ec) ec = read_payload(rest, out.type, allowed.max_depth, out.data);
  if (!ec) ec = check(out, attachments);
  return ec;
}

/** Gives placeholders their places in `order`, which holds the old number of each. */
inline void renumber(boost::json::value& data, std::vector<std::uint64_t>& order) {
  if (auto* const array = data.if_array()) {
    for (auto& element : *array) renumber(element, order);
    return;
  }
  auto* const object = data.if_object();
  if (!object) return;
  auto const* const mark = object->if_contains("_placeholder");
  if (!mark || !mark->is_bool() || !mark->get_bool()) {
    for (auto& member : *object) renumber(member.value(), order);
    return;
  }
  auto const number = attachment_number(*object);
  if (!number) return;
  auto const known = std::find(order.begin(), order.end(), *number);
  auto const place = known - order.begin();
  if (known == order.end()) order.push_back(*number);
  (*object)["num"] = static_cast<std::int64_t>(place);
}

/** Type, attachment count, namespace and id. */
inline void append_head(std::string& out, packet_type type, std::string_view nsp,
                        std::optional<std::uint64_t> id, std::size_t attachments) {
  out += static_cast<char>('0' + static_cast<unsigned char>(type));
  if (attachments > 0) {
    append_json_number(out, std::uint64_t{attachments});
    out += '-';
  }
  if (nsp != "/") {
    out += nsp;
    out += ',';
  }
  if (id) append_json_number(out, *id);
}

}  // namespace detail

UPLOADPROTO_DECL result<std::optional<packet>> decoder::text(std::string_view message) {
  if (pending_) {
    reset();
    return error::socketio_attachment_expected;
  }
  packet value;
  std::size_t attachments = 0;
  if (auto const ec = detail::decode(message, *limits_, value, attachments)) return ec;
  if (attachments == 0) return std::optional<packet>(std::move(value));
  if (message.size() > limits_->max_pending_bytes) return error::socketio_pending_too_large;
  pending_ = std::make_unique<announced>(announced{std::move(value), attachments, message.size()});
  return std::optional<packet>();
}

UPLOADPROTO_DECL result<std::optional<packet>> decoder::binary(std::string_view bytes) {
  if (!pending_) return error::socketio_attachment_unexpected;
  if (bytes.size() > limits_->max_pending_bytes - pending_->bytes) {
    reset();
    return error::socketio_pending_too_large;
  }
  pending_->bytes += bytes.size();
  pending_->value.attachments.emplace_back(bytes);
  if (pending_->value.attachments.size() < pending_->attachments) return std::optional<packet>();
  auto const complete = std::move(pending_);
  return std::optional<packet>(std::move(complete->value));
}

UPLOADPROTO_DECL error_code validate(packet const& value) {
  if (!value.attachments.empty() && !detail::is_event(value.type) && value.type != packet_type::ack &&
      value.type != packet_type::binary_ack)
    return error::socketio_attachment_count;
  return detail::check(value, value.attachments.size());
}

UPLOADPROTO_DECL void order_attachments(packet& value) {
  if (value.attachments.empty()) return;
  std::vector<std::uint64_t> order;
  detail::renumber(value.data, order);
  std::vector<std::string> sorted;
  for (auto const old : order) sorted.push_back(std::move(value.attachments[static_cast<std::size_t>(old)]));
  value.attachments = std::move(sorted);
}

UPLOADPROTO_DECL void append(std::string& out, packet const& value) {
  auto const attachments = value.attachments.size();
  detail::append_head(out, detail::type_for(value.type, attachments), value.nsp, value.id, attachments);
  if (!value.data.is_null()) append_json(out, value.data);
}

UPLOADPROTO_DECL void append_event_head(std::string& out, std::string_view nsp,
                                        std::optional<std::uint64_t> id, std::size_t attachments) {
  detail::append_head(out, detail::type_for(packet_type::event, attachments), nsp, id, attachments);
}

UPLOADPROTO_DECL bool is_reserved_event(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 6> reserved{"connect",       "connect_error", "disconnect",
                                                     "disconnecting", "newListener",   "removeListener"};
  return std::find(reserved.begin(), reserved.end(), name) != reserved.end();
}

}  // namespace uploadproto::wire::socketio
#endif
