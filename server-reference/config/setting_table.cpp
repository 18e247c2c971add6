// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "config/setting_table.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <type_traits>
#include <utility>

namespace uploadproto::reference {
namespace {

std::string const& text_of(setting_value const& v) {
  if (auto const* text = std::get_if<std::string>(&v.is)) return *text;
  throw invalid_setting("expected text");
}

std::int64_t number_of(setting_value const& v) {
  if (auto const* number = std::get_if<std::int64_t>(&v.is)) return *number;
  auto const* const text = std::get_if<std::string>(&v.is);
  std::int64_t number = 0;
  if (!text || !v.from_command_line) throw invalid_setting("expected a whole number");
  auto const end = text->data() + text->size();
  auto const parsed = std::from_chars(text->data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end)
    throw invalid_setting("expected a whole number, found \"" + *text + "\"");
  return number;
}

std::vector<std::string> list_of(setting_value const& v) {
  if (auto const* list = std::get_if<std::vector<std::string>>(&v.is)) return *list;
  throw invalid_setting("expected an array of texts");
}

using apply_function = std::function<void(settings&, setting_value const&)>;

/** `member`: settings& -> std::string& or std::filesystem::path&. */
template <class Member>
apply_function text(Member member) {
  return [member](settings& s, setting_value const& v) {
    if (text_of(v).empty()) throw invalid_setting("must not be empty");
    member(s) = text_of(v);
  };
}

/** `member`: settings& -> an integer or a duration, whose count is set. */
template <class Member>
apply_function number(Member member, std::int64_t min, std::int64_t max) {
  return [=](settings& s, setting_value const& v) {
    auto const n = number_of(v);
    if (n < min || n > max)
      throw invalid_setting("expected " + std::to_string(min) + " to " + std::to_string(max) + ", found " +
                            std::to_string(n));
    using target = std::remove_reference_t<decltype(member(s))>;
    if constexpr (std::is_integral_v<target>)
      member(s) = static_cast<target>(n);
    else
      member(s) = target{n};
  };
}

/** `set`: (settings&, index of the name that was found). */
template <class Set>
apply_function choice(std::vector<std::string> names, Set set) {
  return [names = std::move(names), set](settings& s, setting_value const& v) {
    auto const found = std::find(names.begin(), names.end(), text_of(v));
    if (found != names.end()) return set(s, names, static_cast<std::size_t>(found - names.begin()));
    std::string expected;
    for (auto const& name : names) expected += (expected.empty() ? "" : ", ") + name;
    throw invalid_setting("expected one of " + expected + ", found \"" + text_of(v) + "\"");
  };
}

/** Takes `NAME=HOST:PORT` entries; the file's `[listen]` table is brought into this form. */
void apply_listen(settings& s, setting_value const& v) {
  for (auto const& entry : list_of(v)) {
    auto const equals = entry.find('=');
    if (equals == std::string::npos || equals == 0)
      throw invalid_setting("expected NAME=HOST:PORT, found \"" + entry + "\"");
    s.listen[entry.substr(0, equals)] = parse_address(std::string_view{entry}.substr(equals + 1));
  }
}

void apply_only(settings& s, setting_value const& v) {
  std::vector<std::string> names;
  for (auto const& entry : list_of(v)) {
    for (std::size_t from = 0; from <= entry.size();) {
      auto const comma = std::min(entry.find(',', from), entry.size());
      names.push_back(entry.substr(from, comma - from));
      from = comma + 1;
    }
  }
  s.only = std::move(names);
}

constexpr std::int64_t day_ms = 24 * 3600 * 1000;

std::vector<setting> make_table() {
  auto const ms = [](auto member) { return number(member, 1, day_ms); };
  return {
      {"data_dir", "--data-dir", "Directory of the database, uploads and reports [uploadproto-data]", false,
       text([](settings & s) -> auto& { return s.data_directory; })},
      {"listen", "--listen", "NAME=HOST:PORT, several times; port 0 takes a free one", true, apply_listen},
      {"only", "--only", "NAME,...: listeners to run, instead of all", true, apply_only},

      {"jwt.secret_file", "--jwt-secret-file",
       "File of the secret that signs tokens [made in the data directory]", false,
       text([](settings & s) -> auto& { return s.tokens.secret_file; })},
      {"jwt.public_key_file", "--jwt-public-key-file", "PEM file of the key that verifies tokens", false,
       text([](settings & s) -> auto& { return s.tokens.public_key_file; })},
      {"jwt.jwks_file", "--jwt-jwks-file", "JWKS file of the keys that verify tokens", false,
       text([](settings & s) -> auto& { return s.tokens.jwks_file; })},
      {"jwt.algorithm", "--jwt-algorithm", "Algorithm of the key [HS256, or what fits the PEM key]", false,
       choice({"HS256", "HS384", "HS512", "RS256", "PS256", "ES256", "EdDSA"},
              [](settings& s, auto const& names, std::size_t i) { s.tokens.algorithm = names[i]; })},
      {"jwt.issuer", "--jwt-issuer", "Demanded issuer of tokens", false,
       text([](settings & s) -> auto& { return s.tokens.issuer; })},
      {"jwt.audience", "--jwt-audience", "Demanded audience of tokens", false,
       text([](settings & s) -> auto& { return s.tokens.audience; })},
      {"jwt.leeway_s", "--jwt-leeway-s", "Allowance for clocks that disagree, 0 to 60 [30]", false,
       number(
           [](settings & s) -> auto& { return s.tokens.leeway; }, 0, 60)},

      {"register.url", "--register-url", "Base URL of the voters' register [in process]", false,
       text([](settings & s) -> auto& { return s.voters.url; })},
      {"register.user", "--register-user", "User at the register", false,
       text([](settings & s) -> auto& { return s.voters.user; })},
      {"register.password_file", "--register-password-file", "File of the password at the register", false,
       text([](settings & s) -> auto& { return s.voters.password_file; })},
      {"register.ca_file", "--register-ca-file", "PEM file of the authorities for an https register", false,
       text([](settings & s) -> auto& { return s.voters.ca_file; })},
      {"register.parallelism", "--register-parallelism", "Look-ups at a time [8]", false,
       number(
           [](settings & s) -> auto& { return s.voters.parallelism; }, 1, 256)},
      {"register.timeout_ms", "--register-timeout-ms", "Time for one look-up [10000]", false,
       ms([](settings & s) -> auto& { return s.voters.timeout; })},
      {"register.retries", "--register-retries", "Further tries of a look-up that failed [3]", false,
       number(
           [](settings & s) -> auto& { return s.voters.retries; }, 0, 100)},
      {"register.hourly_limit", "--register-hourly-limit", "Look-ups an hour, 0 for no limit [10000]", false,
       number(
           [](settings & s) -> auto& { return s.voters.hourly_limit; }, 0, 1'000'000'000)},
      {"register.at_limit", "--register-at-limit", "wait or fail when the hourly limit is used up [wait]",
       false,
       choice({"wait", "fail"},
              [](settings& s, auto const&, std::size_t i) { s.voters.at_limit = static_cast<at_limit>(i); })},
      {"register.data_file", "--register-data-file",
       "CSV of the register in process [ships with the program]", false,
       text([](settings & s) -> auto& { return s.voters.data_file; })},

      {"upload_progress.clamd", "--clamd",
       "unix:/PATH or tcp:HOST:PORT of the malware scanner of transactions [built-in checks]", false,
       text([](settings & s) -> auto& { return s.transactions.clamd; })},
      {"upload_progress.rules_file", "--category-rules",
       "TOML file of rules by which transactions are categorised first", false,
       text([](settings & s) -> auto& { return s.transactions.rules_file; })},
      {"upload_progress.encoding", "--csv-encoding",
       "Encoding of transactions without a byte order mark [UTF-8]", false,
       text([](settings & s) -> auto& { return s.transactions.encoding; })},
      {"upload_progress.max_upload_bytes", "--max-csv-bytes", "Largest file of transactions [10485760]",
       false,
       number(
           [](settings & s) -> auto& { return s.transactions.max_upload_bytes; }, 1, std::int64_t{1} << 40)},
      {"upload_progress.max_rows", "--max-csv-rows", "Most rows of a file of transactions [1000000]", false,
       number(
           [](settings & s) -> auto& { return s.transactions.max_rows; }, 1, 1'000'000'000)},
      {"file_upload.templates", "--templates",
       "Directory of templates, a JSON file each, beside those of the program [none]", false,
       text([](settings & s) -> auto& { return s.files.templates; })},
      {"file_upload.max_upload_bytes", "--max-file-bytes", "Largest file for a template [10485760]", false,
       number(
           [](settings & s) -> auto& { return s.files.max_upload_bytes; }, 1, std::int64_t{1} << 40)},
      {"file_upload.max_rows", "--max-file-rows", "Most rows of a file for a template [100000]", false,
       number(
           [](settings & s) -> auto& { return s.files.max_rows; }, 1, 1'000'000'000)},

      {"jobs.workers", "--workers", "Jobs worked on at a time [1]", false,
       number(
           [](settings & s) -> auto& { return s.workers; }, 1, 64)},
      {"jobs.retention_days", "--retention-days",
       "Days for which files and reports of ended jobs are kept, 0 for ever [30]", false,
       number(
           [](settings & s) -> auto& { return s.retention; }, 0, 36'500)},
      {"jobs.room_wait_ms", "--room-wait-ms",
       "Longest pause before a job tries again whether a full disk has room [30000]", false,
       ms([](settings & s) -> auto& { return s.longest_room_wait; })},

      {"broker.url", "--broker", "embedded, or kafka://HOST:PORT/TOPIC for Apache Kafka [embedded]", false,
       [](settings& s, setting_value const& v) { s.broker = parse_broker(text_of(v)); }},

      {"scenario", "--scenario",
       "Play this instead of working on uploads: a TOML file, or flaky-network, stalls-then-fails, "
       "noisy-events, "
       "refused-tickets, wrong-payloads, failed-batch",
       false, text([](settings & s) -> auto& { return s.scenario; })},

      {"http.max_upload_bytes", "--max-upload-bytes", "Largest file [52428800]", false,
       number(
           [](settings & s) -> auto& { return s.http.max_upload_bytes; }, 1, std::int64_t{1} << 40)},
      {"http.max_header_bytes", "--max-header-bytes", "Largest request header [16384]", false,
       number(
           [](settings & s) -> auto& { return s.http.max_header_bytes; }, 1024, 1024 * 1024)},
      {"http.max_connections", "--max-connections", "Connections a listener, and sockets a protocol [20000]",
       false,
       number(
           [](settings & s) -> auto& { return s.http.max_connections; }, 1, 10'000'000)},
      {"http.header_timeout_ms", "--header-timeout-ms", "Time for a request's header [10000]", false,
       ms([](settings & s) -> auto& { return s.http.header_timeout; })},
      {"http.keep_alive_timeout_ms", "--keep-alive-timeout-ms", "Time between requests [75000]", false,
       ms([](settings & s) -> auto& { return s.http.keep_alive_timeout; })},
      {"http.body_timeout_ms", "--body-timeout-ms", "Time for every 64 KiB that come in [30000]", false,
       ms([](settings & s) -> auto& { return s.http.body_timeout; })},
      {"http.write_timeout_ms", "--write-timeout-ms", "Time for every piece that goes out [30000]", false,
       ms([](settings & s) -> auto& { return s.http.write_timeout; })},
      {"http.linger_timeout_ms", "--linger-timeout-ms", "Time for a refused sender to read why [30000]",
       false, ms([](settings & s) -> auto& { return s.http.linger_timeout; })},
      {"http.cors_origins", "--cors-origin",
       "Origin whose pages may use the server, several times; * for all [none]", true,
       [](settings& s, setting_value const& v) { s.http.cors_origins = list_of(v); }},

      {"web.dev_login", "--dev-login",
       "Whether the page signs anybody in: loopback (if it can be reached from this machine alone), on, off "
       "[loopback]",
       false,
       choice({"loopback", "on", "off"},
              [](settings& s, auto const&, std::size_t i) { s.web.dev_login = static_cast<dev_login>(i); })},

      {"log.format", "--log-format", "text or json [text]", false,
       choice({"text", "json"},
              [](settings& s, auto const& names, std::size_t i) { s.log_format = names[i]; })},
      {"log.level", "--log-level", "debug, info, warn, error or off [info]", false,
       choice({"debug", "info", "warn", "error", "off"},
              [](settings& s, auto const& names, std::size_t i) { s.log_level = names[i]; })},
      {"shutdown_timeout_ms", "--shutdown-timeout-ms", "Time to finish after SIGTERM [10000]", false,
       number(
           [](settings & s) -> auto& { return s.shutdown_timeout; }, 0, day_ms)},
  };
}

}  // namespace

std::span<setting const> setting_table() {
  static auto const table = make_table();
  return table;
}

}  // namespace uploadproto::reference
