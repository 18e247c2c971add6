// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_FIT_HPP
#define UPLOADPROTO_CONTRACT_FIT_HPP

#include <cstddef>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/event.hpp>
#include <uploadproto/contract/field.hpp>
#include <variant>

namespace uploadproto::contract {

/** Cuts the texts of a payload that its table marks as `shortenable`, the longest first and each with `…` at
    its end, until the payload's JSON text has at most `max_bytes` (UP-N3).
    @return false when even that does not make it fit */
UPLOADPROTO_DECL bool fit_record(record_info const& info, void* record, std::size_t max_bytes);

template <payload T>
bool fit(T& e, std::size_t max_bytes) {
  return fit_record(record_of<T>, &e, max_bytes);
}

template <server_event... E>
bool fit(std::variant<E...>& any, std::size_t max_bytes) {
  return std::visit([&](auto& e) { return fit(e, max_bytes); }, any);
}

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/fit.ipp>
#endif

#endif
