// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "config/settings.hpp"

#include <algorithm>
#include <charconv>

#include "config/broker_name.hpp"

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

broker_settings parse_broker(std::string_view text) {
  if (text == "embedded") return {};
  auto const wrong = [&] {
    return invalid_setting("expected embedded or kafka://HOST:PORT/TOPIC, found \"" + std::string{text} +
                           "\"");
  };
  constexpr std::string_view scheme = "kafka://";
  auto const slash = text.rfind('/');
  if (!text.starts_with(scheme) || slash < scheme.size()) throw wrong();
  broker_settings found{std::string{text.substr(scheme.size(), slash - scheme.size())},
                        std::string{text.substr(slash + 1)}};
  // Room for ".dead-letter" behind it.
  constexpr std::size_t longest_topic = 180;
  if (!is_broker_name(found.topic) || found.topic.size() > longest_topic)
    throw invalid_setting(
        "expected a topic of 1 to 180 letters, digits, dots, dashes and underscores, found \"" + found.topic +
        "\"");
  for (std::string_view rest = found.kafka_servers;;) {
    auto const comma = std::min(rest.find(','), rest.size());
    if (parse_address(rest.substr(0, comma)).port == 0) throw wrong();
    if (comma == rest.size()) return found;
    rest.remove_prefix(comma + 1);
  }
}

std::string to_string(address const& a) {
  bool const v6 = a.host.find(':') != std::string::npos;
  return (v6 ? '[' + a.host + ']' : a.host) + ':' + std::to_string(a.port);
}

}  // namespace uploadproto::reference
