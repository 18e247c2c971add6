// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_TICKET_HPP
#define UPLOADPROTO_CLI_JOB_TICKET_HPP

#include <boost/asio/awaitable.hpp>
#include <string>

#include "cli/exit_code.hpp"
#include "cli/http/http_client.hpp"

namespace uploadproto::cli {

/** The server says no to the session: asked again it would say the same (CO-13). */
class ticket_refused : public failure {
 public:
  using failure::failure;
};

/** A ticket for one connection, by the session that the client's token is for (UP-A3). The client outlives
   it.
    @throws failure when the server gives none */
boost::asio::awaitable<std::string> fetch_ticket(http_client& http, contract::rest_interface const& rest);

}  // namespace uploadproto::cli

#endif
