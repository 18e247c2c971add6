// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "probe/socketio_probe.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <set>
#include <uploadproto/wire/socketio.hpp>

#include "probe/engineio_link.hpp"

namespace uploadproto::conformance {
namespace {

namespace sio = wire::socketio;
constexpr std::string_view fence_name = "/uploadproto-conformance-fence-";
constexpr sio::decoder::limits generous{.max_attachments = 1000, .max_pending_bytes = 64 << 20};

std::string packet_text(sio::packet const& packet) {
  std::string out = "4";
  sio::append(out, packet);
  return out;
}

}  // namespace

class socketio_probe::impl {
 public:
  impl(world& w, std::string who, socketio_options o) : options(std::move(o)) {
    engineio_link::listener told{
        .packet = [this](std::string_view p) { take(p); },
        .bytes = [this](std::string_view b) { assemble(decoder.binary(b), "bytes"); },
        .ended =
            [this](std::string const& why) {
              over = true;
              ending = why;
            }};
    link = options.transport == transport::websocket
               ? open_websocket_link(w, std::move(who), options, std::move(told))
               : open_polling_link(w, std::move(who), options, std::move(told),
                                   options.transport == transport::upgrade);
  }

  void send(sio::packet const& packet) { link->send(packet_text(packet)); }

  void take(std::string_view packet) {
    if (packet.empty()) return bad(packet, "an empty packet");
    switch (packet.front()) {
      case '0':
        return opened(packet.substr(1));
      case '2':
        ++beats;
        if (options.answer_pings) link->send('3' + std::string(packet.substr(1)));
        return;
      case '4':
        return assemble(decoder.text(packet.substr(1)), packet);
      case '1':
      case '3':
      case '6':
        return;
      default:
        bad(packet, "no packet type of Engine.IO 4 that a server sends");
    }
  }

  void opened(std::string_view text) {
    boost::system::error_code error;
    open = boost::json::parse(text, error);
    if (error) return bad(text, "the handshake is no JSON");
    if (options.join)
      send({.type = sio::packet_type::connect,
            .nsp = options.nsp,
            .id = std::nullopt,
            .data = options.auth.value_or(nullptr),
            .attachments = {}});
  }

  template <class Decoded>
  void assemble(Decoded decoded, std::string_view text) {
    if (!decoded) return bad(text, decoded.error().message());
    if (*decoded) receive(std::move(**decoded));
  }

  void receive(sio::packet packet) {
    bool const ours = packet.nsp == options.nsp;
    switch (packet.type) {
      case sio::packet_type::connect:
        if (ours) joined = std::move(packet.data);
        return;
      case sio::packet_type::connect_error:
        if (packet.nsp.starts_with(fence_name))
          fences.insert(std::stoull(packet.nsp.substr(fence_name.size())));
        else if (ours)
          refusal = std::move(packet.data);
        return;
      case sio::packet_type::disconnect:
        left = left || ours;
        return;
      case sio::packet_type::event:
      case sio::packet_type::binary_event:
        return heard(std::move(packet));
      case sio::packet_type::ack:
      case sio::packet_type::binary_ack:
        if (packet.id) answers[*packet.id] = packet.data.as_array();
        return;
    }
  }

  void heard(sio::packet packet) {
    boost::json::array arguments = std::move(packet.data.as_array());
    boost::json::value const name = arguments.front();
    arguments.erase(arguments.begin());
    events.push_back({clock::now(), packet.nsp,
                      name.is_string() ? std::string(name.as_string()) : serialize(name),
                      std::move(arguments), packet.id});
  }

  void bad(std::string_view text, std::string_view why) {
    unreadable.push_back(std::string(text.substr(0, 200)) + ": " + std::string(why));
  }

