// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_LOOP_GROUP_HPP
#define UPLOADPROTO_SOCKETIO_LOOP_GROUP_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/socketio/adapter.hpp>

#include <boost/asio/io_context.hpp>

#include <memory>

namespace uploadproto::socketio {

/** Makes the servers of several event loops of one process one: what is emitted on a loop reaches the sockets
    of all, and so does all else that an adapter carries.

    One thread, one loop, one server; they share a port with `reuse_port`, and the kernel spreads the
    connections. An emit crosses to each other loop once, however many sockets are there. Events of one loop
    arrive in order.

    A polling client opens several connections, which the kernel may give to different loops, and a session is
    known to its own loop only: serve such clients from one loop, or by WebSocket alone.

    Thread-safe. The adapters share its state, so it may go before the servers. A server must be destroyed, on
    its loop or after it, before its `io_context`. A question to a loop that does not run is given up after
    its time, after five seconds where none is said; a loop that leaves counts as having answered.

    @code
    socketio::loop_group loops;
    // on each loop
    socketio::server_options options;
    options.adapter = loops.adapter(context);
    socketio::server io(context, options);
    io.listen(endpoint, nullptr, true);
    @endcode
*/
class loop_group {
 public:
  loop_group();

  /** For the options of the server that runs on this loop. */
  adapter_factory adapter(boost::asio::io_context& context) const;

 private:
  struct directory;
  class ring;
  class member;
  struct place;
  struct answerer;
  using place_ptr = std::shared_ptr<place>;

  std::shared_ptr<directory> directory_;
};

}  // namespace uploadproto::socketio

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/socketio/impl/loop_group.ipp>
#endif

#endif
