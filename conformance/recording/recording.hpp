// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_RECORDING_RECORDING_HPP
#define UPLOADPROTO_CONFORMANCE_RECORDING_RECORDING_HPP

#include <boost/json/value.hpp>
#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::conformance {

/** A file that is no recording: where, and what was expected. */
class bad_recording : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/** A message as it was on a connection: a WebSocket message, or a packet of Engine.IO polling. */
struct recorded_message {
  std::chrono::duration<double, std::milli> time{};  ///< since the Unix epoch, or any other moment
  bool from_server = true;
  bool binary = false;
  std::string connection{};  ///< messages with the same one were on one connection, in this order
  std::string url{};         ///< that was connected to; empty: not known
  std::string protocol{};    ///< of the contract; empty: not known
  std::string text{};        ///< bytes, where it is binary
};

/** In the order of time. */
using recording = std::vector<recorded_message>;

/** Reads a HAR (HTTP Archive 1.2) with Chrome's `_webSocketMessages`, and the Engine.IO polling in it; or
   JSON lines, one message each:
    @code
    {"time":"2025-11-25T10:30:45.123Z","direction":"in","connection":"a","url":"ws://…","text":"{…}"}
    @endcode
    `time` is ISO 8601 or a number of milliseconds; `direction` `in` (from the server) or `out`; `connection`
   a string or a number; `url` and `protocol` may be left out; `binary` true says that `text` is base64. Other
    members are ignored.
    @throws bad_recording */
recording read_recording(std::string_view file);

recording read_har(boost::json::value const& document);
recording read_json_lines(std::string_view text);

}  // namespace uploadproto::conformance

#endif
