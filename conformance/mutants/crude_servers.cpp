// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/alterations.hpp"
#include "mutants/mutant.hpp"

namespace uploadproto::conformance {
namespace {

relay_hooks to_requests(std::function<void(relay_exchange&)> use) {
  relay_hooks out;
  out.request = std::move(use);
  return out;
}

/** What was sent comes back: bodies, packets, messages. */
relay_hooks echo() {
  relay_hooks out = to_requests([](relay_exchange& x) {
    if (x.upgrade) return x.open_alone();
    x.answered = true;
    x.reply.status = 200;
    x.reply.headers = {{"Content-Type", std::string(x.header("Content-Type"))}};
    x.reply.body = x.call.body;
  });
  out.from_client = [](relay_client& c, relay_message m) { c.to_client(m); };
  return out;
}

/** Whoever comes is let in as somebody; whatever is refused is said to be well. */
relay_hooks accept() {
  relay_hooks out = to_requests([](relay_exchange& x) {
    x.set_bearer(x.by->mint("anybody"));
    if (x.upgrade && !x.query("token").empty()) x.set_query("token", x.by->ticket("anybody"));
  });
  out.answer = [](relay_exchange& x) {
    if (x.upgrade && x.reply.status != 101) return x.open_alone();
    if (x.reply.status >= 400)
      x.answer(200, {{"success", true}, {"job_id", "1"}, {"jobId", "1"}, {"batch_id", "1"}, {"logId", "1"}});
  };
  out.from_client = [](relay_client& c, relay_message m) {
    if (m.is(relay_message::packet_type::connect)) *m.payload() = object{{"token", c.by->mint("anybody")}};
    c.to_server(m);
  };
  return out;
}

}  // namespace

std::span<crude_server const> crude_servers() {
  static std::vector<crude_server> const all{
      {"always-closes", "Closes every connection at once.",
       [] { return to_requests([](relay_exchange& x) { x.cut = true; }); }},
      {"never-answers", "Takes every request and answers none.",
       [] { return to_requests([](relay_exchange& x) { x.hang = true; }); }},
      {"echoes-everything", "Sends back what it gets.", echo},
      {"accepts-everything", "Lets everybody in as the same user and refuses nothing.", accept}};
  return all;
}

}  // namespace uploadproto::conformance
