// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/scenario_app.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>
#include <map>
#include <tuple>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/contract/consumer_events.hpp>
#include <uploadproto/contract/file_upload.hpp>
#include <uploadproto/contract/upload_progress.hpp>
#include <uploadproto/server.hpp>
#include <uploadproto/session/ticket_office.hpp>
#include <utility>

#include "app/role_sockets.hpp"
#include "http/random_text.hpp"
#include "http/site_settings.hpp"
#include "http/ticket_reply.hpp"
#include "http/upload_form.hpp"
#include "jobs/uuid.hpp"
#include "logging/log.hpp"
#include "scenarios/scenario_play.hpp"

namespace uploadproto::reference {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;
using std::chrono::system_clock;

template <contract::protocol P>
class scenario_app final : public site_app {
  static constexpr contract::protocol_info const& info = P::info;
  static constexpr bool plain_json = info.framing == contract::framing::json;
  using role_type = server<P>;

 public:
  scenario_app(app_parts const& parts, scenario script)
      : loop_(parts.loop),
        pool_(parts.pool),
        script_(std::move(script)),
        refusals_left_(script_.refuse_tokens),
        role_(parts.loop, role_options(parts.configuration)) {
    if (script_.refuse_tokens != 0 && !info.auth.required)
      throw invalid_setting("refuse_tokens: the protocol " + script_.protocol + " asks for no token");
    site_.name = script_.protocol;
    site_.limits = http::limits_from(parts.configuration.http);
    site_.cross_origin = http::cors{{"*"}};
    site_.sockets = sockets_of(role_);
    add_routes();
  }

  http::site const& site() const override { return site_; }

  bool takes_tokens() const override { return true; }
  void let_in(token_keys const& keys) override {
    sessions_ = keys.sessions;
    site_.auth.emplace(keys.sessions);
    if (!info.auth.ticket) return;
    // Tickets are for this process alone: its own key does.
    auto own = wire::jwt::key::from_secret(http::random_hexadecimal(32));
    tickets_ = std::make_unique<session::ticket_office>(std::move(*own), session::ticket_office::options{},
                                                        system_clock::now());
  }

  void close() override {
    plays_.clear();
    role_.close();
  }
  std::size_t sockets() const override {
    if constexpr (plain_json)
      return role_.io().connections();
    else
      return role_.io().engine().connections();
  }

 private:
  struct playing {
    playing(asio::io_context& loop, scenario_play p, std::string user)
        : play(std::move(p)), owner(std::move(user)), timer(loop) {}
    scenario_play play;
    std::string owner;
    asio::steady_timer timer;
  };

  typename role_type::options role_options(settings const& s) {
    typename role_type::options o;
    o.verify_token = [this](std::string_view token) { return verify(token); };
    o.find_job = [this](std::string_view job) { return find_job(std::string{job}); };
    o.on_connect = [this](std::string_view) {
      if (info.broadcast && plays_.empty()) begin(make_uuid(), {});
    };
    if constexpr (!plain_json) {
      o.socketio.engine.cors_origins = {"*"};
      o.socketio.engine.http_timeout = s.http.body_timeout;
      o.socketio.engine.max_connections = s.http.max_connections;
    } else {
      o.json.max_connections = s.http.max_connections;
    }
    return o;
  }

  result<std::string> verify(std::string_view token) {
    if (refusals_left_ != 0) {
      --refusals_left_;
      return make_error_code(wire::jwt::error::expired);
    }
    if (tickets_) return tickets_->redeem(token, system_clock::now());
    auto claims = sessions_->verify(token, system_clock::now());
    if (!claims) return claims.error();
    return std::move(claims->user_id);
  }

  /** A job that is asked for and begins by the scenario's id is played from then on. */
  std::optional<session::job_snapshot> find_job(std::string const& job) {
    if (!plays_.contains(job) && !owners_.contains(job) && job.starts_with(script_.job_id))
      begin(job, script_.user);
    auto const known = owners_.find(job);
    if (known == owners_.end()) return std::nullopt;
    return session::job_snapshot{known->second};
  }

  void begin(std::string const& job, std::string const& owner) {
    owners_[job] = owner;
    auto made =
        std::make_unique<playing>(loop_, scenario_play{script_, shapes_, job, steady_clock::now()}, owner);
    auto& entry = *(plays_[job] = std::move(made));
    logging::event(spdlog::level::info, "scenario_begins", {{"job", job}});
    wait(entry);
  }

  void wait(playing& entry) {
    auto const due = entry.play.due();
    if (!due) {
      plays_.erase(std::string{entry.play.job_id()});
      return;
    }
    entry.timer.expires_at(*due);
    entry.timer.async_wait([this, job = entry.play.job_id()](boost::system::error_code ec) {
      auto const found = plays_.find(job);
      if (ec || found == plays_.end()) return;
      auto& due_now = *found->second;
      auto const now = contract::format_timestamp(system_clock::now());
      for (auto& act : due_now.play.perform(steady_clock::now(), now)) perform(due_now, std::move(act));
      wait(due_now);
    });
  }

