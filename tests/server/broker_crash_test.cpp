// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// The embedded broker's process ends by SIGKILL at every point that `crash_point` marks: nothing that was
// taken or committed is lost, and nothing is there by half.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>
#include <thread>

#include "broker/embedded_broker.hpp"
#include "broker_fixture.hpp"
#include "storage/crash_point.hpp"
#include "temporary_directory.hpp"

namespace {
using namespace uploadproto::reference;
using namespace uploadproto::reference::test;

constexpr int producers = 3, runs = 4, run_length = 3;

std::atomic<int> points_until_kill{0};
void kill_at_point(char const*) {
  if (points_until_kill.fetch_sub(1) == 1) ::raise(SIGKILL);
}

topic_log_options small_segments() {
  auto options = embedded_broker::default_options();
  options.segment_bytes = 400;
  return options;
}

/** Facts that outlive the child, each written before the next thing happens. */
void note_fact(int file, std::string const& line) {
  auto const text = line + "\n";
  if (::write(file, text.data(), text.size()) < 0) std::abort();
}

[[noreturn]] void work(std::filesystem::path const& root, int kill_at) {
  auto const facts = ::open((root / "facts").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  points_until_kill = kill_at;
  on_crash_point = kill_at_point;
  auto broker = embedded_broker::open(root / "log", small_segments()).value();
  auto consumer = broker->join("orders", "g").value();
  std::vector<std::thread> threads;
  for (int p = 0; p < producers; ++p)
    threads.emplace_back([&, p] {
      for (int r = 0; r < runs; ++r) {
        auto const name = std::to_string(p) + "." + std::to_string(r);
        std::vector<message> run;
        for (int i = 0; i < run_length; ++i) run.push_back(note(name));
        if (!broker->produce("orders", run)) std::_Exit(1);
        note_fact(facts, "taken " + name);
      }
    });
  for (int read = 0; read < producers * runs * run_length;) {
    auto const part = consumer->poll(5, long_wait).value();
    read += static_cast<int>(part.size());
    std::vector<message_position> done;
    for (auto const& m : part) done.push_back(m.at);
    if (!consumer->commit(done)) std::_Exit(1);
    if (!part.empty()) note_fact(facts, "committed " + std::to_string(part.back().at.offset));
  }
  for (auto& thread : threads) thread.join();
  std::_Exit(0);
}

void check(std::filesystem::path const& root) {
  auto opened = embedded_broker::open(root / "log", small_segments());
  require_good(opened);
  auto const read_all = [&](std::string const& group) {
    auto consumer = (*opened)->join("orders", group);
    require_good(consumer);
    auto part = (*consumer)->poll(1'000'000, std::chrono::milliseconds(0));
    require_good(part);
    return *part;
  };
  auto const everything = read_all("everything");
  BOOST_TEST_REQUIRE(everything.size() % run_length == 0);
  std::set<std::string> found;
  for (std::size_t i = 0; i < everything.size(); i += run_length) {
    for (std::size_t k = 0; k < run_length; ++k) {
      BOOST_TEST(everything[i + k].content.value == everything[i].content.value);
      BOOST_TEST(everything[i + k].at.offset == static_cast<std::int64_t>(i + k));
    }
    BOOST_TEST(found.insert(everything[i].content.value).second);
  }
  std::int64_t committed = -1;
  std::ifstream facts(root / "facts");
  for (std::string what, which; facts >> what >> which;) {
    if (what == "taken") BOOST_TEST(found.count(which) == 1u, which << " was taken and is lost");
    if (what == "committed") committed = std::stoll(which);
  }
  auto const rest = read_all("g");
  auto const next = rest.empty() ? static_cast<std::int64_t>(everything.size()) : rest.front().at.offset;
  BOOST_TEST(next > committed, "committed " << committed << ", read again from " << next);
  BOOST_TEST(rest.size() == everything.size() - static_cast<std::size_t>(next));
  produce(**opened, "orders", {"afterwards"});
}

BOOST_AUTO_TEST_SUITE(broker_crash)

BOOST_AUTO_TEST_CASE(nothing_that_was_taken_is_lost_by_a_kill_at_any_point) {
  int point = 0;
  for (bool ended = false; !ended;) {
    temporary_directory directory;
    auto const child = ::fork();
    if (child == 0) work(directory.path(), point + 1);
    ++point;
    int status = 0;
    ::waitpid(child, &status, 0);
    ended = WIFEXITED(status);
    BOOST_TEST_CONTEXT("killed at point " << point) {
      if (ended)
        BOOST_TEST(WEXITSTATUS(status) == 0);
      else
        BOOST_TEST(WTERMSIG(status) == SIGKILL);
      check(directory.path());
    }
  }
  BOOST_TEST_MESSAGE("points: " << point - 1);
  BOOST_TEST(point > 30);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
