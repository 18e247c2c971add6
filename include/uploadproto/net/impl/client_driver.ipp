// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_CLIENT_DRIVER_IPP
#define UPLOADPROTO_NET_IMPL_CLIENT_DRIVER_IPP

#include <uploadproto/net/client_driver.hpp>
#include <uploadproto/wire/json.hpp>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace uploadproto::net {
namespace detail {

inline session::client_session_options session_options(client_options const& options) {
  session::client_session_options out;
  if (!options.transports.empty()) out.transports = options.transports;
  out.try_all_transports = options.try_all_transports;
  out.remember_upgrade = options.remember_upgrade;
  out.connect_timeout = options.connect_timeout;
  out.engine.upgrade = options.upgrade;
  out.engine.upgrade_timeout = options.upgrade_timeout;
  out.engine.close_timeout = options.close_timeout;
  out.engine.max_send_buffer = options.limits.max_send_buffer;
  out.socket.connect_timeout = options.connect_timeout;
  out.socket.max_send_buffer = options.limits.max_send_buffer;
  out.socket.max_attachments = options.limits.max_attachments;
  out.socket.max_pending_bytes = options.limits.max_message;
  out.socket.max_depth = options.limits.max_json_depth;
  out.reconnection = options.reconnection;
  out.retry = {options.retries, options.ack_timeout};
  return out;
}

}  // namespace detail

UPLOADPROTO_DECL client_driver::client_driver(boost::asio::any_io_executor const& executor,
                                              client_options options)
    : executor_(executor),
      options_(std::move(options)),
      requests_(options_),
      first_namespace_("/"),
      route_{{}, options_.proxy},
      session_(detail::session_options(options_), random_fraction),
      timer_(executor) {
  auto const& url = requests_.url();
  if (url.path.size() > 1 && url.path.find(',') == std::string::npos) first_namespace_ = url.path;
  if (url.tls) route_.tls = {options_.tls ? options_.tls : make_client_tls_context(), options_.tls_verify};
}

UPLOADPROTO_DECL client_driver::~client_driver() {
  drop_streams();
}

// ---- the session's inputs and outputs ----

template <class Input>
void client_driver::run(Input&& input) {
  input(clock::now(), output_);
  perform();
}

UPLOADPROTO_DECL void client_driver::perform() {
  if (std::exchange(performing_, true)) return;  // the loop below, further up the stack, goes on with it
  while (!output_.io.empty() || !output_.events.empty()) {
    auto current = std::exchange(output_, {});
    for (auto const& action : current.io) perform_io(action);
    for (auto& event : current.events) report(std::move(event));
  }
  performing_ = false;
  arm_timer();
}

UPLOADPROTO_DECL void client_driver::perform_io(session::engineio_client_action const& action) {
  using kind = session::engineio_client_action::kind;
  using wire::websocket::opcode;
  switch (action.what) {
    case kind::poll:
      return poll();
    case kind::post:
      return post(action.data);
    case kind::stop_polling:
      if (poll_) poll_->stop();
      if (post_) post_->stop();
      return;
    case kind::open_websocket:
      return open_websocket();
    case kind::write_text:
      if (websocket_) websocket_->write(opcode::text, action.data);
      return;
    case kind::write_binary:
      if (websocket_) websocket_->write(opcode::binary, action.data);
      return;
    case kind::close_websocket:
      if (websocket_) websocket_->close();
      return;
    case kind::drop_websocket:
      if (websocket_) std::exchange(websocket_, nullptr)->drop();
      return;
    default:
      return;
  }
}

/** The timer is only ever moved to an earlier time; one that fires too early finds out and is set again. */
UPLOADPROTO_DECL void client_driver::arm_timer() {
  auto const deadline = session_.deadline();
  if (!deadline) {
    if (std::exchange(armed_, std::nullopt)) timer_.cancel();
    return;
  }
  if (armed_ && *armed_ <= *deadline) return;
  armed_ = deadline;
  timer_.expires_at(*deadline);
  timer_.async_wait([weak = weak_from_this(), when = *deadline](error_code error) {
    auto const self = weak.lock();
    if (error || !self || self->armed_ != when) return;
    self->armed_.reset();
    self->run([&](auto now, auto& out) { self->session_.expire(now, out); });
  });
}

