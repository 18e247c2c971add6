// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/schema/described_types.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <uploadproto/contract/json_text.hpp>

#include "cli/job/protocols.hpp"

namespace uploadproto::cli {
namespace {

using contract::field_info;
using contract::record_info;

bool is_word_end(char c) {
  return c == '_' || c == '-' || c == ' ';
}
char upper(char c) {
  return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}
bool is_upper(char c) {
  return std::isupper(static_cast<unsigned char>(c)) != 0;
}

void add_record(std::vector<described_type>& all, described_type type) {
  for (field_info const& f : type.record->fields)
    if (f.nested)
      add_record(all, {.name = nested_type_name(type.name, f),
                       .record = f.nested,
                       .event = nullptr,
                       .from_server = type.from_server});
  all.push_back(std::move(type));
}

}  // namespace

std::vector<contract::described_protocol> const& described_protocols() {
  static std::vector<contract::described_protocol> const all =
      std::apply([]<class... P>(P...) { return std::vector{contract::describe<P>()...}; }, known_protocols());
  return all;
}

std::vector<described_type> types_of(contract::described_protocol const& p) {
  std::vector<described_type> all;
  auto const add = [&](contract::described_event const& e, bool from_server) {
    add_record(
        all, {.name = pascal_case(e.type_name), .record = e.record, .event = &e, .from_server = from_server});
  };
  for (auto const& e : p.server_events) add(e, true);
  for (auto const& e : p.client_events) add(e, false);
  return all;
}

std::string nested_type_name(std::string_view type, field_info const& member) {
  return std::string(type) + pascal_case(member.name);
}

std::string pascal_case(std::string_view words) {
  std::string out;
  bool begins = true;
  for (char c : words) {
    if (!is_word_end(c)) out += begins ? upper(c) : c;
    begins = is_word_end(c);
  }
  return out;
}

std::string upper_case(std::string_view words) {
  std::string out;
  for (std::size_t i = 0; i != words.size(); ++i) {
    char const c = words[i];
    if (i && is_upper(c) && !is_upper(words[i - 1]) && !is_word_end(words[i - 1])) out += '_';
    out += is_word_end(c) ? '_' : upper(c);
  }
  return out;
}

std::string summary_of(described_type const& type) {
  if (!type.event) return "Part of a payload.";
  std::string const name = type.event->name.empty() ? "A message" : "`" + std::string(type.event->name) + "`";
  return name + (type.from_server ? ", sent by the server." : ", sent by the client.");
}

namespace {

/** `at most total`, `only when dataType is CSV_BATCH`; empty: nothing. */
std::string rules_in_words(field_info const& f) {
  std::string out;
  auto const add = [&out](std::string const& words) { out += (out.empty() ? "" : "; ") + words; };
  contract::constraints const& c = f.rules;
  auto const when = [](contract::condition const& w) {
    return std::string(w.member) + " is " + std::string(w.value);
  };
  if (c.has_minimum() && c.has_maximum())
    add(number_text(c.minimum) + " to " + number_text(c.maximum));
  else if (c.has_minimum())
    add("at least " + number_text(c.minimum));
  if (c.has_min_length() || c.has_max_length())
    add(c.has_max_length() ? std::to_string(c.min_length) + " to " + std::to_string(c.max_length) + " long"
                           : "at least " + std::to_string(c.min_length) + " long");
  if (c.form != contract::pattern::none) add(std::string(contract::name_of(c.form)));
  if (!c.at_most.empty()) add("at most " + std::string(c.at_most));
  if (!c.required_when.member.empty()) add("required when " + when(c.required_when));
  if (!c.only_when.member.empty()) add("only when " + when(c.only_when));
  if (!c.any_text_when.member.empty()) add("any text when " + when(c.any_text_when));
  return out;
}

}  // namespace

std::string explanation_of(field_info const& f) {
  std::string const rules = rules_in_words(f);
  return std::string(f.documentation) + (rules.empty() ? "" : " (" + rules + ")");
}

std::string number_text(double value) {
  std::string out;
  contract::append_number(out, value);
  return out;
}

std::string_view expression_of(contract::pattern form) noexcept {
  switch (form) {
    case contract::pattern::iso8601:
      return "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})?$";
    case contract::pattern::uuid:
      return "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
    case contract::pattern::identifier:
      return "^[A-Za-z0-9._-]{1,64}$";
    case contract::pattern::api_path:
      return "^(/|https?://)[^\\s\\x00-\\x1f\\x7f]*$";
    case contract::pattern::none:
      break;
  }
  return {};
}

}  // namespace uploadproto::cli
