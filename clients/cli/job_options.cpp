// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job_options.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <set>

#include "cli/duration.hpp"
#include "cli/exit_code.hpp"
#include "cli/job/job_request.hpp"
#include "cli/job/messages.hpp"
#include "cli/job/protocols.hpp"

namespace uploadproto::cli {
namespace {

server_url local_server(std::uint16_t port) {
  server_url url;
  url.host = "127.0.0.1";
  url.port = std::to_string(port);
  return url;
}

server_url url_option(std::string const& option, std::string const& text) {
  auto const url = parse_server_url(text);
  if (!url) refuse(option + ": '" + text + "' is no URL such as http://127.0.0.1:5000");
  return *url;
}

server_url upload_server(raw_options const& raw, job_command const& c) {
  return raw.upload_server.empty() ? rest_server(c.server, c.protocol->rest)
                                   : url_option("--upload-server", raw.upload_server);
}

token_choice read_token(raw_options const& raw, contract::protocol_info const& protocol) {
  token_choice choice{raw.token, raw.token_file, raw.user, {}};
  if (!choice.given() && protocol.auth.required)
    refuse("who are you? Give --token, --token-file, or --user with --secret-file");
  if (!choice.user.empty()) choice.secret_file = secret_file_of(raw);
  if (choice.user.empty() && !raw.secret_file.empty()) refuse("--secret-file needs --user");
  return choice;
}

/** What all three have. */
job_command read_common(raw_options const& raw) {
  job_command c;
  c.protocol = find_protocol(raw.protocol);
  if (!c.protocol) refuse("--protocol: '" + raw.protocol + "' is none of " + protocol_names());
  c.server = raw.server.empty() ? local_server(c.protocol->default_port) : url_option("--server", raw.server);
  c.upload_server = upload_server(raw, c);
  c.token = read_token(raw, *c.protocol);
  c.ca_file = raw.ca_file;
  c.timeout = duration_option("--timeout", raw.timeout);
  c.json = raw.json;
  c.colour = !raw.no_color;
  c.follow = !raw.no_wait;
  c.cancel_on_interrupt = raw.cancel_on_interrupt;
  c.report_file = raw.report;
  if (!raw.report.empty() && c.protocol->rest.report_path.empty())
    refuse("--report: the protocol " + raw.protocol + " has no reports");
  if (c.cancel_on_interrupt && c.protocol->rest.cancel_path.empty())
    refuse("--cancel-on-interrupt: the protocol " + raw.protocol + " cannot cancel");
  return c;
}

std::string template_of(raw_options const& raw, contract::protocol_info const& protocol) {
  bool const wanted = !contract::place_in(protocol.rest.upload_path).empty();
  if (wanted && raw.template_name.empty())
    refuse("--template is missing: the protocol " + raw.protocol + " loads a file through a template");
  if (!wanted && !raw.template_name.empty())
    refuse("--template: the protocol " + raw.protocol + " has no templates");
  return raw.template_name;
}

/** How many files at a time: as many as asked for, and no more than a user may have connections. */
std::size_t parallel_option(raw_options const& raw, contract::protocol_info const& protocol) {
  std::size_t count = 0;
  char const* const end = raw.parallel.data() + raw.parallel.size();
  auto const [rest, error] = std::from_chars(raw.parallel.data(), end, count);
  if (error != std::errc() || rest != end || count == 0)
    refuse("--parallel: '" + raw.parallel + "' is no number of files from 1");
  return std::min(count, protocol.limits.max_connections_per_user.value_or(count));
}

/** `members-report.xlsx` of `members.xlsx`, in the directory that --report names. */
std::filesystem::path report_beside(std::filesystem::path const& folder, std::filesystem::path const& file) {
  return folder / (file.stem().string() + "-report" + file.extension().string());
}

void make_report_folder(std::filesystem::path const& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!std::filesystem::is_directory(folder, error))
    refuse("--report: with several files it names a directory, and " + folder.string() + " cannot be one");
}

command several_uploads(raw_options const& raw, job_command const& common) {
  upload_command c;
  c.parallel = parallel_option(raw, *common.protocol);
  std::set<std::filesystem::path> reports;
  for (std::string const& name : raw.subjects) {
    job_command job = common;
    job.file = name;
    if (!raw.report.empty()) {
      job.report_file = report_beside(raw.report, job.file);
      if (!reports.insert(job.report_file).second)
        refuse("--report: two files are called " + job.file.filename().string() +
               ", and their reports would be as well");
    }
    c.jobs.push_back(std::move(job));
  }
  if (!raw.report.empty()) make_report_folder(raw.report);
  return c;
}

}  // namespace

void refuse(std::string const& sentence) {
  throw failure(exit_code::usage, sentence);
}

std::filesystem::path secret_file_of(raw_options const& raw) {
  if (!raw.secret_file.empty()) return raw.secret_file;
  char const* named = std::getenv("UPLOADPROTO_SECRET_FILE");
  return named && *named ? named : "uploadproto-data/jwt-secret";
}

std::chrono::milliseconds duration_option(std::string const& option, std::string const& text) {
  auto const duration = parse_duration(text);
  if (!duration || duration->count() == 0)
    refuse(option + ": '" + text + "' is no duration such as 30s, 15m or 24h");
  return *duration;
}

command read_upload(raw_options const& raw) {
  job_command c = read_common(raw);
  if (c.protocol->rest.upload_path.empty()) refuse("the protocol " + raw.protocol + " takes no uploads");
  for (std::string const& name : raw.subjects)
    if (name.empty()) refuse("a file's name is empty");
  c.template_name = template_of(raw, *c.protocol);
  if (raw.subjects.size() > 1) return several_uploads(raw, c);
  parallel_option(raw, *c.protocol);
  c.file = raw.subjects.front();
  return c;
}

command read_watch(raw_options const& raw) {
  job_command c = read_common(raw);
  if (raw.subjects.empty()) {
    if (!c.protocol->broadcast)
      refuse("whose job? The protocol " + raw.protocol + " shows one job at a time: give its id");
    return stream_command{std::move(c)};
  }
  c.job_id = raw.subjects.front();
  if (c.job_id.empty()) refuse("the job's id is empty");
  return c;
}

command read_send(raw_options const& raw) {
  job_command c = read_common(raw);
  if (c.protocol->rest.send_path.empty())
    refuse("the protocol " + raw.protocol + " takes no single messages; see --protocol");
  if (raw.subjects.size() == 1 && raw.subjects.front() == "-")
    c.messages_from_stdin = true;
  else
    c.messages = checked_messages(raw.subjects);
  return c;
}

}  // namespace uploadproto::cli
