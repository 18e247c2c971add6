// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_SAMPLES_HPP
#define UPLOADPROTO_CONTRACT_SAMPLES_HPP

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/field.hpp>
#include <uploadproto/contract/violation.hpp>
#include <vector>

namespace uploadproto::contract {

/** A payload on one side of a rule's edge. */
struct sample {
  std::string name;  ///< what is special: `/progress above its maximum`
  boost::json::value payload;
  std::optional<violation_code> code;  ///< the one thing wrong with it; nothing: it is valid
  std::string pointer;                 ///< where that is
};

/** A valid payload with every member that may be there. */
UPLOADPROTO_DECL boost::json::object example(record_info const&);

/** Payloads at every edge of every rule of a table, valid and invalid, nested tables included. Each invalid
    one has exactly one thing wrong with it. Always the same ones in the same order. */
UPLOADPROTO_DECL std::vector<sample> samples(record_info const&);

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/samples.ipp>
#endif

#endif
