// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>

#include "register/embedded_register.hpp"
#include "register/hourly_limit.hpp"
#include "register/register_reply.hpp"
#include "register/register_service.hpp"
#include "register/voters_roll.hpp"
#include "temporary_directory.hpp"

namespace {
using namespace uploadproto::reference;
using namespace std::chrono_literals;
using state = register_answer::state;

constexpr auto header = "id_number,registered,voter_status,ward_id,vd_number\n";
constexpr std::chrono::sys_seconds now{std::chrono::sys_days(2025y / 11 / 25) + 10h};

std::string refusal(std::string const& csv) {
  try {
    voters_roll::read(csv, "test.csv");
  } catch (std::exception const& error) {
    return error.what();
  }
  return "taken";
}

BOOST_AUTO_TEST_SUITE(register_parts)

BOOST_AUTO_TEST_CASE(a_roll_is_read_and_searched) {
  auto const roll = voters_roll::read(std::string("\xEF\xBB\xBF") + header +
                                          "8001015009087,1,Registered,79800001,97090011\r\n"
                                          "\n"
                                          "0001015009087,0,Deceased,,\n"
                                          "9001015009087,1,Registered,79800001,97090012",
                                      "test.csv");
  BOOST_TEST(roll.size() == 3u);
  auto const found = roll.find(8001015009087).value();
  BOOST_TEST(found.registered);
  BOOST_TEST(found.voter_status == "Registered");
  BOOST_TEST(found.ward_id == "79800001");
  BOOST_TEST(found.vd_number == "97090011");
  BOOST_TEST(!roll.find(1015009087)->registered);
  BOOST_TEST(!roll.find(8001015009088).has_value());
}

BOOST_AUTO_TEST_CASE(a_bad_roll_is_refused_with_its_line) {
  BOOST_TEST(refusal("").find("line 1") != std::string::npos);
  BOOST_TEST(refusal("id,name\n").find("line 1") != std::string::npos);
  for (auto const* line :
       {"123,1,Registered,1,1", "8001015009087,yes,Registered,1,1", "8001015009087,1,Registered,1",
        "8001015009087,1,Registered,1,1,1", "800101500908x,1,Registered,1,1"})
    BOOST_TEST(refusal(std::string(header) + line).find("line 2") != std::string::npos, line);
  BOOST_TEST(refusal(std::string(header) + "8001015009087,1," + std::string(65, 'x') + ",1,1").find("64") !=
             std::string::npos);
  BOOST_TEST(refusal(std::string(header) + "8001015009087,1,a,1,1\n8001015009087,1,a,1,1\n").find("twice") !=
             std::string::npos);
  BOOST_CHECK_THROW(voters_roll::read_file("/nowhere/at/all.csv"), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(the_register_that_ships_is_in_the_program) {
  auto const roll = voters_roll::shipped();
  BOOST_TEST(roll.size() >= 1000u);
  std::ifstream file(UPLOADPROTO_SOURCE_DIR "/server-reference/register/data/register.csv");
  std::string line;
  std::getline(file, line);
  std::size_t lines = 0;
  while (std::getline(file, line)) {
    ++lines;
    BOOST_TEST_REQUIRE(roll.find(*id_key_of(line.substr(0, 13))).has_value());
  }
  BOOST_TEST(lines == roll.size());
}

BOOST_AUTO_TEST_CASE(whom_the_embedded_register_does_not_know_is_not_registered) {
  auto const roll = std::make_shared<voters_roll const>(
      voters_roll::read(std::string(header) + "8001015009087,1,Registered,79800001,97090011\n", "test"));
  embedded_register lookup(roll);
  std::vector<id_key> const ids{8001015009087, 1, 2};
  std::vector<register_answer> answers(3);
  answers[2].what = state::registered;  // known from an earlier attempt: not asked again
  BOOST_TEST((lookup.look_up(ids, answers, [](auto, auto) { return true; }) == lookup_end::complete));
  BOOST_TEST((answers[0].what == state::registered));
  BOOST_TEST(answers[0].vd_number == "97090011");
  BOOST_TEST((answers[1].what == state::not_registered));
  BOOST_TEST((answers[2].what == state::registered));
}

BOOST_AUTO_TEST_CASE(digits_and_numbers_are_two_forms_of_one_id) {
  auto const digits = digits_of(1015009087);
  BOOST_TEST(std::string(digits.begin(), digits.end()) == "0001015009087");
  BOOST_TEST(*id_key_of("0001015009087") == 1015009087u);
  for (auto const* bad : {"", "1", "00010150090871", "000101500908a", "-001015009087"})
    BOOST_TEST(!id_key_of(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(the_hourly_limit_holds_for_any_sixty_minutes) {
  hourly_limit limit(3);
  hourly_limit::time_point const start{};
  BOOST_TEST(!limit.take(start).has_value());
  BOOST_TEST(!limit.take(start + 10min).has_value());
  BOOST_TEST(!limit.take(start + 20min).has_value());
  BOOST_TEST((limit.take(start + 59min) == start + 60min));
  BOOST_TEST((limit.take(start + 59min) == start + 60min), "a refused look-up is not counted");
  BOOST_TEST(!limit.take(start + 60min).has_value());
  BOOST_TEST((limit.take(start + 61min) == start + 70min));
  hourly_limit none(0);
  for (int i = 0; i < 100'000; ++i) BOOST_TEST_REQUIRE(!none.take(start).has_value());
}

BOOST_AUTO_TEST_CASE(answers_of_the_register_are_understood) {
  auto const voter = judge_lookup(
      {200,
       R"({"bRegistered":true,"VoterStatus":"Registered","VotingStation":{"Delimitation":{"WardID":79800001,"VDNumber":"97090011"}}})",
       ""},
      now);
  BOOST_TEST((voter.next == reply_verdict::what::answered));
  BOOST_TEST((voter.answer.what == state::registered));
  BOOST_TEST(voter.answer.ward_id == "79800001");
  BOOST_TEST(voter.answer.vd_number == "97090011");
  auto const nobody =
      judge_lookup({200, R"({"bRegistered":false,"VotingStation":null,"VoterStatus":null})", ""}, now);
  BOOST_TEST((nobody.answer.what == state::not_registered));
  BOOST_TEST((judge_lookup({404, "whatever", ""}, now).answer.what == state::not_registered));
}

BOOST_AUTO_TEST_CASE(what_is_no_answer_is_never_not_registered) {
  std::string const deep(100'000, '[');
  for (auto const& body : {std::string(), std::string("null"), std::string("[]"), std::string("{}"),
                           std::string(R"({"bRegistered":"true"})"), std::string(R"({"bRegistered":null})"),
                           std::string(R"({"bRegistered":tru)"), std::string("<html>"), deep}) {
    auto const verdict = judge_lookup({200, body, ""}, now);
    BOOST_TEST((verdict.next == reply_verdict::what::give_up));
    BOOST_TEST(!verdict.reason.empty());
  }
  using what = reply_verdict::what;
  for (auto const& [status, next] : {std::pair{500u, what::try_again},
                                     {503u, what::try_again},
                                     {408u, what::try_again},
                                     {401u, what::unauthorised},
                                     {429u, what::slow_down},
                                     {403u, what::give_up},
                                     {400u, what::give_up},
                                     {301u, what::give_up},
                                     {204u, what::give_up},
                                     {0u, what::give_up}})
    BOOST_TEST((judge_lookup({status, "{}", ""}, now).next == next), status);
}

BOOST_AUTO_TEST_CASE(retry_after_is_seconds_or_a_date) {
  BOOST_TEST((read_retry_after("120", now) == 120s));
  BOOST_TEST((read_retry_after("0", now) == 0s));
  BOOST_TEST((read_retry_after("99999999999", now) == 24h));
  BOOST_TEST((read_retry_after("Tue, 25 Nov 2025 10:00:30 GMT", now) == 30s));
  BOOST_TEST((read_retry_after("Tue, 25 Nov 2025 09:00:30 GMT", now) == 0s));
  for (auto const* bad : {"", "-1", "soon", "12 s", "99999999999999999999999", "Tue, 25 Nov 2025"})
    BOOST_TEST(!read_retry_after(bad, now).has_value(), bad);
  BOOST_TEST((judge_lookup({429, "", "7"}, now).pause == 7s));
  BOOST_TEST((judge_lookup({429, "", "?"}, now).pause == 60s));
}

BOOST_AUTO_TEST_CASE(a_token_fits_into_a_header_or_is_none) {
  auto const token = read_token({200, R"({"access_token":"abc","expires_in":90})", ""}).value();
  BOOST_TEST(token.text == "abc");
  BOOST_TEST((token.lifetime == 90s));
  BOOST_TEST((read_token({200, R"({"access_token":"abc"})", ""})->lifetime == 1h));
  BOOST_TEST((read_token({200, R"({"access_token":"abc","expires_in":-5})", ""})->lifetime == 0s));
  for (auto const* body :
       {R"({"access_token":""})", R"({"access_token":"a\r\nX: y"})", R"({"access_token":5})", "{}", "x"})
    BOOST_TEST(!read_token({200, body, ""}).has_value(), body);
  BOOST_TEST(!read_token({400, R"({"access_token":"abc"})", ""}).has_value());
}

struct service_fixture {
  std::shared_ptr<voters_roll const> roll = std::make_shared<voters_roll const>(voters_roll::read(
      std::string(header) + "8001015009087,1,Registered,79800001,97090011\n0001015009087,0,Deceased,,\n",
      "test"));
  register_service service{roll, {"demo user", "s&cret"}};

  std::string token() {
    auto const answer =
        service.handle("POST", "/token", "", "grant_type=password&username=demo+user&password=s%26cret");
    BOOST_REQUIRE(answer.status == 200);
    return "Bearer " + std::string(boost::json::parse(answer.body).at("access_token").as_string());
  }
};

BOOST_FIXTURE_TEST_CASE(the_service_speaks_the_interface_that_the_look_up_expects, service_fixture) {
  auto const bearer = token();
  auto const ask = [&](std::string const& id) {
    auto const answer = service.handle("GET", "/api/Voters/IDNumber/" + id, bearer, "");
    return judge_lookup({answer.status, answer.body, ""}, now);
  };
  BOOST_TEST((ask("8001015009087").answer.what == state::registered));
  BOOST_TEST(ask("8001015009087").answer.ward_id == "79800001");
  BOOST_TEST((ask("0001015009087").answer.what == state::not_registered));
  BOOST_TEST(ask("0001015009087").answer.voter_status == "Deceased");
  BOOST_TEST((ask("9901015009087").answer.what == state::not_registered));
  BOOST_TEST(service.handle("GET", "/api/Voters/IDNumber/12", bearer, "").status == 400u);
}

BOOST_FIXTURE_TEST_CASE(the_service_refuses_what_is_wrong, service_fixture) {
  auto const status = [&](auto... parts) { return service.handle(parts...).status; };
  for (auto const* form :
       {"", "grant_type=password", "grant_type=password&username=demo+user&password=wrong",
        "grant_type=client&username=demo+user&password=s%26cret",
        "grant_type=password&username=demo+user&password=s%2",
        "grant_type=password&username=demo+user&username=demo+user&password=s%26cret", "&&&=&="})
    BOOST_TEST(status("POST", "/token", "", form) == 400u, form);
  BOOST_TEST(status("POST", "/token", "", std::string(10'000, 'a')) == 400u);
  BOOST_TEST(status("GET", "/token", "", "") == 405u);
  BOOST_TEST(service.handle("GET", "/token", "", "").allow == "POST");
  BOOST_TEST(status("POST", "/api/Voters/IDNumber/8001015009087", "", "") == 405u);
  BOOST_TEST(status("GET", "/", "", "") == 404u);
  for (auto const* auth : {"", "Bearer", "Bearer ", "Bearer x", "Basic eA=="})
    BOOST_TEST(status("GET", "/api/Voters/IDNumber/8001015009087", auth, "") == 401u, auth);
}

BOOST_FIXTURE_TEST_CASE(tokens_run_out, service_fixture) {
  auto const bearer = token();
  auto const later = std::chrono::steady_clock::now() + 61min;
  BOOST_TEST(service.handle("GET", "/api/Voters/IDNumber/8001015009087", bearer, "", later).status == 401u);
  for (int i = 0; i < 2000; ++i) token();
  BOOST_TEST(service.handle("GET", "/api/Voters/IDNumber/8001015009087", bearer, "").status == 401u,
             "the oldest tokens make room");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
