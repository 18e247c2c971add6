// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLIENT_SCRIPTED_SERVER_HPP
#define UPLOADPROTO_CONFORMANCE_CLIENT_SCRIPTED_SERVER_HPP

#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "client/accepted_websocket.hpp"
#include "client/client_link.hpp"
#include "client/polling_carrier.hpp"

namespace uploadproto::conformance {

/** A request by which the client tries to come in. */
struct arrival {
  enum class way : std::uint8_t { websocket, polling, ticket } by;
  clock::time_point when;
  std::string credential;  ///< the ticket in the address; of a request for one the bearer token
  unsigned answered = 0;   ///< status; 101 for a WebSocket
};

/** A server of one protocol that says what a case tells it to: Socket.IO over both transports or a plain
    WebSocket, and the REST that a client needs. It keeps to the protocol where its manners say nothing else.
 */
class scripted_server {
 public:
  /** What REST says of a job's state. */
  using describe = std::function<boost::json::value()>;

  /** Listens. @param token the only one that REST takes; empty: none is asked for
      @throws boost::system::system_error when the address cannot be used */
  scripted_server(world&, protocol_face const&, boost::asio::ip::tcp::endpoint, std::string job,
                  std::string token);
  ~scripted_server();

  manners behaviour;
  describe description;  ///< empty: the job is not known

  std::string url() const;
  std::deque<client_link>& links() noexcept { return links_; }
  std::vector<arrival> const& arrivals() const noexcept { return arrivals_; }
  std::size_t tickets_given() const noexcept { return tickets_.size(); }

 private:
  struct answer {
    unsigned status = 200;
    std::string body{}, type = "application/json";
  };
  boost::asio::awaitable<void> accept();
  boost::asio::awaitable<void> serve(boost::beast::tcp_stream);
  boost::asio::awaitable<bool> answer_request(boost::beast::tcp_stream&, client_request const&);
  boost::asio::awaitable<bool> write(boost::beast::tcp_stream&, client_request const&, answer);
  boost::asio::awaitable<bool> answer_polling(boost::beast::tcp_stream&, client_request const&);
  bool is_socket(std::string_view path) const;
  unsigned refusal_of_upgrade(client_request const&);
  void take_upgrade(boost::beast::tcp_stream, client_request);
  std::shared_ptr<polling_carrier> begin_polling();
  answer rest(client_request const&);
  answer give_ticket(client_request const&);
  bool is_authorized(client_request const&) const;
  client_link& add_link(std::string ticket);
  void arrived(arrival::way, std::string credential, unsigned answered);

  world& world_;
  protocol_face const& face_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::string job_, token_;
  std::deque<client_link> links_;
  std::map<std::string, std::shared_ptr<polling_carrier>, std::less<>> polling_;
  std::vector<arrival> arrivals_;
  std::set<std::string, std::less<>> tickets_, spent_;
};

}  // namespace uploadproto::conformance

#endif
