// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "trial/watcher.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "judge/event_judge.hpp"

namespace uploadproto::conformance {
namespace {

std::size_t answers_in(websocket_probe const& socket, std::string_view answer) {
  return static_cast<std::size_t>(
      std::ranges::count(socket.received(), answer, [](auto const& m) { return std::string_view(m.text); }));
}

}  // namespace

watcher::watcher(world& w, protocol_face const& face, std::string who, socketio_options o)
    : face_(face), socketio_(std::in_place, w, std::move(who), std::move(o)) {}

watcher::watcher(world& w, protocol_face const& face, std::string who, std::string url, http_fields headers)
    : face_(face), websocket_(std::in_place, w, std::move(who), std::move(url), std::move(headers)) {}

bool watcher::ready() const noexcept {
  return socketio_ ? socketio_->connected() && !over() : websocket_->now() == websocket_probe::state::open;
}

bool watcher::over() const noexcept {
  if (socketio_) return socketio_->refused() || socketio_->ended() || socketio_->disconnected();
  return websocket_->now() == websocket_probe::state::refused ||
         websocket_->now() == websocket_probe::state::closed;
}

std::string watcher::summary() const {
  return socketio_ ? socketio_->summary() : websocket_->summary();
}

std::vector<observed_event> watcher::heard() const {
  std::vector<observed_event> out;
  if (socketio_) {
    for (socketio_probe::event const& e : socketio_->events())
      if (e.nsp == face_.info->nsp)
        out.push_back({e.when, e.name, e.arguments.empty() ? boost::json::value() : e.arguments.front()});
    return out;
  }
  for (websocket_probe::message const& m : websocket_->received()) {
    boost::system::error_code bad;
    auto value = boost::json::parse(m.text, bad);
    auto const* object = bad ? nullptr : value.if_object();
    if (object && !object->contains(face_.info->keepalive.member))
      out.push_back({m.when, "", std::move(value)});
  }
  return out;
}

std::vector<observed_event> watcher::heard_of(std::string_view job) const {
  std::vector<observed_event> all = heard();
  std::erase_if(all, [&](observed_event const& e) {
    return job_of(face_, e) != job || kind_of(face_, e) == contract::event_kind::notice;
  });
  return all;
}

bool watcher::heard_end_of(std::string_view job) const {
  return std::ranges::any_of(heard(), [&](observed_event const& e) {
    return contract::is_terminal(kind_of(face_, e)) && job_of(face_, e) == job;
  });
}

std::vector<std::string> watcher::unreadable() const {
  if (socketio_) return socketio_->unreadable();
  std::vector<std::string> out;
  for (websocket_probe::message const& m : websocket_->received()) {
    boost::system::error_code bad;
    auto const value = boost::json::parse(m.text, bad);
    if (m.binary || ((bad || !value.is_object()) && m.text != face_.info->keepalive.answer))
      out.push_back(m.text.substr(0, 200) + ": no JSON object in a text frame");
  }
  return out;
}

void watcher::subscribe(std::string_view job) {
  request(contract::client_action::subscribe, job);
}
void watcher::unsubscribe(std::string_view job) {
  request(contract::client_action::unsubscribe, job);
}

void watcher::request(contract::client_action action, std::string_view job) {
  event_face const* event = face_.client_event(action);
  if (!event || !socketio_) return;
  boost::json::object payload{{event->record->find(contract::role::job_id)->name, job}};
  socketio_->emit(event->name, {std::move(payload)});
}

void watcher::begin_fence() {
  if (socketio_) {
    fence_ = socketio_->begin_fence();
    return;
  }
  answers_before_ = answers_in(*websocket_, face_.info->keepalive.answer);
  websocket_->send(std::string(face_.info->keepalive.ask));
}

bool watcher::fence_passed() const noexcept {
  if (over()) return true;
  return socketio_ ? socketio_->passed(fence_)
                   : answers_in(*websocket_, face_.info->keepalive.answer) > answers_before_;
}

void watcher::close() {
  socketio_ ? socketio_->close() : websocket_->close();
}
void watcher::cut() {
  socketio_ ? socketio_->cut() : websocket_->cut();
}

}  // namespace uploadproto::conformance
