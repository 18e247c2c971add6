// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "command/command_line.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <optional>
#include <random>

#include "command/commands.hpp"

namespace uploadproto::conformance {
namespace {

/** The call with everything that chooses cases or writes reports left out. */
std::string call_again(run_command const& c) {
  std::string out = "uploadproto-conformance run";
  if (!c.target_file.empty()) out += " --target " + c.target_file;
  if (!c.secret_file.empty()) out += " --secret-file " + c.secret_file;
  for (std::string const& url : c.urls) out += " --url " + url;
  out += " --seed " + std::to_string(c.options.seed);
  return out;
}

/** The same for a client: its command in quotes, as a shell takes it. */
std::string call_again(client_command const& c) {
  std::string quoted;
  for (char const one : c.command) quoted += one == '\'' ? std::string("'\\''") : std::string(1, one);
  std::string out =
      "uploadproto-conformance client --protocol " + c.protocol + " --command '" + quoted + '\'';
  if (c.ping_interval) out += " --ping-interval " + std::to_string(*c.ping_interval);
  return out + " --seed " + std::to_string(c.options.seed);
}

/** What chooses cases and says how they are run, whatever they judge. */
void describe_options(CLI::App& app, run_options& options) {
  static std::map<std::string, level> const levels{
      {"must", level::must}, {"should", level::should}, {"may", level::may}};
  app.add_option("--case", options.patterns, "Only cases whose id matches, * and ? allowed")
      ->type_name("GLOB");
  app.add_option("--level", options.level, "The least that is judged: must, should or may")
      ->transform(CLI::CheckedTransformer(levels, CLI::ignore_case))
      ->default_str("may");
  app.add_option("--jobs", options.jobs, "Cases at a time")->check(CLI::Range(1, 64));
  app.add_option("--repeat", options.repeat, "Run everything so many times")->check(CLI::Range(1, 100000));
  app.add_option("--seed", options.seed, "Where random ids and inputs begin; default: at random");
}

void describe_client(CLI::App& client, client_command& c) {
  client.add_option("--protocol", c.protocol, "The client's protocol")->required();
  client
      .add_option("--command", c.command,
                  "Shell command that starts the client, with {url}, {rest_url}, {ws_url}, {ticket_url}, "
                  "{token}, {job_id} and {protocol}, which are in its environment too: $UPLOADPROTO_URL, …")
      ->required();
  client
      .add_option("--listen", c.listen, "Where the scripted server listens; port 0: a free one for each case")
      ->capture_default_str();
  client.add_option("--patience", c.patience, "Seconds to wait for what should happen at once")
      ->check(CLI::Range(0.1, 3600.0))
      ->capture_default_str();
  client
      .add_option("--ping-interval", c.ping_interval,
                  "Seconds between signs of life that the command has the client send, in place of 30")
      ->check(CLI::Range(0.05, 3600.0));
  describe_options(client, c.options);
  client.add_option("--known-failing", c.known_failing_file,
                    "File of case ids that are known to fail, one a line");
  client.add_option("--json", c.json_file, "Write a report as JSON; - for stdout")->type_name("FILE");
  client.add_flag("--trace", c.trace, "Show what went over the wire for every case, not only for failures");
}

void describe_run(CLI::App& run, run_command& c) {
  run.add_option("--target", c.target_file, "Target file (TOML; see init). Default: the reference server");
  run.add_option("--secret-file", c.secret_file, "The server's token secret, in place of the target file's");
  run.add_option("--url", c.urls, "NAME=URL of a protocol, in place of the target file's")
      ->type_name("NAME=URL");
  run.add_option("--protocol", c.options.protocols, "Only this protocol; may be given several times");
  describe_options(run, c.options);
  run.add_option("--known-failing", c.known_failing_file,
                 "File of case ids that are known to fail, one a line");
  run.add_option("--json", c.json_file, "Write a report as JSON; - for stdout")->type_name("FILE");
  run.add_option("--junit", c.junit_file, "Write a report as JUnit XML; - for stdout")->type_name("FILE");
  run.add_option("--html", c.html_file, "Write a report as a page; - for stdout")->type_name("FILE");
  run.add_option("--sarif", c.sarif_file, "Write a report as SARIF 2.1.0; - for stdout")->type_name("FILE");
  run.add_option("--badge", c.badge_file, "Write a badge as SVG; - for stdout")->type_name("FILE");
  run.add_flag("--trace", c.trace, "Show what went over the wire for every case, not only for failures");
}

void describe_check(CLI::App& check, check_recording_command& c) {
  check.add_option("FILE", c.file, "A HAR from a browser's tools, or JSON lines (docs/conformance.md)")
      ->required();
  check.add_option("--protocol", c.protocol,
                   "What it is a recording of; default: told by its addresses and events");
  check.add_option("--json", c.json_file, "Write the verdicts as JSON; - for stdout")->type_name("FILE");
}

int complain(std::string const& sentence) {
  std::fprintf(stderr, "uploadproto-conformance: %s\n", sentence.c_str());
  return 2;
}

}  // namespace

int run_command_line(int argc, char const* const* argv) {
  CLI::App app{"Judges servers and clients against the contract of the four upload progress protocols.",
               "uploadproto-conformance"};
  app.set_version_flag("--version", UPLOADPROTO_VERSION);
  app.require_subcommand(1);
  run_command to_run;
  to_run.options.seed = std::random_device{}();
  client_command to_judge;
  to_judge.options.seed = std::random_device{}();
  init_command to_init;
  list_command to_list;
  coverage_command to_cover;
  badge_command to_paint;
  check_recording_command to_check;
  CLI::App* const run_it = app.add_subcommand("run", "Judge a server");
  describe_run(*run_it, to_run);
  CLI::App* const client_it =
      app.add_subcommand("client", "Judge a client: play a server for it, and read what it says it shows");
  describe_client(*client_it, to_judge);
  CLI::App* const init_it = app.add_subcommand("init", "Write a commented target file");
  init_it->add_option("FILE", to_init.file, "Where")->default_str("target.toml");
  CLI::App* const list_it = app.add_subcommand("list", "Name the cases");
  list_it->add_option("--protocol", to_list.protocols, "Only this protocol's");
  CLI::App* const cover_it = app.add_subcommand("coverage", "Show which case judges which clause");
  cover_it->add_flag("--missing", to_cover.missing_only, "Only clauses without a case");
  CLI::App* const badge_it = app.add_subcommand("badge", "Make a badge of a report (run --json)");
  badge_it->add_option("REPORT", to_paint.report_file, "The report")->required();
  badge_it->add_option("FILE", to_paint.file, "The badge, SVG; - for stdout")->required();
  CLI::App* const check_it = app.add_subcommand("check-recording", "Judge what was recorded");
  describe_check(*check_it, to_check);
  try {
    app.parse(argc, argv);
  } catch (CLI::ParseError const& e) {
    return e.get_exit_code() == 0 ? app.exit(e) : complain(e.what());
  }
  try {
    if (run_it->parsed()) {
      to_run.colour = ::isatty(STDOUT_FILENO) == 1;
      to_run.program = call_again(to_run);
      return run(to_run);
    }
    if (client_it->parsed()) {
      to_judge.colour = ::isatty(STDOUT_FILENO) == 1;
      to_judge.program = call_again(to_judge);
      return run(to_judge);
    }
    if (init_it->parsed()) {
      if (to_init.file.empty()) to_init.file = "target.toml";
      return run(to_init);
    }
    if (badge_it->parsed()) return run(to_paint);
    if (check_it->parsed()) return run(to_check);
    return list_it->parsed() ? run(to_list) : run(to_cover);
  } catch (std::exception const& e) {
    return complain(e.what());
  }
}

}  // namespace uploadproto::conformance
