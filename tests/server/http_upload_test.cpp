// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// An uploaded file is on the disk in full, or nothing of it is.
#include <sys/resource.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <list>
#include <string>
#include <thread>

#include "form_text.hpp"
#include "http/upload_form.hpp"
#include "http_fixture.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;
using namespace uploadproto::reference::test;

namespace {

struct fixture : http_fixture {
  temporary_directory directory;
  http::upload_limits limits{.max_file_bytes = 3'000'000};
  std::promise<void> ended;  // when the first upload was accepted or given up

  fixture() {
    site.routes.add(http::verb::post, "/upload", http::access::open,
                    [this](http::request& r) { return upload(r); });
  }

  http::awaitable<http::reply> upload(http::request& r) {
    struct at_end {
      fixture& f;
      bool done = false;
      ~at_end() {
        if (!std::exchange(f.ended_once_, true)) f.ended.set_value();
      }
    } notify{*this};
    auto received = co_await http::receive_form(r, limits, directory.path(), pool);
    auto const size = received.stored->size();
    received.stored->release();
    co_return http::success_reply(http::status::accepted, received.name, size);
  }

  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator{directory.path()},
                                                  std::filesystem::directory_iterator{}));
  }

  /** Sends it on a connection of its own; checks status and code, and that nothing stays. */
  void refused(std::string const& request, unsigned status, std::string const& code) {
    BOOST_TEST_CONTEXT(request.substr(0, 300)) {
      auto const answer = ask(request);
      BOOST_TEST(answer.result_int() == status);
      BOOST_TEST(body_of(answer).at("error").at("code").as_string() == code);
      BOOST_TEST(files() == 0u);
    }
  }

 private:
  bool ended_once_ = false;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_http_upload, fixture)

BOOST_AUTO_TEST_CASE(a_file_arrives_as_it_was_sent) {
  start();
  std::string contents;
  for (int i = 0; i < 2'000'000; ++i) contents += static_cast<char>(i * 7 + i / 251);
  auto const answer =
      ask(upload_request("/upload", form_part("name=\"note\"", "hello") + form_file(contents)));
  BOOST_TEST(answer.result_int() == 202u);
  BOOST_TEST(body_of(answer).at("message").as_string() == "a.xlsx");
  BOOST_TEST(body_of(answer).at("data").as_int64() == 2'000'000);
  BOOST_TEST_REQUIRE(files() == 1u);
  auto const stored = std::filesystem::directory_iterator {
    directory.path()
    } -> path();
  BOOST_TEST(stored.extension() == ".upload");
  BOOST_TEST((std::filesystem::status(stored).permissions() == std::filesystem::perms{0600}));
  std::ifstream in{stored, std::ios::binary};
  BOOST_TEST((std::string{std::istreambuf_iterator<char>{in}, {}} == contents));
}

BOOST_AUTO_TEST_CASE(chunked_bodies_and_empty_files_are_files_too) {
  start();
  auto const body = form_file("");
  std::string request =
      "POST /upload HTTP/1.1\r\nHost: test\r\nContent-Type: multipart/form-data; boundary=\"XX\"\r\n"
      "Transfer-Encoding: chunked\r\n\r\n";
  for (char const c : body) request += std::string{"1\r\n"} + c + "\r\n";
  auto const answer = ask(request + "0\r\n\r\n");
  BOOST_TEST(answer.result_int() == 202u);
  BOOST_TEST(body_of(answer).at("data").as_int64() == 0);
}

BOOST_AUTO_TEST_CASE(directories_before_the_name_are_dropped) {
  start();
  BOOST_TEST(
      body_of(ask(upload_request("/upload", form_file("x", "C:\\dir\\b.XLSX")))).at("message").as_string() ==
      "b.XLSX");
}

