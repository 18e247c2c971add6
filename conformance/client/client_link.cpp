// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "client/client_link.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "client/job_script.hpp"

namespace uploadproto::conformance {
namespace {

namespace sio = wire::socketio;
constexpr sio::decoder::limits generous{.max_attachments = 10, .max_pending_bytes = 16 << 20};

}  // namespace

client_link::client_link(world& w, std::string who, protocol_face const& face, manners const& m,
                         std::string ticket)
    : world_(w),
      who_(std::move(who)),
      face_(face),
      manners_(m),
      ticket_(std::move(ticket)),
      decoder_(generous) {}

carrier::listener client_link::listener() {
  return {.text =
              [this](std::string_view text) {
                world_.wire().add(who_, trace::direction::received, text);
                take(text);
              },
          .bytes =
              [this](std::string_view bytes) {
                world_.wire().add(who_, trace::direction::received, std::to_string(bytes.size()) + " bytes");
                auto const made = decoder_.binary(bytes);
                if (!made) unreadable_.push_back("bytes: " + made.error().message());
              },
          .ended =
              [this](std::string const& why) {
                ended_ = true;
                ended_at_ = clock::now();
                world_.wire().add(who_, trace::direction::note, "ended: " + why);
              },
          .control =
              [this](bool ping) {
                world_.wire().add(who_, trace::direction::received, ping ? "ping frame" : "pong frame");
                if (ping)
                  asked_.push_back(clock::now());
                else
                  ++pongs_;
              }};
}

void client_link::begin(std::shared_ptr<carrier> by) {
  carrier_ = std::move(by);
  world_.wire().add(who_, trace::direction::note, "comes in by " + std::string(carrier_->name()));
  if (framed()) {
    boost::json::array upgrades;
    if (carrier_->name() == "polling" && manners_.websocket) upgrades.emplace_back("websocket");
    return send('0' + serialize(boost::json::object{{"sid", who_},
                                                    {"upgrades", std::move(upgrades)},
                                                    {"pingInterval", manners_.ping_interval.count()},
                                                    {"pingTimeout", manners_.ping_timeout.count()},
                                                    {"maxPayload", 1000000}}));
  }
  refused_ = manners_.door != 0;
  if (refused_) return close(manners_.door);
  greet();
}

void client_link::greet() {
  admitted_ = true;
  if (auto const hello = greeting_of(face_)) tell(*hello);
}

void client_link::take(std::string_view text) {
  framed() ? take_engine(text) : take_plain(text);
}

void client_link::take_engine(std::string_view packet) {
  if (packet.starts_with('4')) {
    auto decoded = decoder_.text(packet.substr(1));
    if (!decoded)
      unreadable_.push_back(std::string(packet.substr(0, 200)) + ": " + decoded.error().message());
    else if (*decoded)
      take_packet(std::move(**decoded));
  } else if (packet.starts_with('3')) {
    ++pongs_;
  } else if (packet == "1") {
    close();
  } else {
    unreadable_.push_back(std::string(packet.substr(0, 200)) + ": no packet that a client sends");
  }
}

void client_link::take_packet(sio::packet packet) {
  switch (packet.type) {
    case sio::packet_type::connect:
      return take_connect(packet);
    case sio::packet_type::event:
      return take_event(std::move(packet));
    case sio::packet_type::disconnect:
      return close();
    default:
      return;
  }
}

void client_link::take_connect(sio::packet const& packet) {
  bool const ours = packet.nsp == face_.info->nsp;
  if (!ours && packet.nsp != "/")
    return send_packet(sio::packet_type::connect_error, packet.nsp,
                       boost::json::object{{"message", "Invalid namespace"}});
  if (ours) auth_ = packet.data;
  if (ours && manners_.refusal) {
    refused_ = true;
    return send_packet(sio::packet_type::connect_error, packet.nsp,
                       boost::json::object{{"message", *manners_.refusal}});
  }
  send_packet(sio::packet_type::connect, packet.nsp, boost::json::object{{"sid", who_ + "-socket"}});
  if (ours) greet();
}

void client_link::take_event(sio::packet packet) {
  boost::json::array arguments = std::move(packet.data.as_array());
  std::string const name = arguments.front().is_string() ? std::string(arguments.front().as_string())
                                                         : serialize(arguments.front());
  arguments.erase(arguments.begin());
  event_face const* const ping = face_.client_event(contract::client_action::ping);
  if (ping && ping->name == name) emit("pong", {});
  if (packet.id)
    send_packet(sio::packet_type::ack, packet.nsp, boost::json::array{boost::json::object{{"ok", true}}},
                packet.id);
  messages_.push_back({clock::now(), name, std::move(arguments), {}});
}

void client_link::take_plain(std::string_view text) {
  messages_.push_back({clock::now(), {}, {}, std::string(text)});
  contract::keepalive_rules const& rules = face_.info->keepalive;
  if (text == rules.ask) {
    asked_.push_back(clock::now());
    return send(std::string(rules.answer));
  }
  boost::system::error_code error;
  boost::json::value const value = boost::json::parse(text, error);
  boost::json::object const* const object = error ? nullptr : value.if_object();
  boost::json::value const* const member = object ? object->if_contains(rules.member) : nullptr;
  if (!member || *member != boost::json::value(rules.ask)) return;
  asked_.push_back(clock::now());
  send(serialize(boost::json::object{{rules.member, rules.answer}}));
}

std::vector<boost::json::value> client_link::subscriptions(contract::client_action action) const {
  std::vector<boost::json::value> out;
  event_face const* const wanted = face_.client_event(action);
  for (message const& m : messages_)
    if (wanted && m.name == wanted->name)
      out.push_back(m.payload.empty() ? boost::json::value(nullptr) : m.payload.front());
  return out;
}

void client_link::send_packet(sio::packet_type type, std::string const& nsp, boost::json::value data,
                              std::optional<std::uint64_t> id) {
  std::string text = "4";
  sio::append(text, {.type = type, .nsp = nsp, .id = id, .data = std::move(data), .attachments = {}});
  send(std::move(text));
}

void client_link::tell(told_event const& event) {
  if (!framed()) return send(serialize(event.payload));
  emit(event.name, {event.payload});
}

void client_link::emit(std::string_view name, boost::json::array arguments) {
  arguments.insert(arguments.begin(), boost::json::value(boost::json::string(name)));
  send_packet(sio::packet_type::event, std::string(face_.info->nsp), std::move(arguments));
}

void client_link::send(std::string text) {
  world_.wire().add(who_, trace::direction::sent, text);
  carrier_->send(std::move(text));
}

void client_link::beat() {
  if (framed()) return send("2");
  world_.wire().add(who_, trace::direction::sent, "ping frame");
  carrier_->ping();
}

void client_link::cut() {
  carrier_->cut();
}

void client_link::close(std::uint16_t code) {
  world_.wire().add(who_, trace::direction::sent, "close " + std::to_string(code));
  carrier_->close(code);
}

}  // namespace uploadproto::conformance
