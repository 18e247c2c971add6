// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/token_source.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <uploadproto/wire/jwt.hpp>

#include "cli/exit_code.hpp"

namespace {

using namespace uploadproto::cli;
namespace jwt = uploadproto::wire::jwt;
using namespace std::chrono_literals;

std::string const secret = "0123456789abcdef0123456789abcdef";

struct folder {
  std::filesystem::path path;
  folder() {
    char name[] = "/tmp/uploadproto-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~folder() { std::filesystem::remove_all(path); }
  std::filesystem::path put(char const* name, std::string const& text) const {
    std::ofstream(path / name) << text;
    return path / name;
  }
};

BOOST_FIXTURE_TEST_SUITE(clients_token_source, folder)

BOOST_AUTO_TEST_CASE(JW_8_a_token_names_its_user) {
  auto const now = std::chrono::system_clock::now();
  std::string const token = make_token("ann", secret, 60s, now);
  jwt::verifier const verifier(jwt::key::from_secret(secret).value());
  auto const claims = verifier.verify(token, now);
  BOOST_TEST_REQUIRE(claims.has_value());
  BOOST_TEST(claims->user_id == "ann");
  BOOST_TEST(claims->all.at("id").as_string() == "ann");
  BOOST_TEST(claims->all.at("type").as_string() == "access");  // JW-5
  BOOST_TEST(claims->all.at("exp").as_int64() - claims->all.at("iat").as_int64() == 60);
  BOOST_TEST(verifier.verify(token, now + 2min).has_error());
}

BOOST_AUTO_TEST_CASE(JW_3_a_short_secret_is_refused) {
  BOOST_CHECK_EXCEPTION(make_token("ann", "short", 60s, std::chrono::system_clock::now()), failure,
                        [](failure const& f) { return f.code() == exit_code::usage; });
}

BOOST_AUTO_TEST_CASE(blanks_around_a_secret_are_not_part_of_it) {
  BOOST_TEST(read_text_file(put("s", "  " + secret + " \r\n")) == secret);
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_hold_a_secret_is_named) {
  for (auto const& bad :
       {path, path / "missing", put("empty", " \n"), put("large", std::string(70'000, 'x'))})
    BOOST_CHECK_EXCEPTION(read_text_file(bad), failure, [&](failure const& f) {
      return f.code() == exit_code::usage &&
             std::string_view(f.what()).find(bad.string()) != std::string_view::npos;
    });
}

BOOST_AUTO_TEST_CASE(CO_13_each_connection_gets_the_token_of_the_moment) {
  token_choice choice;
  choice.token_file = put("t", "first\n");
  auto const source = make_token_source(choice);
  BOOST_TEST(source() == "first");
  put("t", "second\n");
  BOOST_TEST(source() == "second");
}

BOOST_AUTO_TEST_CASE(a_token_cannot_smuggle_a_header) {
  token_choice choice;
  for (char const* bad : {"a\r\nX-Admin: 1", "a b", "\x7f"}) {
    choice.token = bad;
    BOOST_CHECK_THROW(make_token_source(choice), failure);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
