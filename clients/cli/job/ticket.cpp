// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/ticket.hpp"

#include "cli/exit_code.hpp"
#include "cli/job/status_update.hpp"

namespace uploadproto::cli {

boost::asio::awaitable<std::string> fetch_ticket(http_client& http, contract::rest_interface const& rest) {
  http_answer const answer = co_await http.request("POST", std::string(rest.ticket_path));
  std::string const why = "the server gives no ticket for the connection: " + answer.sentence(rest);
  if (answer.status == 401 || answer.status == 403) throw ticket_refused(exit_code::refused, why);
  if (!answer.ok()) throw failure(exit_code_for_status(answer.status), why);
  boost::json::value const document = answer.json();
  auto const* const ticket = value_at(document, rest.ticket_pointer);
  if (!ticket || !ticket->is_string() || ticket->get_string().empty())
    throw failure(exit_code::cannot_connect, "the server's answer holds no ticket for the connection");
  co_return std::string(ticket->get_string().data(), ticket->get_string().size());
}

}  // namespace uploadproto::cli
