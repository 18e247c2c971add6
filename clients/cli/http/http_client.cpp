// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/http/http_client.hpp"

#include <openssl/err.h>

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <optional>
#include <uploadproto/wire/json.hpp>

#include "cli/exit_code.hpp"
#include "cli/http/http_link.hpp"

namespace uploadproto::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using namespace asio::experimental::awaitable_operators;
using clock = std::chrono::steady_clock;

constexpr std::size_t largest_kept_body = 1 << 20;

std::string why(server_url const& server, error_code const& error) {
  if (error.category() == asio::error::get_ssl_category() &&
      ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_CERTIFICATE_VERIFY_FAILED)
    return "the certificate of " + server.host +
           " cannot be trusted: it is for another name, has expired, or its authority is unknown (see "
           "--ca-file)";
  if (error == asio::error::eof || error == http::error::partial_message ||
      error == http::error::end_of_stream)
    return "the connection was cut off";
  return error.message();
}

/** A text, or the texts of a list in one line. */
std::string sentences(boost::json::value const& value) {
  if (value.is_string()) return std::string(value.get_string().data(), value.get_string().size());
  std::string all;
  if (!value.is_array()) return all;
  for (boost::json::value const& one : value.get_array())
    if (one.is_string()) all.append(all.empty() ? "" : "; ").append(one.get_string().c_str());
  return all;
}

failure no_answer(server_url const& server, std::string const& reason) {
  return failure(exit_code::cannot_connect, "cannot reach " + server.text() + ": " + reason);
}

}  // namespace

boost::json::value http_answer::json() const {
  auto parsed = wire::parse_json(body);
  return parsed ? std::move(*parsed) : boost::json::value(nullptr);
}

std::string http_answer::sentence(contract::rest_interface const& rest) const {
  boost::json::value const document = json();
  error_code error;
  boost::json::value const* text =
      document.find_pointer({rest.error_pointer.data(), rest.error_pointer.size()}, error);
  std::string const said = rest.error_pointer.empty() || !text ? std::string() : sentences(*text);
  if (!said.empty()) return said;
  auto const words = http::obsolete_reason(http::int_to_status(status));
  return "HTTP " + std::to_string(status) + " " + std::string(words.data(), words.size());
}

/** One request and its answer. The two directions run side by side, so that a server that says no while it is
    still being sent to is heard. */
struct http_client::exchange {
  std::string head;
  file_source* file = nullptr;
  std::string_view before, after;  // around the file
  std::function<void(std::uint64_t)> sent;
  std::function<void(std::string_view)> sink;

  std::unique_ptr<http_link> link;
  clock::time_point deadline;  // moved on by every byte
  std::chrono::milliseconds patience{};
  http_answer answer;
  error_code receive_error;
  std::exception_ptr send_failure;  // of the file, not of the connection

  void alive() { deadline = clock::now() + patience; }

  asio::awaitable<void> write(std::string_view bytes, error_code& error) {
    if (error || bytes.empty()) co_return;
    co_await link->write(asio::buffer(bytes.data(), bytes.size()), error);
    alive();
  }

  asio::awaitable<void> send_body(error_code& error) {
    co_await write(before, error);
    std::uint64_t count = 0;
    while (!error && count != file->size()) {
      std::string_view const piece = file->next();
      co_await write(piece, error);
      count += piece.size();
      if (!error) sent(count);
    }
    co_await write(after, error);
  }

  /** Completes only when the file cannot be read: all else is for the answer to say. */
  asio::awaitable<void> send() {
    error_code error;
    co_await write(head, error);
    try {
      if (file && !error) co_await send_body(error);
    } catch (failure const&) {
      send_failure = std::current_exception();
      co_return;
    }
    asio::steady_timer never(co_await asio::this_coro::executor, clock::time_point::max());
    co_await never.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }

  asio::awaitable<void> receive() {
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    std::string input;
    std::string piece(16 * 1024, '\0');
    while (!parser.is_done()) {
      if (!input.empty()) {
        std::size_t const used = parse(parser, input);
        if (receive_error) co_return;
        input.erase(0, used);
        if (used != 0 || parser.is_done()) continue;
      }
      std::size_t const size = co_await link->read_some(asio::buffer(piece), receive_error);
      alive();
      input.append(piece, 0, size);
      if (receive_error == asio::error::eof) co_return finish(parser);
      if (receive_error) co_return;
    }
  }

