// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "cli/duration.hpp"
#include "cli/exit_code.hpp"
#include "cli/job/protocols.hpp"

namespace uploadproto::cli {
namespace {

constexpr char const* program_help =
    "Uploads files and follows their processing, live.\n"
    "Exit codes: 0 completed, 1 job failed, 2 usage, 3 cannot connect, 4 refused, 130 interrupted.";

constexpr char const* program_examples = R"(Examples:
  uploadproto token --user ann --secret-file secret
  uploadproto upload members.xlsx --server http://127.0.0.1:5000 --token-file token --report report.xlsx
  uploadproto watch job-1732531200000-1234 --server https://example.org --user ann --secret-file secret
)";

constexpr char const* token_examples = R"(Example:
  TOKEN=$(uploadproto token --user ann --secret-file uploadproto-data/jwt-secret --ttl 24h)
)";

constexpr char const* upload_examples = R"(Examples:
  uploadproto upload members.xlsx --user ann
  uploadproto upload members.xlsx --server https://example.org --token-file token --report report.xlsx
  uploadproto upload members.xlsx --token "$TOKEN" --json | jq -c .data
  uploadproto upload members.xlsx --token "$TOKEN" --cancel-on-interrupt

Without --cancel-on-interrupt, Ctrl-C leaves the job running and says how to watch it; with it, the first Ctrl-C
cancels the job and the second leaves at once.
)";

constexpr char const* watch_examples = R"(Examples:
  uploadproto watch job-1732531200000-1234 --user ann
  uploadproto watch job-1732531200000-1234 --server https://example.org --token "$TOKEN" --report report.xlsx
)";

[[noreturn]] void refuse(std::string const& sentence) {
  throw failure(exit_code::usage, sentence);
}

/** CLI11's sentences, on one line and with a full stop to look at. */
std::string one_sentence(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::filesystem::path secret_file(std::string const& given) {
  if (!given.empty()) return given;
  char const* named = std::getenv("UPLOADPROTO_SECRET_FILE");
  return named && *named ? named : "uploadproto-data/jwt-secret";
}

std::chrono::milliseconds duration_option(std::string const& option, std::string const& text) {
  auto const duration = parse_duration(text);
  if (!duration || duration->count() == 0)
    refuse(option + ": '" + text + "' is no duration such as 30s, 15m or 24h");
  return *duration;
}

/** The texts of one subcommand's options, as they were typed. */
struct raw_options {
  std::string subject;  // file or job id
  std::string protocol = "bulk_upload", server, token, token_file, user, secret_file, ca_file, report;
  std::string timeout = "30s", ttl = "24h";
  bool json = false, no_color = false, cancel_on_interrupt = false;
};

void add_secret_option(CLI::App& app, raw_options& raw) {
  app.add_option(
      "--secret-file", raw.secret_file,
      "File of the secret that signs tokens [$UPLOADPROTO_SECRET_FILE, else uploadproto-data/jwt-secret]");
}

void add_job_options(CLI::App& app, raw_options& raw) {
  app.add_option("--protocol", raw.protocol, "Protocol of the server: " + protocol_names())
      ->capture_default_str();
  app.add_option("--server", raw.server, "URL of the server [http://127.0.0.1 and the protocol's port]");
  auto* token = app.add_option("--token", raw.token, "Token that says who you are (JWT)");
  auto* token_file = app.add_option("--token-file", raw.token_file,
                                    "File that holds the token, read anew for each connection");
  auto* user = app.add_option("--user", raw.user, "Sign a token for this user with the secret file");
  token->excludes(token_file)->excludes(user);
  token_file->excludes(user);
  add_secret_option(app, raw);
  app.add_option("--ca-file", raw.ca_file,
                 "PEM file of the authorities that https servers are trusted by [the system's]");
  app.add_option("--report", raw.report, "Fetch the finished job's report into this file");
  app.add_option("--timeout", raw.timeout,
                 "How long to wait for an answer, or for a lost connection to come back")
      ->capture_default_str();
  app.add_flag("--json", raw.json, "One JSON object a line on stdout");
  app.add_flag("--no-color", raw.no_color, "No colours (so does $NO_COLOR)");
  app.add_flag("--cancel-on-interrupt", raw.cancel_on_interrupt, "Ctrl-C cancels the job");
}

token_command read_token_command(raw_options const& raw) {
  if (raw.user.empty()) refuse("--user is empty");
  auto const ttl = duration_option("--ttl", raw.ttl);
  if (ttl < std::chrono::seconds(1)) refuse("--ttl: a token lasts a second or more");
  return {raw.user, secret_file(raw.secret_file), ttl};
}

server_url read_server(raw_options const& raw, contract::protocol_info const& protocol) {
  std::string const text =
      raw.server.empty() ? "http://127.0.0.1:" + std::to_string(protocol.default_port) : raw.server;
  auto const url = parse_server_url(text);
  if (!url) refuse("--server: '" + text + "' is no URL such as http://127.0.0.1:5000");
  return *url;
}

token_choice read_token(raw_options const& raw, contract::protocol_info const& protocol) {
  token_choice choice{raw.token, raw.token_file, raw.user, {}};
  bool const none = choice.token.empty() && choice.token_file.empty() && choice.user.empty();
  if (none && protocol.auth.required)
    refuse("who are you? Give --token, --token-file, or --user with --secret-file");
  if (!choice.user.empty()) choice.secret_file = secret_file(raw.secret_file);
  if (choice.user.empty() && !raw.secret_file.empty()) refuse("--secret-file needs --user");
  return choice;
}

job_command read_job_command(raw_options const& raw) {
  job_command c;
  c.protocol = find_protocol(raw.protocol);
  if (!c.protocol) refuse("--protocol: '" + raw.protocol + "' is none of " + protocol_names());
  c.server = read_server(raw, *c.protocol);
  c.token = read_token(raw, *c.protocol);
  c.ca_file = raw.ca_file;
  c.report_file = raw.report;
  c.timeout = duration_option("--timeout", raw.timeout);
  c.json = raw.json;
  c.colour = !raw.no_color;
  c.cancel_on_interrupt = raw.cancel_on_interrupt;
  if (!c.report_file.empty() && c.protocol->rest.report_path.empty())
    refuse("--report: the protocol " + raw.protocol + " has no reports");
  if (c.cancel_on_interrupt && c.protocol->rest.cancel_path.empty())
    refuse("--cancel-on-interrupt: the protocol " + raw.protocol + " cannot cancel");
  return c;
}

}  // namespace

