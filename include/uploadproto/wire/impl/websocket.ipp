// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_IMPL_WEBSOCKET_IPP
#define UPLOADPROTO_WIRE_IMPL_WEBSOCKET_IPP

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <uploadproto/wire/base64.hpp>
#include <uploadproto/wire/error.hpp>
#include <uploadproto/wire/websocket.hpp>

namespace uploadproto::wire::websocket {
namespace detail {

inline constexpr unsigned char fin_bit = 0x80;
inline constexpr unsigned char reserved_bits = 0x70;
inline constexpr unsigned char mask_bit = 0x80;
inline constexpr std::size_t longest_control = 125;

inline bool is_control(opcode op) noexcept {
  return static_cast<unsigned char>(op) >= 8;
}

/** XORs bytes with the key, whose first use is for byte `offset` of the payload (5.3). */
inline void apply_mask(char* bytes, std::size_t size, unsigned char const* key, std::size_t offset) noexcept {
  std::array<char, 8> twice;
  for (std::size_t i = 0; i < 8; ++i) twice[i] = static_cast<char>(key[(offset + i) % 4]);
  std::uint64_t mask;
  std::memcpy(&mask, twice.data(), 8);
  std::size_t done = 0;
  for (; size - done >= 8; done += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes + done, 8);
    word ^= mask;
    std::memcpy(bytes + done, &word, 8);
  }
  for (std::size_t i = 0; done < size; ++i, ++done) bytes[done] = static_cast<char>(bytes[done] ^ twice[i]);
}

inline std::uint64_t read_big_endian(unsigned char const* bytes, std::size_t size) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | bytes[i];
  return value;
}

inline void append_big_endian(std::string& out, std::uint64_t value, std::size_t size) {
  for (std::size_t i = size; i-- > 0;) out += static_cast<char>(value >> (8 * i) & 0xff);
}

inline void append_frame_header(std::string& out, opcode op, std::size_t size, unsigned char mask) {
  out += static_cast<char>(fin_bit | static_cast<unsigned char>(op));
  if (size < 126) {
    out += static_cast<char>(mask | size);
  } else if (size <= 0xffff) {
    out += static_cast<char>(mask | 126);
    append_big_endian(out, size, 2);
  } else {
    out += static_cast<char>(mask | 127);
    append_big_endian(out, size, 8);
  }
}

/** The codes that may stand in a close frame (7.4.1, 7.4.2 and the IANA registry). */
inline bool may_be_sent(unsigned code) noexcept {
  if (code >= 3000 && code <= 4999) return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

}  // namespace detail

/** The header of a frame as its bytes say it; valid once so many of them are there. */
struct frame_reader::header {
  std::array<unsigned char, 14> const& bytes;

  opcode op() const noexcept { return static_cast<opcode>(bytes[0] & 0x0f); }
  bool fin() const noexcept { return bytes[0] & detail::fin_bit; }
  bool control() const noexcept { return detail::is_control(op()); }
  bool masked() const noexcept { return bytes[1] & detail::mask_bit; }
  unsigned short_length() const noexcept { return bytes[1] & 0x7f; }
  std::size_t length_size() const noexcept {
    return short_length() == 126 ? 2 : short_length() == 127 ? 8 : 0;
  }
  std::size_t size() const noexcept { return 2 + length_size() + (masked() ? 4 : 0); }
  std::uint64_t length() const noexcept {
    return length_size() == 0 ? short_length() : detail::read_big_endian(bytes.data() + 2, length_size());
  }
  unsigned char const* key() const noexcept { return bytes.data() + 2 + length_size(); }
};

UPLOADPROTO_DECL error_code frame_reader::fail(error_code ec) noexcept {
  failure_ = static_cast<unsigned char>(ec.value());
  held_.reset();
  return ec;
}

