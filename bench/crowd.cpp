// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <iostream>
#include <memory>
#include <stdexcept>

#include "commands.hpp"
#include "crowd_clients.hpp"
#include "process.hpp"
#include "report.hpp"
#include "samples.hpp"

namespace uploadproto::bench {

namespace {

struct crowd_options {
  int rounds = 3;
  std::size_t connections = 10'000;
  std::size_t slow = 1'000;
  double rate = 2;
  double seconds = 10;
  int ping_interval_ms = 1'000;
  int ping_timeout_ms = 20'000;
  std::size_t max_backlog = 128 * 1024;
  bool alone = false;
  int server_core = 0;
  int load_core = 1;
  std::string json;
};

using measurements = std::map<std::string, samples>;

struct contender {
  std::string name;
  std::vector<std::string> command;
  bool ours;  ///< whose promises are checked
};

std::vector<contender> contenders(crowd_options const& with) {
  std::vector<std::string> const beats{"--ping-interval", std::to_string(with.ping_interval_ms),
                                       "--ping-timeout", std::to_string(with.ping_timeout_ms)};
  std::vector<contender> both{
      {"uploadproto",
       {program_folder() + "/uploadproto-bench", "serve", "--max-backlog", std::to_string(with.max_backlog)},
       true}};
  if (!with.alone)
    both.push_back({"socket.io", {"node", source_folder() + "/bench/node/socketio-server.mjs"}, false});
  for (auto& each : both) each.command.insert(each.command.end(), beats.begin(), beats.end());
  return both;
}

/// One server and its crowd, stretch by stretch.
class crowd_run {
 public:
  crowd_run(crowd_options const& with, contender const& which, measurements& all)
      : with_(with),
        which_(which),
        all_(all),
        server_(which.command, {.core = with.server_core}),
        crowd_(std::string(server_.object_with("ready").at("url").as_string()),
               {with.connections, with.slow, with.ping_interval_ms / 1e3}) {}

  void measure() {
    add("MB before", megabytes());
    crowd_.join();
    crowd_.follow(1, with_.rate, [] {});
    stretch("all read", [] {});

    crowd_.stop_reading();
    crowd_.follow(2, with_.rate, [&] { crowd_.publish_to_slow(kernel_keeps / 4, true); });
    int ends = 0;
    stretch("slow", [&] {
      if (ends < ends_published) crowd_.publish_end(), ++ends;
    });
    crowd_.read_again();
    add("told every end", double(crowd_.slow_told_every_end()));
    add("replaced", crowd_.replaced() / double(crowd_.published()));
    add("closed without a flood", double(crowd_.slow_closed()));

    crowd_.stop_reading();
    stretch("flood", [&] { crowd_.publish_to_slow(flood() / portions(), false); });
    crowd_.follow(1, with_.rate, [] {});
    add("closed by the flood", double(crowd_.slow_closed()));
    add("MB after", megabytes());
    add("others closed", double(crowd_.others_closed()));
    check();
    server_.stop();
  }

 private:
  static constexpr int ends_published = 3;
  static constexpr std::size_t kernel_keeps = 768 * 1024;  // for a slow one, at most

  std::size_t flood() const { return kernel_keeps + 2 * with_.max_backlog; }
  std::size_t portions() const { return std::max<std::size_t>(1, std::size_t(with_.seconds * 4)); }

  double megabytes() const { return double(rss_kib(server_.pid())) / 1024; }

  void add(std::string const& what, double value) { all_[what + '/' + which_.name].add(value); }

  template <class Meanwhile>
  void stretch(std::string const& name, Meanwhile meanwhile) {
    auto const cpu = cpu_seconds(server_.pid());
    auto const own = own_cpu_seconds();
    auto const began = now_seconds();
    double peak = 0;
    auto const result = crowd_.follow(with_.seconds, with_.rate, [&] {
      peak = std::max(peak, megabytes());
      meanwhile();
    });
    auto const seconds = now_seconds() - began;
    add(name + " p50", result.p50_ms);
    add(name + " p99", result.p99_ms);
    add(name + " deliveries", result.deliveries);
    add(name + " beats", result.beats);
    add(name + " longest between beats", result.longest_between_beats);
    add(name + " cpu", (cpu_seconds(server_.pid()) - cpu) / seconds);
    add(name + " load cpu", (own_cpu_seconds() - own) / seconds);
    add(name + " MB", std::max(peak, megabytes()));
  }

  double of(std::string const& what) const { return all_.at(what + '/' + which_.name).highest(); }

  void check() const {
    if (!which_.ours) return;
    auto const expect = [&](std::string const& what, std::size_t count) {
      if (auto const got = of(what); got != double(count))
        throw std::runtime_error(what + ": " + number(got) + " instead of " + std::to_string(count));
    };
    expect("others closed", 0);
    expect("told every end", with_.slow);
    expect("closed without a flood", 0);
    expect("closed by the flood", with_.slow);
  }

