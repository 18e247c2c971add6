// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "scenarios/scenario.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "config/text_file.hpp"

namespace uploadproto::reference {
namespace {

/** Reads one table, and complains of what it does not know. */
class table_reader {
 public:
  table_reader(toml::table const& table, std::string const& file) : table_(table), file_(file) {}

  [[noreturn]] void fail(toml::source_region const& at, std::string const& what) const {
    throw invalid_setting(file_ + ':' + std::to_string(at.begin.line) + ':' +
                          std::to_string(at.begin.column) + ": " + what);
  }

  toml::node const* find(std::string_view name) {
    known_.push_back(name);
    return table_.get(name);
  }

  void text(std::string_view name, std::string& into) {
    auto const* const node = find(name);
    if (!node) return;
    auto const* const value = node->as_string();
    if (!value) fail(node->source(), std::string{name} + ": expected text");
    into = value->get();
  }

  void percent(std::string_view name, std::optional<double>& into) {
    auto const* const node = find(name);
    if (!node) return;
    auto const value = node->value<double>();
    if (!value) fail(node->source(), std::string{name} + ": expected a number");
    into = *value;
  }

  void count(std::string_view name, unsigned& into, unsigned most) {
    auto const* const node = find(name);
    if (!node) return;
    auto const value = node->value<std::int64_t>();
    if (!value || *value < 0 || *value > std::int64_t{most})
      fail(node->source(), std::string{name} + ": expected a whole number of 0 to " + std::to_string(most));
    into = static_cast<unsigned>(*value);
  }

  void duration(std::string_view name, std::chrono::milliseconds& into) {
    auto const* const node = find(name);
    if (!node) return;
    auto const* const value = node->as_string();
    auto const parsed = value ? milliseconds_of(value->get()) : std::nullopt;
    if (!parsed) fail(node->source(), std::string{name} + ": expected a time such as \"500ms\" or \"2s\"");
    into = *parsed;
  }

  /** Every member was asked for. */
  void finish() const {
    for (auto const& [name, node] : table_)
      if (std::find(known_.begin(), known_.end(), name.str()) == known_.end()) {
        std::string expected;
        for (auto const known : known_) expected.append(expected.empty() ? "" : ", ").append(known);
        fail(name.source(),
             "there is nothing called \"" + std::string{name.str()} + "\" here; expected " + expected);
      }
  }

 private:
  static std::optional<std::chrono::milliseconds> milliseconds_of(std::string_view text) {
    std::uint32_t number = 0;
    auto const parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec != std::errc{}) return std::nullopt;
    std::string_view const unit{parsed.ptr, text.data() + text.size()};
    if (unit == "ms") return std::chrono::milliseconds{number};
    if (unit == "s") return std::chrono::seconds{number};
    return std::nullopt;
  }

  toml::table const& table_;
  std::string const& file_;
  std::vector<std::string_view> known_;
};

boost::json::value to_json(toml::node const& node) {
  if (auto const* const table = node.as_table()) {
    boost::json::object object;
    for (auto const& [name, value] : *table) object[std::string{name.str()}] = to_json(value);
    return object;
  }
  if (auto const* const array = node.as_array()) {
    boost::json::array all;
    for (auto const& element : *array) all.push_back(to_json(element));
    return all;
  }
  if (auto const* const text = node.as_string()) return boost::json::string{text->get()};
  if (auto const* const flag = node.as_boolean()) return flag->get();
  if (auto const* const whole = node.as_integer()) return whole->get();
  if (auto const* const number = node.as_floating_point()) return number->get();
  return nullptr;  // dates: nothing in a payload is one
}

constexpr std::pair<std::string_view, scenario_step::action> actions[] = {
    {"event", scenario_step::action::event},         {"raw", scenario_step::action::raw},
    {"duplicate", scenario_step::action::duplicate}, {"reorder", scenario_step::action::reorder},
    {"burst", scenario_step::action::burst},         {"cut", scenario_step::action::cut},
};

/** `complete` and `fail` are events by their kind. */
void read_action(table_reader& from, scenario_step& step) {
  std::string named = "event";
  from.text("do", named);
  if (named == "complete") step.says.kind = contract::event_kind::completed;
  if (named == "fail") step.says.kind = contract::event_kind::failed;
  if (named == "complete" || named == "fail") return;
  for (auto const& [name, action] : actions)
    if (name == named) {
      step.what = action;
      return;
    }
  std::string expected = "complete, fail";
  for (auto const& [name, action] : actions) expected.append(", ").append(name);
  from.fail(from.find("do")->source(), "do: expected one of " + expected + ", found \"" + named + "\"");
}

scenario_step read_step(toml::table const& table, std::string const& file) {
  table_reader from{table, file};
  scenario_step step;
  read_action(from, step);
  from.duration("after", step.after);
  from.text("stage", step.says.stage);
  from.percent("progress", step.says.progress);
  from.text("message", step.says.message);
  from.text("error", step.says.error);
  from.count("count", step.count, 10'000);
  from.text("name", step.raw_name);
  if (auto const* const data = from.find("data")) step.raw_data = to_json(*data);
  if (auto const* const set = from.find("set")) {
    if (!set->is_table()) from.fail(set->source(), "set: expected a table");
    step.set = to_json(*set).as_object();
  }
  from.finish();
  if (step.what == scenario_step::action::burst && !step.says.progress) step.says.progress = 100;
  return step;
}

}  // namespace

scenario parse_scenario(std::string_view toml_text, std::string const& name) {
  toml::table table;
  table_reader top{table, name};
  try {
    table = toml::parse(toml_text);
  } catch (toml::parse_error const& e) {
    top.fail(e.source(), std::string{e.description()});
  }
  scenario read;
  top.text("protocol", read.protocol);
  top.text("description", read.description);
  top.text("job_id", read.job_id);
  top.text("user", read.user);
  top.count("refuse_tokens", read.refuse_tokens, 1'000);
  auto const* const steps = top.find("step");
  top.finish();
  if (read.protocol.empty()) throw invalid_setting(name + ": a scenario names its protocol");
  if (!steps || !steps->is_array() || steps->as_array()->empty())
    throw invalid_setting(name + ": a scenario has steps: [[step]]");
  for (auto const& each : *steps->as_array()) {
    if (!each.is_table()) top.fail(each.source(), "expected a step: [[step]]");
    read.steps.push_back(read_step(*each.as_table(), name));
  }
  return read;
}

scenario read_scenario(std::filesystem::path const& file) {
  std::string names;
  for (auto const& shipped : shipped_scenarios()) {
    if (file == shipped.name) return parse_scenario(shipped.toml, std::string{shipped.name});
    names.append(names.empty() ? "" : ", ").append(shipped.name);
  }
  if (!std::filesystem::exists(file))
    throw invalid_setting("there is no scenario " + file.string() + ": expected a file, or one of " + names);
  return parse_scenario(read_text_file(file, "the scenario"), file.string());
}

}  // namespace uploadproto::reference
