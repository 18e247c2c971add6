// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "web/host_name.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace uploadproto::reference {

std::optional<std::string_view> host_name(std::string_view header) {
  bool const bracketed = header.starts_with('[');
  if (bracketed && header.find(']') == std::string_view::npos) return std::nullopt;
  auto const end = bracketed ? header.find(']') : header.rfind(':');
  auto const name = bracketed ? header.substr(0, end + 1) : header.substr(0, end);
  auto const fits = [&](char c) {
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter || c == '.' || (bracketed ? c == ':' || c == '[' || c == ']' : c == '-');
  };
  if (name.empty() || name.size() > 253 || !std::all_of(name.begin(), name.end(), fits)) return std::nullopt;
  return name;
}

bool is_this_machine(std::string_view name) {
  if (name.starts_with('[') && name.ends_with(']')) name = name.substr(1, name.size() - 2);
  boost::system::error_code ec;
  auto const address = boost::asio::ip::make_address(name, ec);
  return ec ? name == "localhost" : address.is_loopback();
}

}  // namespace uploadproto::reference
