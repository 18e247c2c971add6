// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <uploadproto/contract/timestamp.hpp>
#include <uploadproto/wire/base64.hpp>

#include "recording/recording.hpp"

namespace uploadproto::conformance {
namespace {

/** One line, with what is needed to say where a mistake is. */
class line_reader {
 public:
  line_reader(boost::json::object const& line, std::size_t number) : line_(line), number_(number) {}

  [[noreturn]] void fail(std::string_view member, std::string_view expected) const {
    boost::json::value const* found = line_.if_contains(member);
    throw bad_recording("line " + std::to_string(number_) + ": " + std::string(member) + ": expected " +
                        std::string(expected) + ", came " +
                        (found ? serialize(*found).substr(0, 100) : "nothing"));
  }

  std::string text(std::string_view member, bool required) const {
    boost::json::value const* found = line_.if_contains(member);
    if (!found && !required) return {};
    if (!found || !found->is_string()) fail(member, "a string");
    return std::string(found->as_string());
  }

  recorded_message read() const {
    recorded_message out;
    out.time = time();
    out.from_server = is_from_server();
    out.connection = connection();
    out.url = text("url", false);
    out.protocol = text("protocol", false);
    out.text = text("text", true);
    boost::json::value const* binary = line_.if_contains("binary");
    if (binary && !binary->is_bool()) fail("binary", "true or false");
    if (binary && binary->as_bool()) {
      out.binary = true;
      auto bytes = wire::decode_base64(out.text);
      if (!bytes) fail("text", "base64, since the message is binary");
      out.text = std::move(*bytes);
    }
    return out;
  }

 private:
  std::chrono::duration<double, std::milli> time() const {
    boost::json::value const* found = line_.if_contains("time");
    if (found && found->is_number())
      return std::chrono::duration<double, std::milli>(found->to_number<double>());
    auto const moment =
        found && found->is_string() ? contract::parse_timestamp(found->as_string()) : std::nullopt;
    if (!moment) fail("time", "an ISO 8601 text or a number of milliseconds");
    return moment->time_since_epoch();
  }

  bool is_from_server() const {
    std::string const direction = text("direction", true);
    if (direction != "in" && direction != "out") fail("direction", "\"in\" (from the server) or \"out\"");
    return direction == "in";
  }

  std::string connection() const {
    boost::json::value const* found = line_.if_contains("connection");
    if (!found) return {};
    if (found->is_string()) return std::string(found->as_string());
    if (!found->is_number()) fail("connection", "a string or a number");
    return serialize(*found);
  }

  boost::json::object const& line_;
  std::size_t number_;
};

}  // namespace

recording read_json_lines(std::string_view text) {
  recording out;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::size_t const end = text.find('\n');
    std::string_view const line = text.substr(0, end);
    text = end == text.npos ? std::string_view() : text.substr(end + 1);
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    boost::system::error_code bad;
    boost::json::value const value = boost::json::parse(line, bad);
    if (bad || !value.is_object())
      throw bad_recording("line " + std::to_string(number) + ": expected a JSON object, came " +
                          std::string(line.substr(0, 100)));
    out.push_back(line_reader(value.get_object(), number).read());
  }
  std::ranges::stable_sort(out, {}, &recorded_message::time);
  return out;
}

recording read_recording(std::string_view file) {
  boost::system::error_code bad;
  boost::json::value const whole = boost::json::parse(file, bad);
  if (!bad && whole.is_object() && whole.get_object().contains("log")) return read_har(whole);
  return read_json_lines(file);
}

}  // namespace uploadproto::conformance
