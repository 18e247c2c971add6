// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_ENGINEIO_SERVER_HPP
#define UPLOADPROTO_NET_ENGINEIO_SERVER_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/net/http_listener.hpp>
#include <uploadproto/net/link_loop.hpp>
#include <uploadproto/net/random_id.hpp>
#include <uploadproto/session/cookie.hpp>
#include <uploadproto/session/deadlines.hpp>
#include <uploadproto/session/engineio_handshake.hpp>
#include <uploadproto/session/engineio_server.hpp>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
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

/** A Socket.IO packet, or any Engine.IO message, encoded once for every receiver. */
class encoded_message {
 public:
  /** Wraps a text message and the binary messages that belong to it. */
  explicit encoded_message(std::string_view text, std::vector<std::string> const& attachments = {});

  /** All of it as WebSocket frames, server role. */
  std::string_view frames() const noexcept { return frames_; }
  /** The text message, without Engine.IO's type. */
  std::string_view text() const noexcept { return std::string_view(frames_).substr(text_at_, text_size_); }
  /** The binary messages. */
  std::vector<std::string> const& attachments() const noexcept { return attachments_; }

 private:
  std::string frames_;
  std::size_t text_at_ = 0;
  std::size_t text_size_ = 0;
  std::vector<std::string> attachments_;
};

/** What is known of a client from the request that opened its session. */
struct handshake {
  std::string target;
  session::query_parameters query;
  http::fields headers;
  std::string address;  ///< the peer's address, without the port
  std::chrono::system_clock::time_point time;
  bool secure = false;
};

class engineio_server;
class engineio_connection;
using engineio_connection_ptr = boost::intrusive_ptr<engineio_connection>;

/** The layer above: hears of connections. All calls come from the loop. */
class engineio_handler {
 public:
  /** What the layer above keeps of a connection. */
  struct per_connection {
    virtual ~per_connection() = default;
    /** A deadline of the layer above; `engineio_connection::deadline_changed` tells of a new one. */
    virtual std::chrono::steady_clock::time_point deadline() const {
      return std::chrono::steady_clock::time_point::max();
    }
  };

  /** A session begins; its handshake is answered after this returns. */
  virtual void opened(engineio_connection& connection) = 0;
  virtual void text(engineio_connection& connection, std::string_view message) = 0;
  virtual void binary(engineio_connection& connection, std::string_view bytes) = 0;
  /** The deadline of `per_connection` has passed. */
  virtual void expired(engineio_connection& connection, std::chrono::steady_clock::time_point now) = 0;
  /** The last call for this connection. */
  virtual void closed(engineio_connection& connection, session::engineio_close_reason reason) = 0;

 protected:
  ~engineio_handler() = default;
};

/** One Engine.IO session and its transports. Belongs to one loop. */
class engineio_connection final
    : public boost::intrusive_ref_counter<engineio_connection, boost::thread_unsafe_counter>,
      private link_listener {
 public:
  engineio_connection(engineio_server& server, session::engineio_transport transport, std::string_view sid);

  /** The secret session id. */
  std::string_view sid() const noexcept { return {sid_.data(), sid_.size()}; }

  /** Sends a message: to a WebSocket at the end of this turn, to a polling client with its next poll.
      Newer messages with the same merge key replace older ones while the client is slow. */
  void send(encoded_message const& message, std::uint64_t merge_key = 0);
  /** @return false, and nothing is sent, for a text with the byte 0x1E: polling could not frame it. */
  bool send_text(std::string_view text);
  void send_binary(std::string_view bytes);
  /** Sends only if it can leave at once. @return whether it was sent. */
  bool send_volatile(encoded_message const& message);
  /** Whether a message sent now would leave at once: nothing of this turn or an earlier one waits. */
  bool writable() const noexcept {
    return session_.writable() && !poll_dirty_ && (!link_ || (link_->idle() && link_->fan_out == 0));
  }

  /** Ends the session after what was sent has left. */
  void close();
  /** Ends the session at once. */
  void discard(session::engineio_close_reason reason);
  bool open() const noexcept { return session_.open(); }
  session::engineio_transport transport() const noexcept { return session_.transport(); }

  /** What the opening request said; null after `forget_handshake`. */
  net::handshake const* handshake() const noexcept { return handshake_.get(); }
  /** Frees some hundred bytes a connection where nobody asks for them any more. */
  void forget_handshake() noexcept { handshake_.reset(); }

  void deadline_changed();

  std::unique_ptr<engineio_handler::per_connection> data;
  std::size_t deadline_slot = session::deadlines<engineio_connection>::none;

 private:
  friend class engineio_server;
  friend struct engineio_http;
  struct pending_poll;
  struct pending_post;

  void link_text(websocket_link& link, std::string_view text) override;
  void link_binary(websocket_link& link, std::string_view bytes) override;
  void link_closed(websocket_link& link, bool orderly) override;

  void expire(std::chrono::steady_clock::time_point now);
  void queued(session::engineio_server::route where);
  void perform(session::engineio_server::actions& actions);
  template <class Input>
  void feed(Input&& input);
  void ended(session::engineio_close_reason reason);

  engineio_server& server_;
  session::engineio_server session_;
  websocket_link_ptr link_;
  websocket_link_ptr probe_;
  std::shared_ptr<pending_poll> poll_;
  std::shared_ptr<pending_post> post_;
  std::unique_ptr<net::handshake> handshake_;
  random_id sid_;
  bool ended_ : 1 = false;
  bool poll_dirty_ : 1 = false;
};

