// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_READER_HPP
#define UPLOADPROTO_CONTRACT_READER_HPP

#include <boost/json/value.hpp>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/field.hpp>
#include <uploadproto/contract/violation.hpp>
#include <utility>

namespace uploadproto::contract {

/** Reads a payload into a fresh record of the described type and says everything that is wrong with it.

    Members without a violation are filled in, so a caller that prefers a half to nothing has it. Unknown
    members are ignored (CO-1). Never throws but for memory; work and memory are bounded by the input.
    @param record a default-constructed object of the described type */
UPLOADPROTO_DECL violations read_record(record_info const&, void* record, boost::json::value const&);

/** Reads a payload: the value, or *all* violations. Unknown members are ignored (CO-1), null for an optional
    member is a violation (CO-2). */
template <payload T>
read_result<T> read(boost::json::value const& json) {
  T value{};
  violations wrong = read_record(record_of<T>, &value, json);
  if (!wrong.empty()) return wrong;
  return value;
}

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/reader.ipp>
#endif

#endif
