// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/json/object.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

#include "commands.hpp"
#include "process.hpp"
#include "report.hpp"
#include "samples.hpp"
#include "swarm.hpp"

namespace uploadproto::bench {

namespace {

struct orders_options {
  int rounds = 3;
  std::size_t orders = 50'000;
  std::size_t singles = 0;
  std::size_t dashboards = 100;
  std::size_t senders = 32;
  std::string broker = "embedded";
  std::string json;
};

using measurements = std::map<std::string, samples>;

/// A blocking HTTP/1.1 connection; throws std::runtime_error.
class http_sender {
 public:
  explicit http_sender(std::string const& url) : host_(url.substr(url.find("//") + 2)) {
    auto const colon = host_.find(':');
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(std::stoul(host_.substr(colon + 1))));
    inet_pton(AF_INET, host_.substr(0, colon).c_str(), &to.sin_addr);
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int const yes = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    if (::connect(fd_, reinterpret_cast<sockaddr const*>(&to), sizeof to) != 0)
      throw std::runtime_error("cannot connect to " + host_);
  }
  ~http_sender() { ::close(fd_); }
  http_sender(http_sender const&) = delete;
  http_sender& operator=(http_sender const&) = delete;

  /// Posts, and takes an answer with that status.
  void post(std::string const& path, std::string const& type, std::string const& body,
            std::string const& status) {
    auto const head = "POST " + path + " HTTP/1.1\r\nHost: " + host_ + "\r\nContent-Type: " + type +
                      "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    send(head + body);
    auto const answer = receive();
    if (answer.find(" " + status + " ") != std::string::npos) return;
    throw std::runtime_error(path + ": " + answer);
  }

 private:
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      auto const n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) throw std::runtime_error("the server closed the connection");
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  std::string receive() {
    std::string answer;
    char piece[4096];
    for (std::size_t whole = std::string::npos; answer.size() < whole;) {
      auto const n = ::recv(fd_, piece, sizeof piece, 0);
      if (n <= 0) throw std::runtime_error("the server closed the connection");
      answer.append(piece, static_cast<std::size_t>(n));
      auto const end = answer.find("\r\n\r\n");
      auto const length = answer.find("Content-Length: ");
      if (end != std::string::npos && length < end)
        whole = end + 4 + std::strtoul(answer.c_str() + length + 16, nullptr, 10);
    }
    return answer;
  }

  std::string host_;
  int fd_ = -1;
};

std::string csv_form(std::size_t rows) {
  std::string form =
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"orders.csv\"\r\n\r\n"
      "orderNumber,productName,quantity,price\n";
  for (std::size_t i = 0; i < rows; ++i)
    form += "ORDER-" + std::to_string(i) + ",\"Product " + std::to_string(i % 500) + ", boxed\"," +
            std::to_string(i % 9 + 1) + "," + std::to_string(i % 1000) + ".50\n";
  return form + "\r\n--B--\r\n";
}

std::string const single_order =
    R"({"orderNumber":"TEST-001","productName":"Test Product","quantity":10,"price":100})";

/// Posts single orders from several connections at once.
void send_singles(std::string const& url, std::size_t count, std::size_t senders) {
  std::atomic<std::size_t> taken{0};
  std::vector<std::thread> threads;
  std::vector<std::string> problems(senders);
  for (std::size_t i = 0; i < senders; ++i)
    threads.emplace_back([&, i] {
      try {
        http_sender sender(url);
        while (taken.fetch_add(1) < count)
          sender.post("/producers/send/single", "application/json", single_order, "201");
      } catch (std::exception const& error) {
        problems[i] = error.what();
      }
    });
  for (auto& thread : threads) thread.join();
  for (auto const& problem : problems)
    if (!problem.empty()) throw std::runtime_error(problem);
}

