// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)

// Batches that run: the server role of upload progress, told of all of them by one thread as fast as workers
// would, once each has its watcher.
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <uploadproto/contract/upload_progress.hpp>
#include <uploadproto/server.hpp>
#include <vector>

#include "commands.hpp"
#include "process.hpp"

namespace uploadproto::bench {
namespace {

namespace asio = boost::asio;
using role = server<contract::upload_progress>;

struct batches_options {
  std::size_t batches = 2000;
  double rate = 20;
  double seconds = 20;
};

/// Takes batches `0`, `1`, … of users with the same names, whose tokens are their names, from 0 to 100 %.
class batch_runner {
 public:
  batch_runner(role& to, batches_options const& with) : role_(to), with_(with) {
    std::mt19937 random(20240229);
    // They end at different times in the second half.
    std::uniform_real_distribution<double> length(with.seconds / 2, with.seconds);
    for (std::size_t i = 0; i < with.batches; ++i) {
      auto const steps = std::size_t(length(random) * with.rate) + 1;
      batches_.push_back({std::to_string(i), steps, double(i) / double(with.batches) / with.rate});
    }
  }

  /// Every batch tells of its progress `rate` times a second, each at its own time.
  void run() {
    auto const began = now_seconds();
    for (std::size_t step = 0, left = batches_.size(); left > 0; ++step)
      for (auto const& each : batches_) {
        if (step > each.steps) continue;
        wait_until(began + double(step) / with_.rate + each.phase);
        if (step == each.steps) --left;
        tell(each, step);
      }
  }

 private:
  struct batch {
    std::string id;
    std::size_t steps;
    double phase;  // seconds behind the first one
  };

  // Some batches at a time: a sleep for each would cost more than its event.
  static void wait_until(double when) {
    if (auto const left = when - now_seconds(); left > 0.002)
      std::this_thread::sleep_for(std::chrono::duration<double>(left));
  }

  void tell(batch const& which, std::size_t step) {
    bool const ends = step == which.steps;
    auto const progress = 100 * double(step) / double(which.steps);
    auto const stages = contract::upload_progress::info.stages;
    contract::upload_progress_message event{.batch_id = which.id, .progress = progress};
    event.status = ends ? "completed" : "processing";
    event.stage = stages[std::min(std::size_t(progress / 20), stages.size() - 1)].name;
    event.message = std::to_string(now_seconds());
    for (auto const& wrong : role_.publish(which.id, event)) throw std::runtime_error(wrong.message());
  }

  role& role_;
  batches_options const& with_;
  std::vector<batch> batches_;
};

int serve(batches_options const& with) {
  asio::io_context context{1};
  std::atomic<std::size_t> watched{0};
  std::atomic<bool> failed{false};
  role::options options;
  options.verify_token = [](std::string_view token) -> result<std::string> { return std::string(token); };
  options.on_connect = [&](std::string_view) {
    ++watched;
    watched.notify_one();
  };
  options.log = [&](std::string_view sentence) {
    failed = true;
    std::cerr << sentence << '\n';
  };
  role batches(context, options);
  auto const endpoint = batches.listen({asio::ip::make_address("127.0.0.1"), 0});
  if (!endpoint) throw std::runtime_error("cannot listen: " + endpoint.error().message());
  std::printf("{\"ready\":true,\"url\":\"http://127.0.0.1:%u\"}\n", unsigned{endpoint->port()});
  std::fflush(stdout);

  std::thread worker([&] {
    for (std::size_t now = watched; now < with.batches; now = watched) watched.wait(now);
    batch_runner(batches, with).run();
    // Behind the last event.
    asio::post(context, [&] {
      auto const& counters = batches.io().counters();
      std::printf("{\"sent\":%llu,\"merged\":%llu}\n",
                  static_cast<unsigned long long>(counters.messages_sent),
                  static_cast<unsigned long long>(counters.messages_merged));
      std::fflush(stdout);
    });
  });
  asio::signal_set signals(context, SIGTERM, SIGINT);
  signals.async_wait([&](error_code, int) { context.stop(); });
  context.run();
  worker.join();
  return failed ? 1 : 0;
}

}  // namespace

void add_serve_batches(CLI::App& program, int& exit_code) {
  auto const with = std::make_shared<batches_options>();
  auto* const command = program.add_subcommand(
      "serve-batches", "Serves upload progress of batches that begin when each has its watcher");
  command->add_option("--batches", with->batches, "Batches that run at a time")->capture_default_str();
  command->add_option("--rate", with->rate, "Events a second of each")->capture_default_str();
  command->add_option("--seconds", with->seconds, "Length of the longest; the shortest takes half of it")
      ->capture_default_str();
  command->callback([with, &exit_code] { exit_code = serve(*with); });
}

}  // namespace uploadproto::bench
