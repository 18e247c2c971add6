// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/upload_progress_app.hpp"

#include <uploadproto/contract/upload_progress.hpp>
#include <uploadproto/server.hpp>
#include <uploadproto/session/ticket_office.hpp>
#include <utility>

#include "app/role_sockets.hpp"
#include "http/random_text.hpp"
#include "http/site_settings.hpp"
#include "http/upload_progress_routes.hpp"
#include "logging/log.hpp"
#include "stages/malware_scan.hpp"

namespace uploadproto::reference {
namespace {

using role_type = server<contract::upload_progress>;
using std::chrono::system_clock;

std::shared_ptr<malware_scanner> scanner_of(upload_progress_settings const& s) {
  if (s.clamd.empty()) return {};
  try {
    return make_clamd_scanner({s.clamd});
  } catch (std::invalid_argument const& e) {
    throw invalid_setting("upload_progress.clamd: " + std::string(e.what()));
  }
}

category_rules rules_of(upload_progress_settings const& s) {
  if (s.rules_file.empty()) return {};
  try {
    return category_rules::load(s.rules_file);
  } catch (std::runtime_error const& e) {
    throw invalid_setting("upload_progress.rules_file: " + std::string(e.what()));
  }
}

void check_encoding(std::string const& encoding) {
  try {
    text_decoder const known(encoding);
  } catch (input_error const& e) {
    throw invalid_setting("upload_progress.encoding: " + std::string(e.what()));
  }
}

upload_progress_options options_of(settings const& s) {
  upload_progress_options o{.data_directory = s.data_directory / "upload-progress",
                            .scanner = scanner_of(s.transactions),
                            .rules = rules_of(s.transactions)};
  o.longest_room_wait = s.longest_room_wait;
  o.csv.encoding = s.transactions.encoding;
  check_encoding(o.csv.encoding);
  o.csv.limits.max_rows = s.transactions.max_rows;
  return o;
}

class upload_progress_app final : public site_app {
 public:
  upload_progress_app(boost::asio::io_context& loop, boost::asio::thread_pool& pool, settings const& s)
      : workers_(s.workers),
        role_(loop, role_options(s)),
        service_(options_of(s), [this](std::string const& user, upload_progress_event const& event) {
          publish(user, event);
        }) {
    site_.name = contract::upload_progress::info.name;
    site_.errors = http::error_detail;
    site_.limits = http::limits_from(s.http);
    site_.cross_origin = http::cors{http::allowed_origins(s.http)};
    site_.sockets = sockets_of(role_);
    http::add_upload_progress_routes(site_.routes, service_, sockets_side(), s.transactions.max_upload_bytes,
                                     pool);
  }

  /** Batches end before the role: a worker may publish until then. */
  ~upload_progress_app() override { service_.stop(); }

  bool takes_tokens() const override { return true; }
  void let_in(token_keys const& keys) override {
    // Tickets are for this process alone, so their key is as well; those of others who hold a shared secret
    // are taken.
    using wire::jwt::key;
    auto own = key::from_secret(http::random_hexadecimal(32), wire::jwt::algorithm::hs256,
                                http::random_hexadecimal(8))
                   .value();
    auto accepted = keys.keys;
    if (auto const added = accepted.add(own); !added)
      throw invalid_setting("jwt.jwks_file: " + added.error().message());
    office_ = std::make_unique<session::ticket_office>(
        std::move(own), std::move(accepted), session::ticket_office::options{}, system_clock::now());
    site_.auth.emplace(keys.sessions);
  }

  http::site const& site() const override { return site_; }
  void start() override { service_.start(workers_); }
  void drain(std::chrono::steady_clock::time_point deadline) override { service_.drain(deadline); }
  void close() override { role_.close(); }
  std::size_t sockets() const override { return role_.io().connections(); }

 private:
  role_type::options role_options(settings const& s) {
    role_type::options o;
    o.verify_token = [this](std::string_view ticket) { return office_->redeem(ticket, system_clock::now()); };
    o.find_job = [this](std::string_view batch_id) { return find_batch(std::string{batch_id}); };
    o.log = log_of_sockets;
    if (!s.http.cors_origins.empty()) o.json.origins = http::allowed_origins(s.http);
    o.json.http_timeout = s.http.body_timeout;
    o.json.max_connections = s.http.max_connections;
    return o;
  }

  http::upload_progress_sockets sockets_side() {
    return {.take =
                [this](std::string const& batch_id, std::string const& user) {
                  return role_.admission().take(batch_id, user, std::chrono::steady_clock::now());
                },
            .issue_ticket =
                [this](std::string const& user) { return office_->issue(user, system_clock::now()).value(); },
            .stats = [this] { return stats(); }};
  }

  boost::json::object stats() {
    auto const& counters = role_.io().counters();
    return {
        {"total_connections", role_.io().connections()},       {"unique_users", role_.admission().users()},
        {"active_batches", role_.admission().followed_jobs()}, {"messages_sent", counters.messages_sent},
        {"messages_merged", counters.messages_merged},         {"refused", counters.refused}};
  }

  std::optional<session::job_snapshot> find_batch(std::string const& batch_id) const {
    auto const batch = service_.find_any(batch_id);
    if (!batch) return std::nullopt;
    session::job_snapshot snapshot{batch->user};
    if (batch->latest) snapshot.latest = to_wire(*batch->latest);
    snapshot.ended = batch->ended;
    return snapshot;
  }

  void publish(std::string const& user, upload_progress_event const& event) {
    for (auto const& violation : role_.publish(user, event))
      logging::event(spdlog::level::err, "event_breaks_contract",
                     {{"batch_id", event.batch_id}, {"what", violation.message()}});
    if (event.status != "processing")
      role_.admission().release(event.batch_id, std::chrono::steady_clock::now());
  }

  unsigned workers_;
  std::unique_ptr<session::ticket_office> office_;
  http::site site_;
  mutable role_type role_;
  upload_progress_service service_;
};

}  // namespace

std::unique_ptr<site_app> make_upload_progress_app(app_parts const& parts) {
  return std::make_unique<upload_progress_app>(parts.loop, parts.pool, parts.configuration);
}

}  // namespace uploadproto::reference
