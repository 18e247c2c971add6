// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/array.hpp>
#include <uploadproto/contract/samples.hpp>

#include "cli/schema/described_types.hpp"
#include "cli/schema/schema_formats.hpp"

namespace uploadproto::cli {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

object reference(std::string const& path) {
  return {{"$ref", path}};
}

bool over_socketio(contract::described_protocol const& p) {
  return p.info->framing == contract::framing::socketio;
}

object server_of(contract::described_protocol const& p) {
  object out{{"host", "127.0.0.1:" + std::to_string(p.info->default_port)},
             {"protocol", over_socketio(p) ? "socketio" : "ws"},
             {"description", std::string(p.info->title) + " on its documented port"}};
  if (p.info->auth.required) out["security"] = array{reference("#/components/securitySchemes/token")};
  return out;
}

object message_of(described_type const& t, bool socketio) {
  object out{{"name", t.event->name.empty() ? value(t.name) : value(t.event->name)},
             {"title", t.name},
             {"summary", summary_of(t)},
             {"contentType", "application/json"},
             {"payload", reference("#/components/schemas/" + t.name)}};
  if (!t.record->fields.empty()) out["examples"] = array{object{{"payload", contract::example(*t.record)}}};
  if (socketio) out["x-socketio"] = object{{"event", t.event->name}, {"argument", 0}};
  return out;
}

/** The address of a channel: the path, whose job is a parameter where it names one. */
object channel_of(contract::described_protocol const& p, std::vector<described_type> const& types) {
  object messages;
  for (described_type const& t : types)
    if (t.event) messages[t.name] = reference("#/components/messages/" + t.name);
  std::string const name(p.info->name);
  object out{{"address", p.info->path},
             {"title", p.info->title},
             {"servers", array{reference("#/servers/" + name)}},
             {"messages", std::move(messages)}};
  if (std::string const place(contract::place_in(p.info->path)); !place.empty())
    out["parameters"] = object{{place, object{{"description", "The job that is watched."}}}};
  if (over_socketio(p)) {
    object extension{{"engineio", 4}, {"socketio", 5}, {"namespace", p.info->nsp}};
    array transports;
    if (p.info->transports.websocket) transports.emplace_back("websocket");
    if (p.info->transports.polling) transports.emplace_back("polling");
    extension["transports"] = std::move(transports);
    if (!p.info->user_room.empty()) extension["userRoom"] = p.info->user_room.text();
    if (!p.info->job_room.empty()) extension["jobRoom"] = p.info->job_room.text();
    if (!p.info->auth.member.empty()) extension["authMember"] = p.info->auth.member;
    out["x-socketio"] = std::move(extension);
  } else {
    out["bindings"] = object{
        {"ws",
         object{{"query", object{{"type", "object"},
                                 {"properties", object{{p.info->auth.query, object{{"type", "string"}}}}},
                                 {"required", array{p.info->auth.query}}}}}}};
  }
  return out;
}

/** As the server acts: it sends its events, and receives the client's. */
void add_operations(object& all, contract::described_protocol const& p,
                    std::vector<described_type> const& types) {
  std::string const name(p.info->name), channel = "#/channels/" + name;
  for (bool from_server : {true, false}) {
    array messages;
    for (described_type const& t : types)
      if (t.event && t.from_server == from_server)
        messages.push_back(reference(channel + "/messages/" + t.name));
    if (messages.empty()) continue;
    all[name + (from_server ? "_events" : "_requests")] = object{
        {"action", from_server ? "send" : "receive"},
        {"channel", reference(channel)},
        {"summary", from_server ? "What the server tells of jobs" : "What a client asks of the server"},
        {"messages", std::move(messages)}};
  }
}

}  // namespace

std::string asyncapi_text(described_list protocols) {
  object servers, channels, operations, messages, schemas;
  for (contract::described_protocol const& p : protocols) {
    auto const types = types_of(p);
    std::string const name(p.info->name);
    servers[name] = server_of(p);
    channels[name] = channel_of(p, types);
    add_operations(operations, p, types);
    for (described_type const& t : types) {
      schemas[t.name] = payload_schema(t.name, *t.record, "#/components/schemas/");
      if (t.event) messages[t.name] = message_of(t, over_socketio(p));
    }
  }
  return pretty(object{
      {"asyncapi", "3.0.0"},
      {"info", object{{"title", "Upload progress protocols"},
                      {"version", "1.0.0"},
                      {"description", "Generated from the contract; not edited by hand."}}},
      {"defaultContentType", "application/json"},
      {"servers", std::move(servers)},
      {"channels", std::move(channels)},
      {"operations", std::move(operations)},
      {"components",
       object{{"schemas", std::move(schemas)},
              {"messages", std::move(messages)},
              {"securitySchemes",
               object{{"token", object{{"type", "httpApiKey"},
                                       {"name", "token"},
                                       {"in", "query"},
                                       {"description",
                                        "A JSON Web Token; where it goes is said by the channel."}}}}}}}});
}

}  // namespace uploadproto::cli
