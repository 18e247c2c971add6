// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_ENGINEIO_SERVER_IPP
#define UPLOADPROTO_NET_IMPL_ENGINEIO_SERVER_IPP

#include <uploadproto/net/engineio_server.hpp>
#include <uploadproto/net/impl/engineio_pending.hpp>
#include <uploadproto/net/random_id.hpp>
#include <uploadproto/wire/engineio.hpp>

#include <boost/asio/post.hpp>
#include <boost/throw_exception.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace uploadproto::net {

using steady_clock = std::chrono::steady_clock;

// encoded_message

UPLOADPROTO_DECL encoded_message::encoded_message(std::string_view text,
                                                  std::vector<std::string> const& attachments)
    : text_size_(text.size()), attachments_(attachments) {
  using wire::websocket::opcode;
  frames_.reserve(text.size() + 16);
  wire::websocket::append_header(frames_, opcode::text, text.size() + 1);
  frames_.push_back('4');
  text_at_ = frames_.size();
  frames_.append(text);
  for (auto const& attachment : attachments)
    wire::websocket::append_frame(frames_, opcode::binary, attachment);
}

// engineio_connection

UPLOADPROTO_DECL engineio_connection::engineio_connection(engineio_server& server,
                                                          session::engineio_transport transport,
                                                          std::string_view sid)
    : server_(server), session_(server.settings().session, transport, steady_clock::now()) {
  std::copy_n(sid.begin(), std::min(sid.size(), sid_.size()), sid_.begin());
}

UPLOADPROTO_DECL void engineio_connection::send(encoded_message const& message, std::uint64_t merge_key) {
  using route = session::engineio_server::route;
  if (!session_.open()) return;
  ++server_.counters_.messages_out;
  if (session_.transport() == session::engineio_transport::websocket) {
    if (link_) link_->write(message.frames(), merge_key);
    return;
  }
  auto where = session_.send(message.text(), false, message.attachments().empty() ? merge_key : 0);
  for (auto const& attachment : message.attachments())
    if (where == route::queued) where = session_.send(attachment, true);
  queued(where);
}

// A message went to the queue of a polling client, or did not fit into it.
UPLOADPROTO_DECL void engineio_connection::queued(session::engineio_server::route where) {
  using route = session::engineio_server::route;
  if (where == route::queued && !poll_dirty_) {
    poll_dirty_ = true;
    server_.dirty_polls_.emplace_back(this);
    server_.schedule_flush();
  }
  if (where != route::overflow) return;
  ++server_.counters_.overflowed;
  boost::asio::post(server_.context(), [self = engineio_connection_ptr(this)] {
    self->discard(session::engineio_close_reason::transport_error);
  });
}

UPLOADPROTO_DECL bool engineio_connection::send_text(std::string_view text) {
  if (text.find(wire::engineio::record_separator) != std::string_view::npos) return false;
  send(encoded_message(text));
  return true;
}

UPLOADPROTO_DECL void engineio_connection::send_binary(std::string_view bytes) {
  ++server_.counters_.messages_out;
  if (session_.transport() == session::engineio_transport::websocket) {
    if (!link_ || !session_.open()) return;
    std::string frame;
    wire::websocket::append_frame(frame, wire::websocket::opcode::binary, bytes);
    return link_->write(frame);
  }
  queued(session_.send(bytes, true));
}

UPLOADPROTO_DECL bool engineio_connection::send_volatile(encoded_message const& message) {
  if (!writable()) return false;
  send(message);
  return true;
}

template <class Input>
void engineio_connection::feed(Input&& input) {
  engineio_connection_ptr const self(this);
  auto actions = server_.borrow_actions();
  input(actions);
  perform(actions);
  server_.return_actions(std::move(actions));
  if (!ended_) deadline_changed();
}

UPLOADPROTO_DECL void engineio_connection::close() {
  feed([this](auto& actions) { session_.close(steady_clock::now(), actions); });
}

UPLOADPROTO_DECL void engineio_connection::discard(session::engineio_close_reason reason) {
  feed([&](auto& actions) { session_.discard(reason, actions); });
}

UPLOADPROTO_DECL void engineio_connection::expire(std::chrono::steady_clock::time_point now) {
  feed([&](auto& actions) {
    if (data && data->deadline() <= now) server_.handler_.expired(*this, now);
    session_.expire(now, actions);
  });
}

