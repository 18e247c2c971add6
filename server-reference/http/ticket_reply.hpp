// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_TICKET_REPLY_HPP
#define UPLOADPROTO_REFERENCE_HTTP_TICKET_REPLY_HPP

#include <boost/json/object.hpp>
#include <chrono>
#include <string_view>
#include <uploadproto/contract/rest.hpp>

#include "http/reply.hpp"

namespace uploadproto::reference::http {

/** Puts a value where a JSON pointer of the contract says, making the objects on the way.
    @param pointer `/name` or `/name/name…`, without escapes */
void put_at(boost::json::object& document, std::string_view pointer, boost::json::value value);

/** The answer to a request for a ticket (UP-A4), with the ticket where the contract has it. */
reply ticket_reply(contract::rest_interface const& rest, std::string_view ticket,
                   std::chrono::seconds lifetime);

}  // namespace uploadproto::reference::http

#endif
