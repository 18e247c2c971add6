// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/application.hpp"

#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json/object.hpp>
#include <csignal>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <uploadproto/wire/json.hpp>
#include <vector>

#include "app/bulk_upload_app.hpp"
#include "app/consumer_events_app.hpp"
#include "app/file_upload_app.hpp"
#include "app/register_site.hpp"
#include "app/scenario_app.hpp"
#include "app/token_keys.hpp"
#include "app/upload_progress_app.hpp"
#include "app/web_app.hpp"
#include "config/listen_plan.hpp"
#include "http/listener.hpp"
#include "http/off_loop.hpp"
#include "logging/log.hpp"

namespace uploadproto::reference {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

asio::ip::tcp::endpoint resolve(asio::io_context& loop, planned_listener const& planned) {
  boost::system::error_code ec;
  auto const& [host, port] = planned.at;
  if (auto const literal = asio::ip::make_address(host, ec); !ec) return {literal, port};
  asio::ip::tcp::resolver resolver{loop};
  auto const found = resolver.resolve(host, std::to_string(port), asio::ip::tcp::resolver::passive, ec);
  if (ec || found.empty())
    throw invalid_setting("cannot listen for " + planned.name + " on " + to_string(planned.at) +
                          ": no such address");
  return found.begin()->endpoint();
}

/** An address that a client on this machine can use. */
std::string url_of(asio::ip::tcp::endpoint const& local) {
  auto host = local.address();
  if (host.is_unspecified())
    host = host.is_v4() ? asio::ip::address{asio::ip::address_v4::loopback()}
                        : asio::ip::address{asio::ip::address_v6::loopback()};
  return "http://" + to_string(address{host.to_string(), local.port()});
}

/** What browsers on this machine call the origin of the page that is served there. */
std::vector<std::string> origins_of(asio::ip::tcp::endpoint const& local) {
  std::vector<std::string> all{url_of(local)};
  if (local.address().is_loopback() || local.address().is_unspecified())
    all.push_back("http://localhost:" + std::to_string(local.port()));
  return all;
}

spdlog::level::level_enum level_of(std::string const& name) {
  return name == "error" ? spdlog::level::err : spdlog::level::from_str(name);
}

struct known_app {
  std::string_view name;  // of its listener
  std::unique_ptr<site_app> (*make)(app_parts const&);
};

constexpr known_app known_apps[] = {
    {"bulk_upload", make_bulk_upload_app},
    {"file_upload", make_file_upload_app},
    {"upload_progress", make_upload_progress_app},
    {"register", make_register_app},
    {"producers", make_producers_app},
    {"consumer_events", make_consumer_events_app},
    {"web", make_web_app},
};

class application {
 public:
  explicit application(settings const& s) : settings_(s), signals_(loop_, SIGTERM, SIGINT) {
    // What can be wrong comes in the order of its cost: a taken port is found before a directory is made.
    std::optional<scenario> script;
    if (!s.scenario.empty()) script = read_scenario(s.scenario);
    for (auto const& planned : plan_listeners(s, script ? script->protocol : "")) bind(planned);
    if (listener_of_.contains("web"))
      settings_.http.page_origins = origins_of(listener_of_.at("web")->local_endpoint());
    std::optional<token_keys> keys;
    if (has_key_file(s.tokens)) keys = read_token_keys(s.tokens, {});
    for (auto const& known : known_apps)
      if (listener_of_.contains(std::string{known.name}) && !(script && script->protocol == known.name))
        open(known);
    if (script) open_scenario(std::move(*script));
    for (auto& [name, app] : apps_) {
      if (!app->takes_tokens()) continue;
      if (!keys) keys = read_token_keys(s.tokens, s.data_directory);
      app->let_in(*keys);
    }
  }

  void run(std::ostream& ready) {
    for (auto& [name, app] : apps_) app->start();
    for (auto& listener : listeners_) {
      std::vector<http::site const*> sites;
      for (auto const& name : order_)
        if (listener_of_.at(name) == listener.get()) sites.push_back(&apps_.at(name)->site());
      listener->start(std::move(sites));
    }
    asio::co_spawn(loop_, until_signal(), [](std::exception_ptr e) {
      if (e) std::rethrow_exception(e);
    });
    announce(ready);
    loop_.run();
    pool_.join();
  }

 private:
  /** Two parts of the server that are given one address share its listener; port 0 is a port for each. */
  void bind(planned_listener const& planned) {
    bind_at(planned, resolve(loop_, planned));
    urls_[planned.name] = url_of(listener_of_.at(planned.name)->local_endpoint());
  }