UPLOADPROTO_DECL void engineio_connection::deadline_changed() {
  if (ended_) return;
  auto when = session_.deadline();
  if (data) when = std::min(when, data->deadline());
  server_.deadlines_.set(*this, when);
  server_.arm_timer();
}

UPLOADPROTO_DECL void engineio_connection::link_text(websocket_link& link, std::string_view text) {
  feed([&](auto& actions) {
    if (&link == probe_.get())
      session_.probe_text(text, actions);
    else
      session_.websocket_text(text, steady_clock::now(), actions);
  });
}

UPLOADPROTO_DECL void engineio_connection::link_binary(websocket_link& link, std::string_view bytes) {
  feed([&](auto& actions) {
    if (&link == probe_.get())
      session_.probe_binary(actions);
    else
      session_.websocket_binary(bytes, steady_clock::now(), actions);
  });
}

UPLOADPROTO_DECL void engineio_connection::link_closed(websocket_link& link, bool orderly) {
  if (&link == probe_.get()) {
    session_.probe_closed();
    probe_.reset();
    return deadline_changed();
  }
  feed([&](auto& actions) { session_.websocket_closed(orderly, actions); });
}

UPLOADPROTO_DECL void engineio_connection::perform(session::engineio_server::actions& actions) {
  using kind = session::engineio_server_action::kind;
  using wire::websocket::close_code;
  using wire::websocket::opcode;
  for (auto& action : actions) {
    switch (action.what) {
      case kind::answer_poll:
        if (auto const poll = std::exchange(poll_, nullptr)) poll->answer(std::move(action.owned));
        break;
      case kind::abort_post:
        if (auto const post = std::exchange(post_, nullptr)) post->give_up();
        break;
      case kind::write_text:
      case kind::write_binary:
        if (link_) {
          std::string frame;
          wire::websocket::append_frame(
              frame, action.what == kind::write_text ? opcode::text : opcode::binary, action.data());
          link_->write(frame);
        }
        break;
      case kind::close_websocket:
        if (link_) link_->close(close_code::no_status);
        break;
      case kind::write_probe:
        if (probe_) {
          std::string frame;
          wire::websocket::append_frame(frame, opcode::text, action.data());
          probe_->write(frame);
        }
        break;
      case kind::close_probe:
        if (auto const probe = std::exchange(probe_, nullptr)) {
          probe->forget_listener();
          probe->close(close_code::no_status);
        }
        break;
      case kind::deliver_text:
        ++server_.counters_.messages_in;
        if (!ended_) server_.handler_.text(*this, action.data());
        break;
      case kind::deliver_binary:
        ++server_.counters_.messages_in;
        if (!ended_) server_.handler_.binary(*this, action.data());
        break;
      case kind::upgraded:
        link_ = std::move(probe_);
        break;
      case kind::closed:
        ended(action.reason);
        break;
    }
  }
}

UPLOADPROTO_DECL void engineio_connection::ended(session::engineio_close_reason reason) {
  if (ended_) return;
  ended_ = true;
  server_.deadlines_.remove(*this);
  if (link_) link_->forget_listener();
  if (probe_) probe_->forget_listener();
  server_.handler_.closed(*this, reason);
  server_.forget(*this);
}

// engineio_server

UPLOADPROTO_DECL engineio_server::engineio_server(boost::asio::io_context& context, engineio_handler& handler,
                                                  engineio_server_settings settings)
    : link_loop(context), handler_(handler), settings_(std::move(settings)) {
  frame_limits_.max_message = settings_.session.max_payload;
  max_backlog_ = settings_.session.max_backlog;
  while (settings_.path.size() > 1 && settings_.path.back() == '/') settings_.path.pop_back();
  if (settings_.cookie && !session::is_valid(*settings_.cookie))
    boost::throw_exception(
        std::invalid_argument("the cookie option holds a character that may not stand in a cookie: a "
                              "control, a space, or ; , = \""));
}

UPLOADPROTO_DECL engineio_server::~engineio_server() {
  for (auto& [sid, connection] : connections_) {
    if (connection->link_) connection->link_->forget_listener();
    if (connection->probe_) connection->probe_->forget_listener();
  }
}

