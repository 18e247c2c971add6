// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/bar_group.hpp"

#include <boost/test/unit_test.hpp>

#include "terminal_model.hpp"

namespace {

using namespace uploadproto::cli;
using namespace std::chrono_literals;
using uploadproto::contract::event_kind;
using state = bar_row::state;

std::vector<bar_row> rows(std::initializer_list<state> states) {
  std::vector<bar_row> all;
  for (state s : states) {
    bar_row row;
    row.now = s;
    all.push_back(row);
  }
  return all;
}

job_update at(double value, std::string message) {
  job_update update;
  update.kind = event_kind::progress;
  update.stage = "parsing";
  update.progress = value;
  update.message = std::move(message);
  return update;
}

struct fixture {
  terminal_model terminal{90};
  frame_style style{90, 24, false, true};
  std::optional<bar_group> group;
  time_point now = time_point() + 1h;

  fixture() {
    group.emplace([this](std::string_view s) { terminal.write(s); }, [this] { return style; });
  }
  std::string line_of(std::string_view name) const {
    for (std::string const& line : terminal.lines())
      if (line.find(name) != std::string::npos) return line;
    return "";
  }
};

BOOST_FIXTURE_TEST_SUITE(clients_bar_group, fixture)

BOOST_AUTO_TEST_CASE(each_file_has_a_line_and_all_have_one) {
  display& a = group->add("a.csv");
  display& b = group->add("b.csv");
  group->add("c.csv");
  group->began(now);
  a.upload_began("a.csv", 1000, now += 1s);
  a.upload_advanced(500, now += 1s);
  BOOST_TEST(line_of("a.csv").find("uploading 500 B of 1.0 kB") != std::string::npos);
  a.accepted("j-1", now += 1s);
  a.updated(at(50, "Read 10 rows"), now += 1s);
  b.updated(at(25, ""), now += 1s);
  BOOST_TEST(terminal.lines().size() == 5u);
  BOOST_TEST(terminal.lines()[0] == "0 of 3 files");
  BOOST_TEST(line_of("a.csv").find("parsing: Read 10 rows") != std::string::npos);
  BOOST_TEST(line_of(" %").find("25 %  5.0 s") != std::string::npos);

  job_end end;
  end.last.kind = event_kind::completed;
  end.last.job_id = "j-1";
  end.last.duration_ms = 2000;
  a.ended(end, now += 1s);
  BOOST_TEST(terminal.lines()[0] == "1 of 3 files");
  BOOST_TEST(line_of("a.csv").find("✓") != std::string::npos);
  b.failed(exit_code::refused, "the server refuses the file: no");
  BOOST_TEST(line_of("b.csv").find("✗") != std::string::npos);
  group->ended({3, 1, exit_code::refused}, now += 1s);
  BOOST_TEST(line_of("a.csv: ") == "a.csv: Completed in 2.0 s (j-1)");
  BOOST_TEST(terminal.lines().back() == "3 files in 7.0 s: 1 completed, 2 not");
  BOOST_TEST(terminal.cursor_visible());
}

BOOST_AUTO_TEST_CASE(all_done_is_a_hundred_per_cent) {
  job_end end;
  end.last.kind = event_kind::completed;
  for (int i = 0; i != 3; ++i) group->add("f").ended(end, now);
  group->ended({3, 3, exit_code::completed}, now);
  BOOST_TEST(line_of(" %").find("100 %") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_low_terminal_shows_what_runs) {
  style.height = 8;
  std::vector<display*> files;
  for (int i = 0; i != 10; ++i) files.push_back(&group->add("f" + std::to_string(i) + ".csv"));
  group->began(now);
  files[7]->updated(at(50, ""), now += 1s);
  BOOST_TEST(terminal.lines().size() == 6u);
  BOOST_TEST(line_of("f7.csv") != "");
  BOOST_TEST(line_of("f9.csv") == "");
}

BOOST_AUTO_TEST_CASE(an_early_end_gives_the_cursor_back) {
  group->add("a");
  group->began(now);
  BOOST_TEST(!terminal.cursor_visible());
  group->failed(exit_code::interrupted, "interrupted");
  BOOST_TEST(terminal.cursor_visible());
}

BOOST_AUTO_TEST_CASE(rows_are_chosen_by_what_they_have_to_say) {
  auto const all =
      rows({state::done, state::done, state::running, state::failed, state::waiting, state::running});
  auto const shown = [&](std::size_t room) { return rows_to_show(all, room); };
  using list = std::vector<std::size_t>;
  BOOST_TEST(shown(2) == (list{2, 5}), boost::test_tools::per_element());
  BOOST_TEST(shown(3) == (list{2, 3, 5}), boost::test_tools::per_element());
  BOOST_TEST(shown(5) == (list{0, 2, 3, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(shown(6).size() == 6u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