/** A request that was turned away before it reached a session. WIRE 1.4. */
struct connection_error {
  session::engineio_refusal refusal;
  std::string_view message;  ///< what the client was told
  std::string_view target;
  http::fields const& headers;
};

/** Lets a handshake in with nothing, or refuses it with a message (empty: "Forbidden"). May be called later,
    once, from the loop. */
using handshake_decision = std::function<void(std::optional<std::string>)>;

struct engineio_server_settings {
  session::engineio_server_options session;
  /** Requests for this path, and below it, are ours. */
  std::string path = "/socket.io";
  /** Whether the path without a slash behind it is served as well; the reference answers 404 there. */
  bool serve_without_slash = true;
  /** Origins that may read answers (CORS): exact, or "*" for every one. Empty: no CORS headers at all. */
  std::vector<std::string> cors_origins;
  bool cors_credentials = false;
  std::string cors_methods = "GET,HEAD,PUT,PATCH,POST,DELETE";
  std::string cors_allowed_headers;  ///< empty: those that the preflight asks for
  std::string cors_exposed_headers;
  std::optional<std::chrono::seconds> cors_max_age;
  /** Origins that may open a WebSocket; CORS does not bind those. Empty: every one. */
  std::vector<std::string> websocket_origins;
  /** The cookie that the answer to a handshake sets to the session id, for load balancers. Off by default.
   */
  std::optional<session::cookie_options> cookie;
  /** Decides over each handshake, and over nothing else. Empty: everybody is let in. */
  std::function<void(handshake const&, handshake_decision)> allow_request;
  /** Adds to the answer of a handshake, once a session. A value with a line break is left out. */
  std::function<void(http::fields& answer, handshake const&)> initial_headers;
  /** Adds to every answer, the 101 included. */
  std::function<void(http::fields& answer, http::fields const& request)> headers;
  /** Hears of each refusal: for logs and metrics. */
  std::function<void(connection_error const&)> on_connection_error;
  /** A connection that takes longer than this over one HTTP header, body or answer is closed. */
  std::chrono::milliseconds http_timeout{30000};
  /** Sessions at a time, polling ones included; a further handshake is answered 503. */
  std::size_t max_connections = std::numeric_limits<std::size_t>::max();
};

/** What has gone through a server since it was made; for metrics. */
struct engineio_counters {
  std::uint64_t opened = 0;        ///< sessions
  std::uint64_t closed = 0;        ///< sessions
  std::uint64_t refused = 0;       ///< requests
  std::uint64_t messages_in = 0;   ///< Engine.IO messages, of all sessions
  std::uint64_t messages_out = 0;  ///< messages times receivers
  std::uint64_t overflowed = 0;    ///< sessions ended because their client was too far behind
};

/** Engine.IO 4 for the clients of one event loop. WIRE 1.

    It listens by itself (`listen`), or serves the requests that an HTTP server of yours hands over
    (`handles`, `async_serve`). Everything happens on the loop of the `io_context`; only that thread may call.
    Must outlive the loop's handlers: stop the `io_context`, or await `async_close`, before destroying it.
*/
class engineio_server final : public link_loop {
 public:
  /** @throws std::invalid_argument for a cookie whose parts could not stand in a header */
  engineio_server(boost::asio::io_context& context, engineio_handler& handler,
                  engineio_server_settings settings);
  ~engineio_server() override;

