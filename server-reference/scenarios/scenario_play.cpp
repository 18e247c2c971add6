// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "scenarios/scenario_play.hpp"

#include <utility>

namespace uploadproto::reference {
namespace {

/** Lays members over an object; tables into tables. */
void lay_over(boost::json::object& onto, boost::json::object const& members) {
  for (auto const& [name, value] : members) {
    auto* const there = onto.if_contains(name);
    if (there && there->is_object() && value.is_object())
      lay_over(there->get_object(), value.get_object());
    else
      onto[name] = value;
  }
}

}  // namespace

scenario_play::scenario_play(scenario const& script, std::vector<event_shape> const& shapes,
                             std::string job_id, time_point begin)
    : script_(script), shapes_(shapes), job_id_(std::move(job_id)), at_(begin + script.steps.front().after) {}

std::optional<scenario_play::time_point> scenario_play::due() const {
  if (next_ == script_.steps.size()) return std::nullopt;
  return at_;
}

std::vector<scenario_play::act> scenario_play::perform(time_point now, std::string const& timestamp) {
  std::vector<act> acts;
  while (next_ != script_.steps.size() && at_ <= now) {
    play(script_.steps[next_], timestamp, acts);
    if (++next_ != script_.steps.size()) at_ += script_.steps[next_].after;
  }
  // Nothing follows that could come before what is held back.
  if (next_ == script_.steps.size())
    for (; !held_.empty(); held_.pop_back()) acts.push_back(std::move(held_.back()));
  return acts;
}

std::optional<scenario_play::act> scenario_play::event_of(scenario_step const& step, event_text const& says,
                                                          std::string const& timestamp) const {
  auto shaped = shape_event(shapes_, says, job_id_, timestamp);
  if (!shaped) return std::nullopt;
  lay_over(shaped->payload, step.set);
  return act{false, true, std::move(shaped->name), std::move(shaped->payload)};
}

/** Holds an event back while a reordering waits for its share. */
void scenario_play::send(act one, std::vector<act>& into) {
  last_ = one;
  last_->by_contract = false;
  if (held_wanted_ == 0) {
    into.push_back(std::move(one));
    return;
  }
  one.by_contract = false;  // the role would not let it pass
  held_.push_back(std::move(one));
  if (--held_wanted_ == 0)
    for (; !held_.empty(); held_.pop_back()) into.push_back(std::move(held_.back()));
}

void scenario_play::play(scenario_step const& step, std::string const& timestamp, std::vector<act>& into) {
  event_text says = step.says;
  if (says.stage.empty()) says.stage = stage_;
  stage_ = says.stage;
  switch (step.what) {
    case scenario_step::action::event: {
      if (says.kind == contract::event_kind::progress && !says.progress) says.progress = progress_;
      if (says.kind == contract::event_kind::completed && !says.progress) says.progress = 100;
      progress_ = says.progress.value_or(progress_);
      if (auto made = event_of(step, says, timestamp)) send(std::move(*made), into);
      return;
    }
    case scenario_step::action::raw:
      return send({false, false, step.raw_name, step.raw_data}, into);
    case scenario_step::action::duplicate:
      if (last_) into.push_back(*last_);
      return;
    case scenario_step::action::reorder:
      held_wanted_ = step.count;
      return;
    case scenario_step::action::burst: {
      double const from = progress_, to = *says.progress;
      for (unsigned i = 1; i <= step.count; ++i) {
        says.progress = from + (to - from) * i / step.count;
        if (auto made = event_of(step, says, timestamp)) send(std::move(*made), into);
      }
      progress_ = to;
      return;
    }
    case scenario_step::action::cut:
      into.push_back({true, false, {}, {}});
      return;
  }
}

}  // namespace uploadproto::reference
