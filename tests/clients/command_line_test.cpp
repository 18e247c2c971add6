// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/command_line.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>

#include "cli/exit_code.hpp"

namespace {

using namespace uploadproto::cli;
using arguments = std::vector<std::string>;

std::string refusal(arguments const& a) {
  try {
    parse_command_line(a);
  } catch (failure const& f) {
    BOOST_TEST((f.code() == exit_code::usage));
    BOOST_TEST(std::string_view(f.what()).find('\n') == std::string_view::npos);
    return f.what();
  }
  return "";
}

job_command job(arguments const& a) {
  return std::get<job_command>(parse_command_line(a));
}
std::string text(arguments const& a) {
  return std::get<print_text>(parse_command_line(a)).text;
}

BOOST_AUTO_TEST_SUITE(clients_command_line)

BOOST_AUTO_TEST_CASE(an_upload_with_everything) {
  job_command const c =
      job({"upload", "members.xlsx", "--protocol", "bulk_upload", "--server", "https://example.org",
           "--token", "t", "--report", "r.xlsx", "--json", "--no-color", "--cancel-on-interrupt", "--timeout",
           "5s", "--ca-file", "ca.pem"});
  BOOST_TEST(c.protocol->name == "bulk_upload");
  BOOST_TEST(c.file == "members.xlsx");
  BOOST_TEST(c.job_id == "");
  BOOST_TEST(c.server.text() == "https://example.org:443");
  BOOST_TEST(c.token.token == "t");
  BOOST_TEST(c.report_file == "r.xlsx");
  BOOST_TEST(c.ca_file == "ca.pem");
  BOOST_TEST(c.json);
  BOOST_TEST(!c.colour);
  BOOST_TEST(c.cancel_on_interrupt);
  BOOST_TEST((c.timeout == std::chrono::seconds(5)));
}

BOOST_AUTO_TEST_CASE(defaults_are_those_of_the_reference_server) {
  ::unsetenv("UPLOADPROTO_SECRET_FILE");
  job_command const c = job({"watch", "job-1", "--user", "ann"});
  BOOST_TEST(c.file == "");
  BOOST_TEST(c.job_id == "job-1");
  BOOST_TEST(c.server.text() == "http://127.0.0.1:5000");
  BOOST_TEST(c.token.user == "ann");
  BOOST_TEST(c.token.secret_file == "uploadproto-data/jwt-secret");
  BOOST_TEST((c.timeout == std::chrono::seconds(30)));
  BOOST_TEST(!c.json);
  BOOST_TEST(c.colour);
  BOOST_TEST(!c.cancel_on_interrupt);
}

BOOST_AUTO_TEST_CASE(the_environment_names_the_secret_file) {
  ::setenv("UPLOADPROTO_SECRET_FILE", "/etc/secret", 1);
  auto const c = std::get<token_command>(parse_command_line({"token", "--user", "7"}));
  ::unsetenv("UPLOADPROTO_SECRET_FILE");
  BOOST_TEST(c.secret_file == "/etc/secret");
  BOOST_TEST((c.ttl == std::chrono::hours(24)));
  BOOST_TEST(std::get<token_command>(
                 parse_command_line({"token", "--user", "7", "--secret-file", "s", "--ttl", "1m"}))
                 .secret_file == "s");
}

BOOST_AUTO_TEST_CASE(a_wrong_command_line_is_one_sentence) {
  BOOST_TEST(refusal({}) != "");
  BOOST_TEST(refusal({"frobnicate"}) != "");
  BOOST_TEST(refusal({"upload"}).find("file") != std::string::npos);
  BOOST_TEST(refusal({"upload", "f", "--token", "t", "--frobnicate"}).find("--frobnicate") !=
             std::string::npos);
  BOOST_TEST(refusal({"upload", "f"}) ==
             "who are you? Give --token, --token-file, or --user with --secret-file");
  BOOST_TEST(refusal({"upload", "f", "--token", "t", "--user", "u"}) != "");
  BOOST_TEST(refusal({"upload", "f", "--token", "t", "--secret-file", "s"}) == "--secret-file needs --user");
  BOOST_TEST(refusal({"upload", "f", "--token", "t", "--protocol", "ftp"}) ==
             "--protocol: 'ftp' is none of bulk_upload");
  BOOST_TEST(refusal({"upload", "f", "--token", "t", "--server", "http://h/p"}) ==
             "--server: 'http://h/p' is no URL such as http://127.0.0.1:5000");
  BOOST_TEST(refusal({"upload", "f", "--token", "t", "--timeout", "soon"}) ==
             "--timeout: 'soon' is no duration such as 30s, 15m or 24h");
  BOOST_TEST(refusal({"upload", "f", "--token", "t", "--timeout", "0s"}) != "");
  BOOST_TEST(refusal({"watch", "", "--token", "t"}) != "");
  BOOST_TEST(refusal({"token"}).find("--user") != std::string::npos);
  BOOST_TEST(refusal({"token", "--user", ""}) != "");
  BOOST_TEST(refusal({"token", "--user", "u", "--ttl", "500ms"}) != "");
}

BOOST_AUTO_TEST_CASE(help_has_examples_and_the_exit_codes) {
  BOOST_TEST(text({"--help"}).find("130 interrupted") != std::string::npos);
  for (char const* sub : {"token", "upload", "watch"}) {
    BOOST_TEST(text({sub, "--help"}).find("Example") != std::string::npos, sub);
    BOOST_TEST(text({sub, "--help"}).find(std::string("uploadproto ") + sub) != std::string::npos, sub);
  }
  BOOST_TEST(text({"--version"}).find('.') != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
