// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "client/job_script.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <stdexcept>
#include <uploadproto/contract/samples.hpp>

namespace uploadproto::conformance {
namespace {

using boost::json::object;
using contract::event_kind;
using contract::role;

/** Writes into the member of this role, also where it is in an object below. */
bool set_role(object& payload, contract::record_info const& record, role which,
              boost::json::value const& to) {
  for (contract::field_info const& f : record.fields) {
    if (f.role == which && payload.contains(f.name)) {
      payload[f.name] = to;
      return true;
    }
    if (f.type == contract::value_type::object && payload.contains(f.name) &&
        set_role(payload[f.name].as_object(), *f.nested, which, to))
      return true;
  }
  return false;
}

bool set_text(object& payload, contract::record_info const& record, role which, std::string_view text) {
  return set_role(payload, record, which, boost::json::string(text));
}

bool has_role(contract::record_info const& record, role which) {
  return std::ranges::any_of(record.fields, [which](contract::field_info const& f) {
    return f.role == which || (f.nested && has_role(*f.nested, which));
  });
}

event_face const& event_of(protocol_face const& face, event_kind kind) {
  for (event_face const& event : face.server_events)
    for (contract::status_kind const& line : event.kinds)
      if (line.kind == kind) return event;
  throw std::logic_error(std::string(face.name()) + " has no event of this kind");
}

std::string_view status_of(event_face const& event, event_kind kind) {
  for (contract::status_kind const& line : event.kinds)
    if (line.kind == kind) return line.status;
  return {};
}

/** The value at a pointer of one step or none: {"data": value}. */
boost::json::value wrapped(std::string_view pointer, boost::json::value inside) {
  if (pointer.empty()) return inside;
  return object{{pointer.substr(1), std::move(inside)}};
}

/** The word by which REST says this of a job; the event's own word where it is one of them. */
std::string_view word_for(contract::rest_interface const& rest, event_kind kind, std::string_view own) {
  std::string_view word;
  for (contract::status_kind const& line : rest.statuses) {
    if (line.kind != kind) continue;
    if (line.status == own) return own;
    if (word.empty()) word = line.status;
  }
  return word;
}

}  // namespace

std::optional<told_event> greeting_of(protocol_face const& face) {
  for (event_face const& event : face.server_events)
    for (contract::status_kind const& line : event.kinds) {
      if (line.kind != event_kind::notice || !event.record->find(role::message)) continue;
      object payload = contract::example(*event.record);
      if (!line.status.empty()) set_text(payload, *event.record, role::status, line.status);
      if (auto const* error = event.record->find(role::error)) payload.erase(error->name);
      return told_event{std::string(event.name), std::move(payload)};
    }
  return std::nullopt;
}

job_script::job_script(protocol_face const& face, std::string id, std::size_t parts)
    : face_(face), id_(std::move(id)), parts_(parts) {}

bool job_script::composed() const noexcept {
  return !face_.info->rest.parts.pointer.empty();
}

told_event job_script::event(event_kind kind, std::string_view stage, std::optional<double> progress,
                             std::string_view message) const {
  event_face const& face = event_of(face_, kind);
  object payload = contract::example(*face.record);
  set_text(payload, *face.record, role::job_id, id_);
  set_text(payload, *face.record, role::stage, stage);
  if (progress) set_role(payload, *face.record, role::progress, *progress);
  set_text(payload, *face.record, role::message, message);
  if (std::string_view const status = status_of(face, kind); !status.empty())
    set_text(payload, *face.record, role::status, status);
  contract::field_info const* const error = face.record->find(role::error);
  if (kind == event_kind::failed)
    set_text(payload, *face.record, role::error, message);
  else if (error)
    payload.erase(error->name);
  return {std::string(face.name), std::move(payload)};
}

/** Where each stage has values of its own, its first and its last; else the statuses of a job that goes
    well. */
std::vector<told_event> job_script::steps() const {
  std::vector<told_event> out;
  contract::stage_table const& stages = face_.info->stages;
  auto const add = [&](contract::stage const& stage, double value) {
    out.push_back(event(event_kind::progress, stage.name, value, stage.description));
  };
  if (!stages.consecutive()) {
    add(stages[0], 0);
    for (double const value : {10., 30., 50., 70., 90.}) add(stages[1], value);
    add(stages[2], 100);
    return out;
  }
  for (contract::stage const& stage : stages) {
    add(stage, stage.low);
    if (stage.high != stage.low) add(stage, stage.high);
  }
  return out;
}

std::vector<told_event> job_script::progress() const {
  if (!composed()) return steps();
  std::vector<told_event> out;
  for (std::size_t i = 0; i != parts_; ++i) {
    out.push_back(part_received(i));
    out.push_back(part_started(i));
    if (i + 1 != parts_) out.push_back(part_ended(i));
  }
  return out;
}

std::vector<told_event> job_script::untold(std::vector<told_event> const& told) const {
  std::vector<told_event> out;
  if (!composed()) return out;
  for (told_event& event : progress())
    if (std::ranges::find(told, event) == told.end()) out.push_back(std::move(event));
  return out;
}

told_event job_script::completed() const {
  if (composed()) return part_ended(parts_ - 1);
  contract::stage_table const& stages = face_.info->stages;
  return event(event_kind::completed, stages[stages.size() - 1].name, 100, "Done");
}

told_event job_script::failed(std::string_view why) const {
  if (composed()) return part_ended(parts_ - 1, why);
  return event(event_kind::failed, face_.info->stages[1].name, face_.info->stages[1].low, why);
}

std::string job_script::part_id(std::size_t index) const {
  std::string number = std::to_string(index + 1);
  number.insert(0, 12 - std::min<std::size_t>(12, number.size()), '0');
  return id_.substr(0, id_.rfind('-') + 1) + number;
}

told_event job_script::part_event(event_face const& face, std::size_t index) const {
  object payload = contract::example(*face.record);
  set_text(payload, *face.record, role::job_id, part_id(index));
  set_text(payload, *face.record, role::upload, id_);
  set_role(payload, *face.record, role::part, static_cast<std::int64_t>(index));
  set_role(payload, *face.record, role::parts, static_cast<std::int64_t>(parts_));
  return {std::string(face.name), std::move(payload)};
}

told_event job_script::part_received(std::size_t index) const {
  auto const found = std::ranges::find_if(
      face_.server_events, [](event_face const& e) { return has_role(*e.record, role::upload); });
  return part_event(*found, index);
}

told_event job_script::part_started(std::size_t index) const {
  auto const found = std::ranges::find_if(face_.server_events, [](event_face const& e) {
    return !e.kinds.empty() && e.kinds.front().kind == event_kind::progress &&
           !has_role(*e.record, role::upload);
  });
  return part_event(*found, index);
}

told_event job_script::part_ended(std::size_t index, std::optional<std::string_view> failure) const {
  event_face const& face = event_of(face_, failure ? event_kind::failed : event_kind::completed);
  told_event out = part_event(face, index);
  if (failure) set_text(out.payload.as_object(), *face.record, role::error, *failure);
  return out;
}

boost::json::value job_script::described(std::vector<told_event> const& told) const {
  contract::rest_interface const& rest = face_.info->rest;
  if (composed()) return wrapped(rest.status_pointer, parts_described(told));
  object out;
  out[rest.status_member] = "pending";
  if (!told.empty()) {
    event_face const& face = *face_.server_event(told.back().name);
    event_kind const kind = face.kind(told.back().payload);
    out = told.back().payload.as_object();
    boost::json::value const* const own = out.if_contains(rest.status_member);
    std::string const word(word_for(rest, kind, own ? std::string_view(own->as_string()) : ""));
    out[rest.status_member] = word;
  }
  return wrapped(rest.status_pointer, std::move(out));
}

object job_script::parts_described(std::vector<told_event> const& told) const {
  contract::rest_interface const& rest = face_.info->rest;
  boost::json::array parts;
  for (std::size_t i = 0; i != parts_; ++i) {
    object part;
    for (told_event const& e : told) {
      event_face const& face = *face_.server_event(e.name);
      if (face.text(e.payload, role::job_id) != part_id(i)) continue;
      part = {{rest.parts.id_member, part_id(i)},
              {rest.parts.index_member, static_cast<std::int64_t>(i)},
              {rest.status_member, word_for(rest, face.kind(e.payload), "")}};
      if (auto const why = face.text(e.payload, role::error); !why.empty())
        part[rest.parts.error_member] = why;
    }
    if (!part.empty()) parts.push_back(std::move(part));
  }
  return {{rest.parts.count_pointer.substr(1), static_cast<std::int64_t>(parts_)},
          {rest.parts.pointer.substr(1), std::move(parts)}};
}

}  // namespace uploadproto::conformance
