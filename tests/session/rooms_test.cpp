// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <map>
#include <random>
#include <set>
#include <uploadproto/session/deadlines.hpp>
#include <uploadproto/session/rooms.hpp>
#include <uploadproto/session/send_queue.hpp>

namespace uploadproto::session::test {

struct member : room_member<member> {
  explicit member(int n) : number(n) {}
  int number;
};
struct timed {
  std::size_t deadline_slot = deadlines<timed>::none;
};

static std::multiset<int> selected(room_table<member>& rooms, std::vector<std::string> names,
                                   std::vector<std::string> except = {}) {
  std::multiset<int> numbers;
  rooms.select(names, except, [&](member& each) { numbers.insert(each.number); });
  return numbers;
}

BOOST_AUTO_TEST_SUITE(rooms_and_queues)

BOOST_AUTO_TEST_CASE(a_union_without_duplicates_less_the_excepted) {
  room_table<member> rooms;
  member a{1}, b{2}, c{3};
  BOOST_TEST(rooms.join(a, "x"));
  BOOST_TEST(!rooms.join(a, "x"));
  rooms.join(a, "y");
  rooms.join(b, "y");
  rooms.join(c, "z");
  BOOST_TEST(selected(rooms, {"x", "y"}) == (std::multiset<int>{1, 2}));
  BOOST_TEST(selected(rooms, {"x", "y", "z"}, {"y"}) == (std::multiset<int>{3}));
  BOOST_TEST(selected(rooms, {"nobody"}).empty());
  rooms.leave(a, "x");
  BOOST_TEST(!rooms.leave(a, "x"));
  BOOST_TEST(rooms.size() == 2u);
  for (auto* each : {&a, &b, &c}) rooms.leave_all(*each);
  BOOST_TEST(rooms.size() == 0u);
}

// Against a model: a map of sets.
BOOST_AUTO_TEST_CASE(random_walk) {
  std::mt19937 random(7);
  room_table<member> rooms;
  std::vector<std::unique_ptr<member>> members;
  for (int i = 0; i < 20; ++i) members.push_back(std::make_unique<member>(i));
  std::map<std::string, std::set<int>> model;
  for (int step = 0; step < 5000; ++step) {
    auto& who = *members[random() % members.size()];
    auto const room = std::string(1, static_cast<char>('a' + random() % 8));
    switch (random() % 8) {
      case 0:
        rooms.leave_all(who);
        for (auto& [name, inside] : model) inside.erase(who.number);
        break;
      case 1:
      case 2:
      case 3:
        BOOST_REQUIRE(rooms.leave(who, room) == (model[room].erase(who.number) == 1));
        break;
      default:
        BOOST_REQUIRE(rooms.join(who, room) == model[room].insert(who.number).second);
    }
    std::size_t inhabited = 0;
    for (auto const& [name, inside] : model) {
      inhabited += !inside.empty();
      BOOST_REQUIRE(rooms.members(name).size() == inside.size());
      for (auto* each : rooms.members(name)) BOOST_REQUIRE(inside.count(each->number) == 1);
    }
    BOOST_REQUIRE(rooms.size() == inhabited);
  }
}

BOOST_AUTO_TEST_CASE(deadlines_come_in_order) {
  using clock = std::chrono::steady_clock;
  std::mt19937 random(3);
  deadlines<timed> heap;
  std::vector<timed> items(200);
  std::map<timed*, clock::time_point> model;
  for (int step = 0; step < 20000; ++step) {
    auto& item = items[random() % items.size()];
    if (random() % 5 == 0) {
      heap.remove(item);
      model.erase(&item);
    } else {
      clock::time_point const when{std::chrono::milliseconds(random() % 1000)};
      heap.set(item, when);
      model[&item] = when;
    }
    auto earliest = clock::time_point::max();
    for (auto const& [each, when] : model) earliest = std::min(earliest, when);
    BOOST_REQUIRE(heap.earliest() == earliest);
    BOOST_REQUIRE(heap.size() == model.size());
  }
  auto last = clock::time_point::min();
  while (auto* due = heap.take_due(clock::time_point::max())) {
    BOOST_REQUIRE(model.at(due) >= last);
    last = model.at(due);
    BOOST_REQUIRE(due->deadline_slot == deadlines<timed>::none);
    model.erase(due);
  }
  BOOST_TEST(model.empty());
}

BOOST_AUTO_TEST_CASE(queue_merges_by_key_and_never_loses_the_rest) {
  send_queue queue;
  BOOST_TEST(queue.push({1, false, "a1"}, 100));
  BOOST_TEST(queue.push({2, false, "b1"}, 100));
  BOOST_TEST(queue.push({0, false, "end"}, 100));
  BOOST_TEST(queue.push({1, false, "a2"}, 100));
  BOOST_TEST(queue.merged() == 1u);
  BOOST_TEST(queue.bytes() == 7u);
  BOOST_TEST(queue.pop().data == "b1");
  BOOST_TEST(queue.pop().data == "end");
  BOOST_TEST(queue.pop().data == "a2");
  BOOST_TEST(queue.empty());
  BOOST_TEST(queue.push({0, false, "12345"}, 5));
  BOOST_TEST(!queue.push({0, false, "6"}, 5));
  BOOST_TEST(queue.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::session::test
