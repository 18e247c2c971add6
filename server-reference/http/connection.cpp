// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "http/connection.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <chrono>
#include <cmath>
#include <exception>
#include <utility>
#include <vector>

#include "http/random_text.hpp"
#include "http/send_reply.hpp"
#include "logging/log.hpp"

namespace uploadproto::reference::http {
namespace {

// What is read behind a refused request to keep the connection; beyond, it is closed.
constexpr std::uint64_t discard_limit = 64 * 1024;

// For a sender whose body was cut: what is on its way must not reset the connection before the answer is
// read.
constexpr std::chrono::milliseconds short_linger{500};

std::string_view view(boost::beast::string_view s) {
  return {s.data(), s.size()};
}

/** A client's own id for the request, if it is harmless in a log. */
std::string request_id(beast::http::fields const& headers) {
  auto const sent = view(headers["X-Request-Id"]);
  auto const harmless = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
  };
  if (!sent.empty() && sent.size() <= 64 && std::all_of(sent.begin(), sent.end(), harmless))
    return std::string{sent};
  return random_hexadecimal(8);
}

/** The path and query of a request target; an absolute form (RFC 9112 3.2.2) loses its origin. */
std::pair<std::string, std::string> split_target(std::string_view target) {
  if (auto const scheme = target.find("://"); scheme != std::string_view::npos && !target.starts_with('/')) {
    auto const slash = target.find('/', scheme + 3);
    target = slash == std::string_view::npos ? std::string_view{"/"} : target.substr(slash);
  }
  auto const question = std::min(target.find('?'), target.size());
  return {std::string{target.substr(0, question)},
          std::string{target.substr(std::min(question + 1, target.size()))}};
}

reply refusal_of(boost::system::error_code const& ec) {
  if (ec == beast::http::error::header_limit || ec == beast::http::error::buffer_overflow)
    return error_reply(status::request_header_fields_too_large, "headers_too_large",
                       "The request's headers are too large");
  if (ec == beast::http::error::bad_version)
    return error_reply(status::http_version_not_supported, "bad_version",
                       "Only HTTP/1.0 and HTTP/1.1 are spoken");
  return error_reply(status::bad_request, "bad_request", "The request is not well-formed HTTP");
}

bool is_http_error(boost::system::error_code const& ec) {
  return ec.category() == beast::http::make_error_code(beast::http::error::bad_method).category() &&
         ec != beast::http::error::end_of_stream && ec != beast::http::error::partial_message;
}

}  // namespace

connection::connection(stream_type stream, std::vector<site const*> const& served)
    : stream_(std::move(stream)),
      sites_(served),
      site_(served.front()),
      buffer_(site_->limits.max_header_bytes + 64 * 1024) {
  boost::system::error_code ec;
  auto const remote = stream_.socket().remote_endpoint(ec);
  if (!ec) peer_ = remote.address().to_string();
  stream_.socket().set_option(asio::ip::tcp::no_delay{true}, ec);
}

void connection::drain() {
  draining_ = true;
  if (idle_)
    abort();
  else if (body_)
    body_->cut(body_reader::cut_reason::going_down);
}

void connection::abort() {
  if (!lent_) stream_.close();
}

awaitable<void> connection::run() {
  try {
    auto then = next::request;
    while (then == next::request) then = co_await serve_one();
    if (then == next::taken) co_return;
    boost::system::error_code ignored;
    stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  } catch (std::exception const& e) {
    logging::event(spdlog::level::err, "connection_failed", {{"peer", peer_}, {"what", e.what()}});
  }
  stream_.close();
}

awaitable<connection::next> connection::serve_one() {
  if (draining_ || !co_await wait_for_request()) co_return next::end;
  head_parser head;
  head.header_limit(static_cast<std::uint32_t>(site_->limits.max_header_bytes));
  head.body_limit(boost::none);  // whoever reads the body limits it
  if (!co_await read_head(head)) co_return next::end;

  site_ = &site_of(head.get().method(), view(head.get().target()));
  if (site_->sockets && site_->sockets->handles(view(head.get().target()))) {
    stream_.expires_never();
    lent_ = true;
    auto const outcome = co_await site_->sockets->serve(stream_, buffer_, head);
    lent_ = outcome == lent::taken;
    if (outcome == lent::taken) co_return next::taken;
    co_return outcome == lent::keep_alive && !draining_ ? next::request : next::end;
  }
  co_return co_await answer_request(head);
}

