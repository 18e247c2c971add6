// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/serialize.hpp>
#include <iostream>
#include <memory>

#include "commands.hpp"
#include "process.hpp"
#include "swarm.hpp"

namespace uploadproto::bench {

namespace {

struct load_options {
  std::string url;
  std::size_t subscribers = 1000;
  std::size_t in_flight = 1;
  std::size_t at_once = 128;
  double seconds = 3;
  double warm_up = 0.5;
  bool idle = false;
  double settle = 2;
  pid_t pid = 0;
};

// Joins, and fans out or sits idle; one JSON object on standard output.
void measure(load_options const& wanted) {
  boost::json::object report{{"subscribers", wanted.subscribers}};
  auto const before = wanted.pid != 0 ? anonymous_kib(wanted.pid) : 0;
  swarm clients(wanted.url, "bulk_upload_job:job-1732531200000-1234");
  auto const join_cpu = wanted.pid != 0 ? cpu_seconds(wanted.pid) : 0;
  auto const join_seconds = clients.join(wanted.subscribers, wanted.at_once);
  report["joins_per_second"] = double(wanted.subscribers) / join_seconds;
  if (wanted.pid != 0) report["join_server_cpu"] = (cpu_seconds(wanted.pid) - join_cpu) / join_seconds;

  if (wanted.idle) {
    clients.idle(wanted.settle);
    if (wanted.pid != 0) {
      report["anonymous_before_kib"] = before;
      report["anonymous_after_kib"] = anonymous_kib(wanted.pid);
    }
    std::cout << boost::json::serialize(report) << std::endl;
    for (;;) clients.idle(60);  // whoever started this may look at the server longer, and ends it
  }

  auto const cpu_before = wanted.pid != 0 ? cpu_seconds(wanted.pid) : 0;
  auto const began = now_seconds();
  auto const result = clients.fan_out(wanted.in_flight, wanted.warm_up, wanted.seconds);
  if (wanted.pid != 0)
    report["server_cpu"] = (cpu_seconds(wanted.pid) - cpu_before) / (now_seconds() - began);
  report["in_flight"] = wanted.in_flight;
  report["deliveries_per_second"] = double(result.deliveries) / result.seconds;
  report["load_cpu"] = result.cpu_seconds / result.seconds;
  report["cycle_p50_us"] = result.cycle_p50_us;
  report["cycle_p99_us"] = result.cycle_p99_us;
  std::cout << boost::json::serialize(report) << std::endl;
}

}  // namespace

void add_load(CLI::App& program, int&) {
  auto const wanted = std::make_shared<load_options>();
  auto* const load =
      program.add_subcommand("load", "Fans out from one server that keeps the bench fixture's rules");
  load->add_option("url", wanted->url, "http://HOST:PORT of the server")->required();
  load->add_option("--subscribers", wanted->subscribers, "Connections that join the room")
      ->capture_default_str();
  load->add_option("--in-flight", wanted->in_flight, "Events under way at a time")->capture_default_str();
  load->add_option("--at-once", wanted->at_once, "Connections being made at a time")->capture_default_str();
  load->add_option("--seconds", wanted->seconds, "Length of the measurement")->capture_default_str();
  load->add_option("--warm-up", wanted->warm_up, "Seconds before it")->capture_default_str();
  load->add_flag("--idle", wanted->idle, "Join, report, and sit idle until killed, publishing nothing");
  load->add_option("--settle", wanted->settle, "Idle seconds before memory is read")->capture_default_str();
  load->add_option("--pid", wanted->pid, "The server's process, to read its processor time and memory");
  load->callback([wanted] { measure(*wanted); });
}

}  // namespace uploadproto::bench
