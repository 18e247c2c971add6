// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_EVENT_HPP
#define UPLOADPROTO_SOCKETIO_EVENT_HPP

#include <uploadproto/session/ack_table.hpp>

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadproto::socketio {

/** Why a socket left its namespace, in the reference's words: "transport close", "ping timeout",
    "client namespace disconnect", "server namespace disconnect", "server shutting down", … */
using disconnect_reason = std::string_view;

using session::ack_reply;

/** What an event carries. Bytes stand in `args` as `{"_placeholder":true,"num":i}` and in `attachments[i]`.
 */
struct event {
  std::string name;         ///< a numeric name as its decimal text
  boost::json::array args;  ///< without the name
  std::vector<std::string> attachments;

  /** Whether the sender asked for an acknowledgement. */
  bool wants_ack() const noexcept { return static_cast<bool>(reply_); }
  /** Acknowledges; the second call, and one after the socket is gone, has no effect. May be kept and called
      later, from the loop. */
  void ack(boost::json::array reply_args = {}, std::vector<std::string> reply_attachments = {}) const {
    if (reply_) (*reply_)(std::move(reply_args), std::move(reply_attachments));
  }

  using reply_function = std::function<void(boost::json::array, std::vector<std::string>)>;
  std::shared_ptr<reply_function> reply_;
};

/** A refusal: of a connection it becomes CONNECT_ERROR with `message`, and `data` if it is not null. */
struct connect_error {
  std::string message;
  boost::json::value data;
};

/** Ends a check: nothing lets pass. May be called later, once, from the loop. */
using connect_decision = std::function<void(std::optional<connect_error>)>;

}  // namespace uploadproto::socketio

#endif