/** What the first two bytes of a header can already break. */
UPLOADPROTO_DECL error_code frame_reader::check_start(header const& frame) const noexcept {
  bool const in_message = held_ && held_->fragments > 0;
  if (frame.bytes[0] & detail::reserved_bits) return error::websocket_reserved_bits;
  switch (frame.op()) {
    case opcode::continuation:
      if (!in_message) return error::websocket_continuation;
      break;
    case opcode::text:
    case opcode::binary:
      if (in_message) return error::websocket_continuation;
      break;
    case opcode::close:
    case opcode::ping:
    case opcode::pong:
      if (!frame.fin() || frame.short_length() > detail::longest_control)
        return error::websocket_control_frame;
      break;
    default:
      return error::websocket_opcode;
  }
  if (frame.masked() != (self_ == role::server)) return error::websocket_masking;
  return {};
}

/** What the whole header can break. */
UPLOADPROTO_DECL error_code frame_reader::check_length(header const& frame) const noexcept {
  auto const length = frame.length();
  std::uint64_t const shortest = frame.length_size() == 2 ? 126 : frame.length_size() == 8 ? 0x10000 : 0;
  if (length < shortest || length >> 63) return error::websocket_length;
  if (frame.control()) return {};
  auto const before = held_ ? held_->message_size : 0;
  if (length > limits_->max_message - std::min(before, limits_->max_message))
    return error::websocket_message_too_large;
  auto const fragments = held_ ? held_->fragments : 0;
  if (fragments + 1 > limits_->max_fragments) return error::websocket_too_many_fragments;
  return {};
}

/** Takes header bytes; `complete` once the header is there and good. */
UPLOADPROTO_DECL error_code frame_reader::read_header(std::span<char>& input, bool& complete) {
  complete = false;
  header const frame{head_};
  auto const take = [&](std::size_t target) {
    auto const size = std::min(target - std::min<std::size_t>(target, head_size_), input.size());
    std::memcpy(head_.data() + head_size_, input.data(), size);
    head_size_ = static_cast<unsigned char>(head_size_ + size);
    input = input.subspan(size);
    return head_size_ >= target;
  };
  if (!take(2)) return {};
  if (auto const ec = check_start(frame)) return ec;
  if (!take(frame.size())) return {};
  if (auto const ec = check_length(frame)) return ec;
  head_size_ = 0;
  remaining_ = frame.length();
  complete = true;
  return {};
}

/** Takes a frame that is a whole message and lies whole in the input. */
UPLOADPROTO_DECL result<message> frame_reader::view_payload(header const& frame, std::span<char>& input) {
  auto const payload = input.first(static_cast<std::size_t>(remaining_));
  input = input.subspan(payload.size());
  if (frame.masked()) detail::apply_mask(payload.data(), payload.size(), frame.key(), 0);
  message const whole{frame.op(), std::string_view(payload.data(), payload.size())};
  if (whole.op == opcode::text && !is_utf8(whole.data)) return error::invalid_utf8;
  return whole;
}

/** Keeps what the input has of the payload, checking text as it comes; a message when that completes one. */
UPLOADPROTO_DECL result<std::optional<message>> frame_reader::keep_payload(header const& frame,
                                                                           std::span<char>& input) {
  auto& held = *held_;
  auto const size = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, input.size()));
  auto const old_size = held.data.size();
  held.data.append(input.data(), size);
  if (frame.masked())
    detail::apply_mask(held.data.data() + old_size, size, frame.key(), old_size - held.message_size);
  input = input.subspan(size);
  remaining_ -= size;

  bool const text = !frame.control() && held.op == opcode::text;
  if (text && !held.text.append(std::string_view(held.data).substr(old_size))) return error::invalid_utf8;
  if (remaining_ > 0) return std::optional<message>();

  in_payload_ = false;
  std::string_view const data = held.data;
  if (frame.control()) {
    held.delivered = true;
    return std::optional(message{frame.op(), data.substr(held.message_size)});
  }
  held.message_size = data.size();
  if (!frame.fin()) return std::optional<message>();
  if (text && !held.text.complete()) return error::invalid_utf8;
  held.fragments = 0;
  held.delivered = true;
  return std::optional(message{held.op, data});
}

/** Makes room for a frame that cannot be viewed in the input. */
UPLOADPROTO_DECL void frame_reader::hold(header const& frame) {
  if (!held_) held_ = std::make_unique<assembly>();
  if (frame.control()) return;
  ++held_->fragments;
  if (frame.op() != opcode::continuation) held_->op = frame.op();
}

