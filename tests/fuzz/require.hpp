// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_FUZZ_REQUIRE_HPP
#define UPLOADPROTO_TESTS_FUZZ_REQUIRE_HPP

#include <cstdio>
#include <cstdlib>

namespace uploadproto::test {

/** What must hold for every input; the fuzzer keeps the input that breaks it. */
inline void require(bool holds, int line = __builtin_LINE()) {
  if (holds) return;
  std::fprintf(stderr, "what is required in line %d does not hold\n", line);
  std::abort();
}

}  // namespace uploadproto::test

#endif
