// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/body_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <string_view>

#include "http/reply.hpp"

namespace uploadproto::reference::http {
namespace {

bool is_framing_error(boost::system::error_code const& ec) {
  return ec.category() == beast::http::make_error_code(beast::http::error::bad_chunk).category() &&
         ec != beast::http::error::end_of_stream;
}

}  // namespace

body_reader::body_reader(stream_type& stream, beast::flat_buffer& buffer, body_parser& parser,
                         std::chrono::milliseconds chunk_timeout)
    : stream_(stream),
      buffer_(buffer),
      parser_(parser),
      chunk_timeout_(chunk_timeout),
      expects_continue_(beast::iequals(parser.get()[beast::http::field::expect], "100-continue") &&
                        parser.get().version() >= 11 && !parser.is_done()),
      timer_(stream.get_executor()) {}

std::optional<std::uint64_t> body_reader::announced_size() const {
  auto const length = parser_.content_length();
  return length ? std::optional<std::uint64_t>{*length} : std::nullopt;
}

bool body_reader::at_end() const {
  return parser_.is_done();
}

std::optional<std::uint64_t> body_reader::remaining() const {
  if (parser_.is_done()) return 0;
  auto const left = parser_.content_length_remaining();
  return left ? std::optional<std::uint64_t>{*left} : std::nullopt;
}

void body_reader::cut(cut_reason why) {
  if (!cut_) cut_ = why;
  if (!reading_) return;
  stream_.cancel();
  // A read that had just got something goes on as if nothing had been: it is told again.
  watch_the_clock(std::chrono::milliseconds{20});
}

// The stream's own time limit would close it, and the sender could not be told why.
void body_reader::watch_the_clock(std::chrono::milliseconds time) {
  timer_.expires_after(time);
  timer_.async_wait([weak = std::weak_ptr(self_), limit = timer_.expiry()](boost::system::error_code ec) {
    auto const self = weak.lock();
    // Set anew in the meantime: this handler was on its way already.
    if (ec || !self || (*self)->timer_.expiry() != limit) return;
    (*self)->cut(cut_reason::stalled);
  });
}

void body_reader::throw_if_cut() const {
  if (!cut_) return;
  if (*cut_ == cut_reason::stalled)
    throw http_error(status::request_timeout, "request_timeout", "The body did not come in time");
  throw http_error(status::service_unavailable, "going_down",
                   "The server is going down; please send the request again later");
}

awaitable<std::size_t> body_reader::read(std::span<char> into) {
  if (parser_.is_done()) co_return 0;
  throw_if_cut();
  boost::system::error_code ec;
  stream_.expires_never();
  reading_ = true;
  watch_the_clock(chunk_timeout_);
  if (std::exchange(expects_continue_, false)) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(stream_, asio::buffer(go_on), asio::redirect_error(use_awaitable, ec));
    if (ec) throw_if_cut();
    if (ec) throw connection_lost(ec.message());
  }
  auto& body = parser_.get().body();
  body.data = into.data();
  body.size = into.size();
  body.more = true;
  co_await beast::http::async_read(stream_, buffer_, parser_, asio::redirect_error(use_awaitable, ec));
  reading_ = false;
  // Not the clock's business while the bytes are dealt with.
  timer_.expires_at(asio::steady_timer::time_point::max());
  auto const filled = into.size() - body.size;
  body.data = nullptr;
  body.size = 0;
  if (ec == beast::http::error::need_buffer) ec = {};
  if (ec) throw_if_cut();
  if (ec == beast::http::error::partial_message)
    throw http_error(status::bad_request, "invalid_body",
                     "the body ends before the length that was announced");
  if (ec && is_framing_error(ec))
    throw http_error(status::bad_request, "invalid_body", "the body's chunks are not well formed");
  if (ec) throw connection_lost(ec.message());
  co_return filled;
}

}  // namespace uploadproto::reference::http
