// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_TYPED_RECEIVE_HPP
#define UPLOADPROTO_IMPL_TYPED_RECEIVE_HPP

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <uploadproto/contract/protocol.hpp>
#include <uploadproto/impl/job_client.hpp>
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

/** The name of the client event that asks for this; empty where the protocol has none. */
template <class Protocol>
constexpr std::string_view client_event_name(contract::client_action wanted) {
  std::string_view name;
  contract::for_each_client_event<Protocol>([&]<class Event>(std::type_identity<Event>) {
    if (Event::action == wanted) name = Event::event_name;
  });
  return name;
}

/** Reads what the socket received. @return false for an event that is not the protocol's */
template <class Protocol>
bool read_received(net::client_event raw, received_variant_t<Protocol>& out, job_client& core) {
  boost::json::value const nothing;
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
        if (auto const job = contract::job_id_of(event); !job.empty()) contract::show(core.view(job), event);
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
  std::weak_ptr<job_client> core;

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
void receive_typed(Handler handler, std::shared_ptr<job_client> const& core) {
  core->socket().async_receive(
      typed_receive<Protocol, Handler>{std::move(handler), core->socket().get_executor(), core});
}

}  // namespace detail
}  // namespace uploadproto

#endif
