// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_ENGINEIO_HANDSHAKE_IPP
#define UPLOADPROTO_SESSION_IMPL_ENGINEIO_HANDSHAKE_IPP

#include <uploadproto/session/engineio_handshake.hpp>
#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/percent.hpp>

namespace uploadproto::session {
namespace detail {

inline std::string decode_component(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded.push_back(' ');
    } else if (auto const octet = wire::percent_escape(text.substr(i))) {
      decoded.push_back(*octet);
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

}  // namespace detail

UPLOADPROTO_DECL query_parameters::query_parameters(std::string_view target) {
  auto const start = target.find('?');
  if (start == std::string_view::npos) return;
  auto rest = target.substr(start + 1);
  rest = rest.substr(0, rest.find('#'));
  while (!rest.empty()) {
    auto const end = rest.find('&');
    auto const part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (part.empty()) continue;
    auto const equals = part.find('=');
    auto const value = equals == std::string_view::npos ? std::string_view{} : part.substr(equals + 1);
    parameters_.emplace_back(detail::decode_component(part.substr(0, equals)),
                             detail::decode_component(value));
  }
}

UPLOADPROTO_DECL std::string const* query_parameters::find(std::string_view name) const noexcept {
  for (auto it = parameters_.rbegin(); it != parameters_.rend(); ++it)
    if (it->first == name) return &it->second;
  return nullptr;
}

UPLOADPROTO_DECL std::string_view to_string(engineio_refusal refusal) noexcept {
  switch (refusal) {
    case engineio_refusal::unknown_transport:
      return "Transport unknown";
    case engineio_refusal::unknown_sid:
      return "Session ID unknown";
    case engineio_refusal::bad_handshake_method:
      return "Bad handshake method";
    case engineio_refusal::bad_request:
      return "Bad request";
    case engineio_refusal::forbidden:
      return "Forbidden";
    case engineio_refusal::unsupported_version:
      return "Unsupported protocol version";
  }
  return "Bad request";
}

UPLOADPROTO_DECL std::string refusal_body(engineio_refusal refusal, std::string_view message) {
  std::string body = "{\"code\":";
  body.push_back(static_cast<char>('0' + static_cast<int>(refusal)));
  body.append(",\"message\":");
  wire::append_json_string(body, message.empty() ? to_string(refusal) : message);
  body.push_back('}');
  return body;
}

UPLOADPROTO_DECL bool names_session(query_parameters const& query) noexcept {
  auto const* const sid = query.find("sid");
  return sid && !sid->empty();
}

UPLOADPROTO_DECL std::optional<engineio_refusal> check_request(engineio_request const& request,
                                                               query_parameters const& query,
                                                               engineio_server const* existing,
                                                               engineio_server_options const& options) {
  auto const* const transport = query.find("transport");
  bool const polling = transport && *transport == "polling" && options.polling;
  bool const websocket = transport && *transport == "websocket" && options.websocket;
  if (!polling && !websocket) return engineio_refusal::unknown_transport;

  for (unsigned char c : request.origin)
    if ((c < 0x20 && c != '\t') || c == 0x7f) return engineio_refusal::bad_request;

  auto const* const version = query.find("EIO");
  bool const version_fits = version && *version == "4";
  // An upgrade asked for by the wrong means is refused before the 101, unlike the reference.
  if (request.upgrade && polling) return engineio_refusal::bad_request;

  if (names_session(query)) {
    if (!existing || existing->closed()) return engineio_refusal::unknown_sid;
    // A WebSocket request without an Upgrade header never fits; polling fits until the upgrade.
    if (websocket && !request.upgrade) return engineio_refusal::bad_request;
    if (polling && existing->transport() != engineio_transport::polling) return engineio_refusal::bad_request;
    if (!version_fits) return engineio_refusal::bad_request;
    return std::nullopt;
  }
  if (request.method != "GET") return engineio_refusal::bad_handshake_method;
  if (websocket && !request.upgrade) return engineio_refusal::bad_request;
  if (!version_fits) return engineio_refusal::unsupported_version;
  return std::nullopt;
}

}  // namespace uploadproto::session

#endif
