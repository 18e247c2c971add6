// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// HTTP as the server speaks it: routing, authentication, limits, and what ends a connection.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "http_fixture.hpp"

using namespace uploadproto::reference;
using namespace uploadproto::reference::test;
using http::access;
using http::awaitable;
using http::reply;
using http::request;
using http::verb;

namespace {

awaitable<reply> echo(request& r) {
  std::string all = r.user;
  for (auto const& p : r.parameters) all += "|" + p;
  if (auto const q = r.query_parameter("q")) all += "?" + *q;
  co_return http::success_reply(http::status::ok, "echo", boost::json::string{all});
}

awaitable<reply> swallow(request& r) {
  std::vector<char> buffer(1000);
  std::size_t total = 0;
  while (auto const n = co_await r.body.read(buffer)) total += n;
  co_return http::success_reply(http::status::ok, "swallowed", total);
}

awaitable<reply> fail(request&) {
  throw std::runtime_error("secret details");
}

/** A site with a route of each kind. */
struct fixture : http_fixture {
  fixture() {
    site.routes.add(verb::get, "/open", access::open, echo);
    site.routes.add(verb::get, "/mine/{id}/of/{what}", access::bearer, echo);
    site.routes.add(verb::post, "/swallow", access::open, swallow);
    site.routes.add(verb::post, "/ignore", access::open, echo);
    site.routes.add(verb::get, "/fail", access::open, fail);
  }

