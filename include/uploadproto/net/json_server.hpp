// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_JSON_SERVER_HPP
#define UPLOADPROTO_NET_JSON_SERVER_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/net/http_listener.hpp>
#include <uploadproto/net/link_loop.hpp>
#include <uploadproto/session/deadlines.hpp>
#include <uploadproto/session/json_connection.hpp>
#include <uploadproto/session/rooms.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace uploadproto::net {

struct json_server_settings {
  std::chrono::milliseconds http_timeout{30000};
  /** How long a client may stay after the job's terminal message (UP-L6). */
  std::chrono::milliseconds linger{10000};
  /** Origins that browsers may connect from; empty, or `*` among them: all. Requests without one are let
      through. */
  std::vector<std::string> origins{};
  /** Most bytes that wait for a slow client; more ends its connection. */
  std::size_t max_backlog = 1'000'000;
  /** Connections at a time, of all users together; a further one is answered 503. */
  std::size_t max_connections = std::numeric_limits<std::size_t>::max();
};

/** Why a client is not let in: told before the upgrade, as `{"detail":{"code":…,"message":…}}`. */
struct json_refusal {
  http::status status{};
  std::string code, message;
};

struct json_counters {
  std::uint64_t opened = 0, refused = 0, messages_sent = 0, messages_merged = 0;
};

class json_server;
class json_link;
using json_link_ptr = boost::intrusive_ptr<json_link>;

/** The layer above: decides who comes in, and hears of connections. All calls come from the loop. */
class json_server_handler {
 public:
  struct decision {
    std::string user;
    std::optional<json_refusal> refusal{};
  };
  /** May the bearer of this token (empty: none was sent) follow this job? */
  virtual decision admit(std::string_view job_id, std::string_view token) = 0;
  /** A client has come in. */
  virtual void opened(json_link& link) = 0;
  /** The last call for one that was `admit`ted, whether or not it was opened. */
  virtual void closed(std::string_view job_id, std::string_view user) = 0;

 protected:
  ~json_server_handler() = default;
};

/** One client and the job that it follows. Belongs to one loop. */
class json_link final : public boost::intrusive_ref_counter<json_link, boost::thread_unsafe_counter>,
                        public session::room_member<json_link>,
                        private link_listener {
 public:
  json_link(json_server& server, std::string job_id, std::string user);

  std::string const& job_id() const noexcept { return job_id_; }
  std::string const& user() const noexcept { return user_; }

  /** Sends a message as the protocol's limits allow. */
  void send(std::string_view json, session::json_message what);
  void close(wire::websocket::close_code code);
  /** Ends at once, without a word. */
  void abort();

  std::size_t deadline_slot = session::deadlines<json_link>::none;

 private:
  friend class json_server;
  friend struct json_http;

  void link_text(websocket_link& link, std::string_view text) override;
  void link_binary(websocket_link& link, std::string_view bytes) override;
  void link_control(websocket_link& link) override;
  void link_closed(websocket_link& link, bool orderly) override;

  template <class Step>
  void step(Step&& run);

  json_server& server_;
  std::string job_id_, user_;
  session::json_connection session_;
  websocket_link_ptr link_;
};

/** Serves a protocol that is framed as plain JSON: one WebSocket a client and job, whose path names the job
    and whose query brings the token (UP-T1, A2).

    Only the loop's thread may call. Must outlive the loop's handlers. */
class json_server final : public link_loop {
 public:
  /** @param protocol kept by address */
  json_server(boost::asio::io_context& context, contract::protocol_info const& protocol,
              json_server_handler& handler, json_server_settings settings);
  ~json_server() override;

  /** Whether a request's target is the protocol's path, with a job in its place. */
  bool handles(std::string_view target) const noexcept;
  /** Serves one request of your HTTP server; `taken` means that the stream is a WebSocket now. */
  boost::asio::awaitable<served> async_serve(plain_stream& stream, boost::beast::flat_buffer& buffer,
                                             header_parser& head);
  boost::asio::awaitable<served> async_serve(tls_stream& stream, boost::beast::flat_buffer& buffer,
                                             header_parser& head);
  boost::asio::awaitable<served> async_serve(boost::beast::tcp_stream& stream,
                                             boost::beast::flat_buffer& buffer, header_parser& head);

  /** Accepts connections by itself; other paths get 404. */
  result<boost::asio::ip::tcp::endpoint> listen(boost::asio::ip::tcp::endpoint endpoint,
                                                boost::asio::ssl::context* tls = nullptr,
                                                bool reuse_port = false);
  /** Accepts no more, and closes every connection with 1001. */
  void close();

  /** Calls `visit(json_link&)` for each client that follows the job. It may send, and close. */
  void for_each_of(std::string_view job_id, std::function<void(json_link&)> const& visit);

  std::size_t connections() const noexcept { return links_.size(); }
  /** Jobs that somebody follows. */
  std::size_t jobs() const noexcept { return rooms_.size(); }
  json_counters const& counters() const noexcept { return counters_; }

 private:
  friend class json_link;
  friend struct json_http;

  time_point earliest_deadline() const override { return deadlines_.earliest(); }
  void deadlines_passed(time_point now) override;
  json_link_ptr add(std::string job_id, std::string user);
  void forget(json_link& link);

  contract::protocol_info const& protocol_;
  json_server_handler& handler_;
  json_server_settings settings_;
  contract::room_template path_;
  std::unordered_map<json_link*, json_link_ptr> links_;
  session::room_table<json_link> rooms_;
  session::deadlines<json_link> deadlines_;
  std::vector<std::shared_ptr<http_listener>> listeners_;
  json_counters counters_;
  bool closing_ = false;
};

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/json_http.ipp>
#include <uploadproto/net/impl/json_server.ipp>
#endif

#endif
