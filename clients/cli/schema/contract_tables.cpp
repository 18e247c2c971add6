// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/array.hpp>
#include <cmath>
#include <uploadproto/contract/check.hpp>

#include "cli/schema/described_types.hpp"
#include "cli/schema/schema_formats.hpp"

namespace uploadproto::cli {
namespace {

using boost::json::array;
using boost::json::object;
using contract::field_info;
using contract::role;
using contract::value_type;

std::string_view word_for(contract::event_kind kind) {
  constexpr std::string_view words[] = {"progress", "completed", "failed", "notice"};
  return words[static_cast<std::size_t>(kind)];
}

std::string_view word_for(contract::client_action action) {
  constexpr std::string_view words[] = {"subscribe", "unsubscribe", "ping"};
  return words[static_cast<std::size_t>(action)];
}

std::string_view word_for(value_type type) {
  constexpr std::string_view words[] = {"string",  "number",       "integer", "natural",
                                        "boolean", "string_array", "object",  "any"};
  return words[static_cast<std::size_t>(type)];
}

std::string_view word_for(role r) {
  constexpr std::string_view words[] = {"",       "job_id",    "stage",  "progress", "message",
                                        "error",  "timestamp", "status", "report",   "duration",
                                        "upload", "part",      "parts"};
  return words[static_cast<std::size_t>(r)];
}

void put(object& out, std::string_view name, std::string_view text) {
  if (!text.empty()) out[name] = text;
}

void put(object& out, std::string_view name, contract::condition const& when) {
  if (!when.member.empty()) out[name] = object{{"member", when.member}, {"value", when.value}};
}

object field_table(field_info const& f);

array field_tables(contract::record_info const& record) {
  array out;
  for (field_info const& f : record.fields) out.push_back(field_table(f));
  return out;
}

object field_table(field_info const& f) {
  contract::constraints const& c = f.rules;
  object out{{"name", f.name}, {"type", word_for(f.type)}, {"expected", contract::expectation(f)}};
  if (f.optional) out["optional"] = true;
  put(out, "role", word_for(f.role));
  if (c.has_minimum()) out["minimum"] = c.minimum;
  if (c.has_maximum()) out["maximum"] = c.maximum;
  if (c.has_min_length()) out["minLength"] = c.min_length;
  if (c.has_max_length()) out["maxLength"] = c.max_length;
  put(out, "form", expression_of(c.form));
  if (!c.allowed.empty()) out["allowed"] = array(c.allowed.begin(), c.allowed.end());
  put(out, "atMost", c.at_most);
  put(out, "requiredWhen", c.required_when);
  put(out, "onlyWhen", c.only_when);
  put(out, "anyTextWhen", c.any_text_when);
  if (f.nested) out["fields"] = field_tables(*f.nested);
  return out;
}

object event_table(contract::described_event const& e) {
  object out;
  if (e.kinds.size() == 1 && e.kinds.front().status.empty()) {
    out["kind"] = word_for(e.kinds.front().kind);
  } else if (!e.kinds.empty()) {
    object by_status;
    for (contract::status_kind const& line : e.kinds) by_status[line.status] = word_for(line.kind);
    out["kindByStatus"] = std::move(by_status);
  }
  put(out, "stage", e.fixed_stage);
  if (e.action) out["action"] = word_for(*e.action);
  out["fields"] = field_tables(*e.record);
  return out;
}

object event_tables(std::vector<contract::described_event> const& events) {
  object out;
  for (auto const& e : events) out[e.name.empty() ? "message" : e.name] = event_table(e);
  return out;
}

}  // namespace

object contract_tables(contract::described_protocol const& p) {
  contract::rest_interface const& rest = p.info->rest;
  object statuses;
  for (contract::status_kind const& line : rest.statuses) statuses[line.status] = word_for(line.kind);
  object out{{"events", event_tables(p.server_events)},
             {"clientEvents", event_tables(p.client_events)},
             {"statusMember", rest.status_member},
             {"statuses", std::move(statuses)}};
  if (!rest.parts.pointer.empty())
    out["parts"] = object{{"pointer", rest.parts.pointer},
                          {"countPointer", rest.parts.count_pointer},
                          {"idMember", rest.parts.id_member},
                          {"errorMember", rest.parts.error_member}};
  return out;
}

}  // namespace uploadproto::cli
