// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_CONFIG_SETTINGS_HPP
#define UPLOADPROTO_REFERENCE_CONFIG_SETTINGS_HPP

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace uploadproto::reference {

/** A setting that cannot be used; the message is one sentence for the user and says where it stands. Exit 2.
 */
class invalid_setting : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/** `HOST:PORT`; an IPv6 address stands in brackets. Port 0 takes a free one. */
struct address {
  std::string host;
  std::uint16_t port = 0;

  friend bool operator==(address const&, address const&) = default;
};

/** @throws invalid_setting */
address parse_address(std::string_view text);
std::string to_string(address const& a);

/** How tokens are verified (JW). Without any key file a random secret is made in the data directory. */
struct token_settings {
  std::filesystem::path secret_file{};
  std::filesystem::path public_key_file{};  ///< PEM
  std::filesystem::path jwks_file{};
  std::string algorithm{};           ///< of the secret or PEM key; empty: the default of its kind
  std::string issuer{}, audience{};  ///< empty: not checked
  std::chrono::seconds leeway{30};
};

/** What the job of a bulk upload does when the register's hourly limit is used up (BU-P3). */
enum class at_limit : unsigned char { wait, fail };

/** Where ID numbers are looked up (BU-P3): in process, or over HTTP if there is a URL. */
struct register_settings {
  std::string url;
  std::string user;
  std::filesystem::path password_file;
  std::filesystem::path ca_file;  ///< PEM of the authorities that https is verified by; empty: the system's
  unsigned parallelism = 8;
  std::chrono::milliseconds timeout{10'000};
  unsigned retries = 3;
  std::uint64_t hourly_limit = 10'000;
  reference::at_limit at_limit = reference::at_limit::wait;
  std::filesystem::path
      data_file;  ///< CSV of the embedded register; empty: the one that ships with the program
};

/** Where consumer events' messages travel (CE-P1): through the log in the data directory, or Apache Kafka. */
struct broker_settings {
  std::string kafka_servers{};  ///< `HOST:PORT`, several with commas; empty: the log in the data directory
  std::string topic = "orders";

  friend bool operator==(broker_settings const&, broker_settings const&) = default;
};

/** `embedded`, or `kafka://HOST:PORT[,HOST:PORT…]/TOPIC`. @throws invalid_setting */
broker_settings parse_broker(std::string_view text);

/** The upload of transactions (UP-P). */
struct upload_progress_settings {
  std::string clamd;                 ///< `unix:/PATH` or `tcp:HOST:PORT`; empty: the built-in checks
  std::filesystem::path rules_file;  ///< TOML, of category_rules
  std::string encoding;              ///< of files without a byte order mark; empty: UTF-8
  std::uint64_t max_upload_bytes = 10ull * 1024 * 1024;
  std::uint64_t max_rows = 1'000'000;
};

/** The upload of files through templates (FU-P). */
struct file_upload_settings {
  std::filesystem::path templates;  ///< directory of JSON files beside those that ship with the program
  std::uint64_t max_upload_bytes = 10ull * 1024 * 1024;  // FU-H1
  std::uint64_t max_rows = 100'000;
};

struct http_settings {
  std::size_t max_header_bytes = 16 * 1024;
  std::size_t max_connections = 20'000;  ///< a listener; and sockets, polling sessions too, a protocol
  std::chrono::milliseconds header_timeout{10'000};
  std::chrono::milliseconds keep_alive_timeout{75'000};
  std::chrono::milliseconds body_timeout{30'000};   ///< for every 64 KiB
  std::chrono::milliseconds write_timeout{30'000};  ///< for every piece
  std::chrono::milliseconds linger_timeout{30'000};
  std::uint64_t max_upload_bytes = 50ull * 1024 * 1024;
  std::vector<std::string> cors_origins;
  std::vector<std::string>
      page_origins{};  ///< of the server's own page, which are no setting: allowed as well
};

/** Whether the page gives tokens to whoever asks (`web.dev_login`). */
enum class dev_login : unsigned char { loopback, on, off };

/** The page. */
struct web_settings {
  reference::dev_login dev_login = reference::dev_login::loopback;
};

/** Everything that can be set. The defaults need no file, no flag and no service. */
struct settings {
  std::filesystem::path data_directory = "uploadproto-data";
  std::map<std::string, address> listen;  ///< by listener name
  std::optional<std::vector<std::string>> only;
  token_settings tokens;
  register_settings voters;
  broker_settings broker;
  upload_progress_settings transactions;
  file_upload_settings files;
  http_settings http;
  web_settings web;
  std::string scenario{};  ///< a file, or the name of one that ships; empty: the pipelines are run
  unsigned workers = 1;
  std::chrono::days retention{30};                      ///< of ended jobs' files; 0: for ever
  std::chrono::milliseconds longest_room_wait{30'000};  ///< between a job's tries while the disk is full
  std::chrono::milliseconds shutdown_timeout{10'000};
  std::string log_format = "text";
  std::string log_level = "info";
};

}  // namespace uploadproto::reference

#endif
