// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "register/register_connection.hpp"

#include <boost/asio/error.hpp>
#include <utility>

namespace uploadproto::reference {
namespace {

constexpr std::uint64_t max_body = 64 * 1024;
constexpr std::uint32_t max_header = 16 * 1024;

}  // namespace

register_connection::register_connection(boost::asio::io_context& context, net::client_url url,
                                         net::client_tls tls, times limits)
    : context_(context), url_(std::move(url)), tls_(std::move(tls)), limits_(limits), timer_(context) {}

void register_connection::exchange(std::string request, answered done) {
  request_ = std::move(request);
  done_ = std::move(done);
  start();
}

void register_connection::close() {
  done_ = {};
  timer_.cancel();
  drop();
}

void register_connection::drop() {
  if (stream_) std::exchange(stream_, nullptr)->close();
}

void register_connection::limit(std::chrono::milliseconds time) {
  timer_.expires_after(time);
  timer_.async_wait([weak = weak_from_this()](error_code error) {
    auto const self = weak.lock();
    // A timer that was armed again has already queued nothing but `operation_aborted`.
    if (!error && self && self->done_ && self->timer_.expiry() <= std::chrono::steady_clock::now())
      self->finish(boost::asio::error::timed_out);
  });
}

void register_connection::start() {
  parser_.emplace();
  parser_->eager(true);
  parser_->body_limit(max_body);
  parser_->header_limit(max_header);
  unparsed_.clear();
  reused_ = stream_ != nullptr;
  if (reused_) return send();
  limit(limits_.connect);
  stream_ =
      std::make_shared<net::client_stream>(context_.get_executor(), net::client_route{tls_, std::nullopt});
  stream_->open(url_.host, url_.port, [self = shared_from_this()](error_code error) {
    if (error) return self->finish(error);
    self->send();
  });
}

void register_connection::send() {
  limit(limits_.request);
  stream_->write(request_, [self = shared_from_this()](error_code error, std::size_t) {
    if (error) return self->received(error, 0);
    self->read();
  });
}

void register_connection::read() {
  stream_->read_some(
      chunk_.data(), chunk_.size(),
      [self = shared_from_this()](error_code error, std::size_t n) { self->received(error, n); });
}

void register_connection::received(error_code error, std::size_t count) {
  if (error) {
    // The register closed a kept connection before it saw the request: that is no failure of the request.
    if (reused_ && !parser_->got_some()) {
      drop();
      return start();
    }
    error_code incomplete;
    if (error == boost::asio::error::eof && parser_->got_some()) parser_->put_eof(incomplete);
    return finish(parser_->is_done() ? error_code() : error);
  }
  unparsed_.append(chunk_.data(), count);
  if (auto const bad = net::put_response(*parser_, unparsed_)) return finish(bad);
  if (!parser_->is_done()) return read();
  finish({});
}

void register_connection::finish(error_code error) {
  auto const self = shared_from_this();
  timer_.cancel();
  register_reply reply;
  if (error) {
    drop();
  } else {
    auto message = parser_->release();
    reply.status = message.result_int();
    reply.retry_after = std::string(message[boost::beast::http::field::retry_after]);
    reply.body = std::move(message.body());
    // Bytes behind the answer are nobody's answer.
    if (!message.keep_alive() || !unparsed_.empty()) drop();
  }
  if (auto const done = std::exchange(done_, {})) done(error, std::move(reply));
}

}  // namespace uploadproto::reference
