// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/send_reply.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/beast/http/file_body.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <ctime>
#include <string>

namespace uploadproto::reference::http {
namespace {

/** RFC 9110 5.6.7, e.g. `Sun, 06 Nov 1994 08:49:37 GMT`. */
std::string http_date() {
  auto const now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[64];
  return {text, std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts)};  // the C locale
}

template <class Body>
awaitable<bool> send_message(stream_type& stream, beast::http::response<Body>& message, reply const& r,
                             framing how) {
  message.version(how.version);
  message.result(r.code);
  message.set(field::date, http_date());
  for (auto const& header : r.headers) message.insert(header.name(), header.name_string(), header.value());
  message.keep_alive(how.keep_alive);
  auto const has_no_body = r.code == status::no_content || r.code == status::not_modified;
  if (!has_no_body) message.prepare_payload();

  beast::http::response_serializer<Body> serializer{message};
  serializer.split(how.head_only);
  while (!(how.head_only ? serializer.is_header_done() : serializer.is_done())) {
    boost::system::error_code ec;
    stream.expires_after(how.piece_timeout);
    co_await beast::http::async_write_some(stream, serializer, asio::redirect_error(use_awaitable, ec));
    if (ec) co_return false;
  }
  co_return true;
}

}  // namespace

awaitable<bool> send_reply(stream_type& stream, reply const& r, framing how) {
  if (r.file) {
    beast::http::response<beast::http::file_body> message;
    boost::system::error_code ec;
    message.body().open(r.file->c_str(), beast::file_mode::scan, ec);
    if (!ec) co_return co_await send_message(stream, message, r, how);
    auto const gone = error_reply(status::not_found, "not_found", "The file is no longer there");
    co_return co_await send_reply(stream, gone, how);
  }
  beast::http::response<beast::http::string_body> message;
  message.body() = r.body;
  co_return co_await send_message(stream, message, r, how);
}

}  // namespace uploadproto::reference::http
