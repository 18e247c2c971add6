// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_SCENARIOS_EVENT_SHAPE_HPP
#define UPLOADPROTO_REFERENCE_SCENARIOS_EVENT_SHAPE_HPP

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/contract/protocol.hpp>
#include <vector>

namespace uploadproto::reference {

/** A server event of some protocol, without its type. */
struct event_shape {
  std::string_view name;
  contract::record_info const* record = nullptr;
  std::vector<contract::status_kind> kinds;  ///< what a status means; one without a status: always that
  std::string_view fixed_stage{};
};

/** What an event of a scenario says. */
struct event_text {
  contract::event_kind kind = contract::event_kind::progress;
  std::string stage, message, error;
  std::optional<double> progress;
};

/** The shapes of a protocol's server events. */
template <contract::protocol P>
std::vector<event_shape> event_shapes() {
  std::vector<event_shape> all;
  contract::for_each_event<P>([&]<class E>(std::type_identity<E>) {
    event_shape shape{E::event_name, &contract::record_of<E>, {}};
    if constexpr (requires { contract::event_kind(E::kind); })
      shape.kinds.push_back({"", E::kind});
    else
      shape.kinds.assign(E::kinds.begin(), E::kinds.end());
    if constexpr (requires { std::string_view(E::fixed_stage); }) shape.fixed_stage = E::fixed_stage;
    all.push_back(std::move(shape));
  });
  return all;
}

/** An event as it goes to the wire, before it is text. */
struct shaped_event {
  std::string name;
  boost::json::object payload;
};

/** The protocol's event of this kind and stage with what is required of it, and no more.
    @return nothing where the protocol has no such event */
std::optional<shaped_event> shape_event(std::vector<event_shape> const& shapes, event_text const& what,
                                        std::string_view job_id, std::string_view timestamp);

}  // namespace uploadproto::reference

#endif
