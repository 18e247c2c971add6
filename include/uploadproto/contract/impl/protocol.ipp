// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_PROTOCOL_IPP
#define UPLOADPROTO_CONTRACT_IMPL_PROTOCOL_IPP

#include <uploadproto/contract/impl/record_checker.hpp>
#include <uploadproto/contract/protocol.hpp>

namespace uploadproto::contract::detail {

UPLOADPROTO_DECL violation unknown_event(std::string_view name) {
  return {"", violation_code::unknown_event, "an event of the protocol", shown(name)};
}

}  // namespace uploadproto::contract::detail

#endif
