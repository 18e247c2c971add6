// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Settings: flags over file over defaults; whatever is wrong is said in one sentence with its place.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <string>
#include <vector>

#include "app/token_keys.hpp"
#include "config/command_line.hpp"
#include "config/config_file.hpp"
#include "config/listen_plan.hpp"
#include "logging/log.hpp"
#include "temporary_directory.hpp"

using namespace uploadproto::reference;
using namespace std::chrono_literals;

namespace {

struct fixture {
  test::temporary_directory directory;

  std::string file(std::string const& name, std::string const& text) const {
    std::ofstream{directory / name, std::ios::binary} << text;
    return (directory / name).string();
  }

  static settings parse(std::vector<std::string> const& arguments) {
    std::vector<char const*> argv{"uploadproto-server"};
    for (auto const& a : arguments) argv.push_back(a.c_str());
    return std::get<settings>(read_command_line(static_cast<int>(argv.size()), argv.data()));
  }

  static std::string complaint(std::vector<std::string> const& arguments) {
    try {
      auto const s = parse(arguments);
      plan_listeners(s);
    } catch (invalid_setting const& e) {
      std::string const text = e.what();
      BOOST_TEST(text.find('\n') == std::string::npos, text);
      return text;
    }
    return {};
  }

  std::string file_complaint(std::string const& text) const {
    auto const path = file("c.toml", text);
    auto const sentence = complaint({"--config", path});
    BOOST_TEST(sentence.starts_with(path), sentence);
    return sentence.substr(std::min(path.size(), sentence.size()));
  }
};

std::vector<std::string> names_of(settings const& s) {
  std::vector<std::string> names;
  for (auto const& l : plan_listeners(s)) names.push_back(l.name + "=" + to_string(l.at));
  return names;
}

using list = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_SUITE(server_settings, fixture)

BOOST_AUTO_TEST_CASE(nothing_needs_to_be_set) {
  auto const s = parse({});
  BOOST_TEST(s.data_directory == "uploadproto-data");
  BOOST_TEST(s.http.max_upload_bytes == 52428800u);
  BOOST_TEST(names_of(s) == (list{"bulk_upload=127.0.0.1:5000", "file_upload=127.0.0.1:3000",
                                  "producers=127.0.0.1:3000", "consumer_events=127.0.0.1:3001",
                                  "upload_progress=127.0.0.1:8000", "web=127.0.0.1:8080"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(flags_win_over_the_file_and_the_file_over_defaults) {
  auto const path = file("c.toml", R"(
data_dir = "from-file"
only = ["bulk_upload"]
shutdown_timeout_ms = 5
[listen]
bulk_upload = "[::1]:1"
register = "localhost:2"
[jwt]
leeway_s = 10
algorithm = "HS512"
[register]
at_limit = "fail"
parallelism = 3
[http]
cors_origins = ["https://a.example", "https://b.example"]
)");
  auto const s = parse({"--config", path, "--listen", "register=127.0.0.1:0", "--register-parallelism", "4",
                        "--only", "register,bulk_upload", "--cors-origin", "*"});
  BOOST_TEST(s.data_directory == "from-file");
  BOOST_TEST((s.shutdown_timeout == 5ms));
  BOOST_TEST((s.tokens.leeway == 10s));
  BOOST_TEST(s.tokens.algorithm == "HS512");
  BOOST_TEST((s.voters.at_limit == at_limit::fail));
  BOOST_TEST(s.voters.parallelism == 4u);
  BOOST_TEST(s.http.cors_origins == list{"*"}, boost::test_tools::per_element());
  BOOST_TEST(names_of(s) == (list{"bulk_upload=[::1]:1", "register=127.0.0.1:0"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(mistakes_in_the_file_are_found_where_they_stand) {
  BOOST_TEST(file_complaint("data_dir = \"a\"\nnonsense = 1\n") == ":2:1: there is no setting \"nonsense\"");
  BOOST_TEST(file_complaint("[http]\n  header_timeout = 1\n") ==
             ":2:3: there is no setting \"http.header_timeout\"");
  BOOST_TEST(file_complaint("[nonsense]\na = 1\n").starts_with(":1:2: there is no setting \"nonsense\""));
  BOOST_TEST(file_complaint("jwt = 5\n") == ":1:1: there is no setting \"jwt\"");
  BOOST_TEST(file_complaint("[jwt]\nleeway_s = 61\n") == ":2:12: jwt.leeway_s: expected 0 to 60, found 61");
  BOOST_TEST(file_complaint("[jwt]\nleeway_s = \"30\"\n") == ":2:12: jwt.leeway_s: expected a whole number");
  BOOST_TEST(file_complaint("data_dir = 5\n") == ":1:12: data_dir: expected text");
  BOOST_TEST(file_complaint("data_dir = 1.5\n").starts_with(":1:12: data_dir: expected"));
  BOOST_TEST(file_complaint("only = \"bulk_upload\"\n") == ":1:8: only: expected an array of texts");
  BOOST_TEST(file_complaint("[register]\nat_limit = \"stop\"\n") ==
             ":2:12: register.at_limit: expected one of wait, fail, found \"stop\"");
  BOOST_TEST(file_complaint("[listen]\nbulk_upload = \"5000\"\n") ==
             ":2:15: listen.bulk_upload: expected HOST:PORT, found \"5000\"");
  BOOST_TEST(file_complaint("listen = 1\n") == ":1:10: listen: expected a table of NAME = \"HOST:PORT\"");
  BOOST_TEST(file_complaint("data_dir = \"a\ndata_dir = \"b\"\n").starts_with(":1:"));
  BOOST_TEST(file_complaint("data_dir = \"a\"\ndata_dir = \"b\"\n").starts_with(":2:"));
  BOOST_TEST(complaint({"--config", (directory / "none.toml").string()}).starts_with("cannot read"));
  BOOST_TEST(complaint({"--config", directory.path().string()}).starts_with("cannot read"));
}

BOOST_AUTO_TEST_CASE(mistakes_on_the_command_line_are_one_sentence) {
  BOOST_TEST(complaint({"--nonsense"}).find("--nonsense") != std::string::npos);
  BOOST_TEST(complaint({"nonsense"}).find("nonsense") != std::string::npos);
  BOOST_TEST(complaint({"--data-dir"}).find("--data-dir") != std::string::npos);
  BOOST_TEST(complaint({"--workers", "0"}) == "--workers: expected 1 to 64, found 0");
  BOOST_TEST(complaint({"--workers", "many"}) == "--workers: expected a whole number, found \"many\"");
  BOOST_TEST(complaint({"--retention-days", "-1"}) == "--retention-days: expected 0 to 36500, found -1");
  BOOST_TEST(complaint({"--room-wait-ms", "0"}) == "--room-wait-ms: expected 1 to 86400000, found 0");
  BOOST_TEST(!complaint({"--workers", "1", "--workers", "2"}).empty());
  for (auto const* bad :
       {"bulk_upload", "=127.0.0.1:1", "bulk_upload=", "bulk_upload=127.0.0.1", "bulk_upload=:1",
        "bulk_upload=a:b", "bulk_upload=a:65536", "bulk_upload=::1:5000", "bulk_upload=a:-1"})
    BOOST_TEST(complaint({"--listen", bad}).starts_with("--listen: expected"), bad);
  BOOST_TEST(complaint({"--listen", "bulk_upload=a:1", "--listen", "bulk_upload=a:2"}) ==
             "--listen names bulk_upload twice");
}

BOOST_AUTO_TEST_CASE(listeners_that_are_not_there_are_refused_by_name) {
  BOOST_TEST(complaint({"--only", "bulk-upload"}).starts_with("there is no listener \"bulk-upload\""));
  BOOST_TEST(complaint({"--only", ""}).starts_with("there is no listener \"\""));
  BOOST_TEST(complaint({"--only", "register"}) ==
             "the listener register needs an address: --listen register=HOST:PORT");
  BOOST_TEST(names_of(parse({"--listen", "register=localhost:7"})).back() == "register=localhost:7");
  BOOST_TEST(names_of(parse({"--listen", "register=localhost:7", "--only", "register"})) ==
                 list{"register=localhost:7"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_secret_is_made_once_and_kept_from_others) {
  auto const first = read_token_keys({}, directory.path()).sessions;
  auto const path = directory / secret_file_name;
  BOOST_TEST((std::filesystem::status(path).permissions() == std::filesystem::perms{0600}));
  auto const secret = read_secret_file(path);
  BOOST_TEST(secret.size() == 64u);
  read_token_keys({}, directory.path()).sessions;
  BOOST_TEST(read_secret_file(path) == secret);
  BOOST_TEST(std::distance(std::filesystem::directory_iterator{directory.path()}, {}) == 1);

  auto const now = std::chrono::system_clock::now();
  auto const key = uploadproto::wire::jwt::key::from_secret(secret).value();
  auto const expiry = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count() + 60;
  auto const token = uploadproto::wire::jwt::sign(key, {{"sub", "ann"}, {"exp", expiry}}).value();
  BOOST_TEST(first->verify(token, now).has_value());
}

BOOST_AUTO_TEST_CASE(keys_that_cannot_be_used_are_named_but_not_shown) {
  auto const complaint_of = [&](token_settings const& t) {
    try {
      read_token_keys(t, directory.path());
    } catch (invalid_setting const& e) {
      return std::string{e.what()};
    }
    return std::string{};
  };
  auto const weak = file("weak", "short secret\n");
  auto const text = complaint_of({.secret_file = weak});
  BOOST_TEST(text.starts_with(weak + ": the key is too short"));
  BOOST_TEST(text.find("short secret") == std::string::npos);
  BOOST_TEST(complaint_of({.secret_file = directory / "none"}).starts_with("cannot read"));
  BOOST_TEST(complaint_of({.secret_file = file("empty", "\n")}).ends_with("is empty"));
  BOOST_TEST(complaint_of({.public_key_file = weak}).find("cannot be read") != std::string::npos);
  BOOST_TEST(complaint_of({.jwks_file = weak}).starts_with(weak));
  BOOST_TEST(complaint_of({.secret_file = weak, .jwks_file = weak}).starts_with("only one of"));
  auto const good = file("good", std::string(32, 'x') + "\r\n");
  BOOST_TEST(complaint_of({.secret_file = good}).empty());
  BOOST_TEST(complaint_of({.secret_file = good, .algorithm = "HS512"}).starts_with(good));
}

BOOST_AUTO_TEST_CASE(help_and_version_are_no_settings) {
  for (auto const* flag : {"--help", "--version"}) {
    char const* argv[] = {"uploadproto-server", flag};
    auto const answer = read_command_line(2, argv);
    BOOST_TEST(!std::get<information>(answer).text.empty());
  }
}

BOOST_AUTO_TEST_CASE(log_lines_cannot_be_forged) {
  using logging::render;
  std::string const evil = "x\" \nevent=forged a=b\x1b[31m";
  auto const text =
      render(logging::format::text, "request", {{"path", evil}, {"n", std::int64_t{5}}, {"ms", 0.5}});
  BOOST_TEST(text.find('\n') == std::string::npos);
  BOOST_TEST(text.find('\x1b') == std::string::npos);
  BOOST_TEST(text.starts_with("event=request path=\""));
  BOOST_TEST(text.ends_with(" n=5 ms=0.5"));
  auto const json = render(logging::format::json, "request", {{"path", evil}});
  BOOST_TEST(json.find('\n') == std::string::npos);
  BOOST_TEST(json.starts_with("\"event\":\"request\",\"path\":\""));
}

BOOST_AUTO_TEST_CASE(the_broker_is_the_embedded_one_or_kafka) {
  BOOST_TEST((parse({}).broker == broker_settings{"", "orders"}));
  BOOST_TEST((parse({"--broker", "embedded"}).broker == broker_settings{"", "orders"}));
  BOOST_TEST((parse({"--broker", "kafka://a:9092/t"}).broker == broker_settings{"a:9092", "t"}));
  BOOST_TEST((parse({"--broker", "kafka://a:1,[::1]:2/t"}).broker == broker_settings{"a:1,[::1]:2", "t"}));
  for (auto const* wrong : {"rabbit", "kafka://", "kafka:///t", "kafka://a/t", "kafka://a:0/t", "kafka://a:1",
                            "kafka://a:1,/t", "kafka://a:1/", "kafka://a:1/a b"})
    BOOST_TEST(complaint({"--broker", wrong}).starts_with("--broker: expected"),
               complaint({"--broker", wrong}));
  BOOST_TEST(file_complaint("[broker]\nurl = \"kafka://a\"\n").starts_with(":2:"));
}

BOOST_AUTO_TEST_SUITE_END()
