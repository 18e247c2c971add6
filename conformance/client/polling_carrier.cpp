// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "client/polling_carrier.hpp"

#include <uploadproto/wire/base64.hpp>
#include <utility>

#include "probe/sleep.hpp"

namespace uploadproto::conformance {
namespace {

constexpr char separator = '\x1e';

}  // namespace

polling_carrier::polling_carrier(boost::asio::any_io_executor executor, listener told)
    : told_(std::move(told)), wake_(std::move(executor)) {}

void polling_carrier::send(std::string packet) {
  if (upgrade_done_) return (*websocket_)->send(std::move(packet));
  waiting_.push_back(std::move(packet));
  wake_.cancel();
}

void polling_carrier::close(std::uint16_t code) {
  if (upgrade_done_) return (*websocket_)->close(code);
  send("1");
  end("closed");
}

void polling_carrier::cut() {
  silent_ = true;
  if (websocket_ && *websocket_) (*websocket_)->cut();
  end("cut");
}

void polling_carrier::end(std::string const& why) {
  if (std::exchange(over_, true)) return;
  wake_.cancel();
  told_.ended(why);
}

boost::asio::awaitable<std::optional<std::string>> polling_carrier::poll() {
  while (waiting_.empty() && !over_ && !upgrade_done_) co_await sleep_until_woken(wake_);
  std::optional<std::string> body;
  if (silent_) co_return body;
  body.emplace();
  for (; !waiting_.empty(); waiting_.pop_front()) {
    if (!body->empty()) *body += separator;
    *body += waiting_.front();
  }
  if (body->empty()) *body = "6";
  co_return body;
}

void polling_carrier::post(std::string_view body) {
  while (!body.empty() && !over_) {
    std::size_t const end_of_packet = body.find(separator);
    take(body.substr(0, end_of_packet));
    body = end_of_packet == body.npos ? std::string_view() : body.substr(end_of_packet + 1);
  }
}

void polling_carrier::take(std::string_view packet) {
  if (packet == "1") return end("the client has closed");
  if (!packet.starts_with('b')) return told_.text(packet);
  if (auto const bytes = wire::decode_base64(packet.substr(1))) told_.bytes(*bytes);
}

carrier::listener polling_carrier::upgraded_by(std::shared_ptr<std::shared_ptr<carrier>> websocket) {
  websocket_ = std::move(websocket);
  return {.text = [this](std::string_view packet) { probe(**websocket_, packet); },
          .bytes = told_.bytes,
          .ended =
              [this](std::string const& why) {
                if (upgrade_done_) end(why);
              },
          .control = told_.control};
}

/** The WebSocket proves itself, the GET that waits is let go, and the client moves over. */
void polling_carrier::probe(carrier& websocket, std::string_view packet) {
  if (upgrade_done_) return told_.text(packet);
  if (packet == "2probe") {
    websocket.send("3probe");
    if (waiting_.empty()) send("6");
  } else if (packet == "5") {
    upgrade_done_ = true;
    for (; !waiting_.empty(); waiting_.pop_front())
      if (waiting_.front() != "6") websocket.send(std::move(waiting_.front()));
    wake_.cancel();
  }
}

}  // namespace uploadproto::conformance
