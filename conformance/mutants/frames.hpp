// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_MUTANTS_FRAMES_HPP
#define UPLOADPROTO_CONFORMANCE_MUTANTS_FRAMES_HPP

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace uploadproto::conformance {

namespace net = boost::asio;

/** A WebSocket frame (RFC 6455 5.2) as it came, right or wrong: a relay passes on what a reader would refuse.
 */
struct raw_frame {
  unsigned char head = 0;  ///< FIN, RSV and opcode
  std::string payload;     ///< unmasked

  bool whole() const noexcept { return (head & 0x80) != 0 && (head & 0x0F) != 0; }
  unsigned opcode() const noexcept { return head & 0x0Fu; }
  /** As its sender has it. @param masked by a client */
  std::string bytes(bool masked) const;
};

/** One end of a relayed connection: frames in, bytes out in order. */
class frame_socket : public std::enable_shared_from_this<frame_socket> {
 public:
  /** @param read_already what came behind the HTTP message */
  frame_socket(net::ip::tcp::socket, std::string read_already);

  /** @throws boost::system::system_error at the end of the connection */
  net::awaitable<raw_frame> read();
  /** Dropped when the connection has ended. */
  void send(std::string bytes);
  /** Sends no more when everything has been sent; the peer closes then. (Closing here, with something unread,
      would take back what the peer has not read.) */
  void end();

 private:
  void write();
  void finish();
  net::awaitable<std::string> take(std::size_t bytes);

  net::ip::tcp::socket socket_;
  std::string in_;
  std::deque<std::string> out_;
  bool writing_ = false, ending_ = false;
};

}  // namespace uploadproto::conformance

#endif