  socketio_options options;
  sio::decoder decoder{generous};
  boost::json::value open;
  std::optional<boost::json::value> joined, refusal;
  std::vector<event> events;
  std::map<std::uint64_t, boost::json::array> answers;
  std::vector<std::string> unreadable;
  std::set<std::uint64_t> fences;
  std::string ending;
  std::size_t beats = 0;
  std::uint64_t next_id = 0, next_fence = 0;
  bool left = false, over = false;
  std::unique_ptr<engineio_link> link;  // last: its callbacks end before what they touch
};

socketio_probe::socketio_probe(world& w, std::string who, socketio_options o)
    : impl_(std::make_shared<impl>(w, std::move(who), std::move(o))) {}
socketio_probe::~socketio_probe() = default;
socketio_probe::socketio_probe(socketio_probe&&) noexcept = default;
socketio_probe& socketio_probe::operator=(socketio_probe&&) noexcept = default;

boost::json::value const& socketio_probe::handshake() const noexcept {
  return impl_->open;
}
std::optional<boost::json::value> const& socketio_probe::connected() const noexcept {
  return impl_->joined;
}
std::optional<boost::json::value> const& socketio_probe::refused() const noexcept {
  return impl_->refusal;
}
bool socketio_probe::disconnected() const noexcept {
  return impl_->left;
}
bool socketio_probe::ended() const noexcept {
  return impl_->over;
}
bool socketio_probe::upgraded() const noexcept {
  return impl_->link->upgraded();
}
std::vector<socketio_probe::event> const& socketio_probe::events() const noexcept {
  return impl_->events;
}
std::map<std::uint64_t, boost::json::array> const& socketio_probe::acks() const noexcept {
  return impl_->answers;
}
std::vector<std::string> const& socketio_probe::unreadable() const noexcept {
  return impl_->unreadable;
}
std::size_t socketio_probe::heartbeats() const noexcept {
  return impl_->beats;
}

void socketio_probe::emit(std::string_view name, boost::json::array arguments) {
  arguments.insert(arguments.begin(), boost::json::value(boost::json::string(name)));
  impl_->send({.type = sio::packet_type::event,
               .nsp = impl_->options.nsp,
               .id = std::nullopt,
               .data = std::move(arguments),
               .attachments = {}});
}

std::uint64_t socketio_probe::emit_for_ack(std::string_view name, boost::json::array arguments) {
  arguments.insert(arguments.begin(), boost::json::value(boost::json::string(name)));
  std::uint64_t const id = impl_->next_id++;
  impl_->send({.type = sio::packet_type::event,
               .nsp = impl_->options.nsp,
               .id = id,
               .data = std::move(arguments),
               .attachments = {}});
  return id;
}

void socketio_probe::send_packet(std::string text) {
  impl_->link->send(std::move(text));
}

std::uint64_t socketio_probe::begin_fence() {
  std::uint64_t const number = impl_->next_fence++;
  impl_->send({.type = sio::packet_type::connect,
               .nsp = std::string(fence_name) + std::to_string(number),
               .id = std::nullopt,
               .data = nullptr,
               .attachments = {}});
  return number;
}

bool socketio_probe::passed(std::uint64_t fence) const noexcept {
  return impl_->fences.contains(fence);
}

void socketio_probe::leave() {
  impl_->send({.type = sio::packet_type::disconnect,
               .nsp = impl_->options.nsp,
               .id = std::nullopt,
               .data = nullptr,
               .attachments = {}});
}
void socketio_probe::close() {
  impl_->link->send("1");
}
void socketio_probe::cut() {
  impl_->link->cut();
}
void socketio_probe::pause() {
  impl_->link->pause();
}
void socketio_probe::resume() {
  impl_->link->resume();
}

std::string socketio_probe::summary() const {
  if (impl_->over) return "the connection ended: " + impl_->ending;
  if (impl_->left) return "the server has disconnected the namespace";
  if (impl_->refusal) return "refused with " + serialize(*impl_->refusal);
  if (impl_->joined) return "connected";
  return "not answered yet";
}

}  // namespace uploadproto::conformance
