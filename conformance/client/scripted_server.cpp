// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "client/scripted_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <uploadproto/contract/rest.hpp>

namespace uploadproto::conformance {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;

std::string parameter(client_request const& request, std::string_view name) {
  auto const url = boost::urls::parse_origin_form(request.target());
  if (!url) return {};
  auto const found = url->params().find(name);
  return found == url->params().end() ? std::string() : std::string((*found).value);
}

std::string path_of(client_request const& request) {
  std::string const target(request.target());
  return target.substr(0, target.find('?'));
}

std::string body_with(std::string_view pointer, std::string_view sentence) {
  boost::json::value out = boost::json::string(sentence);
  while (!pointer.empty()) {
    std::size_t const at = pointer.rfind('/');
    out = boost::json::object{{pointer.substr(at + 1), std::move(out)}};
    pointer = pointer.substr(0, at);
  }
  return serialize(out);
}

}  // namespace

scripted_server::scripted_server(world& w, protocol_face const& face, net::ip::tcp::endpoint where,
                                 std::string job, std::string token)
    : world_(w), face_(face), acceptor_(w.loop(), where), job_(std::move(job)), token_(std::move(token)) {
  net::co_spawn(w.loop(), accept(), net::detached);
}

scripted_server::~scripted_server() = default;

std::string scripted_server::url() const {
  auto const where = acceptor_.local_endpoint();
  std::string const host = where.address().to_string();
  return "http://" + (where.address().is_v6() ? '[' + host + ']' : host) + ':' + std::to_string(where.port());
}

net::awaitable<void> scripted_server::accept() {
  for (;;) {
    boost::system::error_code error;
    net::ip::tcp::socket socket =
        co_await acceptor_.async_accept(net::redirect_error(net::use_awaitable, error));
    if (error) co_return;
    boost::system::error_code ignored;
    socket.set_option(net::ip::tcp::no_delay(true), ignored);
    net::co_spawn(world_.loop(), serve(boost::beast::tcp_stream(std::move(socket))), net::detached);
  }
}

net::awaitable<void> scripted_server::serve(boost::beast::tcp_stream stream) {
  boost::beast::flat_buffer buffer;
  for (bool go_on = true; go_on;) {
    http::request_parser<http::string_body> parser;
    parser.body_limit(64 << 20);
    boost::system::error_code error;
    co_await http::async_read(stream, buffer, parser, net::redirect_error(net::use_awaitable, error));
    if (error) co_return;
    client_request request = parser.release();
    if (boost::beast::websocket::is_upgrade(request)) {
      unsigned const status = refusal_of_upgrade(request);
      if (status == 0) {
        take_upgrade(std::move(stream), std::move(request));
        co_return;
      }
      answer refusal{status, body_with(face_.info->rest.error_pointer, "Not let in")};
      go_on = co_await write(stream, request, std::move(refusal));
    } else {
      go_on = co_await answer_request(stream, request);
    }
  }
}

bool scripted_server::is_socket(std::string_view path) const {
  std::string_view own = face_.info->path;
  if (face_.info->framing == contract::framing::json) return path == contract::path_for(own, job_);
  if (own.ends_with('/')) own.remove_suffix(1);
  return path == own || path == std::string(own) + '/';
}

void scripted_server::arrived(arrival::way by, std::string credential, unsigned answered) {
  arrivals_.push_back({by, clock::now(), std::move(credential), answered});
}

/** @return 0: it is let in */
unsigned scripted_server::refusal_of_upgrade(client_request const& request) {
  std::string const ticket = parameter(request, face_.info->auth.query);
  world_.wire().add("request", trace::direction::received, "upgrade of " + std::string(request.target()));
  unsigned status = 0;
  if (!is_socket(path_of(request)))
    status = 404;
  else if (behaviour.down)
    status = 503;
  else if (face_.info->framing == contract::framing::json) {
    bool const good = tickets_.contains(ticket) && !spent_.contains(ticket);
    status = behaviour.gate ? behaviour.gate : good ? 0 : 401;
    spent_.insert(ticket);
  } else if (!behaviour.websocket) {
    status = 400;
  }
  if (parameter(request, "sid").empty()) arrived(arrival::way::websocket, ticket, status ? status : 101);
  if (status) world_.wire().add("request", trace::direction::sent, "status " + std::to_string(status));
  return status;
}

client_link& scripted_server::add_link(std::string ticket) {
  return links_.emplace_back(world_, "link-" + std::to_string(links_.size() + 1), face_, behaviour,
                             std::move(ticket));
}

