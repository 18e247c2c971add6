// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>

#include "frame_scan.hpp"
#include "samples.hpp"

using namespace uploadproto::bench;

BOOST_AUTO_TEST_SUITE(bench_samples)

BOOST_AUTO_TEST_CASE(the_median_is_the_middle_or_the_mean_of_the_two_middles) {
  samples all;
  BOOST_TEST(all.median() == 0);
  for (double const value : {9., 1., 5.}) all.add(value);
  BOOST_TEST(all.median() == 5);
  all.add(7);
  BOOST_TEST(all.median() == 6);
  BOOST_TEST(all.lowest() == 1);
  BOOST_TEST(all.highest() == 9);
}

BOOST_AUTO_TEST_CASE(each_round_has_its_own_ratio) {
  samples ours;
  samples theirs;
  ours.add(10), theirs.add(5);
  ours.add(9), theirs.add(3);
  auto const both = ratios(ours, theirs);
  BOOST_TEST(both.lowest() == 2);
  BOOST_TEST(both.highest() == 3);
}

BOOST_AUTO_TEST_CASE(numbers_carry_the_digits_that_mean_something) {
  BOOST_TEST(number(1234567.8) == "1,234,568");
  BOOST_TEST(number(123) == "123");
  BOOST_TEST(number(12.34) == "12.3");
  BOOST_TEST(number(3.416) == "3.42");
  BOOST_TEST(number(-1234) == "-1,234");
  BOOST_TEST(number(0) == "0");
  BOOST_TEST(number(8) == "8");
}

BOOST_AUTO_TEST_CASE(a_table_is_aligned) {
  table small({"a", "bé"});
  small.row({"long", "x"});
  BOOST_TEST(small.text() == "| a    | bé |\n|------|----|\n| long | x  |\n");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(bench_frame_scan)

namespace {
std::string server_text(std::string const& payload) {
  std::string frame("\x81", 1);
  if (payload.size() < 126) {
    frame += static_cast<char>(payload.size());
  } else {
    frame += '\x7e';
    frame += static_cast<char>(payload.size() >> 8);
    frame += static_cast<char>(payload.size() & 0xff);
  }
  return frame + payload;
}
}  // namespace

BOOST_AUTO_TEST_CASE(a_stream_cut_anywhere_gives_the_same_frames) {
  std::vector<std::string> const sent{"2", std::string(300, 'x'), "", "42[\"a\"]"};
  std::string stream;
  for (auto const& each : sent) stream += server_text(each);
  for (std::size_t first = 0; first <= stream.size(); ++first) {
    for (std::size_t second = first; second <= stream.size(); second += 7) {
      std::vector<std::string> got;
      std::string rest;
      auto const take = [&](server_frame const& frame) { got.emplace_back(frame.payload); };
      std::string_view const all = stream;
      scan_frames(rest, all.substr(0, first), take);
      scan_frames(rest, all.substr(first, second - first), take);
      scan_frames(rest, all.substr(second), take);
      BOOST_REQUIRE(got == sent);
      BOOST_REQUIRE(rest.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(a_client_frame_is_masked_with_zero) {
  BOOST_TEST(client_text_frame("3") == std::string("\x81\x81\0\0\0\0"
                                                   "3",
                                                   7));
  BOOST_TEST(client_text_frame(std::string(126, 'a')).substr(0, 4) == std::string("\x81\xfe\0\x7e", 4));
}

BOOST_AUTO_TEST_SUITE_END()
