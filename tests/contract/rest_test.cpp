// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/consumer_events.hpp>
#include <uploadproto/contract/file_upload.hpp>
#include <uploadproto/contract/upload_progress.hpp>

namespace {

using namespace uploadproto::contract;

BOOST_AUTO_TEST_SUITE(contract_rest)

BOOST_AUTO_TEST_CASE(a_path_names_its_place) {
  BOOST_TEST(place_in("/file/upload/{templateName}") == "templateName");
  BOOST_TEST(place_in("/a/{one}/{two}") == "one");
  for (std::string_view none : {"", "/a/b", "/a/{b", "/a}b", "}{"}) BOOST_TEST(place_in(none) == "", none);
}

BOOST_AUTO_TEST_CASE(a_place_is_filled_by_one_segment) {
  BOOST_TEST(path_with("/up/{name}/x", "users") == "/up/users/x");
  BOOST_TEST(path_with("/up/{name}", "a/b c%") == "/up/a%2Fb%20c%25");
  BOOST_TEST(path_with("/up/{name}", "..") == "/up/%2E%2E");
  BOOST_TEST(path_with("/up", "users") == "/up");
  BOOST_TEST(path_for("/jobs/{jobId}", "j-1") == "/jobs/j-1");
  BOOST_TEST(path_for("/up/{name}", "j-1") == "/up/{name}");  // not the job's place
}

BOOST_AUTO_TEST_CASE(stages_divide_a_job_or_they_do_not) {
  BOOST_TEST(bulk_upload::info.stages.consecutive());
  BOOST_TEST(upload_progress::info.stages.consecutive());
  BOOST_TEST(consumer_events::info.stages.consecutive());
  BOOST_TEST(!file_upload::info.stages.consecutive());  // FU-L2: statuses bind no values
  BOOST_TEST(stage_table().consecutive());
}

/** A description tells both ends, or a client that came late would wait for ever. */
BOOST_AUTO_TEST_CASE(every_protocol_has_words_for_both_ends) {
  for (protocol_info const* p :
       {&bulk_upload::info, &file_upload::info, &upload_progress::info, &consumer_events::info})
    for (event_kind const wanted : {event_kind::completed, event_kind::failed})
      BOOST_TEST(std::any_of(p->rest.statuses.begin(), p->rest.statuses.end(),
                             [&](status_kind const& line) { return line.kind == wanted; }),
                 p->name);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
