// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_SESSION_CLIENT_READING_HPP
#define UPLOADPROTO_TESTS_SESSION_CLIENT_READING_HPP

/** @file
    What client sessions answer, as lines that a test can be read by. */
#include <sstream>
#include <string>
#include <uploadproto/session/client_session.hpp>
#include <uploadproto/wire/json.hpp>
#include <vector>

namespace uploadproto::session {

using lines = std::vector<std::string>;

inline std::string reading(error_code error) {
  return error.category() == client_category() ? error.message() : error.what();
}

inline std::string reading(engineio_client_action const& action) {
  using kind = engineio_client_action::kind;
  switch (action.what) {
    case kind::poll:
      return "GET";
    case kind::post:
      return "POST " + action.data;
    case kind::stop_polling:
      return "stop polling";
    case kind::open_websocket:
      return "open websocket";
    case kind::write_text:
      return "text " + action.data;
    case kind::write_binary:
      return "binary " + action.data;
    case kind::close_websocket:
      return "close websocket";
    case kind::drop_websocket:
      return "drop websocket";
    case kind::opened:
      return "opened";
    case kind::upgraded:
      return "upgraded";
    case kind::upgrade_failed:
      return "upgrade failed";
    case kind::deliver_text:
      return "got " + action.data;
    case kind::deliver_binary:
      return "got bytes " + action.data;
    case kind::closed:
      return "closed: " + reading(action.error);
  }
  return "?";
}

inline std::string reading(socketio_client_action const& action) {
  using kind = socketio_client_action::kind;
  std::ostringstream out;
  std::string json;
  if (!action.value.is_null()) wire::append_json(json, action.value);
  switch (action.what) {
    case kind::send_text:
      out << "send " << action.text;
      break;
    case kind::send_binary:
      out << "send bytes " << action.text;
      break;
    case kind::fail:
      out << "fail: " << reading(action.error);
      break;
    case kind::get_auth:
      out << "auth? " << action.nsp;
      break;
    case kind::connected:
      out << "connected " << action.nsp << ' ' << action.text;
      break;
    case kind::refused:
      out << "refused " << action.nsp << ' ' << action.text << json;
      break;
    case kind::disconnected:
      out << "disconnected " << action.nsp << ": " << reading(action.error);
      break;
    case kind::event:
      out << "event " << action.nsp << ' ' << json;
      if (action.id) out << " ack " << *action.id;
      for (auto const& attachment : action.attachments) out << " +" << attachment;
      break;
    case kind::acked:
      out << "acked " << action.ticket << ' ' << json;
      break;
    case kind::ack_failed:
      out << "no ack " << action.ticket << ": " << reading(action.error);
      break;
    case kind::upgraded:
      out << "upgraded";
      break;
    case kind::attempt_failed:
      out << "attempt failed: " << reading(action.error);
      break;
    case kind::reconnecting:
      out << "attempt " << action.number << " in " << action.delay.count();
      break;
    case kind::stopped:
      out << "stopped: " << reading(action.error);
      break;
  }
  if (action.flag && action.what == kind::connected) out << " recovered";
  if (action.flag && action.what == kind::refused) out << " (again later)";
  return out.str();
}

/** The lines of a list, which is emptied. */
template <class Action>
lines take(std::vector<Action>& list) {
  lines out;
  for (auto const& action : list) out.push_back(reading(action));
  list.clear();
  return out;
}

}  // namespace uploadproto::session

#endif
