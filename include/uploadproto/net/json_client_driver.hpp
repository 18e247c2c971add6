// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_JSON_CLIENT_DRIVER_HPP
#define UPLOADPROTO_NET_JSON_CLIENT_DRIVER_HPP

#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/net/client_requests.hpp>
#include <uploadproto/net/client_stream.hpp>
#include <uploadproto/net/json_client.hpp>
#include <uploadproto/net/websocket_client.hpp>
#include <uploadproto/session/json_client.hpp>

namespace uploadproto::net {

/** Performs what the `session::json_client` of each job asks for, over real streams and a real clock. */
class json_client_driver final : public json_client {
 public:
  json_client_driver(boost::asio::any_io_executor const& executor, contract::protocol_info const& protocol,
                     client_options options, client_credentials<std::string> token);
  ~json_client_driver() override;

  boost::asio::any_io_executor const& get_executor() const noexcept override { return executor_; }
  error_code options_error() const override { return requests_.error(); }
  void subscribe(std::string const& job, subscribe_completion done) override;
  void unsubscribe(std::string_view job) override;
  void receive(receive_completion done) override;
  void shut() override;
  void abandon() override;
  bool connected() const override;
  client_failure const& last_failure() const noexcept override { return failure_; }

 private:
  std::weak_ptr<json_client_driver> weak_self() {
    return std::static_pointer_cast<json_client_driver>(shared_from_this());
  }

  struct following {
    following(json_client_driver& owner, std::string id);

    std::string job;
    session::json_client session;
    std::shared_ptr<websocket_client> websocket;
    boost::asio::steady_timer timer;
    std::deque<subscribe_completion> waiting;
  };
  using following_ptr = std::shared_ptr<following>;
  struct receiver {
    std::uint64_t ticket;
    receive_completion done;
  };

  template <class Input>
  void run(following_ptr const& f, Input&& input);
  void perform(following_ptr const& f, session::json_client::output out);
  void arm_timer(following_ptr const& f);
  void open(following_ptr const& f);
  void connect(following_ptr const& f, std::string const& token);
  void take(following_ptr const& f, std::string_view text);
  void gone(following_ptr const& f, std::weak_ptr<websocket_client> const& which, error_code error,
            int status);
  void end(following_ptr const& f, error_code why);
  void deliver(client_event event);
  void regulate_reading();
  void cancel_receive(std::uint64_t ticket);
  void fail_receivers(error_code why);
  [[nodiscard]] std::string target(std::string_view job, std::string const& token) const;
  template <class... Args, class... Values>
  void tell(std::function<void(Args...)> client_handlers::*handler, Values... values);

  boost::asio::any_io_executor executor_;
  contract::protocol_info const& protocol_;
  client_options options_;
  client_credentials<std::string> token_;
  client_requests requests_;
  client_route route_;
  std::map<std::string, following_ptr, std::less<>> jobs_;
  std::deque<receiver> receiving_;
  std::deque<client_event> events_;
  client_failure failure_;
  error_code given_up_;
  std::uint64_t next_ticket_ = 1;
};

}  // namespace uploadproto::net

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/net/impl/json_client_driver.ipp>
#endif

#endif