UPLOADPROTO_DECL bool engineio_server::handles(std::string_view target) const noexcept {
  auto const path = target.substr(0, target.find_first_of("?#"));
  if (!path.starts_with(settings_.path)) return false;
  if (path.size() == settings_.path.size()) return settings_.serve_without_slash;
  return path[settings_.path.size()] == '/';
}

UPLOADPROTO_DECL engineio_connection_ptr engineio_server::create(session::engineio_transport transport,
                                                                 std::unique_ptr<handshake> shake) {
  auto const id = make_random_id();
  engineio_connection_ptr connection(new engineio_connection(*this, transport, {id.data(), id.size()}));
  connection->handshake_ = std::move(shake);
  connections_.emplace(connection->sid(), connection);
  ++counters_.opened;
  return connection;
}

UPLOADPROTO_DECL engineio_connection* engineio_server::find(std::string_view sid) const noexcept {
  auto const at = connections_.find(sid);
  return at == connections_.end() ? nullptr : at->second.get();
}

UPLOADPROTO_DECL void engineio_server::forget(engineio_connection& connection) {
  connections_.erase(connection.sid());
  ++counters_.closed;
  if (!connections_.empty() || !closing_) return;
  for (auto const& run : std::exchange(when_empty_, {})) run();
}

UPLOADPROTO_DECL void engineio_server::when_empty(std::function<void()> run) {
  if (closing_ && connections_.empty()) return run();
  when_empty_.push_back(std::move(run));
}

UPLOADPROTO_DECL void engineio_server::for_each(std::function<void(engineio_connection&)> const& visit) {
  std::vector<engineio_connection_ptr> all;
  all.reserve(connections_.size());
  for (auto& [sid, connection] : connections_) all.push_back(connection);
  for (auto& connection : all) visit(*connection);
}

UPLOADPROTO_DECL session::engineio_server::actions engineio_server::borrow_actions() {
  if (spare_actions_.empty()) return {};
  auto actions = std::move(spare_actions_.back());
  spare_actions_.pop_back();
  return actions;
}

UPLOADPROTO_DECL void engineio_server::return_actions(session::engineio_server::actions actions) {
  if (spare_actions_.size() >= 8 || actions.capacity() > 1024) return;
  actions.clear();
  spare_actions_.push_back(std::move(actions));
}

UPLOADPROTO_DECL void engineio_server::turn_ended() {
  fan_out_others_.clear();
  fan_out_others_audience_ = 0;
  auto const polls = std::exchange(dirty_polls_, {});
  for (auto const& connection : polls) {
    connection->poll_dirty_ = false;
    connection->feed([&](auto& actions) { connection->session_.flush(actions); });
  }
}

UPLOADPROTO_DECL void engineio_server::deadlines_passed(time_point now) {
  while (auto* const due = deadlines_.take_due(now)) due->expire(now);
}

UPLOADPROTO_DECL void engineio_server::add_to_fan_out(engineio_connection& connection) {
  auto const& link = connection.link_;
  if (link && connection.session_.transport() == session::engineio_transport::websocket &&
      link_loop::add_to_fan_out(*link))
    return;
  if (std::exchange(fan_out_others_audience_, audience()) != audience()) fan_out_others_.clear();
  fan_out_others_.emplace_back(&connection);
}

UPLOADPROTO_DECL void engineio_server::fan_out(encoded_message const& message, std::uint64_t merge_key) {
  if (fan_out_others_audience_ == audience())
    for (auto const& connection : fan_out_others_) connection->send(message, merge_key);
  counters_.messages_out += fan_out_size();
  fan_out_frames(message.frames(), merge_key);
}

UPLOADPROTO_DECL result<boost::asio::ip::tcp::endpoint> engineio_server::listen(
    boost::asio::ip::tcp::endpoint endpoint, boost::asio::ssl::context* tls, bool reuse_port) {
  auto made =
      http_listener::open_for(*this, alive(), {endpoint, tls, reuse_port, settings_.http_timeout, {}, {}});
  if (!made) return made.error();
  listeners_.push_back(*made);
  return (*made)->endpoint();
}

UPLOADPROTO_DECL void engineio_server::close() {
  for (auto const& each : listeners_) each->close();
  listeners_.clear();
  closing_ = true;
  for_each([](engineio_connection& connection) { connection.close(); });
  if (connections_.empty())
    for (auto const& run : std::exchange(when_empty_, {})) run();
}

}  // namespace uploadproto::net

#endif
