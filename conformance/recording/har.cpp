// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// HTTP Archive 1.2, as browser tools save it: WebSocket messages are in Chrome's `_webSocketMessages`, those
// of Engine.IO polling in requests and responses.
#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/url/parse.hpp>
#include <uploadproto/contract/timestamp.hpp>
#include <uploadproto/wire/base64.hpp>
#include <uploadproto/wire/engineio.hpp>

#include "recording/recording.hpp"

namespace uploadproto::conformance {
namespace {

using boost::json::value;
using milliseconds = std::chrono::duration<double, std::milli>;

[[noreturn]] void fail(std::string const& where, std::string_view expected) {
  throw bad_recording("HAR: " + where + ": expected " + std::string(expected));
}

value const* at(value const& from, std::string_view pointer) {
  boost::system::error_code missing;
  return from.find_pointer(pointer, missing);
}

std::string text_at(value const& from, std::string_view pointer) {
  value const* found = at(from, pointer);
  return found && found->is_string() ? std::string(found->as_string()) : std::string();
}

/** A parameter of a URL's query; empty where there is none. */
std::string parameter(std::string const& url, std::string_view name) {
  auto const parsed = boost::urls::parse_uri(url);
  if (!parsed) return {};
  auto const query = parsed->params();
  auto const found = query.find(name);
  return found == query.end() ? std::string() : std::string((*found).value);
}

class har_reader {
 public:
  recording read(value const& document) {
    value const* entries = at(document, "/log/entries");
    if (!entries || !entries->is_array()) fail("/log/entries", "an array");
    for (value const& entry : entries->get_array()) {
      where_ = "/log/entries/" + std::to_string(number_++);
      read_entry(entry);
    }
    std::ranges::stable_sort(out_, {}, &recorded_message::time);
    return std::move(out_);
  }

 private:
  void read_entry(value const& entry) {
    std::string const url = text_at(entry, "/request/url");
    if (url.empty()) fail(where_ + "/request/url", "a string");
    if (value const* messages = at(entry, "/_webSocketMessages")) {
      if (!messages->is_array()) fail(where_ + "/_webSocketMessages", "an array");
      std::string const sid = parameter(url, "sid");
      std::string const connection = sid.empty() ? "entry " + std::to_string(number_) : sid;
      for (value const& m : messages->get_array()) read_message(m, url, connection);
      return;
    }
    if (parameter(url, "transport") == "polling" && !parameter(url, "EIO").empty()) read_polling(entry, url);
  }

  void read_message(value const& m, std::string const& url, std::string const& connection) {
    value const *time = at(m, "/time"), *opcode = at(m, "/opcode");
    std::string const type = text_at(m, "/type");
    if (!time || !time->is_number()) fail(where_ + "/_webSocketMessages", "a number of seconds as time");
    if (type != "send" && type != "receive") fail(where_ + "/_webSocketMessages", "send or receive as type");
    recorded_message out{.time = milliseconds(time->to_number<double>() * 1000),
                         .from_server = type == "receive",
                         .connection = connection,
                         .url = url,
                         .text = text_at(m, "/data")};
    if (opcode && opcode->is_number() && opcode->to_number<double>() == 2) {
      auto bytes = wire::decode_base64(out.text);
      out.binary = true;
      if (bytes) out.text = std::move(*bytes);
    } else if (opcode && opcode->is_number() && opcode->to_number<double>() != 1) {
      return;  // a control frame
    }
    out_.push_back(std::move(out));
  }

  void read_polling(value const& entry, std::string const& url) {
    auto const began = contract::parse_timestamp(text_at(entry, "/startedDateTime"));
    if (!began) fail(where_ + "/startedDateTime", "an ISO 8601 text");
    value const* took = at(entry, "/time");
    milliseconds const start = began->time_since_epoch();
    milliseconds const end = start + milliseconds(took && took->is_number() ? took->to_number<double>() : 0);
    std::string answer = text_at(entry, "/response/content/text");
    if (text_at(entry, "/response/content/encoding") == "base64")
      if (auto bytes = wire::decode_base64(answer)) answer = std::move(*bytes);
    std::string sid = parameter(url, "sid");
    if (sid.empty() && answer.starts_with('0')) {
      boost::system::error_code bad;
      value const handshake = boost::json::parse(answer.substr(1, answer.find('\x1e') - 1), bad);
      if (!bad) sid = text_at(handshake, "/sid");
    }
    if (text_at(entry, "/request/method") == "POST")
      add_packets(text_at(entry, "/request/postData/text"), start, false, sid, url);
    else
      add_packets(answer, end, true, sid, url);
  }

  void add_packets(std::string_view payload, milliseconds time, bool from_server,
                   std::string const& connection, std::string const& url) {
    while (!payload.empty()) {
      std::size_t const end = payload.find(wire::engineio::record_separator);
      out_.push_back({.time = time,
                      .from_server = from_server,
                      .connection = connection,
                      .url = url,
                      .text = std::string(payload.substr(0, end))});
      payload = end == payload.npos ? std::string_view() : payload.substr(end + 1);
    }
  }

  recording out_;
  std::string where_;
  std::size_t number_ = 0;
};

}  // namespace

recording read_har(value const& document) {
  return har_reader().read(document);
}

}  // namespace uploadproto::conformance
