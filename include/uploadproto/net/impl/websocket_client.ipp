// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_WEBSOCKET_CLIENT_IPP
#define UPLOADPROTO_NET_IMPL_WEBSOCKET_CLIENT_IPP

#include <uploadproto/net/websocket_client.hpp>

#include <openssl/rand.h>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <cstdint>
#include <cstdlib>
#include <uploadproto/session/client_error.hpp>
#include <uploadproto/wire/base64.hpp>
#include <utility>

namespace uploadproto::net {

UPLOADPROTO_DECL void fill_random(void* data, std::size_t size) {
  if (RAND_bytes(static_cast<unsigned char*>(data), static_cast<int>(size)) != 1) std::abort();
}

UPLOADPROTO_DECL double random_fraction() {
  std::uint32_t bits = 0;
  fill_random(&bits, sizeof bits);
  return static_cast<double>(bits) / 4294967296.0;
}

UPLOADPROTO_DECL websocket_client::websocket_client(boost::asio::any_io_executor const& executor,
                                                    client_route route, std::size_t max_message)
    : stream_(std::make_shared<client_stream>(executor, std::move(route))),
      linger_(executor),
      limits_{.max_message = max_message},
      reader_(wire::websocket::role::client, limits_) {}

// ---- handshake ----

UPLOADPROTO_DECL void websocket_client::open(client_url const& url, std::string const& target,
                                             std::string const& headers, callbacks handlers) {
  callbacks_ = std::move(handlers);
  stream_->open(url.host, url.port, [self = shared_from_this(), url, target, headers](error_code error) {
    if (error) return self->end(error);
    self->send_request(url, target, headers);
  });
}

UPLOADPROTO_DECL void websocket_client::send_request(client_url const& url, std::string const& target,
                                                     std::string const& headers) {
  std::array<char, 16> nonce;
  fill_random(nonce.data(), nonce.size());
  auto const key = wire::encode_base64({nonce.data(), nonce.size()});
  accept_ = wire::websocket::accept_key(key);
  sending_ = "GET " + target + " HTTP/1.1\r\nHost: " + url.host_header +
             "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
             "Sec-WebSocket-Key: " +
             key + "\r\n" + headers + "\r\n";
  parser_.emplace();
  parser_->eager(true);
  parser_->body_limit(64 * 1024);  // of a refusal
  stream_->write(sending_, [self = shared_from_this()](error_code error, std::size_t) {
    if (error) return self->end(error);
    self->read();
  });
}

UPLOADPROTO_DECL void websocket_client::read_answer() {
  if (put_response(*parser_, unparsed_)) return end(session::client_error::bad_http_answer);
  if (!parser_->is_header_done()) return read();
  if (auto const error = check_answer()) return end(error, static_cast<int>(parser_->get().result_int()));
  parser_.reset();
  open_ = true;
  callbacks_.opened();
  auto rest = std::exchange(unparsed_, {});  // frames may follow the answer at once
  read_frames({rest.data(), rest.size()});
}

/** RFC 6455 4.1, the client's requirements on the answer. No extension and no subprotocol was offered. */
UPLOADPROTO_DECL error_code websocket_client::check_answer() const {
  namespace http = boost::beast::http;
  auto const& answer = parser_->get();
  auto const status = answer.result_int();
  if (status == 401 || status == 403) return session::client_error::unauthorized;
  if (status != 101) return session::client_error::unexpected_status;
  bool const accepted = answer.version() == 11 && answer.count(http::field::sec_websocket_accept) == 1 &&
                        answer[http::field::sec_websocket_accept] == accept_ &&
                        http::token_list(answer[http::field::upgrade]).exists("websocket") &&
                        http::token_list(answer[http::field::connection]).exists("upgrade") &&
                        answer.count(http::field::sec_websocket_extensions) == 0 &&
                        answer.count(http::field::sec_websocket_protocol) == 0;
  return accepted ? error_code() : session::client_error::bad_upgrade_answer;
}

// ---- receiving ----

UPLOADPROTO_DECL void websocket_client::read() {
  if (reading_ || ended_ || (open_ && paused_)) return;
  reading_ = true;
  stream_->read_some(chunk_.data(), chunk_.size(),
                     [self = shared_from_this()](error_code error, std::size_t n) {
                       self->reading_ = false;
                       self->received(error, n);
                     });
}

UPLOADPROTO_DECL void websocket_client::resume() {
  if (!std::exchange(paused_, false)) return;
  if (open_) read();
}

UPLOADPROTO_DECL void websocket_client::received(error_code error, std::size_t count) {
  if (error) {
    bool const cut = error == boost::asio::error::eof || error == boost::asio::ssl::error::stream_truncated;
    return end(open_ && cut ? make_error_code(session::client_error::transport_close) : error);
  }
  if (open_) return read_frames({chunk_.data(), count});
  unparsed_.append(chunk_.data(), count);
  read_answer();
}

UPLOADPROTO_DECL void websocket_client::read_frames(std::span<char> bytes) {
  while (!ended_) {
    auto const next = reader_.next(bytes);
    if (!next) return fail(next.error());
    if (!*next) break;
    take(**next);
  }
  read();
}

UPLOADPROTO_DECL void websocket_client::take(wire::websocket::message const& message) {
  using wire::websocket::opcode;
  switch (message.op) {
    case opcode::text:
    case opcode::binary:
      return callbacks_.message(message.op, message.data);
    case opcode::ping: {
      // A server that does not read what it asks for is not answered any more for now (5.5.3).
      constexpr std::size_t enough = 64 * 1024;
      if (waiting_.size() < enough) write(opcode::pong, message.data);
      return;
    }
    case opcode::close: {
      auto const reason = wire::websocket::decode_close(message.data);
      if (!reason) return fail(reason.error());
      peer_close_ = reason->code;
      if (!close_sent_) write(opcode::close, message.data.substr(0, 2));
      close_sent_ = true;
      return part(session::client_error::transport_close);
    }
    default:
      return;
  }
}

// ---- sending ----

UPLOADPROTO_DECL void websocket_client::write(wire::websocket::opcode op, std::string_view payload) {
  if (!open_ || ended_ || close_sent_) return;
  std::uint32_t mask = 0;
  fill_random(&mask, sizeof mask);
  wire::websocket::append_masked_frame(waiting_, op, payload, mask);
  if (!writing_) flush();
}

UPLOADPROTO_DECL void websocket_client::flush() {
  writing_ = true;
  sending_.clear();
  std::swap(sending_, waiting_);
  stream_->write(sending_, [self = shared_from_this()](error_code error, std::size_t) {
    self->writing_ = false;
    if (error) return self->end(error);
    if (!self->waiting_.empty()) return self->flush();
    if (!self->ended_) return self->callbacks_.written();
    self->drop();
  });
}

// ---- the end ----

UPLOADPROTO_DECL void websocket_client::close() {
  std::string payload;
  wire::websocket::append_close(payload, wire::websocket::close_code::normal);
  write(wire::websocket::opcode::close, payload);
  close_sent_ = true;
}

/** The peer broke the framing: say so, then end. */
UPLOADPROTO_DECL void websocket_client::fail(error_code error) {
  if (!close_sent_) {
    std::string payload;
    wire::websocket::append_close(payload, wire::websocket::close_code_of(error));
    write(wire::websocket::opcode::close, payload);
  }
  close_sent_ = true;
  part(error);
}

/** Ends behind what was written, the close frame last; a peer that does not read it is not waited for long.
 */
UPLOADPROTO_DECL void websocket_client::part(error_code error) {
  if (!writing_) return end(error);
  if (std::exchange(ended_, true)) return;
  linger_.expires_after(std::chrono::seconds(2));
  linger_.async_wait([self = shared_from_this()](error_code cancelled) {
    if (!cancelled) self->drop();
  });
  callbacks_.ended(error, 0);
}

UPLOADPROTO_DECL void websocket_client::end(error_code error, int http_status) {
  bool const known = std::exchange(ended_, true);
  drop();
  if (!known) callbacks_.ended(error, http_status);
}

UPLOADPROTO_DECL void websocket_client::drop() {
  ended_ = true;  // the callbacks stay: this may be called from one of them
  linger_.cancel();
  stream_->close();
}

}  // namespace uploadproto::net

#endif
