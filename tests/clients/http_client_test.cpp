// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/http/http_client.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/consumer_events.hpp>

#include "cli/exit_code.hpp"
#include "cli/http/tls.hpp"
#include "scripted_server.hpp"

namespace {

using namespace uploadproto::cli;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace contract = uploadproto::contract;
using contract::bulk_upload;
using contract::consumer_events;

/** A client and a server in one loop. */
struct fixture {
  asio::io_context context;
  std::optional<scripted_server> server;
  std::optional<http_client> client;
  std::filesystem::path file;

  void serve(scripted_server::connection connection, std::chrono::milliseconds timeout = 10s) {
    server.emplace(context, std::move(connection));
    connect_to(server->url(), timeout);
  }
  void connect_to(server_url url, std::chrono::milliseconds timeout = 10s) {
    client.emplace(http_client::options{url, make_tls_context({}), [] { return std::string("T"); }, timeout});
  }

  template <class T>
  T run(asio::awaitable<T> work) {
    std::optional<T> value;
    std::exception_ptr wrong;
    asio::co_spawn(context, std::move(work), [&](std::exception_ptr e, T v) {
      wrong = e;
      value = std::move(v);
      context.stop();
    });
    context.restart();
    context.run();
    if (wrong) std::rethrow_exception(wrong);
    return *value;
  }

  /** The sentence of an exchange that got no answer. */
  std::string no_answer(asio::awaitable<http_answer> work) {
    try {
      run(std::move(work));
    } catch (failure const& f) {
      BOOST_TEST((f.code() == exit_code::cannot_connect));
      return f.what();
    }
    return "";
  }

  file_source make_file(std::size_t size) {
    char name[] = "/tmp/uploadproto-XXXXXX";
    ::close(::mkstemp(name));
    file = name;
    std::ofstream(file) << std::string(size, 'x');
    return file_source(file);
  }

  ~fixture() {
    if (!file.empty()) std::filesystem::remove(file);
  }

