// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "report/report.hpp"

#include <boost/json/parse.hpp>
#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <boost/test/unit_test.hpp>
#include <sstream>
#include <uploadproto/wire/utf8.hpp>

#include "clauses/clause_book.hpp"
#include "report/markup.hpp"

namespace {

using namespace uploadproto::conformance;
using boost::property_tree::ptree;

// What a server would say to break a report: markup, an end of CDATA, a zero byte, what is no UTF-8.
std::string const hostile =
    std::string("</pre></failure>]]><script>alert(1)</script>&\"'\x01") + std::string(1, '\0') + "\xFF\xC3";

case_result result_of(std::string id, verdict how) {
  case_result r;
  r.id = std::move(id);
  r.protocol = "upload_progress";
  r.clauses = {"UP-N1"};
  r.verdict = how;
  r.took = std::chrono::milliseconds(1234);
  return r;
}

case_result failure() {
  case_result r = result_of("up/limits/five-connections", verdict::fail);
  r.findings.push_back({"UP-N1", level::must, false, {"/a~1b", "the sixth is refused", hostile}});
  r.trace = "0.1 ms alice/1 < " + hostile;
  return r;
}

case_result skipped() {
  case_result r = result_of("up/keepalive/heartbeat", verdict::skip);
  r.reason = "it takes longer: " + hostile;
  return r;
}

case_result not_run() {
  case_result r = result_of("up/http/cancel", verdict::not_run);
  r.reason = "it had ended";
  return r;
}

accounting some_results() {
  accounting all;
  all.results = {result_of("up/keepalive/text", verdict::pass), failure(), skipped(), not_run()};
  return all;
}

run_heading heading() {
  return {.target = "my <server> & co", .version = "1.2", .program = "uploadproto-conformance run --seed 1"};
}

bool contains(std::string const& text, std::string_view part) {
  return text.find(part) != text.npos;
}

BOOST_AUTO_TEST_SUITE(conformance_report)

BOOST_AUTO_TEST_CASE(text_of_others_is_made_readable) {
  BOOST_TEST(readable("plain é\n\t") == "plain é\n\t");
  BOOST_TEST(readable(std::string("a\0b", 3)) ==
             "a\xEF\xBF\xBD"
             "b");
  BOOST_TEST(readable("\x1B[31m") == "\xEF\xBF\xBD[31m");
  BOOST_TEST(readable("\xFFz\xC3") == "\xEF\xBF\xBDz\xEF\xBF\xBD");
  BOOST_TEST(readable("\xEF\xBF\xBF") == "\xEF\xBF\xBD");
  BOOST_TEST(readable("\xC2\x85") == "\xEF\xBF\xBD");
  BOOST_TEST(escaped("<a b='c' d=\"e\">&amp;") == "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;amp;");
  BOOST_TEST(uploadproto::wire::is_utf8(readable(hostile)));
}

BOOST_AUTO_TEST_CASE(junit_is_xml_whatever_came) {
  std::string const text = junit_report(some_results(), heading());
  BOOST_TEST(!contains(text, "<script>"));
  ptree tree;
  std::istringstream in(text);
  BOOST_REQUIRE_NO_THROW(read_xml(in, tree));
  ptree const& suites = tree.get_child("testsuites");
  BOOST_TEST(suites.get<std::string>("<xmlattr>.name") == "uploadproto-conformance: my <server> & co");
  ptree const& suite = suites.get_child("testsuite");
  BOOST_TEST(suite.get<int>("<xmlattr>.tests") == 4);
  BOOST_TEST(suite.get<int>("<xmlattr>.failures") == 1);
  BOOST_TEST(suite.get<int>("<xmlattr>.errors") == 1);
  BOOST_TEST(suite.get<int>("<xmlattr>.skipped") == 1);
  std::string failure_text, error_type;
  for (auto const& [name, test] : suite) {
    if (auto const f = test.get_child_optional("failure")) failure_text = f->data();
    if (auto const e = test.get_child_optional("error")) error_type = e->get<std::string>("<xmlattr>.type");
  }
  BOOST_TEST(error_type == "not-run");
  BOOST_TEST(contains(failure_text, shipped_clauses().at("UP-N1").text));
  BOOST_TEST(contains(failure_text, "expected the sixth is refused"));
  BOOST_TEST(contains(failure_text, "</failure>]]><script>"));
  BOOST_TEST(contains(failure_text,
                      "again: uploadproto-conformance run --seed 1 --case "
                      "'up/limits/five-connections' --trace"));
}

BOOST_AUTO_TEST_CASE(a_run_that_judged_nothing_is_no_green_junit) {
  ptree tree;
  std::istringstream in(junit_report({}, heading()));
  read_xml(in, tree);
  BOOST_TEST(tree.get<int>("testsuites.<xmlattr>.failures") == 1);
  BOOST_TEST(contains(tree.get<std::string>("testsuites.testsuite.testcase.failure.<xmlattr>.message"),
                      "nothing was judged"));
}

BOOST_AUTO_TEST_CASE(sarif_names_rules_levels_and_places) {
  std::string const text = sarif_report(some_results(), heading());
  BOOST_TEST(uploadproto::wire::is_utf8(text));
  auto const document = boost::json::parse(text);
  BOOST_TEST((document.at("version") == "2.1.0"));
  auto const& run = document.at("runs").at(0);
  auto const& rules = run.at("tool").at("driver").at("rules").as_array();
  BOOST_TEST_REQUIRE(rules.size() == 1u);
  BOOST_TEST((rules[0].at("id") == "UP-N1"));
  auto const& results = run.at("results").as_array();
  BOOST_TEST_REQUIRE(results.size() == 1u);
  BOOST_TEST((results[0].at("ruleId") == "UP-N1"));
  BOOST_TEST((results[0].at("level") == "error"));
  BOOST_TEST(contains(std::string(results[0].at("message").at("text").as_string()), "the sixth is refused"));
  auto const& place = results[0].at("locations").at(0);
  BOOST_TEST((place.at("physicalLocation").at("artifactLocation").at("uri") == "target.toml"));
  BOOST_TEST((place.at("logicalLocations").at(0).at("name") == "up/limits/five-connections"));
  auto const& invocation = run.at("invocations").at(0);
  BOOST_TEST((invocation.at("executionSuccessful") == false));
  BOOST_TEST((invocation.at("exitCode") == 1));
  BOOST_TEST(!invocation.at("toolExecutionNotifications").as_array().empty());
}

BOOST_AUTO_TEST_CASE(the_page_shows_each_failure_and_runs_nothing) {
  std::string const page = html_report(some_results(), heading());
  BOOST_TEST(uploadproto::wire::is_utf8(page));
  BOOST_TEST(!contains(page, "<script"));
  BOOST_TEST(!contains(page, "http://"));
  BOOST_TEST(!contains(page, "https://"));
  BOOST_TEST(contains(page, "my &lt;server&gt; &amp; co"));
  BOOST_TEST(contains(page, "prefers-color-scheme: dark"));
  for (std::string_view part :
       {"up/limits/five-connections", "the sixth is refused", "/a~1b", "&lt;script&gt;", "On the wire",
        "--case &#39;up/limits/five-connections&#39; --trace"})
    BOOST_TEST(contains(page, part), part);
  BOOST_TEST(contains(page, escaped(shipped_clauses().at("UP-N1").text)));
}

BOOST_AUTO_TEST_CASE(the_badge_says_how_many_of_how_many) {
  accounting good;
  good.results = {result_of("up/keepalive/text", verdict::pass), result_of("up/end/error", verdict::warn),
                  skipped()};
  BOOST_TEST(contains(badge_report(good), "conforms, 2 of 2"));
  BOOST_TEST(!contains(badge_report(good), "does not conform"));
  BOOST_TEST(contains(badge_report(some_results()), "does not conform, 1 of 2"));
  BOOST_TEST(contains(badge_report({}), "nothing judged"));
  ptree tree;
  std::istringstream in(badge_report(good));
  BOOST_REQUIRE_NO_THROW(read_xml(in, tree));
  BOOST_TEST(tree.get<std::string>("svg.title") == "uploadproto: conforms, 2 of 2");
}

BOOST_AUTO_TEST_CASE(a_badge_is_made_of_a_report_too) {
  BOOST_TEST(badge_of_report(json_report(some_results(), heading())) == badge_report(some_results()));
  BOOST_TEST(badge_of_report(json_report({}, heading())) == badge_report({}));
  for (std::string_view none :
       {"", "[]", "{", R"({"success":1,"counts":{}})", R"({"success":true})",
        R"({"success":true,"counts":{"pass":"many"}})", R"({"success":true,"counts":{"pass":-1}})"})
    BOOST_CHECK_THROW(badge_of_report(none), std::invalid_argument);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
