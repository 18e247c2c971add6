// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_WEBSOCKET_CLIENT_HPP
#define UPLOADPROTO_NET_WEBSOCKET_CLIENT_HPP

#include <array>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/net/client_stream.hpp>
#include <uploadproto/net/client_url.hpp>
#include <uploadproto/net/http_client.hpp>
#include <uploadproto/wire/websocket.hpp>

namespace uploadproto::net {

/** A WebSocket connection of a client (RFC 6455), from TCP to the closing handshake.

    Pings are answered here. Owned by `shared_ptr`; after `ended`, or after `drop`, nothing is called any
   more. */
class websocket_client : public std::enable_shared_from_this<websocket_client> {
 public:
  struct callbacks {
    std::function<void()> opened;
    std::function<void(wire::websocket::opcode, std::string_view)> message;  ///< text or binary
    std::function<void()> written;                                           ///< nothing waits to be sent
    /** `transport_close` after a closing handshake; else what went wrong, with the HTTP status if that was
     * it. */
    std::function<void(error_code, int http_status)> ended;
  };

  websocket_client(boost::asio::any_io_executor const& executor, client_route route, std::size_t max_message);

  /** @param target path and query. @param headers complete lines, each with its CR LF. */
  void open(client_url const& url, std::string const& target, std::string const& headers, callbacks handlers);
  void write(wire::websocket::opcode op, std::string_view payload);
  /** Sends a close frame behind what was written; `ended` follows when the server answers. */
  void close();
  void drop();

  /** The code of the server's close frame; nothing when none came. `no_status` for an empty one. */
  [[nodiscard]] std::optional<wire::websocket::close_code> peer_close() const noexcept { return peer_close_; }

  /** Stops reading, so that the server's sending comes to rest; pings wait too. */
  void pause() { paused_ = true; }
  void resume();

 private:
  void send_request(client_url const& url, std::string const& target, std::string const& headers);
  void read();
  void received(error_code error, std::size_t count);
  void read_answer();
  [[nodiscard]] error_code check_answer() const;
  void read_frames(std::span<char> bytes);
  void take(wire::websocket::message const& message);
  void flush();
  void fail(error_code error);
  void part(error_code error);
  void end(error_code error, int http_status = 0);

  std::shared_ptr<client_stream> stream_;
  boost::asio::steady_timer linger_;
  callbacks callbacks_;
  wire::websocket::frame_reader::limits limits_;
  wire::websocket::frame_reader reader_;
  std::optional<http_response_parser> parser_;
  std::string unparsed_;
  std::string accept_;
  std::array<char, 16384> chunk_{};
  std::string waiting_, sending_;
  std::optional<wire::websocket::close_code> peer_close_;
  bool writing_ = false;
  bool reading_ = false;
  bool paused_ = false;
  bool open_ = false;
  bool close_sent_ = false;
  bool ended_ = false;
};

/** Bytes that nobody can foretell (keys, masks, jitter). Ends the program when the system has none. */
UPLOADPROTO_DECL void fill_random(void* data, std::size_t size);
/** A number in [0, 1) of 32 such bits. */
UPLOADPROTO_DECL double random_fraction();

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/websocket_client.ipp>
#endif

#endif
