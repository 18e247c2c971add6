// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/bar_display.hpp"

#include <boost/test/unit_test.hpp>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/file_upload.hpp>

#include "terminal_model.hpp"

namespace {

using namespace uploadproto::cli;
using namespace std::chrono_literals;
using uploadproto::contract::bulk_upload;
using uploadproto::contract::event_kind;
using uploadproto::contract::file_upload;

job_update progress(std::string stage, double value, std::string message) {
  job_update update;
  update.kind = event_kind::progress;
  update.stage = std::move(stage);
  update.progress = value;
  update.message = std::move(message);
  return update;
}

struct fixture {
  terminal_model terminal{80};
  frame_style style{80, 24, false, true};
  bar_display bars{bulk_upload::info.stages, [this](std::string_view s) { terminal.write(s); },
                   [this] { return style; }};
  time_point now = time_point() + 1h;

  std::string line_of(std::string_view name) const {
    for (std::string const& line : terminal.lines())
      if (line.find(name) != std::string::npos) return line;
    return "";
  }
};

BOOST_FIXTURE_TEST_SUITE(clients_bar_display, fixture)

BOOST_AUTO_TEST_CASE(a_whole_upload_is_shown) {
  bars.upload_began("members.xlsx", 1'000'000, now);
  bars.upload_advanced(500'000, now += 1s);
  BOOST_TEST(terminal.lines()[0] == "members.xlsx");
  BOOST_TEST(line_of("upload").find("500 kB of 1.0 MB") != std::string::npos);
  bars.accepted("job-1", now += 1s);
  BOOST_TEST(terminal.lines()[0] == "members.xlsx  job-1");
  bars.updated(progress("initialization", 0, "Starting"), now += 1s);
  bars.updated(progress("file_reading", 15, "Read 2,500 rows"), now += 1s);
  BOOST_TEST(line_of("initialization").find("✓") != std::string::npos);
  BOOST_TEST(line_of("file_reading").find("▸") != std::string::npos);
  BOOST_TEST(line_of("file_reading").find("██████████░░░░░░░░░░  Read 2,500 rows") != std::string::npos);
  BOOST_TEST(line_of("pre_validation").find("░░░░░░░░░░░░░░░░░░░░") != std::string::npos);
  BOOST_TEST(line_of(" %").find("15 %  4.0 s") != std::string::npos);

  job_end end;
  end.last.kind = event_kind::completed;
  end.last.job_id = "job-1";
  end.last.duration_ms = 3400;
  end.last.counts = {{"validation_stats", "total_records", 5000},
                     {"validation_stats", "valid_records", 4900},
                     {"database_stats", "inserts", 4900}};
  end.report_url = "http://127.0.0.1:5000/report";
  bars.ended(end, now += 1s);
  bars.report_saved("report.xlsx", now);
  BOOST_TEST(line_of("report_generation").find("✓") != std::string::npos);
  BOOST_TEST(line_of("100 %") != "");
  BOOST_TEST(line_of("Completed") == "Completed in 3.4 s (job-1)");
  BOOST_TEST(line_of("validation stats") == "  validation stats  total records 5,000, valid records 4,900");
  BOOST_TEST(line_of("database stats") == "  database stats    inserts 4,900");
  BOOST_TEST(line_of("http://") == "  report            http://127.0.0.1:5000/report");
  BOOST_TEST(line_of("saved") == "  saved as          report.xlsx");
  BOOST_TEST(terminal.cursor_visible());
}

BOOST_AUTO_TEST_CASE(FU_L2_statuses_that_share_their_values_share_a_bar) {
  terminal_model own(80);
  bar_display statuses{file_upload::info.stages, [&](std::string_view s) { own.write(s); },
                       [this] { return style; }};
  statuses.accepted("j", now);
  BOOST_TEST(own.lines().size() == 3u);
  statuses.updated(progress("processing", 50, "Processing 5 of 10 rows"), now += 1s);
  BOOST_TEST(own.lines()[1].find("processing") != std::string::npos);
  BOOST_TEST(own.lines()[1].find("██████████░░░░░░░░░░  Processing 5 of 10 rows") != std::string::npos);
  job_end end;
  end.last.kind = event_kind::completed;
  statuses.ended(end, now += 1s);
  BOOST_TEST(own.lines()[1].find("✓") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_failure_marks_its_stage) {
  bars.accepted("job-1", now);
  bars.updated(progress("file_reading", 10, "Reading"), now += 1s);
  job_end end;
  end.code = exit_code::job_failed;
  end.last.kind = event_kind::failed;
  end.last.stage = "file_reading";
  end.last.error = "The file is \x1b[2Jencrypted";
  bars.ended(end, now += 1s);
  BOOST_TEST(line_of("file_reading  ").find("✗") != std::string::npos);
  BOOST_TEST(line_of("Failed") == "Failed at file_reading: The file is [2Jencrypted");
}

BOOST_AUTO_TEST_CASE(time_goes_on_without_events) {
  bars.accepted("job-1", now);
  bars.updated(progress("file_reading", 10, "Reading"), now += 1s);
  bars.tick(now += 5s);
  BOOST_TEST(line_of("file_reading").find("5.0 s") != std::string::npos);
  BOOST_TEST(line_of(" %").find("6.0 s") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_burst_of_events_is_not_a_burst_of_paintings) {
  std::size_t bytes = 0;
  bar_display quiet(
      bulk_upload::info.stages, [&](std::string_view s) { bytes += s.size(); }, [this] { return style; });
  quiet.accepted("job-1", now);
  std::size_t const first = bytes;
  for (int i = 0; i != 1000; ++i) quiet.updated(progress("file_reading", 10, "Reading"), now += 1us);
  BOOST_TEST(bytes == first);
  quiet.tick(now += 1s);
  BOOST_TEST(bytes > first);
}

BOOST_AUTO_TEST_CASE(a_notice_stands_below_until_the_next_event) {
  bars.accepted("job-1", now);
  bars.notice("Connection lost, connecting again", now += 1s);
  BOOST_TEST(terminal.lines().back() == "  Connection lost, connecting again");
  bars.updated(progress("file_reading", 10, "Reading"), now += 1s);
  BOOST_TEST(line_of("Connection lost") == "");
}

BOOST_AUTO_TEST_CASE(a_retry_empties_the_bars) {
  bars.accepted("job-1", now);
  bars.updated(progress("initialization", 0, ""), now += 1s);
  bars.updated(progress("database_operations", 70, "Storing"), now += 1s);
  bars.updated(progress("initialization", 0, "Again"), now += 1s);
  BOOST_TEST(line_of("database_operations").find("█") == std::string::npos);
  BOOST_TEST(line_of("initialization").find("Again") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_window_may_change_its_size) {
  bars.accepted("job-1", now);
  bars.updated(progress("file_reading", 10, "Reading"), now += 1s);
  style.width = 60;
  terminal.resize(60);
  bars.tick(now += 1s);
  BOOST_TEST(terminal.lines().size() == 8u);
  style.width = 40;
  terminal.resize(40);
  bars.tick(now += 1s);
  BOOST_TEST(terminal.lines().size() == 1u);
  style.width = 100;
  terminal.resize(100);
  bars.tick(now += 1s);
  BOOST_TEST(terminal.lines().size() == 8u);
}

BOOST_AUTO_TEST_CASE(a_command_that_fails_gives_the_cursor_back) {
  bars.accepted("job-1", now);
  BOOST_TEST(!terminal.cursor_visible());
  bars.failed(exit_code::cannot_connect, "gone");
  BOOST_TEST(terminal.cursor_visible());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
