// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "judge/event_judge.hpp"

#include <boost/json/serialize.hpp>
#include <regex>

#include "judge/own_rules.hpp"
#include "judge/rulebook.hpp"

namespace uploadproto::conformance {
namespace {

using contract::event_kind;
using contract::role;
using contract::violation_code;

std::string shortened(std::string text) {
  if (text.size() > 300) text = text.substr(0, 300) + "…";
  return text;
}

std::string shown(observed_event const& e) {
  return shortened((e.name.empty() ? "" : e.name + ' ') + serialize(e.payload));
}

/** Whose rule a payload breaks. */
std::string_view clause_of(contract::violation const& wrong, event_face const& event,
                           std::string_view shape) {
  if (wrong.code == violation_code::null_member) return "CO-2";
  auto const* field =
      event.record->find(std::string_view(wrong.pointer).substr(wrong.pointer.empty() ? 0 : 1));
  if (field && wrong.code != violation_code::missing_member) {
    if (field->role == role::progress) return "CO-5";
    if (field->role == role::timestamp) return "CO-3";
  }
  return shape;
}

void judge_members(judgement& out, event_face const& event, observed_event const& e) {
  boost::json::object const* object = e.payload.if_object();
  if (!object || event.record->fields.empty()) return;
  for (auto const& [name, value] : *object)
    if (!event.record->find(std::string_view(name)))
      out.broken("CO-1", {'/' + std::string(name), "no member that the document does not have", shown(e)});
  out.held("CO-1");
}

void judge_timestamp(judgement& out, event_face const& event, observed_event const& e) {
  static std::regex const with_zone_and_milliseconds(
      R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(Z|[+-]\d\d:\d\d))");
  auto const* field = event.record->find(role::timestamp);
  std::string const text(event.text(e.payload, role::timestamp));
  if (!field || text.empty()) return;
  out.judge("CO-4", std::regex_match(text, with_zone_and_milliseconds),
            {'/' + std::string(field->name), "a zone and milliseconds, like 2025-11-25T10:30:45.123Z", text});
}

/** Follows one job through its stages. */
class life {
 public:
  life(judgement& out, protocol_face const& face, hearing how)
      : out_(out), face_(face), book_(rules_of(face.name())), how_(how) {}

  void take(observed_event const& e) {
    event_face const* event = face_.server_event(e.name);
    if (!event) return;
    switch (event->kind(e.payload)) {
      case event_kind::notice:
        return;
      case event_kind::progress:
        return progress(*event, e);
      case event_kind::completed:
        return terminal(*event, e, true);
      case event_kind::failed:
        return terminal(*event, e, false);
    }
  }

  void finish() {
    if (!how_.to_the_end) return;
    out_.judge("CO-7", ended_,
               {"", "a terminal event (complete or failed)", last_.empty() ? "nothing" : last_});
    if (!how_.from_the_start || book_.completeness.empty()) return;
    if (completed_ || (ended_ && book_.each_stage_once)) every_stage();
    if (completed_) first_and_last_value();
  }

 private:
  void progress(event_face const& event, observed_event const& e) {
    std::string_view const name = stage_of(event, e);
    std::size_t const stage = face_.info->stages.index_of(name);
    if (ended_ && how_.fresh_attempts && stage == 0) begin_again();
    out_.judge("CO-6", !ended_, {"", "no progress event after the terminal one", shown(e)});
    if (ended_) return;
    bool const known = stage != contract::stage_table::npos;
    judge(book_.stage_names, known, {pointer(e, role::stage), "one of the documented stages", shown(e)});
    if (known) order(stage, e);
    auto const value = event.number(e.payload, role::progress);
    if (value) monotony(stage, *value, e);
    last_ = shown(e);
  }

  std::string_view stage_of(event_face const& event, observed_event const& e) const {
    std::string_view const stage = event.stage(e.payload);
    return stage.empty() ? event.text(e.payload, role::status) : stage;
  }

  void order(std::size_t stage, observed_event const& e) {
    bool const forward = !seen_any_ || stage > stage_ || (stage == stage_ && !book_.each_stage_once);
    judge(book_.stage_order, forward,
          {"", "no stage before " + std::string(face_.info->stages[stage_].name), shown(e)});
    seen_any_ = true;
    stage_ = std::max(stage_, stage);
    seen_ |= std::uint64_t(1) << stage;
  }

