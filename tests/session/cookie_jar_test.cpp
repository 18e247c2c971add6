// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <uploadproto/session/cookie_jar.hpp>

namespace uploadproto::session {
namespace {

using namespace std::chrono_literals;

/** 2026-11-25T12:00:00Z. */
cookie_jar::time_point const noon = cookie_jar::time_point(std::chrono::seconds(1795608000));

BOOST_AUTO_TEST_SUITE(cookies)

BOOST_AUTO_TEST_CASE(what_was_set_is_sent_back_in_order) {
  cookie_jar jar;
  BOOST_TEST(jar.header(noon) == "");
  jar.set("a=1; Path=/; HttpOnly; SameSite=Strict", noon);
  jar.set(" b = x=y ;Secure", noon);
  jar.set("c=", noon);
  BOOST_TEST(jar.header(noon) == "a=1; b=x=y; c=");
  jar.set("a=2", noon);
  BOOST_TEST(jar.header(noon) == "a=2; b=x=y; c=");
}

BOOST_AUTO_TEST_CASE(max_age_counts_from_when_it_came) {
  cookie_jar jar;
  jar.set("a=1; max-AGE=60", noon);
  BOOST_TEST(jar.header(noon + 59s) == "a=1");
  BOOST_TEST(jar.header(noon + 60s) == "");
  BOOST_TEST(jar.header(noon) == "");  // gone is gone
}

BOOST_AUTO_TEST_CASE(an_age_that_is_over_deletes) {
  for (auto const* over :
       {"a=2; Max-Age=0", "a=2; Max-Age=-5", "a=2; MAX-AGE = 0", "a=2; Expires=Wed, 25 Nov 2026 12:00:00 GMT",
        "a=2; expires=Thu, 01-Jan-70 00:00:00 GMT"}) {
    BOOST_TEST_CONTEXT(over) {
      cookie_jar jar;
      jar.set(over, noon);
      jar.set("b=1", noon);
      BOOST_TEST(jar.header(noon) == "b=1");
      jar.set("a=1", noon);
      jar.set(over, noon);
      BOOST_TEST(jar.header(noon) == "b=1");
    }
  }
}

BOOST_AUTO_TEST_CASE(max_age_goes_before_expires_in_either_order) {
  for (auto const* field : {"a=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
                            "a=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60"}) {
    cookie_jar jar;
    jar.set(field, noon);
    BOOST_TEST(jar.header(noon) == "a=1");
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_left_out) {
  cookie_jar jar;
  for (auto const* field : {"", "novalue", "=x", " =x", ";a=1"}) jar.set(field, noon);
  BOOST_TEST(jar.header(noon) == "");
  jar.set("a=1; Max-Age=soon; Expires=never; Max-Age=", noon);
  jar.set("b=1; Max-Age=99999999999999999999", noon);
  jar.set("c=1; Expires=Fri, 31 Dec 9999 23:59:59 GMT", noon);
  BOOST_TEST(jar.header(noon + 24h) == "a=1; b=1; c=1");
}

BOOST_AUTO_TEST_CASE(the_jar_is_bounded) {
  cookie_jar jar;
  jar.set("big=" + std::string(cookie_jar::max_size, 'x'), noon);
  BOOST_TEST(jar.header(noon) == "");
  for (int i = 0; i < 1000; ++i) jar.set(std::to_string(i) + "=x", noon);
  auto const sent = jar.header(noon);
  BOOST_TEST(std::count(sent.begin(), sent.end(), '=') == static_cast<long>(cookie_jar::max_count));
}

// RFC 6265 5.1.1.
BOOST_AUTO_TEST_CASE(dates_in_their_common_forms) {
  for (auto const* text : {"Wed, 25 Nov 2026 12:00:00 GMT", "Wednesday, 25-Nov-26 12:00:00 GMT",
                           "Wed Nov 25 12:00:00 2026", "25 november 2026 12:0:0"}) {
    auto const date = parse_cookie_date(text);
    BOOST_TEST((date == noon), text);
  }
  for (auto const* text : {"", "now", "25 Nov 2026", "31 Feb 2026 12:00:00", "25 Nov 2026 24:00:00",
                           "25 Nov 1600 12:00:00", "99 Nov 2026 12:00:00", "25 Foo 2026 12:00:00",
                           "25 Nov 20266 12:00:00", "25 Nov 2026 12:00", "25 Nov 2026 ::"}) {
    BOOST_TEST(!parse_cookie_date(text), text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::session
