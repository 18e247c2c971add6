// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "serve_raw.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <uploadproto/contract/json_text.hpp>
#include <uploadproto/wire/json.hpp>
#include <utility>

namespace uploadproto::bench {

struct raw_server::subscriber final : net::link_listener, session::room_member<subscriber> {
  explicit subscriber(raw_server& owner) : server(owner) {}

  void link_text(net::websocket_link&, std::string_view text) override { server.received(*this, text); }
  void link_binary(net::websocket_link&, std::string_view) override {
    link->close(wire::websocket::close_code::unsupported);
  }
  void link_closed(net::websocket_link&, bool) override {
    server.rooms_.leave_all(*this);
    server.audience_id_ = 0;
    server.subscribers_.erase(this);
    delete this;
  }
  void send(std::string_view text) {
    std::string frame;
    wire::websocket::append_frame(frame, wire::websocket::opcode::text, text);
    link->write(frame);
  }

  raw_server& server;
  net::websocket_link_ptr link;
};

raw_server::raw_server(boost::asio::io_context& context, publish_handler publish)
    : link_loop(context), publish_(std::move(publish)) {}

raw_server::~raw_server() {
  for (auto* const each : subscribers_) {
    each->link->forget_listener();
    rooms_.leave_all(*each);
    delete each;
  }
}

result<boost::asio::ip::tcp::endpoint> raw_server::listen(boost::asio::ip::tcp::endpoint endpoint,
                                                          bool shared) {
  auto const serve_one = [this](auto& stream, auto& buffer, auto& head) {
    return serve(stream, buffer, head);
  };
  auto made = net::http_listener::open(
      context(), {endpoint, nullptr, shared, std::chrono::seconds(30), serve_one, serve_one});
  if (!made) return made.error();
  listener_ = *made;
  return listener_->endpoint();
}

template <class Stream>
boost::asio::awaitable<net::served> raw_server::serve(Stream& stream, boost::beast::flat_buffer& buffer,
                                                      net::header_parser& head) {
  auto const target = head.get().target();
  if (target != "/ws" && !target.starts_with("/ws?"))
    co_return co_await net::http_listener::refuse(stream, net::http::status::not_found);
  auto const accepted = net::wants_websocket(head.get()) ? net::accept_websocket(head.get()) : std::nullopt;
  if (!accepted) co_return co_await net::http_listener::refuse(stream, net::http::status::bad_request);
  std::string const early(static_cast<char const*>(buffer.data().data()), buffer.size());
  auto* const opened = new subscriber(*this);
  subscribers_.insert(opened);
  auto const link = net::take_link(*this, *opened, stream);
  opened->link = link;
  link->write_now(*accepted);
  link->start(early);
  co_return net::served::taken;
}

void raw_server::received(subscriber& from, std::string_view text) {
  auto const message = wire::parse_json(text);
  auto const* const object = message ? message->if_object() : nullptr;
  auto const* const type = object ? object->if_contains("type") : nullptr;
  if (!type || !type->is_string()) return;
  auto const* const room = object->if_contains("room");
  if (!room || !room->is_string()) return;
  std::string const name(room->get_string());
  if (type->get_string() == "subscribe") {
    rooms_.join(from, name);
    audience_id_ = 0;
    std::string reply = "{\"type\":\"subscribed\",\"room\":";
    wire::append_json_string(reply, name);
    from.send(reply += '}');
  } else if (type->get_string() == "publish") {
    publish_(*message);
  }
}

void raw_server::emit(std::string const& room, std::string_view event) {
  std::string frame;
  wire::websocket::append_frame(frame, wire::websocket::opcode::text, event);
  if (audience_id_ == 0 || audience_room_ != room || !fanning_out_to(audience_id_)) {
    audience_id_ = new_audience();
    audience_room_ = room;
    behind_.clear();
    begin_fan_out(audience_id_);
    for (auto* const each : rooms_.members(room))
      if (!link_loop::add_to_fan_out(*each->link)) behind_.push_back(each);
  }
  for (auto* const each : behind_) each->link->write(frame);
  fan_out_frames(frame);
}

}  // namespace uploadproto::bench
