// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Servers that speak another Engine.IO or Socket.IO than the protocols over it say.
#include <algorithm>
#include <boost/beast/core/string.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "cases/case_prefix.hpp"
#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

using packet_type = relay_message::packet_type;

constexpr auto socket_path = "/socket.io";

/** Which clauses are about what. */
struct transport_clauses {
  std::string prefix, first, transports;
};

transport_clauses clauses_of(protocol_face const& face) {
  std::string const first = std::string(face.info->clauses) + "-T1";
  return {case_prefix(face), first, face.info->clauses == "BU" ? "BU-T2" : first};
}

relay_hooks without(std::function<bool(relay_exchange const&)> which) {
  return on_request(socket_path, [which = std::move(which)](relay_exchange& x) {
    if (which(x)) x.answer(400, {{"code", 0}, {"message", "Transport unknown"}});
  });
}

/** The object of the open packet is another. */
relay_hooks opening_with(edit by) {
  return on_message([by = std::move(by)](relay_client& c, relay_message m) {
    std::string const text = m.text();
    if (!text.starts_with("0{")) return c.to_client(m);
    object open = boost::json::parse(std::string_view(text).substr(1)).as_object();
    by(open);
    c.to_client({relay_message::opcode::text, '0' + serialize(open), true});
  });
}

void add_transports(mutant_list& all, transport_clauses const& of) {
  auto const add = [&](std::string_view id, std::string clause, std::string does, std::string_view by,
                       std::function<relay_hooks()> make) {
    all.push_back({of.prefix + "transport/" + std::string(id), std::move(clause), std::move(does),
                   of.prefix + "transport/" + std::string(by), std::move(make)});
  };
  add("no-websocket", of.transports, "There is no WebSocket.", "websocket",
      [] { return without([](auto const& x) { return x.upgrade; }); });
  add("no-polling", of.transports, "There is no polling.", "polling",
      [] { return without([](auto const& x) { return x.query("transport") == "polling"; }); });
  add("no-upgrade", of.transports, "A polling session cannot go over to WebSocket.", "upgrade",
      [] { return without([](auto const& x) { return x.upgrade && !x.query("sid").empty(); }); });
  add("no-upgrades-offered", of.transports, "The handshake offers no upgrade.", "handshake",
      [] { return opening_with(set("upgrades", boost::json::array{})); });
  add("unreadable", of.transports, "A packet is none of Socket.IO.", "websocket", [] {
    return on_message([](relay_client& c, relay_message m) {
      if (m.is(packet_type::event)) c.to_client({relay_message::opcode::text, "42{\"event\":1}", true});
      c.to_client(m);
    });
  });
  for (std::string_view member : {"sid", "pingInterval", "pingTimeout", "maxPayload", "upgrades"})
    add("no-" + std::string(member), of.first, "The handshake has no " + std::string(member) + '.',
        "handshake", [member] { return opening_with(erase(member)); });
  add("no-socket-id", of.first, "The answer to CONNECT has no sid.", "handshake",
      [] { return on_packet(packet_type::connect, [](relay_message& m) { *m.payload() = object{}; }); });
  add("bad-handshake-taken", of.first, "A request that is no Engine.IO 4 gets status 200.", "bad-handshakes",
      [] { return other_status(socket_path, 400, 200); });
  add("bad-handshake-fatal", of.first, "A request that is no Engine.IO 4 gets status 500.", "bad-handshakes",
      [] { return other_status(socket_path, 400, 500); });
}

relay_hooks without_header(std::string_view name) {
  return on_answer(socket_path, [name](relay_exchange& x) {
    std::erase_if(x.reply.headers, [name](auto const& h) { return boost::beast::iequals(h.first, name); });
  });
}

void add_origins(mutant_list& all, std::string const& prefix, std::string const& clause) {
  std::string const by = prefix + "transport/any-origin";
  all.insert(all.end(),
             {{prefix + "origin/none", clause, "No origin is allowed.", by,
               [] { return without_header("Access-Control-Allow-Origin"); }},
              {prefix + "origin/no-preflight", clause, "A preflight is not answered.", by,
               [] {
                 return on_request(socket_path, [](relay_exchange& x) {
                   if (x.call.method == "OPTIONS") x.answer(405, object{});
                 });
               }},
              {prefix + "origin/no-websocket", clause, "A WebSocket of another origin is refused.", by, [] {
                 return without([](auto const& x) { return x.upgrade && !x.header("Origin").empty(); });
               }}});
}

/** CONNECT without a good token is refused. */
relay_hooks asking_for_token() {
  return on_client_message([](relay_client& c, relay_message m) {
    if (!m.is(packet_type::connect) || !c.user.empty()) return c.to_server(m);
    m.packet()->type = packet_type::connect_error;
    *m.payload() = object{{"message", "Authentication token required"}};
    c.to_client(m);
  });
}

void add_namespaces(mutant_list& all) {
  all.insert(
      all.end(),
      {{"fu/namespace/words", "FU-T1", "A namespace that is not there is refused with other words.",
        "fu/transport/unknown-namespace",
        [] {
          return on_packet(packet_type::connect_error, [](relay_message& m) {
            *m.payload() = object{{"message", "Unknown namespace"}};
          });
        }},
       {"fu/namespace/any", "FU-T1", "Any namespace is there.", "fu/transport/unknown-namespace",
        [] {
          return on_packet(packet_type::connect_error, [](relay_message& m) {
            if (!m.packet()->nsp.starts_with("/no-such")) return;
            m.packet()->type = packet_type::connect;
            *m.payload() = object{{"sid", "AAAAAAAAAAAAAAAAAAAA"}};
          });
        }},
       {"fu/namespace/cut", "FU-T1", "Who asks for a namespace that is not there is cut off.",
        "fu/transport/unknown-namespace",
        [] {
          return on_message([](relay_client& c, relay_message m) {
            c.to_client(m);
            if (m.is(packet_type::connect_error)) c.end();
          });
        }},
       {"fu/token-asked-for", "FU-A1", "A client needs a token.", "fu/transport/no-authentication",
        asking_for_token},
       {"ce/token-asked-for", "CE-T1", "A client needs a token.", "ce/transport/no-authentication",
        asking_for_token},
       {"bu/path/slash-needed", "BU-T3", "The path needs its last slash.", "bu/transport/path-without-slash",
        [] {
          return on_request(socket_path, [](relay_exchange& x) {
            if (x.path() == socket_path) x.answer(404, object{});
          });
        }},
       {"ce/bare/no-connect", "CE-T2", "The answer to a bare 40 never comes, and no event.",
        "ce/transport/bare-websocket",
        [] {
          return on_client_message([](relay_client& c, relay_message m) {
            if (!m.is(packet_type::connect)) c.to_server(m);
          });
        }},
       {"ce/bare/before-40", "CE-T2", "Events come before the client has sent 40.",
        "ce/transport/bare-websocket", [] {
          return on_message([](relay_client& c, relay_message m) {
            c.to_client(m);
            if (m.text().starts_with("0{")) c.to_client(relay_message::event("/", "stats-updated", object{}));
          });
        }}});
}

}  // namespace

void add_transport_mutants(mutant_list& all) {
  for (protocol_face const& face : known_protocols())
    if (face.info->framing == contract::framing::socketio) add_transports(all, clauses_of(face));
  add_origins(all, "fu/", "FU-T2");
  add_origins(all, "ce/", "CE-T1");
  add_namespaces(all);
}

}  // namespace uploadproto::conformance
