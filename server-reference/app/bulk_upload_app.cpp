// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/bulk_upload_app.hpp"

#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/server.hpp>
#include <utility>
#include <variant>

#include "app/register_source.hpp"
#include "app/role_sockets.hpp"
#include "http/bulk_upload_routes.hpp"
#include "http/site_settings.hpp"
#include "logging/log.hpp"
#include "pipelines/bulk_upload_service.hpp"

namespace uploadproto::reference {
namespace {

using role_type = server<contract::bulk_upload>;

class bulk_upload_app final : public site_app {
 public:
  bulk_upload_app(boost::asio::io_context& loop, boost::asio::thread_pool& pool, settings const& s)
      : workers_(s.workers),
        role_(loop, role_options(s)),
        service_({.data_directory = s.data_directory,
                  .lookup = make_register_lookup(s.voters),
                  .retention = s.retention,
                  .longest_room_wait = s.longest_room_wait},
                 [this](std::string const& user, bulk_upload_event const& event) { publish(user, event); }) {
    site_.name = "bulk_upload";
    site_.limits = http::limits_from(s.http);
    site_.cross_origin = http::cors{http::allowed_origins(s.http)};
    site_.sockets = sockets_of(role_);
    http::add_bulk_upload_routes(site_.routes, service_, {.max_file_bytes = s.http.max_upload_bytes}, pool);
  }

  /** Jobs end before the role: a worker may publish until then. */
  ~bulk_upload_app() override { service_.stop(); }

  bool takes_tokens() const override { return true; }
  void let_in(token_keys const& keys) override {
    verifier_ = keys.sessions;
    site_.auth.emplace(keys.sessions);
  }

  http::site const& site() const override { return site_; }
  void start() override { service_.start(workers_); }
  void drain(std::chrono::steady_clock::time_point deadline) override { service_.drain(deadline); }
  void close() override { role_.close(); }
  std::size_t sockets() const override { return role_.io().engine().connections(); }

 private:
  role_type::options role_options(settings const& s) {
    role_type::options o;
    o.verify_token = [this](std::string_view token) -> result<std::string> {
      auto claims = verifier_->verify(token, std::chrono::system_clock::now());
      if (!claims) return claims.error();
      return std::move(claims->user_id);
    };
    o.find_job = [this](std::string_view job_id) { return find_job(std::string{job_id}); };
    o.log = log_of_sockets;
    o.socketio.engine.cors_origins = http::allowed_origins(s.http);
    o.socketio.engine.http_timeout = s.http.body_timeout;
    o.socketio.engine.max_connections = s.http.max_connections;
    return o;
  }

  std::optional<session::job_snapshot> find_job(std::string const& job_id) const {
    auto const job = service_.find_any(job_id);
    if (!job) return std::nullopt;
    session::job_snapshot snapshot{job->user};
    if (!job->latest) return snapshot;
    snapshot.latest = std::visit([](auto const& event) { return to_wire(event); }, *job->latest);
    snapshot.ended = contract::is_terminal(contract::kind_of(*job->latest));
    return snapshot;
  }

  void publish(std::string const& user, bulk_upload_event const& event) {
    for (auto const& violation : role_.publish(user, event))
      logging::event(spdlog::level::err, "event_breaks_contract",
                     {{"event_name", contract::event_name_of(event)}, {"what", violation.message()}});
  }

  unsigned workers_;
  std::shared_ptr<wire::jwt::verifier const> verifier_;
  http::site site_;
  mutable role_type role_;
  bulk_upload_service service_;
};

}  // namespace

std::unique_ptr<site_app> make_bulk_upload_app(app_parts const& parts) {
  return std::make_unique<bulk_upload_app>(parts.loop, parts.pool, parts.configuration);
}

}  // namespace uploadproto::reference
