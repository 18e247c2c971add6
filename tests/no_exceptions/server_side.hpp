// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_NO_EXCEPTIONS_SERVER_SIDE_HPP
#define UPLOADPROTO_TESTS_NO_EXCEPTIONS_SERVER_SIDE_HPP

#include <boost/asio/io_context.hpp>
#include <memory>

namespace uploadproto::no_exceptions {

/** A Socket.IO server behind a wall: GCC cannot compile Beast's headers without exceptions. Answers `hello`
   with what came, and refuses in `/closed`. */
class server_side {
 public:
  explicit server_side(boost::asio::io_context& loop);
  ~server_side();

  /** A free port of 127.0.0.1. */
  unsigned short listen();
  /** What comes of a port that is in use already. */
  bool refuses_port(unsigned short port);
  void close();

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace uploadproto::no_exceptions

#endif
