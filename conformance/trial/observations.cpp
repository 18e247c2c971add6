// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "trial/observations.hpp"

namespace uploadproto::conformance {

std::shared_ptr<observation const> observations::of(std::string_view protocol, sample_kind kind,
                                                    maker const& make) {
  std::lock_guard const held(lock_);
  auto& entry = made_[{std::string(protocol), kind}];
  if (!entry) entry = std::make_shared<observation const>(make());
  return entry;
}

}  // namespace uploadproto::conformance
