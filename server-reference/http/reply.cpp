// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/reply.hpp"

#include <chrono>
#include <uploadproto/contract/timestamp.hpp>
#include <uploadproto/wire/json.hpp>

namespace uploadproto::reference::http {
namespace {

std::string now_as_text() {
  return contract::format_timestamp(std::chrono::system_clock::now());
}

boost::json::string_view as_json(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

reply json_reply(http::status code, boost::json::value const& document) {
  reply r;
  r.code = code;
  r.headers.set(field::content_type, "application/json; charset=utf-8");
  wire::append_json(r.body, document);
  return r;
}

reply success_reply(http::status code, std::string_view message, boost::json::value data) {
  return json_reply(code, {{"success", true},
                           {"message", as_json(message)},
                           {"data", std::move(data)},
                           {"timestamp", now_as_text()}});
}

reply error_reply(http::status status_code, std::string_view code, std::string_view message) {
  auto r = json_reply(status_code, {{"success", false},
                                    {"error", {{"code", as_json(code)}, {"message", as_json(message)}}},
                                    {"timestamp", now_as_text()}});
  r.why = reply::refusal{std::string{code}, std::string{message}};
  return r;
}

reply error_reply(http_error const& error) {
  return error_reply(error.status(), error.code(), error.what());
}

}  // namespace uploadproto::reference::http
