// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_SOCKETIO_CLIENT_IPP
#define UPLOADPROTO_SESSION_IMPL_SOCKETIO_CLIENT_IPP

#include <uploadproto/session/socketio_client.hpp>

#include <algorithm>
#include <boost/json/string.hpp>
#include <uploadproto/wire/json.hpp>
#include <utility>

namespace uploadproto::session {
namespace detail {

/** The text member of an object; empty when there is none. */
inline std::string text_member(boost::json::value const& value, std::string_view key) {
  auto const* object = value.if_object();
  auto const* member = object ? object->if_contains({key.data(), key.size()}) : nullptr;
  auto const* text = member ? member->if_string() : nullptr;
  return text ? std::string(text->data(), text->size()) : std::string();
}

inline void append_array_rest(std::string& out, boost::json::array const& values, bool first) {
  for (auto const& value : values) {
    if (!std::exchange(first, false)) out += ',';
    wire::append_json(out, value);
  }
  out += ']';
}

}  // namespace detail

UPLOADPROTO_DECL socketio_client::socketio_client(socketio_client_options const& options)
    : options_(options),
      limits_([&] {
        wire::socketio::decoder::limits limits;
        limits.max_attachments = options.max_attachments;
        limits.max_pending_bytes = options.max_pending_bytes;
        limits.max_depth = options.max_depth;
        return limits;
      }()),
      decoder_(limits_) {}

UPLOADPROTO_DECL std::size_t socketio_client::encoded::size() const {
  std::size_t total = text.size();
  for (auto const& attachment : attachments) total += attachment.size();
  return total;
}

// ---- the connection below ----

UPLOADPROTO_DECL void socketio_client::engine_opened(time_point now, actions& out) {
  engine_open_ = true;
  decoder_.reset();
  for (auto& [nsp, m] : memberships_) {
    if (m.where == state::waiting || m.where == state::resting) request_auth(nsp, m, now, out);
  }
}

UPLOADPROTO_DECL void socketio_client::engine_closed(error_code reason, bool reconnecting, actions& out) {
  engine_open_ = false;
  decoder_.reset();
  for (auto& [nsp, m] : memberships_) {
    if (m.where == state::unwanted) continue;
    bool const was_connected = m.where == state::connected;
    m.where = state::waiting;
    m.early.clear();
    m.early_bytes = 0;
    if (was_connected) {
      out.push_back({socketio_client_action::kind::disconnected, nsp, {}, reason, reconnecting});
    }
    fail_acks(m, false, client_error::ack_lost, out);
  }
}

UPLOADPROTO_DECL void socketio_client::stop(error_code reason, actions& out) {
  for (auto& [nsp, m] : memberships_) leave(nsp, reason, out);
}

UPLOADPROTO_DECL void socketio_client::engine_text(std::string_view message, actions& out) {
  arrived_ = message.size();
  auto packet = decoder_.text(message);
  if (!packet) return out.push_back({socketio_client_action::kind::fail, {}, {}, client_error::parse_error});
  if (*packet) receive(std::move(**packet), out);
}

UPLOADPROTO_DECL void socketio_client::engine_binary(std::string_view message, actions& out) {
  arrived_ += message.size();
  auto packet = decoder_.binary(message);
  if (!packet) return out.push_back({socketio_client_action::kind::fail, {}, {}, client_error::parse_error});
  if (*packet) receive(std::move(**packet), out);
}

// ---- packets ----

UPLOADPROTO_DECL void socketio_client::receive(wire::socketio::packet packet, actions& out) {
  using wire::socketio::packet_type;
  auto const found = memberships_.find(packet.nsp);
  if (found == memberships_.end()) return;  // not ours: ignored, as in JS
  auto const& nsp = found->first;
  auto& m = found->second;
  switch (packet.type) {
    case packet_type::connect:
      return receive_connect(nsp, m, packet, out);
    case packet_type::connect_error:
      return receive_refusal(nsp, m, std::move(packet), out);
    case packet_type::event:
    case packet_type::binary_event:
      return receive_event(nsp, m, std::move(packet), out);
    case packet_type::ack:
    case packet_type::binary_ack:
      return receive_ack(m, std::move(packet), out);
    case packet_type::disconnect:
      if (m.where == state::connected) {
        m.where = state::unwanted;
        out.push_back({socketio_client_action::kind::disconnected, nsp, {}, client_error::server_disconnect});
        fail_acks(m, true, client_error::ack_lost, out);
        m.waiting.clear();
        m.waiting_bytes = 0;
      }
      return;
  }
}

UPLOADPROTO_DECL void socketio_client::receive_connect(std::string const& nsp, membership& m,
                                                       wire::socketio::packet const& packet, actions& out) {
  auto sid = detail::text_member(packet.data, "sid");
  if (m.where == state::unwanted && !sid.empty()) return send_disconnect(nsp, out);  // left in the meantime
  if (m.where != state::connecting) return;
  if (sid.empty()) {  // Socket.IO 2 answers without one
    m.where = state::unwanted;
    m.refusal = {socketio_client_action::kind::refused, nsp, {}, client_error::old_server};
    return out.push_back(m.refusal);
  }
  auto pid = detail::text_member(packet.data, "pid");
  bool const recovered = !pid.empty() && pid == m.pid;
  if (!recovered) m.offset.clear();
  m.pid = std::move(pid);
  m.where = state::connected;
  m.joined_before = true;
  m.refused_auth.reset();
  for (auto& early : std::exchange(m.early, {})) out.push_back(std::move(early));
  m.early_bytes = 0;
  out.push_back({socketio_client_action::kind::connected, nsp, std::move(sid), {}, recovered});
  flush(m, out);
}

UPLOADPROTO_DECL void socketio_client::receive_refusal(std::string const& nsp, membership& m,
                                                       wire::socketio::packet packet, actions& out) {
  if (m.where != state::connecting) return;
  m.where = state::unwanted;
  m.early.clear();
  m.early_bytes = 0;
  m.refused_auth = std::move(m.sent_auth);
  m.refusal = {socketio_client_action::kind::refused, nsp, {}, client_error::connect_refused};
  if (auto const* text = packet.data.if_string()) {
    m.refusal.text.assign(text->data(), text->size());
  } else {
    m.refusal.text = detail::text_member(packet.data, "message");
    if (auto* object = packet.data.if_object()) {
      if (auto* data = object->if_contains("data")) m.refusal.value = std::move(*data);
    }
  }
  out.push_back(m.refusal);
}

UPLOADPROTO_DECL void socketio_client::receive_event(std::string const& nsp, membership& m,
                                                     wire::socketio::packet packet, actions& out) {
  if (m.where != state::connected && m.where != state::connecting) return;
  // With recovery on, the server appends an offset to what it could replay (WIRE 2.5).
  if (auto const& args = packet.data.as_array(); !packet.id && args.size() > 1 && args.back().is_string()) {
    auto const& last = args.back().get_string();
    if (!m.pid.empty()) m.offset.assign(last.data(), last.size());
  }
  wire::socketio::order_attachments(packet);
  socketio_client_action event{socketio_client_action::kind::event, nsp};
  event.value = std::move(packet.data);
  event.attachments = std::move(packet.attachments);
  event.id = packet.id;
  if (m.where == state::connected) return out.push_back(std::move(event));
  m.early_bytes += arrived_;
  if (m.early.size() < options_.max_early_events && m.early_bytes <= options_.max_early_bytes)
    return m.early.push_back(std::move(event));
  out.push_back({socketio_client_action::kind::fail, {}, {}, client_error::parse_error});
}

UPLOADPROTO_DECL void socketio_client::receive_ack(membership& m, wire::socketio::packet packet,
                                                   actions& out) {
  auto const found = packet.id ? m.acks.find(*packet.id) : m.acks.end();
  if (m.where != state::connected || found == m.acks.end() || !found->second.sent) return;
  wire::socketio::order_attachments(packet);
  socketio_client_action acked{socketio_client_action::kind::acked};
  acked.ticket = found->second.ticket;
  acked.value = std::move(packet.data);
  acked.attachments = std::move(packet.attachments);
  m.acks.erase(found);
  out.push_back(std::move(acked));
}

// ---- joining and leaving ----

UPLOADPROTO_DECL void socketio_client::want(std::string const& nsp, time_point now, actions& out) {
  auto& m = memberships_[nsp];
  if (m.where != state::unwanted) return;
  m.where = state::waiting;
  m.joined_before = false;
  m.refused_auth.reset();
  if (engine_open_) request_auth(nsp, m, now, out);
}

UPLOADPROTO_DECL void socketio_client::request_auth(std::string const& nsp, membership& m, time_point now,
                                                    actions& out) {
  m.where = state::authenticating;
  m.deadline = now + options_.connect_timeout;
  out.push_back({socketio_client_action::kind::get_auth, nsp});
}

UPLOADPROTO_DECL void socketio_client::authenticate(std::string const& nsp, boost::json::value auth,
                                                    actions& out) {
  auto const found = memberships_.find(nsp);
  if (found == memberships_.end() || found->second.where != state::authenticating) return;
  auto& m = found->second;

  std::string credentials;
  wire::append_json(credentials, auth);
  if (m.refused_auth == credentials) {
    m.where = state::unwanted;
    out.push_back(m.refusal);
    out.back().flag = true;
    return;
  }
  m.sent_auth = std::move(credentials);
  m.where = state::connecting;

  wire::socketio::packet connect;
  connect.type = wire::socketio::packet_type::connect;
  connect.nsp = nsp;
  if (!m.pid.empty()) {
    boost::json::object data{{"pid", m.pid}};
    if (!m.offset.empty()) data["offset"] = m.offset;
    if (auto const* own = auth.if_object()) {
      for (auto const& member : *own) data[member.key()] = member.value();
    }
    connect.data = std::move(data);
  } else {
    connect.data = std::move(auth);
  }
  std::string text;
  wire::socketio::append(text, connect);
  out.push_back({socketio_client_action::kind::send_text, {}, std::move(text)});
}

UPLOADPROTO_DECL void socketio_client::fail_authentication(std::string const& nsp, actions& out) {
  auto const found = memberships_.find(nsp);
  if (found == memberships_.end() || found->second.where != state::authenticating) return;
  found->second.where = state::unwanted;
  out.push_back({socketio_client_action::kind::refused, nsp, {}, client_error::credentials_failed});
}

UPLOADPROTO_DECL void socketio_client::retry(std::string const& nsp, time_point when) {
  auto& m = memberships_[nsp];
  if (m.where != state::unwanted) return;
  m.where = state::resting;
  m.deadline = when;
}

UPLOADPROTO_DECL void socketio_client::leave(std::string const& nsp, error_code reason, actions& out) {
  auto const found = memberships_.find(nsp);
  if (found == memberships_.end()) return;
  auto& m = found->second;
  auto const before = std::exchange(m.where, state::unwanted);
  if (before == state::unwanted && m.acks.empty()) return;
  if (before == state::connected) {
    // A CONNECT that is still unanswered is undone when its answer comes: servers close on an early
    // DISCONNECT.
    if (engine_open_) send_disconnect(nsp, out);
    out.push_back({socketio_client_action::kind::disconnected, nsp, {}, reason});
  }
  fail_acks(m, true, before == state::connected ? make_error_code(client_error::ack_lost) : reason, out);
  m.waiting.clear();
  m.waiting_bytes = 0;
  m.early.clear();
  m.early_bytes = 0;
  m.pid.clear();
  m.offset.clear();
}

UPLOADPROTO_DECL void socketio_client::send_disconnect(std::string const& nsp, actions& out) {
  wire::socketio::packet goodbye;
  goodbye.type = wire::socketio::packet_type::disconnect;
  goodbye.nsp = nsp;
  std::string text;
  wire::socketio::append(text, goodbye);
  out.push_back({socketio_client_action::kind::send_text, {}, std::move(text)});
}

// ---- sending ----

/** The packet of an event, if there can be one. */
UPLOADPROTO_DECL error_code socketio_client::encode(std::string const& nsp, std::string_view name,
                                                    boost::json::array const& args,
                                                    std::optional<std::uint64_t> id,
                                                    std::vector<std::string> attachments,
                                                    encoded& packet) const {
  if (wire::socketio::is_reserved_event(name)) return client_error::reserved_event;
  if (attachments.size() > options_.max_attachments) return client_error::bad_arguments;
  wire::socketio::append_event_head(packet.text, nsp, id, attachments.size());
  packet.text += '[';
  wire::append_json_string(packet.text, name);
  detail::append_array_rest(packet.text, args, false);
  packet.attachments = std::move(attachments);
  if (packet.attachments.empty()) return {};
  // A placeholder that names no attachment would make the server drop the connection.
  wire::socketio::packet whole;
  whole.type = wire::socketio::packet_type::binary_event;
  whole.data = boost::json::array{boost::json::string(name)};
  for (auto const& value : args) whole.data.get_array().push_back(value);
  whole.attachments = std::vector<std::string>(packet.attachments.size());
  return wire::socketio::validate(whole) ? make_error_code(client_error::bad_arguments) : error_code();
}

UPLOADPROTO_DECL result<std::size_t> socketio_client::measure(
    std::string const& nsp, std::string_view name, boost::json::array const& args,
    std::vector<std::string> const& attachments) const {
  encoded packet;
  if (auto const error = encode(nsp, name, args, 0, attachments, packet)) return error;
  return packet.size();
}

UPLOADPROTO_DECL error_code socketio_client::emit(std::string const& nsp, std::string_view name,
                                                  boost::json::array const& args,
                                                  std::vector<std::string> attachments, std::size_t room,
                                                  actions& out) {
  auto const found = memberships_.find(nsp);
  if (found == memberships_.end() || found->second.where == state::unwanted)
    return client_error::not_connected;
  encoded packet;
  if (auto const error = encode(nsp, name, args, std::nullopt, std::move(attachments), packet)) return error;
  return queue(found->second, std::move(packet), room, out);
}

UPLOADPROTO_DECL error_code socketio_client::emit_with_ack(std::string const& nsp, std::string_view name,
                                                           boost::json::array const& args,
                                                           std::vector<std::string> attachments,
                                                           std::size_t room, std::uint64_t ticket,
                                                           std::optional<time_point> deadline, actions& out) {
  auto const found = memberships_.find(nsp);
  if (found == memberships_.end() || found->second.where == state::unwanted)
    return client_error::not_connected;
  auto& m = found->second;
  encoded packet;
  packet.ticket = ticket;
  if (auto const error = encode(nsp, name, args, m.next_ack, std::move(attachments), packet)) return error;
  if (auto const error = queue(m, std::move(packet), room, out)) return error;
  m.acks.emplace(m.next_ack++, pending_ack{ticket, deadline, m.where == state::connected});
  return {};
}

UPLOADPROTO_DECL error_code socketio_client::acknowledge(std::string const& nsp, std::uint64_t id,
                                                         boost::json::array const& args,
                                                         std::vector<std::string> attachments,
                                                         std::size_t room, actions& out) {
  // An answer belongs to the connection that asked: it is never kept for the next one.
  if (!connected(nsp)) return client_error::not_connected;
  if (attachments.size() > options_.max_attachments) return client_error::bad_arguments;
  wire::socketio::packet ack;
  ack.type = wire::socketio::packet_type::ack;
  ack.nsp = nsp;
  ack.id = id;
  ack.data = args;
  ack.attachments = std::move(attachments);
  if (wire::socketio::validate(ack)) return client_error::bad_arguments;
  encoded packet;
  wire::socketio::append(packet.text, ack);
  packet.attachments = std::move(ack.attachments);
  return queue(memberships_.find(nsp)->second, std::move(packet), room, out);
}

/** Sends a packet, or keeps it until the namespace is connected. */
UPLOADPROTO_DECL error_code socketio_client::queue(membership& m, encoded packet, std::size_t available,
                                                   actions& out) {
  auto const size = packet.size();
  if (m.where == state::connected) {
    if (size > available) return client_error::send_buffer_full;
    send(std::move(packet), out);
    return {};
  }
  if (m.waiting_bytes + size > options_.max_send_buffer) return client_error::send_buffer_full;
  m.waiting_bytes += size;
  m.waiting.push_back(std::move(packet));
  return {};
}

UPLOADPROTO_DECL void socketio_client::flush(membership& m, actions& out) {
  for (auto& packet : m.waiting) send(std::move(packet), out);
  m.waiting.clear();
  m.waiting_bytes = 0;
  for (auto& [id, ack] : m.acks) ack.sent = true;
}

UPLOADPROTO_DECL void socketio_client::send(encoded packet, actions& out) {
  out.push_back({socketio_client_action::kind::send_text, {}, std::move(packet.text)});
  for (auto& attachment : packet.attachments) {
    out.push_back({socketio_client_action::kind::send_binary, {}, std::move(attachment)});
  }
}

UPLOADPROTO_DECL void socketio_client::cancel(std::uint64_t ticket) {
  for (auto& [nsp, m] : memberships_) {
    for (auto entry = m.acks.begin(); entry != m.acks.end(); ++entry) {
      if (entry->second.ticket != ticket) continue;
      m.acks.erase(entry);
      return remove_waiting(m, ticket);
    }
  }
}

UPLOADPROTO_DECL void socketio_client::remove_waiting(membership& m, std::uint64_t ticket) {
  auto const found = std::find_if(m.waiting.begin(), m.waiting.end(),
                                  [&](encoded const& packet) { return packet.ticket == ticket; });
  if (found == m.waiting.end()) return;
  m.waiting_bytes -= found->size();
  m.waiting.erase(found);
}

UPLOADPROTO_DECL void socketio_client::fail_acks(membership& m, bool unsent_too, error_code reason,
                                                 actions& out) {
  for (auto entry = m.acks.begin(); entry != m.acks.end();) {
    if (!entry->second.sent && !unsent_too) {
      ++entry;
      continue;
    }
    socketio_client_action failed{socketio_client_action::kind::ack_failed, {}, {}, reason};
    failed.ticket = entry->second.ticket;
    out.push_back(std::move(failed));
    entry = m.acks.erase(entry);
  }
}

// ---- time ----

UPLOADPROTO_DECL void socketio_client::expire(time_point now, actions& out) {
  for (auto& [nsp, m] : memberships_) {
    if (m.where == state::resting && now >= m.deadline) {
      if (engine_open_) {
        request_auth(nsp, m, now, out);
      } else {
        m.where = state::waiting;
      }
    } else if ((m.where == state::authenticating || m.where == state::connecting) && now >= m.deadline) {
      out.push_back({socketio_client_action::kind::fail, nsp, {}, client_error::connect_timeout});
      m.deadline = now + options_.connect_timeout;
    }
    for (auto entry = m.acks.begin(); entry != m.acks.end();) {
      if (!entry->second.deadline || now < *entry->second.deadline) {
        ++entry;
        continue;
      }
      auto const ticket = entry->second.ticket;
      entry = m.acks.erase(entry);
      remove_waiting(m, ticket);
      socketio_client_action late{
          socketio_client_action::kind::ack_failed, {}, {}, client_error::ack_timeout};
      late.ticket = ticket;
      out.push_back(std::move(late));
    }
  }
}

UPLOADPROTO_DECL std::optional<socketio_client::time_point> socketio_client::deadline() const {
  std::optional<time_point> earliest;
  auto const consider = [&](time_point when) {
    if (!earliest || when < *earliest) earliest = when;
  };
  for (auto const& [nsp, m] : memberships_) {
    if (m.where == state::resting || m.where == state::authenticating || m.where == state::connecting) {
      consider(m.deadline);
    }
    for (auto const& [id, ack] : m.acks) {
      if (ack.deadline) consider(*ack.deadline);
    }
  }
  return earliest;
}

// ---- questions ----

UPLOADPROTO_DECL bool socketio_client::wanted(std::string const& nsp) const {
  auto const found = memberships_.find(nsp);
  return found != memberships_.end() && found->second.where != state::unwanted;
}

UPLOADPROTO_DECL bool socketio_client::connected(std::string const& nsp) const {
  auto const found = memberships_.find(nsp);
  return found != memberships_.end() && found->second.where == state::connected;
}

UPLOADPROTO_DECL bool socketio_client::joined_before(std::string const& nsp) const {
  auto const found = memberships_.find(nsp);
  return found != memberships_.end() && found->second.joined_before;
}

UPLOADPROTO_DECL bool socketio_client::any_wanted() const {
  return std::any_of(memberships_.begin(), memberships_.end(),
                     [](auto const& entry) { return entry.second.where != state::unwanted; });
}

}  // namespace uploadproto::session

#endif
