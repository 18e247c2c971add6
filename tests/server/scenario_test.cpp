// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <tuple>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/consumer_events.hpp>
#include <uploadproto/contract/file_upload.hpp>
#include <uploadproto/contract/upload_progress.hpp>

#include "scenarios/scenario_play.hpp"

namespace {

using namespace uploadproto;
using namespace uploadproto::reference;
using namespace std::chrono_literals;

constexpr auto timestamp = "2025-11-25T10:30:45.123Z";
scenario_play::time_point const start{std::chrono::hours(1)};

/** Plays a scenario to its end. @return its acts, each with the milliseconds at which it came */
std::vector<std::pair<long, scenario_play::act>> play_all(scenario const& script,
                                                          std::vector<event_shape> const& shapes) {
  std::vector<std::pair<long, scenario_play::act>> all;
  scenario_play play{script, shapes, "job-1", start};
  while (auto const due = play.due()) {
    auto const at = std::chrono::duration_cast<std::chrono::milliseconds>(*due - start).count();
    for (auto& act : play.perform(*due, timestamp)) all.emplace_back(at, std::move(act));
  }
  return all;
}

scenario bulk(std::string const& steps) {
  return parse_scenario("protocol = \"bulk_upload\"\n" + steps, "test.toml");
}

std::string story(std::string const& steps) {
  std::string text;
  for (auto const& [at, act] : play_all(bulk(steps), event_shapes<contract::bulk_upload>())) {
    text += std::to_string(at) + " ";
    if (act.cut)
      text += "cut";
    else if (act.payload.is_object() && act.payload.get_object().contains("progress"))
      text += act.payload.at("stage").get_string().c_str() + std::string(" ") +
              std::to_string(act.payload.at("progress").to_number<int>());
    else
      text += act.name;
    text += act.by_contract || act.cut ? "\n" : " (raw)\n";
  }
  return text;
}

std::string mistake(std::string const& text) {
  try {
    parse_scenario(text, "test.toml");
  } catch (invalid_setting const& e) {
    return e.what();
  }
  return "none";
}

template <contract::protocol P>
void judge(scenario const& script) {
  if (P::info.name != script.protocol) return;
  int events = 0;
  for (auto const& [at, act] : play_all(script, event_shapes<P>())) {
    if (!act.by_contract) continue;
    ++events;
    auto const read = contract::read_event<P>(act.name, act.payload);
    BOOST_TEST(read.has_value(), boost::json::serialize(act.payload)
                                     << "\n"
                                     << (read ? "" : contract::to_string(read.error())));
  }
  BOOST_TEST(events > 2);
}

BOOST_AUTO_TEST_SUITE(server_scenarios)

BOOST_AUTO_TEST_CASE(six_scenarios_ship_and_speak_by_their_contracts) {
  BOOST_TEST(shipped_scenarios().size() == 6u);
  for (auto const& shipped : shipped_scenarios()) {
    BOOST_TEST_CONTEXT(shipped.name) {
      auto const script = read_scenario(std::string{shipped.name});
      BOOST_TEST(!script.description.empty());
      judge<contract::bulk_upload>(script);
      judge<contract::file_upload>(script);
      judge<contract::upload_progress>(script);
      judge<contract::consumer_events>(script);
    }
  }
}

BOOST_AUTO_TEST_CASE(steps_follow_one_another) {
  BOOST_TEST(story(R"(
[[step]]
after = "500ms"
stage = "initialization"
[[step]]
after = "2s"
stage = "file_reading"
progress = 15
[[step]]
do = "cut"
[[step]]
after = "1ms"
do = "complete"
)") == "500 initialization 0\n2500 file_reading 15\n2500 cut\n2501 bulk_upload_complete\n");
}

BOOST_AUTO_TEST_CASE(what_breaks_the_rules_goes_past_the_role) {
  BOOST_TEST(story(R"(
[[step]]
stage = "file_reading"
progress = 10
[[step]]
do = "duplicate"
[[step]]
do = "reorder"
count = 2
[[step]]
progress = 12
[[step]]
progress = 14
[[step]]
do = "raw"
name = "nobody knows"
)") == "0 file_reading 10\n0 file_reading 10 (raw)\n0 file_reading 14 (raw)\n0 file_reading 12 (raw)\n"
       "0 nobody knows (raw)\n");
}

BOOST_AUTO_TEST_CASE(a_reordering_that_lacks_events_loses_none) {
  BOOST_TEST(
      story("[[step]]\ndo = \"reorder\"\ncount = 9\n[[step]]\nstage = \"file_reading\"\nprogress = 10\n") ==
      "0 file_reading 10 (raw)\n");
}

BOOST_AUTO_TEST_CASE(a_burst_rises_evenly) {
  BOOST_TEST(story("[[step]]\nstage = \"file_reading\"\nprogress = 10\n"
                   "[[step]]\ndo = \"burst\"\nprogress = 20\ncount = 5\n") ==
             "0 file_reading 10\n0 file_reading 12\n0 file_reading 14\n0 file_reading 16\n0 file_reading 18\n"
             "0 file_reading 20\n");
}

BOOST_AUTO_TEST_CASE(mistakes_are_found_where_they_stand) {
  BOOST_TEST(mistake("protocol = 1") == "test.toml:1:12: protocol: expected text");
  BOOST_TEST(mistake("protocol = \"bulk_upload\"") == "test.toml: a scenario has steps: [[step]]");
  BOOST_TEST(mistake("[[step]]\n") == "test.toml: a scenario names its protocol");
  BOOST_TEST(mistake("protocol = \"x\"\n[[step]]\ndo = \"dance\"")
                 .starts_with("test.toml:3:6: do: expected one of complete, fail, event"));
  BOOST_TEST(mistake("protocol = \"x\"\n[[step]]\nafter = \"soon\"") ==
             "test.toml:3:9: after: expected a time such as \"500ms\" or \"2s\"");
  BOOST_TEST(mistake("protocol = \"x\"\n[[step]]\nprogres = 1")
                 .starts_with("test.toml:3:1: there is nothing called \"progres\" here; expected do, after"));
  BOOST_TEST(mistake("protocol = ").starts_with("test.toml:1:"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
