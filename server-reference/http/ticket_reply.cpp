// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/ticket_reply.hpp"

#include <utility>

namespace uploadproto::reference::http {

void put_at(boost::json::object& document, std::string_view pointer, boost::json::value value) {
  auto const slash = pointer.find('/', 1);
  auto const name = pointer.substr(1, slash == std::string_view::npos ? slash : slash - 1);
  auto& member = document[boost::json::string_view{name.data(), name.size()}];
  if (slash == std::string_view::npos) {
    member = std::move(value);
  } else {
    if (!member.is_object()) member = boost::json::object();
    put_at(member.get_object(), pointer.substr(slash), std::move(value));
  }
}

reply ticket_reply(contract::rest_interface const& rest, std::string_view ticket,
                   std::chrono::seconds lifetime) {
  boost::json::object answer;
  put_at(answer, rest.ticket_pointer, boost::json::string_view{ticket.data(), ticket.size()});
  answer["expires_in"] = lifetime.count();
  answer["token_type"] = "websocket";
  return json_reply(status::ok, answer);
}

}  // namespace uploadproto::reference::http