  /** The stream has ended: so has the answer, if it is one that ends so. */
  void finish(http::response_parser<http::buffer_body>& parser) {
    if (!parser.got_some()) return;  // the parser takes an end only after a beginning
    receive_error = {};
    parser.put_eof(receive_error);
    if (!receive_error && !parser.is_done()) receive_error = asio::error::eof;
  }

  /** Feeds the parser. @return bytes that it took */
  std::size_t parse(http::response_parser<http::buffer_body>& parser, std::string const& input) {
    char body[16 * 1024];
    parser.get().body().data = body;
    parser.get().body().size = sizeof body;
    parser.get().body().more = true;
    std::size_t const used = parser.put(asio::buffer(input), receive_error);
    if (receive_error == http::error::need_more || receive_error == http::error::need_buffer)
      receive_error = {};
    if (receive_error) return used;
    if (parser.is_header_done()) answer.status = parser.get().result_int();
    take(std::string_view(body, sizeof body - parser.get().body().size));
    return used;
  }

  void take(std::string_view body) {
    if (sink && answer.ok())
      sink(body);
    else if (answer.body.size() + body.size() <= largest_kept_body)
      answer.body.append(body);
  }

  /** Completes when nothing has moved for too long. */
  asio::awaitable<void> watch() {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (clock::now() < deadline) {
      timer.expires_at(deadline);
      co_await timer.async_wait(asio::use_awaitable);
    }
  }
};

std::string http_client::head(std::string_view method, std::string_view path) const {
  std::string text(method);
  text.append(" ").append(path).append(" HTTP/1.1\r\nHost: ");
  text.append(options_.server.authority())
      .append("\r\nConnection: close\r\nAccept: */*\r\nUser-Agent: uploadproto\r\n");
  std::string const token = options_.token ? options_.token() : std::string();
  if (!token.empty()) text.append("Authorization: Bearer ").append(token).append("\r\n");
  return text;
}

asio::awaitable<http_answer> http_client::run(exchange& x) {
  server_url const& server = options_.server;
  x.patience = options_.timeout;
  x.alive();
  error_code error;
  auto const connect = [&]() -> asio::awaitable<void> {
    x.link = co_await http_link::connect(server, *options_.tls, error);
  };
  auto const connected = co_await (connect() || x.watch());
  if (connected.index() == 1) throw no_answer(server, "no connection in time");
  if (error) throw no_answer(server, why(server, error));
  x.alive();
  auto const outcome = co_await (x.receive() || x.send() || x.watch());
  if (x.send_failure) std::rethrow_exception(x.send_failure);
  if (outcome.index() == 2) throw no_answer(server, "no answer in time");
  if (x.receive_error) throw no_answer(server, why(server, x.receive_error));
  co_return std::move(x.answer);
}

asio::awaitable<http_answer> http_client::request(std::string method, std::string path) {
  exchange x;
  x.head = head(method, path) + (method == "POST" ? "Content-Length: 0\r\n\r\n" : "\r\n");
  co_return co_await run(x);
}

asio::awaitable<http_answer> http_client::request(std::string method, std::string path, http_body body) {
  exchange x;
  x.head = head(method, path) + "Content-Type: " + body.media_type +
           "\r\nContent-Length: " + std::to_string(body.text.size()) + "\r\n\r\n" + body.text;
  co_return co_await run(x);
}

asio::awaitable<http_answer> http_client::upload(std::string path, multipart_frame const& frame,
                                                 file_source& file, std::function<void(std::uint64_t)> sent) {
  exchange x;
  std::uint64_t const length = frame.head.size() + file.size() + frame.tail.size();
  x.head = head("POST", path) + "Content-Type: " + frame.content_type +
           "\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
  x.file = &file;
  x.before = frame.head;
  x.after = frame.tail;
  x.sent = std::move(sent);
  co_return co_await run(x);
}

asio::awaitable<http_answer> http_client::download(std::string path,
                                                   std::function<void(std::string_view)> sink) {
  exchange x;
  x.head = head("GET", path) + "\r\n";
  x.sink = std::move(sink);
  co_return co_await run(x);
}

}  // namespace uploadproto::cli
