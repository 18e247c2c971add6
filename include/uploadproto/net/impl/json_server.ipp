// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_JSON_SERVER_IPP
#define UPLOADPROTO_NET_IMPL_JSON_SERVER_IPP

#include <uploadproto/net/json_server.hpp>

#include <utility>

namespace uploadproto::net {

UPLOADPROTO_DECL json_link::json_link(json_server& server, std::string job_id, std::string user)
    : server_(server),
      job_id_(std::move(job_id)),
      user_(std::move(user)),
      session_(server.protocol_, server.settings_.linger, std::chrono::steady_clock::now()) {}

template <class Step>
void json_link::step(Step&& run) {
  session::json_connection::output out;
  run(std::chrono::steady_clock::now(), out);
  if (!link_) return;
  if (!out.frames.empty()) link_->write(out.frames, out.replaceable ? 1 : 0);
  if (out.close) link_->close(*out.close);
  server_.deadlines_.set(*this, session_.deadline());
  server_.arm_timer();
}

UPLOADPROTO_DECL void json_link::send(std::string_view json, session::json_message what) {
  step([&](auto now, auto& out) {
    ++server_.counters_.messages_sent;
    // The one that this took the place of was counted, and is not sent.
    if (session_.send(json, what, now, out)) return;
    --server_.counters_.messages_sent;
    ++server_.counters_.messages_merged;
  });
}

UPLOADPROTO_DECL void json_link::close(wire::websocket::close_code code) {
  if (link_) link_->close(code);
}

UPLOADPROTO_DECL void json_link::abort() {
  if (auto const link = link_) link->abort();
}

UPLOADPROTO_DECL void json_link::link_text(websocket_link&, std::string_view text) {
  step([&](auto now, auto& out) { session_.receive_text(text, now, out); });
}

UPLOADPROTO_DECL void json_link::link_binary(websocket_link&, std::string_view) {
  step([&](auto now, auto& out) { session_.receive_binary(now, out); });
}

UPLOADPROTO_DECL void json_link::link_control(websocket_link&) {
  step([&](auto now, auto& out) { session_.receive_control(now, out); });
}

UPLOADPROTO_DECL void json_link::link_closed(websocket_link&, bool) {
  json_link_ptr const self(this);
  link_.reset();
  server_.forget(*this);
}

UPLOADPROTO_DECL json_server::json_server(boost::asio::io_context& context,
                                          contract::protocol_info const& protocol,
                                          json_server_handler& handler, json_server_settings settings)
    : link_loop(context),
      protocol_(protocol),
      handler_(handler),
      settings_(std::move(settings)),
      path_(protocol.path) {
  if (protocol.limits.max_inbound_bytes) frame_limits_.max_message = *protocol.limits.max_inbound_bytes;
  max_backlog_ = settings_.max_backlog;
}

UPLOADPROTO_DECL json_server::~json_server() {
  for (auto const& [raw, link] : links_) {
    rooms_.leave_all(*link);
    deadlines_.remove(*link);
    if (!link->link_) continue;
    link->link_->forget_listener();
    link->link_->abort();
  }
}

UPLOADPROTO_DECL json_link_ptr json_server::add(std::string job_id, std::string user) {
  json_link_ptr made(new json_link(*this, std::move(job_id), std::move(user)));
  links_.emplace(made.get(), made);
  rooms_.join(*made, made->job_id());
  ++counters_.opened;
  return made;
}

UPLOADPROTO_DECL void json_server::forget(json_link& link) {
  rooms_.leave_all(link);
  deadlines_.remove(link);
  handler_.closed(link.job_id(), link.user());
  links_.erase(&link);
}

UPLOADPROTO_DECL void json_server::deadlines_passed(time_point now) {
  while (auto* const due = deadlines_.take_due(now)) {
    json_link_ptr const link(due);
    link->step([&](auto, auto& out) { link->session_.expire(now, out); });
  }
}

UPLOADPROTO_DECL void json_server::for_each_of(std::string_view job_id,
                                               std::function<void(json_link&)> const& visit) {
  auto const members = rooms_.members(job_id);
  std::vector<json_link_ptr> const all(members.begin(), members.end());
  for (auto const& link : all) visit(*link);
}

UPLOADPROTO_DECL result<boost::asio::ip::tcp::endpoint> json_server::listen(
    boost::asio::ip::tcp::endpoint endpoint, boost::asio::ssl::context* tls, bool reuse_port) {
  auto made =
      http_listener::open_for(*this, alive(), {endpoint, tls, reuse_port, settings_.http_timeout, {}, {}});
  if (!made) return made.error();
  listeners_.push_back(*made);
  return (*made)->endpoint();
}

UPLOADPROTO_DECL void json_server::close() {
  for (auto const& each : listeners_) each->close();
  listeners_.clear();
  closing_ = true;
  for (auto const& [raw, link] : links_) link->close(wire::websocket::close_code::going_away);
}

}  // namespace uploadproto::net

#endif
