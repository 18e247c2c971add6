// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/file_upload_app.hpp"

#include <string>
#include <uploadproto/contract/file_upload.hpp>
#include <uploadproto/server.hpp>
#include <utility>
#include <variant>
#include <vector>

#include "app/role_sockets.hpp"
#include "http/file_upload_routes.hpp"
#include "http/site_settings.hpp"
#include "logging/log.hpp"
#include "pipelines/file_upload_service.hpp"

namespace uploadproto::reference {
namespace {

using role_type = server<contract::file_upload>;

file_upload_options options_of(settings const& s) {
  file_upload_options o;
  o.data_directory = s.data_directory / "file-upload";
  o.max_rows = s.files.max_rows;
  o.retention = s.retention;
  o.longest_room_wait = s.longest_room_wait;
  if (s.files.templates.empty()) return o;
  try {
    o.templates.add_directory(s.files.templates);
  } catch (template_error const& e) {
    throw invalid_setting(e.what());
  }
  return o;
}

class file_upload_app final : public site_app {
 public:
  explicit file_upload_app(app_parts const& parts)
      : workers_(parts.configuration.workers),
        role_(parts.loop, role_options(parts.configuration)),
        service_(options_of(parts.configuration),
                 [this](file_upload_event const& event) { publish(event); }) {
    auto const& s = parts.configuration;
    site_.name = contract::file_upload::info.name;
    site_.errors = http::status_code_error;
    site_.limits = http::limits_from(s.http);
    site_.cross_origin = http::cors{http::open_origins(s.http)};
    site_.sockets = sockets_of(role_);
    http::add_file_upload_routes(site_.routes, service_, s.files.max_upload_bytes, parts.pool);
  }

  /** Jobs end before the role: a worker may publish until then. */
  ~file_upload_app() override { service_.stop(); }

  http::site const& site() const override { return site_; }
  void start() override { service_.start(workers_); }
  void drain(std::chrono::steady_clock::time_point deadline) override { service_.drain(deadline); }
  void close() override { role_.close(); }
  std::size_t sockets() const override { return role_.io().engine().connections(); }

 private:
  role_type::options role_options(settings const& s) {
    role_type::options o;
    o.find_job = [this](std::string_view job_id) { return find_job(std::string{job_id}); };
    o.log = log_of_sockets;
    o.socketio.engine.cors_origins = http::open_origins(s.http);
    o.socketio.engine.http_timeout = s.http.body_timeout;
    o.socketio.engine.max_connections = s.http.max_connections;
    return o;
  }

  /** Only of jobs that have ended: of others the role knows more. */
  std::optional<session::job_snapshot> find_job(std::string const& job_id) const {
    auto const end = service_.end_of(job_id);
    if (!end) return std::nullopt;
    return session::job_snapshot{
        {}, std::visit([](auto const& event) { return to_wire(event); }, *end), true};
  }

  void publish(file_upload_event const& event) {
    for (auto const& violation : role_.publish({}, event))
      logging::event(spdlog::level::err, "event_breaks_contract",
                     {{"event_name", contract::event_name_of(event)}, {"what", violation.message()}});
  }

  unsigned workers_;
  http::site site_;
  mutable role_type role_;
  file_upload_service service_;
};

}  // namespace

std::unique_ptr<site_app> make_file_upload_app(app_parts const& parts) {
  return std::make_unique<file_upload_app>(parts);
}

}  // namespace uploadproto::reference