  /** Whether a request target is for this server. */
  bool handles(std::string_view target) const noexcept;

  /** Serves one request whose header has been read.
      @param buffer holds what was read beyond the header; what it holds afterwards belongs to the next
     request
      @param head   the header; its body is read here, within the payload limit. All three live until
     completion */
  boost::asio::awaitable<served> async_serve(plain_stream& stream, boost::beast::flat_buffer& buffer,
                                             header_parser& head);
  boost::asio::awaitable<served> async_serve(tls_stream& stream, boost::beast::flat_buffer& buffer,
                                             header_parser& head);
  /** The same for Beast's own `tcp_stream`, whose executor must be that of this server's `io_context`. */
  boost::asio::awaitable<served> async_serve(boost::beast::tcp_stream& stream,
                                             boost::beast::flat_buffer& buffer, header_parser& head);

  /** Accepts connections by itself; other paths get 404.
      @return the endpoint that is listened on (a port 0 is resolved), or why not. */
  result<boost::asio::ip::tcp::endpoint> listen(boost::asio::ip::tcp::endpoint endpoint,
                                                boost::asio::ssl::context* tls = nullptr,
                                                bool reuse_port = false);
  /** Accepts no more, and ends every session in order. */
  void close();
  /** As `close`; completes with `void()` when the last session has ended: a polling client may take
      `close_timeout` for it. */
  template <class Token>
  auto async_close(Token&& token) {
    return boost::asio::async_initiate<Token, void()>(
        [this](auto handler) {
          auto const shared = std::make_shared<decltype(handler)>(std::move(handler));
          auto const executor = boost::asio::get_associated_executor(*shared, context().get_executor());
          when_empty(
              [shared, executor] { boost::asio::post(executor, [shared] { std::move (*shared)(); }); });
          close();
        },
        token);
  }

  engineio_counters const& counters() const noexcept { return counters_; }
  /** The header of the POST that carries the message being handled; null for one by WebSocket. */
  http::fields const* post_headers() const noexcept { return post_headers_; }
  std::size_t connections() const noexcept { return connections_.size(); }
  engineio_server_settings const& settings() const noexcept { return settings_; }
  /** Calls `visit(engineio_connection&)` for each open connection. It may close them. */
  void for_each(std::function<void(engineio_connection&)> const& visit);

  /** Names a member of the open fan-out (`begin_fan_out`): a slow or polling one is written to by itself. */
  void add_to_fan_out(engineio_connection& connection);
  /** Sends to all members of the open fan-out when this turn of the loop ends, in order with all else. */
  void fan_out(encoded_message const& message, std::uint64_t merge_key = 0);

 private:
  friend class engineio_connection;
  friend struct engineio_http;

  void turn_ended() override;
  time_point earliest_deadline() const override { return deadlines_.earliest(); }
  void deadlines_passed(time_point now) override;

  session::engineio_server::actions borrow_actions();
  void return_actions(session::engineio_server::actions actions);
  engineio_connection_ptr create(session::engineio_transport transport, std::unique_ptr<handshake> shake);
  engineio_connection* find(std::string_view sid) const noexcept;
  void forget(engineio_connection& connection);
  void when_empty(std::function<void()> run);
  bool refuses_new() const noexcept { return closing_ || connections_.size() >= settings_.max_connections; }

  engineio_handler& handler_;
  engineio_server_settings settings_;
  std::unordered_map<std::string_view, engineio_connection_ptr> connections_;
  session::deadlines<engineio_connection> deadlines_;
  std::vector<session::engineio_server::actions> spare_actions_;
  std::vector<engineio_connection_ptr> dirty_polls_;
  std::vector<engineio_connection_ptr> fan_out_others_;
  std::uint64_t fan_out_others_audience_ = 0;
  std::vector<std::shared_ptr<http_listener>> listeners_;
  std::vector<std::function<void()>> when_empty_;
  engineio_counters counters_;
  http::fields const* post_headers_ = nullptr;
  bool closing_ = false;
};

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/engineio_http.ipp>
#include <uploadproto/net/impl/engineio_server.ipp>
#endif

#endif
