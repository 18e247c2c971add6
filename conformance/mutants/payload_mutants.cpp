// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Made from the contract's tables: for every event of every protocol, each member missing, of another type,
// null.
#include "cases/case_prefix.hpp"
#include "judge/rulebook.hpp"
#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

using contract::event_kind;
using contract::field_info;
using contract::role;
using contract::value_type;

/** A value that no field of this type takes. */
value misfit(value_type type) {
  if (type == value_type::string) return 17;
  return "none of that type";
}

/** The mutants of one event of one protocol. */
class event_mutants {
 public:
  event_mutants(mutant_list& all, protocol_face const& face, event_face const& event)
      : all_(all),
        event_(event),
        prefix_(case_prefix(face)),
        label_(event.name.empty() ? "message" : event.name),
        shape_(rules_of(face.name()).shape_of(event.name)) {}

  void add() {
    for (field_info const& f : event_.record->fields) {
      if (f.role == role::job_id || decides_kind(f) || f.type == value_type::any) continue;
      if (!f.optional) missing(f);
      mistyped(f);
      if (f.optional && in_good_jobs())
        make("null-" + std::string(f.name), "CO-2", "has a null " + std::string(f.name), "events/no-null",
             set(f.name, nullptr));
    }
    if (in_good_jobs())
      make("unknown-member", "CO-1", "has a member that the document does not have", "events/known-members",
           set("shoeSize", 43));
  }

 private:
  bool decides_kind(field_info const& f) const {
    return f.role == role::status && !event_.kinds.front().status.empty();
  }
  bool in_good_jobs() const { return event_.kinds.front().kind != event_kind::failed; }

  void make(std::string what, std::string_view clause, std::string does, std::string const& by_case,
            edit by) {
    all_.push_back({.id = prefix_ + label_ + '/' + what,
                    .clause = std::string(clause),
                    .does = label_ + ' ' + does,
                    .killed_by = prefix_ + by_case,
                    .make = [name = std::string(event_.name), by = std::move(by)] {
                      return change({.name = name}, by);
                    }});
  }

  void missing(field_info const& f) {
    std::string const name(f.name);
    make("without-" + name, shape_, "has no " + name, "events/shape/" + label_, erase(name));
    if (!f.nested) return;
    for (field_info const& inner : f.nested->fields)
      if (!inner.optional) {
        std::string const both = name + '/' + std::string(inner.name);
        make("without-" + both, shape_, "has no " + both, "events/shape/" + label_,
             erase_at(name, inner.name));
      }
  }

  void mistyped(field_info const& f) {
    std::string const name(f.name), does = "has a " + name + " of another type";
    if (f.role == role::progress)
      make("mistyped-" + name, "CO-5", does, "progress/percentage", set(name, "50"));
    else if (f.role != role::timestamp)
      make("mistyped-" + name, shape_, does, "events/shape/" + label_, set(name, misfit(f.type)));
    else if (in_good_jobs())
      make("mistyped-" + name, "CO-3", does, "events/timestamp", set(name, 1732530000));
  }

  mutant_list& all_;
  event_face const& event_;
  std::string prefix_, label_;
  std::string_view shape_;
};

}  // namespace

void add_payload_mutants(mutant_list& all) {
  for (protocol_face const& face : known_protocols())
    for (event_face const& event : face.server_events)
      if (event.kinds.front().kind != event_kind::notice) event_mutants(all, face, event).add();
}

}  // namespace uploadproto::conformance
