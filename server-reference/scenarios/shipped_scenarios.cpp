// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <cstddef>

#include "scenarios/scenario.hpp"

// As the register's file: CMake defines the directory and makes this unit depend on the files in it.
#define UPLOADPROTO_SHIP_SCENARIO(symbol, file)                               \
  asm(".pushsection .rodata\n"                                                \
      ".globl uploadproto_scenario_" #symbol                                  \
      "_begin\n"                                                              \
      ".globl uploadproto_scenario_" #symbol                                  \
      "_end\n"                                                                \
      "uploadproto_scenario_" #symbol                                         \
      "_begin:\n"                                                             \
      ".incbin \"" UPLOADPROTO_SCENARIO_DIRECTORY "/" file                    \
      ".toml\"\n"                                                             \
      "uploadproto_scenario_" #symbol                                         \
      "_end:\n"                                                               \
      ".byte 0\n"                                                             \
      ".popsection\n");                                                       \
  extern "C" char const uploadproto_scenario_##symbol##_begin[];              \
  extern "C" char const uploadproto_scenario_##symbol##_end[];                \
  namespace {                                                                 \
  std::string_view text_of_##symbol() {                                       \
    return {uploadproto_scenario_##symbol##_begin,                            \
            static_cast<std::size_t>(uploadproto_scenario_##symbol##_end -    \
                                     uploadproto_scenario_##symbol##_begin)}; \
  }                                                                           \
  }

UPLOADPROTO_SHIP_SCENARIO(flaky_network, "flaky-network")
UPLOADPROTO_SHIP_SCENARIO(stalls_then_fails, "stalls-then-fails")
UPLOADPROTO_SHIP_SCENARIO(noisy_events, "noisy-events")
UPLOADPROTO_SHIP_SCENARIO(refused_tickets, "refused-tickets")
UPLOADPROTO_SHIP_SCENARIO(wrong_payloads, "wrong-payloads")
UPLOADPROTO_SHIP_SCENARIO(failed_batch, "failed-batch")

namespace uploadproto::reference {

std::vector<shipped_scenario> const& shipped_scenarios() {
  static std::vector<shipped_scenario> const all{
      {"flaky-network", text_of_flaky_network()},   {"stalls-then-fails", text_of_stalls_then_fails()},
      {"noisy-events", text_of_noisy_events()},     {"refused-tickets", text_of_refused_tickets()},
      {"wrong-payloads", text_of_wrong_payloads()}, {"failed-batch", text_of_failed_batch()},
  };
  return all;
}

}  // namespace uploadproto::reference
