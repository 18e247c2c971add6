// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_feed.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <uploadproto/client.hpp>
#include <uploadproto/wire/json.hpp>

#include "cli/exit_code.hpp"
#include "cli/job/protocols.hpp"
#include "cli/job/ticket.hpp"

namespace uploadproto::cli {
namespace {

namespace asio = boost::asio;

/** What a failed attempt to connect says to the user: the server's words where there are any. */
std::string reason(net::client_failure const& failed) {
  if (!failed.message.empty()) return failed.message;
  std::string text = failed.error.message();
  if (failed.http_status != 0) text += " (HTTP " + std::to_string(failed.http_status) + ")";
  return text;
}

/** Fetches a ticket for each connection and remembers why there was none: the client only says that. */
class ticket_desk {
 public:
  explicit ticket_desk(std::function<asio::awaitable<std::string>()> fetch) : fetch_(std::move(fetch)) {}

  asio::awaitable<std::string> fetch() {
    why_none_.reset();
    try {
      co_return co_await fetch_();
    } catch (ticket_refused const& f) {
      why_none_ = f;
    } catch (failure const& f) {
      why_none_ = f;
      throw;
    }
    throw boost::system::system_error(session::client_error::unauthorized);
  }
  std::optional<failure> const& why_none() const noexcept { return why_none_; }

 private:
  std::function<asio::awaitable<std::string>()> fetch_;
  std::optional<failure> why_none_;
};

template <contract::protocol P>
class socket_feed final : public job_feed {
 public:
  socket_feed(asio::any_io_executor const& executor, options o)
      : options_(std::move(o)),
        desk_(std::make_shared<ticket_desk>(options_.ticket)),
        client_(executor, settings()) {
    client_.on_connect([this] {
      if (!lost_since_) return;
      lost_since_.reset();
      ++returns_;
      options_.notice({what::back, "Connected again", {}, {}, {}});
    });
    client_.on_disconnect([this](error_code why, bool reconnecting) {
      if (!reconnecting) return;
      lost_since_ = std::chrono::steady_clock::now();
      options_.notice({what::lost, "Connection lost (" + why.message() + "), connecting again", {}, {}, {}});
    });
    client_.on_subscription_lost([this](std::string const& job, error_code why) {
      options_.notice({what::unsubscribed,
                       "The server does not show the job " + job + " again: " + why.message(),
                       job,
                       {},
                       {}});
    });
  }

  asio::awaitable<void> connect() override {
    error_code error;
    co_await client_.async_connect(asio::redirect_error(asio::use_awaitable, error));
    if (error) throw gone(error);
  }

  asio::awaitable<void> subscribe(std::string job_id) override {
    error_code error;
    co_await client_.async_subscribe(job_id, asio::redirect_error(asio::use_awaitable, error));
    if (error == subscribe_error::not_found || error == subscribe_error::forbidden ||
        error == subscribe_error::invalid_payload || error == subscribe_error::refused)
      throw failure(exit_code::refused,
                    "the server does not show the job " + job_id + ": " + error.message());
    if (error) throw gone(error);
  }

  void unsubscribe(std::string const& job_id) override { client_.unsubscribe(job_id); }

  asio::awaitable<job_update> next() override {
    for (;;) {
      error_code error;
      auto event = co_await client_.async_receive(asio::redirect_error(asio::use_awaitable, error));
      if (error) throw gone(error);
      if (auto const* bad = std::get_if<malformed_event>(&event))
        options_.notice(describe_malformed(*bad));
      else
        co_return std::visit([](auto const& e) { return describe_any(e); }, event);
    }
  }

  asio::awaitable<void> close() override {
    error_code ignored;
    co_await client_.async_close(asio::redirect_error(asio::use_awaitable, ignored));
  }

  std::optional<std::chrono::steady_clock::time_point> lost_since() const override { return lost_since_; }
  std::uint64_t returns() const override { return returns_; }

 private:
  using what = feed_notice::what;

  static feed_notice describe_malformed(malformed_event const& bad) {
    feed_notice notice{
        what::malformed,
        "The server sent an event that breaks the protocol: " + bad.name + " " + bad.wrong.front().message(),
        {},
        bad.name,
        {}};
    if (!bad.raw.args.empty()) wire::append_json(notice.payload, bad.raw.args.front());
    return notice;
  }

  template <class Event>
  static job_update describe_any(Event const& event) {
    if constexpr (std::is_same_v<Event, malformed_event>)
      return {};
    else
      return describe(event);
  }

  client_options settings() const {
    client_options settings;
    settings.url = options_.server.text();
    if (options_.ticket)
      settings.token = [desk = desk_] { return desk->fetch(); };
    else if (options_.token)
      settings.token = options_.token;
    settings.tls = options_.tls;
    settings.connect_timeout = options_.timeout;
    settings.reconnection = options_.reconnection;
    return settings;
  }

  failure gone(error_code const& error) const {
    if (desk_->why_none()) return *desk_->why_none();
    net::client_failure const& last = client_.last_failure();
    bool const refused = exit_code_for_error(error) == exit_code::refused;
    std::string const why = last.error ? reason(last) : error.message();
    return failure(exit_code_for_error(error),
                   (refused ? "the server refuses the connection: "
                            : "cannot connect to " + options_.server.text() + ": ") +
                       why);
  }

  options options_;
  std::shared_ptr<ticket_desk> desk_;
  client<P> client_;
  std::optional<std::chrono::steady_clock::time_point> lost_since_;
  std::uint64_t returns_ = 0;
};

}  // namespace

std::unique_ptr<job_feed> make_job_feed(contract::protocol_info const& protocol,
                                        asio::any_io_executor executor, job_feed::options options) {
  std::unique_ptr<job_feed> feed;
  [&]<class... P>(std::tuple<P...>*) {
    ((&P::info == &protocol ? void(feed = std::make_unique<socket_feed<P>>(executor, options)) : void()),
     ...);
  }(static_cast<known_protocols*>(nullptr));
  return feed;
}

}  // namespace uploadproto::cli