  void perform(playing const& entry, scenario_play::act act) {
    if (act.cut) return cut(entry.play.job_id());
    if (act.by_contract) {
      auto event = contract::read_event<P>(act.name, act.payload);
      if (event && role_.publish(entry.owner, std::move(*event)).empty()) return;
    }
    send_raw(entry, act);
  }

  /** Past the role, which would not send what breaks the contract. */
  void send_raw(playing const& entry, scenario_play::act const& act) {
    auto const text = boost::json::serialize(act.payload);
    auto const& job = entry.play.job_id();
    if constexpr (plain_json) {
      role_.io().for_each_of(job,
                             [&](net::json_link& link) { link.send(text, session::json_message::notice); });
    } else {
      auto audience = role_.io().of(info.nsp).all();
      if (!info.broadcast) {
        if (!info.user_room.empty() && !entry.owner.empty())
          audience = audience.to(info.user_room(entry.owner));
        if (!info.job_room.empty()) audience = audience.to(info.job_room(job));
      }
      audience.emit_json(act.name, text);
    }
  }

  void cut(std::string const& job) {
    if constexpr (plain_json)
      role_.io().for_each_of(job, [](net::json_link& link) { link.abort(); });
    else
      role_.io().engine().for_each([](net::engineio_connection& connection) {
        connection.discard(session::engineio_close_reason::transport_error);
      });
  }

  // REST: as much of it as a screen needs.

  void add_routes() {
    auto const needs = info.auth.required ? http::access::bearer : http::access::open;
    auto const& rest = info.rest;
    if (!rest.upload_path.empty())
      site_.routes.add(http::verb::post, rest.upload_path, needs,
                       [this](http::request& r) { return upload(r); });
    if (!rest.status_path.empty())
      site_.routes.add(http::verb::get, rest.status_path, needs,
                       [this](http::request& r) { return job_status(r); });
    if (!rest.ticket_path.empty())
      site_.routes.add(http::verb::post, rest.ticket_path, needs,
                       [this](http::request& r) { return ticket(r); });
  }

  http::awaitable<http::reply> upload(http::request& r) {
    http::upload_limits limits;
    limits.file_field = std::string{info.rest.upload_field};
    limits.extension.clear();
    http::form_fields fields;
    if (!info.rest.job_id_field.empty()) limits.text_fields.emplace_back(info.rest.job_id_field);
    co_await http::receive_form(r, limits, std::filesystem::temp_directory_path(), pool_, &fields);
    auto const given = fields.find(info.rest.job_id_field);
    auto const job = given == fields.end() ? make_uuid() : given->second;
    if (owners_.contains(job) && plays_.contains(job))
      throw http::http_error(http::status::conflict, "job_exists", "This job's id is in use");
    begin(job, r.user);
    boost::json::object answer;
    http::put_at(answer, info.rest.job_id_pointer, boost::json::string(job));
    answer["status"] = "queued";
    co_return http::json_reply(http::status::accepted, answer);
  }

  http::awaitable<http::reply> job_status(http::request& r) {
    if (!find_job(r.parameters[0]))
      throw http::http_error(http::status::not_found, "not_found", "No such job");
    boost::json::object answer;
    boost::json::object const job{{"status", "processing"}};
    if (info.rest.status_pointer.empty())
      answer = job;
    else
      http::put_at(answer, info.rest.status_pointer, job);
    co_return http::json_reply(http::status::ok, answer);
  }

  http::awaitable<http::reply> ticket(http::request& r) {
    auto const made = tickets_->issue(r.user, system_clock::now());
    if (!made)
      throw http::http_error(http::status::internal_server_error, "no_ticket", "No ticket could be signed");
    co_return http::ticket_reply(info.rest, *made, tickets_->lifetime());
  }

  asio::io_context& loop_;
  asio::thread_pool& pool_;
  scenario const script_;
  std::vector<event_shape> const shapes_ = event_shapes<P>();
  unsigned refusals_left_;
  std::shared_ptr<wire::jwt::verifier const> sessions_;
  std::unique_ptr<session::ticket_office> tickets_;
  http::site site_;
  mutable role_type role_;
  std::map<std::string, std::unique_ptr<playing>> plays_;
  std::map<std::string, std::string> owners_;
};

using protocols = std::tuple<contract::bulk_upload, contract::file_upload, contract::upload_progress,
                             contract::consumer_events>;

}  // namespace

std::unique_ptr<site_app> make_scenario_app(app_parts const& parts, scenario script) {
  std::unique_ptr<site_app> made;
  std::string names;
  [&]<class... P>(std::tuple<P...>*) {
    auto const consider = [&]<class Q>(std::type_identity<Q>) {
      names.append(names.empty() ? "" : ", ").append(Q::info.name);
      if (Q::info.name == script.protocol) made = std::make_unique<scenario_app<Q>>(parts, std::move(script));
    };
    (consider(std::type_identity<P>{}), ...);
  }(static_cast<protocols*>(nullptr));
  if (!made) throw invalid_setting("the scenario's protocol \"" + script.protocol + "\" is none of " + names);
  return made;
}

}  // namespace uploadproto::reference
