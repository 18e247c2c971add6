// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_PROTOCOL_HPP
#define UPLOADPROTO_CONTRACT_PROTOCOL_HPP

/** @file
    What a protocol is: a type that holds constant data and nothing else.
    @code
    struct my_protocol {
      using server_events = event_list<my_progress, my_complete, my_failed>;
      using client_events = event_list<subscribe_my_job>;
      static constexpr protocol_info info{.name = "my_protocol", .default_port = 4000, …};
    };
    @endcode
    Everything above this floor works on any such type; nothing asks for a protocol's name. */
#include <boost/json/value.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <uploadproto/contract/check.hpp>
#include <uploadproto/contract/event.hpp>
#include <uploadproto/contract/reader.hpp>
#include <uploadproto/contract/rest.hpp>
#include <uploadproto/contract/rooms.hpp>
#include <uploadproto/contract/stages.hpp>
#include <uploadproto/contract/violation.hpp>
#include <uploadproto/contract/writer.hpp>
#include <variant>

namespace uploadproto::contract {

/** How events travel. */
enum class framing : unsigned char {
  socketio,  ///< Socket.IO 5 over Engine.IO 4: named events
  json       ///< plain WebSocket, one JSON object a text frame, no names
};

struct transports {
  bool websocket = true, polling = true;
};

/** Where a client's token goes, and what a refusal says. */
struct auth_rules {
  bool required = false;
  std::string_view member = "token";  ///< of the Socket.IO `auth` object; empty: not read there
  bool bearer = false;                ///< `Authorization: Bearer` serves where that member is absent
  std::string_view query{};           ///< parameter of the handshake's query; empty: not read there
  bool ticket = false;                ///< the token is a ticket: `type` `websocket`, one connection (JW-5)
  std::string_view missing_message = "Authentication token required";
  std::string_view invalid_message = "Invalid authentication token";
};

/** A client's sign of life in the framing without names: a text frame `ask` is answered by a text frame
    `answer`, and an object whose `member` is `ask` by one whose `member` is `answer`. Empty: there is none.
 */
struct keepalive_rules {
  std::string_view ask{}, answer{}, member{};
};

/** Bounds that a protocol itself prescribes. Absent: the implementation's own. */
struct protocol_limits {
  std::optional<std::size_t> max_inbound_bytes{};   ///< a message from a client
  std::optional<std::size_t> max_outbound_bytes{};  ///< a message to a client
  std::optional<std::size_t> max_connections_per_user{};
  std::optional<std::size_t> max_subscriptions{};        ///< jobs that one connection follows at a time
  std::optional<std::size_t> max_inbound_per_second{};   ///< messages, per connection
  std::optional<std::size_t> max_progress_per_second{};  ///< progress messages, per connection
  std::optional<std::chrono::seconds> heartbeat{};       ///< between pings of the server
  std::optional<std::chrono::seconds> idle_timeout{};    ///< a connection on which nothing arrives
};

/** What a job's life looks like, beside its stage table. Each attempt has exactly one terminal event (CO-7).
 */
struct life_cycle {
  bool reports_every_stage = true;     ///< an attempt that completes names each stage (BU-L4)
  bool closes_after_terminal = false;  ///< the server closes the connection when the job has ended
  bool owner_only = false;             ///< users receive only their own jobs' events (BU-R6)
  bool repeatable = true;              ///< a job that has ended may be tried again (CO-6)
};

/** A protocol, as data. */
struct protocol_info {
  std::string_view name{};     ///< in code and on the command line: `bulk_upload`
  std::string_view title{};    ///< in documents
  std::string_view clauses{};  ///< prefix of its clause ids: `BU`
  contract::framing framing = framing::socketio;
  std::string_view path = "/socket.io/";  ///< `{jobId}` stands for the job where the path names it
  std::string_view nsp = "/";             ///< Socket.IO namespace
  std::uint16_t default_port = 0;
  contract::transports transports{};
  auth_rules auth{};
  keepalive_rules keepalive{};
  room_template user_room{};       ///< joined on connect; empty: none
  room_template job_room{};        ///< joined by a subscription; empty: none
  pattern job_id = pattern::none;  ///< form of the ids that the path may name
  bool broadcast = false;          ///< events go to every client
  stage_table stages{};
  protocol_limits limits{};
  contract::life_cycle life_cycle{};
  rest_interface rest{};
};

/* Beside its lists and its data a protocol may have two functions of what it sends on its own account:
   `static E greeting()`, an event for a client that has connected, and `static E pong()`, one for a client
   that has asked for a ping. Job and time are filled in. */

/** A list of event types. */
template <class... Events>
struct event_list {
  static constexpr std::size_t size = sizeof...(Events);
  using variant = std::variant<Events...>;
};
template <>
struct event_list<> {
  static constexpr std::size_t size = 0;
  using variant = std::variant<std::monostate>;
};

template <class P>
concept greets = requires {
  P::greeting();
};
template <class P>
concept answers_ping = requires {
  P::pong();
};

template <class P>
concept protocol = requires {
  typename P::server_events::variant;
  typename P::client_events::variant;
  requires std::same_as<std::remove_cv_t<decltype(P::info)>, protocol_info>;
};

/** Any server event of a protocol. */
template <protocol P>
using event_variant_t = typename P::server_events::variant;

/** Any client event of a protocol. */
template <protocol P>
using client_event_variant_t = typename P::client_events::variant;

namespace detail {

template <class... E, class Function>
constexpr void for_each_in(event_list<E...>, Function&& fn) {
  (fn(std::type_identity<E>{}), ...);
}

UPLOADPROTO_DECL violation unknown_event(std::string_view name);

template <class Variant, class... E>
read_result<Variant> read_one_of(event_list<E...>, std::string_view name, boost::json::value const& json) {
  std::optional<read_result<Variant>> found{};
  auto const consider = [&]<class T>(std::type_identity<T>) {
    if (T::event_name != name) return false;
    Variant any(std::in_place_type<T>);
    violations wrong = read_record(record_of<T>, &std::get<T>(any), json);
    if (wrong.empty())
      found.emplace(std::move(any));
    else
      found.emplace(std::move(wrong));
    return true;
  };
  if ((consider(std::type_identity<E>{}) || ...)) return *std::move(found);
  return violations{unknown_event(name)};
}

}  // namespace detail

/** Calls `fn(std::type_identity<Event>{})` for each server event, in the declaration's order. */
template <protocol P, class Function>
constexpr void for_each_event(Function&& fn) {
  detail::for_each_in(typename P::server_events{}, fn);
}
template <protocol P, class Function>
constexpr void for_each_client_event(Function&& fn) {
  detail::for_each_in(typename P::client_events{}, fn);
}

/** Reads a server event.
    @param name its name on the wire; empty for the framing without names
    @param json its payload (Socket.IO: the first argument)
    @return the event, or all violations; one of `violation_code::unknown_event` for a name that the protocol
            does not have */
template <protocol P>
read_result<event_variant_t<P>> read_event(std::string_view name, boost::json::value const& json) {
  return detail::read_one_of<event_variant_t<P>>(typename P::server_events{}, name, json);
}

/** Reads a client event; the same. */
template <protocol P>
read_result<client_event_variant_t<P>> read_client_event(std::string_view name,
                                                         boost::json::value const& json) {
  return detail::read_one_of<client_event_variant_t<P>>(typename P::client_events{}, name, json);
}

/** Whether the only thing wrong is that the protocol has no such event: CO-8 lets receivers ignore it. */
inline bool is_unknown_event(violations const& wrong) noexcept {
  return wrong.size() == 1 && wrong.front().code == violation_code::unknown_event;
}

/** Appends any event as its JSON payload. */
template <server_event... E>
void append_json(std::string& out, std::variant<E...> const& any) {
  std::visit([&](auto const& e) { append_json(out, e); }, any);
}

/** Everything by which an event breaks its table. */
template <server_event... E>
violations check(std::variant<E...> const& any) {
  return std::visit([](auto const& e) { return check(e); }, any);
}

/** Lets a tracker judge an event by its kind, stage and value. @return what the tracker says */
template <class Event>
error_code track(progress_tracker& tracker, Event const& e) {
  switch (kind_of(e)) {
    case event_kind::completed:
      return tracker.complete();
    case event_kind::failed:
      return tracker.fail();
    case event_kind::progress:
      return tracker.accept(stage_of(e), progress_of(e));
    case event_kind::notice:
      break;
  }
  return {};
}

/** Lets a view take an event in. @return true when there is something new to show */
template <class Event>
bool show(progress_view& view, Event const& e) {
  switch (kind_of(e)) {
    case event_kind::completed:
      return view.complete();
    case event_kind::failed:
      return view.fail();
    case event_kind::progress:
      return view.update(stage_of(e), progress_of(e));
    case event_kind::notice:
      break;
  }
  return false;
}

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/protocol.ipp>
#endif

#endif