// ---- transports ----

UPLOADPROTO_DECL std::shared_ptr<http_client> client_driver::make_http_client() const {
  return std::make_shared<http_client>(executor_, requests_.url(), route_,
                                       http_limits{options_.limits.max_message, options_.request_timeout});
}

UPLOADPROTO_DECL void client_driver::poll() {
  if (!poll_) poll_ = make_http_client();
  poll_->request(requests_.head("GET", session_.sid()) + "\r\n", true,
                 [weak = weak_from_this()](error_code error, http_answer const& answer) {
                   auto const self = weak.lock();
                   if (!self) return;
                   self->requests_.take_cookies(answer.set_cookies);
                   self->run([&](auto now, auto& out) {
                     if (error) return self->session_.poll_failed(error, now, out);
                     self->session_.poll_answered(answer.status, answer.body, now, out);
                   });
                 });
}

UPLOADPROTO_DECL void client_driver::post(std::string const& body) {
  if (!post_) post_ = make_http_client();
  post_->request(requests_.head("POST", session_.sid()) +
                     "Content-Type: text/plain;charset=UTF-8\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n\r\n" + body,
                 false, [weak = weak_from_this()](error_code error, http_answer const& answer) {
                   auto const self = weak.lock();
                   if (!self) return;
                   self->requests_.take_cookies(answer.set_cookies);
                   self->run([&](auto now, auto& out) {
                     if (error) return self->session_.post_failed(error, now, out);
                     self->session_.post_answered(answer.status, now, out);
                   });
                 });
}

UPLOADPROTO_DECL void client_driver::open_websocket() {
  using wire::websocket::opcode;
  if (websocket_) websocket_->drop();
  websocket_ = std::make_shared<websocket_client>(executor_, route_, options_.limits.max_message);
  websocket_client::callbacks callbacks;
  callbacks.opened = [weak = weak_from_this()] {
    if (auto const self = weak.lock()) {
      self->run([&](auto now, auto& out) { self->session_.websocket_opened(now, out); });
    }
  };
  callbacks.message = [weak = weak_from_this()](opcode op, std::string_view data) {
    if (auto const self = weak.lock()) {
      self->run([&](auto now, auto& out) {
        if (op == opcode::text) return self->session_.websocket_text(data, now, out);
        self->session_.websocket_binary(data, now, out);
      });
    }
  };
  callbacks.written = [weak = weak_from_this()] {
    if (auto const self = weak.lock()) {
      self->run([&](auto now, auto& out) { self->session_.websocket_written(now, out); });
    }
  };
  callbacks.ended = [weak = weak_from_this()](error_code error, int status) {
    if (auto const self = weak.lock()) {
      self->run([&](auto now, auto& out) { self->session_.websocket_ended(error, status, now, out); });
    }
  };
  websocket_->open(requests_.url(), requests_.target(client_transport::websocket, session_.sid()),
                   requests_.headers(), std::move(callbacks));
}

// ---- what the session reports ----

UPLOADPROTO_DECL void client_driver::report(session::socketio_client_action event) {
  using kind = session::socketio_client_action::kind;
  switch (event.what) {
    case kind::acked:
    case kind::ack_failed:
      return report_ack(std::move(event));
    case kind::stopped:
      return report_stopped(event.error);
    case kind::attempt_failed:
      failure_ = {event.error, static_cast<int>(event.number), {}, {}};
      for (auto const& [nsp, m] : members_) tell(m, &client_handlers::attempt_failed, failure_);
      return;
    case kind::reconnecting:
      for (auto const& [nsp, m] : members_) {
        if (!event.nsp.empty() && event.nsp != nsp) continue;
        tell(m, &client_handlers::reconnecting, static_cast<std::size_t>(event.number), event.delay);
      }
      return;
    case kind::upgraded:
      for (auto const& [nsp, m] : members_) tell(m, &client_handlers::upgraded);
      return;
    default:
      break;
  }
  auto const found = members_.find(event.nsp);
  if (found == members_.end()) return;  // released meanwhile
  auto const m = found->second;
  switch (event.what) {
    case kind::get_auth:
      return get_auth(event.nsp);
    case kind::connected:
      return report_connected(*m, event);
    case kind::refused:
      return report_refused(*m, std::move(event));
    case kind::disconnected:
      return report_disconnected(*m, event);
    case kind::event:
      return report_event(*m, std::move(event));
    default:
      return;
  }
}

