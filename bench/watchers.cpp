// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <uploadproto/contract/upload_progress.hpp>

#include "commands.hpp"
#include "process.hpp"
#include "report.hpp"
#include "samples.hpp"
#include "watcher_clients.hpp"

namespace uploadproto::bench {

namespace {

struct watchers_options {
  int rounds = 3;
  std::size_t watchers = 2000;
  double rate = 20;
  double seconds = 20;
  int server_core = 0;
  int load_core = 1;
  std::string json;
};

constexpr std::size_t limit = *contract::upload_progress::info.limits.max_progress_per_second;

void measure(watchers_options const& with, std::map<std::string, samples>& all) {
  process server(
      {program_folder() + "/uploadproto-bench", "serve-batches", "--batches", std::to_string(with.watchers),
       "--rate", std::to_string(with.rate), "--seconds", std::to_string(with.seconds)},
      {.core = with.server_core});
  auto const url = std::string(server.object_with("ready").at("url").as_string());
  auto const before = double(anonymous_kib(server.pid()));
  watcher_clients watchers(url, with.watchers, limit);
  auto const own = own_cpu_seconds();
  auto result = watchers.watch();

  auto const counted = server.object_with("merged");
  auto const merged = counted.at("merged").to_number<double>();
  all["late p50"].add(percentile(result.late_ms, 0.50));
  all["late p99"].add(percentile(result.late_ms, 0.99));
  all["late max"].add(percentile(result.late_ms, 1));
  all["messages"].add(double(result.messages) / result.seconds);
  all["merged"].add(merged / (merged + counted.at("sent").to_number<double>()));
  all["most in a second"].add(double(result.most_in_second));
  all["over limit"].add(double(result.over_limit));
  all["without end"].add(double(result.without_end));
  all["peak MB"].add(double(peak_rss_kib(server.pid())) / 1024);
  all["KiB each"].add((double(anonymous_kib(server.pid())) - before) / double(with.watchers));
  all["cpu"].add(cpu_seconds(server.pid()) / result.seconds);
  all["load cpu"].add((own_cpu_seconds() - own) / result.seconds);
  if (server.stop().exit_code != 0) throw std::runtime_error("the server refused an event or a watcher");
  if (result.without_end != 0)
    throw std::runtime_error(std::to_string(result.without_end) + " watchers were not told of the end");
}

void print_table(watchers_options const& with, std::map<std::string, samples>& all) {
  table results({"", "uploadproto", "goal"});
  auto const line = [&](std::string const& title, std::string const& what, std::string const& goal = {}) {
    results.row({title, with_spread(all[what]), goal});
  };
  line("terminal message behind the batch's end, median, ms", "late p50", "≤ 100");
  line("– p99, ms", "late p99");
  line("– latest of all, ms", "late max");
  line("watchers without a terminal message", "without end", "0");
  line("counted messages to one watcher within a second, at most", "most in a second");
  line("watchers with more than " + std::to_string(limit) + " of them in some second", "over limit", "0");
  line("messages a second, to all", "messages");
  line("part of the events that newer ones replaced", "merged");
  line("peak memory, MB", "peak MB");
  line("KiB each, batch and watcher", "KiB each");
  line("core in use, server and batches", "cpu");
  line("core in use, watchers", "load cpu");
  std::cout << "### " << number(double(with.watchers)) << " watchers, a running batch each, "
            << number(with.rate) << " events a second of each\n\n"
            << results.text() << std::flush;
}

void run(watchers_options const& with) {
  std::map<std::string, samples> all;
  pin_to(with.load_core);
  for (int round = 0; round < with.rounds; ++round) {
    std::cerr << "round " << round + 1 << " of " << with.rounds << "\n";
    measure(with, all);
  }
  print_table(with, all);
  if (!with.json.empty()) write_json(with.json, all);
}

}  // namespace

void add_watchers(CLI::App& program, int&) {
  auto const with = std::make_shared<watchers_options>();
  auto* const sub =
      program.add_subcommand("watchers", "Watchers of upload progress, each of its own running batch");
  sub->add_option("--rounds", with->rounds, "Rounds, each with a server of its own")->capture_default_str();
  sub->add_option("--watchers", with->watchers, "Watchers, and batches")->capture_default_str();
  sub->add_option("--rate", with->rate, "Events a second of each batch")->capture_default_str();
  sub->add_option("--seconds", with->seconds, "Length of the longest batch")->capture_default_str();
  sub->add_option("--server-core", with->server_core, "Processor of the server")->capture_default_str();
  sub->add_option("--load-core", with->load_core, "Processor of the watchers")->capture_default_str();
  sub->add_option("--json", with->json, "Also write every measurement to this file");
  sub->callback([with] { run(*with); });
}

}  // namespace uploadproto::bench
