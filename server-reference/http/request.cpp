// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/request.hpp"

#include <algorithm>
#include <uploadproto/wire/percent.hpp>

namespace uploadproto::reference::http {

std::optional<std::string> request::query_parameter(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    auto const end = std::min(rest.find('&'), rest.size());
    auto const pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    auto const equals = std::min(pair.find('='), pair.size());
    if (wire::percent_decode(pair.substr(0, equals)) != name) continue;
    std::string value{pair.substr(std::min(equals + 1, pair.size()))};
    std::replace(value.begin(), value.end(), '+', ' ');
    return wire::percent_decode(value).value_or(value);
  }
  return std::nullopt;
}

}  // namespace uploadproto::reference::http
