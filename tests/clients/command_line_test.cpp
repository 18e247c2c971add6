// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/command_line.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/exit_code.hpp"
#include "cli/job/job_command.hpp"

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
             "--protocol: 'ftp' is none of bulk_upload, file_upload, upload_progress, consumer_events");
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

BOOST_AUTO_TEST_CASE(each_protocol_has_its_servers) {
  auto const servers = [](arguments a) {
    job_command const c = job(a);
    return c.server.text() + " " + c.upload_server.text();
  };
  arguments const token{"watch", "j", "--token", "t"};
  auto const with = [&](std::initializer_list<std::string> more) {
    arguments all = token;
    all.insert(all.end(), more);
    return all;
  };
  BOOST_TEST(servers(with({"--protocol", "file_upload"})) == "http://127.0.0.1:3000 http://127.0.0.1:3000");
  BOOST_TEST(servers(with({"--protocol", "upload_progress"})) ==
             "http://127.0.0.1:8000 http://127.0.0.1:8000");
  BOOST_TEST(servers(with({"--protocol", "consumer_events"})) ==
             "http://127.0.0.1:3001 http://127.0.0.1:3000");
  BOOST_TEST(servers(with({"--protocol", "consumer_events", "--server", "https://h:9"})) ==
             "https://h:9 https://h:3000");
  BOOST_TEST(servers(with({"--protocol", "consumer_events", "--upload-server", "http://p:1"})) ==
             "http://127.0.0.1:3001 http://p:1");
  BOOST_TEST(refusal(with({"--upload-server", "http://p/x"})).starts_with("--upload-server: 'http://p/x'"));
}

BOOST_AUTO_TEST_CASE(FU_H1_a_template_is_asked_for_where_there_are_some) {
  BOOST_TEST(job({"upload", "f.csv", "--protocol", "file_upload", "--template", "users"}).template_name ==
             "users");
  BOOST_TEST(!job({"upload", "f.csv", "--protocol", "file_upload", "--template", "users"}).token.given());
  BOOST_TEST(refusal({"upload", "f.csv", "--protocol", "file_upload"}) ==
             "--template is missing: the protocol file_upload loads a file through a template");
  BOOST_TEST(refusal({"upload", "f", "--token", "t", "--template", "users"}) ==
             "--template: the protocol bulk_upload has no templates");
}

BOOST_AUTO_TEST_CASE(what_a_protocol_lacks_is_refused) {
  BOOST_TEST(refusal({"upload", "f", "--protocol", "consumer_events", "--report", "r"}) ==
             "--report: the protocol consumer_events has no reports");
  BOOST_TEST(refusal({"upload", "f", "--protocol", "consumer_events", "--cancel-on-interrupt"}) ==
             "--cancel-on-interrupt: the protocol consumer_events cannot cancel");
  BOOST_TEST(refusal({"send", "{}", "--token", "t"}) ==
             "the protocol bulk_upload takes no single messages; see --protocol");
  BOOST_TEST(refusal({"watch", "--token", "t"}) ==
             "whose job? The protocol bulk_upload shows one job at a time: give its id");
}

BOOST_AUTO_TEST_CASE(what_everybody_is_told_can_be_watched_whole) {
  auto const c = parse_command_line({"watch", "--protocol", "consumer_events", "--json"});
  BOOST_TEST(std::get<stream_command>(c).what.json);
  BOOST_TEST(job({"watch", "u-1", "--protocol", "consumer_events"}).job_id == "u-1");
}

BOOST_AUTO_TEST_CASE(messages_are_checked_before_they_are_sent) {
  auto const send = [](arguments messages) {
    messages.insert(messages.begin(), {"send", "--protocol", "consumer_events"});
    return messages;
  };
  BOOST_TEST(job(send({R"({"a":1})"})).messages.at(0) == R"({"a":1})");
  BOOST_TEST(job(send({R"({"a":1})"})).follow);
  BOOST_TEST(!job(send({"{}", "--no-wait"})).follow);
  BOOST_TEST(job(send({"{}", "{}"})).messages.size() == 2u);
  BOOST_TEST(job(send({"-"})).messages_from_stdin);
  BOOST_TEST(refusal(send({"[1]"})) == "the message is no JSON object");
  BOOST_TEST(refusal(send({"{}", "{"})).starts_with("message 2 is no JSON: "));
  BOOST_TEST(refusal(send({})) != "");
}

BOOST_AUTO_TEST_CASE(several_files_are_a_job_each) {
  auto const several = [](arguments more) {
    arguments all{"upload", "a/x.csv", "b/x.csv", "y.csv", "--token", "t"};
    all.insert(all.end(), more.begin(), more.end());
    return std::get<upload_command>(parse_command_line(all));
  };
  upload_command const c = several({});
  BOOST_TEST(c.parallel == 3u);
  BOOST_TEST(c.jobs.size() == 3u);
  BOOST_TEST(c.jobs[2].file == "y.csv");
  BOOST_TEST(labels_of(c) == (std::vector<std::string>{"a/x.csv", "b/x.csv", "y.csv"}),
             boost::test_tools::per_element());
  BOOST_TEST(several({"--parallel", "20"}).parallel == 20u);
  BOOST_TEST(several({"--parallel", "20", "--protocol", "upload_progress"}).parallel == 5u);  // UP-N1
  for (char const* wrong : {"0", "-1", "2x", ""})
    BOOST_TEST(refusal({"upload", "a", "--token", "t", "--parallel", wrong}).starts_with("--parallel: "),
               wrong);
}

BOOST_AUTO_TEST_CASE(reports_of_several_files_go_into_a_directory) {
  char name[] = "/tmp/uploadproto-XXXXXX";
  std::filesystem::path const folder = ::mkdtemp(name);
  std::string const reports = folder / "new" / "reports";
  auto const c = std::get<upload_command>(
      parse_command_line({"upload", "a.xlsx", "d/b.xlsx", "--token", "t", "--report", reports}));
  BOOST_TEST(c.jobs[0].report_file == reports + "/a-report.xlsx");
  BOOST_TEST(c.jobs[1].report_file == reports + "/b-report.xlsx");
  BOOST_TEST(std::filesystem::is_directory(reports));
  BOOST_TEST(refusal({"upload", "a.xlsx", "d/a.xlsx", "--token", "t", "--report", reports}) ==
             "--report: two files are called a.xlsx, and their reports would be as well");
  std::ofstream(folder / "file") << "x";
  BOOST_TEST(refusal({"upload", "a", "b", "--token", "t", "--report", folder / "file"}) ==
             "--report: with several files it names a directory, and " + (folder / "file").string() +
                 " cannot be one");
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_CASE(help_has_examples_and_the_exit_codes) {
  BOOST_TEST(text({"--help"}).find("130 interrupted") != std::string::npos);
  for (char const* sub : {"token", "upload", "watch", "send"}) {
    BOOST_TEST(text({sub, "--help"}).find("Example") != std::string::npos, sub);
    BOOST_TEST(text({sub, "--help"}).find(std::string("uploadproto ") + sub) != std::string::npos, sub);
  }
  BOOST_TEST(text({"--version"}).find('.') != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
