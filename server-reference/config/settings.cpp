// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "config/settings.hpp"

#include <charconv>

namespace uploadproto::reference {

address parse_address(std::string_view text) {
  auto const colon = text.rfind(':');
  auto host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
  bool const bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  auto const port_text = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  unsigned port = 0;
  auto const parsed = std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);
  if (host.empty() || (!bracketed && host.find(':') != std::string_view::npos) || parsed.ec != std::errc{} ||
      parsed.ptr != port_text.data() + port_text.size() || port > 65535)
    throw invalid_setting("expected HOST:PORT, found \"" + std::string{text} + "\"");
  return {std::string{host}, static_cast<std::uint16_t>(port)};
}

std::string to_string(address const& a) {
  bool const v6 = a.host.find(':') != std::string::npos;
  return (v6 ? '[' + a.host + ']' : a.host) + ':' + std::to_string(a.port);
}

}  // namespace uploadproto::reference
