// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_IMPL_PACKET_TEXT_HPP
#define UPLOADPROTO_SOCKETIO_IMPL_PACKET_TEXT_HPP

#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/socketio.hpp>

#include <boost/json/array.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::socketio::detail {

/** Arguments as they stand between the brackets, without a comma before the first. */
inline std::string args_text(boost::json::array const& args) {
  std::string text;
  for (auto const& arg : args) {
    if (!text.empty()) text.push_back(',');
    wire::append_json(text, arg);
  }
  return text;
}

/** An event. @param offset of recovery, its last argument; empty: none */
inline std::string event_text(std::string_view nsp, std::optional<std::uint64_t> id, std::string_view name,
                              std::string_view args, std::size_t attachments, std::string_view offset = {}) {
  std::string text;
  text.reserve(args.size() + name.size() + nsp.size() + offset.size() + 16);
  wire::socketio::append_event_head(text, nsp, id, attachments);
  text.push_back('[');
  wire::append_json_string(text, name);
  if (!args.empty()) text.append(1, ',').append(args);
  if (!offset.empty()) {
    text.push_back(',');
    wire::append_json_string(text, offset);
  }
  text.push_back(']');
  return text;
}

inline std::string packet_text(wire::socketio::packet const& packet) {
  std::string text;
  wire::socketio::append(text, packet);
  return text;
}

}  // namespace uploadproto::socketio::detail

#endif