UPLOADPROTO_DECL void client_driver::get_auth(std::string const& nsp) {
  auto const auth = member(nsp).auth;
  if (!auth) {
    return run([&](auto now, auto& out) { session_.authenticate(nsp, {}, nullptr, now, out); });
  }
  auth.fetch(executor_, [weak = weak_from_this(), nsp](error_code error, boost::json::value value) {
    if (auto const self = weak.lock()) {
      self->run(
          [&](auto now, auto& out) { self->session_.authenticate(nsp, error, std::move(value), now, out); });
    }
  });
}

UPLOADPROTO_DECL void client_driver::report_connected(membership& m,
                                                      session::socketio_client_action const& event) {
  m.sid = event.text;
  m.recovered = event.flag;
  ++m.connection;
  for (auto& waiting : std::exchange(m.connecting, {})) waiting.done(error_code());
  tell(members_[event.nsp], &client_handlers::connected);
}

UPLOADPROTO_DECL void client_driver::report_refused(membership& m, session::socketio_client_action event) {
  failure_ = {event.error, 0, std::move(event.text), std::move(event.value)};
  tell(members_[event.nsp], &client_handlers::attempt_failed, failure_);
  if (!event.flag) end_operations(m, failure_.error);
}

UPLOADPROTO_DECL void client_driver::report_disconnected(membership& m,
                                                         session::socketio_client_action const& event) {
  m.sid.clear();
  ++m.connection;
  if (!event.flag) end_operations(m, event.error);
  tell(members_[event.nsp], &client_handlers::disconnected, event.error, event.flag);
}

UPLOADPROTO_DECL void client_driver::report_event(membership& m, session::socketio_client_action action) {
  auto& array = action.value.as_array();
  client_event event;
  if (auto const* name = array.front().if_string()) {
    event.name.assign(name->data(), name->size());
  } else {
    wire::append_json(event.name, array.front());  // a number, which the protocol allows as a name
  }
  event.args = std::move(array);
  event.args.erase(event.args.begin());
  event.attachments = std::move(action.attachments);
  if (action.id) {
    event.answer = [weak = weak_from_this(), nsp = action.nsp, id = *action.id, connection = m.connection,
                    answered = std::make_shared<bool>(false)](boost::json::array args,
                                                              std::vector<std::string> attachments) {
      auto const self = weak.lock();
      if (!self || std::exchange(*answered, true)) return error_code();
      return self->acknowledge(nsp, id, connection, std::move(args), std::move(attachments));
    };
  }
  tell_listeners(members_[action.nsp], client_direction::incoming, event);
  if (auto const named = m.named.find(event.name); named != m.named.end()) {
    boost::asio::post(executor_, [weak = std::weak_ptr<membership>(members_[action.nsp]),
                                  handler = named->second.handler, event = std::move(event)]() mutable {
      if (weak.lock()) handler(std::move(event));
    });
    if (named->second.once) m.named.erase(named);
    return;
  }
  if (!m.receiving.empty()) {
    auto waiting = std::move(m.receiving.front());
    m.receiving.pop_front();
    return waiting.done(error_code(), std::move(event));
  }
  m.events.push_back(std::move(event));
  ++queued_events_;
  regulate_reading();
}

