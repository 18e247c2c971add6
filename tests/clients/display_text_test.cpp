// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/display_text.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace uploadproto::cli;

BOOST_AUTO_TEST_SUITE(clients_display_text)

BOOST_AUTO_TEST_CASE(what_a_server_sends_cannot_steer_the_terminal) {
  BOOST_TEST(printable("a\x1b[2Jb\x07\x7f") == "a[2Jb");
  BOOST_TEST(printable("a\nb\tc\r") == "a b c ");
  BOOST_TEST(printable("a\xC2\x9B"
                       "31mb") == "a31mb");  // C1: CSI in one character
  BOOST_TEST(printable("a\xE2\x80\xAE"
                       "b\xE2\x81\xA6") == "ab");  // directions
  BOOST_TEST(printable("a\xff\xC0\xAF\xE2\x82") ==
             "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  BOOST_TEST(printable("Müller 東京 😀") == "Müller 東京 😀");
}

BOOST_AUTO_TEST_CASE(columns_are_what_a_terminal_shows) {
  BOOST_TEST(columns("") == 0u);
  BOOST_TEST(columns("abc") == 3u);
  BOOST_TEST(columns("Müller") == 6u);
  BOOST_TEST(columns("Mu\xCC\x88ller") == 6u);  // a combining mark
  BOOST_TEST(columns("東京") == 4u);
  BOOST_TEST(columns("😀") == 2u);
  BOOST_TEST(columns("█▉░✓…") == 5u);
}

BOOST_AUTO_TEST_CASE(a_text_is_made_to_fit) {
  BOOST_TEST(fit("abc", 5) == "abc  ");
  BOOST_TEST(fit("abcdef", 5) == "abcd…");
  BOOST_TEST(fit("abcdef", 5, false) == "abcd.");
  BOOST_TEST(fit("abcdef", 1) == "…");
  BOOST_TEST(fit("abcdef", 0) == "");
  BOOST_TEST(fit("東京都庁", 6) == "東京… ");  // a wide character is never cut in half
  BOOST_TEST(shorten("abc", 5) == "abc");
  for (std::size_t width = 0; width != 12; ++width)
    BOOST_TEST(columns(fit("a東b京u\xCC\x88😀x", width)) == width);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
