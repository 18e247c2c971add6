// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <limits>
#include <uploadproto/contract/check.hpp>

#include "toy_protocol.hpp"

namespace {

using namespace uploadproto::contract;

toy::parcel_message parcel() {
  toy::parcel_message m;
  m.parcel = "p-1";
  m.stage = "packing";
  m.status = "moving";
  m.labels = {"a"};
  m.sent = "2025-11-25T10:30:45.123Z";
  return m;
}

boost::json::value json_of(toy::parcel_message const& m) {
  return boost::json::parse(to_json(m));
}

std::string wrong_with(boost::json::value const& json) {
  auto const read_back = read<toy::parcel_message>(json);
  return read_back.has_value() ? "" : to_string(read_back.error());
}

BOOST_AUTO_TEST_SUITE(contract_reader)

BOOST_AUTO_TEST_CASE(a_payload_that_is_no_object_is_one_violation_at_the_root) {
  for (char const* text : {"null", "true", "1", "\"x\"", "[{}]"}) {
    auto const result = read<toy::parcel_message>(boost::json::parse(text));
    BOOST_TEST_REQUIRE(result.has_error(), text);
    BOOST_TEST(result.error().size() == 1u);
    BOOST_TEST(result.error()[0].pointer == "");
    BOOST_TEST((result.error()[0].code == violation_code::not_an_object));
  }
}

BOOST_AUTO_TEST_CASE(all_missing_members_are_reported) {
  auto const result = read<toy::parcel_message>(boost::json::object());
  std::string pointers;
  for (violation const& v : result.error()) {
    BOOST_TEST((v.code == violation_code::missing_member));
    pointers += v.pointer;
  }
  BOOST_TEST(pointers == "/parcelId/stage/progress/status/note/fragile/labels/size/sent");
}

BOOST_AUTO_TEST_CASE(pointers_are_escaped_and_lead_into_nested_objects_and_arrays) {
  auto json = json_of(parcel());
  json.at("size").as_object()["alti/tude"] = 9001;
  json.at("labels") = {"a", 1};
  BOOST_TEST(wrong_with(json) ==
             "/labels/1: expected a string, got 1\n"
             "/size/alti~1tude: expected an integer of -400 to 9000, got 9001");
}

BOOST_AUTO_TEST_CASE(integers_may_be_written_with_a_point_but_not_have_a_fraction) {
  auto json = json_of(parcel());
  json.as_object()["items"] = 5.0;
  BOOST_TEST(wrong_with(json) == "");
  BOOST_TEST(read<toy::parcel_message>(json)->items.value() == 5u);
  for (double bad : {5.5, -1.0, 1e300, -1e300, std::numeric_limits<double>::infinity()}) {
    json.as_object()["items"] = bad;
    BOOST_TEST(wrong_with(json).starts_with("/items: expected a non-negative integer, got "), bad);
  }
  json.as_object()["items"] = std::numeric_limits<std::uint64_t>::max();
  BOOST_TEST(wrong_with(json) == "");
  json.at("size").as_object()["alti/tude"] = std::numeric_limits<std::uint64_t>::max();
  BOOST_TEST(wrong_with(json) ==
             "/size/alti~1tude: expected an integer of -400 to 9000, got 18446744073709551615");
}

BOOST_AUTO_TEST_CASE(a_number_that_json_cannot_say_is_out_of_range) {
  auto json = json_of(parcel());
  json.at("progress") = std::numeric_limits<double>::infinity();  // what Boost.JSON makes of 1e400
  BOOST_TEST(wrong_with(json) == "/progress: expected a number of 0 to 100, got Infinity");
}

BOOST_AUTO_TEST_CASE(lengths_are_code_points) {
  auto json = json_of(parcel());
  std::string note;
  for (int i = 0; i != 20; ++i) note += "€";
  json.at("note") = note;
  BOOST_TEST(wrong_with(json) == "");
  json.at("note") = note + "!";
  BOOST_TEST(wrong_with(json) == "/note: expected a string of at most 20 characters, got 21 characters");
}

BOOST_AUTO_TEST_CASE(one_number_bounds_another) {
  auto json = json_of(parcel());
  json.as_object()["packed"] = 3;
  BOOST_TEST(wrong_with(json) == "");  // nothing there that bounds it
  json.as_object()["items"] = 2;
  BOOST_TEST(wrong_with(json) == "/packed: expected at most 2, the value of items, got 3");
  json.as_object()["items"] = "2";  // one mistake, one violation
  BOOST_TEST(wrong_with(json) == "/items: expected a non-negative integer, got \"2\"");
}

BOOST_AUTO_TEST_CASE(a_status_may_require_or_exclude_a_member) {
  auto json = json_of(parcel());
  json.at("status") = "lost";
  BOOST_TEST(wrong_with(json) == "/error: expected a string because status is \"lost\", got nothing");
  json.as_object()["error"] = "sea";
  json.as_object()["kind"] = "door";
  BOOST_TEST(wrong_with(json) == "/kind: expected nothing unless status is \"arrived\", got a value");
  json.at("status") = "arrived";
  BOOST_TEST(wrong_with(json) == "");
}

BOOST_AUTO_TEST_CASE(null_is_not_absence) {  // CO-2
  auto json = json_of(parcel());
  json.as_object()["items"] = nullptr;
  json.as_object()["lid"] = nullptr;
  json.as_object()["extra"] = nullptr;
  BOOST_TEST(wrong_with(json) ==
             "/items: expected a non-negative integer, or no such member, got null\n"
             "/lid: expected an object, or no such member, got null\n"
             "/extra: expected a JSON value, or no such member, got null");
}

BOOST_AUTO_TEST_CASE(violations_stay_small_whatever_came) {
  auto json = json_of(parcel());
  json.at("stage") = std::string(1'000'000, 'x');
  json.at("labels") = boost::json::array(100'000, 1);
  auto const result = read<toy::parcel_message>(json);
  BOOST_TEST(result.error().size() == 2u);
  for (violation const& v : result.error()) BOOST_TEST(v.message().size() < 300u);
  BOOST_TEST(result.error()[0].got.ends_with(" and 999952 bytes more"));
}

BOOST_AUTO_TEST_CASE(a_shortened_text_is_never_cut_inside_a_character) {
  std::string text(47, 'x');
  text += "€€€";
  auto json = json_of(parcel());
  json.at("stage") = text;
  auto const result = read<toy::parcel_message>(json);
  BOOST_TEST(result.error()[0].got == "\"" + std::string(47, 'x') + "\" and 9 bytes more");
}

BOOST_AUTO_TEST_CASE(what_is_sent_is_checked_by_the_same_rules) {
  toy::parcel_message m = parcel();
  BOOST_TEST(to_string(check(m)) == "");
  m.progress = std::numeric_limits<double>::quiet_NaN();
  m.status = "lost";
  m.size.altitude = -401;
  m.labels = {};
  m.sent = "now";
  BOOST_TEST(to_string(check(m)) ==
             "/progress: expected a number of 0 to 100, got NaN\n"
             "/error: expected a string because status is \"lost\", got nothing\n"
             "/labels: expected an array of 1 to 3 strings, got 0 elements\n"
             "/size/alti~1tude: expected an integer of -400 to 9000, got -401\n"
             "/sent: expected an ISO 8601 date and time, got \"now\"");
}

BOOST_AUTO_TEST_CASE(text_that_is_no_utf8_is_not_sent) {
  toy::parcel_message m = parcel();
  m.note = "\xff";
  m.labels = {"ok", "\xc3"};
  auto const wrong = check(m);
  BOOST_TEST_REQUIRE(wrong.size() == 2u);
  BOOST_TEST((wrong[0].code == violation_code::invalid_text));
  BOOST_TEST(wrong[1].pointer == "/labels/1");
}

BOOST_AUTO_TEST_CASE(asking_for_a_value_that_is_not_there_throws_the_reasons) {
  BOOST_CHECK_EXCEPTION(read<toy::watch_parcel>(nullptr).value(), std::invalid_argument, [](auto const& e) {
    return std::string(e.what()) == "expected an object, got null";
  });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