UPLOADPROTO_DECL void client_driver::report_ack(session::socketio_client_action event) {
  auto found = acks_.extract(event.ticket);
  if (found.empty()) return;
  client_ack ack;
  if (auto* args = event.value.if_array()) ack.args = std::move(*args);
  ack.attachments = std::move(event.attachments);
  found.mapped()(event.error, std::move(ack));
}

UPLOADPROTO_DECL void client_driver::report_stopped(error_code reason) {
  drop_streams();
  for (auto const& [nsp, m] : members_) {
    if (!session_.wanted(nsp)) end_operations(*m, reason);
  }
}

UPLOADPROTO_DECL void client_driver::end_operations(membership& m, error_code reason) {
  m.ended = reason;
  for (auto& waiting : std::exchange(m.connecting, {})) waiting.done(reason);
  for (auto& waiting : std::exchange(m.receiving, {})) waiting.done(reason, client_event());
  if (session_.stopped()) {
    for (auto& waiting : std::exchange(m.closing, {})) waiting(error_code());
  }
}

/** Calls a user's handler later, unless its client is gone by then. */
template <class... Args, class... Values>
void client_driver::tell(std::shared_ptr<membership> const& m,
                         std::function<void(Args...)> client_handlers::*handler, Values... values) {
  if (!(m->handlers.*handler)) return;
  boost::asio::post(executor_, [weak = std::weak_ptr<membership>(m), handler, values...] {
    auto const alive = weak.lock();
    if (!alive) return;
    auto const call = alive->handlers.*handler;  // a copy: it may replace itself
    if (call) call(values...);
  });
}

/** Shows an event to those who listen to all, later, unless they are taken away by then. */
UPLOADPROTO_DECL void client_driver::tell_listeners(std::shared_ptr<membership> const& m,
                                                    client_direction direction, client_event const& event) {
  if (m->listeners(direction).empty()) return;
  auto const shared = std::make_shared<client_event const>(event);
  for (auto const& entry : m->listeners(direction)) {
    boost::asio::post(executor_,
                      [weak = std::weak_ptr<membership>(m), direction, number = entry.first, shared] {
                        auto const alive = weak.lock();
                        if (!alive) return;
                        auto const found = alive->listeners(direction).find(number);
                        if (found == alive->listeners(direction).end()) return;
                        auto const call = found->second;  // a copy: it may take itself away
                        call(*shared);
                      });
  }
}

/** A program that does not receive makes the server wait instead of filling the memory. */
UPLOADPROTO_DECL void client_driver::regulate_reading() {
  if (!websocket_) return;
  if (queued_events_ >= options_.limits.max_receive_queue) {
    websocket_->pause();
  } else if (queued_events_ <= options_.limits.max_receive_queue / 2) {
    websocket_->resume();
  }
}

// ---- what the program asks for ----

UPLOADPROTO_DECL client_driver::membership& client_driver::member(std::string const& nsp) {
  auto& m = members_[nsp];
  if (!m) m = std::make_shared<membership>();
  return *m;
}

UPLOADPROTO_DECL void client_driver::acquire(std::string const& nsp, client_auth auth) {
  auto& m = member(nsp);
  if (m.users++ == 0) m.auth = std::move(auth);
}

UPLOADPROTO_DECL void client_driver::release(std::string const& nsp) {
  auto const found = members_.find(nsp);
  if (found == members_.end() || --found->second->users != 0) return;
  auto const m = found->second;
  members_.erase(found);
  m->handlers = {};
  queued_events_ -= m->events.size();
  if (members_.empty()) {
    run([&](auto now, auto& out) { session_.abort(session::client_error::client_disconnect, now, out); });
  } else {
    run([&](auto now, auto& out) { session_.disconnect(nsp, now, out); });
  }
  end_operations(*m, session::client_error::client_disconnect);
  for (auto& waiting : std::exchange(m->closing, {})) waiting(error_code());
}

