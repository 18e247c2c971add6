// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_FUZZ_REQUIRE_HPP
#define UPLOADPROTO_TESTS_FUZZ_REQUIRE_HPP

#include <cstdlib>

namespace uploadproto::test {

/** What must hold for every input; the fuzzer keeps the input that breaks it. */
inline void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace uploadproto::test

#endif