  static std::string bearer(std::string const& token) { return "Authorization: Bearer " + token + "\r\n"; }
};

std::string code_of(http_response const& r) {
  return std::string{body_of(r).at("error").at("code").as_string()};
}

std::string data_of(http_response const& r) {
  return std::string{body_of(r).at("data").as_string()};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_http, fixture)

BOOST_AUTO_TEST_CASE(routes_answer_with_their_parameters) {
  start();
  auto const answer = ask(get("/open?a=1&q=x%20y+z&q=2"));
  BOOST_TEST(answer.result_int() == 200u);
  BOOST_TEST(header(answer, "Content-Type") == "application/json; charset=utf-8");
  BOOST_TEST(header(answer, "X-Content-Type-Options") == "nosniff");
  BOOST_TEST(header(answer, "Cache-Control") == "no-store");
  BOOST_TEST(!header(answer, "Date").empty());
  auto const body = body_of(answer);
  BOOST_TEST(body.at("success").as_bool());
  BOOST_TEST(body.at("message").as_string() == "echo");
  BOOST_TEST(body.at("data").as_string() == "?x y z");
  BOOST_TEST(body.at("timestamp").as_string().ends_with("Z"));

  BOOST_TEST(data_of(ask(get("/mine/a%2Fb/of/c", bearer(token_for("ann"))))) == "ann|a/b|c");
  BOOST_TEST(data_of(ask(get("http://test/open?q=1"))) == "?1");
}

BOOST_AUTO_TEST_CASE(each_segment_of_a_path_is_decoded_once) {
  start();
  auto const ann = bearer(token_for("ann"));
  BOOST_TEST(data_of(ask(get("/mine/a%2Fb%2f../of/%7Bc%7D", ann))) == "ann|a/b/..|{c}");
  BOOST_TEST(data_of(ask(get("/mine/%252F/of/a+b%3Fq=1?q=2", ann))) == "ann|%2F|a+b?q=1?2");
  BOOST_TEST(data_of(ask(get("/%6Dine/%C3%BC/%6F%66/x", ann))) == "ann|\xC3\xBC|x");
  for (auto const* path : {"/mine/%zz/of/x", "/mine/a/of/%", "/mine/a/of/%4", "/mine/a%/of/x", "/%2/nothing",
                           "/mine/%FF/of/x", "/mine/%C0%AF/of/x"}) {
    auto const answer = ask(get(path, ann));
    BOOST_TEST(answer.result_int() == 400u, path);
    BOOST_TEST(code_of(answer) == "bad_request");
    BOOST_TEST(body_of(answer).at("error").at("message").as_string().find("%") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(unknown_paths_are_404_and_unknown_methods_405) {
  start();
  for (auto const* path : {"/", "/nothing", "/open/", "/OPEN", "/mine//of/x", "/mine/a/of", "//open",
                           "/mine%2Fa%2Fof%2Fx", "/open%2F", "/mine/a/%6Ff/x/y"}) {
    auto const answer = ask(get(path, bearer(token_for("ann"))));
    BOOST_TEST(answer.result_int() == 404u, path);
    BOOST_TEST(code_of(answer) == "not_found");
    BOOST_TEST(!body_of(answer).at("success").as_bool());
  }
  for (std::string const method : {"POST", "DELETE", "PUT", "BREW"}) {
    auto const answer = ask(method + " /open HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n");
    BOOST_TEST(answer.result_int() == 405u, method);
    BOOST_TEST(code_of(answer) == "method_not_allowed");
    BOOST_TEST(header(answer, "Allow") == "GET, HEAD, OPTIONS");
  }
}

BOOST_AUTO_TEST_CASE(head_and_options_are_answered) {
  start();
  auto client = connect();
  client.send("HEAD /open HTTP/1.1\r\nHost: test\r\n\r\n");
  auto const head = client.receive(true).value();
  BOOST_TEST(head.result_int() == 200u);
  BOOST_TEST(std::stoi(header(head, "Content-Length")) > 0);
  // Nothing of a body: the next answer begins at once.
  client.send("OPTIONS /swallow HTTP/1.1\r\nHost: test\r\n\r\n");
  auto const options = client.receive().value();
  BOOST_TEST(options.result_int() == 204u);
  BOOST_TEST(header(options, "Allow") == "POST, OPTIONS");
  client.send("OPTIONS * HTTP/1.1\r\nHost: test\r\n\r\n");
  BOOST_TEST(client.receive().value().result_int() == 204u);
}

BOOST_AUTO_TEST_CASE(tokens_are_demanded_and_nothing_is_said_of_them) {
  start();
  auto const refused = [&](std::string const& headers, std::string const& message) {
    auto const answer = ask(get("/mine/1/of/2", headers));
    BOOST_TEST(answer.result_int() == 401u);
    BOOST_TEST(code_of(answer) == "unauthorized");
    BOOST_TEST(body_of(answer).at("error").at("message").as_string() == message);
    BOOST_TEST(header(answer, "WWW-Authenticate").starts_with("Bearer"));
    BOOST_TEST(answer.body().find("eyJ") == std::string::npos);
  };
  auto const good = token_for("ann");
  refused("", "Authentication token required");
  refused("Authorization: Basic YTpi\r\n", "Authentication token required");
  refused("Authorization: Bearer \r\n", "Authentication token required");
  refused(bearer("x.y.z"), "Invalid authentication token");
  refused(bearer(good + "A"), "Invalid authentication token");
  refused(bearer(token_for("ann", std::chrono::hours{-1})), "Invalid authentication token");
  refused(bearer(good) + bearer(good), "Invalid authentication token");
  refused(bearer(std::string(9000, 'a')), "Invalid authentication token");
  // A token elsewhere is not read (BU-A6).
  BOOST_TEST(ask(get("/mine/1/of/2?token=" + good)).result_int() == 401u);
  BOOST_TEST(ask(get("/mine/1/of/2", "authorization: bEaReR  " + good + "\r\n")).result_int() == 200u);
  // Paths come before tokens: 404 needs none.
  BOOST_TEST(ask(get("/nothing")).result_int() == 404u);
}

BOOST_AUTO_TEST_CASE(requests_have_ids) {
  start();
  BOOST_TEST(header(ask(get("/open")), "X-Request-Id").size() == 16u);
  BOOST_TEST(header(ask(get("/open", "X-Request-Id: abc-1.2_3\r\n")), "X-Request-Id") == "abc-1.2_3");
  BOOST_TEST(header(ask(get("/open", "X-Request-Id: a b\r\n")), "X-Request-Id").size() == 16u);
  BOOST_TEST(
      header(ask(get("/open", "X-Request-Id: " + std::string(65, 'a') + "\r\n")), "X-Request-Id").size() ==
      16u);
}

BOOST_AUTO_TEST_CASE(what_goes_wrong_inside_stays_inside) {
  start();
  auto const answer = ask(get("/fail"));
  BOOST_TEST(answer.result_int() == 500u);
  BOOST_TEST(code_of(answer) == "internal_error");
  BOOST_TEST(answer.body().find("secret details") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(connections_are_kept_and_pipelines_answered_in_order) {
  start();
  auto client = connect();
  client.send(get("/open?q=1") + get("/open?q=2") +
              "POST /swallow HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: "
              "chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n" +
              get("/open?q=3"));
  BOOST_TEST(data_of(client.receive().value()) == "?1");
  BOOST_TEST(data_of(client.receive().value()) == "?2");
  BOOST_TEST(body_of(client.receive().value()).at("data").as_int64() == 5);
  BOOST_TEST(data_of(client.receive().value()) == "?3");
  // A small body that the handler did not want is passed over.
  client.send("POST /ignore HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\n\r\nhello" + get("/open?q=4"));
  BOOST_TEST(client.receive().value().result_int() == 200u);
  BOOST_TEST(data_of(client.receive().value()) == "?4");
  client.send(get("/open?q=5", "Connection: close\r\n"));
  auto const last = client.receive().value();
  BOOST_TEST(data_of(last) == "?5");
  BOOST_TEST(header(last, "Connection") == "close");
  BOOST_TEST(client.at_end());
}

BOOST_AUTO_TEST_CASE(http_1_0_is_answered_and_closed) {
  start();
  auto client = connect();
  client.send("GET /open HTTP/1.0\r\n\r\n");
  BOOST_TEST(client.receive().value().result_int() == 200u);
  BOOST_TEST(client.at_end());
}

BOOST_AUTO_TEST_CASE(malformed_requests_are_answered_and_the_connection_ends) {
  start();
  struct {
    char const* name;
    std::string bytes;
    unsigned expected;
  } const cases[] = {
      {"no HTTP", "hello\r\n\r\n", 400},
      {"no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"no Host", "GET /open HTTP/1.1\r\n\r\n", 400},
      {"two Hosts", "GET /open HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
      {"HTTP/2.0", "GET /open HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"header without colon", "GET /open HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400},
      {"NUL in a header", "GET /open HTTP/1.1\r\nHost: a\r\nA: " + std::string(1, '\0') + "b\r\n\r\n", 400},
      {"negative length", "POST /swallow HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
      {"two lengths", "POST /swallow HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
       400},
      {"length and chunks",
       "POST /swallow HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: "
       "chunked\r\n\r\n0\r\n\r\n",
       400},
      {"bad chunk", "POST /swallow HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
  };
  for (auto const& c : cases) {
    BOOST_TEST_CONTEXT(c.name) {
      auto client = connect();
      client.send(c.bytes);
      auto const answer = client.receive();
      BOOST_TEST_REQUIRE(answer.has_value());
      BOOST_TEST(answer->result_int() == c.expected);
      BOOST_TEST(!body_of(*answer).at("success").as_bool());
      BOOST_TEST(client.at_end());
    }
  }
}

BOOST_AUTO_TEST_CASE(headers_are_limited) {
  site.limits.max_header_bytes = 2000;
  start();
  BOOST_TEST(ask(get("/open", "A: " + std::string(1500, 'a') + "\r\n")).result_int() == 200u);
  BOOST_TEST(ask(get("/open", "A: " + std::string(3000, 'a') + "\r\n")).result_int() == 431u);
  BOOST_TEST(ask(get("/" + std::string(3000, 'a'))).result_int() == 431u);
  // Without end: the answer comes although the header never does.
  auto client = connect();
  std::string endless = "GET /open HTTP/1.1\r\nHost: test\r\n";
  for (int i = 0; i < 10'000; ++i) endless += "A: b\r\n";
  client.send(endless);
  BOOST_TEST(client.receive().value().result_int() == 431u);
}

BOOST_AUTO_TEST_CASE(slow_headers_end_the_connection) {
  site.limits.header_timeout = std::chrono::milliseconds{50};
  start();
  auto silent = connect();
  auto slow = connect();
  slow.send("GET /open HT");
  BOOST_TEST(silent.at_end());
  BOOST_TEST(slow.at_end());
}

BOOST_AUTO_TEST_CASE(idle_connections_end) {
  site.limits.keep_alive_timeout = std::chrono::milliseconds{50};
  start();
  auto client = connect();
  client.send(get("/open"));
  BOOST_TEST(client.receive().value().result_int() == 200u);
  BOOST_TEST(client.at_end());
}

BOOST_AUTO_TEST_CASE(slow_bodies_end_the_connection_with_a_reason) {
  site.limits.body_timeout = std::chrono::milliseconds{50};
  start();
  auto client = connect();
  client.send("POST /swallow HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nabc");
  BOOST_TEST(client.receive().value().result_int() == 408u);
  BOOST_TEST(client.at_end());
}

BOOST_AUTO_TEST_CASE(a_body_is_asked_for_only_when_it_is_wanted) {
  start();
  auto client = connect();
  client.send("POST /swallow HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  auto const go_on = client.receive(true);
  BOOST_TEST_REQUIRE(go_on.has_value());
  BOOST_TEST(go_on->result_int() == 100u);
  client.send("hello");
  BOOST_TEST(body_of(client.receive().value()).at("data").as_int64() == 5);

  // Refused without it; the connection ends, for nobody knows whether the body will come.
  client.send("POST /nothing HTTP/1.1\r\nHost: test\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  auto const refused = client.receive().value();
  BOOST_TEST(refused.result_int() == 404u);
  BOOST_TEST(header(refused, "Connection") == "close");
}

BOOST_AUTO_TEST_CASE(a_sender_that_is_refused_can_read_why) {
  start();
  auto client = connect();
  std::size_t const size = 20 * 1024 * 1024;
  client.send("POST /nothing HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n");
  std::string const piece(1024 * 1024, 'x');
  for (std::size_t sent = 0; sent < size; sent += piece.size()) BOOST_TEST_REQUIRE(client.send(piece));
  auto const answer = client.receive();
  BOOST_TEST_REQUIRE(answer.has_value());
  BOOST_TEST(answer->result_int() == 404u);
  BOOST_TEST(client.at_end());
}

BOOST_AUTO_TEST_CASE(a_sender_that_never_ends_is_cut_off) {
  site.limits.linger_timeout = std::chrono::milliseconds{100};
  start();
  auto client = connect();
  client.send("POST /nothing HTTP/1.1\r\nHost: test\r\nContent-Length: 999999999999\r\n\r\n");
  std::string const piece(64 * 1024, 'x');
  while (client.send(piece)) {
  }
  BOOST_TEST(true);
}

BOOST_AUTO_TEST_CASE(no_page_of_another_origin_is_let_in_by_default) {
  start();
  auto const answer = ask(get("/open", "Origin: https://app.example\r\n"));
  BOOST_TEST(header(answer, "Access-Control-Allow-Origin").empty());
  BOOST_TEST(header(answer, "Vary").empty());
}

BOOST_AUTO_TEST_CASE(listed_origins_are_let_in) {
  site.cross_origin = http::cors{{"https://app.example"}};
  start();
  auto const answer = ask(get("/open", "Origin: https://app.example\r\n"));
  BOOST_TEST(header(answer, "Access-Control-Allow-Origin") == "https://app.example");
  BOOST_TEST(header(answer, "Vary") == "Origin");
  auto const other = ask(get("/open", "Origin: https://app.example.evil\r\n"));
  BOOST_TEST(other.result_int() == 200u);
  BOOST_TEST(header(other, "Access-Control-Allow-Origin").empty());
  BOOST_TEST(header(other, "Vary") == "Origin");
  // Refusals can be read by the page too.
  BOOST_TEST(header(ask(get("/mine/1/of/2", "Origin: https://app.example\r\n")),
                    "Access-Control-Allow-Origin") == "https://app.example");
  auto const preflight =
      ask("OPTIONS /mine/1/of/2 HTTP/1.1\r\nHost: test\r\nOrigin: https://app.example\r\n"
          "Access-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: authorization\r\n\r\n");
  BOOST_TEST(preflight.result_int() == 204u);
  BOOST_TEST(header(preflight, "Access-Control-Allow-Methods").find("GET") != std::string::npos);
  BOOST_TEST(header(preflight, "Access-Control-Allow-Headers").find("Authorization") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(clients_that_vanish_disturb_nobody) {
  start();
  for (int i = 0; i < 50; ++i) {
    auto client = connect();
    client.send("POST /swallow HTTP/1.1\r\nHost: test\r\nContent-Length: 100\r\n\r\nabc");
    client.reset();
  }
  BOOST_TEST(ask(get("/open")).result_int() == 200u);
}

BOOST_AUTO_TEST_SUITE_END()
