// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_EVENT_HPP
#define UPLOADPROTO_CONTRACT_EVENT_HPP

/** @file
    Events, and how generic code finds its way in one: by roles, never by a member's or a protocol's name.

    A server event is a payload with `static constexpr std::string_view event_name` (empty where the framing
    has no names) and either `static constexpr event_kind kind`, or `static constexpr std::array<status_kind,
   N> kinds` where the value of its status member decides. A client event has `event_name` and `static
   constexpr client_action action`. */
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/contract/field.hpp>
#include <variant>

namespace uploadproto::contract {

/** What a server event means for its job. */
enum class event_kind : unsigned char {
  progress,
  completed,  ///< terminal
  failed,     ///< terminal
  notice      ///< about no job's progress: a greeting, statistics, a pong
};

constexpr bool is_terminal(event_kind k) noexcept {
  return k == event_kind::completed || k == event_kind::failed;
}

/** What a client event asks of the server. */
enum class client_action : unsigned char {
  subscribe,    ///< join the room of the payload's job id
  unsubscribe,  ///< leave it
  ping          ///< answer the sender
};

/** One line of an event's `kinds`: this status means that kind. */
struct status_kind {
  std::string_view status;
  event_kind kind;
};

template <class T>
concept server_event = payload<T> && requires {
  std::string_view(T::event_name);
} &&(
    requires { event_kind(T::kind); } || requires { T::kinds.size(); });

template <class T>
concept client_event = payload<T> && requires {
  std::string_view(T::event_name);
  client_action(T::action);
};

namespace detail {

template <payload T>
std::string_view text_of(T const& value, role r) {
  field_info const* f = record_of<T>.find(r);
  void const* member = f ? f->get(&value) : nullptr;
  return member ? std::string_view(*static_cast<std::string const*>(member)) : std::string_view();
}

template <payload T>
std::optional<double> number_of(T const& value, role r) {
  field_info const* f = record_of<T>.find(r);
  void const* member = f ? f->get(&value) : nullptr;
  if (!member) return std::nullopt;
  return *static_cast<double const*>(member);
}

}  // namespace detail

/** The job that an event or a subscription is about; empty when it is about none. */
template <payload T>
std::string_view job_id_of(T const& e) {
  return detail::text_of(e, role::job_id);
}

/** The stage that an event names; empty when it names none. A type whose every event is of one stage says so
    by `static constexpr std::string_view fixed_stage`. */
template <payload T>
std::string_view stage_of(T const& e) {
  if constexpr (requires { std::string_view(T::fixed_stage); })
    return T::fixed_stage;
  else
    return detail::text_of(e, role::stage);
}

template <payload T>
std::string_view message_of(T const& e) {
  return detail::text_of(e, role::message);
}

template <payload T>
std::string_view error_of(T const& e) {
  return detail::text_of(e, role::error);
}

template <payload T>
std::string_view timestamp_of(T const& e) {
  return detail::text_of(e, role::timestamp);
}

template <payload T>
std::string_view status_of(T const& e) {
  return detail::text_of(e, role::status);
}

/** Where the job's report is: a path or a URL. */
template <payload T>
std::string_view report_of(T const& e) {
  return detail::text_of(e, role::report);
}

/** Percent, 0 to 100. */
template <payload T>
std::optional<double> progress_of(T const& e) {
  return detail::number_of(e, role::progress);
}

/** Milliseconds that the job took. */
template <payload T>
std::optional<double> duration_of(T const& e) {
  return detail::number_of(e, role::duration);
}

template <server_event T>
event_kind kind_of(T const& e) {
  if constexpr (requires { event_kind(T::kind); }) {
    return T::kind;
  } else {
    std::string_view const status = status_of(e);
    for (status_kind const& line : T::kinds)
      if (line.status == status) return line.kind;
    return event_kind::notice;
  }
}

/** The event's name on the wire; empty where the framing has none. */
template <server_event T>
constexpr std::string_view event_name_of(T const&) {
  return T::event_name;
}

/** Writes the time of sending; nothing happens where the event carries no timestamp. */
template <payload T>
void set_timestamp(T& e, std::string_view timestamp) {
  if (field_info const* f = record_of<T>.find(role::timestamp))
    static_cast<std::string*>(f->make(&e))->assign(timestamp);
}

/** Writes the job; nothing happens where the payload carries none. */
template <payload T>
void set_job_id(T& e, std::string_view job_id) {
  if (field_info const* f = record_of<T>.find(role::job_id))
    static_cast<std::string*>(f->make(&e))->assign(job_id);
}

// The same for "any event of a protocol". The reference stays valid as long as the variant is not changed.

template <server_event... E>
std::string_view job_id_of(std::variant<E...> const& any) {
  return std::visit([](auto const& e) { return job_id_of(e); }, any);
}
template <server_event... E>
std::string_view stage_of(std::variant<E...> const& any) {
  return std::visit([](auto const& e) { return stage_of(e); }, any);
}
template <server_event... E>
std::string_view message_of(std::variant<E...> const& any) {
  return std::visit([](auto const& e) { return message_of(e); }, any);
}
template <server_event... E>
std::string_view error_of(std::variant<E...> const& any) {
  return std::visit([](auto const& e) { return error_of(e); }, any);
}
template <server_event... E>
std::string_view timestamp_of(std::variant<E...> const& any) {
  return std::visit([](auto const& e) { return timestamp_of(e); }, any);
}
template <server_event... E>
std::string_view status_of(std::variant<E...> const& any) {
  return std::visit([](auto const& e) { return status_of(e); }, any);
}
template <server_event... E>
std::optional<double> progress_of(std::variant<E...> const& any) {
  return std::visit([](auto const& e) { return progress_of(e); }, any);
}
template <server_event... E>
event_kind kind_of(std::variant<E...> const& any) {
  return std::visit([](auto const& e) { return kind_of(e); }, any);
}
template <server_event... E>
std::string_view event_name_of(std::variant<E...> const& any) {
  return std::visit([](auto const& e) { return event_name_of(e); }, any);
}
template <server_event... E>
void set_timestamp(std::variant<E...>& any, std::string_view timestamp) {
  std::visit([&](auto& e) { set_timestamp(e, timestamp); }, any);
}

}  // namespace uploadproto::contract

#endif
