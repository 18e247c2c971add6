// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_group.hpp"

#include "cli/job/event_stream.hpp"
#include "job_run_fixture.hpp"

namespace uploadproto::cli::test {
namespace {

/** Watches several jobs of one server, each with a feed of its own. */
struct group_fixture {
  struct watched {
    watched(asio::io_context& context, job_command command, std::size_t number, server_url const& server)
        : what(std::move(command)), feed(context), http({server, make_tls_context({}), {}, 10s}) {
      what.job_id = "job-" + std::to_string(number);
      run.emplace(context.get_executor(), what, show, feed, http, job_run::patience{1h, 1h, 1h});
    }
    job_command what;
    recording_display show;
    scripted_feed feed;
    http_client http;
    std::optional<job_run> run;
  };

  asio::io_context context;
  scripted_server server{
      context, [](auto& peer, std::string) { return say(peer, scripted_server::answer(200, "{}")); }};
  std::deque<watched> jobs;
  std::optional<job_group> group;
  std::size_t running = 0, most = 0;

  void make(std::size_t count, std::size_t parallel, bool cancel = false) {
    group.emplace(context.get_executor(), parallel);
    for (std::size_t i = 0; i != count; ++i) {
      job_command what;
      what.protocol = find_protocol("bulk_upload");
      what.server = what.upload_server = server.url();
      what.timeout = 10s;
      what.cancel_on_interrupt = cancel;
      watched& job = jobs.emplace_back(context, what, i, server.url());
      job.feed.when_subscribed = [this] { most = std::max(most, ++running); };
      group->add(job.what.job_id, *job.run, job.show);
    }
  }
  /** A job ends once it has been subscribed to. */
  void end(std::size_t i, event_kind kind) {
    jobs[i].feed.when_subscribed = [this, i, kind] {
      most = std::max(most, ++running);
      asio::post(context, [this, i, kind] {
        --running;
        jobs[i].feed.push(ending(kind, jobs[i].what.job_id));
      });
    };
  }
  std::string run() {
    group_end end;
    asio::co_spawn(context, group->run(), [&](std::exception_ptr, group_end e) {
      end = e;
      context.stop();
    });
    context.run();
    return std::to_string(end.completed) + " of " + std::to_string(end.jobs) + ", exit " +
           std::to_string(static_cast<int>(end.code));
  }
};

BOOST_FIXTURE_TEST_SUITE(clients_job_group, group_fixture)

BOOST_AUTO_TEST_CASE(so_many_at_a_time_and_no_more) {
  make(7, 3);
  for (std::size_t i = 0; i != 7; ++i) end(i, event_kind::completed);
  BOOST_TEST(run() == "7 of 7, exit 0");
  BOOST_TEST(most <= 3u);
  for (watched const& job : jobs) BOOST_TEST(job.show.log.back().starts_with("end 0 "));
}

BOOST_AUTO_TEST_CASE(the_worst_exit_code_counts_and_the_others_go_on) {
  make(4, 1);
  end(0, event_kind::failed);
  jobs[1].feed.connect_failure.emplace(exit_code::cannot_connect, "nobody there");
  jobs[2].feed.subscribe_failure.emplace(exit_code::refused, "not yours");
  end(3, event_kind::completed);
  BOOST_TEST(run() == "1 of 4, exit 3");
  BOOST_TEST(group->problems() == (std::vector<std::string>{"job-1: nobody there", "job-2: not yours"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(ctrl_c_leaves_those_that_run_and_begins_no_more) {
  make(4, 2);
  auto const both_run = [this] {
    if (++running != 2) return;
    asio::post(context, [this] { BOOST_TEST(group->interrupt()); });
  };
  jobs[0].feed.when_subscribed = jobs[1].feed.when_subscribed = both_run;
  BOOST_TEST(run() == "0 of 4, exit 130");
  auto problems = group->problems();
  std::sort(problems.begin(), problems.end());
  BOOST_TEST_REQUIRE(problems.size() == 4u);
  for (std::size_t i : {0u, 1u})
    BOOST_TEST(problems[i].find(": the job goes on; to watch it: uploadproto watch job-") == 5u, problems[i]);
  BOOST_TEST(problems[2] == "job-2: interrupted before it was sent");
  BOOST_TEST(problems[3] == "job-3: interrupted before it was sent");
  BOOST_TEST(jobs[2].feed.subscribed.empty());
}

BOOST_AUTO_TEST_CASE(ctrl_c_that_cancels_is_not_the_end_yet) {
  make(1, 1, true);
  jobs[0].feed.when_subscribed = [this] {
    asio::post(context, [this] {
      BOOST_TEST(!group->interrupt());
      jobs[0].feed.push(ending(event_kind::failed, "job-0"));
    });
  };
  BOOST_TEST(run() == "0 of 1, exit 130");
}

BOOST_AUTO_TEST_CASE(the_weights_of_the_exit_codes_are_a_promise) {
  exit_code const order[] = {exit_code::completed,      exit_code::job_failed, exit_code::refused,
                             exit_code::cannot_connect, exit_code::usage,      exit_code::interrupted};
  for (std::size_t i = 0; i != std::size(order); ++i)
    for (std::size_t k = 0; k <= i; ++k) {
      BOOST_TEST((worse(order[i], order[k]) == order[i]));
      BOOST_TEST((worse(order[k], order[i]) == order[i]));
    }
}

BOOST_AUTO_TEST_SUITE_END()

/** A stream of everything. */
struct stream_fixture {
  asio::io_context context;
  recording_display show;
  scripted_feed feed{context};
  job_command what;
  std::optional<event_stream> stream;

  std::string run() {
    what.protocol = find_protocol("consumer_events");
    what.server.host = "h";
    what.server.port = "1";
    stream.emplace(context.get_executor(), what, show, feed);
    std::string outcome;
    asio::co_spawn(context, stream->run(), [&](std::exception_ptr e, exit_code code) {
      try {
        if (e) std::rethrow_exception(e);
        outcome = std::to_string(static_cast<int>(code));
      } catch (failure const& f) {
        outcome = std::to_string(static_cast<int>(f.code())) + " " + f.what();
      }
      context.stop();
    });
    context.run();
    return outcome;
  }
};

BOOST_FIXTURE_TEST_SUITE(clients_event_stream, stream_fixture)

BOOST_AUTO_TEST_CASE(everything_is_shown_until_ctrl_c) {
  what.timeout = 10s;
  job_update stats;
  stats.job_id = "";
  feed.push(progress("received", 0, "", "l-1"));
  feed.push(stats);
  feed.push(ending(event_kind::failed, "l-1"));
  asio::steady_timer shown(context);
  asio::co_spawn(
      context,
      [&]() -> asio::awaitable<void> {
        while (show.log.size() != 3) co_await asio::post(context, asio::use_awaitable);
        BOOST_TEST(stream->interrupt());
      },
      asio::detached);
  BOOST_TEST(run() == "130");
  BOOST_TEST(show.text() == "event l-1\nevent \nevent l-1\n");
  BOOST_TEST(feed.closed);
}

BOOST_AUTO_TEST_CASE(what_was_shown_before_the_end_stays) {
  what.timeout = 10s;
  feed.push(progress("received", 0, "", "l-1"));
  feed.break_off(failure(exit_code::cannot_connect, "gone"));
  BOOST_TEST(run() == "3 gone");
  BOOST_TEST(show.text() == "event l-1\n");
}

BOOST_AUTO_TEST_CASE(a_refused_connection_is_told) {
  feed.connect_failure.emplace(exit_code::refused, "no");
  BOOST_TEST(run() == "4 no");
}

BOOST_AUTO_TEST_CASE(a_connection_that_stays_away_is_given_up) {
  what.timeout = 1ms;
  feed.lost = std::chrono::steady_clock::now() - 1s;
  BOOST_TEST(run() == "3 the connection to http://h:1 was lost and did not come back in 0.0 s");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::cli::test