UPLOADPROTO_DECL void client_driver::connect(std::string const& nsp, connect_completion done) {
  if (auto const error = requests_.error()) {
    failure_ = {error, 0, {}, {}};
    return done(error);
  }
  if (session_.connected(nsp)) return done(error_code());
  auto const ticket = next_ticket_++;
  done.when_cancelled([weak = weak_from_this(), nsp, ticket] {
    if (auto const self = weak.lock()) self->cancel_connect(nsp, ticket);
  });
  member(nsp).connecting.push_back({ticket, std::move(done)});
  run([&](auto now, auto& out) { session_.connect(nsp, now, out); });
}

UPLOADPROTO_DECL void client_driver::receive(std::string const& nsp, receive_completion done) {
  auto& m = member(nsp);
  if (!m.events.empty()) {
    auto event = std::move(m.events.front());
    m.events.pop_front();
    --queued_events_;
    regulate_reading();
    return done(error_code(), std::move(event));
  }
  if (!session_.wanted(nsp)) return done(m.ended, client_event());
  auto const ticket = next_ticket_++;
  done.when_cancelled([weak = weak_from_this(), nsp, ticket] {
    if (auto const self = weak.lock()) self->cancel_receive(nsp, ticket);
  });
  m.receiving.push_back({ticket, std::move(done)});
}

UPLOADPROTO_DECL void client_driver::disconnect(std::string const& nsp, connect_completion done) {
  member(nsp).closing.push_back(std::move(done));
  run([&](auto now, auto& out) { session_.disconnect(nsp, now, out); });
  bool const others = std::any_of(members_.begin(), members_.end(),
                                  [&](auto const& entry) { return session_.wanted(entry.first); });
  auto& m = member(nsp);
  if (!m.connecting.empty() || !m.receiving.empty())
    end_operations(m, session::client_error::client_disconnect);
  if (others || session_.stopped()) {
    for (auto& waiting : std::exchange(m.closing, {})) waiting(error_code());
  }
}

template <class Send>
error_code client_driver::show_and_send(std::string const& nsp, client_event shown, Send&& send) {
  auto const found = members_.find(nsp);
  bool const watched = found != members_.end() && !found->second->outgoing.empty();
  auto copy = watched ? shown : client_event();
  error_code error;
  run([&](auto now, auto& out) { error = send(std::move(shown), now, out); });
  if (watched && !error) tell_listeners(found->second, client_direction::outgoing, copy);
  return error;
}

UPLOADPROTO_DECL error_code client_driver::emit(std::string const& nsp, std::string_view name,
                                                boost::json::array args, std::vector<std::string> attachments,
                                                bool is_volatile) {
  if (is_volatile && !session_.writable(nsp)) return {};
  return show_and_send(nsp, {std::string(name), std::move(args), std::move(attachments), {}},
                       [&](client_event event, auto now, auto& out) {
                         return session_.emit(nsp, event.name, event.args, std::move(event.attachments),
                                              is_volatile, now, out);
                       });
}

UPLOADPROTO_DECL void client_driver::emit_with_ack(std::string const& nsp, std::string_view name,
                                                   boost::json::array args,
                                                   std::vector<std::string> attachments,
                                                   std::optional<std::chrono::milliseconds> timeout,
                                                   ack_completion done) {
  auto const ticket = next_ticket_++;
  done.when_cancelled([weak = weak_from_this(), ticket] {
    if (auto const self = weak.lock()) self->cancel_ack(ticket);
  });
  acks_.emplace(ticket, std::move(done));
  auto const error =
      show_and_send(nsp, {std::string(name), std::move(args), std::move(attachments), {}},
                    [&](client_event event, auto now, auto& out) {
                      return session_.emit_with_ack(nsp, event.name, event.args, std::move(event.attachments),
                                                    ticket, timeout, now, out);
                    });
  if (!error) return;
  if (auto refused = acks_.extract(ticket)) refused.mapped()(error, client_ack());
}

