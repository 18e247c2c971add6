// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_JSON_JOB_CLIENT_HPP
#define UPLOADPROTO_IMPL_JSON_JOB_CLIENT_HPP

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/impl/job_client.hpp>
#include <uploadproto/impl/job_views.hpp>
#include <uploadproto/net/json_client.hpp>

namespace uploadproto::detail {

/** What is the same for the clients of all protocols that are framed as plain JSON; what `job_client` is to
    those over Socket.IO. */
class json_job_client : public std::enable_shared_from_this<json_job_client> {
 public:
  using subscribe_completion = net::client_completion<error_code>;

  json_job_client(boost::asio::any_io_executor const& executor, contract::protocol_info const& info,
                  client_options options);
  ~json_job_client();
  void start();

  net::json_client& socket() noexcept { return *socket_; }

  void subscribe(std::string const& job, subscribe_completion done);
  void unsubscribe(std::string const& job) { socket_->unsubscribe(job); }
  /** The job's terminal event has come. */
  void job_ended(std::string_view job) { socket_->unsubscribe(job); }
  /** The job that a message without one is about, if there can be no doubt. */
  [[nodiscard]] std::string only_job() const { return {}; }

  contract::progress_view& view(std::string_view job) { return views_.view(job); }
  [[nodiscard]] contract::progress_view const* find_view(std::string_view job) const {
    return views_.find(job);
  }

  std::function<void()> on_connect;
  std::function<void(std::string const& job, error_code)> on_subscription_lost;

 private:
  std::shared_ptr<net::json_client> socket_;
  job_views views_;
};

}  // namespace uploadproto::detail

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/impl/json_job_client.ipp>
#endif

#endif
