// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/alterations.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <map>
#include <memory>
#include <optional>
#include <utility>

namespace uploadproto::conformance {
namespace {

constexpr std::string_view keepalive_member = "type";  // of a plain WebSocket's ping and pong

double number_of(object const& payload, std::string_view member, double otherwise) {
  auto const* found = payload.if_contains(member);
  return found && found->is_number() ? found->to_number<double>() : otherwise;
}

/** Chosen events go here, all others pass. */
relay_hooks to_chosen(chosen_events which, std::function<void(relay_client&, relay_message&)> use) {
  return on_message([which = std::move(which), use = std::move(use)](relay_client& c, relay_message m) {
    which.has(m) ? use(c, m) : c.to_client(m);
  });
}

relay_message changed(relay_message m, edit const& by) {
  if (object* payload = m.object()) by(*payload);
  return m;
}

}  // namespace

bool chosen_events::has(relay_message& m) const {
  if (m.op() != relay_message::opcode::text || m.name() != name) return false;
  if (m.packet() && !m.is(relay_message::packet_type::event)) return false;
  object const* payload = m.object();
  if (!payload || (!m.packet() && payload->contains(keepalive_member))) return false;
  return !so || so(*payload);
}

std::function<bool(object const&)> having(std::string_view member, value wanted) {
  return [member = std::string(member), wanted = std::move(wanted)](object const& payload) {
    auto const* found = payload.if_contains(member);
    return found && *found == wanted;
  };
}

std::function<bool(object const&)> between(std::string_view member, double low, double high) {
  return [member = std::string(member), low, high](object const& payload) {
    double const n = number_of(payload, member, low - 1);
    return n >= low && n <= high;
  };
}

std::function<bool(object const&)> only_nth(unsigned n) {
  return [n, count = std::make_shared<unsigned>(0)](object const&) { return ++*count == n; };
}

edit set(std::string_view member, value to) {
  return [member = std::string(member), to = std::move(to)](object& payload) { payload[member] = to; };
}

edit erase(std::string_view member) {
  return [member = std::string(member)](object& payload) { payload.erase(member); };
}

edit erase_at(std::string_view outer, std::string_view member) {
  return [outer = std::string(outer), member = std::string(member)](object& payload) {
    auto* found = payload.if_contains(outer);
    if (found && found->is_object()) found->get_object().erase(member);
  };
}

edit set_at(std::string_view pointer, value to) {
  return [pointer = std::string(pointer), to = std::move(to)](object& payload) {
    value whole(std::move(payload));
    boost::system::error_code missing;
    if (auto* found = whole.find_pointer(pointer, missing)) *found = to;
    payload = std::move(whole.get_object());
  };
}

edit add_to(std::string_view member, double more) {
  return [member = std::string(member), more](object& payload) {
    payload[member] = number_of(payload, member, 0) + more;
  };
}

relay_hooks change(chosen_events which, edit by) {
  return to_chosen(std::move(which), [by = std::move(by)](relay_client& c, relay_message& m) {
    c.to_client(changed(std::move(m), by));
  });
}

relay_hooks drop(chosen_events which) {
  return to_chosen(std::move(which), [](relay_client&, relay_message&) {});
}

relay_hooks twice(chosen_events which) {
  return followed_by(std::move(which), [](object&) {});
}

relay_hooks behind_next(chosen_events which) {
  auto const kept = std::make_shared<std::map<std::uint64_t, relay_message>>();
  return on_message([which = std::move(which), kept](relay_client& c, relay_message m) {
    auto const waiting = kept->find(c.number);
    if (waiting == kept->end() && which.has(m)) {
      kept->emplace(c.number, std::move(m));
      return;
    }
    c.to_client(m);
    bool const event = m.packet() ? m.is(relay_message::packet_type::event) : m.object() != nullptr;
    if (waiting == kept->end() || !event) return;
    c.to_client(waiting->second);
    kept->erase(waiting);
  });
}

relay_hooks followed_by(chosen_events which, edit by) {
  return to_chosen(std::move(which), [by = std::move(by)](relay_client& c, relay_message& m) {
    c.to_client(m);
    c.to_client(changed(std::move(m), by));
  });
}

relay_hooks preceded_by(chosen_events which, edit by) {
  return to_chosen(std::move(which), [by = std::move(by)](relay_client& c, relay_message& m) {
    c.to_client(changed(m, by));
    c.to_client(m);
  });
}

relay_hooks renamed(chosen_events which, std::string to) {
  return to_chosen(std::move(which), [to = std::move(to)](relay_client& c, relay_message& m) {
    m.rename(to);
    c.to_client(m);
  });
}

relay_hooks leaked(chosen_events which) {
  return to_chosen(std::move(which), [](relay_client& c, relay_message& m) {
    for (auto const& other : c.by->clients())
      if (other->admitted && other->listener == c.listener) other->to_client(m);
  });
}

relay_hooks repeating_first_behind(chosen_events of, chosen_events behind) {
  auto const first = std::make_shared<std::map<std::uint64_t, relay_message>>();
  return on_message(
      [of = std::move(of), behind = std::move(behind), first](relay_client& c, relay_message m) {
        if (of.has(m)) first->emplace(c.number, m);
        bool const now = behind.has(m);
        c.to_client(m);
        if (auto const kept = first->find(c.number); now && kept != first->end()) c.to_client(kept->second);
      });
}

relay_hooks on_message(std::function<void(relay_client&, relay_message)> use) {
  relay_hooks out;
  out.from_server = std::move(use);
  return out;
}

relay_hooks on_client_message(std::function<void(relay_client&, relay_message)> use) {
  relay_hooks out;
  out.from_client = std::move(use);
  return out;
}

relay_hooks on_client_event(std::string name, std::function<void(relay_client&, relay_message)> use) {
  return on_client_message([name = std::move(name), use = std::move(use)](relay_client& c, relay_message m) {
    m.name() == name ? use(c, std::move(m)) : c.to_server(m);
  });
}

relay_hooks on_packet(relay_message::packet_type type, std::function<void(relay_message&)> use) {
  return on_message([type, use = std::move(use)](relay_client& c, relay_message m) {
    if (m.is(type)) use(m);
    c.to_client(m);
  });
}

relay_hooks on_connect(std::function<void(relay_client&, relay_message&)> use) {
  return on_client_message([use = std::move(use)](relay_client& c, relay_message m) {
    if (m.is(relay_message::packet_type::connect)) use(c, m);
    c.to_server(m);
  });
}

relay_hooks closing_with(std::uint16_t code) {
  return on_message([code](relay_client& c, relay_message m) {
    c.to_client(m.close_code() ? relay_message::closing(code) : m);
  });
}

relay_hooks on_request(std::string part, std::function<void(relay_exchange&)> use) {
  relay_hooks out;
  out.request = [part = std::move(part), use = std::move(use)](relay_exchange& x) {
    if (x.path().find(part) != x.path().npos) use(x);
  };
  return out;
}

relay_hooks on_answer(std::string part, std::function<void(relay_exchange&)> use) {
  relay_hooks out;
  out.answer = on_request(std::move(part), std::move(use)).request;
  return out;
}

relay_hooks change_answer(std::string part, edit by) {
  return on_answer(std::move(part), [by = std::move(by)](relay_exchange& x) {
    value body = x.reply.json();
    if (!body.is_object()) return;
    by(body.get_object());
    x.reply.body = serialize(body);
  });
}

relay_hooks other_status(std::string part, unsigned when, unsigned then) {
  return on_answer(std::move(part), [when, then](relay_exchange& x) {
    if (x.reply.status == when) x.reply.status = then;
  });
}

relay_hooks answering_pings(relay_hooks of) {
  of.from_client = [then = std::move(of.from_client)](relay_client& c, relay_message m) {
    if (c.alone && m.text() == "ping") return c.to_client(relay_message::plain("pong"));
    then ? then(c, std::move(m)) : c.to_server(m);
  };
  return of;
}

relay_hooks opening_refused(std::function<bool(relay_exchange const&)> which) {
  relay_hooks out;
  out.answer = [which = std::move(which)](relay_exchange& x) {
    if (x.upgrade && x.reply.status != 101 && which(x)) x.open_alone();
  };
  return answering_pings(std::move(out));
}

relay_hooks both(relay_hooks a, relay_hooks b) {
  if (!a.from_server) a.from_server = std::move(b.from_server);
  if (!a.from_client) a.from_client = std::move(b.from_client);
  if (!a.request) a.request = std::move(b.request);
  if (!a.answer) a.answer = std::move(b.answer);
  if (!a.gone) a.gone = std::move(b.gone);
  return a;
}

}  // namespace uploadproto::conformance
