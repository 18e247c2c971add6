// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SOCKETIO_IMPL_CLIENT_IPP
#define UPLOADPROTO_SOCKETIO_IMPL_CLIENT_IPP

#include <uploadproto/socketio/client.hpp>

namespace uploadproto::socketio {

UPLOADPROTO_DECL client::client(executor_type const& executor, client_options options) {
  auto auth = options.auth;
  connection_ = net::make_client_connection(executor, std::move(options));
  nsp_ = connection_->first_namespace();
  connection_->acquire(nsp_, std::move(auth));
}

UPLOADPROTO_DECL client& client::operator=(client&& other) noexcept {
  if (connection_) connection_->release(nsp_);
  connection_ = std::exchange(other.connection_, nullptr);
  nsp_ = std::move(other.nsp_);
  return *this;
}

UPLOADPROTO_DECL client::~client() {
  if (connection_) connection_->release(nsp_);
}

UPLOADPROTO_DECL client client::of(std::string nsp, client_auth auth) const {
  if (nsp.empty() || nsp.front() != '/') nsp.insert(nsp.begin(), '/');
  connection_->acquire(nsp, std::move(auth));
  return client(connection_, std::move(nsp));
}

}  // namespace uploadproto::socketio

#endif
