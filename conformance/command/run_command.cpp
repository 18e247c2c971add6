// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <cstdio>

#include "cases/all_cases.hpp"
#include "command/commands.hpp"
#include "command/text_file.hpp"
#include "probe/web_url.hpp"
#include "report/report.hpp"

namespace uploadproto::conformance {
namespace {

/** `NAME=URL`, or `producers=URL` for the REST of the protocol that has it apart. */
void set_url(target& t, std::string const& setting) {
  std::size_t const equals = setting.find('=');
  std::string const name = setting.substr(0, equals);
  if (equals == setting.npos) throw bad_call("--url " + setting + ": expected NAME=URL");
  std::string const url = setting.substr(equals + 1);
  read_url(url);
  for (protocol_target& p : t.protocols) {
    bool const apart = p.face->info->rest.port != 0;
    if (p.name() == name) {
      p.url = url;
      if (!apart) p.rest_url = url;
      return;
    }
    if (apart && name == "producers") {
      p.rest_url = url;
      return;
    }
  }
  throw bad_call("--url " + setting + ": the target has no protocol " + name);
}

target target_of(run_command const& c) {
  target t = c.target_file.empty() ? default_target() : read_target(c.target_file);
  for (std::string const& url : c.urls) set_url(t, url);
  if (!c.secret_file.empty()) {
    std::string secret = text_of(c.secret_file);
    while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
    t.tokens = {};
    t.tokens.secret = std::move(secret);
  }
  return t;
}

void check_call(run_command const& c, target const& t) {
  for (std::string const& name : c.options.protocols)
    if (!t.find(name)) throw bad_call("--protocol " + name + ": the target has no such protocol");
}

}  // namespace

int run(run_command const& c) {
  target const t = target_of(c);
  check_call(c, t);
  auto const cases = select_cases(all_cases(), t, c.options);
  known_failures known =
      c.known_failing_file.empty() ? known_failures() : known_failures(text_of(c.known_failing_file));
  run_heading heading{.target = t.name, .version = UPLOADPROTO_VERSION, .program = c.program};
  if (!c.target_file.empty()) heading.target_file = c.target_file;
  bool const report_on_stdout = c.json_file == "-" || c.junit_file == "-" || c.html_file == "-" ||
                                c.sarif_file == "-" || c.badge_file == "-";
  std::FILE* const told = report_on_stdout ? stderr : stdout;
  accounting const all = run_cases(cases, t, c.options, std::move(known), [&](case_result const& r) {
    std::fputs(terminal_case(r, heading, c.colour, c.trace).c_str(), told);
    std::fflush(told);
  });
  std::fputs(terminal_summary(all, c.colour).c_str(), told);
  if (!c.json_file.empty()) write_to(c.json_file, json_report(all, heading));
  if (!c.junit_file.empty()) write_to(c.junit_file, junit_report(all, heading));
  if (!c.html_file.empty()) write_to(c.html_file, html_report(all, heading));
  if (!c.sarif_file.empty()) write_to(c.sarif_file, sarif_report(all, heading));
  if (!c.badge_file.empty()) write_to(c.badge_file, badge_report(all));
  return all.exit_code();
}

}  // namespace uploadproto::conformance