  void bind_at(planned_listener const& planned, asio::ip::tcp::endpoint const& at) {
    order_.push_back(planned.name);
    for (auto const& other : listeners_)
      if (at.port() != 0 && other->local_endpoint() == at) {
        listener_of_[planned.name] = other.get();
        return;
      }
    try {
      listeners_.push_back(std::make_unique<http::listener>(loop_, at));
    } catch (boost::system::system_error const& e) {
      throw invalid_setting("cannot listen for " + planned.name + " on " + to_string(planned.at) + ": " +
                            e.code().message() + "; --listen " + planned.name +
                            "=HOST:PORT takes another address, port 0 any free one");
    }
    listener_of_[planned.name] = listeners_.back().get();
  }

  void open(known_app const& known) {
    try {
      apps_.emplace(known.name, known.make({loop_, pool_, settings_, urls_}));
    } catch (invalid_setting const&) {
      throw;
    } catch (std::exception const& e) {
      throw invalid_setting(e.what());
    }
  }

  void open_scenario(scenario script) {
    auto const name = script.protocol;
    if (!listener_of_.contains(name))
      throw invalid_setting("the scenario is for " + name +
                            ", which is not among the listeners that are to run");
    if (!has_key_file(settings_.tokens)) std::filesystem::create_directories(settings_.data_directory);
    apps_.emplace(name, make_scenario_app({loop_, pool_, settings_, urls_}, std::move(script)));
  }

  void announce(std::ostream& ready) {
    boost::json::object urls;
    for (auto const& name : order_) {
      auto const& url = urls_.at(name);
      urls[name] = url;
      logging::event(spdlog::level::info, "listening", {{"site", name}, {"url", url}});
    }
    std::string line;
    wire::append_json(line, boost::json::object{{"ready", true}, {"urls", std::move(urls)}});
    ready << line << std::endl;
  }

  asio::awaitable<void> until_signal() {
    int const signal = co_await signals_.async_wait(asio::use_awaitable);
    logging::event(spdlog::level::info, "draining", {{"signal", std::int64_t{signal}}});
    // Whoever asks twice does not want to wait. Accepted jobs are on the disk and go on at the next start.
    signals_.async_wait([](boost::system::error_code ec, int) {
      if (!ec) ::_exit(130);
    });
    co_await drain();
    logging::event(spdlog::level::info, "stopped", {});
    signals_.cancel();
    loop_.stop();
  }

  /** Nothing new is taken; jobs come to their ends or stop; then the sockets that were told of them are
   * closed. */
  asio::awaitable<void> drain() {
    auto const deadline = steady_clock::now() + settings_.shutdown_timeout;
    for (auto& listener : listeners_) listener->drain();
    for (auto& entry : apps_) {
      auto& app = *entry.second;  // a lambda of clang 14 takes no structured binding
      co_await http::off_loop(pool_, [&] { app.drain(deadline); });
      app.close();
    }
    // Answers get the time that is left, and a second in any case; so do the last words to the sockets.
    auto const moment = steady_clock::now() + std::chrono::seconds{1};
    for (auto& listener : listeners_) co_await listener->drained(std::max(deadline, moment));
    asio::steady_timer pause{loop_};
    while (sockets() > 0 && steady_clock::now() < moment) {
      pause.expires_after(std::chrono::milliseconds{10});
      co_await pause.async_wait(asio::use_awaitable);
    }
  }

  std::size_t sockets() const {
    std::size_t all = 0;
    for (auto const& [name, app] : apps_) all += app->sockets();
    return all;
  }

  settings settings_;
  asio::io_context loop_{1};
  asio::thread_pool pool_{4};  // for what waits on the disk
  asio::signal_set signals_;
  std::vector<std::string> order_;
  std::map<std::string, std::string> urls_;                // by listener name
  std::map<std::string, std::unique_ptr<site_app>> apps_;  // by listener name
  std::vector<std::unique_ptr<http::listener>> listeners_;
  std::map<std::string, http::listener*> listener_of_;
};

}  // namespace

void run_server(settings const& s, std::ostream& ready) {
  logging::set_up(s.log_format == "json" ? logging::format::json : logging::format::text,
                  level_of(s.log_level));
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file size limit is an error of the write, as a full disk is
  application{s}.run(ready);
}

}  // namespace uploadproto::reference