void scripted_server::take_upgrade(boost::beast::tcp_stream stream, client_request request) {
  if (auto const known = polling_.find(parameter(request, "sid")); known != polling_.end()) {
    auto held = std::make_shared<std::shared_ptr<carrier>>();
    *held = accept_websocket(world_, known->first + "/upgrade", std::move(stream), std::move(request),
                             known->second->upgraded_by(held));
    return;
  }
  client_link& link = add_link(parameter(request, face_.info->auth.query));
  link.begin(accept_websocket(world_, link.who(), std::move(stream), std::move(request), link.listener()));
}

net::awaitable<bool> scripted_server::answer_request(boost::beast::tcp_stream& stream,
                                                     client_request const& request) {
  bool const engine = face_.info->framing == contract::framing::socketio && is_socket(path_of(request));
  if (engine) co_return co_await answer_polling(stream, request);
  world_.wire().add("request", trace::direction::received,
                    std::string(request.method_string()) + ' ' + std::string(request.target()));
  answer out = rest(request);
  world_.wire().add("request", trace::direction::sent,
                    "status " + std::to_string(out.status) + ' ' + out.body);
  co_return co_await write(stream, request, std::move(out));
}

std::shared_ptr<polling_carrier> scripted_server::begin_polling() {
  arrived(arrival::way::polling, {}, behaviour.down ? 503 : 200);
  if (behaviour.down) return nullptr;
  client_link& link = add_link({});
  auto made = std::make_shared<polling_carrier>(world_.loop().get_executor(), link.listener());
  polling_.emplace(link.who(), made);
  link.begin(made);
  return made;
}

net::awaitable<bool> scripted_server::answer_polling(boost::beast::tcp_stream& stream,
                                                     client_request const& request) {
  std::string const sid = parameter(request, "sid");
  std::shared_ptr<polling_carrier> link;
  if (sid.empty())
    link = begin_polling();
  else if (auto const known = polling_.find(sid); known != polling_.end())
    link = known->second;
  answer out{200, "ok", "text/html"};
  bool const post = request.method() == http::verb::post;
  if (!link || (post && link->over())) {
    out = {sid.empty() ? 503u : 400u, R"({"code":1,"message":"Session ID unknown"})"};
  } else if (post) {
    link->post(request.body());
  } else {
    auto body = co_await link->poll();
    if (!body) co_return false;
    out = {200, std::move(*body), "text/plain; charset=UTF-8"};
  }
  co_return co_await write(stream, request, std::move(out));
}

net::awaitable<bool> scripted_server::write(boost::beast::tcp_stream& stream, client_request const& request,
                                            answer what) {
  http::response<http::string_body> response{http::int_to_status(what.status), request.version()};
  response.result(what.status);
  response.set(http::field::content_type, what.type);
  response.set(http::field::access_control_allow_origin, "*");
  response.keep_alive(request.keep_alive() && what.status < 400);
  response.body() = std::move(what.body);
  response.prepare_payload();
  boost::system::error_code error;
  co_await http::async_write(stream, response, net::redirect_error(net::use_awaitable, error));
  co_return !error && response.keep_alive();
}

bool scripted_server::is_authorized(client_request const& request) const {
  return token_.empty() || request[http::field::authorization] == "Bearer " + token_;
}

scripted_server::answer scripted_server::rest(client_request const& request) {
  contract::rest_interface const& rest = face_.info->rest;
  std::string const path = path_of(request);
  std::string_view const refusal = rest.error_pointer;
  if (!rest.ticket_path.empty() && path == rest.ticket_path) return give_ticket(request);
  if (!is_authorized(request)) return {401, body_with(refusal, "The token is not the one that was given")};
  if (!rest.status_path.empty() && path == contract::path_for(rest.status_path, job_)) {
    if (behaviour.job_known && description) return {200, serialize(description())};
    return {404, body_with(refusal, "No such job")};
  }
  std::size_t const place = rest.upload_path.find('{');
  bool const upload = place == rest.upload_path.npos ? path == rest.upload_path
                                                     : path.starts_with(rest.upload_path.substr(0, place));
  if (upload && request.method() == http::verb::post) return {202, body_with(rest.job_id_pointer, job_)};
  return {404, body_with(refusal, "No such resource")};
}

scripted_server::answer scripted_server::give_ticket(client_request const& request) {
  contract::rest_interface const& rest = face_.info->rest;
  unsigned const status = behaviour.down ? 503 : !is_authorized(request) ? 401 : behaviour.ticket_status;
  std::string const given(request[http::field::authorization]);
  arrived(arrival::way::ticket, given, status);
  if (status != 200) return {status, body_with(rest.error_pointer, "No ticket")};
  std::string const ticket = "ticket-" + std::to_string(tickets_.size() + 1) + '-' + job_;
  tickets_.insert(ticket);
  return {200, body_with(rest.ticket_pointer, ticket)};
}

}  // namespace uploadproto::conformance
