// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_ERROR_HPP
#define UPLOADPROTO_SESSION_ERROR_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>

namespace uploadproto::session {

/** How a peer broke the order of a conversation whose packets were well formed. */
enum class error {
  not_connected = 1,      ///< a packet for a namespace that the client has not joined
  already_connected,      ///< a second CONNECT for a namespace
  unexpected_packet,      ///< a packet type that this role never receives
  too_many_held_packets,  ///< too many packets while the connection check runs
  connect_timeout,        ///< no namespace joined in time
  too_many_namespaces,    ///< more namespaces at once than one connection may have
};

UPLOADPROTO_DECL error_code make_error_code(error value) noexcept;

}  // namespace uploadproto::session

template <>
struct boost::system::is_error_code_enum<uploadproto::session::error> : std::true_type {};

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/error.ipp>
#endif

#endif
