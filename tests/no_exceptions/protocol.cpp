// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The floors without I/O, from headers alone, in a program without exceptions: good input is read, bad input
// is an error.
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/consumer_events.hpp>
#include <uploadproto/contract/file_upload.hpp>
#include <uploadproto/contract/reader.hpp>
#include <uploadproto/contract/upload_progress.hpp>
#include <uploadproto/contract/writer.hpp>
#include <uploadproto/session/client_session.hpp>
#include <uploadproto/session/engineio_server.hpp>
#include <uploadproto/session/json_connection.hpp>
#include <uploadproto/session/socketio_server.hpp>
#include <uploadproto/wire/json.hpp>
#include <uploadproto/wire/jwt.hpp>
#include <uploadproto/wire/socketio.hpp>

#include "require.hpp"

#if defined(__cpp_exceptions)
#error "this unit is compiled with exceptions"
#endif

namespace uploadproto::no_exceptions {
namespace {

void packets_are_read() {
  wire::socketio::decoder::limits const limits;
  wire::socketio::decoder decoder(limits);
  auto const good = decoder.text(R"(2/admin,7["hello",{"n":1}])");
  require(good && *good && (*good)->nsp == "/admin" && (*good)->id == 7, "a packet");
  for (auto const* bad : {"", "x", "2", "2[", "2{\"a\":1}", "2[\"\xff\"]", "42[\"connect\"]"})
    require(decoder.text(bad).has_error(), bad);
}

void payloads_are_checked() {
  contract::bulk_upload_progress sent;
  sent.job_id = "j";
  sent.stage = "file_reading";
  sent.progress = 15;
  sent.message = "half";
  sent.timestamp = "2025-11-25T10:30:45.123Z";
  auto const text = contract::to_json(sent);
  auto const json = wire::parse_json(text);
  require(json.has_value(), "JSON");
  auto const received = contract::read<contract::bulk_upload_progress>(*json);
  require(received && received->job_id == "j" && received->progress == 15, "a payload");
  for (auto const* bad : {"null", "[]", "{}", R"({"job_id":7,"progress":"x"})"}) {
    auto const wrong = contract::read<contract::bulk_upload_progress>(*wire::parse_json(bad));
    require(wrong.has_error() && !wrong.error().empty() && !wrong.error()[0].message().empty(), bad);
  }
  for (auto const* bad : {"", "{", "nul", "[1,]", "{\"a\":\xff}"})
    require(wire::parse_json(bad).has_error(), bad);
}

void tokens_are_verified() {
  namespace jwt = wire::jwt;
  require(jwt::key::from_secret("short").has_error(), "a short secret");
  auto const key = jwt::key::from_secret(std::string(32, 'k'));
  require(key.has_value(), "a key");
  auto const now = std::chrono::system_clock::now();
  auto const expiry = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() + 60;
  auto const token = jwt::sign(*key, {{"sub", "ann"}, {"exp", expiry}});
  require(token.has_value(), "a token");
  jwt::verifier const verifier(jwt::key_set{*key});
  require(verifier.verify(*token, now)->user_id == "ann", "a token's user");
  for (auto const& bad : {std::string(), std::string("x"), *token + "x", "." + *token})
    require(verifier.verify(bad, now).has_error(), bad);
}

void sessions_step() {
  using kind = session::socketio_server_action::kind;
  session::socketio_server_options const options;
  session::socketio_server server(options, {});
  session::socketio_server::actions out;
  server.text(R"(0{"token":"t"})", out);
  require(out.size() == 1 && out[0].what == kind::connect, "CONNECT");
  server.accept("/", out);
  out.clear();
  server.text(R"(2["hello",1])", out);
  require(out.size() == 1 && out[0].what == kind::event, "an event");
  out.clear();
  server.text("2[", out);
  require(out.size() == 1 && out[0].what == kind::violation && out[0].error, "a violation");
}

}  // namespace
}  // namespace uploadproto::no_exceptions

int main() {
  using namespace uploadproto::no_exceptions;
  packets_are_read();
  payloads_are_checked();
  tokens_are_verified();
  sessions_step();
}
