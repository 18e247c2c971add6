// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_SCENARIOS_SCENARIO_PLAY_HPP
#define UPLOADPROTO_REFERENCE_SCENARIOS_SCENARIO_PLAY_HPP

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/scenario.hpp"

namespace uploadproto::reference {

/** A scenario played for one job: says what is to be done when. No clock, no socket. */
class scenario_play {
 public:
  using time_point = std::chrono::steady_clock::time_point;

  /** One event to be sent, or a cut. */
  struct act {
    bool cut = false;
    bool by_contract = false;  ///< may go through the role; the others are sent past it
    std::string name{};
    boost::json::value payload{};
  };

  /** @param script, shapes kept by address */
  scenario_play(scenario const& script, std::vector<event_shape> const& shapes, std::string job_id,
                time_point begin);

  std::string const& job_id() const noexcept { return job_id_; }
  /** When `perform` has something to do; nothing at the end. */
  std::optional<time_point> due() const;
  /** Everything that is due. @param timestamp of the events */
  std::vector<act> perform(time_point now, std::string const& timestamp);

 private:
  void play(scenario_step const& step, std::string const& timestamp, std::vector<act>& into);
  void send(act one, std::vector<act>& into);
  std::optional<act> event_of(scenario_step const& step, event_text const& says,
                              std::string const& timestamp) const;

  scenario const& script_;
  std::vector<event_shape> const& shapes_;
  std::string job_id_;
  std::size_t next_ = 0;
  time_point at_;
  double progress_ = 0;
  std::string stage_;
  std::optional<act> last_;
  std::size_t held_wanted_ = 0;  // events that are still to be held back to be reordered
  std::vector<act> held_;
};

}  // namespace uploadproto::reference

#endif