/** Frees what the last call returned a view of. */
UPLOADPROTO_DECL void frame_reader::release() {
  if (!held_ || !held_->delivered) return;
  if (held_->fragments == 0) {
    held_.reset();
  } else {  // a control frame amid a message
    held_->data.resize(held_->message_size);
    held_->delivered = false;
  }
}

UPLOADPROTO_DECL result<std::optional<message>> frame_reader::next(std::span<char>& input) {
  if (failure_) return static_cast<error>(failure_);
  release();
  header const frame{head_};
  while (!closed_) {
    if (!in_payload_) {
      bool complete;
      if (auto const ec = read_header(input, complete)) return fail(ec);
      if (!complete) return std::optional<message>();
      bool const whole = frame.control() || (frame.fin() && frame.op() != opcode::continuation);
      if (whole && remaining_ <= input.size()) {
        auto const viewed = view_payload(frame, input);
        if (!viewed) return fail(viewed.error());
        closed_ = viewed->op == opcode::close;
        return std::optional<message>(*viewed);
      }
      hold(frame);
      in_payload_ = true;
    }
    auto const kept = keep_payload(frame, input);
    if (!kept) return fail(kept.error());
    if (*kept) closed_ = (*kept)->op == opcode::close;
    if (*kept || in_payload_) return *kept;
  }
  input = input.last(0);
  return std::optional<message>();
}

UPLOADPROTO_DECL void append_frame(std::string& out, opcode op, std::string_view payload) {
  append_header(out, op, payload.size());
  out += payload;
}

UPLOADPROTO_DECL void append_header(std::string& out, opcode op, std::size_t payload_size) {
  detail::append_frame_header(out, op, payload_size, 0);
}

UPLOADPROTO_DECL void append_masked_frame(std::string& out, opcode op, std::string_view payload,
                                          std::uint32_t key) {
  detail::append_frame_header(out, op, payload.size(), detail::mask_bit);
  detail::append_big_endian(out, key, 4);
  auto const start = out.size();
  out += payload;
  std::array<unsigned char, 4> bytes;
  for (std::size_t i = 0; i < 4; ++i) bytes[i] = static_cast<unsigned char>(key >> (24 - 8 * i));
  detail::apply_mask(out.data() + start, payload.size(), bytes.data(), 0);
}

UPLOADPROTO_DECL void append_close(std::string& payload_out, close_code code, std::string_view reason) {
  constexpr std::size_t longest_reason = detail::longest_control - 2;
  if (reason.size() > longest_reason) {
    auto size = longest_reason;
    while (size > 0 && (static_cast<unsigned char>(reason[size]) & 0xc0) == 0x80) --size;
    reason = reason.substr(0, size);
  }
  detail::append_big_endian(payload_out, static_cast<std::uint16_t>(code), 2);
  payload_out += reason;
}

UPLOADPROTO_DECL result<close_reason> decode_close(std::string_view payload) {
  if (payload.empty()) return close_reason{};
  if (payload.size() == 1) return error::websocket_close_payload;
  auto const code = static_cast<unsigned>(static_cast<unsigned char>(payload[0]) << 8 |
                                          static_cast<unsigned char>(payload[1]));
  if (!detail::may_be_sent(code)) return error::websocket_close_code;
  auto const reason = payload.substr(2);
  if (!is_utf8(reason)) return error::invalid_utf8;
  return close_reason{static_cast<close_code>(code), reason};
}

UPLOADPROTO_DECL close_code close_code_of(error_code const& ec) noexcept {
  if (ec == condition::protocol_violation) return close_code::protocol_error;
  if (ec == condition::malformed_value || ec == condition::invalid_utf8) return close_code::invalid_payload;
  if (ec == condition::too_large) return close_code::too_big;
  return close_code::internal_error;
}

UPLOADPROTO_DECL std::string accept_key(std::string_view sec_websocket_key) {
  std::string text(sec_websocket_key);
  text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return encode_base64({reinterpret_cast<char const*>(digest.data()), size});
}

}  // namespace uploadproto::wire::websocket
#endif
