// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// What the client half of the suite is made of, without a client.
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>

#include "clauses/clause_book.hpp"
#include "client/client_cases.hpp"
#include "client/waits.hpp"

namespace {

using namespace uploadproto::conformance;
using namespace std::chrono_literals;

void check_event(protocol_face const& face, told_event const& event) {
  event_face const* const table = face.server_event(event.name);
  BOOST_REQUIRE_MESSAGE(table, face.name() << " has no event " << event.name);
  BOOST_CHECK_MESSAGE(table->check(event.payload).empty(), serialize(event.payload));
}

announcements said(std::initializer_list<std::string_view> lines) {
  announcements out;
  for (std::string_view const line : lines) out.add(line);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(client_parts_test)

BOOST_AUTO_TEST_CASE(every_event_of_a_script_is_one_of_the_contract) {
  for (protocol_face const& face : known_protocols()) {
    job_script const job(face, "6f1c2c3e-0000-4000-8000-000000000042");
    for (told_event const& event : job.progress()) check_event(face, event);
    check_event(face, job.completed());
    check_event(face, job.failed("The disk is full"));
    if (auto const hello = greeting_of(face)) check_event(face, *hello);
  }
}

BOOST_AUTO_TEST_CASE(every_case_of_a_client_says_what_it_is) {
  for (client_case const& c : all_client_cases()) {
    BOOST_CHECK_MESSAGE(c.id.find("/client/") == 2, c.id);
    BOOST_CHECK_MESSAGE(c.title.ends_with('.'), c.id << ": its title is no sentence");
    BOOST_CHECK_MESSAGE(!c.clauses.empty() && find_protocol(c.protocol), c.id);
  }
}

BOOST_AUTO_TEST_CASE(every_clause_that_binds_clients_has_a_case) {
  for (clause const& one : shipped_clauses().all()) {
    if (one.role != "client") continue;
    bool const judged = std::ranges::any_of(
        all_client_cases(), [&](client_case const& c) { return std::ranges::count(c.clauses, one.id) != 0; });
    BOOST_CHECK_MESSAGE(judged, one.id << " has no case");
  }
}

BOOST_AUTO_TEST_CASE(what_a_client_says_is_read_in_either_place) {
  auto const all =
      said({R"({"type":"progress","progress":42})", R"({"type":"event","data":{"progress":50.5}})",
            R"({"type":"progress","data":{"finished":3,"total":4}})", R"({"type":"notice"})", "no JSON",
            R"({"no":"type"})", R"({"type":"event","finished":1,"total":1})",
            R"({"type":"progress","finished":1,"total":0})", R"({"type":"progress","progress":"9"})"});
  BOOST_REQUIRE_EQUAL(3u, all.bars().size());
  BOOST_CHECK_EQUAL(42, *all.bars()[0]->bar());
  BOOST_CHECK_EQUAL(50.5, *all.bars()[1]->bar());
  BOOST_CHECK_EQUAL(75, *all.bars()[2]->bar());
  BOOST_CHECK_EQUAL(75, all.highest());
  BOOST_CHECK_EQUAL(2u, all.unreadable().size());
  BOOST_CHECK(!all.ended() && !all.gave_up());
  BOOST_CHECK(said({R"({"type":"end","result":"failed"})"}).ended());
}

BOOST_AUTO_TEST_CASE(waits_must_take_time_and_grow) {
  BOOST_CHECK(!wrong_growth({600ms, 1400ms, 2100ms, 4800ms}));
  BOOST_CHECK(!wrong_growth({1499ms, 1000ms, 2000ms, 4000ms}));  // all that chance can take away
  BOOST_CHECK(wrong_growth({1ms, 1ms, 2ms, 3ms}));
  BOOST_CHECK(wrong_growth({1000ms, 1010ms, 1005ms, 1001ms}));
  BOOST_CHECK(wrong_growth({4000ms, 2000ms, 1000ms, 500ms}));
}

BOOST_AUTO_TEST_CASE(waits_must_differ) {
  BOOST_CHECK(wrong_jitter({1000ms, 1003ms, 1012ms, 1001ms, 1020ms}));
  BOOST_CHECK(!wrong_jitter({1000ms, 1003ms, 1400ms, 700ms, 1020ms}));
}

BOOST_AUTO_TEST_CASE(a_command_gets_what_stands_in_it) {
  client_places const places{{"url", "http://127.0.0.1:1"}, {"token", "t"}};
  BOOST_CHECK_EQUAL("watch --server http://127.0.0.1:1 t",
                    filled_command("watch --server {url} {token}", places));
  BOOST_CHECK_EQUAL(R"(echo '{"a":1}' ${url} ${HOME} {)",
                    filled_command(R"(echo '{"a":1}' ${url} ${HOME} {)", places));
  BOOST_CHECK_THROW(filled_command("watch {server}", places), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()
