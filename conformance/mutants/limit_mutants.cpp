// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Servers that have other limits, or none, and signs of life of their own.
#include <chrono>
#include <map>

#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

using opcode = relay_message::opcode;

constexpr auto socket_path = "/ws/upload-progress/";
constexpr std::size_t most_bytes = 1024;
constexpr unsigned most_messages = 10;

chosen_events stage(std::string_view name) {
  return {.name = "", .so = having("stage", value(name))};
}
chosen_events status(std::string_view name) {
  return {.name = "", .so = having("status", value(name))};
}

/** Counts the messages of a client; the second one's beginning forgets them. */
class message_counter {
 public:
  unsigned count(relay_client& c) {
    auto const now = std::chrono::steady_clock::now();
    auto& [since, number] = counts_[c.number];
    if (now - since > std::chrono::seconds(1)) since = now, number = 0;
    return ++number;
  }

 private:
  std::map<std::uint64_t, std::pair<std::chrono::steady_clock::time_point, unsigned>> counts_;
};

/** Messages of clients, with how many there have been within a second. */
relay_hooks counted(std::function<void(relay_client&, relay_message, unsigned)> use) {
  return on_client_message(
      [use = std::move(use), counter = std::make_shared<message_counter>()](
          relay_client& c, relay_message m) { use(c, m, m.is_data() ? counter->count(c) : 0); });
}

void end_all(relay_client& c) {
  for (auto const& other : c.by->clients()) other->end();
}

relay_hooks opening_surplus() {
  return opening_refused([](relay_exchange const& x) { return x.reply.status == 429; });
}

void add_connections(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/connections/six", "UP-N1", "A sixth connection is let in.", "up/limits/five-connections",
        opening_surplus},
       {"up/connections/first-goes", "UP-N1", "The sixth connection puts the first one out.",
        "up/limits/five-connections",
        [] {
          return on_answer(socket_path, [](relay_exchange& x) {
            if (x.reply.status == 429) x.by->clients().front()->end();
          });
        }},
       {"up/connections/refusal", "UP-N1", "The sixth connection gets status 500.",
        "up/limits/five-connections", [] { return other_status(socket_path, 429, 500); }},
       {"up/connections/four", "UP-N1", "The fifth connection is refused.", "up/limits/five-connections",
        [] {
          return on_request(socket_path, [](relay_exchange& x) {
            if (x.by->clients().size() >= 4) x.answer(429, object{});
          });
        }},
       {"up/connections/of-all", "UP-N1", "All users share five connections.", "up/limits/five-connections",
        [] {
          return on_request(socket_path, [](relay_exchange& x) {
            if (x.by->clients().size() >= 5) x.answer(429, object{});
          });
        }},
       {"up/connections/never-again", "UP-N1", "A connection that has closed still counts.",
        "up/limits/room-again",
        [] {
          return on_request(socket_path, [opened = std::make_shared<unsigned>(0)](relay_exchange& x) {
            if (++*opened > 5) x.answer(429, object{});
          });
        }},
       {"up/connections/crowd", "UP-N1", "Of ten at the same moment more than five are let in.",
        "up/limits/crowd", opening_surplus}});
}

void add_inbound(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/inbound/five", "UP-N2", "The sixth message within a second ends the connection.",
        "up/limits/inbound-ten",
        [] {
          return counted(
              [](relay_client& c, relay_message m, unsigned n) { n > 5 ? c.close(1008) : c.to_server(m); });
        }},
       {"up/inbound/ten-ever", "UP-N2", "The eleventh message ends the connection, whenever it comes.",
        "up/limits/inbound-ten",
        [] {
          return on_client_message(
              [n = std::map<std::uint64_t, unsigned>()](relay_client& c, relay_message m) mutable {
                m.is_data() && ++n[c.number] > most_messages ? c.close(1008) : c.to_server(m);
              });
        }},
       {"up/inbound/no-limit", "UP-N2", "Any number of messages is taken.", "up/limits/inbound-eleventh",
        [] {
          return counted([](relay_client& c, relay_message m, unsigned n) {
            n > most_messages ? c.to_client(relay_message::plain("pong")) : c.to_server(m);
          });
        }},
       {"up/inbound/another-code", "UP-N2", "The eleventh message is answered by close code 1000.",
        "up/limits/inbound-eleventh", [] { return closing_with(1000); }},
       {"up/inbound/ends-all", "UP-N2", "The eleventh message ends everybody's connection.",
        "up/limits/inbound-eleventh",
        [] {
          return on_message([](relay_client& c, relay_message m) {
            c.to_client(m);
            if (m.close_code() == 1008) end_all(c);
          });
        }},
       {"up/inbound/pings-count", "UP-N2", "Ping frames count as messages.", "up/limits/control-frames",
        [] {
          return on_client_message([n = std::make_shared<unsigned>(0)](relay_client& c, relay_message m) {
            m.op() == opcode::ping && ++*n > most_messages ? c.close(1008) : c.to_server(m);
          });
        }},
       {"up/inbound/ping-flood", "UP-N2", "A flood of ping frames is taken.", "up/limits/control-flood",
        [] {
          return on_client_message([](relay_client& c, relay_message m) {
            if (m.op() != opcode::ping) return c.to_server(m);
            c.to_client({opcode::pong, m.text(), false});
          });
        }},
       {"up/size/1023", "UP-N3", "A message of 1024 bytes is too large.", "up/limits/size-at",
        [] {
          return on_client_message([](relay_client& c, relay_message m) {
            m.text().size() >= most_bytes ? c.close(1009) : c.to_server(m);
          });
        }},
       {"up/size/no-limit", "UP-N3", "Messages of any size are taken.", "up/limits/size-above",
        [] {
          return on_client_message([](relay_client& c, relay_message m) {
            if (m.text().size() <= most_bytes) c.to_server(m);
          });
        }},
       {"up/size/characters", "UP-N3", "The limit counts characters.", "up/limits/size-above",
        [] {
          return on_client_message([](relay_client& c, relay_message m) {
            std::string const text = m.text();
            bool const few =
                text.size() > most_bytes && text.size() < 2 * most_bytes && text.find("é") != text.npos;
            if (!few) c.to_server(m);
          });
        }},
       {"up/size/another-code", "UP-N3", "A message that is too large is answered by close code 1008.",
        "up/limits/size-above", [] { return closing_with(1008); }},
       {"up/size/ends-all", "UP-N3", "A message that is too large ends everybody's connection.",
        "up/limits/size-above", [] {
          return on_message([](relay_client& c, relay_message m) {
            c.to_client(m);
            if (m.close_code() == 1009) end_all(c);
          });
        }}});
}

