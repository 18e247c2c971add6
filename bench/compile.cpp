// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "commands.hpp"
#include "process.hpp"
#include "report.hpp"
#include "samples.hpp"

namespace uploadproto::bench {

namespace {

struct compile_options {
  int rounds = 3;
  std::vector<std::string> compilers{"g++", "clang++-14"};
  std::string optimisation = "-O2";
  std::string json;
};

// A unit as a user would write it, relative to the checkout.
struct unit {
  std::string name;
  std::string source;
  std::vector<std::string> flags;
  double goal;  // times the Beast unit's seconds; 0: none is set
};

std::string const separate = "-DUPLOADPROTO_SEPARATE_COMPILATION";
std::string const yardstick = "Beast WebSocket, coroutine client";

std::vector<unit> units() {
  return {{yardstick, "bench/compile/beast_client.cpp", {}, 0},
          {"the same over TLS", "bench/compile/beast_client.cpp", {"-DUPLOADPROTO_BENCH_TLS"}, 0},
          {"client.hpp, example that follows a job", "examples/follow_job.cpp", {}, 1.3},
          {"the same, SDK compiled apart", "examples/follow_job.cpp", {separate}, 0},
          {"server.hpp, example that emits one", "examples/emit_job.cpp", {}, 0},
          {"the same, SDK compiled apart", "examples/emit_job.cpp", {separate}, 0}};
}

bool is_there(std::string const& compiler) {
  process probe({compiler, "--version"}, {.quiet = true});
  return probe.wait().exit_code == 0;
}

ending compile(std::string const& compiler, unit const& what, std::string const& optimisation) {
  std::vector<std::string> command{compiler, "-std=c++20", optimisation, "-I" + source_folder() + "/include"};
  command.insert(command.end(), what.flags.begin(), what.flags.end());
  command.insert(command.end(), {"-c", source_folder() + "/" + what.source, "-o", "/dev/null"});
  auto const done = process(command, {}).wait();
  if (done.exit_code != 0) throw std::runtime_error(compiler + " could not compile " + what.source);
  return done;
}

void run(compile_options const& with) {
  std::map<std::string, samples> all;
  table results({"compiler", "unit", "seconds", "MB", "seconds, times Beast's", "goal"});
  for (auto const& compiler : with.compilers) {
    if (!is_there(compiler)) {
      std::cerr << "left out: " << compiler << ": not installed\n";
      continue;
    }
    auto const tried = units();
    std::vector<samples> seconds(tried.size());
    std::vector<samples> megabytes(tried.size());
    for (int round = 0; round < with.rounds; ++round) {
      for (std::size_t i = 0; i < tried.size(); ++i) {
        if (!std::filesystem::exists(source_folder() + "/" + tried[i].source)) continue;
        std::cerr << "round " << round + 1 << ": " << compiler << ", " << tried[i].name << "\n";
        auto const cost = compile(compiler, tried[i], with.optimisation);
        // Processor time: what else the machine does must not count.
        seconds[i].add(cost.cpu_seconds);
        megabytes[i].add(double(cost.peak_rss_kib) / 1024);
      }
    }
    for (std::size_t i = 0; i < tried.size(); ++i) {
      results.row({compiler, tried[i].name, with_spread(seconds[i]), with_spread(megabytes[i]),
                   i == 0 ? "1" : with_spread(ratios(seconds[i], seconds[0])),
                   tried[i].goal == 0 ? "" : "≤ " + number(tried[i].goal)});
      auto const key =
          compiler + '/' + tried[i].source + (tried[i].flags.empty() ? "" : ' ' + tried[i].flags[0]);
      all[key + " seconds"] = seconds[i];
      all[key + " MB"] = megabytes[i];
    }
  }
  std::cout << "### What a user's unit costs to compile (" << with.optimisation << ")\n\n"
            << results.text() << std::flush;
  if (!with.json.empty()) write_json(with.json, all);
}

}  // namespace

void add_compile(CLI::App& program, int&) {
  auto const with = std::make_shared<compile_options>();
  auto* const sub =
      program.add_subcommand("compile", "Compile time and memory of users' units beside one on Beast");
  sub->add_option("--rounds", with->rounds, "Interleaved rounds")->capture_default_str();
  sub->add_option("--compilers", with->compilers, "Compilers to try")->capture_default_str();
  sub->add_option("--optimisation", with->optimisation, "-O0 … -O3")->capture_default_str();
  sub->add_option("--json", with->json, "Also write every measurement to this file");
  sub->callback([with] { run(*with); });
}

}  // namespace uploadproto::bench
