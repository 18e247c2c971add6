// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "bound_client.hpp"

#include "cli/exit_code.hpp"
#include "cli/http/tls.hpp"
#include "cli/job/job_request.hpp"
#include "cli/job/ticket.hpp"
#include "cli/random_text.hpp"

namespace uploadproto::bindings {
namespace {

namespace asio = boost::asio;
using clock = call_loop::clock;

/** Events that nobody fetches stop the reading before they fill the memory. */
constexpr std::size_t most_waiting = 4096;

cli::server_url url_option(std::string const& text, char const* what) {
  auto const url = cli::parse_server_url(text);
  if (!url)
    throw call_error(UPLOADPROTO_ERROR_ARGUMENT,
                     std::string(what) + ": '" + text + "' is no URL such as http://127.0.0.1:5000");
  return *url;
}

std::function<std::string()> token_source(uploadproto_client_options const& o) {
  std::function<std::string()> source;
  if (o.token && o.token_function)
    throw call_error(UPLOADPROTO_ERROR_ARGUMENT, "token and token_function: one of them, not both");
  if (o.token) source = [token = required_text(o.token, "token")] { return token; };
  if (o.token_function)
    source = [function = o.token_function, context = o.token_context] {
      char const* const token = function(context);
      if (!token) throw cli::failure(cli::exit_code::refused, "token_function gives no token");
      return std::string(token);
    };
  return source;
}

}  // namespace

client_settings client_settings::from(uploadproto_client_options const& o) {
  if (o.size != sizeof o)
    throw call_error(UPLOADPROTO_ERROR_ARGUMENT, "options.size is " + std::to_string(o.size) +
                                                     ": begin with UPLOADPROTO_CLIENT_OPTIONS_INIT");
  client_settings s;
  s.protocol = &required_protocol(o.protocol);
  s.server = url_option(required_text(o.url, "url"), "url");
  s.rest_server =
      o.rest_url ? url_option(o.rest_url, "rest_url") : cli::rest_server(s.server, s.protocol->rest);
  s.token = token_source(o);
  if (!s.token && s.protocol->auth.required)
    throw call_error(UPLOADPROTO_ERROR_ARGUMENT,
                     "the protocol " + std::string(s.protocol->name) + " wants a token");
  if (o.timeout_ms <= 0) throw call_error(UPLOADPROTO_ERROR_ARGUMENT, "timeout_ms is not above 0");
  s.timeout = std::chrono::milliseconds(o.timeout_ms);
  s.reconnect = std::chrono::milliseconds(o.reconnect_ms);
  s.tls = cli::make_tls_context(optional_text(o.ca_file));
  return s;
}

bound_client::bound_client(client_settings settings)
    : settings_(std::move(settings)),
      events_(*settings_.protocol),
      http_({settings_.rest_server, settings_.tls, settings_.token, settings_.timeout}) {
  cli::job_feed::options o;
  o.server = settings_.server;
  o.tls = settings_.tls;
  o.token = settings_.token;
  o.timeout = settings_.timeout;
  o.reconnection.enabled = settings_.reconnect.count() != 0;
  if (settings_.protocol->auth.ticket) o.ticket = [this] { return cli::fetch_ticket(http_, rest()); };
  o.notice = [this](cli::feed_notice const& notice) { take(notice); };
  feed_ = cli::make_job_feed(*settings_.protocol, loop_.context().get_executor(), std::move(o));
}

void bound_client::require_open() const {
  if (phase_ == phase::closed) throw call_error(UPLOADPROTO_ERROR_STATE, "the client is closed");
}

void bound_client::require_connection() const {
  require_open();
  if (phase_ == phase::fresh) throw call_error(UPLOADPROTO_ERROR_STATE, "the client is not connected yet");
}

void bound_client::connect() {
  require_open();
  if (phase_ == phase::connected)
    throw call_error(UPLOADPROTO_ERROR_STATE, "the client is connected already");
  loop_.complete([this]() -> asio::awaitable<bool> {
    co_await feed_->connect();
    co_return true;
  });
  phase_ = phase::connected;
  receive();
}

void bound_client::close() {
  require_open();
  bool const connected = phase_ == phase::connected;
  phase_ = phase::closed;
  if (!connected) return;
  loop_.complete([this]() -> asio::awaitable<bool> {
    co_await feed_->close();
    co_return true;
  });
}

/** Asks for the next event when none is asked for yet, as long as there is room. */
void bound_client::receive() {
  if (receiving_ || lost_ || phase_ != phase::connected || events_.size() >= most_waiting) return;
  receiving_ = true;
  asio::co_spawn(loop_.context(), feed_->next(), [this](std::exception_ptr wrong, cli::job_update update) {
    take(wrong, std::move(update));
  });
}

void bound_client::take(std::exception_ptr wrong, cli::job_update update) {
  receiving_ = false;
  if (wrong)
    lost_ = wrong;
  else
    events_.add(std::move(update));
  receive();
}

void bound_client::take(cli::feed_notice const& notice) {
  events_.add(notice);
  if (notice.about != cli::feed_notice::what::back) return;
  for (std::string const& job : events_.followed()) ask_status(job);
}

/** What was said while there was no connection may be lost: the REST knows. No answer is no news. */
void bound_client::ask_status(std::string job) {
  if (rest().status_path.empty()) return;
  asio::co_spawn(loop_.context(), http_.request("GET", contract::path_for(rest().status_path, job)),
                 [this, job](std::exception_ptr wrong, cli::http_answer const& answer) {
                   if (!wrong && answer.ok()) events_.add_status(job, answer.json());
                 });
}

void bound_client::subscribe(std::string const& job) {
  require_connection();
  make_subscription(job);
  if (!rest().parts.pointer.empty()) ask_status(job);
}

void bound_client::make_subscription(std::string const& job) {
  events_.follow(job);
  try {
    loop_.complete([this, job]() -> asio::awaitable<bool> {
      co_await feed_->subscribe(job);
      co_return true;
    });
  } catch (...) {
    events_.unfollow(job);
    throw;
  }
  lost_ = nullptr;
  receive();
}

void bound_client::unsubscribe(std::string const& job) {
  require_connection();
  events_.unfollow(job);
  feed_->unsubscribe(job);
}

std::string const& bound_client::upload(std::string const& path, std::string const& template_name,
                                        uploadproto_sent_function sent, void* context) {
  require_open();
  std::string const protocol(settings_.protocol->name);
  if (rest().upload_path.empty())
    throw call_error(UPLOADPROTO_ERROR_UNSUPPORTED, "the protocol " + protocol + " takes no uploads");
  bool const wanted = !contract::place_in(rest().upload_path).empty();
  if (wanted != !template_name.empty())
    throw call_error(UPLOADPROTO_ERROR_ARGUMENT,
                     wanted
                         ? "template_name is missing: the protocol " + protocol + " loads files through one"
                         : "template_name: the protocol " + protocol + " has no templates");
  cli::job_file file{path, template_name, {}};
  cli::file_source{file.path};  // before anything is asked for on its behalf
  bool const follow = phase_ == phase::connected;
  if (!rest().job_id_field.empty()) file.job_id = cli::random_uuid();
  if (follow && !file.job_id.empty()) make_subscription(file.job_id);
  auto const tell = [this, sent, context](std::uint64_t bytes, std::uint64_t size) {
    if (sent && sent(context, bytes, size) != 0) loop_.interrupt();
  };
  try {
    job_id_ = loop_.complete([this, file, tell] { return cli::upload_file(http_, rest(), file, tell); });
  } catch (...) {
    if (follow && !file.job_id.empty()) unsubscribe(file.job_id);
    throw;
  }
  if (follow && job_id_ != file.job_id) subscribe(job_id_);
  return job_id_;
}

void bound_client::cancel(std::string const& job) {
  require_open();
  if (rest().cancel_path.empty())
    throw call_error(UPLOADPROTO_ERROR_UNSUPPORTED,
                     "the protocol " + std::string(settings_.protocol->name) + " cannot cancel");
  loop_.complete([this, job]() -> asio::awaitable<bool> {
    co_await cli::cancel_job(http_, rest(), job);
    co_return true;
  });
}

/** When a lost connection is to be given up; never while there is one. */
std::optional<clock::time_point> bound_client::patience_end() {
  auto const since = feed_->lost_since();
  if (!since || settings_.reconnect.count() < 0) return std::nullopt;
  return *since + settings_.reconnect;
}

uploadproto_event const* bound_client::poll(std::optional<std::chrono::milliseconds> timeout) {
  require_connection();
  std::optional<clock::time_point> end;
  if (timeout) end = clock::now() + *timeout;
  for (;;) {
    if (loop_.take_interrupt()) throw call_error(UPLOADPROTO_INTERRUPTED, "the call was interrupted");
    if (auto const* event = events_.take()) return event;
    receive();
    if (lost_) std::rethrow_exception(lost_);
    auto wake = end;
    if (auto const patience = patience_end(); patience && (!wake || *patience < *wake)) wake = patience;
    if (loop_.turn_until(wake)) continue;
    if (auto const patience = patience_end(); patience && *patience <= clock::now())
      lost_ = std::make_exception_ptr(call_error(
          UPLOADPROTO_ERROR_CONNECT,
          "the connection to " + settings_.server.text() + " was lost and did not come back in time"));
    else
      return nullptr;
  }
}

}  // namespace uploadproto::bindings
