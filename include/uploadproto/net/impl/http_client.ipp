// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_HTTP_CLIENT_IPP
#define UPLOADPROTO_NET_IMPL_HTTP_CLIENT_IPP

#include <uploadproto/net/http_client.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>
#include <uploadproto/session/client_error.hpp>
#include <utility>

namespace uploadproto::net {

UPLOADPROTO_DECL error_code put_response(http_response_parser& parser, std::string& bytes) {
  namespace http = boost::beast::http;
  std::size_t taken = 0;
  error_code error;
  while (!parser.is_done() && taken < bytes.size()) {
    taken += parser.put(boost::asio::buffer(bytes.data() + taken, bytes.size() - taken), error);
    if (error) break;
  }
  bytes.erase(0, taken);
  return error == http::error::need_more ? error_code() : error;
}

UPLOADPROTO_DECL http_client::http_client(boost::asio::any_io_executor const& executor, client_url const& url,
                                          client_route route, http_limits limits)
    : executor_(executor), url_(url), route_(std::move(route)), limits_(limits), timer_(executor) {}

UPLOADPROTO_DECL void http_client::request(std::string text, bool repeatable, answered done) {
  text_ = std::move(text);
  done_ = std::move(done);
  repeatable_ = repeatable;
  // Servers close idle connections after a few seconds (Node: 5); one that cannot be repeated takes no
  // chances.
  if (stream_ && !repeatable && clock::now() - last_used_ > std::chrono::seconds(2)) {
    std::exchange(stream_, nullptr)->close();
  }
  arm_timer();
  start();
}

UPLOADPROTO_DECL void http_client::arm_timer() {
  ++requests_;
  if (limits_.timeout <= limits_.timeout.zero()) return;
  timer_.expires_after(limits_.timeout);
  timer_.async_wait([weak = weak_from_this(), request = requests_](error_code error) {
    auto const self = weak.lock();
    if (error || !self || self->requests_ != request || !self->done_) return;
    self->finish(session::client_error::connect_timeout);
  });
}

UPLOADPROTO_DECL void http_client::start() {
  parser_.emplace();
  parser_->eager(true);
  parser_->body_limit(limits_.max_body);
  unparsed_.clear();
  reused_ = stream_ != nullptr;
  if (reused_) return send();
  stream_ = std::make_shared<client_stream>(executor_, route_);
  stream_->open(url_.host, url_.port, [self = shared_from_this()](error_code error) {
    if (error) return self->finish(error);
    self->send();
  });
}

UPLOADPROTO_DECL void http_client::send() {
  stream_->write(text_, [self = shared_from_this()](error_code error, std::size_t) {
    if (error) return self->received(error, 0);
    self->read();
  });
}

UPLOADPROTO_DECL void http_client::read() {
  stream_->read_some(
      chunk_.data(), chunk_.size(),
      [self = shared_from_this()](error_code error, std::size_t n) { self->received(error, n); });
}

UPLOADPROTO_DECL void http_client::received(error_code error, std::size_t count) {
  if (error) {
    if (reused_ && repeatable_ && !parser_->got_some()) {
      std::exchange(stream_, nullptr)->close();
      return start();
    }
    error_code incomplete;
    // Without this check Beast asserts: an end before the first byte is no message at all.
    if (error == boost::asio::error::eof && parser_->got_some()) parser_->put_eof(incomplete);
    return finish(parser_->is_done() ? error_code() : error);
  }
  unparsed_.append(chunk_.data(), count);
  if (put_response(*parser_, unparsed_)) return finish(session::client_error::bad_http_answer);
  if (!parser_->is_done()) return read();
  finish({});
}

UPLOADPROTO_DECL void http_client::finish(error_code error) {
  auto const self = shared_from_this();  // `done` may give this client up
  timer_.cancel();
  http_answer answer;
  if (!error) {
    auto message = parser_->release();
    answer.status = static_cast<int>(message.result_int());
    answer.body = std::move(message.body());
    auto const [first, last] = message.equal_range(boost::beast::http::field::set_cookie);
    for (auto field = first; field != last; ++field) answer.set_cookies.emplace_back(field->value());
    last_used_ = clock::now();
    if (!message.keep_alive() || !unparsed_.empty()) std::exchange(stream_, nullptr)->close();
  } else if (stream_) {
    std::exchange(stream_, nullptr)->close();
  }
  auto const done = std::exchange(done_, {});
  if (done) done(error, std::move(answer));
}

UPLOADPROTO_DECL void http_client::stop() {
  done_ = {};
  timer_.cancel();
  if (stream_) std::exchange(stream_, nullptr)->close();
}

}  // namespace uploadproto::net

#endif
