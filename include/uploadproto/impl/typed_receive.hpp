// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_TYPED_RECEIVE_HPP
#define UPLOADPROTO_IMPL_TYPED_RECEIVE_HPP

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/impl/job_client.hpp>
#include <uploadproto/impl/json_job_client.hpp>
#include <utility>
#include <variant>

namespace uploadproto {

/** An event of the protocol's whose payload breaks the contract. */
struct malformed_event {
  std::string name{};
  contract::violations wrong{};  ///< all of it, with JSON pointers
  net::client_event raw{};
};

namespace detail {

template <class... E>
std::variant<E..., malformed_event> received_variant(contract::event_list<E...>);
template <class Protocol>
using received_variant_t = decltype(received_variant(typename Protocol::server_events{}));

/** The client event that asks for this. */
template <class Protocol>
constexpr job_request request_of(contract::client_action wanted) {
  job_request found;
  contract::for_each_client_event<Protocol>([&]<class Event>(std::type_identity<Event>) {
    if (Event::action != wanted) return;
    found.event = Event::event_name;
    if (auto const* const job = contract::record_of<Event>.find(contract::role::job_id))
      found.member = job->name;
  });
  return found;
}

/** What stands behind the client of a protocol: its framing decides. */
template <class Protocol>
using client_core_t =
    std::conditional_t<Protocol::info.framing == contract::framing::json, json_job_client, job_client>;

/** Reads what the socket received. @return false for an event that is not the protocol's */
template <class Protocol>
bool read_received(net::client_event raw, received_variant_t<Protocol>& out, client_core_t<Protocol>& core) {
  boost::json::value const nothing = boost::json::object();
  auto const& payload = raw.args.empty() ? nothing : raw.args.front();
  auto found = contract::read_event<Protocol>(raw.name, payload);
  if (!found) {
    auto wrong = found.error();
    if (contract::is_unknown_event(wrong)) return false;
    out = malformed_event{raw.name, std::move(wrong), std::move(raw)};
    return true;
  }
  std::visit(
      [&](auto& event) {
        if (contract::kind_of(event) != contract::event_kind::notice && contract::job_id_of(event).empty())
          if (auto const only = core.only_job(); !only.empty()) contract::set_job_id(event, only);
        if (auto const job = contract::job_id_of(event); !job.empty()) {
          contract::show(core.view(job), event);
          if (contract::is_terminal(contract::kind_of(event))) core.job_ended(job);
        }
        out = std::move(event);
      },
      *found);
  return true;
}

/** The handler of a receive, between the socket and the user: turns JSON into events, skips what is unknown.
    Holds no client alive: destroying the client must end the operation. */
template <class Protocol, class Handler>
struct typed_receive {
  using executor_type = boost::asio::associated_executor_t<Handler, boost::asio::any_io_executor>;
  using cancellation_slot_type = boost::asio::associated_cancellation_slot_t<Handler>;

  Handler handler;
  boost::asio::any_io_executor fallback;
  std::weak_ptr<client_core_t<Protocol>> core;

  executor_type get_executor() const noexcept {
    return boost::asio::get_associated_executor(handler, fallback);
  }
  cancellation_slot_type get_cancellation_slot() const noexcept {
    return boost::asio::get_associated_cancellation_slot(handler);
  }

  void operator()(error_code error, net::client_event raw) {
    received_variant_t<Protocol> event;
    auto const alive = core.lock();
    if (!error && !alive) error = session::client_error::client_disconnect;
    if (!error && !read_received<Protocol>(std::move(raw), event, *alive)) {
      return alive->socket().async_receive(std::move(*this));
    }
    std::move(handler)(error, std::move(event));
  }
};

template <class Protocol, class Handler>
void receive_typed(Handler handler, std::shared_ptr<client_core_t<Protocol>> const& core) {
  core->socket().async_receive(
      typed_receive<Protocol, Handler>{std::move(handler), core->socket().get_executor(), core});
}

}  // namespace detail
}  // namespace uploadproto

#endif
