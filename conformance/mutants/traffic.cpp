// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/traffic.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <stdexcept>
#include <uploadproto/wire/base64.hpp>

#include "mutants/relay.hpp"
#include "probe/web_url.hpp"
#include "trial/token_forge.hpp"

namespace uploadproto::conformance {
namespace {

namespace sio = wire::socketio;

/** What the server reads, the relay reads. */
constexpr sio::decoder::limits generous{.max_attachments = 1000, .max_pending_bytes = 64 << 20};

constexpr std::string_view no_member = "&";

/** Begin and end of a value in a query; npos where there is none. */
std::pair<std::size_t, std::size_t> value_in(std::string_view url, std::string_view name) {
  std::size_t at = url.find('?');
  while (at != url.npos) {
    std::string_view const rest = url.substr(at + 1);
    std::size_t const end = rest.find(no_member);
    if (rest.starts_with(name) && rest.substr(name.size()).starts_with('='))
      return {at + 1 + name.size() + 1, end == rest.npos ? url.size() : at + 1 + end};
    at = end == rest.npos ? url.npos : at + 1 + end;
  }
  return {url.npos, url.npos};
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i != text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

}  // namespace

relay_message::relay_message(opcode op, std::string text, bool socketio) : op_(op), text_(std::move(text)) {
  if (op != opcode::text) return;
  if (!socketio) {
    boost::system::error_code bad;
    auto value = boost::json::parse(text_, bad);
    if (!bad) value_ = std::move(value);
    return;
  }
  if (!text_.starts_with('4')) return;
  sio::decoder read(generous);
  auto found = read.text(std::string_view(text_).substr(1));
  if (found && *found) packet_ = std::move(**found);
}

relay_message relay_message::event(std::string_view nsp, std::string_view name, boost::json::value payload) {
  relay_message out(opcode::text, {}, true);
  out.packet_ = sio::packet{.type = packet_type::event,
                            .nsp = std::string(nsp),
                            .id = std::nullopt,
                            .data = boost::json::array{name, std::move(payload)},
                            .attachments = {}};
  return out;
}

relay_message relay_message::json(boost::json::value const& value) {
  return relay_message(opcode::text, serialize(value), false);
}

std::uint16_t relay_message::close_code() const noexcept {
  if (op_ != opcode::close || text_.size() < 2) return 0;
  return static_cast<std::uint16_t>(static_cast<unsigned char>(text_[0]) << 8 |
                                    static_cast<unsigned char>(text_[1]));
}

relay_message relay_message::closing(std::uint16_t code) {
  return {opcode::close, {static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)}, false};
}

void relay_client::close(std::uint16_t code) {
  to_client(relay_message::closing(code));
  end();
}

std::string relay_message::text() const {
  if (value_) return serialize(*value_);
  if (!packet_) return text_;
  std::string out = "4";
  sio::append(out, *packet_);
  return out;
}

std::string_view relay_message::name() const noexcept {
  if (!is(packet_type::event)) return {};
  boost::json::array const& arguments = *packet_->data.if_array();
  return arguments.empty() || !arguments.front().is_string()
             ? std::string_view()
             : std::string_view(arguments.front().get_string());
}

void relay_message::rename(std::string_view event) {
  if (is(packet_type::event)) packet_->data.as_array().front() = event;
}

boost::json::value* relay_message::payload() noexcept {
  if (value_) return &*value_;
  if (!packet_) return nullptr;
  if (packet_->type != packet_type::event) return &packet_->data;
  boost::json::array& arguments = *packet_->data.if_array();
  return arguments.size() < 2 ? nullptr : &arguments[1];
}

boost::json::object* relay_message::object() noexcept {
  boost::json::value* const found = payload();
  return found ? found->if_object() : nullptr;
}

std::string relay_exchange::query(std::string_view name) const {
  auto const [begin, end] = value_in(call.url, name);
  return begin == std::string::npos ? std::string() : decoded(call.url.substr(begin, end - begin));
}

void relay_exchange::set_query(std::string_view name, std::string_view value) {
  auto const [begin, end] = value_in(call.url, name);
  if (begin != std::string::npos)
    call.url.replace(begin, end - begin, query_value(value));
  else
    call.url +=
        (call.url.find('?') == std::string::npos ? '?' : '&') + std::string(name) + '=' + query_value(value);
}

std::string_view relay_exchange::header(std::string_view name) const noexcept {
  for (auto const& [field, value] : call.headers)
    if (boost::beast::iequals(field, name)) return value;
  return {};
}

void relay_exchange::set_header(std::string_view name, std::string value) {
  std::erase_if(call.headers, [&](auto const& field) { return boost::beast::iequals(field.first, name); });
  call.headers.emplace_back(name, std::move(value));
}

std::string relay_exchange::bearer() const {
  std::string_view const text = header("Authorization");
  return std::string(text.starts_with("Bearer ") ? text.substr(7) : std::string_view());
}

void relay_exchange::answer(unsigned status, boost::json::value const& body) {
  answered = true;
  reply = {};
  reply.status = status;
  reply.headers = {{"Content-Type", "application/json"}};
  reply.body = serialize(body);
}

void relay_exchange::open_alone() {
  answered = true;
  reply = {};
  reply.status = 101;
  reply.headers = {{"Upgrade", "websocket"},
                   {"Connection", "Upgrade"},
                   {"Sec-WebSocket-Accept", wire::websocket::accept_key(header("Sec-WebSocket-Key"))}};
}

std::string relay_access::mint(std::string_view user, boost::json::object const& claims) const {
  using namespace std::chrono;
  auto const now = duration_cast<seconds>(system_clock::now().time_since_epoch());
  boost::json::object all{{"sub", user}, {"iat", now.count()}, {"exp", (now + 1h).count()}};
  for (auto const& [name, value] : claims) all[name] = value;
  return hs256(all, secret);
}

std::string relay_access::ticket(std::string_view user) {
  http_call call{.method = "POST", .url = upstream("upload_progress") + "/api/v1/auth/websocket-token"};
  call.headers.emplace_back("Authorization", "Bearer " + mint(user));
  boost::json::value const found = fetch(call).json();
  boost::system::error_code missing;
  auto const* text = found.find_pointer("/websocket_token", missing);
  return text && text->is_string() ? std::string(text->get_string()) : std::string();
}

boost::json::object claims_of(std::string_view token) {
  std::size_t const first = token.find('.'), second = token.find('.', first + 1);
  if (first == token.npos || second == token.npos) return {};
  auto const bytes = wire::decode_base64url(token.substr(first + 1, second - first - 1));
  boost::system::error_code bad;
  boost::json::value value = bytes ? boost::json::parse(*bytes, bad) : boost::json::value();
  return !bad && value.is_object() ? std::move(value.get_object()) : boost::json::object();
}

std::string user_of(std::string_view token) {
  boost::json::object const claims = claims_of(token);
  auto const* sub = claims.if_contains("sub");
  return sub && sub->is_string() ? std::string(sub->get_string()) : std::string();
}

}  // namespace uploadproto::conformance