  void monotony(std::size_t stage, double value, observed_event const& e) {
    if (!first_value_) first_value_ = value;
    out_.judge("CO-6", value >= value_,
               {pointer(e, role::progress), "at least " + std::to_string(value_), shown(e)});
    value_ = std::max(value_, value);
    last_value_ = value;
    if (stage == contract::stage_table::npos) return;
    contract::stage const& bounds = face_.info->stages[stage];
    judge(book_.stage_range, value >= bounds.low && value <= bounds.high,
          {pointer(e, role::progress),
           std::to_string(bounds.low) + " to " + std::to_string(bounds.high) + " in stage " +
               std::string(bounds.name),
           shown(e)});
  }

  void terminal(event_face const& event, observed_event const& e, bool completed) {
    out_.judge("CO-7", !ended_, {"", "exactly one terminal event", "a second one: " + shown(e)});
    if (ended_) return;
    if (std::string_view const name = stage_of(event, e); !name.empty())
      if (std::size_t const stage = face_.info->stages.index_of(name); stage != contract::stage_table::npos)
        order(stage, e);
    if (auto const value = event.number(e.payload, role::progress))
      monotony(face_.info->stages.index_of(stage_of(event, e)), *value, e);
    ended_ = true;
    completed_ = completed;
    last_ = shown(e);
  }

  /** Every stage that has progress of its own, or at least the first. */
  void every_stage() {
    auto const& stages = face_.info->stages;
    if (face_.info->life_cycle.reports_every_stage) {
      for (std::size_t i = 0; i != stages.size(); ++i)
        judge(book_.completeness, (seen_ >> i & 1) != 0,
              {"", "an event of stage " + std::string(stages[i].name), "none until " + last_});
    } else if (!stages.empty())
      judge(book_.completeness, (seen_ & 1) != 0,
            {"", "to begin with " + std::string(stages[0].name), "none until " + last_});
  }

  /** From the first stage's least to the last's most. */
  void first_and_last_value() {
    auto const& stages = face_.info->stages;
    if (stages.empty() || !first_value_) return;
    judge(book_.completeness, *first_value_ == stages[0].low,
          {"/progress", "to begin with " + std::to_string(stages[0].low), std::to_string(*first_value_)});
    judge(book_.completeness, last_value_ == 100,
          {"/progress", "to end with 100", std::to_string(last_value_)});
  }

  void begin_again() {
    ended_ = completed_ = seen_any_ = false;
    stage_ = 0;
    seen_ = 0;
    value_ = last_value_ = 0;
    first_value_.reset();
  }

  void judge(std::string_view clause, bool holds, breach const& otherwise) {
    if (!clause.empty()) out_.judge(clause, holds, otherwise);
  }

  std::string pointer(observed_event const& e, role r) const {
    auto const* field = face_.server_event(e.name)->record->find(r);
    return field ? '/' + std::string(field->name) : std::string();
  }

  judgement& out_;
  protocol_face const& face_;
  rulebook const& book_;
  hearing how_;
  bool seen_any_ = false, ended_ = false, completed_ = false;
  std::size_t stage_ = 0;
  std::uint64_t seen_ = 0;
  double value_ = 0, last_value_ = 0;
  std::optional<double> first_value_;
  std::string last_;
};

}  // namespace

void judge_event(judgement& out, protocol_face const& face, observed_event const& e) {
  rulebook const& book = rules_of(face.name());
  event_face const* event = face.server_event(e.name);
  if (!event) return;
  std::string_view const shape = book.shape_of(e.name);
  for (contract::violation const& wrong : event->check(e.payload))
    out.broken(clause_of(wrong, *event, shape),
               {wrong.pointer, wrong.expected, wrong.got + " in " + shown(e)});
  for (std::string_view clause : {shape, std::string_view("CO-2"), std::string_view("CO-3")})
    out.held(clause);
  if (event->record->find(role::progress)) out.held("CO-5");
  judge_members(out, *event, e);
  judge_timestamp(out, *event, e);
  judge_own_rules(out, face, *event, e);
}

void judge_job(judgement& out, protocol_face const& face, std::span<observed_event const> events,
               hearing how) {
  life one(out, face, how);
  for (observed_event const& e : events) {
    judge_event(out, face, e);
    one.take(e);
  }
  one.finish();
}

std::string_view job_of(protocol_face const& face, observed_event const& e) noexcept {
  event_face const* event = face.server_event(e.name);
  return event ? event->text(e.payload, role::job_id) : std::string_view();
}

contract::event_kind kind_of(protocol_face const& face, observed_event const& e) noexcept {
  event_face const* event = face.server_event(e.name);
  return event ? event->kind(e.payload) : event_kind::notice;
}

}  // namespace uploadproto::conformance
