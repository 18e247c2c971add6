// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_SEND_REPLY_HPP
#define UPLOADPROTO_REFERENCE_HTTP_SEND_REPLY_HPP

#include <chrono>

#include "http/net.hpp"
#include "http/reply.hpp"

namespace uploadproto::reference::http {

/** How the answer is framed. */
struct framing {
  unsigned version = 11;
  bool keep_alive = true;
  bool head_only = false;  ///< HEAD: all headers, no body
  std::chrono::milliseconds piece_timeout;
};

/** Writes the answer; a file is streamed. A file that cannot be opened becomes a 404.
    @return false where the client cannot be written to any more */
awaitable<bool> send_reply(stream_type& stream, reply const& r, framing how);

}  // namespace uploadproto::reference::http

#endif