UPLOADPROTO_DECL error_code client_driver::acknowledge(std::string const& nsp, std::uint64_t id,
                                                       std::uint64_t connection, boost::json::array args,
                                                       std::vector<std::string> attachments) {
  auto const found = members_.find(nsp);
  if (found == members_.end() || found->second->connection != connection) {
    return session::client_error::not_connected;
  }
  error_code error;
  run([&](auto now, auto& out) {
    error = session_.acknowledge(nsp, id, args, std::move(attachments), now, out);
  });
  return error;
}

UPLOADPROTO_DECL void client_driver::on(std::string const& nsp, std::string name,
                                        std::function<void(client_event)> handler, bool once) {
  auto& named = member(nsp).named;
  if (handler) {
    named.insert_or_assign(std::move(name), named_handler{std::move(handler), once});
  } else {
    named.erase(name);
  }
}

UPLOADPROTO_DECL std::uint64_t client_driver::listen(std::string const& nsp, client_direction direction,
                                                     client_listener all) {
  auto const number = next_ticket_++;
  if (all) member(nsp).listeners(direction).emplace(number, std::move(all));
  return number;
}

UPLOADPROTO_DECL void client_driver::unlisten(std::string const& nsp, client_direction direction,
                                              std::uint64_t listener) {
  auto& listeners = member(nsp).listeners(direction);
  if (listener == 0) {
    listeners.clear();
  } else {
    listeners.erase(listener);
  }
}

UPLOADPROTO_DECL bool client_driver::recovered(std::string const& nsp) const {
  auto const found = members_.find(nsp);
  return found != members_.end() && found->second->recovered;
}

UPLOADPROTO_DECL std::string client_driver::id(std::string const& nsp) const {
  auto const found = members_.find(nsp);
  return found == members_.end() ? std::string() : found->second->sid;
}

UPLOADPROTO_DECL void client_driver::drop_streams() {
  if (websocket_) std::exchange(websocket_, nullptr)->drop();
  if (poll_) std::exchange(poll_, nullptr)->stop();
  if (post_) std::exchange(post_, nullptr)->stop();
}

UPLOADPROTO_DECL void client_driver::abandon() {
  auto const self = shared_from_this();
  drop_streams();
  auto const acks = std::exchange(acks_, {});
  for (auto const& [nsp, m] : std::exchange(members_, {})) {
    auto const connecting = std::exchange(m->connecting, {});
    auto const receiving = std::exchange(m->receiving, {});
    auto const closing = std::exchange(m->closing, {});
  }
}

// ---- cancellation of single operations ----

UPLOADPROTO_DECL void client_driver::cancel_connect(std::string const& nsp, std::uint64_t ticket) {
  auto const found = members_.find(nsp);
  if (found == members_.end()) return;
  auto& waiting = found->second->connecting;
  auto const entry =
      std::find_if(waiting.begin(), waiting.end(), [&](auto& w) { return w.ticket == ticket; });
  if (entry == waiting.end()) return;
  auto done = std::move(entry->done);
  waiting.erase(entry);
  done(boost::asio::error::operation_aborted);
  if (waiting.empty()) run([&](auto now, auto& out) { session_.disconnect(nsp, now, out); });
}

UPLOADPROTO_DECL void client_driver::cancel_receive(std::string const& nsp, std::uint64_t ticket) {
  auto const found = members_.find(nsp);
  if (found == members_.end()) return;
  auto& waiting = found->second->receiving;
  auto const entry =
      std::find_if(waiting.begin(), waiting.end(), [&](auto& w) { return w.ticket == ticket; });
  if (entry == waiting.end()) return;
  auto done = std::move(entry->done);
  waiting.erase(entry);
  done(boost::asio::error::operation_aborted, client_event());
}

UPLOADPROTO_DECL void client_driver::cancel_ack(std::uint64_t ticket) {
  auto found = acks_.extract(ticket);
  if (found.empty()) return;
  run([&](auto now, auto& out) { session_.cancel_ack(ticket, now, out); });
  found.mapped()(boost::asio::error::operation_aborted, client_ack());
}

}  // namespace uploadproto::net

#endif
