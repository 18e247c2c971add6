// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <signal.h>

#include <boost/json/serialize.hpp>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>

#include "commands.hpp"
#include "process.hpp"
#include "report.hpp"
#include "samples.hpp"

namespace uploadproto::bench {

namespace {

struct run_options {
  int rounds = 5;
  double seconds = 3;
  int server_core = 0;
  int load_core = 1;
  std::vector<std::size_t> connections{1000, 10000};
  std::string json;
};

// The two servers under comparison, as commands.
struct contender {
  std::string name;
  std::vector<std::string> command;
  bool collects_garbage;
};

std::vector<contender> contenders() {
  return {{"uploadproto",
           {program_folder() + "/uploadproto-bench", "serve", "--mode", "sio", "--port", "0"},
           false},
          {"socket.io", {"node", "--expose-gc", source_folder() + "/bench/node/socketio-server.mjs"}, true}};
}

struct fan_out_case {
  std::size_t subscribers;
  std::size_t in_flight;
  double goal;  // times Node's; 0: none is set
};
constexpr fan_out_case fan_outs[] = {{1, 1, 0},   {1, 8, 0},      {100, 1, 0},
                                     {100, 8, 0}, {1000, 1, 2.0}, {1000, 8, 8.0}};

// What was measured, by "what/contender".
using measurements = std::map<std::string, samples>;

struct running {
  process server;
  std::string url;
};

running start(contender const& which, run_options const& with) {
  process server(which.command, {.core = with.server_core});
  auto const ready = server.object_with("ready");
  return {std::move(server), std::string(ready.at("url").as_string())};
}

process load(running const& server, run_options const& with, std::vector<std::string> more) {
  std::vector<std::string> command{program_folder() + "/uploadproto-bench", "load", server.url, "--pid",
                                   std::to_string(server.server.pid())};
  command.insert(command.end(), more.begin(), more.end());
  return process(command, {.core = with.load_core});
}

void add(measurements& all, std::string const& what, contender const& which,
         boost::json::value const& value) {
  all[what + '/' + which.name].add(value.to_number<double>());
}

void measure_fan_out(run_options const& with, std::vector<contender> const& order, measurements& all) {
  std::vector<running> servers;
  for (auto const& which : order) servers.push_back(start(which, with));
  for (auto const& [subscribers, in_flight, goal] : fan_outs) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      auto client = load(servers[i], with,
                         {"--subscribers", std::to_string(subscribers), "--in-flight",
                          std::to_string(in_flight), "--seconds", std::to_string(with.seconds)});
      auto const report = client.object_with("deliveries_per_second");
      auto const what = std::to_string(subscribers) + "x" + std::to_string(in_flight);
      add(all, what, order[i], report.at("deliveries_per_second"));
      add(all, what + " per cpu second", order[i],
          report.at("deliveries_per_second").to_number<double>() /
              report.at("server_cpu").to_number<double>());
      add(all, what + " load cpu", order[i], report.at("load_cpu"));
      if (in_flight == 1) add(all, what + " p99", order[i], report.at("cycle_p99_us"));
      if (client.wait().exit_code != 0) throw std::runtime_error("the load generator failed");
    }
  }
  for (auto& each : servers) each.server.stop();
}

// A fresh server each time: memory once grown would hide what the next connections take.
void measure_idle(run_options const& with, std::vector<contender> const& order, std::size_t connections,
                  measurements& all) {
  for (auto const& which : order) {
    auto server = start(which, with);
    auto const collect = [&] {
      if (!which.collects_garbage) return;
      server.server.signal(SIGUSR2);
      server.server.object_with("collected");
    };
    collect();
    auto const before = double(anonymous_kib(server.server.pid()));
    auto client = load(server, with, {"--subscribers", std::to_string(connections), "--idle"});
    auto const report = client.object_with("joins_per_second");
    auto const as_it_stands = double(anonymous_kib(server.server.pid()));
    collect();
    auto const at_best = std::min(as_it_stands, double(anonymous_kib(server.server.pid())));
    auto const what = std::to_string(connections);
    add(all, what + " joins", which, report.at("joins_per_second"));
    add(all, what + " memory", which, (at_best - before) / double(connections));
    add(all, what + " memory uncollected", which, (as_it_stands - before) / double(connections));
    client.stop();
    server.server.stop();
  }
}

