// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "probe/http_probe.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/beast/http.hpp>
#include <boost/json/parse.hpp>
#include <optional>

#include "probe/dial.hpp"

namespace uploadproto::conformance {
namespace {

namespace http = boost::beast::http;
constexpr std::uint64_t largest_answer = 64 << 20;

http::request<http::string_body> request_of(http_call const& call, web_url const& url) {
  http::request<http::string_body> out;
  out.method_string(call.method);
  out.target(url.target);
  out.version(11);
  out.set(http::field::host, url.authority());
  out.set(http::field::user_agent, "uploadproto-conformance");
  out.set(http::field::connection, "close");
  for (auto const& [name, value] : call.headers) out.set(name, value);
  out.body() = call.body;
  if (!call.body.empty() || call.method != "GET") out.prepare_payload();
  return out;
}

/** An answer that comes before the whole request is sent (a refusal) counts. */
template <class Stream>
net::awaitable<void> exchange(Stream& stream, web_url const& url, http_call const& call, http_reply& reply) {
  co_await dial(stream, url);
  auto const request = request_of(call, url);
  std::string unsent;
  try {
    co_await http::async_write(stream, request, net::use_awaitable);
  } catch (boost::system::system_error const& e) {
    unsent = e.code().message();
  }
  boost::beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(largest_answer);
  try {
    co_await http::async_read(stream, buffer, parser, net::use_awaitable);
  } catch (boost::system::system_error const&) {
    if (!parser.is_header_done()) throw;
  }
  auto const& message = parser.get();
  reply.status = message.result_int();
  for (auto const& field : message)
    reply.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  reply.body = message.body();
}

template <class Stream>
net::awaitable<void> exchange_on(Stream stream, web_url url, http_call call,
                                 std::shared_ptr<http_reply> reply, trace& wire, std::string who,
                                 std::function<void(http_reply const&)> then) {
  try {
    co_await exchange(stream, url, call, *reply);
  } catch (std::exception const& e) {
    reply->error = e.what();
  }
  wire.add(who, trace::direction::received, reply->summary());
  reply->done = true;
  if (then) then(*reply);
}

bool same_name(std::string_view a, std::string_view b) {
  return boost::beast::iequals(a, b);
}

}  // namespace

std::string_view http_reply::header(std::string_view name) const noexcept {
  for (auto const& [field, value] : headers)
    if (same_name(field, name)) return value;
  return {};
}

boost::json::value http_reply::json() const {
  boost::system::error_code bad;
  auto value = boost::json::parse(body, bad);
  return bad ? boost::json::value() : value;
}

std::string http_reply::summary() const {
  if (!error.empty()) return "no answer: " + error;
  std::string out = "status " + std::to_string(status);
  if (!body.empty()) out += " with " + body.substr(0, 400) + (body.size() > 400 ? "…" : "");
  return out;
}

std::shared_ptr<http_reply const> begin_request(world& w, std::string who, http_call call,
                                                std::function<void(http_reply const&)> then) {
  auto reply = std::make_shared<http_reply>();
  std::string shown = call.method + ' ' + call.url;
  for (auto const& [name, value] : call.headers) shown += " | " + name + ": " + value;
  if (!call.body.empty())
    shown += " | " + std::to_string(call.body.size()) + " bytes: " + call.body.substr(0, 300);
  w.wire().add(who, trace::direction::sent, shown);
  web_url url = read_url(call.url);
  auto const executor = w.loop().get_executor();
  if (url.tls)
    net::co_spawn(executor,
                  exchange_on(tls_stream(executor, trusted_authorities()), url, std::move(call), reply,
                              w.wire(), std::move(who), std::move(then)),
                  net::detached);
  else
    net::co_spawn(executor,
                  exchange_on(plain_stream(executor), url, std::move(call), reply, w.wire(), std::move(who),
                              std::move(then)),
                  net::detached);
  return reply;
}

void set_form(http_call& call, http_fields const& fields, form_file const& file) {
  constexpr std::string_view boundary = "uploadproto-conformance-7f3a91c2d4";
  std::string const dash = "--" + std::string(boundary);
  std::string& body = call.body;
  for (auto const& [name, value] : fields)
    body += dash + "\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
  body += dash + "\r\nContent-Disposition: form-data; name=\"" + file.field + "\"; filename=\"" +
          file.file_name + "\"\r\nContent-Type: " + file.media_type + "\r\n\r\n" + file.bytes + "\r\n" +
          dash + "--\r\n";
  call.headers.emplace_back("Content-Type", "multipart/form-data; boundary=" + std::string(boundary));
}

}  // namespace uploadproto::conformance