void add_outbound(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/outbound/no-limit", "UP-N2", "Each progress message comes twelve times.",
        "up/limits/outbound-rate",
        [] {
          return on_message([](relay_client& c, relay_message m) {
            bool const progress = m.object() && having("status", "processing")(*m.object());
            for (int i = 0; progress && i != 11; ++i) c.to_client(m);
            c.to_client(m);
          });
        }},
       {"up/outbound/stage-lost", "UP-N2", "The messages of a stage are merged away.",
        "up/limits/outbound-rate", [] { return drop(stage("scanning")); }},
       {"up/outbound/end-lost", "UP-N2", "The end is merged away.", "up/limits/outbound-rate",
        [] { return drop(status("completed")); }},
       {"up/outbound/large", "UP-N3", "A message is longer than 1024 bytes.", "up/limits/outbound-size",
        [] { return change(status("completed"), set("message", value(std::string(1000, 'x')))); }},
       {"up/outbound/long-name", "UP-N3", "A long name of a file is given whole.", "up/limits/outbound-size",
        [] {
          return change(stage("parsing"), set("details", object{{"filename", std::string(1100, 'n')}}));
        }}});
}

/** Text pongs are replaced; nothing where the answer is empty. */
relay_hooks answering(std::string text) {
  return on_message([text = std::move(text)](relay_client& c, relay_message m) {
    if (m.text() != "pong") return c.to_client(m);
    if (!text.empty()) c.to_client(relay_message::plain(text));
  });
}

void add_keepalive(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/ping/no-answer", "UP-N5", "The text ping is not answered.", "up/keepalive/text",
        [] { return answering(""); }},
       {"up/ping/capitals", "UP-N5", "The text ping is answered in capitals.", "up/keepalive/text",
        [] { return answering("PONG"); }},
       {"up/ping/as-json", "UP-N5", "The text ping is answered by JSON.", "up/keepalive/text",
        [] { return answering(R"({"type":"pong"})"); }},
       {"up/ping/json-as-text", "UP-N5", "The JSON ping is answered by the text pong.", "up/keepalive/json",
        [] {
          return on_message([](relay_client& c, relay_message m) {
            bool const pong = m.object() && m.object()->contains("type");
            c.to_client(pong ? relay_message::plain("pong") : m);
          });
        }},
       {"up/ping/frame-without-pong", "UP-N5", "Ping frames are not answered.", "up/keepalive/frame",
        [] {
          return on_message([](relay_client& c, relay_message m) {
            if (m.op() != opcode::pong) c.to_client(m);
          });
        }},
       {"up/ping/frame-empty-pong", "UP-N5", "Ping frames are answered by an empty pong.",
        "up/keepalive/frame", [] {
          return on_message([](relay_client& c, relay_message m) {
            c.to_client(m.op() == opcode::pong ? relay_message(opcode::pong, "", false) : m);
          });
        }}});
}

/** What this holds of ends everybody's connection. */
relay_hooks upset_by(std::function<bool(relay_message&)> holds) {
  return on_client_message([holds = std::move(holds)](relay_client& c, relay_message m) {
    holds(m) ? end_all(c) : c.to_server(m);
  });
}

void add_manners(mutant_list& all) {
  all.insert(
      all.end(),
      {{"up/upset/strange-text", "CO-8", "A text without a meaning ends everybody's connection.",
        "up/messages/strange", [] { return upset_by([](relay_message& m) { return m.text() == "null"; }); }},
       {"up/upset/binary", "CO-8", "A binary message ends everybody's connection.", "up/messages/binary",
        [] { return upset_by([](relay_message& m) { return m.op() == opcode::binary; }); }},
       {"up/upset/not-utf8", "CO-8", "A text that is no UTF-8 ends everybody's connection.",
        "up/messages/not-utf8",
        [] { return upset_by([](relay_message& m) { return m.text().find('\xFF') != std::string::npos; }); }},
       {"up/upset/huge", "CO-8", "A huge message ends everybody's connection.", "up/messages/huge", [] {
          relay_hooks out = on_message([](relay_client& c, relay_message m) {
            c.to_client(m);
            if (m.close_code() == 1009) end_all(c);
          });
          return out;
        }}});
}

}  // namespace

void add_limit_mutants(mutant_list& all) {
  add_connections(all);
  add_inbound(all);
  add_outbound(all);
  add_keepalive(all);
  add_manners(all);
}

}  // namespace uploadproto::conformance