samples const& of(measurements const& all, std::string const& what, char const* name) {
  static samples const none;
  auto const found = all.find(what + '/' + name);
  return found == all.end() ? none : found->second;
}

std::string goal_text(double goal) {
  return goal == 0 ? "" : "≥ " + number(goal);
}

void print_tables(run_options const& with, measurements const& all) {
  table fan_out({"subscribers", "in flight", "uploadproto, deliveries/s", "socket.io, deliveries/s", "ratio",
                 "goal", "ratio per second of the server's processor",
                 "p99 of one event to all, µs (ours · Node's)",
                 "load generator's core in use (ours · Node's)"});
  for (auto const& [subscribers, in_flight, goal] : fan_outs) {
    auto const what = std::to_string(subscribers) + "x" + std::to_string(in_flight);
    auto const& ours = of(all, what, "uploadproto");
    auto const& theirs = of(all, what, "socket.io");
    auto const pair = [&](std::string const& kind) {
      return number(of(all, what + kind, "uploadproto").median()) + " · " +
             number(of(all, what + kind, "socket.io").median());
    };
    fan_out.row({number(double(subscribers)), std::to_string(in_flight), with_spread(ours),
                 with_spread(theirs), with_spread(ratios(ours, theirs)), goal_text(goal),
                 with_spread(ratios(of(all, what + " per cpu second", "uploadproto"),
                                    of(all, what + " per cpu second", "socket.io"))),
                 in_flight == 1 ? pair(" p99") : "", pair(" load cpu")});
  }
  std::cout << "### Fan-out of `bulk_upload_progress`\n\n" << fan_out.text() << '\n';

  table idle({"", "uploadproto", "socket.io", "ratio", "goal"});
  for (auto const connections : with.connections) {
    auto const count = std::to_string(connections);
    auto const line = [&](std::string const& title, std::string const& kind, std::string const& goal) {
      auto const& ours = of(all, count + kind, "uploadproto");
      auto const& theirs = of(all, count + kind, "socket.io");
      idle.row({number(double(connections)) + " connections: " + title, with_spread(ours),
                with_spread(theirs), with_spread(ratios(ours, theirs)), goal});
    };
    line("accepted and joined a second", " joins", "≥ 5");
    line("KiB each, idle", " memory", "ours ≤ 2 KiB");
    line("KiB each, garbage not yet collected", " memory uncollected", "");
  }
  std::cout << "### Joining, and idle connections\n\n" << idle.text() << std::flush;
}

void run(run_options const& with) {
  auto order = contenders();
  measurements all;
  for (int round = 0; round < with.rounds; ++round) {
    std::cerr << "round " << round + 1 << " of " << with.rounds << "\n";
    measure_fan_out(with, order, all);
    for (auto const connections : with.connections) measure_idle(with, order, connections, all);
    std::swap(order[0], order[1]);  // neither always goes first
  }
  print_tables(with, all);
  if (!with.json.empty()) write_json(with.json, all);
}

}  // namespace

void add_run(CLI::App& program, int&) {
  auto const with = std::make_shared<run_options>();
  auto* const sub = program.add_subcommand("run",
                                           "Fan-out, joins and memory beside Node's socket.io: both servers "
                                           "in turn on one core, the load on another");
  sub->add_option("--rounds", with->rounds, "Interleaved rounds")->capture_default_str();
  sub->add_option("--seconds", with->seconds, "Length of each measurement")->capture_default_str();
  sub->add_option("--connections", with->connections, "Idle connections to try")->capture_default_str();
  sub->add_option("--server-core", with->server_core, "Processor of the servers")->capture_default_str();
  sub->add_option("--load-core", with->load_core, "Processor of the load generator")->capture_default_str();
  sub->add_option("--json", with->json, "Also write every measurement to this file");
  sub->callback([with] { run(*with); });
}

}  // namespace uploadproto::bench