site const& connection::site_of(verb method, std::string_view target) const {
  for (auto const* const each : sites_)
    if (each->sockets && each->sockets->handles(target)) return *each;
  auto const path = split_target(target).first;
  for (auto const* const each : sites_) {
    auto const match = each->routes.find(method, path);
    if (match.found || !match.allowed.empty()) return *each;
  }
  return *sites_.front();
}

/** Between requests a connection is idle; drain() may end it there. */
awaitable<bool> connection::wait_for_request() {
  if (buffer_.size() > 0) co_return true;  // pipelined
  stream_.expires_after(std::exchange(first_, false) ? site_->limits.header_timeout
                                                     : site_->limits.keep_alive_timeout);
  boost::system::error_code ec;
  idle_ = true;
  auto const size =
      co_await stream_.async_read_some(buffer_.prepare(4096), asio::redirect_error(use_awaitable, ec));
  idle_ = false;
  buffer_.commit(size);
  co_return !ec;
}

awaitable<bool> connection::read_head(head_parser& head) {
  stream_.expires_after(site_->limits.header_timeout);
  boost::system::error_code ec;
  co_await beast::http::async_read_header(stream_, buffer_, head, asio::redirect_error(use_awaitable, ec));
  if (ec) {
    if (is_http_error(ec)) co_await refuse(refusal_of(ec));
    co_return false;
  }
  if (head.get().version() >= 11 && head.get().count(field::host) != 1) {
    co_await refuse(error_reply(status::bad_request, "bad_request", "The request needs one Host header"));
    co_return false;
  }
  co_return true;
}

/** Answers a request that cannot be understood, and ends the connection. */
awaitable<bool> connection::refuse(reply r) {
  speak_as_site(r);
  r.headers.set("X-Content-Type-Options", "nosniff");
  logging::event(spdlog::level::info, "request_refused",
                 {{"site", site_->name}, {"peer", peer_}, {"status", static_cast<std::int64_t>(r.code)}});
  bool const sent =
      co_await send_reply(stream_, r, {.keep_alive = false, .piece_timeout = site_->limits.write_timeout});
  if (sent) co_await linger(site_->limits.linger_timeout);
  co_return sent;
}

awaitable<connection::next> connection::answer_request(head_parser& head) {
  struct forget {
    body_reader*& body;
    ~forget() { body = nullptr; }
  } const at_end{body_};
  auto const begun = std::chrono::steady_clock::now();
  body_parser parser{std::move(head)};
  parser.body_limit(boost::none);
  body_reader body{stream_, buffer_, parser, site_->limits.body_timeout};
  auto& message = parser.get();
  auto [path, query] = split_target(view(message.target()));
  request r{message.method(), std::move(path), std::move(query), message, request_id(message), {}, {}, body};

  std::string allowed;
  body_ = &body;
  auto answered = co_await answer(r, allowed);
  finish_headers(answered, r, allowed);

  auto const left = body.remaining();
  bool const keep = parser.keep_alive() && !draining_ && !body.was_cut() && !body.client_still_waits() &&
                    left && *left <= discard_limit;
  bool const sent = co_await send_reply(stream_, answered,
                                        {.version = message.version(),
                                         .keep_alive = keep,
                                         .head_only = r.method == verb::head,
                                         .piece_timeout = site_->limits.write_timeout});
  auto const took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun);
  logging::event(spdlog::level::info, "request",
                 {{"site", site_->name},
                  {"id", r.id},
                  {"peer", peer_},
                  {"user", r.user},
                  {"method", view(message.method_string())},
                  {"path", std::string_view{r.path}.substr(0, 256)},
                  {"status", static_cast<std::int64_t>(answered.code)},
                  {"ms", std::round(took.count() * 10) / 10}});
  if (!sent) co_return next::end;
  if (keep) co_return co_await discard(body) ? next::request : next::end;
  if (!body.at_end())
    co_await linger(draining_ || body.was_cut() ? short_linger : site_->limits.linger_timeout);
  co_return next::end;
}

