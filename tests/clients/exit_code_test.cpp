// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/exit_code.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>
#include <uploadproto/session/client_error.hpp>

#include "cli/duration.hpp"
#include "cli/server_url.hpp"

namespace {

using namespace uploadproto::cli;
using std::chrono::milliseconds;
using uploadproto::session::client_error;

BOOST_AUTO_TEST_SUITE(clients_exit_code)

BOOST_AUTO_TEST_CASE(a_server_that_says_no_refuses) {
  for (unsigned status : {400u, 401u, 403u, 404u, 409u, 413u, 415u, 422u, 429u, 500u, 503u})
    BOOST_TEST((exit_code_for_status(status) == exit_code::refused), status);
  for (unsigned status : {502u, 504u})
    BOOST_TEST((exit_code_for_status(status) == exit_code::cannot_connect), status);
}

BOOST_AUTO_TEST_CASE(errors_of_the_connection_are_told_apart) {
  BOOST_TEST((exit_code_for_error(client_error::connect_refused) == exit_code::refused));
  BOOST_TEST((exit_code_for_error(client_error::unauthorized) == exit_code::refused));
  BOOST_TEST((exit_code_for_error(client_error::connect_timeout) == exit_code::cannot_connect));
  BOOST_TEST((exit_code_for_error(client_error::ping_timeout) == exit_code::cannot_connect));
  BOOST_TEST((exit_code_for_error(boost::asio::error::connection_refused) == exit_code::cannot_connect));
}

BOOST_AUTO_TEST_CASE(the_numbers_are_a_promise) {
  BOOST_TEST(static_cast<int>(exit_code::completed) == 0);
  BOOST_TEST(static_cast<int>(exit_code::job_failed) == 1);
  BOOST_TEST(static_cast<int>(exit_code::usage) == 2);
  BOOST_TEST(static_cast<int>(exit_code::cannot_connect) == 3);
  BOOST_TEST(static_cast<int>(exit_code::refused) == 4);
  BOOST_TEST(static_cast<int>(exit_code::interrupted) == 130);
}

BOOST_AUTO_TEST_CASE(durations_are_read) {
  BOOST_TEST((parse_duration("500ms") == milliseconds(500)));
  BOOST_TEST((parse_duration("30s") == milliseconds(30'000)));
  BOOST_TEST((parse_duration("30") == milliseconds(30'000)));
  BOOST_TEST((parse_duration("15m") == milliseconds(900'000)));
  BOOST_TEST((parse_duration("24h") == milliseconds(86'400'000)));
  BOOST_TEST((parse_duration("7d") == milliseconds(604'800'000)));
  for (char const* bad :
       {"", "s", "-1s", "1.5h", "1 h", "1y", "99999999999999999999s", "9223372036854775807d", "+3s"})
    BOOST_TEST(!parse_duration(bad).has_value(), bad);
}

BOOST_AUTO_TEST_CASE(numbers_are_written_for_people) {
  BOOST_TEST(format_duration(milliseconds(449)) == "0.4 s");
  BOOST_TEST(format_duration(milliseconds(59'940)) == "59.9 s");
  BOOST_TEST(format_duration(milliseconds(59'960)) == "1:00 min");
  BOOST_TEST(format_duration(milliseconds(3'725'000)) == "1:02:05 h");
  BOOST_TEST(format_duration(milliseconds(-5)) == "0.0 s");
  BOOST_TEST(format_bytes(0) == "0 B");
  BOOST_TEST(format_bytes(999) == "999 B");
  BOOST_TEST(format_bytes(1'234'567) == "1.2 MB");
  BOOST_TEST(format_bytes(999'960) == "1.0 MB");
  BOOST_TEST(format_bytes(52'428'800) == "52.4 MB");
  BOOST_TEST(format_count(0) == "0");
  BOOST_TEST(format_count(999) == "999");
  BOOST_TEST(format_count(1'234'567.9) == "1,234,567");
  BOOST_TEST(format_count(-1234) == "-1,234");
}

BOOST_AUTO_TEST_CASE(servers_are_named_by_url) {
  auto const text = [](char const* url) {
    auto const parsed = parse_server_url(url);
    return parsed ? parsed->text() : "";
  };
  BOOST_TEST(text("http://127.0.0.1:5000") == "http://127.0.0.1:5000");
  BOOST_TEST(text("http://localhost/") == "http://localhost:80");
  BOOST_TEST(text("https://example.org") == "https://example.org:443");
  BOOST_TEST(text("WSS://example.org") == "https://example.org:443");
  BOOST_TEST(text("ws://h:1") == "http://h:1");
  BOOST_TEST(text("localhost:5000") == "http://localhost:5000");
  BOOST_TEST(text("http://[::1]:5000") == "http://[::1]:5000");
  BOOST_TEST(parse_server_url("http://[::1]:5000")->host == "::1");
  for (char const* bad : {"", "http://", "ftp://h", "http://h:0", "http://h:99999", "http://u:p@h",
                          "http://h/path", "http://h?x", "http://h#x", "http://h h", "http://h\r\nx:1"})
    BOOST_TEST(!parse_server_url(bad).has_value(), bad);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
