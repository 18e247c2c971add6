// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <uploadproto/session/ack_table.hpp>

// WIRE 2.3: acknowledgements of one, of many, and of those who never answer.
namespace uploadproto::session {

struct ack_fixture {
  ack_table table;
  ack_table::time_point const start{};
  ack_table::time_point const due = start + std::chrono::milliseconds(10);
  error_code const late = make_error_code(boost::system::errc::timed_out);
  error_code const gone = make_error_code(boost::system::errc::operation_canceled);
  int ann = 0, bob = 0;
  int calls = 0;
  error_code why;
  std::vector<ack_reply> replies;

  ack_table::handler remember() {
    return [this](error_code ec, std::vector<ack_reply> all) {
      ++calls;
      why = ec;
      replies = std::move(all);
    };
  }
};

BOOST_FIXTURE_TEST_SUITE(ack_table_, ack_fixture)

BOOST_AUTO_TEST_CASE(one_answer_ends_it_and_a_second_is_nobodys) {
  auto const id = table.add({&ann}, due, remember());
  BOOST_TEST(!table.answer(id, &bob, {}));
  BOOST_TEST(!table.answer(id + 1, &ann, {}));
  BOOST_TEST(table.answer(id, &ann, {{1}, {}}));
  BOOST_TEST(!table.answer(id, &ann, {{2}, {}}));
  BOOST_TEST(calls == 1);
  BOOST_TEST(!why);
  BOOST_TEST((replies.at(0).args == boost::json::array{1}));
  BOOST_CHECK(table.deadline() == ack_table::time_point::max());
}

BOOST_AUTO_TEST_CASE(all_must_answer) {
  auto const id = table.add({&ann, &bob}, due, remember());
  table.answer(id, &ann, {});
  BOOST_TEST(calls == 0);
  table.answer(id, &bob, {});
  BOOST_TEST(calls == 1);
  BOOST_TEST(replies.size() == 2u);
}

BOOST_AUTO_TEST_CASE(nobody_to_ask_completes_at_once) {
  table.add({}, due, remember());
  BOOST_TEST(calls == 1);
  BOOST_TEST(!why);
}

BOOST_AUTO_TEST_CASE(time_brings_the_answers_so_far) {
  auto const id = table.add({&ann, &bob}, due, remember());
  table.answer(id, &bob, {});
  table.expire(start, late);
  BOOST_TEST(calls == 0);
  table.expire(due, late);
  BOOST_TEST(calls == 1);
  BOOST_TEST(why == late);
  BOOST_TEST(replies.size() == 1u);
  BOOST_TEST(table.empty());
}

BOOST_AUTO_TEST_CASE(who_leaves_is_not_waited_for) {
  auto const id = table.add({&ann, &bob}, due, remember());
  table.drop(&ann, gone);
  BOOST_TEST(calls == 0);
  table.answer(id, &bob, {});
  BOOST_TEST(!why);
  table.add({&ann}, due, remember());
  table.drop(&ann, gone);
  BOOST_TEST(calls == 2);
  BOOST_TEST(why == gone);
}

BOOST_AUTO_TEST_CASE(other_nodes_answer_before_or_after_they_are_counted) {
  auto const id = table.add({&ann}, due, remember(), true);
  table.answer(id, &ann, {});
  table.answer_elsewhere(id, {});
  BOOST_TEST(calls == 0);
  table.expect(id, 2);
  BOOST_TEST(calls == 0);
  table.answer_elsewhere(id, {});
  BOOST_TEST(calls == 1);
  BOOST_TEST(replies.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_handler_may_ask_again) {
  table.add({&ann}, due, [&](error_code, std::vector<ack_reply>) { table.add({&ann}, due, remember()); });
  table.drop(&ann, gone);
  BOOST_TEST(calls == 0);
  table.drop(&ann, gone);
  BOOST_TEST(calls == 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::session