/// A server of its own; `send` brings `messages` messages onto the topic. From its beginning to the last
/// event at the last dashboard.
template <class Send>
void measure(orders_options const& with, std::string const& prefix, std::size_t messages, Send send,
             measurements& all) {
  char folder[] = "/tmp/uploadproto-bench-XXXXXX";
  if (::mkdtemp(folder) == nullptr) throw std::runtime_error("cannot make a folder");
  {
    process server({program_folder() + "/uploadproto-server", "--data-dir", folder, "--only",
                    "producers,consumer_events", "--broker", with.broker, "--listen", "producers=127.0.0.1:0",
                    "--listen", "consumer_events=127.0.0.1:0", "--log-level", "error"},
                   {});
    auto const urls = server.object_with("ready").at("urls").as_object();
    swarm dashboards(std::string(urls.at("consumer_events").as_string()), {});
    dashboards.join(with.dashboards, 64);

    std::string const url(urls.at("producers").as_string());
    auto const cpu = cpu_seconds(server.pid());
    auto const began = now_seconds();
    double accepted = 0;
    std::exception_ptr failure;
    std::thread sending([&] {
      try {
        send(url);
        accepted = now_seconds() - began;
      } catch (...) {
        failure = std::current_exception();
      }
    });
    // Received, started and completed, each to everybody.
    try {
      dashboards.await(std::uint64_t{3} * messages * with.dashboards);
    } catch (...) {
      sending.join();
      if (failure) std::rethrow_exception(failure);
      throw;
    }
    auto const ended = now_seconds() - began;
    sending.join();
    if (failure) std::rethrow_exception(failure);
    all[prefix + "accepted"].add(accepted);
    all[prefix + "delivered"].add(ended);
    all[prefix + "cpu"].add(cpu_seconds(server.pid()) - cpu);
    all[prefix + "peak MB"].add(double(peak_rss_kib(server.pid())) / 1024);
    server.stop();
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

void print_table(orders_options const& with, measurements& all) {
  table results({"", "accepted after, s", "last event at the last dashboard after, s", "processor time, s",
                 "peak memory, MB"});
  auto const line = [&](std::string const& title, std::string const& prefix) {
    if (all.count(prefix + "delivered") == 0) return;
    results.row({title, with_spread(all[prefix + "accepted"]), with_spread(all[prefix + "delivered"]),
                 with_spread(all[prefix + "cpu"]), with_spread(all[prefix + "peak MB"])});
  };
  line("one CSV file, " + number(double(with.orders)) + " orders", "csv/");
  line("single orders, " + number(double(with.singles)), "single/");
  std::cout << "### Orders through the broker (" << with.broker.substr(0, with.broker.find(':')) << ") to "
            << number(double(with.dashboards)) << " dashboards\n\n"
            << results.text() << std::flush;
}

void run(orders_options with) {
  measurements all;
  auto const form = csv_form(with.orders);
  auto const broker = with.broker;
  for (int round = 0; round < with.rounds; ++round) {
    std::cerr << "round " << round + 1 << " of " << with.rounds << "\n";
    // A topic of its own for each server.
    auto const fresh = [&](char const* kind) {
      if (broker != "embedded")
        with.broker = broker + "-" + kind + std::to_string(::getpid()) + "-" + std::to_string(round);
    };
    fresh("csv");
    measure(
        with, "csv/", (with.orders + 99) / 100,
        [&](std::string const& url) {
          http_sender(url).post("/producers/upload/csv", "multipart/form-data; boundary=B", form, "202");
        },
        all);
    fresh("single");
    if (with.singles != 0)
      measure(
          with, "single/", with.singles,
          [&](std::string const& url) { send_singles(url, with.singles, with.senders); }, all);
  }
  with.broker = broker;
  print_table(with, all);
  if (!with.json.empty()) write_json(with.json, all);
}

}  // namespace

void add_orders(CLI::App& program, int&) {
  auto const with = std::make_shared<orders_options>();
  auto* const sub =
      program.add_subcommand("orders", "Orders through the reference server's broker to dashboards");
  sub->add_option("--rounds", with->rounds, "Rounds, each with servers of its own")->capture_default_str();
  sub->add_option("--orders", with->orders, "Rows of the CSV file")->capture_default_str();
  sub->add_option("--singles", with->singles, "Orders that are sent one by one, too")->capture_default_str();
  sub->add_option("--senders", with->senders, "Connections that send them")->capture_default_str();
  sub->add_option("--dashboards", with->dashboards, "Clients that receive every event")
      ->capture_default_str();
  sub->add_option("--broker", with->broker, "embedded, or kafka://HOST:PORT/TOPIC (scripts/kafka start)")
      ->capture_default_str();
  sub->add_option("--json", with->json, "Also write every measurement to this file");
  sub->callback([with] { run(*with); });
}

}  // namespace uploadproto::bench