BOOST_AUTO_TEST_CASE(what_is_no_form_with_one_workbook_is_refused) {
  start();
  auto const file = form_file("x");
  refused(upload_head("/upload", 2, "", "application/json") + "{}", 415, "unsupported_media_type");
  refused("POST /upload HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n", 415, "unsupported_media_type");
  refused(upload_head("/upload", file.size(), "", "multipart/form-data") + file, 400, "invalid_multipart");
  refused(upload_head("/upload", file.size(), "", "multipart/form-data; boundary=YY") + file, 400,
          "invalid_multipart");
  refused(upload_request("/upload", ""), 400, "invalid_multipart");
  refused(upload_request("/upload", form_file("x").substr(0, 60)), 400, "invalid_multipart");
  refused(upload_request("/upload", form_part("name=\"file\"; filename=\"a.xlsx\"", "half of it")), 400,
          "invalid_multipart");
  refused(upload_request("/upload", "--XX--\r\n"), 400, "missing_file");
  refused(upload_request("/upload", form_part("name=\"note\"", "x") + "--XX--"), 400, "missing_file");
  refused(upload_request("/upload", form_part("name=\"file\"", "no file name") + "--XX--"), 400,
          "missing_file");
  refused(upload_request("/upload", form_part("name=\"other\"; filename=\"a.xlsx\"", "x") + "--XX--"), 400,
          "unexpected_file");
  refused(upload_request("/upload", form_part("name=\"file\"; filename=\"a.xlsx\"", "x") + file), 400,
          "too_many_files");
  refused(upload_request("/upload", form_file("x", "a.csv")), 415, "unsupported_file_type");
  refused(upload_request("/upload", form_file("x", "xlsx")), 415, "unsupported_file_type");
  for (std::string const& name :
       {std::string{"../a.xlsx"}, std::string{"..\\a.xlsx"}, std::string{"a/../../b.xlsx"}, std::string{""},
        std::string{"a\x01.xlsx"}, std::string{"\xFF.xlsx"}})
    refused(upload_request("/upload", form_file("x", name)), 400, "invalid_file_name");
  refused(upload_request("/upload", form_file("x", std::string{"a\0.xlsx", 7})), 400, "invalid_multipart");
  std::string parts;
  for (int i = 0; i < 17; ++i) parts += form_part("name=\"n\"", "x");
  refused(upload_request("/upload", parts + file), 400, "invalid_multipart");
  refused(upload_request("/upload", form_part("name=\"n\"", std::string(70'000, 'x')) + file), 413,
          "field_too_large");
}

BOOST_AUTO_TEST_CASE(files_are_limited_to_the_byte) {
  limits.max_file_bytes = 100'000;
  start();
  BOOST_TEST(ask(upload_request("/upload", form_file(std::string(100'000, 'x')))).result_int() == 202u);
  std::filesystem::remove(std::filesystem::directory_iterator { directory.path() } -> path());
  refused(upload_request("/upload", form_file(std::string(100'001, 'x'))), 413, "file_too_large");
}

BOOST_AUTO_TEST_CASE(an_announced_size_beyond_the_limit_is_refused_before_it_is_sent) {
  start();
  auto client = connect();
  client.send(upload_head("/upload", 60'000'000, "Expect: 100-continue\r\n"));
  auto const answer = client.receive().value();
  BOOST_TEST(answer.result_int() == 413u);
  BOOST_TEST(files() == 0u);
}

BOOST_AUTO_TEST_CASE(a_sender_of_too_much_reads_the_refusal) {
  start();
  auto client = connect();
  std::string const body = form_file(std::string(20'000'000, 'x'));
  BOOST_TEST(client.send(upload_request("/upload", body)));
  BOOST_TEST(client.receive().value().result_int() == 413u);
  // Without an announcement, too.
  auto chunked = connect();
  chunked.send(
      "POST /upload HTTP/1.1\r\nHost: test\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", body.size());
  BOOST_TEST(chunked.send(size + body + "\r\n0\r\n\r\n"));
  BOOST_TEST(chunked.receive().value().result_int() == 413u);
  BOOST_TEST(files() == 0u);
}

BOOST_AUTO_TEST_CASE(a_preamble_without_end_is_refused) {
  limits.max_file_bytes = 1000;
  start();
  auto chunked = connect();
  chunked.send(
      "POST /upload HTTP/1.1\r\nHost: test\r\nContent-Type: multipart/form-data; boundary=XX\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  std::string const piece = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 20; ++i) chunked.send(piece);
  BOOST_TEST(chunked.receive().value().result_int() == 413u);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_cut_off_leaves_nothing) {
  start();
  auto client = connect();
  auto const body = form_file(std::string(500'000, 'x'));
  client.send(upload_head("/upload", body.size()) + body.substr(0, 300'000));
  client.shut_sending();
  auto const answer = client.receive();
  BOOST_TEST_REQUIRE(answer.has_value());
  BOOST_TEST(answer->result_int() == 400u);
  BOOST_TEST(files() == 0u);
}

BOOST_AUTO_TEST_CASE(a_sender_that_vanishes_leaves_nothing) {
  start();
  auto client = connect();
  auto const body = form_file(std::string(500'000, 'x'));
  client.send(upload_head("/upload", body.size()) + body.substr(0, 300'000));
  client.reset();
  ended.get_future().wait();
  BOOST_TEST(files() == 0u);
}

BOOST_AUTO_TEST_CASE(a_sender_that_falls_silent_is_told_and_leaves_nothing) {
  site.limits.body_timeout = std::chrono::milliseconds{50};
  start();
  auto client = connect();
  auto const body = form_file(std::string(500'000, 'x'));
  client.send(upload_head("/upload", body.size()) + body.substr(0, 300'000));
  auto const answer = client.receive();
  BOOST_TEST_REQUIRE(answer.has_value());
  BOOST_TEST(answer->result_int() == 408u);
  BOOST_TEST(body_of(*answer).at("error").at("code").as_string() == "request_timeout");
  BOOST_TEST(!answer->keep_alive());
  BOOST_TEST(client.at_end());
  ended.get_future().wait();
  BOOST_TEST(files() == 0u);
}

BOOST_AUTO_TEST_CASE(going_down_cuts_an_upload_that_was_not_accepted) {
  start();
  auto const body = form_file(std::string(500'000, 'x'));
  auto stalled = connect();
  stalled.send(upload_head("/upload", body.size()) + body.substr(0, 300'000));
  while (files() == 0) std::this_thread::yield();
  on_loop([&] {
    listener().drain();
    return true;
  });
  auto const answer = stalled.receive();
  BOOST_TEST_REQUIRE(answer.has_value());
  BOOST_TEST(answer->result_int() == 503u);
  BOOST_TEST(body_of(*answer).at("error").at("code").as_string() == "going_down");
  BOOST_TEST(stalled.at_end());
  ended.get_future().wait();
  BOOST_TEST(files() == 0u);
  stalled.close();
  std::promise<bool> in_time;
  boost::asio::co_spawn(
      loop(),
      [&]() -> http::awaitable<bool> {
        co_return co_await listener().drained(std::chrono::steady_clock::now() + std::chrono::seconds{30});
      },
      [&](std::exception_ptr, bool done) { in_time.set_value(done); });
  BOOST_TEST(in_time.get_future().get());
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_503_and_leaves_nothing) {
  start();
  auto const before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old{};
  ::getrlimit(RLIMIT_FSIZE, &old);
  rlimit const small{1'000'000, old.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  auto const answer = ask(upload_request("/upload", form_file(std::string(2'000'000, 'x'))));
  ::setrlimit(RLIMIT_FSIZE, &old);
  std::signal(SIGXFSZ, before);
  BOOST_TEST(answer.result_int() == 503u);
  BOOST_TEST(body_of(answer).at("error").at("code").as_string() == "storage_full");
  BOOST_TEST(!header(answer, "Retry-After").empty());
  BOOST_TEST(files() == 0u);
  BOOST_TEST(ask(upload_request("/upload", form_file("x"))).result_int() == 202u);
}

BOOST_AUTO_TEST_CASE(uploads_at_the_same_time_do_not_mix) {
  start();
  std::list<raw_client> clients;
  std::vector<std::string> bodies;
  for (char c = 'a'; c < 'i'; ++c) bodies.push_back(form_file(std::string(200'000, c)));
  for (auto const& body : bodies) {
    clients.emplace_front(listener().local_endpoint());
    clients.front().send(upload_head("/upload", body.size()) + body.substr(0, 100'000));
  }
  // The last to begin is the first to end.
  auto body = bodies.rbegin();
  for (auto& client : clients) client.send((body++)->substr(100'000));
  for (auto& client : clients) BOOST_TEST(client.receive().value().result_int() == 202u);
  BOOST_TEST(files() == 8u);
  for (auto const& entry : std::filesystem::directory_iterator{directory.path()}) {
    std::ifstream in{entry.path(), std::ios::binary};
    std::string const text{std::istreambuf_iterator<char>{in}, {}};
    BOOST_TEST(text.size() == 200'000u);
    BOOST_TEST(text.find_first_not_of(text.front()) == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
