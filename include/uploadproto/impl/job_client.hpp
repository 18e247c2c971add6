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
#include <uploadproto/impl/job_views.hpp>
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

/** A client event about a job: its name, and the member that names the job. Empty where there is none. */
struct job_request {
  std::string_view event{}, member{};
};

/** What is the same for the clients of all protocols over Socket.IO: credentials, subscriptions, rejoining.
 */
class job_client : public std::enable_shared_from_this<job_client> {
 public:
  using subscribe_completion = net::client_completion<error_code>;

  job_client(boost::asio::any_io_executor const& executor, contract::protocol_info const& info,
             job_request subscribe, job_request unsubscribe, client_options options);
  void start();

  socketio::client& socket() noexcept { return socket_; }

  void subscribe(std::string const& job, subscribe_completion done);
  void unsubscribe(std::string const& job);
  [[nodiscard]] bool subscribed(std::string const& job) const { return jobs_.count(job) != 0; }

  /** The job's terminal event has come: nothing to do, its room falls silent. */
  void job_ended(std::string_view) {}
  /** The job that an event without one is about, if there can be no doubt; else empty. */
  [[nodiscard]] std::string only_job() const {
    return jobs_.size() == 1 ? jobs_.begin()->first : std::string();
  }

  contract::progress_view& view(std::string_view job) { return views_.view(job); }
  [[nodiscard]] contract::progress_view const* find_view(std::string_view job) const {
    return views_.find(job);
  }

  std::function<void()> on_connect;
  std::function<void(std::string const& job, error_code)> on_subscription_lost;

 private:
  enum class joining : unsigned char { idle, asked };

  void rejoin();
  void ask(std::string const& job, subscribe_completion done);
  [[nodiscard]] error_code judge(std::string const& job, error_code error, socketio::client_ack const& ack);

  job_request subscribe_, unsubscribe_;
  std::chrono::milliseconds subscribe_timeout_;
  socketio::client socket_;
  std::map<std::string, joining, std::less<>> jobs_;
  job_views views_;
};

}  // namespace uploadproto::detail

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/impl/job_client.ipp>
#endif

#endif
