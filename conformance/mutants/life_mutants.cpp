// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// What can go wrong in a job's life over any of the protocols: order, ranges, terminals.
#include "cases/case_prefix.hpp"
#include "judge/rulebook.hpp"
#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

using contract::event_kind;

struct life_of_protocol {
  std::string prefix;
  chosen_events progress, completed, failed;
  bool percentages = true;

  std::string named(std::string_view what) const { return prefix + std::string(what); }
};

life_of_protocol life_of(protocol_face const& face) {
  life_of_protocol out{.prefix = case_prefix(face), .progress = {}, .completed = {}, .failed = {}};
  for (event_face const& event : face.server_events)
    for (contract::status_kind const& line : event.kinds) {
      if (line.kind == event_kind::notice) continue;
      chosen_events& to = line.kind == event_kind::progress    ? out.progress
                          : line.kind == event_kind::completed ? out.completed
                                                               : out.failed;
      to.name = event.name;
      if (!line.status.empty()) to.so = having("status", value(line.status));
      if (line.kind == event_kind::progress) out.percentages = event.record->find(contract::role::progress);
    }
  return out;
}

void add_terminals(mutant_list& all, life_of_protocol const& of) {
  auto const add = [&](std::string_view id, std::string does, std::string_view by,
                       std::function<relay_hooks()> make) {
    all.push_back({of.named(id), "CO-7", std::move(does), of.named(by), std::move(make)});
  };
  add("terminal/none", "A job that succeeds never says so.", "events/one-terminal",
      [w = of.completed] { return drop(w); });
  add("terminal/twice", "The end of a job comes twice.", "events/one-terminal",
      [w = of.completed] { return twice(w); });
  add("terminal/no-failure", "A job that fails never says so.", "events/one-terminal-on-failure",
      [w = of.failed] { return drop(w); });
  add("terminal/failure-twice", "The failure of a job comes twice.", "events/one-terminal-on-failure",
      [w = of.failed] { return twice(w); });
}

void add_progress(mutant_list& all, life_of_protocol const& of) {
  auto const add = [&](std::string_view id, std::string_view clause, std::string does, std::string_view by,
                       std::function<relay_hooks()> make) {
    all.push_back({of.named(id), std::string(clause), std::move(does), of.named(by), std::move(make)});
  };
  chosen_events const &w = of.progress, &end = of.completed, &failed = of.failed;
  chosen_events const moving{.name = w.name, .so = between("progress", 10, 100)};
  add("progress/above-100", "CO-5", "Progress is ten times what it is.", "progress/percentage",
      [w] { return change(w, [](object& p) { p["progress"] = p["progress"].to_number<double>() * 10; }); });
  add("progress/below-0", "CO-5", "Progress is negative.", "progress/percentage",
      [w] { return change(w, set("progress", -1)); });
  add("progress/decreases", "CO-6", "Every progress event is followed by one of a little less.",
      "progress/never-decreases", [moving] { return followed_by(moving, add_to("progress", -3)); });
  add("progress/after-the-end", "CO-6", "Progress follows the end of a job that succeeds.",
      "progress/never-decreases", [w, end] { return repeating_first_behind(w, end); });
  add("progress/after-a-failure", "CO-6", "Progress follows the end of a job that fails.",
      "progress/none-after-failure", [w, failed] { return repeating_first_behind(w, failed); });
}

void add_timestamps(mutant_list& all, life_of_protocol const& of) {
  for (auto const& [id, stamp] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"timestamp/words", "Tuesday noon"},
           {"timestamp/no-such-day", "2025-02-30T10:30:45.123Z"},
           {"timestamp/slashes", "2025/11/25 10:30:45"}})
    all.push_back({of.named(id), "CO-3", "The end of a job has the timestamp " + std::string(stamp) + '.',
                   of.named("events/timestamp"),
                   [w = of.completed, stamp = stamp] { return change(w, set("timestamp", value(stamp))); }});
  for (auto const& [id, stamp] : std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"timestamp/no-zone", "2025-11-25T10:30:45.123"},
           {"timestamp/no-milliseconds", "2025-11-25T10:30:45Z"}})
    all.push_back({of.named(id), "CO-4", "The end of a job has the timestamp " + std::string(stamp) + '.',
                   of.named("events/timestamp-zone"),
                   [w = of.completed, stamp = stamp] { return change(w, set("timestamp", value(stamp))); }});
}

}  // namespace

void add_life_mutants(mutant_list& all) {
  for (protocol_face const& face : known_protocols()) {
    life_of_protocol const of = life_of(face);
    add_terminals(all, of);
    add_timestamps(all, of);
    if (of.percentages) add_progress(all, of);
  }
}

}  // namespace uploadproto::conformance
