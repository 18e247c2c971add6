// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_CHECK_HPP
#define UPLOADPROTO_CONTRACT_CHECK_HPP

#include <string>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/field.hpp>
#include <uploadproto/contract/violation.hpp>

namespace uploadproto::contract {

/** What a member's rules ask for, as the end of the sentence "expected …": `a number of 0 to 100`. */
UPLOADPROTO_DECL std::string expectation(field_info const&);

/** Checks the rules of a record that is about to be sent. @param record an object of the described type */
UPLOADPROTO_DECL violations check_record(record_info const&, void const* record);

/** Everything by which a payload breaks its table; empty: it may be sent. The same rules as on reading, and
    strings must be UTF-8, numbers finite. */
template <payload T>
violations check(T const& value) {
  return check_record(record_of<T>, &value);
}

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/check.ipp>
#endif

#endif
