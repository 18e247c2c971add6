// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_FOLLOW_JOB_HPP
#define UPLOADPROTO_IMPL_FOLLOW_JOB_HPP

#include <boost/asio/compose.hpp>
#include <functional>
#include <string>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/result.hpp>
#include <utility>
#include <variant>

namespace uploadproto::detail {

/** The steps of `client::async_follow`: subscribe, then receive until the job's terminal event. */
template <class Client>
struct follow_job {
  using event = typename Client::event;

  follow_job(Client& c, std::string id, std::function<void(event const&)> h)
      : client(c), job(std::move(id)), handler(std::move(h)) {}

  template <class Self>
  void operator()(Self& self) {
    client.async_subscribe(job, std::move(self));
  }

  template <class Self>
  void operator()(Self& self, error_code error) {
    if (error) return self.complete(error, event());
    client.async_receive(std::move(self));
  }

  template <class Self>
  void operator()(Self& self, error_code error, event received) {
    if (error) return self.complete(error, event());
    bool const ended = take(received);
    if (ended) return self.complete(error_code(), std::move(received));
    client.async_receive(std::move(self));
  }

  /** Shows an event if it is of this job and not behind what was shown. @return whether the job has ended */
  bool take(event const& received) {
    return std::visit(
        [&]<class Event>(Event const& e) {
          if constexpr (contract::server_event<Event>) {
            if (contract::job_id_of(e) != job) return false;
            auto const kind = contract::kind_of(e);
            auto const stage = Client::stages().index_of(contract::stage_of(e));
            auto const progress = contract::progress_of(e).value_or(0);
            if (kind == contract::event_kind::progress) {
              if (progress < shown) return false;
              if (stage != contract::stage_table::npos) {
                if (shown_stage != contract::stage_table::npos && stage < shown_stage) return false;
                shown_stage = stage;
              }
              shown = progress;
            }
            if (handler) handler(received);
            return contract::is_terminal(kind);
          } else {
            return false;
          }
        },
        received);
  }

  Client& client;
  std::string job;
  std::function<void(event const&)> handler;
  double shown = 0;
  std::size_t shown_stage = contract::stage_table::npos;
};

}  // namespace uploadproto::detail

#endif
