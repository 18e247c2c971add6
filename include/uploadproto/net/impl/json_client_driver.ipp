// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_JSON_CLIENT_DRIVER_IPP
#define UPLOADPROTO_NET_IMPL_JSON_CLIENT_DRIVER_IPP

#include <uploadproto/net/json_client_driver.hpp>
#include <uploadproto/wire/json.hpp>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace uploadproto::net {

UPLOADPROTO_DECL json_client_driver::json_client_driver(boost::asio::any_io_executor const& executor,
                                                        contract::protocol_info const& protocol,
                                                        client_options options,
                                                        client_credentials<std::string> token)
    : executor_(executor),
      protocol_(protocol),
      options_(std::move(options)),
      token_(std::move(token)),
      requests_(options_),
      route_{{}, options_.proxy} {
  if (requests_.url().tls)
    route_.tls = {options_.tls ? options_.tls : make_client_tls_context(), options_.tls_verify};
}

UPLOADPROTO_DECL json_client_driver::following::following(json_client_driver& owner, std::string id)
    : job(std::move(id)),
      session(owner.protocol_,
              {owner.options_.reconnection, owner.options_.connect_timeout, !owner.token_.fixed()},
              random_fraction),
      timer(owner.executor_) {}

UPLOADPROTO_DECL json_client_driver::~json_client_driver() {
  for (auto const& [job, f] : jobs_)
    if (f->websocket) std::exchange(f->websocket, nullptr)->drop();
}

// ---- the session's inputs and outputs ----

template <class Input>
void json_client_driver::run(following_ptr const& f, Input&& input) {
  session::json_client::output out;
  input(std::chrono::steady_clock::now(), out);
  perform(f, std::move(out));
}

UPLOADPROTO_DECL void json_client_driver::perform(following_ptr const& f, session::json_client::output out) {
  if (out.drop && f->websocket) {
    auto const websocket = std::exchange(f->websocket, nullptr);
    if (out.ended) websocket->close();
    websocket->drop();
  }
  if (out.connected) {
    for (auto& done : std::exchange(f->waiting, {})) done(error_code());
    tell(&client_handlers::connected);
  }
  if (out.disconnected) tell(&client_handlers::disconnected, *out.disconnected, out.waiting.has_value());
  if (out.failed) {
    failure_.error = *out.failed;
    tell(&client_handlers::attempt_failed, failure_);
  }
  if (out.waiting) tell(&client_handlers::reconnecting, f->session.attempts(), *out.waiting);
  if (out.ended) return end(f, *out.ended);
  if (out.open) open(f);
  if (!out.say.empty() && f->websocket) f->websocket->write(wire::websocket::opcode::text, out.say);
  arm_timer(f);
}

UPLOADPROTO_DECL void json_client_driver::arm_timer(following_ptr const& f) {
  auto const when = f->session.deadline();
  if (when == session::json_client::time_point::max()) {
    f->timer.cancel();
    return;
  }
  f->timer.expires_at(when);
  f->timer.async_wait([weak = weak_self(), which = std::weak_ptr<following>(f)](error_code e) {
    auto const self = weak.lock();
    auto const alive = which.lock();
    if (e || !self || !alive) return;
    self->run(alive, [&](auto now, auto& out) { alive->session.expire(now, out); });
  });
}

UPLOADPROTO_DECL std::string json_client_driver::target(std::string_view job,
                                                        std::string const& token) const {
  std::string out = contract::path_for(protocol_.path, job);
  auto prefix = requests_.url().path;  // of a reverse proxy
  while (!prefix.empty() && prefix.back() == '/') prefix.pop_back();
  out.insert(0, prefix);
  char before = '?';
  auto const append = [&](std::string_view text) { out.append(1, std::exchange(before, '&')).append(text); };
  if (!requests_.url().query.empty()) append(requests_.url().query);
  if (token_ && !protocol_.auth.query.empty()) {
    append(protocol_.auth.query);
    out += '=';
    append_url_encoded(out, token);
  }
  return out;
}

