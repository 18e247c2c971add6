// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <limits>
#include <uploadproto/contract/bulk_upload.hpp>

namespace {

using namespace uploadproto::contract;
using uploadproto::error_code;

progress_tracker running() {
  progress_tracker tracker(bulk_upload::info.stages);
  tracker.begin_attempt();
  return tracker;
}

void run_all_stages(progress_tracker& tracker) {
  for (stage const& s : bulk_upload::info.stages) {
    BOOST_TEST(!tracker.accept(s.name, s.low));
    BOOST_TEST(!tracker.accept(s.name, s.high));
  }
}

BOOST_AUTO_TEST_SUITE(contract_stages)

BOOST_AUTO_TEST_CASE(BU_L4_a_whole_job_is_accepted) {
  progress_tracker tracker = running();
  run_all_stages(tracker);
  BOOST_TEST(!tracker.complete());
  BOOST_TEST(!tracker.completeness());
  BOOST_TEST(tracker.missing_stages().empty());
  BOOST_TEST(tracker.stage_name() == "report_generation");
}

BOOST_AUTO_TEST_CASE(BU_L1_a_stage_of_another_name_is_refused) {
  progress_tracker tracker = running();
  for (char const* name : {"", "Initialization", "scanning"})
    BOOST_TEST(tracker.accept(name, 0) == error_code(progress_error::unknown_stage));
}

BOOST_AUTO_TEST_CASE(BU_L2_a_value_lies_in_its_stages_range) {
  progress_tracker tracker = running();
  BOOST_TEST(tracker.accept("initialization", 1) == error_code(progress_error::outside_stage_range));
  BOOST_TEST(tracker.accept("file_reading", 9.9) == error_code(progress_error::outside_stage_range));
  BOOST_TEST(!tracker.accept("file_reading", 10));
  BOOST_TEST(!tracker.accept("file_reading", 20));
  BOOST_TEST(tracker.accept("file_reading", 20.1) == error_code(progress_error::outside_stage_range));
  BOOST_TEST(tracker.accept("pre_validation", 22) == error_code(progress_error::outside_stage_range));
}

BOOST_AUTO_TEST_CASE(BU_L3_a_stage_never_comes_back) {
  progress_tracker tracker = running();
  BOOST_TEST(!tracker.accept("pre_validation", 25));
  BOOST_TEST(tracker.accept("file_reading", 20) == error_code(progress_error::stage_went_back));
  BOOST_TEST(!tracker.accept("iec_verification", 45));
  BOOST_TEST(tracker.accept("pre_validation", 40) == error_code(progress_error::stage_went_back));
  BOOST_TEST(tracker.progress() == 45);  // what was refused left no trace
}

BOOST_AUTO_TEST_CASE(CO_5_progress_is_a_percentage) {
  progress_tracker tracker;  // no stages
  tracker.begin_attempt();
  for (double bad : {-0.1, 100.1, std::numeric_limits<double>::quiet_NaN()})
    BOOST_TEST(tracker.accept("", bad) == error_code(progress_error::not_a_percentage));
  BOOST_TEST(!tracker.accept("whatever", 0));
  BOOST_TEST(!tracker.accept("", 100));
}

BOOST_AUTO_TEST_CASE(CO_6_progress_never_decreases_and_ends_with_the_attempt) {
  progress_tracker tracker = running();
  BOOST_TEST(!tracker.accept("file_reading", 15));
  BOOST_TEST(tracker.accept("file_reading", 14.9) == error_code(progress_error::progress_decreased));
  BOOST_TEST(!tracker.accept("file_reading", 15));
  BOOST_TEST(!tracker.fail());
  BOOST_TEST(tracker.accept("file_reading", 16) == error_code(progress_error::already_ended));
}

BOOST_AUTO_TEST_CASE(CO_7_an_attempt_ends_once) {
  progress_tracker tracker = running();
  BOOST_TEST(!tracker.complete());
  BOOST_TEST(tracker.complete() == error_code(progress_error::already_ended));
  BOOST_TEST(tracker.fail() == error_code(progress_error::already_ended));
  BOOST_TEST((tracker.current() == progress_tracker::state::completed));
}

BOOST_AUTO_TEST_CASE(CO_6_a_retry_begins_again) {
  progress_tracker tracker = running();
  BOOST_TEST(!tracker.accept("database_operations", 80));
  BOOST_TEST(!tracker.fail());
  tracker.begin_attempt();
  BOOST_TEST(tracker.attempt() == 2u);
  run_all_stages(tracker);
  BOOST_TEST(!tracker.complete());
}

BOOST_AUTO_TEST_CASE(nothing_is_accepted_before_the_first_attempt) {
  progress_tracker tracker(bulk_upload::info.stages);
  BOOST_TEST(tracker.accept("initialization", 0) == error_code(progress_error::no_attempt));
  BOOST_TEST(tracker.complete() == error_code(progress_error::no_attempt));
}

BOOST_AUTO_TEST_CASE(BU_L4_what_a_completed_job_left_out_is_named) {
  progress_tracker missing = running();
  BOOST_TEST(!missing.accept("initialization", 0));
  BOOST_TEST(!missing.accept("report_generation", 100));
  BOOST_TEST(missing.completeness() == error_code(progress_error::stage_missing));
  BOOST_TEST(missing.missing_stages().size() == 4u);
  BOOST_TEST(missing.missing_stages().front() == "file_reading");

  progress_tracker early = running();
  for (stage const& s : bulk_upload::info.stages) BOOST_TEST(!early.accept(s.name, s.low));
  BOOST_TEST(early.completeness() == error_code(progress_error::wrong_end));
}

BOOST_AUTO_TEST_CASE(a_protocol_without_values_is_judged_by_its_stages) {
  progress_tracker tracker = running();
  BOOST_TEST(!tracker.accept("file_reading", std::nullopt));
  BOOST_TEST(tracker.progress() == 10);
  BOOST_TEST(tracker.accept("initialization", std::nullopt) == error_code(progress_error::stage_went_back));
}

BOOST_AUTO_TEST_CASE(errors_say_what_is_wrong) {
  for (int value = 1; value <= 10; ++value) {
    error_code const e(static_cast<progress_error>(value));
    BOOST_TEST(e.message() != "unknown progress error");
    BOOST_TEST(e.category().name() == std::string_view("uploadproto.progress"));
  }
}

BOOST_AUTO_TEST_CASE(CO_12_a_view_shows_one_value_that_only_rises) {
  progress_view view(bulk_upload::info.stages);
  BOOST_TEST(view.update("initialization", 0));
  BOOST_TEST(view.update("pre_validation", 30));
  BOOST_TEST(!view.update("pre_validation", 30));  // a duplicate
  BOOST_TEST(!view.update("file_reading", 15));    // an old one
  BOOST_TEST(!view.update("pre_validation", 29));
  BOOST_TEST(view.progress() == 30);
  BOOST_TEST(view.update("pre_validation", 31));
  BOOST_TEST(view.update("iec_verification", 31));  // a value outside its stage is shown all the same
  BOOST_TEST(view.stage_index() == 3u);
}

BOOST_AUTO_TEST_CASE(CO_12_a_view_survives_what_no_protocol_allows) {
  progress_view view(bulk_upload::info.stages);
  BOOST_TEST(view.update("a_stage_of_tomorrow", 50));
  BOOST_TEST(view.stage_index() == stage_table::npos);
  BOOST_TEST(view.update("x", 1e300));
  BOOST_TEST(view.progress() == 100);
  BOOST_TEST(!view.update("x", std::numeric_limits<double>::quiet_NaN()));
  BOOST_TEST(!view.update("x", -5));
}

BOOST_AUTO_TEST_CASE(CO_6_a_view_begins_again_with_the_first_stage_after_the_end) {
  progress_view view(bulk_upload::info.stages);
  view.update("database_operations", 70);
  BOOST_TEST(view.fail());
  BOOST_TEST(!view.fail());
  BOOST_TEST(view.progress() == 70);
  BOOST_TEST(!view.update("database_operations", 80));  // late
  BOOST_TEST(view.update("initialization", 0));         // a retry
  BOOST_TEST(!view.failed());
  BOOST_TEST(view.progress() == 0);
  BOOST_TEST(view.complete());
  BOOST_TEST(view.progress() == 100);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
