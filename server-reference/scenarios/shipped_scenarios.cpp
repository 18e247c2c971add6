// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <shipped_file.hpp>

#include "scenarios/scenario.hpp"

UPLOADPROTO_SHIP_FILE(flaky_network, UPLOADPROTO_SCENARIO_DIRECTORY "/flaky-network.toml");
UPLOADPROTO_SHIP_FILE(stalls_then_fails, UPLOADPROTO_SCENARIO_DIRECTORY "/stalls-then-fails.toml");
UPLOADPROTO_SHIP_FILE(noisy_events, UPLOADPROTO_SCENARIO_DIRECTORY "/noisy-events.toml");
UPLOADPROTO_SHIP_FILE(refused_tickets, UPLOADPROTO_SCENARIO_DIRECTORY "/refused-tickets.toml");
UPLOADPROTO_SHIP_FILE(wrong_payloads, UPLOADPROTO_SCENARIO_DIRECTORY "/wrong-payloads.toml");
UPLOADPROTO_SHIP_FILE(failed_batch, UPLOADPROTO_SCENARIO_DIRECTORY "/failed-batch.toml");

namespace uploadproto::reference {

std::vector<shipped_scenario> const& shipped_scenarios() {
  static std::vector<shipped_scenario> const all{
      {"flaky-network", shipped_bytes_of_flaky_network()},
      {"stalls-then-fails", shipped_bytes_of_stalls_then_fails()},
      {"noisy-events", shipped_bytes_of_noisy_events()},
      {"refused-tickets", shipped_bytes_of_refused_tickets()},
      {"wrong-payloads", shipped_bytes_of_wrong_payloads()},
      {"failed-batch", shipped_bytes_of_failed_batch()},
  };
  return all;
}

}  // namespace uploadproto::reference
