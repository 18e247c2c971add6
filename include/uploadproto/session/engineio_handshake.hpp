// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SESSION_ENGINEIO_HANDSHAKE_HPP
#define UPLOADPROTO_SESSION_ENGINEIO_HANDSHAKE_HPP

#include <uploadproto/config.hpp>
#include <uploadproto/session/engineio_server.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadproto::session {

/** The decoded query of a request target, in order. Percent escapes and `+` are decoded; a broken escape
    stays as it stands. */
class query_parameters {
 public:
  using parameter = std::pair<std::string, std::string>;

  query_parameters() = default;
  explicit query_parameters(std::string_view target);

  /** The value of the last parameter of that name, or null. */
  std::string const* find(std::string_view name) const noexcept;
  std::vector<parameter> const& all() const noexcept { return parameters_; }

 private:
  std::vector<parameter> parameters_;
};

/** Why a request to the Engine.IO endpoint is refused; the values are the wire's codes. WIRE 1.4. */
enum class engineio_refusal : unsigned char {
  unknown_transport = 0,
  unknown_sid = 1,
  bad_handshake_method = 2,
  bad_request = 3,
  forbidden = 4,
  unsupported_version = 5,
};
UPLOADPROTO_DECL std::string_view to_string(engineio_refusal refusal) noexcept;
/** `{"code":N,"message":"…"}`; `message` replaces the standard one when it is not empty. */
UPLOADPROTO_DECL std::string refusal_body(engineio_refusal refusal, std::string_view message = {});

/** What of a request decides whether it is let through. */
struct engineio_request {
  std::string_view method;  ///< `GET`, `POST`, …
  bool upgrade = false;     ///< asks for a WebSocket
  std::string_view origin;  ///< the Origin header, if any
};

/** Checks a request in the reference's order.
    @param existing the session that the query's `sid` names, or null.
    @return nothing when the request may go on (to its session, or to a new one). */
UPLOADPROTO_DECL std::optional<engineio_refusal> check_request(engineio_request const& request,
                                                               query_parameters const& query,
                                                               engineio_server const* existing,
                                                               engineio_server_options const& options);

/** Whether the query names a session (an empty `sid` does not). */
UPLOADPROTO_DECL bool names_session(query_parameters const& query) noexcept;

}  // namespace uploadproto::session

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/session/impl/engineio_handshake.ipp>
#endif

#endif