  crowd_options const& with_;
  contender const& which_;
  measurements& all_;
  process server_;
  crowd_clients crowd_;
};

void print_table(crowd_options const& with, std::vector<contender> const& order, measurements& all) {
  std::vector<std::string> head{""};
  for (auto const& each : order) head.push_back(each.name);
  table results(head);
  auto const line = [&](std::string const& title, auto cell) {
    std::vector<std::string> cells{title};
    for (auto const& each : order) cells.push_back(cell('/' + each.name));
    results.row(cells);
  };
  auto const plain = [&](std::string const& title, std::string const& what) {
    line(title, [&](std::string const& who) { return with_spread(all[what + who]); });
  };
  auto const ratio = [&](std::string const& title, std::string const& what, std::string const& to) {
    line(title, [&](std::string const& who) { return with_spread(ratios(all[what + who], all[to + who])); });
  };
  auto const slow = number(double(with.slow));
  std::pair<std::string, std::string> const stretches[] = {
      {"all read", "all read"}, {slow + " do not read", "slow"}, {slow + " are flooded", "flood"}};
  for (auto const& [title, name] : stretches) {
    plain(title + ": delivery to the others, median, ms", name + " p50");
    plain(title + ": p99, ms", name + " p99");
  }
  ratio("median with those who do not read, times that without", "slow p50", "all read p50");
  ratio("p99 with those who do not read, times that without", "slow p99", "all read p99");
  for (auto const& [title, name] : stretches) {
    plain(title + ": deliveries to the others a second", name + " deliveries");
    plain(title + ": heartbeats of the others a second", name + " beats");
    plain(title + ": longest between two of one, s", name + " longest between beats");
    plain(title + ": core in use, server", name + " cpu");
    plain(title + ": core in use, load generator", name + " load cpu");
    plain(title + ": resident memory at most, MB", name + " MB");
  }
  plain("resident memory before the first connection, MB", "MB before");
  plain("resident memory after the flood, MB", "MB after");
  plain("part of the progress that a slow one was spared", "replaced");
  plain("slow ones that were told every end of a job", "told every end");
  plain("slow ones closed before the flood", "closed without a flood");
  plain("slow ones closed after it", "closed by the flood");
  plain("others closed", "others closed");
  std::cout << "### " << number(double(with.connections)) << " connections with heartbeats, " << slow
            << " of them slow\n\n"
            << results.text() << std::flush;
}

void run(crowd_options const& with) {
  auto const order = contenders(with);
  measurements all;
  pin_to(with.load_core);
  for (int round = 0; round < with.rounds; ++round) {
    // Neither always goes first.
    for (std::size_t i = 0; i < order.size(); ++i) {
      auto const& which = order[(i + std::size_t(round)) % order.size()];
      std::cerr << "round " << round + 1 << " of " << with.rounds << ": " << which.name << "\n";
      crowd_run(with, which, all).measure();
    }
  }
  print_table(with, order, all);
  if (!with.json.empty()) write_json(with.json, all);
}

}  // namespace

void add_crowd(CLI::App& program, int&) {
  auto const with = std::make_shared<crowd_options>();
  auto* const sub = program.add_subcommand(
      "crowd",
      "Connections with heartbeats on one event loop, some of which do not read, beside Node's socket.io");
  sub->add_option("--rounds", with->rounds, "Interleaved rounds")->capture_default_str();
  sub->add_option("--connections", with->connections, "Followers of the job")->capture_default_str();
  sub->add_option("--slow", with->slow, "How many of them are slow")->capture_default_str();
  sub->add_option("--rate", with->rate, "Events a second to all")->capture_default_str();
  sub->add_option("--seconds", with->seconds, "Length of each stretch")->capture_default_str();
  sub->add_option("--ping-interval", with->ping_interval_ms, "Milliseconds between heartbeats")
      ->capture_default_str();
  sub->add_option("--ping-timeout", with->ping_timeout_ms, "Milliseconds that an answer may take")
      ->capture_default_str();
  sub->add_option("--max-backlog", with->max_backlog, "Bytes that our server keeps for a slow one")
      ->capture_default_str();
  sub->add_flag("--alone", with->alone, "Without Node's socket.io");
  sub->add_option("--server-core", with->server_core, "Processor of the servers")->capture_default_str();
  sub->add_option("--load-core", with->load_core, "Processor of the load generator")->capture_default_str();
  sub->add_option("--json", with->json, "Also write every measurement to this file");
  sub->callback([with] { run(*with); });
}

}  // namespace uploadproto::bench
