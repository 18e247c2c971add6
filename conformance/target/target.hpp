// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_TARGET_TARGET_HPP
#define UPLOADPROTO_CONFORMANCE_TARGET_TARGET_HPP

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "probe/http_probe.hpp"
#include "probe/socketio_probe.hpp"
#include "protocols/protocol_face.hpp"

namespace uploadproto::conformance {

/** A setting that cannot be used: one sentence that says where, what and what was expected. */
class bad_target : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/** Where tokens come from: exactly one of the three. */
struct token_source {
  std::string secret;                         ///< signs HS256; any user, and hostile tokens too
  std::map<std::string, std::string> fixed;   ///< `alice` and `bob` → token
  std::string command;                        ///< prints a token; `{user}` stands for the user
  std::map<std::string, std::string> claims;  ///< besides `sub` and `exp`, for those that are signed here
};

/** What a file for an upload is to show. */
enum class sample_kind : std::uint8_t { good, bad_row, failing, infected, slow };
std::string_view name_of(sample_kind) noexcept;

/** A way to make the server under test do something. */
struct request_recipe {
  std::string method = "POST";
  std::string path;       ///< or a whole URL; empty: there is none
  http_fields headers{};  ///< besides `Authorization`
  std::string pointer;    ///< JSON pointer to what is wanted in the answer
  std::string command;    ///< in its place: prints what is wanted; `{token}`, `{job_id}`, `{file}`
};

/** How uploads are made. */
struct upload_recipe {
  request_recipe request;
  std::string field = "file";
  http_fields form{};        ///< other fields
  std::string job_id_field;  ///< of an id that the client chooses; empty: it cannot
};

/** One protocol of the implementation under test. */
struct protocol_target {
  protocol_face const* face = nullptr;
  std::string url, rest_url;
  upload_recipe upload;
  request_recipe send, ticket, cancel, report, status;
  std::map<sample_kind, std::filesystem::path> samples;  ///< in the place of the suite's own
  std::set<sample_kind> no_samples;                      ///< the implementation has no use for them
  std::optional<std::chrono::seconds> heartbeat, idle;   ///< where they are not the protocol's own
  std::set<std::string, std::less<>> lacks;              ///< features that it does not have: `polling`, …

  std::string_view name() const noexcept { return face->name(); }
};

/** The implementation under test. */
struct target {
  std::string name = "reference server";
  bool reference = true;  ///< what is promised of the reference server alone (ref) is asked of it
  std::chrono::milliseconds patience{20'000};  ///< longest wait for something that must come
  /** By which clients of Socket.IO come in where a case does not say. */
  conformance::transport transport = transport::websocket;
  token_source tokens;
  std::vector<protocol_target> protocols;

  protocol_target const* find(std::string_view protocol) const noexcept;
};

/** The reference server on its documented ports: all that is in the contract. It has no secret yet. */
target default_target();

/** Reads a TOML file over the defaults; a protocol without a section is not part of the target. Paths are
    relative to the file. @throws bad_target */
target read_target(std::filesystem::path const&);

/** What `init` writes: every setting with its default, commented. */
std::string commented_target();

}  // namespace uploadproto::conformance

#endif
