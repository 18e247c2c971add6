// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/frame.hpp"

#include <boost/test/unit_test.hpp>

#include "cli/display/display_text.hpp"

namespace {

using namespace uploadproto::cli;
using std::chrono::milliseconds;

bar_row row(std::string name, bar_row::state state, double fraction, std::string message, int took) {
  bar_row r;
  r.name = std::move(name);
  r.now = state;
  r.fraction = fraction;
  r.message = std::move(message);
  r.took = milliseconds(took);
  return r;
}

picture half_way() {
  picture p;
  p.title = "members.xlsx";
  p.rows = {row("file_reading", bar_row::state::done, 0, "5,000 rows", 400),
            row("iec_verification", bar_row::state::running, 0.5, "Verified 2,500 of 5,000", 1200),
            row("report", bar_row::state::waiting, 0, "", 0)};
  p.progress = 52.4;
  p.elapsed = milliseconds(1600);
  return p;
}

frame_style plain(std::size_t width, std::size_t height = 24) {
  frame_style style;
  style.width = width;
  style.height = height;
  style.colour = false;
  return style;
}

BOOST_AUTO_TEST_SUITE(clients_frame)

BOOST_AUTO_TEST_CASE(a_bar_fills_in_eighths) {
  BOOST_TEST(draw_bar(0, 4, true) == "░░░░");
  BOOST_TEST(draw_bar(0.5, 4, true) == "██░░");
  BOOST_TEST(draw_bar(0.53125, 4, true) == "██▏░");
  BOOST_TEST(draw_bar(1, 4, true) == "████");
  BOOST_TEST(draw_bar(0.5, 4, false) == "##--");
  BOOST_TEST(draw_bar(7, 3, true) == "███");
  BOOST_TEST(draw_bar(-1, 3, true) == "░░░");
  BOOST_TEST(draw_bar(0.0 / 0.0, 3, true) == "░░░");
  for (double f = 0; f <= 1; f += 0.01) BOOST_TEST(columns(draw_bar(f, 17, true)) == 17u);
}

BOOST_AUTO_TEST_CASE(a_block_has_a_bar_a_stage) {
  auto const lines = draw(half_way(), plain(82));
  BOOST_TEST_REQUIRE(lines.size() == 5u);
  BOOST_TEST(lines[0] == "members.xlsx");
  BOOST_TEST(lines[1] == "  ✓ file_reading      ████████████████████  5,000 rows                      0.4 s");
  BOOST_TEST(lines[2] == "  ▸ iec_verification  ██████████░░░░░░░░░░  Verified 2,500 of 5,000         1.2 s");
  BOOST_TEST(lines[3] == "    report            ░░░░░░░░░░░░░░░░░░░░                                       ");
  BOOST_TEST(lines[4] == "   52 %  1.6 s");
}

BOOST_AUTO_TEST_CASE(without_unicode_it_is_ascii) {
  frame_style style = plain(80);
  style.unicode = false;
  for (std::string const& line : draw(half_way(), style))
    for (char c : line) BOOST_TEST((c >= ' ' && c < '\x7f'));
}

BOOST_AUTO_TEST_CASE(stages_have_colours_of_their_own) {
  frame_style style = plain(80);
  style.colour = true;
  auto const lines = draw(half_way(), style);
  BOOST_TEST(lines[1].find("\x1b[36m█") != std::string::npos);
  BOOST_TEST(lines[2].find("\x1b[34m█") != std::string::npos);
  picture failed = half_way();
  failed.rows[1].now = bar_row::state::failed;
  BOOST_TEST(draw(failed, style)[2].find("\x1b[31m█") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_narrow_or_low_window_gets_one_line) {
  BOOST_TEST(draw(half_way(), plain(50)) ==
                 std::vector<std::string>{" 52 % ████████▍░░░░░░░ iec_verification: Verifie…"},
             boost::test_tools::per_element());
  BOOST_TEST(draw(half_way(), plain(80, 6)).size() == 1u);
  BOOST_TEST(draw(half_way(), plain(10)) == std::vector<std::string>{" 52 %"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(no_line_ever_reaches_the_last_column) {
  picture p = half_way();
  p.title = std::string(300, 'x') + "東京";
  p.rows[1].message = "東京都庁😀 \x1b[2J\n" + std::string(300, 'y');
  p.rows[2].name = std::string(100, 'n');
  p.notice = std::string(300, 'z');
  p.progress = 1e9;
  for (bool colour : {false, true})
    for (std::size_t width = 0; width != 130; ++width)
      for (std::size_t height : {1u, 5u, 24u}) {
        frame_style style = plain(width, height);
        style.colour = colour;
        auto const lines = draw(p, style);
        BOOST_TEST((lines.size() == 1 || lines.size() < height));
        for (std::string const& line : lines) {
          BOOST_TEST(visible_columns(line) <= (width == 0 ? 0 : width - 1), width);
          BOOST_TEST(line.find('\n') == std::string::npos);
          BOOST_TEST(line.find("\x1b[2J") == std::string::npos);
        }
      }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