UPLOADPROTO_DECL void json_client_driver::open(following_ptr const& f) {
  if (!token_) return connect(f, {});
  token_.fetch(executor_, [weak = weak_self(), f](error_code error, std::string const& token) {
    // The function may have called at once: never from inside the session.
    auto const self = weak.lock();
    if (!self) return;
    boost::asio::post(self->executor_, [weak, f, error, token] {
      auto const alive = weak.lock();
      if (!alive || f->session.ended()) return;
      if (!error) return alive->connect(f, token);
      alive->failure_ = {error, 0, {}, {}};
      alive->run(f, [&](auto now, auto& out) { f->session.lost({error}, now, out); });
    });
  });
}

UPLOADPROTO_DECL void json_client_driver::connect(following_ptr const& f, std::string const& token) {
  auto const websocket = std::make_shared<websocket_client>(executor_, route_, options_.limits.max_message);
  f->websocket = websocket;
  auto const weak = weak_self();
  auto const with = [weak, f](auto&& call) {
    if (auto const self = weak.lock()) call(*self);
  };
  websocket->open(
      requests_.url(), target(f->job, token), requests_.headers(),
      {[with, f] {
         with([&](auto& self) { self.run(f, [&](auto now, auto& out) { f->session.opened(now, out); }); });
       },
       [with, f](wire::websocket::opcode op, std::string_view data) {
         if (op == wire::websocket::opcode::text) with([&](auto& self) { self.take(f, data); });
       },
       [] {},
       [with, f, which = std::weak_ptr<websocket_client>(websocket)](error_code error, int status) {
         with([&](auto& self) { self.gone(f, which, error, status); });
       }});
  regulate_reading();
}

UPLOADPROTO_DECL void json_client_driver::gone(following_ptr const& f,
                                               std::weak_ptr<websocket_client> const& which, error_code error,
                                               int status) {
  auto const websocket = which.lock();
  if (!websocket || websocket != f->websocket) return;
  f->websocket.reset();
  failure_ = {error, status, {}, {}};
  run(f, [&](auto now, auto& out) { f->session.lost({error, status, websocket->peer_close()}, now, out); });
}

/** A message that is no JSON is delivered as the text that it is; the layer above finds that malformed. */
UPLOADPROTO_DECL void json_client_driver::take(following_ptr const& f, std::string_view text) {
  f->session.heard(std::chrono::steady_clock::now());
  auto parsed = wire::parse_json(text, options_.limits.max_json_depth);
  auto const& rules = protocol_.keepalive;
  auto const answer = boost::json::string_view(rules.answer.data(), rules.answer.size());
  if (!rules.answer.empty()) {
    if (text == rules.answer) return;
    auto const* const object = parsed ? parsed->if_object() : nullptr;
    auto const* const member = object && !rules.member.empty()
                                   ? object->if_contains({rules.member.data(), rules.member.size()})
                                   : nullptr;
    if (member && member->is_string() && member->get_string() == answer) return;
  }
  client_event event;
  event.args.push_back(parsed ? std::move(*parsed)
                              : boost::json::value(boost::json::string_view(text.data(), text.size())));
  deliver(std::move(event));
}

UPLOADPROTO_DECL void json_client_driver::deliver(client_event event) {
  if (!receiving_.empty()) {
    auto first = std::move(receiving_.front());
    receiving_.pop_front();
    return first.done(error_code(), std::move(event));
  }
  events_.push_back(std::move(event));
  regulate_reading();
}

/** A program that does not receive makes the servers wait instead of filling the memory. */
UPLOADPROTO_DECL void json_client_driver::regulate_reading() {
  bool const full = events_.size() >= options_.limits.max_receive_queue;
  if (!full && events_.size() > options_.limits.max_receive_queue / 2) return;
  for (auto const& [job, f] : jobs_) {
    if (!f->websocket) continue;
    if (full)
      f->websocket->pause();
    else
      f->websocket->resume();
  }
}

