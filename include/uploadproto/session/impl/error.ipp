// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_IMPL_ERROR_IPP
#define UPLOADPROTO_SESSION_IMPL_ERROR_IPP

#include <uploadproto/session/error.hpp>

#include <string>

namespace uploadproto::session {
namespace detail {

class error_category final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "uploadproto.session"; }
  std::string message(int value) const override {
    switch (static_cast<error>(value)) {
      case error::not_connected:
        return "packet for a namespace that is not connected; expected CONNECT first";
      case error::already_connected:
        return "second CONNECT for a connected namespace";
      case error::unexpected_packet:
        return "packet type that this side never receives";
      case error::too_many_held_packets:
        return "too many packets before the connection was accepted";
      case error::connect_timeout:
        return "no namespace was joined in time";
      case error::too_many_namespaces:
        return "CONNECT to more namespaces than one connection may have";
    }
    return "unknown session error";
  }
};

}  // namespace detail

UPLOADPROTO_DECL error_code make_error_code(error value) noexcept {
  static detail::error_category const category;
  return {static_cast<int>(value), category};
}

}  // namespace uploadproto::session

#endif
