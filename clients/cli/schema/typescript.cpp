// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/serialize.hpp>

#include "cli/schema/described_types.hpp"
#include "cli/schema/schema_formats.hpp"

namespace uploadproto::cli {
namespace {

using contract::field_info;
using contract::value_type;

std::string quoted(std::string_view text) {
  return boost::json::serialize(text);
}

std::string union_of(contract::text_set const& texts) {
  std::string out;
  for (std::string_view one : texts) out += (out.empty() ? "" : " | ") + quoted(one);
  return out;
}

std::string type_of(std::string_view owner, field_info const& f) {
  switch (f.type) {
    case value_type::string:
      return f.rules.allowed.empty() || !f.rules.any_text_when.member.empty() ? "string"
                                                                              : union_of(f.rules.allowed);
    case value_type::number:
    case value_type::integer:
    case value_type::natural:
      return "number";
    case value_type::boolean:
      return "boolean";
    case value_type::string_array:
      return "string[]";
    case value_type::object:
      return nested_type_name(owner, f);
    case value_type::any:
      break;
  }
  return "unknown";
}

/** How constants are written: `as const` where there are types, else as a comment that checkers read. */
struct dialect {
  bool typed;
  std::string begin(std::string const& name, char bracket) const {
    return "export const " + name + " = " + (typed ? "" : "/** @type {const} */ (") + bracket + "\n";
  }
  std::string end(char bracket) const { return bracket + std::string(typed ? " as const;\n\n" : ");\n\n"); }
};

void write_interface(std::string& out, described_type const& t) {
  out += "/** " + summary_of(t) + " */\nexport interface " + t.name + " {\n";
  for (field_info const& f : t.record->fields) {
    out += "  /** " + explanation_of(f) + " */\n";
    out += "  " + std::string(f.name) + (f.optional ? "?" : "") + ": " + type_of(t.name, f) + ";\n";
  }
  out += "}\n\n";
}

void write_event_names(std::string& out, dialect const& d, std::string const& name,
                       std::vector<contract::described_event> const& events, std::string_view documentation) {
  if (events.empty() || events.front().name.empty()) return;
  out += "/** " + std::string(documentation) + " */\n" + d.begin(name, '{');
  for (auto const& e : events) out += "  " + upper_case(e.name) + ": " + quoted(e.name) + ",\n";
  out += d.end('}');
}

void write_stages(std::string& out, dialect const& d, std::string const& name,
                  contract::stage_table const& stages) {
  if (stages.empty()) return;
  out += "/** The stages of a job in their order, with the progress that each may carry. */\n" +
         d.begin(name, '[');
  for (contract::stage const& s : stages)
    out += "  { name: " + quoted(s.name) + ", low: " + number_text(s.low) + ", high: " + number_text(s.high) +
           ", description: " + quoted(s.description) + " },\n";
  out += d.end(']');
}

std::string limit(std::string_view name, std::optional<std::size_t> value) {
  return value ? "  " + std::string(name) + ": " + std::to_string(*value) + ",\n" : std::string();
}

std::string flag(std::string_view name, bool value) {
  return value ? "  " + std::string(name) + ": true,\n" : std::string();
}

std::string text(std::string_view name, std::string_view value) {
  return value.empty() ? std::string() : "  " + std::string(name) + ": " + quoted(value) + ",\n";
}

void write_protocol(std::string& out, dialect const& d, std::string const& name,
                    contract::protocol_info const& info) {
  out += "/** How " + std::string(info.title) + " is reached, and the bounds that it prescribes. */\n" +
         d.begin(name + "Protocol", '{');
  out += text("name", info.name) + text("title", info.title) +
         text("framing", info.framing == contract::framing::socketio ? "socketio" : "json") +
         text("path", info.path) + text("namespace", info.nsp) +
         "  defaultPort: " + std::to_string(info.default_port) + ",\n";
  out += flag("tokenRequired", info.auth.required) + flag("ticketRequired", info.auth.ticket) +
         flag("broadcast", info.broadcast) + flag("repeatable", info.life_cycle.repeatable) +
         text("ping", info.keepalive.ask) + text("pong", info.keepalive.answer);
  out += text("authMember", info.auth.member) + text("authQuery", info.auth.query) +
         text("userRoom", info.user_room.text()) + text("jobRoom", info.job_room.text());
  contract::rest_interface const& rest = info.rest;
  out += text("uploadPath", rest.upload_path) + text("uploadField", rest.upload_field) +
         text("jobIdField", rest.job_id_field) + text("jobIdPointer", rest.job_id_pointer) +
         text("statusPath", rest.status_path) + text("statusPointer", rest.status_pointer) +
         text("reportPath", rest.report_path) + text("historyPath", rest.history_path) +
         text("cancelPath", rest.cancel_path) +
         text("cancelMethod", rest.cancel_path.empty() ? "" : rest.cancel_method) +
         text("ticketPath", rest.ticket_path) + text("ticketPointer", rest.ticket_pointer) +
         text("sendPath", rest.send_path) + text("sendIdPointer", rest.send_id_pointer) +
         text("errorPointer", rest.error_pointer);
  if (rest.port != 0) out += limit("restPort", rest.port);
  if (info.limits.heartbeat) out += limit("heartbeatSeconds", info.limits.heartbeat->count());
  out += limit("maxInboundBytes", info.limits.max_inbound_bytes) +
         limit("maxOutboundBytes", info.limits.max_outbound_bytes) +
         limit("maxConnectionsPerUser", info.limits.max_connections_per_user) +
         limit("maxInboundPerSecond", info.limits.max_inbound_per_second) +
         limit("maxProgressPerSecond", info.limits.max_progress_per_second);
  out += d.end('}');
}

void write_constants(std::string& out, dialect const& d, contract::described_protocol const& p) {
  std::string const name = pascal_case(p.info->name);
  write_protocol(out, d, name, *p.info);
  write_event_names(out, d, name + "EventNames", p.server_events, "Events that the server sends.");
  write_event_names(out, d, name + "ClientEventNames", p.client_events, "Events that the client sends.");
  write_stages(out, d, name + "Stages", p.info->stages);
}

/** Payloads by event name, for typed `on` and `emit`. */
void write_event_map(std::string& out, std::string const& name, contract::described_protocol const& p,
                     bool server) {
  auto const& events = server ? p.server_events : p.client_events;
  if (events.empty()) return;
  out += "/** Payload of each event that the " + std::string(server ? "server" : "client") +
         " sends. */\nexport interface " + name + (server ? "ServerEvents" : "ClientEvents") + " {\n";
  for (auto const& e : events)
    out += "  " + quoted(e.name.empty() ? "message" : e.name) + ": " + pascal_case(e.type_name) + ";\n";
  out += "}\n\n";
}

}  // namespace

std::string typescript_text(described_list protocols) {
  std::string out =
      "// Generated by `uploadproto schema --format typescript` from the contract; not edited by hand.\n\n";
  for (contract::described_protocol const& p : protocols) {
    write_constants(out, {.typed = true}, p);
    for (described_type const& t : types_of(p)) write_interface(out, t);
    write_event_map(out, pascal_case(p.info->name), p, true);
    write_event_map(out, pascal_case(p.info->name), p, false);
  }
  out.pop_back();
  return out;
}

std::string javascript_text(described_list protocols) {
  std::string out =
      "// Generated by `uploadproto schema --format javascript` from the contract; not edited by hand.\n\n";
  for (contract::described_protocol const& p : protocols) {
    write_constants(out, {.typed = false}, p);
    std::string tables = pretty(contract_tables(p));
    if (tables.back() == '\n') tables.pop_back();
    out +=
        "/** What each event means and which rules its payload keeps; what the words of a job's status mean. "
        "*/\n"
        "export const " +
        pascal_case(p.info->name) + "Tables = /** @type {const} */ (" + tables + ");\n\n";
  }
  out.pop_back();
  return out;
}

}  // namespace uploadproto::cli
