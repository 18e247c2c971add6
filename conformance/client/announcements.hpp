// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CLIENT_ANNOUNCEMENTS_HPP
#define UPLOADPROTO_CONFORMANCE_CLIENT_ANNOUNCEMENTS_HPP

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/world.hpp"

namespace uploadproto::conformance {

/** A line by which the client says what it shows (docs/conformance-client.md). */
struct announcement {
  clock::time_point when;
  std::string type;  ///< `progress`, `event`, `end`, `error`, …
  boost::json::object whole;

  /** A member of the line itself, or of its `data` where that has none; null: neither has it. */
  boost::json::value const* member(std::string_view name) const noexcept;
  std::string text(std::string_view name) const;
  /** Percent of the bar that is shown: `progress`, or `finished` of `total`. */
  std::optional<double> bar() const;
};

/** All that the client has said so far. */
class announcements {
 public:
  /** @return false when the line is no JSON object with a `type`; it is kept all the same */
  bool add(std::string_view line);

  std::vector<announcement> const& all() const noexcept { return all_; }
  std::vector<std::string> const& unreadable() const noexcept { return unreadable_; }
  std::vector<announcement const*> of(std::string_view type) const;
  /** Lines that show a bar, in their order. */
  std::vector<announcement const*> bars() const;
  /** The highest bar so far; below 0: none. */
  double highest() const;
  bool ended() const { return !of("end").empty(); }
  bool gave_up() const { return !of("error").empty(); }

 private:
  std::vector<announcement> all_;
  std::vector<std::string> unreadable_;
};

}  // namespace uploadproto::conformance

#endif
