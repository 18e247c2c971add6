// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_JOB_CLIENT_HPP
#define UPLOADPROTO_IMPL_JOB_CLIENT_HPP

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/socketio/client.hpp>
#include <vector>

namespace uploadproto {

/** Where a protocol's server is and who asks. */
struct client_options {
  std::string url{};  ///< `http(s)` or `ws(s)`, host and optional port
  /** A token, or a function that returns one, called for every connection attempt. */
  net::client_credentials<std::string> token{};
  /** For `https` and `wss`. Without one, peers are verified against the system's authorities. */
  std::shared_ptr<boost::asio::ssl::context> tls{};
  std::optional<net::client_proxy> proxy{};  ///< an HTTP proxy that every connection goes through
  net::reconnect_options reconnection{};
  std::vector<net::client_transport> transports = net::default_transports();
  std::vector<std::pair<std::string, std::string>> headers{};
  std::chrono::milliseconds connect_timeout{20000};
  /** How long a server may take to acknowledge a subscription. One that does not acknowledge at all is within
      its rights: the subscription then counts as made. */
  std::chrono::milliseconds subscribe_timeout{3000};
  net::client_limits limits{};
};

/** Why a server did not let a client subscribe to a job (BU-R7). */
enum class subscribe_error {
  not_found = 1,    ///< no such job
  forbidden,        ///< another user's job
  invalid_payload,  ///< the id is not one
  refused           ///< for a reason of the server's own
};
[[nodiscard]] UPLOADPROTO_DECL error_code make_error_code(subscribe_error e) noexcept;

}  // namespace uploadproto

template <>
struct boost::system::is_error_code_enum<uploadproto::subscribe_error> : std::true_type {};

namespace uploadproto::detail {

/** What is the same for the clients of all protocols: credentials, subscriptions, rejoining. */
class job_client : public std::enable_shared_from_this<job_client> {
 public:
  using subscribe_completion = net::client_completion<error_code>;

  /** @param subscribe, unsubscribe names of the protocol's client events; empty where it has none */
  job_client(boost::asio::any_io_executor const& executor, contract::protocol_info const& info,
             std::string_view subscribe, std::string_view unsubscribe, client_options options);
  void start();

  socketio::client& socket() noexcept { return socket_; }

  void subscribe(std::string const& job, subscribe_completion done);
  void unsubscribe(std::string const& job);
  [[nodiscard]] bool subscribed(std::string const& job) const { return jobs_.count(job) != 0; }

  /** What is shown of a job; made when it is first heard of. The least recently made goes beyond 4096. */
  contract::progress_view& view(std::string_view job);
  [[nodiscard]] contract::progress_view const* find_view(std::string_view job) const;

  std::function<void()> on_connect;
  std::function<void(std::string const& job, error_code)> on_subscription_lost;

 private:
  enum class joining : unsigned char { idle, asked };
  struct job_view {
    contract::progress_view view;
    std::uint64_t made;
  };

  void rejoin();
  void ask(std::string const& job, subscribe_completion done);
  [[nodiscard]] error_code judge(std::string const& job, error_code error, socketio::client_ack const& ack);

  contract::protocol_info const& info_;
  std::string subscribe_event_, unsubscribe_event_;
  std::chrono::milliseconds subscribe_timeout_;
  socketio::client socket_;
  std::map<std::string, joining, std::less<>> jobs_;
  std::map<std::string, job_view, std::less<>> views_;
  std::uint64_t next_view_ = 0;
};

}  // namespace uploadproto::detail

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/impl/job_client.ipp>
#endif

#endif
