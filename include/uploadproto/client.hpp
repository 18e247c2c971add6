// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLIENT_HPP
#define UPLOADPROTO_CLIENT_HPP

#include <uploadproto/socketio/client.hpp>

namespace uploadproto {

/** Where a protocol's server is and who asks. */
struct client_options {
  std::string url;                             ///< `http(s)` or `ws(s)`, host and optional port
  net::client_credentials<std::string> token;  ///< a token, or a function called for every connection attempt
  std::shared_ptr<boost::asio::ssl::context> tls;
  net::reconnect_options reconnection;
  std::vector<net::client_transport> transports = net::default_transports();
  std::vector<std::pair<std::string, std::string>> headers;
  std::chrono::milliseconds connect_timeout{20000};
  /** How long a server may take to acknowledge a subscription; the documents do not oblige it to. */
  std::chrono::milliseconds subscribe_timeout{3000};
};

// PUBLIC SHAPE, for those who build on it; the definition follows with the contract's tables:
//
// template <class Protocol>
// class client {
//  public:
//   using event = std::variant<Protocol's events to the client..., malformed_event>;
//   client(executor, client_options);
//   auto async_connect(token);                       // void(error_code)
//   auto async_subscribe(std::string job, token);    // void(error_code): not_found, forbidden, …
//   void unsubscribe(std::string_view job);
//   auto async_receive(token);                       // void(error_code, event)
//   auto async_follow(std::string job, std::function<void(event const&)> handler, token);
//                                                    // void(error_code, event): the terminal event
//   auto async_close(token);                         // void(error_code)
//   void on_connect(std::function<void()>);
//   void on_disconnect(std::function<void(error_code reason, bool reconnecting)>);
//   void on_attempt_failed(std::function<void(net::client_failure const&)>);
//   void on_reconnect_attempt(std::function<void(std::size_t attempt, std::chrono::milliseconds delay)>);
//   bool connected() const;
//   net::client_failure const& last_failure() const; // error, http_status, the server's message
// };
//
// Errors compare with session::client_condition: cannot_connect (exit 3), refused (exit 4), disconnected.

}  // namespace uploadproto

#endif
