// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_session.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>
#include <optional>
#include <uploadproto/contract/upload_progress.hpp>
#include <uploadproto/server.hpp>
#include <uploadproto/session/ticket_office.hpp>

#include "cli/exit_code.hpp"
#include "cli/job/protocols.hpp"
#include "scripted_server.hpp"

namespace uploadproto::cli::test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using contract::upload_progress;

/** A server whose socket lets in by tickets, and the REST that gives them. */
struct ticket_fixture {
  static std::chrono::system_clock::time_point now() { return std::chrono::system_clock::now(); }

  asio::io_context context{1};
  session::ticket_office office{*wire::jwt::key::from_secret("0123456789abcdef0123456789abcdef"), {}, now()};
  server<upload_progress> role{
      context, {.verify_token = [this](std::string_view t) { return office.redeem(t, now()); }}};
  asio::ip::tcp::endpoint at = role.listen({asio::ip::make_address("127.0.0.1"), 0}).value();
  std::string rest_answer;  // empty: a fresh ticket
  scripted_server rest{context, [this](auto& peer, std::string) {
                         return say(peer, rest_answer.empty() ? ticket_answer() : rest_answer);
                       }};
  std::vector<std::string> notices;

  std::string ticket_answer() {
    return scripted_server::answer(200, R"({"websocket_token":")" + *office.issue("ann", now()) + "\"}");
  }

  /** Subscribes to a batch and returns its first events; or the code and sentence of the failure. */
  std::string follow(std::size_t events) {
    job_command what;
    what.protocol = find_protocol("upload_progress");
    what.server.host = "127.0.0.1";
    what.server.port = std::to_string(at.port());
    what.upload_server = rest.url();
    what.token.token = "SESSION";
    what.timeout = 10s;
    job_session session(context.get_executor(), what, make_credentials(what),
                        [this](std::string const& text) { notices.push_back(text); });
    std::string seen;
    asio::co_spawn(context, read(session.feed(), events, seen), [&](std::exception_ptr e) {
      try {
        if (e) std::rethrow_exception(e);
      } catch (failure const& f) {
        seen = std::to_string(static_cast<int>(f.code())) + " " + f.what();
      }
      context.stop();
    });
    context.restart();
    context.run();
    return seen;
  }

  static asio::awaitable<void> read(job_feed& feed, std::size_t events, std::string& seen) {
    co_await feed.connect();
    co_await feed.subscribe("b-1");
    for (; events != 0; --events) seen += (co_await feed.next()).message + "\n";
  }
};

BOOST_FIXTURE_TEST_SUITE(clients_job_session, ticket_fixture)

BOOST_AUTO_TEST_CASE(UP_A3_each_connection_has_a_ticket_by_the_session_token) {
  BOOST_TEST(follow(1) == "Connected\n");
  BOOST_TEST(follow(1) == "Connected\n");
  BOOST_TEST_REQUIRE(rest.heads.size() == 2u);
  BOOST_TEST(rest.heads[0].starts_with("POST /api/v1/auth/websocket-token HTTP/1.1\r\n"));
  BOOST_TEST(rest.heads[0].find("\r\nAuthorization: Bearer SESSION\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_session_that_gets_no_ticket_is_refused_in_the_servers_words) {
  rest_answer =
      scripted_server::answer(401, R"({"detail":{"code":"x","message":"The session has expired"}})");
  BOOST_TEST(follow(1) == "4 the server gives no ticket for the connection: The session has expired");
  BOOST_TEST(rest.heads.size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_answer_without_a_ticket_is_no_server_of_ours) {
  for (char const* body : {"{}", "[]", "no JSON", R"({"websocket_token":7})", R"({"websocket_token":""})"}) {
    rest_answer = scripted_server::answer(200, body);
    BOOST_TEST(follow(1) == "3 the server's answer holds no ticket for the connection", body);
  }
}

BOOST_AUTO_TEST_CASE(UP_A2_a_ticket_that_is_refused_is_exit_4) {
  rest_answer = scripted_server::answer(200, R"({"websocket_token":"x.y.z"})");
  BOOST_TEST(follow(1).starts_with("4 "));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::cli::test