command parse_command_line(std::vector<std::string> const& arguments) {
  CLI::App app(program_help, "uploadproto");
  app.footer(program_examples);
  app.set_version_flag("--version", UPLOADPROTO_VERSION);
  app.require_subcommand(1);

  raw_options token, upload, watch;
  auto* token_app =
      app.add_subcommand("token", "Print a token for a user, signed with the server's secret (HS256)");
  token_app->add_option("--user", token.user, "The user's id")->required();
  add_secret_option(*token_app, token);
  token_app->add_option("--ttl", token.ttl, "How long it is valid: 30s, 15m, 24h, 7d")->capture_default_str();
  token_app->footer(token_examples);

  auto* upload_app = app.add_subcommand("upload", "Upload a file and follow its job until it ends");
  upload_app->add_option("file", upload.subject, "The file")->required();
  add_job_options(*upload_app, upload);
  upload_app->footer(upload_examples);

  auto* watch_app =
      app.add_subcommand("watch", "Follow a job until it ends; a job that has ended is reported");
  watch_app->add_option("job", watch.subject, "The job's id")->required();
  add_job_options(*watch_app, watch);
  watch_app->footer(watch_examples);

  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (CLI::CallForHelp const&) {
    return print_text{app.help()};  // of the subcommand that was named
  } catch (CLI::CallForVersion const& version) {
    return print_text{std::string(version.what()) + "\n"};
  } catch (CLI::ParseError const& error) {
    refuse(one_sentence(error.what()));
  }

  if (token_app->parsed()) return read_token_command(token);
  bool const uploads = upload_app->parsed();
  job_command c = read_job_command(uploads ? upload : watch);
  if (uploads) {
    c.file = upload.subject;
    if (c.protocol->rest.upload_path.empty()) refuse("the protocol " + upload.protocol + " takes no uploads");
  } else {
    c.job_id = watch.subject;
    if (c.job_id.empty()) refuse("the job's id is empty");
  }
  return c;
}

}  // namespace uploadproto::cli