  static constexpr auto no_progress = [](std::uint64_t) {};
};

std::string ignore_prefix(std::string const& text) {
  return text.substr(text.find(": ", 20) + 2);
}

BOOST_FIXTURE_TEST_SUITE(clients_http_client, fixture)

BOOST_AUTO_TEST_CASE(a_request_carries_the_token) {
  serve([](auto& peer, std::string) { return say(peer, scripted_server::answer(200, R"({"a":1})")); });
  http_answer const answer = run(client->request("GET", "/x?y=1"));
  BOOST_TEST(answer.ok());
  BOOST_TEST(answer.json().at("a").as_int64() == 1);
  std::string const head = server->heads.at(0);
  BOOST_TEST(head.starts_with("GET /x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
  BOOST_TEST(head.find("\r\nAuthorization: Bearer T\r\n") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_request_can_carry_a_message) {
  std::string body;
  serve([&](auto& peer, std::string head) -> asio::awaitable<void> {
    body = co_await read_body(peer, head);
    co_await say(peer, scripted_server::answer(201, "{}"));
  });
  BOOST_TEST(run(client->request("POST", "/send", {"application/json", R"({"a":1})"})).status == 201u);
  BOOST_TEST(body == R"({"a":1})");
  BOOST_TEST(server->heads.at(0).find("\r\nContent-Type: application/json\r\n") != std::string::npos);
  run(client->request("DELETE", "/x"));
  BOOST_TEST(server->heads.at(1).starts_with("DELETE /x HTTP/1.1\r\n"));
  BOOST_TEST(server->heads.at(1).find("Content-Type") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_refusal_may_be_a_list_of_sentences) {
  contract::rest_interface const& rest = consumer_events::info.rest;
  auto const sentence = [&](char const* body) { return http_answer{400, body}.sentence(rest); };
  BOOST_TEST(sentence(R"({"message":["quantity: at least 1","price is missing"]})") ==
             "quantity: at least 1; price is missing");
  BOOST_TEST(sentence(R"({"message":"no"})") == "no");
  for (char const* none : {R"({"message":[]})", R"({"message":[7]})", R"({"message":{}})", "{}"})
    BOOST_TEST(sentence(none) == "HTTP 400 Bad Request", none);
}

BOOST_AUTO_TEST_CASE(a_file_is_streamed_as_one_part) {
  std::string body;
  serve([&](auto& peer, std::string head) -> asio::awaitable<void> {
    body = co_await read_body(peer, head);
    co_await say(peer, scripted_server::answer(202, "{}"));
  });
  file_source source = make_file(200'000);
  std::vector<std::uint64_t> sent;
  auto const frame = make_multipart_frame({}, {"file", "f.xlsx", "text/plain"}, "XX");
  BOOST_TEST(run(client->upload("/up", frame, source, [&](std::uint64_t n) { sent.push_back(n); })).status ==
             202u);
  BOOST_TEST(body == frame.head + std::string(200'000, 'x') + frame.tail);
  BOOST_TEST(sent == (std::vector<std::uint64_t>{65'536, 131'072, 196'608, 200'000}),
             boost::test_tools::per_element());
  BOOST_TEST(server->heads.at(0).find("Content-Type: multipart/form-data; boundary=XX\r\n") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_refusal_in_the_middle_of_an_upload_is_heard) {
  // Nothing of the body is read, so sending it never ends by itself.
  serve([](auto& peer, std::string) -> asio::awaitable<void> {
    co_await say(peer, scripted_server::answer(413, R"({"error":{"message":"The file is over 50 MiB"}})"));
    asio::steady_timer hold(co_await asio::this_coro::executor, 1h);
    co_await hold.async_wait(asio::use_awaitable);
  });
  file_source source = make_file(60'000'000);
  auto const frame = make_multipart_frame({}, {"file", "f", "text/plain"}, "XX");
  http_answer const answer = run(client->upload("/up", frame, source, no_progress));
  BOOST_TEST(answer.status == 413u);
  BOOST_TEST(answer.sentence(bulk_upload::info.rest) == "The file is over 50 MiB");
}

BOOST_AUTO_TEST_CASE(a_file_that_shrinks_ends_the_upload) {
  serve([](auto& peer, std::string) -> asio::awaitable<void> {
    std::string all(1, '\0');
    boost::system::error_code ignored;
    for (;;) co_await asio::async_read(peer, asio::buffer(all), asio::use_awaitable);
  });
  file_source source = make_file(1'000'000);
  std::filesystem::resize_file(file, 1000);
  auto const frame = make_multipart_frame({}, {"file", "f", "text/plain"}, "XX");
  BOOST_CHECK_EXCEPTION(run(client->upload("/up", frame, source, no_progress)), failure,
                        [](failure const& f) { return f.code() == exit_code::usage; });
}

BOOST_AUTO_TEST_CASE(answers_of_every_framing_are_read) {
  std::string said;
  serve([&](auto& peer, std::string) { return say(peer, said); });
  said = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
  BOOST_TEST(run(client->request("GET", "/")).body == "abcde");
  said = "HTTP/1.1 200 OK\r\n\r\nuntil the end";
  BOOST_TEST(run(client->request("GET", "/")).body == "until the end");
  said = "HTTP/1.1 204 No Content\r\n\r\n";
  BOOST_TEST(run(client->request("GET", "/")).status == 204u);
  said = scripted_server::answer(500, "<html>");
  BOOST_TEST(run(client->request("GET", "/")).sentence(bulk_upload::info.rest) ==
             "HTTP 500 Internal Server Error");
}

BOOST_AUTO_TEST_CASE(an_answer_in_small_pieces_is_put_together) {
  serve([](auto& peer, std::string) -> asio::awaitable<void> {
    for (char c : scripted_server::answer(200, "piece by piece")) {
      co_await say(peer, std::string(1, c));
      co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    }
  });
  BOOST_TEST(run(client->request("GET", "/")).body == "piece by piece");
}

BOOST_AUTO_TEST_CASE(a_large_document_is_passed_on_and_not_kept) {
  std::string const document(5'000'000, 'd');
  serve([&](auto& peer, std::string) { return say(peer, scripted_server::answer(200, document)); });
  std::string got;
  http_answer const answer = run(client->download("/r", [&](std::string_view s) {
    BOOST_TEST_REQUIRE(s.size() <= 16'384u);
    got += s;
  }));
  BOOST_TEST(got == document);
  BOOST_TEST(answer.body == "");
  BOOST_TEST(run(client->request("GET", "/r")).body.size() <= 1u << 20);
}

BOOST_AUTO_TEST_CASE(a_refused_document_does_not_reach_the_file) {
  serve([](auto& peer, std::string) {
    return say(peer, scripted_server::answer(404, R"({"error":{"message":"No such job"}})"));
  });
  http_answer const answer =
      run(client->download("/r", [](std::string_view) { BOOST_ERROR("nothing to write"); }));
  BOOST_TEST(answer.sentence(bulk_upload::info.rest) == "No such job");
}

BOOST_AUTO_TEST_CASE(no_answer_is_told_with_its_reason) {
  serve([](auto&, std::string) -> asio::awaitable<void> { co_return; });
  BOOST_TEST(ignore_prefix(no_answer(client->request("GET", "/"))) == "the connection was cut off");
}

BOOST_AUTO_TEST_CASE(half_an_answer_is_none) {
  serve(
      [](auto& peer, std::string) { return say(peer, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"); });
  BOOST_TEST(ignore_prefix(no_answer(client->request("GET", "/"))) == "the connection was cut off");
}

BOOST_AUTO_TEST_CASE(what_is_no_http_is_told) {
  serve([](auto& peer, std::string) { return say(peer, "SSH-2.0-OpenSSH_9.2\r\n\r\n"); });
  BOOST_TEST(no_answer(client->request("GET", "/")) != "");
}

BOOST_AUTO_TEST_CASE(a_head_without_end_is_not_read_for_ever) {
  serve([](auto& peer, std::string) -> asio::awaitable<void> {
    co_await say(peer, "HTTP/1.1 200 OK\r\n");
    for (;;) co_await say(peer, "X-Filler: " + std::string(1000, 'x') + "\r\n");
  });
  BOOST_TEST(no_answer(client->request("GET", "/")) != "");
}

BOOST_AUTO_TEST_CASE(silence_is_waited_for_no_longer_than_asked) {
  serve(
      [](auto&, std::string) -> asio::awaitable<void> {
        asio::steady_timer hold(co_await asio::this_coro::executor, 1h);
        co_await hold.async_wait(asio::use_awaitable);
      },
      50ms);
  BOOST_TEST(ignore_prefix(no_answer(client->request("GET", "/"))) == "no answer in time");
}

BOOST_AUTO_TEST_CASE(nobody_there_is_told) {
  asio::ip::tcp::acceptor closed(context, {asio::ip::address_v4::loopback(), 0});
  server_url url;
  url.host = "127.0.0.1";
  url.port = std::to_string(closed.local_endpoint().port());
  closed.close();
  connect_to(url);
  BOOST_TEST(ignore_prefix(no_answer(client->request("GET", "/"))) == "Connection refused");
}

BOOST_AUTO_TEST_CASE(https_is_not_spoken_to_a_server_that_does_not) {
  serve([](auto& peer, std::string) { return say(peer, "HTTP/1.1 400 Bad Request\r\n\r\n"); }, 200ms);
  server_url url = server->url();
  url.tls = true;
  connect_to(url, 200ms);
  BOOST_TEST(no_answer(client->request("GET", "/")) != "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
