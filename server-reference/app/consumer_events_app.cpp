// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/consumer_events_app.hpp"

#include <uploadproto/contract/consumer_events.hpp>
#include <uploadproto/server.hpp>

#include "app/role_sockets.hpp"
#include "http/producer_routes.hpp"
#include "http/site_settings.hpp"
#include "logging/log.hpp"
#include "pipelines/consumer_events_service.hpp"

namespace uploadproto::reference {
namespace {

using role_type = server<contract::consumer_events>;
using service_ptr = std::shared_ptr<consumer_events_service>;

/** The one that both apps of a process use: a data directory has one user. On the loop's thread. */
service_ptr shared_service(settings const& s) {
  static std::weak_ptr<consumer_events_service> open;
  auto service = open.lock();
  if (!service) {
    service = std::make_shared<consumer_events_service>(
        consumer_events_options{.data_directory = s.data_directory,
                                .kafka_servers = s.broker.kafka_servers,
                                .topic = s.broker.topic});
    open = service;
  }
  return service;
}

http::site make_site(std::string name, settings const& s) {
  http::site site;
  site.name = std::move(name);
  site.limits = http::limits_from(s.http);
  site.cross_origin = http::cors{http::open_origins(s.http)};
  site.errors = http::producer_error;
  return site;
}

class producers_app final : public site_app {
 public:
  explicit producers_app(app_parts const& parts)
      : service_(shared_service(parts.configuration)), site_(make_site("producers", parts.configuration)) {
    http::add_producer_routes(site_.routes, *service_, parts.configuration.http.max_upload_bytes, waiting_);
  }

  http::site const& site() const override { return site_; }

 private:
  service_ptr service_;
  http::site site_;
  // Those that wait at a time share one write of the broker, which is what bounds single orders: more threads
  // than what else waits on the disk.
  boost::asio::thread_pool waiting_{32};
};

class consumer_events_app final : public site_app {
 public:
  explicit consumer_events_app(app_parts const& parts)
      : service_(shared_service(parts.configuration)),
        role_(parts.loop, role_options(parts.configuration)),
        site_(make_site("consumer_events", parts.configuration)) {
    site_.sockets = sockets_of(role_);
  }

  /** The worker ends before the role: it publishes until then. */
  ~consumer_events_app() override { service_->stop(); }

  http::site const& site() const override { return site_; }
  void start() override {
    service_->start([this](consumer_event const& event) { publish(event); });
  }
  void drain(std::chrono::steady_clock::time_point) override { service_->stop(); }
  void close() override { role_.close(); }
  std::size_t sockets() const override { return role_.io().engine().connections(); }

 private:
  static role_type::options role_options(settings const& s) {
    role_type::options o;
    o.log = log_of_sockets;
    o.socketio.engine.cors_origins = http::open_origins(s.http);
    o.socketio.engine.http_timeout = s.http.body_timeout;
    o.socketio.engine.max_connections = s.http.max_connections;
    return o;
  }

  void publish(consumer_event const& event) {
    for (auto const& violation : role_.publish({}, event))
      logging::event(spdlog::level::err, "event_breaks_contract",
                     {{"event_name", contract::event_name_of(event)}, {"what", violation.message()}});
  }

  service_ptr service_;
  mutable role_type role_;
  http::site site_;
};

}  // namespace

std::unique_ptr<site_app> make_producers_app(app_parts const& parts) {
  return std::make_unique<producers_app>(parts);
}

std::unique_ptr<site_app> make_consumer_events_app(app_parts const& parts) {
  return std::make_unique<consumer_events_app>(parts);
}

}  // namespace uploadproto::reference
