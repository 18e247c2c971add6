// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <vector>

#include "ingest/header_map.hpp"
#include "pipelines/bulk_upload/event_feed.hpp"
#include "pipelines/bulk_upload/first_rows.hpp"
#include "pipelines/wording.hpp"
#include "storage/database.hpp"
#include "temporary_directory.hpp"

namespace {
using namespace uploadproto;
using namespace uploadproto::reference;
using namespace std::chrono_literals;

struct fixture {
  timestamp_ms now{std::chrono::hours(500'000)};
  std::vector<contract::bulk_upload_progress> sent;
  int ends = 0;
  bulk_upload_sink sink = [this](std::string const& user, bulk_upload_event const& event) {
    BOOST_TEST(user == "ann");
    if (auto const* progress = std::get_if<contract::bulk_upload_progress>(&event))
      sent.push_back(*progress);
    else
      ++ends;
  };
  event_feed feed{{1, 1}, "ann", "job-1-1", sink, [this] { return now; }};
  contract::stage const& reading = contract::bulk_upload_stages[1];
};

BOOST_AUTO_TEST_SUITE(pipeline_feed)

BOOST_FIXTURE_TEST_CASE(between_its_two_ends_a_stage_sends_at_most_ten_events_a_second, fixture) {
  feed.begin(reading);
  for (int ms = 0; ms < 1000; ++ms) {
    now += 1ms;
    feed.advance(ms / 1000.0, "");
  }
  feed.finish("");
  BOOST_TEST(sent.size() == 12u);
  BOOST_TEST(sent.front().progress == 10);
  BOOST_TEST(sent.back().progress == 20);
}

BOOST_FIXTURE_TEST_CASE(a_silent_stage_is_heard_at_least_once_a_second, fixture) {
  feed.begin(reading);
  for (int step = 0; step < 25; ++step) {
    now += 200ms;
    feed.pulse();
  }
  BOOST_TEST(sent.size() >= 6u);
  BOOST_TEST(sent.back().progress == 10);
  BOOST_TEST(sent.back().timestamp != sent.front().timestamp);
}

BOOST_FIXTURE_TEST_CASE(nothing_is_sent_before_the_first_stage, fixture) {
  now += 10s;
  feed.pulse();
  BOOST_TEST(sent.empty());
  BOOST_TEST(!feed.current().latest.has_value());
}

BOOST_FIXTURE_TEST_CASE(an_end_before_the_first_stage_is_told_after_it, fixture) {
  contract::bulk_upload_progress first;
  first.stage = "initialization";
  BOOST_TEST(feed.close(contract::bulk_upload_failed{}, first));
  BOOST_TEST(sent.size() == 1u);
  BOOST_TEST(ends == 1);
  BOOST_TEST(!feed.close(contract::bulk_upload_failed{}, first));
  BOOST_TEST(ends == 1);
}

BOOST_FIXTURE_TEST_CASE(values_rise_and_stay_within_their_stage, fixture) {
  feed.begin(reading);
  for (double const part : {0.5, 0.2, -3.0, 7.0, 0.1}) {
    now += 1s;
    feed.advance(part, "");
  }
  double last = 0;
  for (auto const& event : sent) {
    BOOST_TEST(event.progress >= last);
    BOOST_TEST(event.progress <= 20);
    last = event.progress;
  }
}

BOOST_FIXTURE_TEST_CASE(nothing_follows_the_end, fixture) {
  feed.begin(reading);
  feed.close(contract::bulk_upload_failed{});
  auto const before = sent.size();
  now += 10s;
  feed.advance(0.5, "");
  feed.finish("");
  feed.pulse();
  feed.begin(contract::bulk_upload_stages[2]);
  feed.close(contract::bulk_upload_complete{});
  BOOST_TEST(sent.size() == before);
  BOOST_TEST(ends == 1);
}

BOOST_FIXTURE_TEST_CASE(CO_6_a_feed_that_is_held_stays_where_it_is_until_its_end, fixture) {
  feed.begin(reading);
  feed.hold();
  feed.finish("");
  feed.begin(contract::bulk_upload_stages[2]);
  now += 10s;
  feed.pulse();
  BOOST_TEST(sent.size() == 1u);
  BOOST_TEST(feed.current().stage.value() == "file_reading");
  feed.go_on();
  feed.begin(contract::bulk_upload_stages[2]);
  BOOST_TEST(sent.back().stage == "pre_validation");
}

BOOST_FIXTURE_TEST_CASE(a_feed_that_is_held_before_its_first_stage_takes_what_the_stage_does, fixture) {
  feed.hold();
  feed.begin(reading);
  feed.advance(0.5, "");
  feed.finish("");
  feed.pulse();
  feed.go_on();
  feed.advance(0.5, "");
  feed.finish("");
  BOOST_TEST(sent.empty());
}

BOOST_FIXTURE_TEST_CASE(a_clock_that_is_set_back_does_not_silence_the_feed, fixture) {
  feed.begin(reading);
  now -= 1h;
  feed.advance(0.5, "");
  BOOST_TEST(sent.size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_first_row_of_each_id_is_remembered) {
  first_rows seen;
  constexpr std::uint32_t last = 1'048'576;
  constexpr id_key highest = 9'999'999'999'999;
  BOOST_TEST(seen.note(0, 2) == 0u);
  BOOST_TEST(seen.note(highest, last) == 0u);
  for (std::uint32_t row = 3; row < 200'000; ++row)
    if (seen.note(row * id_key{49'999'991}, row) != 0) BOOST_ERROR("a new id was taken for a known one");
  for (std::uint32_t row = 3; row < 200'000; ++row)
    if (seen.note(row * id_key{49'999'991}, last) != row) BOOST_ERROR("another row was remembered");
  BOOST_TEST(seen.note(0, 9) == 2u);
  BOOST_TEST(seen.note(highest, 9) == last);
}

BOOST_AUTO_TEST_CASE(every_column_that_uploads_may_have_is_a_field_of_the_member) {
  test::temporary_directory directory;
  database db(directory / "test.db");
  auto const connection = db.connect(commit_survives::crash);
  for (auto const& column : known_columns())
    BOOST_TEST(connection
                       ->execAndGet("SELECT count(*) FROM pragma_table_info('members') WHERE name = '" +
                                    std::string(column.key) + "'")
                       .getInt() == 1,
               column.key);
}

BOOST_AUTO_TEST_CASE(counts_read_well) {
  BOOST_TEST(grouped(0) == "0");
  BOOST_TEST(grouped(999) == "999");
  BOOST_TEST(grouped(1'048'576) == "1,048,576");
  BOOST_TEST(counted(1, "row", "rows") == "1 row");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
