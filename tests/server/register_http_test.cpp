// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <map>
#include <mutex>

#include "register/http_register.hpp"
#include "register_server.hpp"
#include "sample_workbook.hpp"
#include "service_fixture.hpp"

namespace {
using namespace uploadproto::reference;
using namespace uploadproto::reference::test;
using namespace std::chrono_literals;
using state = register_answer::state;
using fate = register_server::fate;
using what = register_server::fate::what;

/** People 0 to 199 are on the roll, every tenth of them not registered. */
std::shared_ptr<voters_roll const> make_roll() {
  std::string csv = "id_number,registered,voter_status,ward_id,vd_number\n";
  for (unsigned n = 0; n < 200; ++n)
    csv += id_number_of(n) + (n % 10 == 0 ? ",0,Not registered,,\n" : ",1,Registered,79800001,97090011\n");
  return std::make_shared<voters_roll const>(voters_roll::read(csv, "test"));
}

bool is_lookup(register_server::request const& asked) {
  return asked.target().starts_with("/api/");
}

struct fixture {
  // What the server's threads look at outlives the server.
  std::atomic<int> asked_for{0};
  std::string special;
  fate trouble;
  std::mutex mutex;
  std::map<std::string, int> times;

  register_service service{make_roll(), {"demo", "secret"}};
  std::unique_ptr<register_server> server;
  std::unique_ptr<http_register> lookup;
  http_register_options options;
  std::vector<id_key> ids;
  std::vector<register_answer> answers;
  std::string last_note;

