// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_VIOLATION_HPP
#define UPLOADPROTO_CONTRACT_VIOLATION_HPP

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <uploadproto/config.hpp>
#include <vector>

namespace uploadproto::contract {

enum class violation_code : unsigned char {
  not_an_object,    ///< the payload, or a nested one, is no JSON object
  missing_member,   ///< a required member is not there
  null_member,      ///< an optional member is null instead of absent (CO-2)
  wrong_type,       ///< another JSON type than the table's
  out_of_range,     ///< a number, or an integer that its type cannot hold
  wrong_length,     ///< a string or an array too short or too long
  wrong_form,       ///< a string without the named form
  not_allowed,      ///< a string that is not one of those allowed
  more_than,        ///< a number that exceeds the member that bounds it
  missing_here,     ///< an optional member absent though another member's value requires it
  unexpected_here,  ///< an optional member present though another member's value excludes it
  unknown_event,    ///< no event of the protocol has this name
  invalid_text      ///< a string to be sent that is not UTF-8
};

UPLOADPROTO_DECL std::string_view name_of(violation_code) noexcept;

/** One thing that is wrong with a payload. Texts are short whatever the input was. */
struct violation {
  std::string pointer;  ///< JSON pointer (RFC 6901) into the payload; empty: the payload itself
  violation_code code{};
  std::string expected;  ///< e.g. `a number of 0 to 100`
  std::string got;       ///< e.g. `120`

  /** `/progress: expected a number of 0 to 100, got 120` */
  std::string message() const;

  friend bool operator==(violation const&, violation const&) = default;
};

/** Everything that is wrong, in the table's order. */
using violations = std::vector<violation>;

/** All messages, one a line. */
UPLOADPROTO_DECL std::string to_string(violations const&);

/** A value of the contract, or everything that is wrong with what came. */
template <class T>
using read_result = boost::system::result<T, violations>;

/** What `read_result::value()` does when there is none.
    @throws std::invalid_argument with `to_string` */
[[noreturn]] UPLOADPROTO_DECL void throw_exception_from_error(violations const&,
                                                              boost::source_location const&);

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/violation.ipp>
#endif

#endif
