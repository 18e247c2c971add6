// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_TRIAL_HOSTILE_TOKENS_HPP
#define UPLOADPROTO_CONFORMANCE_TRIAL_HOSTILE_TOKENS_HPP

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::conformance {

/** What a hostile token tries. */
enum class attack : std::uint8_t {
  no_signature,  ///< `none` in any casing, or nothing where the signature should be
  forgery,       ///< signed by somebody else, or changed after it was signed
  confusion,     ///< another algorithm than the key is for
  own_key,       ///< brings or names its own key
  header,        ///< rightly signed, with a header that means something else or nothing
  encoding,      ///< rightly signed, in a spelling that is not the compact one
  claims,        ///< rightly signed claims that are no JSON object, or ambiguous
  time,          ///< outside its time, or without one
  user,          ///< nobody's
  use,           ///< made for another use (JW-5)
  size           ///< longer than 8 KiB (JW-4)
};

struct hostile_token {
  std::string name;
  attack kind;
  std::string token;
  bool everywhere = false;  ///< every implementation must refuse it, not only the reference server (JWT)
};

/** Tokens that must be refused, made from one that is good.
    @param good a token that is let in
    @param claims its claims
    @param secret signs HS256; empty: only what can be made without one
    @param other_use the `type` that is refused here: `websocket` where sessions are asked for */
std::vector<hostile_token> hostile_tokens(std::string_view good, boost::json::object const& claims,
                                          std::string_view secret, std::string_view other_use = "websocket");

/** The clause of the JWT section that refuses it. */
std::string_view clause_of(attack) noexcept;

}  // namespace uploadproto::conformance

#endif
