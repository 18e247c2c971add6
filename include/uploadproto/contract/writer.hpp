// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_WRITER_HPP
#define UPLOADPROTO_CONTRACT_WRITER_HPP

#include <string>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/field.hpp>

namespace uploadproto::contract {

/** Appends a record as a JSON object. @param record an object of the described type */
UPLOADPROTO_DECL void append_record(std::string& out, record_info const&, void const* record);

/** Appends a payload as JSON text, members in the table's order, absent optionals left out (CO-2). Checks no
    rule: `check` does. */
template <payload T>
void append_json(std::string& out, T const& value) {
  append_record(out, record_of<T>, &value);
}

/** A payload as JSON text. */
template <payload T>
std::string to_json(T const& value) {
  std::string out;
  append_json(out, value);
  return out;
}

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/writer.ipp>
#endif

#endif
