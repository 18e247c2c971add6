// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/message_broker.hpp"

#include <algorithm>

namespace uploadproto::reference {

broker_result<void> message_broker::produce(std::string const& topic, std::span<message const> messages) {
  return produce(topic, [rest = messages]() mutable -> std::optional<message> {
    if (rest.empty()) return std::nullopt;
    auto const& first = rest.front();
    rest = rest.subspan(1);
    return first;
  });
}

std::size_t size_of(message const& m) {
  auto bytes = m.key.size() + m.value.size();
  for (auto const& header : m.headers) bytes += header.name.size() + header.value.size();
  return bytes;
}

}  // namespace uploadproto::reference