  fixture() {
    options.user = "demo";
    options.password = "secret";
    options.parallelism = 4;
    options.first_backoff = 1ms;
    options.longest_backoff = 4ms;
    options.request_timeout = 10s;
    ask_for(60);
  }
  void ask_for(unsigned people) {
    ids.clear();
    for (unsigned n = 0; n < people; ++n) ids.push_back(*id_key_of(id_number_of(n)));
    answers.assign(people, {});
  }
  void serve(register_server::judge how = [](auto const&) { return fate{}; }) {
    server = std::make_unique<register_server>(service, std::move(how));
    options.url = server->url();
    lookup = std::make_unique<http_register>(options);
  }
  lookup_end look_up(keep_going const& going = [](auto, auto) { return true; }) {
    return lookup->look_up(ids, answers, [&](std::size_t answered, std::string_view note) {
      if (!note.empty()) last_note = note;
      return going(answered, note);
    });
  }
  std::size_t count(state wanted) const {
    return static_cast<std::size_t>(
        std::count_if(answers.begin(), answers.end(), [&](auto const& a) { return a.what == wanted; }));
  }
  void check_all_answered() {
    BOOST_TEST(count(state::registered) == ids.size() - (ids.size() + 9) / 10);
    BOOST_TEST(count(state::not_registered) == (ids.size() + 9) / 10);
  }
};

BOOST_AUTO_TEST_SUITE(register_http)

BOOST_FIXTURE_TEST_CASE(every_id_is_asked_once_over_few_connections_with_one_token, fixture) {
  serve();
  BOOST_TEST((look_up() == lookup_end::complete));
  check_all_answered();
  BOOST_TEST(answers[1].ward_id == "79800001");
  BOOST_TEST(answers[1].voter_status == "Registered");
  BOOST_TEST(server->lookups() == 60);
  BOOST_TEST(server->requests("/token") == 1);
  BOOST_TEST(server->connections() <= 4);
  ask_for(60);
  look_up();
  BOOST_TEST(server->requests("/token") == 1);
  BOOST_TEST(server->connections() <= 4);
}

BOOST_FIXTURE_TEST_CASE(somebody_unknown_is_not_registered, fixture) {
  serve();
  ids = {*id_key_of(id_number_of(5000))};
  answers.assign(1, {});
  look_up();
  BOOST_TEST((answers[0].what == state::not_registered));
}

BOOST_FIXTURE_TEST_CASE(what_has_an_answer_already_is_not_asked, fixture) {
  serve();
  for (std::size_t i = 0; i < 50; ++i) answers[i].what = state::not_registered;
  look_up();
  BOOST_TEST(server->lookups() == 10);
}

BOOST_FIXTURE_TEST_CASE(passing_trouble_is_tried_again, fixture) {
  for (auto const& kind :
       {fate{what::answer, 500}, fate{what::answer, 503}, fate{what::cut}, fate{what::cut_in_the_middle}}) {
    server.reset();
    trouble = kind;
    times.clear();
    serve([&](auto const& asked) {
      std::lock_guard lock(mutex);
      return ++times[std::string(asked.target())] <= 2 ? trouble : fate{};
    });
    ask_for(20);
    BOOST_TEST((look_up() == lookup_end::complete));
    check_all_answered();
  }
}

BOOST_FIXTURE_TEST_CASE(connections_that_the_register_closes_are_replaced_without_counting_as_a_try,
                        fixture) {
  options.retries = 0;
  serve([](auto const&) { return fate{what::close_after}; });
  look_up();
  check_all_answered();
}

BOOST_FIXTURE_TEST_CASE(lasting_trouble_leaves_the_row_unchecked, fixture) {
  special = "/api/Voters/IDNumber/" + id_number_of(7);
  serve([&](auto const& asked) { return asked.target() == special ? fate{what::answer, 502} : fate{}; });
  look_up();
  BOOST_TEST(count(state::unchecked) == 1u);
  BOOST_TEST((answers[7].what == state::unchecked));
  BOOST_TEST(answers[7].reason.find("502") != std::string::npos);
  BOOST_TEST(server->requests(special) == 4);
}

BOOST_FIXTURE_TEST_CASE(a_register_that_does_not_answer_in_time_leaves_the_row_unchecked, fixture) {
  options.request_timeout = 100ms;
  options.retries = 1;
  special = "/api/Voters/IDNumber/" + id_number_of(3);
  serve([&](auto const& asked) { return asked.target() == special ? fate{what::hang} : fate{}; });
  look_up();
  BOOST_TEST((answers[3].what == state::unchecked));
  BOOST_TEST(answers[3].reason == "The register did not answer in time");
  BOOST_TEST(count(state::unchecked) == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_register_out_of_reach_is_not_asked_for_every_row, fixture) {
  options.retries = 1;
  options.give_up_after = 5;
  serve([](auto const& asked) { return is_lookup(asked) ? fate{what::answer, 500} : fate{}; });
  ask_for(200);
  BOOST_TEST((look_up() == lookup_end::complete));
  BOOST_TEST(count(state::unchecked) == 200u);
  BOOST_TEST(server->lookups() <= 2 * (5 + 4));
  auto const before = server->lookups();
  ask_for(200);
  look_up();
  BOOST_TEST(server->lookups() == before, "nor in the next batch");
}

BOOST_FIXTURE_TEST_CASE(nobody_there_means_unchecked_not_unregistered, fixture) {
  serve();
  server.reset();
  options.retries = 0;
  lookup = std::make_unique<http_register>(options);
  BOOST_TEST((look_up() == lookup_end::complete));
  BOOST_TEST(count(state::unchecked) == ids.size());
}

BOOST_FIXTURE_TEST_CASE(a_token_that_is_refused_is_renewed_once_for_all, fixture) {
  serve([&](auto const& asked) {
    // The register forgets its tokens after the tenth look-up.
    return is_lookup(asked) && ++asked_for == 10 ? fate{what::answer, 401} : fate{};
  });
  look_up();
  check_all_answered();
  BOOST_TEST(server->requests("/token") == 2);
}

BOOST_FIXTURE_TEST_CASE(a_token_that_never_works_ends_in_unchecked_rows, fixture) {
  serve([](auto const& asked) { return is_lookup(asked) ? fate{what::answer, 401} : fate{}; });
  BOOST_TEST((look_up() == lookup_end::complete));
  BOOST_TEST(count(state::unchecked) == ids.size());
  BOOST_TEST(server->requests("/token") <= 40);
}

BOOST_FIXTURE_TEST_CASE(wrong_credentials_are_not_tried_again, fixture) {
  options.password = "wrong";
  serve();
  look_up();
  BOOST_TEST(count(state::unchecked) == ids.size());
  BOOST_TEST(answers[0].reason == "The register refused the server's credentials");
  BOOST_TEST(server->requests("/token") == 1);
  BOOST_TEST(server->lookups() == 0);
}

BOOST_FIXTURE_TEST_CASE(trouble_at_the_token_is_tried_again, fixture) {
  serve([&](auto const& asked) {
    return !is_lookup(asked) && ++asked_for <= 2 ? fate{what::answer, 503} : fate{};
  });
  look_up();
  check_all_answered();
}

BOOST_FIXTURE_TEST_CASE(the_hourly_limit_ends_the_look_up_and_keeps_what_it_has, fixture) {
  options.hourly_limit = 25;
  options.wait_at_limit = false;
  serve();
  BOOST_TEST((look_up() == lookup_end::limit_reached));
  BOOST_TEST(count(state::unasked) == 35u);
  BOOST_TEST(count(state::unchecked) == 0u);
  BOOST_TEST(server->lookups() == 25);
}

BOOST_FIXTURE_TEST_CASE(at_the_hourly_limit_a_waiting_look_up_can_be_stopped, fixture) {
  options.hourly_limit = 25;
  serve();
  BOOST_TEST((look_up([&](std::size_t answered, std::string_view note) {
                return answered < 25 || note.find("hourly limit") == std::string_view::npos;
              }) == lookup_end::stopped));
  BOOST_TEST(count(state::unasked) == 35u);
}

BOOST_FIXTURE_TEST_CASE(the_registers_own_limit_is_honoured, fixture) {
  options.wait_at_limit = false;
  serve([&](auto const& asked) {
    if (!is_lookup(asked)) return fate{};
    return ++asked_for > 10 ? fate{what::answer, 429, "", "3600"} : fate{};
  });
  BOOST_TEST((look_up() == lookup_end::limit_reached));
  BOOST_TEST(count(state::registered) + count(state::not_registered) == 10u);
  BOOST_TEST(count(state::unchecked) == 0u);
  BOOST_TEST(server->lookups() <= 14);
}

BOOST_FIXTURE_TEST_CASE(a_short_pause_is_waited_for, fixture) {
  options.wait_at_limit = false;
  serve([&](auto const& asked) {
    return is_lookup(asked) && ++asked_for == 10 ? fate{what::answer, 429, "", "1"} : fate{};
  });
  BOOST_TEST((look_up() == lookup_end::complete));
  check_all_answered();
  BOOST_TEST(last_note == "the register asked for a pause");
}

BOOST_FIXTURE_TEST_CASE(a_look_up_stops_promptly_whatever_it_waits_for, fixture) {
  serve([](auto const& asked) { return is_lookup(asked) ? fate{what::hang} : fate{}; });
  options.request_timeout = 1h;
  lookup = std::make_unique<http_register>(options);
  auto const begun = std::chrono::steady_clock::now();
  BOOST_TEST((look_up([&](auto, auto) { return server->lookups() < 4; }) == lookup_end::stopped));
  BOOST_TEST((std::chrono::steady_clock::now() - begun < 5s));
}

BOOST_FIXTURE_TEST_CASE(hostile_answers_leave_rows_unchecked, fixture) {
  options.retries = 0;
  options.give_up_after = 1000;
  serve([&](auto const& asked) {
    if (!is_lookup(asked)) return fate{};
    switch (asked_for++ % 3) {
      case 0:
        return fate{what::answer, 200, std::string(200'000, 'x')};
      case 1:
        return fate{what::answer, 200, R"({"bRegistered":[[[[)"};
      default:
        return fate{what::answer, 302, ""};
    }
  });
  BOOST_TEST((look_up() == lookup_end::complete));
  BOOST_TEST(count(state::unchecked) == ids.size());
}

BOOST_AUTO_TEST_CASE(bad_settings_are_refused_with_a_sentence) {
  http_register_options options;
  options.user = "demo";
  options.password = "secret";
  for (auto const* url : {"", "ftp://x", "http://", "http://a b", "http://x/?q=1"}) {
    options.url = url;
    BOOST_CHECK_THROW(http_register{options}, std::invalid_argument);
  }
  options.url = "https://127.0.0.1";
  options.ca_file = "/nowhere.pem";
  BOOST_CHECK_THROW(http_register{options}, std::invalid_argument);
  options.ca_file.clear();
  options.password.clear();
  BOOST_CHECK_THROW(http_register{options}, std::invalid_argument);
}

/** The whole pipeline over HTTP: what the register says ends in the database, and the retry after the limit
   pays for the rest alone. */
BOOST_FIXTURE_TEST_CASE(a_job_looks_up_over_http, service_fixture) {
  register_service service_behind(make_roll(), {"demo", "secret"});
  register_server server(service_behind, [](auto const&) { return fate{}; });
  http_register_options options;
  options.url = server.url();
  options.user = "demo";
  options.password = "secret";
  options.hourly_limit = 100;
  options.wait_at_limit = false;
  for (int attempt = 0; attempt < 2; ++attempt) {
    service.reset();
    service = std::make_unique<bulk_upload_service>(
        bulk_upload_options{.data_directory = directory / "data",
                            .lookup = std::make_shared<http_register>(options)},
        [this](std::string const& user, bulk_upload_event const& event) { events.add(user, event); });
    service->start();
    if (attempt == 0) {
      auto const job = upload(member_rows(180));
      auto const end = std::get<uploadproto::contract::bulk_upload_failed>(events.wait_end(job));
      BOOST_TEST(*end.stage == "iec_verification");
      BOOST_TEST(server.lookups() == 100);
    } else {
      auto const job = service->history("ann", 1, 1).jobs.at(0).job_id;
      service->retry("ann", job);
      auto const end = std::get<uploadproto::contract::bulk_upload_complete>(events.wait_end(job, 1));
      BOOST_TEST(end.validation_stats.not_registered == 18u);
      BOOST_TEST(server.lookups() == 180);
      BOOST_TEST(in_database("SELECT count(*) FROM members WHERE voter_ward = '79800001'") == 162);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
