// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_CLIENT_STREAM_IPP
#define UPLOADPROTO_NET_IMPL_CLIENT_STREAM_IPP

#include <uploadproto/net/client_stream.hpp>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <utility>

namespace uploadproto::net {

UPLOADPROTO_DECL std::shared_ptr<boost::asio::ssl::context> make_client_tls_context() {
  auto context = std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_client);
  SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION);
  error_code ignored;  // without the system's authorities nobody is trusted, and connecting says so
  context->set_default_verify_paths(ignored);
  return context;
}

UPLOADPROTO_DECL client_stream::client_stream(boost::asio::any_io_executor const& executor,
                                              client_route route)
    : route_(std::move(route)), resolver_(executor), socket_(executor) {}

UPLOADPROTO_DECL void client_stream::open(std::string const& host, std::string const& port, opened done) {
  host_ = host;
  port_ = port;
  opened_ = std::move(done);
  auto const& proxy = route_.proxy;
  resolver_.async_resolve(proxy ? proxy->host : host, proxy ? proxy->port : port,
                          [self = shared_from_this()](error_code error, tcp::resolver::results_type found) {
                            if (self->closed_) return;
                            if (error) return self->finish_open(error);
                            auto endpoints = std::make_shared<tcp::resolver::results_type>(std::move(found));
                            self->connect(endpoints, endpoints->begin(), boost::asio::error::host_not_found);
                          });
}

/** Tries the addresses of the host one after the other. */
UPLOADPROTO_DECL void client_stream::connect(std::shared_ptr<tcp::resolver::results_type> endpoints,
                                             tcp::resolver::results_type::const_iterator next,
                                             error_code last) {
  if (next == endpoints->end()) return finish_open(last);
  error_code ignored;
  socket_.close(ignored);
  auto const endpoint = next->endpoint();
  socket_.async_connect(endpoint, [self = shared_from_this(), endpoints = std::move(endpoints),
                                   next](error_code error) mutable {
    if (self->closed_) return;
    if (error) return self->connect(std::move(endpoints), ++next, error);
    error_code unimportant;
    self->socket_.set_option(tcp::no_delay(true), unimportant);
    if (self->route_.proxy) return self->ask_proxy();
    self->connected();
  });
}

/** There is a way to the server. */
UPLOADPROTO_DECL void client_stream::connected() {
  if (route_.tls.context) return shake_hands();
  finish_open({});
}

UPLOADPROTO_DECL void client_stream::ask_proxy() {
  auto request = proxy_request(*route_.proxy, host_, port_);
  if (!request) return finish_open(request.error());
  proxy_text_ = std::move(*request);
  write(proxy_text_, [self = shared_from_this()](error_code error, std::size_t) {
    if (error) return self->finish_open(error);
    self->proxy_text_.clear();
    self->read_proxy();
  });
}

UPLOADPROTO_DECL void client_stream::read_proxy() {
  read_some(proxy_chunk_.data(), proxy_chunk_.size(),
            [self = shared_from_this()](error_code error, std::size_t count) {
              if (error) return self->finish_open(error);
              self->proxy_text_.append(self->proxy_chunk_.data(), count);
              auto const answer = read_proxy_answer(self->proxy_text_);
              if (!answer) return self->read_proxy();
              if (*answer) return self->finish_open(*answer);
              self->connected();
            });
}

UPLOADPROTO_DECL void client_stream::shake_hands() {
  namespace ssl = boost::asio::ssl;
  tls_.emplace(socket_, *route_.tls.context);
  error_code error;
  if (route_.tls.verify) {
    // Set here and not left to the context: a context whose mode nobody set would verify nothing.
    tls_->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
    if (!error) tls_->set_verify_callback(ssl::host_name_verification(host_), error);
  } else {
    tls_->set_verify_mode(ssl::verify_none, error);
  }
  if (error) return finish_open(error);
  error_code not_an_address;
  boost::asio::ip::make_address(host_, not_an_address);
  if (not_an_address && SSL_set_tlsext_host_name(tls_->native_handle(), host_.c_str()) != 1) {
    return finish_open({static_cast<int>(::ERR_get_error()), boost::asio::error::get_ssl_category()});
  }
  tls_->async_handshake(ssl::stream_base::client, [self = shared_from_this()](error_code failure) {
    if (!self->closed_) self->finish_open(failure);
  });
}

UPLOADPROTO_DECL void client_stream::finish_open(error_code error) {
  auto const done = std::exchange(opened_, {});
  done(error);
}

UPLOADPROTO_DECL void client_stream::read_some(char* data, std::size_t size, transferred done) {
  auto handler = [self = shared_from_this(), done = std::move(done)](error_code error, std::size_t count) {
    if (!self->closed_) done(error, count);
  };
  auto const space = boost::asio::buffer(data, size);
  if (tls_) {
    tls_->async_read_some(space, std::move(handler));
  } else {
    socket_.async_read_some(space, std::move(handler));
  }
}

UPLOADPROTO_DECL void client_stream::write(std::string_view bytes, transferred done) {
  write_rest(bytes, 0, std::move(done));
}

UPLOADPROTO_DECL void client_stream::write_rest(std::string_view bytes, std::size_t written,
                                                transferred done) {
  auto handler = [self = shared_from_this(), bytes, written, done = std::move(done)](
                     error_code error, std::size_t count) mutable {
    if (self->closed_) return;
    written += count;
    if (error || written == bytes.size()) return done(error, written);
    self->write_rest(bytes, written, std::move(done));
  };
  auto const rest = boost::asio::buffer(bytes.data() + written, bytes.size() - written);
  if (tls_) {
    tls_->async_write_some(rest, std::move(handler));
  } else {
    socket_.async_write_some(rest, std::move(handler));
  }
}

UPLOADPROTO_DECL void client_stream::close() {
  closed_ = true;
  opened_ = {};
  resolver_.cancel();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace uploadproto::net

#endif
