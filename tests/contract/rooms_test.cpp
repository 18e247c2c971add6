// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <uploadproto/contract/rooms.hpp>

namespace {

using uploadproto::contract::room_template;

BOOST_AUTO_TEST_SUITE(contract_rooms)

BOOST_AUTO_TEST_CASE(a_room_is_named_after_its_id) {
  constexpr room_template user = "user:{userId}";
  BOOST_TEST(user("42") == "user:42");
  BOOST_TEST(room_template("a-{x}-b")("{x}") == "a-{x}-b");
}

BOOST_AUTO_TEST_CASE(the_id_is_found_again) {
  constexpr room_template middle = "a-{x}-b";
  BOOST_TEST(middle.id_in("a-7-b").value() == "7");
  BOOST_TEST(!middle.id_in("a-b").has_value());
  BOOST_TEST(!middle.id_in("user:7").has_value());
  BOOST_TEST(!room_template().id_in("").has_value());
}

BOOST_AUTO_TEST_CASE(a_template_has_one_place) {
  for (char const* text : {"user", "user:{", "user:}{", "{a}{b}"})
    BOOST_CHECK_THROW(room_template{text}, std::logic_error);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
