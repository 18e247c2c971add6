// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/ansi_screen.hpp"

#include <boost/test/unit_test.hpp>

#include "terminal_model.hpp"

namespace {

using uploadproto::cli::ansi_screen;
using lines = std::vector<std::string>;

BOOST_AUTO_TEST_SUITE(clients_ansi_screen)

BOOST_AUTO_TEST_CASE(lines_are_painted_over_in_place) {
  terminal_model terminal(20);
  terminal.write("$ command\n");
  ansi_screen screen;
  terminal.write(screen.paint({"one", "two", "three"}, 20));
  BOOST_TEST(terminal.lines() == (lines{"$ command", "one", "two", "three"}),
             boost::test_tools::per_element());
  BOOST_TEST(!terminal.cursor_visible());
  terminal.write(screen.paint({"1", "2"}, 20));
  BOOST_TEST(terminal.lines() == (lines{"$ command", "1", "2"}), boost::test_tools::per_element());
  terminal.write(screen.paint({"a", "\x1b[31mb\x1b[0m", "c", "d"}, 20));
  BOOST_TEST(terminal.lines() == (lines{"$ command", "a", "b", "c", "d"}), boost::test_tools::per_element());
  terminal.write(screen.finish() + "next");
  BOOST_TEST(terminal.lines().back() == "next");
  BOOST_TEST(terminal.lines().size() == 6u);
  BOOST_TEST(terminal.cursor_visible());
}

BOOST_AUTO_TEST_CASE(a_window_that_became_narrower_is_painted_clean) {
  terminal_model terminal(20);
  terminal.write("$ command\n");
  ansi_screen screen;
  terminal.write(screen.paint({"aaaaaaaaaaaaaaaaaaa", "bbb", "ccccccccccccccccc"}, 20));
  terminal.resize(10);  // the long lines wrap
  BOOST_TEST(terminal.lines().size() == 6u);
  terminal.write(screen.paint({"aaaaaaaaa", "bbb", "ccccccccc"}, 10));
  BOOST_TEST(terminal.lines() == (lines{"$ command", "aaaaaaaaa", "bbb", "ccccccccc"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_painted_leaves_nothing) {
  ansi_screen screen;
  BOOST_TEST(screen.finish() == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
