// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <uploadproto/session/recovery_store.hpp>

// WIRE 2.5: what a client that was cut off gets back, and what bounds it.
namespace uploadproto::session {

using std::chrono::milliseconds;

struct recovery_fixture {
  recovery_options options{milliseconds(1000), true, 4, 100, 2};
  recovery_store store{options, "run-"};
  recovery_store::time_point now{};

  std::string log(std::string text, room_selection to = {}) {
    auto offset = store.next_offset();
    store.log({std::move(text), {}, std::move(to)}, now);
    return offset;
  }
  void cut(std::string pid, std::vector<std::string> rooms, std::string user = {}) {
    store.keep(std::move(pid), {"sid", std::move(rooms), std::move(user), nullptr}, now);
  }
  std::vector<std::string> missed(std::string_view pid, std::string_view offset) {
    auto const back = store.restore(pid, offset, now);
    if (!back) return {"nothing"};
    std::vector<std::string> texts;
    for (auto const& each : back->missed) texts.push_back(each.text);
    return texts;
  }
};
using texts = std::vector<std::string>;

BOOST_FIXTURE_TEST_SUITE(recovery_store_, recovery_fixture)

BOOST_AUTO_TEST_CASE(what_was_for_the_session_comes_back_in_order) {
  auto const seen = log("seen");
  cut("pid", {"sid", "room"}, "ann");
  log("all");
  log("room", {{"room", "other"}, {}, {}});
  log("elsewhere", {{"other"}, {}, {}});
  BOOST_TEST(missed("pid", seen) == (texts{"all", "room"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(exceptions_and_users_are_kept_apart) {
  auto const seen = log("seen");
  cut("pid", {"sid", "room"}, "ann");
  log("not-me", {{}, {"sid"}, {}});
  log("bob's", {{"room"}, {}, "bob"});
  log("ann's", {{"room"}, {}, "ann"});
  BOOST_TEST(missed("pid", seen) == texts{"ann's"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_secret_serves_once) {
  auto const seen = log("seen");
  cut("pid", {"sid"});
  BOOST_TEST(missed("pid", seen) == texts{}, boost::test_tools::per_element());
  BOOST_TEST(missed("pid", seen) == texts{"nothing"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(unknown_secrets_and_offsets_get_nothing) {
  auto const seen = log("seen");
  cut("pid", {"sid"});
  for (auto const* const offset :
       {"", "run-", "run-1", "run-x", "run-0x", "other-0", "run--1", "run-99999999999999999999"})
    BOOST_TEST(missed("pid", offset) == texts{"nothing"}, boost::test_tools::per_element());
  BOOST_TEST(missed("pi", seen) == texts{"nothing"}, boost::test_tools::per_element());
  BOOST_TEST(missed("pid", seen) == texts{}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(time_ends_it) {
  auto const seen = log("seen");
  cut("pid", {"sid"});
  now += milliseconds(1000);
  cut("other", {"sid"});
  BOOST_TEST(store.sessions() == 2u);
  now += milliseconds(1);
  BOOST_TEST(missed("pid", seen) == texts{"nothing"}, boost::test_tools::per_element());
  BOOST_TEST(store.sessions() == 1u);
  BOOST_TEST(store.packets() == 0u);
  BOOST_TEST(store.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(count_bytes_and_sessions_are_bounded) {
  auto const first = log("1");
  cut("pid", {"sid"});
  for (auto const* const text : {"2", "3", "4"}) log(text);
  BOOST_TEST(store.packets() == 4u);
  log("5");
  BOOST_TEST(store.packets() == 4u);
  BOOST_TEST(missed("pid", first) == texts{"nothing"}, boost::test_tools::per_element());
  log(std::string(99, 'x'));
  BOOST_TEST(store.packets() == 2u);
  BOOST_TEST(store.bytes() == 100u);
  for (auto const* const pid : {"a", "b", "c"}) cut(pid, {"sid"});
  BOOST_TEST(store.sessions() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::session
