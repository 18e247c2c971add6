// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_CLIENT_DRIVER_HPP
#define UPLOADPROTO_NET_CLIENT_DRIVER_HPP

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <uploadproto/config.hpp>
#include <uploadproto/net/client_connection.hpp>
#include <uploadproto/net/client_requests.hpp>
#include <uploadproto/net/http_client.hpp>
#include <uploadproto/net/websocket_client.hpp>
#include <uploadproto/session/client_session.hpp>

namespace uploadproto::net {

/** Performs what a `client_session` asks for, over real streams and a real clock.

    Every input goes through `run`, which then carries out the actions; what the user sees (completions,
    handlers) is posted, so that no user code ever runs inside the session. */
class client_driver final : public client_connection, public std::enable_shared_from_this<client_driver> {
 public:
  client_driver(boost::asio::any_io_executor const& executor, client_options options);
  ~client_driver() override;

  /** Destroys what waits, uncalled: the execution context is going away. */
  void abandon();

  boost::asio::any_io_executor const& executor() const noexcept override { return executor_; }
  std::string const& first_namespace() const override { return first_namespace_; }
  void acquire(std::string const& nsp, client_auth auth) override;
  void release(std::string const& nsp) override;

  void connect(std::string const& nsp, connect_completion done) override;
  void receive(std::string const& nsp, receive_completion done) override;
  void disconnect(std::string const& nsp, connect_completion done) override;

  error_code emit(std::string const& nsp, std::string_view name, boost::json::array args,
                  std::vector<std::string> attachments, bool is_volatile) override;
  void emit_with_ack(std::string const& nsp, std::string_view name, boost::json::array args,
                     std::vector<std::string> attachments, std::optional<std::chrono::milliseconds> timeout,
                     ack_completion done) override;
  error_code acknowledge(std::string const& nsp, std::uint64_t id, std::uint64_t connection,
                         boost::json::array args, std::vector<std::string> attachments);

  client_handlers& handlers(std::string const& nsp) override { return member(nsp).handlers; }
  void on(std::string const& nsp, std::string name, std::function<void(client_event)> handler,
          bool once) override;

  std::uint64_t listen(std::string const& nsp, client_direction direction, client_listener all) override;
  void unlisten(std::string const& nsp, client_direction direction, std::uint64_t listener) override;

  bool connected(std::string const& nsp) const override { return session_.connected(nsp); }
  bool recovered(std::string const& nsp) const override;
  std::string id(std::string const& nsp) const override;
  client_failure const& last_failure() const override { return failure_; }
  client_transport transport() const override { return session_.transport(); }

 private:
  using clock = std::chrono::steady_clock;
  using output = session::client_session::output;

  template <class Completion>
  struct waiter {
    std::uint64_t ticket;
    Completion done;
  };
  struct named_handler {
    std::function<void(client_event)> handler;
    bool once;
  };
  /** What belongs to one namespace. Shared with posted handlers, which are dropped when it is gone. */
  struct membership {
    client_auth auth;
    std::size_t users = 0;
    std::uint64_t connection = 0;  // counts connections, so that answers to older events go nowhere
    std::string sid;
    bool recovered = false;
    error_code ended = session::client_error::not_connected;
    std::deque<waiter<connect_completion>> connecting;
    std::deque<waiter<receive_completion>> receiving;
    std::deque<connect_completion> closing;
    std::deque<client_event> events;
    client_handlers handlers;
    std::map<std::string, named_handler, std::less<>> named;
    std::map<std::uint64_t, client_listener> incoming, outgoing;  // in the order in which they came
    std::map<std::uint64_t, client_listener>& listeners(client_direction direction) {
      return direction == client_direction::incoming ? incoming : outgoing;
    }
  };

  membership& member(std::string const& nsp);
  template <class Input>
  void run(Input&& input);
  void perform();
  void perform_io(session::engineio_client_action const& action);
  void report(session::socketio_client_action event);
  void arm_timer();

  void poll();
  void post(std::string const& body);
  void open_websocket();
  void drop_streams();
  [[nodiscard]] std::shared_ptr<http_client> make_http_client() const;

  void get_auth(std::string const& nsp);
  void report_connected(membership& m, session::socketio_client_action const& event);
  void report_refused(membership& m, session::socketio_client_action event);
  void report_disconnected(membership& m, session::socketio_client_action const& event);
  void report_event(membership& m, session::socketio_client_action event);
  void report_ack(session::socketio_client_action event);
  void report_stopped(error_code reason);
  void end_operations(membership& m, error_code reason);
  template <class... Args, class... Values>
  void tell(std::shared_ptr<membership> const& m, std::function<void(Args...)> client_handlers::*handler,
            Values... values);
  void tell_listeners(std::shared_ptr<membership> const& m, client_direction direction,
                      client_event const& event);
  /** Sends by `send`, and shows what was accepted to those who listen to all that leaves. */
  template <class Send>
  error_code show_and_send(std::string const& nsp, client_event shown, Send&& send);
  void regulate_reading();

  void cancel_connect(std::string const& nsp, std::uint64_t ticket);
  void cancel_receive(std::string const& nsp, std::uint64_t ticket);
  void cancel_ack(std::uint64_t ticket);

  boost::asio::any_io_executor executor_;
  client_options options_;
  client_requests requests_;
  std::string first_namespace_;
  client_route route_;
  session::client_session session_;
  output output_;
  bool performing_ = false;

  boost::asio::steady_timer timer_;
  std::optional<clock::time_point> armed_;
  std::shared_ptr<http_client> poll_, post_;
  std::shared_ptr<websocket_client> websocket_;

  std::map<std::string, std::shared_ptr<membership>, std::less<>> members_;
  std::map<std::uint64_t, ack_completion> acks_;
  std::uint64_t next_ticket_ = 1;
  client_failure failure_;
  std::size_t queued_events_ = 0;
};

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/client_driver.ipp>
#endif

#endif
