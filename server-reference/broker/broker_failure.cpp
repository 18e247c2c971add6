// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/broker_failure.hpp"

#include <stdexcept>

namespace uploadproto::reference {

void throw_exception_from_error(broker_failure const& failure, boost::source_location const&) {
  throw std::runtime_error(failure.what);
}

}  // namespace uploadproto::reference