/** Turns what the handler throws into an answer. */
awaitable<reply> connection::answer(request& r, std::string& allowed) {
  auto found = site_->routes.find(r.method, r.path);
  allowed = std::move(found.allowed);
  if (found.malformed)
    co_return error_reply(status::bad_request, "bad_request",
                          "The path must be UTF-8, and a % in it be followed by two hexadecimal digits");
  if (r.method == verb::options && (!allowed.empty() || r.path == "*")) {
    reply options;
    options.code = status::no_content;
    co_return options;
  }
  if (!found.found && allowed.empty())
    co_return error_reply(status::not_found, "not_found", "No such resource");
  if (!found.found)
    co_return error_reply(status::method_not_allowed, "method_not_allowed", "Allowed here: " + allowed);
  r.parameters = std::move(found.parameters);
  allowed.clear();
  try {
    co_return co_await handle(r, *found.found);
  } catch (http_error const& e) {
    co_return error_reply(e);
  } catch (connection_lost const&) {
    throw;
  } catch (std::exception const& e) {
    logging::event(spdlog::level::err, "request_failed", {{"id", r.id}, {"what", e.what()}});
    co_return error_reply(status::internal_server_error, "internal_error", "The server failed to answer");
  }
}

awaitable<reply> connection::handle(request& r, route const& to) {
  if (to.needs == access::bearer) {
    auto who = site_->auth ? site_->auth->check(r.headers) : bearer_auth::outcome{};
    if (who.user.empty()) {
      if (who.why)
        logging::event(spdlog::level::info, "token_refused", {{"id", r.id}, {"why", who.why.message()}});
      co_return bearer_auth::refuse(who);
    }
    r.user = std::move(who.user);
  }
  co_return co_await to.answer(r);
}

/** A refusal has the form of the site's errors, also where the request could not be understood. */
void connection::speak_as_site(reply& r) const {
  if (r.why && site_->errors)
    r.body = json_reply(r.code, site_->errors(r.code, r.why->code, r.why->message)).body;
}

void connection::finish_headers(reply& r, request const& asked, std::string const& allowed) const {
  speak_as_site(r);
  r.headers.set("X-Content-Type-Options", "nosniff");
  r.headers.set("X-Request-Id", asked.id);
  if (!allowed.empty()) r.headers.set(field::allow, allowed);
  if (r.headers.count(field::cache_control) == 0) r.headers.set(field::cache_control, "no-store");
  if (r.code == status::service_unavailable && r.headers.count(field::retry_after) == 0)
    r.headers.set(field::retry_after, "60");
  site_->cross_origin.apply(asked.headers, asked.method == verb::options ? allowed : std::string{},
                            r.headers);
}

/** Reads what is left of a small body, so that the next request can follow. */
awaitable<bool> connection::discard(body_reader& body) {
  std::vector<char> scrap(body.at_end() ? 0 : 4096);
  try {
    while (!body.at_end()) co_await body.read(scrap);
  } catch (std::exception const&) {
    co_return false;
  }
  co_return true;
}

/** A sender that is refused while it still sends would lose the answer to a reset if the connection were
   closed at once: its bytes are dropped for a while until it has read and gone. */
awaitable<void> connection::linger(std::chrono::milliseconds limit) {
  boost::system::error_code ec;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ec);
  stream_.expires_after(std::min(limit, site_->limits.linger_timeout));
  std::vector<char> scrap(64 * 1024);
  idle_ = true;
  while (!ec) co_await stream_.async_read_some(asio::buffer(scrap), asio::redirect_error(use_awaitable, ec));
}

}  // namespace uploadproto::reference::http
