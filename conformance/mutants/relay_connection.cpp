// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "mutants/relay_connection.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <utility>

namespace uploadproto::conformance {
namespace {

constexpr char separator = '\x1e';

void append_packet(std::string& body, std::string const& packet) {
  if (!body.empty()) body += separator;
  body += packet;
}

raw_frame frame_of(relay_message const& m) {
  return {static_cast<unsigned char>(0x80u | static_cast<unsigned>(m.op())), m.text()};
}

/** Puts a message together from its fragments. @return whether `frame` is whole now */
bool join(raw_frame& frame, raw_frame& partial) {
  constexpr unsigned char fin = 0x80;
  if (frame.opcode() != 0) partial = {frame.head, {}};
  partial.payload += frame.payload;
  if ((frame.head & fin) == 0) return false;
  frame = {static_cast<unsigned char>(partial.head | fin), std::move(partial.payload)};
  partial = {};
  return true;
}

template <class Use>
void each_packet(std::string_view body, Use const& use) {
  while (!body.empty()) {
    std::size_t const end = body.find(separator);
    use(relay_message(relay_message::opcode::text, std::string(body.substr(0, end)), true));
    body = end == body.npos ? std::string_view() : body.substr(end + 1);
  }
}

}  // namespace

void relay_connection::to_client(relay_message const& m) {
  if (over_websocket())
    client_->send(frame_of(m).bytes(false));
  else if (polled_)
    append_packet(for_client_, m.text());
}

void relay_connection::to_server(relay_message const& m) {
  if (over_websocket()) {
    if (server_) server_->send(frame_of(m).bytes(true));
  } else if (polled_) {
    append_packet(for_server_, m.text());
  }
}

void relay_connection::end() {
  if (client_) client_->end();
  if (server_) server_->end();
  if (std::exchange(open_, false) && hooks_.gone) hooks_.gone(*this);
}

void relay_connection::learn(relay_message& m) {
  boost::json::object const* said = m.object();
  if (!said) return;
  if (m.is(relay_message::packet_type::connect))
    if (auto const* token = said->if_contains("token"); token && token->is_string())
      user = user_of(token->get_string());
  if (!m.name().empty())
    for (std::string_view member : {"job_id", "jobId"})
      if (auto const* id = said->if_contains(member); id && id->is_string())
        asked.emplace_back(id->get_string());
}

void relay_connection::heard_from_client(relay_message m) {
  learn(m);
  hooks_.from_client ? hooks_.from_client(*this, std::move(m)) : to_server(m);
}

void relay_connection::heard_from_server(relay_message m) {
  if (m.is(relay_message::packet_type::connect)) admitted = true;
  hooks_.from_server ? hooks_.from_server(*this, std::move(m)) : to_client(m);
}

std::string relay_connection::relayed_answer(std::string_view body) {
  polled_ = true;
  each_packet(body, [this](relay_message m) { heard_from_server(std::move(m)); });
  return std::exchange(for_client_, {});
}

std::string relay_connection::relayed_request(std::string_view body) {
  polled_ = true;
  each_packet(body, [this](relay_message m) { heard_from_client(std::move(m)); });
  return std::exchange(for_server_, {});
}

net::awaitable<void> relay_connection::run(std::shared_ptr<frame_socket> client,
                                           std::shared_ptr<frame_socket> server) {
  client_ = std::move(client);
  server_ = std::move(server);
  admitted = admitted || !socketio;
  alone = !server_;
  auto const executor = co_await net::this_coro::executor;
  if (server_) net::co_spawn(executor, pass_on(server_, false), net::detached);
  co_await pass_on(client_, true);
}

net::awaitable<void> relay_connection::pass_on(std::shared_ptr<frame_socket> from, bool from_client) {
  auto const self = shared_from_this();
  std::shared_ptr<frame_socket> const to = from_client ? server_ : client_;
  raw_frame partial;
  try {
    for (;;) {
      raw_frame frame = co_await from->read();
      if (!frame.whole() && !join(frame, partial)) continue;
      bool const upgrading = polled_ && !moved_;
      if (from_client && upgrading && frame.payload == "5") moved_ = true;
      if (upgrading) {  // its probes
        if (to) to->send(frame.bytes(from_client));
        continue;
      }
      relay_message m(static_cast<relay_message::opcode>(frame.opcode()), std::move(frame.payload), socketio);
      from_client ? heard_from_client(std::move(m)) : heard_from_server(std::move(m));
    }
  } catch (boost::system::system_error const&) {
    // This end has closed: so does the other one, behind what was sent.
  }
  end();
}

}  // namespace uploadproto::conformance