UPLOADPROTO_DECL void json_client_driver::end(following_ptr const& f, error_code why) {
  f->timer.cancel();
  if (auto const at = jobs_.find(f->job); at != jobs_.end() && at->second == f) jobs_.erase(at);
  auto const reason = why ? why : make_error_code(session::client_error::client_disconnect);
  for (auto& done : std::exchange(f->waiting, {})) done(reason);
  if (!why) return;
  if (given_up_handler_)
    boost::asio::post(executor_, [weak = std::weak_ptr(given_up_handler_), job = f->job, why] {
      if (auto const call = weak.lock()) (*call)(job, why);
    });
  if (jobs_.empty()) fail_receivers(why);
}

template <class... Args, class... Values>
void json_client_driver::tell(std::function<void(Args...)> client_handlers::*handler, Values... values) {
  if (!((*handlers_).*handler)) return;
  boost::asio::post(executor_, [weak = std::weak_ptr<client_handlers>(handlers_), handler, values...] {
    auto const alive = weak.lock();
    if (!alive) return;
    auto const call = (*alive).*handler;  // a copy: it may replace itself
    if (call) call(values...);
  });
}

// ---- what the program asks for ----

UPLOADPROTO_DECL void json_client_driver::subscribe(std::string const& job, subscribe_completion done) {
  if (auto const error = requests_.error()) return done(error);
  given_up_ = {};
  auto& f = jobs_[job];
  if (f && f->session.open()) return done(error_code());
  bool const first = !f;
  if (first) f = std::make_shared<following>(*this, job);
  auto const shared = std::make_shared<subscribe_completion>(std::move(done));
  shared->when_cancelled([weak = std::weak_ptr<subscribe_completion>(shared)] {
    auto const alive = weak.lock();
    if (alive && *alive) (*alive)(boost::asio::error::operation_aborted);
  });
  f->waiting.push_back({[shared](error_code error) {
                          if (*shared) (*shared)(error);
                        },
                        executor_});
  auto const made = f;  // the map may change meanwhile
  if (first) run(made, [&](auto now, auto& out) { made->session.start(now, out); });
}

UPLOADPROTO_DECL void json_client_driver::unsubscribe(std::string_view job) {
  auto const at = jobs_.find(job);
  if (at == jobs_.end()) return;
  auto const f = at->second;
  run(f, [&](auto, auto& out) { f->session.finish(out); });
}

UPLOADPROTO_DECL void json_client_driver::receive(receive_completion done) {
  if (!events_.empty()) {
    auto event = std::move(events_.front());
    events_.pop_front();
    regulate_reading();
    return done(error_code(), std::move(event));
  }
  if (given_up_) return done(given_up_, client_event());
  auto const ticket = next_ticket_++;
  done.when_cancelled([weak = weak_self(), ticket] {
    if (auto const self = weak.lock()) self->cancel_receive(ticket);
  });
  receiving_.push_back({ticket, std::move(done)});
}

UPLOADPROTO_DECL void json_client_driver::cancel_receive(std::uint64_t ticket) {
  auto const at = std::find_if(receiving_.begin(), receiving_.end(),
                               [&](receiver const& r) { return r.ticket == ticket; });
  if (at == receiving_.end()) return;
  auto done = std::move(at->done);
  receiving_.erase(at);
  done(boost::asio::error::operation_aborted, client_event());
}

UPLOADPROTO_DECL void json_client_driver::fail_receivers(error_code why) {
  given_up_ = why;
  for (auto& waiting : std::exchange(receiving_, {})) waiting.done(why, client_event());
}

UPLOADPROTO_DECL void json_client_driver::shut() {
  auto const all = jobs_;
  for (auto const& [job, f] : all) unsubscribe(job);
  fail_receivers(session::client_error::client_disconnect);
}

UPLOADPROTO_DECL void json_client_driver::abandon() {
  auto const self = shared_from_this();
  for (auto const& [job, f] : std::exchange(jobs_, {})) {
    if (f->websocket) std::exchange(f->websocket, nullptr)->drop();
    auto const waiting = std::exchange(f->waiting, {});
  }
  auto const receiving = std::exchange(receiving_, {});
}

UPLOADPROTO_DECL bool json_client_driver::connected() const {
  return !jobs_.empty() && std::all_of(jobs_.begin(), jobs_.end(),
                                       [](auto const& entry) { return entry.second->session.open(); });
}

}  // namespace uploadproto::net

#endif
