// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/exit_code.hpp"
#include "cli/help_texts.hpp"
#include "cli/job/protocols.hpp"
#include "cli/job_options.hpp"
#include "cli/schema/schema_formats.hpp"

namespace uploadproto::cli {
namespace {

/** CLI11's sentences, on one line and with a full stop to look at. */
std::string one_sentence(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

void add_secret_option(CLI::App& app, raw_options& raw) {
  app.add_option(
      "--secret-file", raw.secret_file,
      "File of the secret that signs tokens [$UPLOADPROTO_SECRET_FILE, else uploadproto-data/jwt-secret]");
}

void add_token_options(CLI::App& app, raw_options& raw) {
  auto* token = app.add_option("--token", raw.token, "Token that says who you are (JWT)");
  auto* token_file = app.add_option("--token-file", raw.token_file,
                                    "File that holds the token, read anew for each connection");
  auto* user = app.add_option("--user", raw.user, "Sign a token for this user with the secret file");
  token->excludes(token_file)->excludes(user);
  token_file->excludes(user);
  add_secret_option(app, raw);
}

/** What every command that talks to a server has. */
void add_common_options(CLI::App& app, raw_options& raw) {
  app.add_option("--protocol", raw.protocol, "Protocol of the server: " + protocol_names())
      ->capture_default_str();
  app.add_option("--server", raw.server, "URL of the server [http://127.0.0.1 and the protocol's port]");
  app.add_option("--upload-server", raw.upload_server,
                 "URL of the REST interface where that is a server of its own "
                 "[the server, at the port that the protocol has for it: " +
                     protocol_names([](auto const& p) { return p.rest.port != 0; }) + "]");
  add_token_options(app, raw);
  app.add_option("--ca-file", raw.ca_file,
                 "PEM file of the authorities that https servers are trusted by [the system's]");
  app.add_option("--timeout", raw.timeout,
                 "How long to wait for an answer, or for a lost connection to come back")
      ->capture_default_str();
  app.add_flag("--json", raw.json, "One JSON object a line on stdout");
  app.add_flag("--no-color", raw.no_color, "No colours (so does $NO_COLOR)");
}

void add_job_options(CLI::App& app, raw_options& raw) {
  add_common_options(app, raw);
  app.add_option("--report", raw.report,
                 "Fetch the finished job's report into this file; of several files: into this directory");
  app.add_flag("--cancel-on-interrupt", raw.cancel_on_interrupt, "Ctrl-C cancels the job");
}

void add_token(CLI::App& app, raw_options& raw) {
  app.add_option("--user", raw.user, "The user's id")->required();
  add_secret_option(app, raw);
  app.add_option("--ttl", raw.ttl, "How long it is valid: 30s, 15m, 24h, 7d")->capture_default_str();
  app.footer(help_texts::token);
}

void add_upload(CLI::App& app, raw_options& raw) {
  app.add_option("file", raw.subjects, "The file, or several")->required();
  add_job_options(app, raw);
  app.add_option("--template", raw.template_name,
                 "Template that the file is loaded through: " + protocol_names([](auto const& p) {
                   return !contract::place_in(p.rest.upload_path).empty();
                 }));
  app.add_option("--parallel", raw.parallel, "How many files at a time")->capture_default_str();
  app.footer(help_texts::upload);
}

void add_watch(CLI::App& app, raw_options& raw) {
  app.add_option("job", raw.subjects, "The job's id; none: every event of a server that tells them all")
      ->expected(0, 1);
  add_job_options(app, raw);
  app.footer(help_texts::watch);
}

void add_send(CLI::App& app, raw_options& raw) {
  app.add_option("message", raw.subjects, "The message, a JSON object, or several; -: one a line of stdin")
      ->required();
  add_common_options(app, raw);
  app.add_flag("--no-wait", raw.no_wait, "Only send: do not wait for what becomes of it");
  app.footer(help_texts::send);
}

void add_schema(CLI::App& app, schema_command& schema) {
  std::vector<std::string> formats;
  for (schema_format const& f : schema_formats()) formats.emplace_back(f.name);
  app.add_option("--format", schema.format, "In which form")->required()->check(CLI::IsMember(formats));
  app.add_option("--protocol", schema.protocols,
                 "Only this one; may be given several times: " + protocol_names());
  app.footer(help_texts::schema);
}

schema_command checked(schema_command schema) {
  for (std::string const& name : schema.protocols)
    if (!find_protocol(name)) refuse("--protocol " + name + ": expected one of " + protocol_names());
  return schema;
}

token_command read_token_command(raw_options const& raw) {
  if (raw.user.empty()) refuse("--user is empty");
  auto const ttl = duration_option("--ttl", raw.ttl);
  if (ttl < std::chrono::seconds(1)) refuse("--ttl: a token lasts a second or more");
  return {raw.user, secret_file_of(raw), ttl};
}

}  // namespace

command parse_command_line(std::vector<std::string> const& arguments) {
  CLI::App app(help_texts::program, "uploadproto");
  app.footer(help_texts::program_examples);
  app.set_version_flag("--version", UPLOADPROTO_VERSION);
  app.require_subcommand(1);

  raw_options token, upload, watch, send;
  auto* token_app =
      app.add_subcommand("token", "Print a token for a user, signed with the server's secret (HS256)");
  add_token(*token_app, token);
  auto* upload_app = app.add_subcommand("upload", "Upload files and follow their jobs until they end");
  add_upload(*upload_app, upload);
  auto* watch_app =
      app.add_subcommand("watch", "Follow a job until it ends; a job that has ended is reported");
  add_watch(*watch_app, watch);
  auto* send_app = app.add_subcommand("send", "Send single messages and follow each to its end");
  add_send(*send_app, send);
  schema_command schema;
  auto* schema_app =
      app.add_subcommand("schema", "Print the contract: schemas, types for other languages, tables");
  add_schema(*schema_app, schema);

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

  if (schema_app->parsed()) return checked(std::move(schema));
  if (token_app->parsed()) return read_token_command(token);
  if (upload_app->parsed()) return read_upload(upload);
  return watch_app->parsed() ? read_watch(watch) : read_send(send);
}

}  // namespace uploadproto::cli
