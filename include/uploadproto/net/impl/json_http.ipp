// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_JSON_HTTP_IPP
#define UPLOADPROTO_NET_IMPL_JSON_HTTP_IPP

#include <uploadproto/net/impl/borrowed_stream.hpp>
#include <uploadproto/net/json_server.hpp>
#include <uploadproto/net/websocket_upgrade.hpp>
#include <uploadproto/session/engineio_handshake.hpp>
#include <uploadproto/wire/percent.hpp>
#include <uploadproto/wire/utf8.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace uploadproto::net {

/** How a request becomes a client of a job. */
struct json_http {
  static std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

  static std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

  static json_refusal why_not(http::status status, std::string_view code, std::string_view message) {
    return {status, std::string(code), std::string(message)};
  }

  static bool is_allowed(std::vector<std::string> const& origins, std::string_view origin) {
    return origin.empty() || origins.empty() ||
           std::any_of(origins.begin(), origins.end(),
                       [origin](std::string const& allowed) { return allowed == "*" || allowed == origin; });
  }

  /** What is wrong with a request before anybody looks at who asks. */
  static std::optional<json_refusal> check(json_server const& server,
                                           header_parser::value_type const& request,
                                           std::optional<std::string> const& job_id) {
    if (server.closing_)
      return why_not(http::status::service_unavailable, "going_away", "the server is being shut down");
    if (server.links_.size() >= server.settings_.max_connections)
      return why_not(http::status::service_unavailable, "server_full",
                     "as many connections as the server takes are open; try again later");
    if (!wants_websocket(request))
      return why_not(http::status::upgrade_required, "not_a_websocket", "expected a WebSocket handshake");
    if (view(request[http::field::sec_websocket_version]) != websocket_version)
      return why_not(http::status::upgrade_required, "websocket_version",
                     std::string("expected WebSocket version ").append(websocket_version));
    if (auto const defect = websocket_defect(request))
      return why_not(http::status::bad_request, "websocket_handshake", *defect);
    if (!job_id || !wire::is_utf8(*job_id) || !contract::matches(server.protocol_.job_id, *job_id))
      return why_not(http::status::bad_request, "invalid_id",
                     std::string("expected ")
                         .append(contract::name_of(server.protocol_.job_id))
                         .append(" at the end of the path"));
    if (!is_allowed(server.settings_.origins, view(request[http::field::origin])))
      return why_not(http::status::forbidden, "origin", "connections from this origin are not allowed");
    return std::nullopt;
  }

  template <class Stream>
  static boost::asio::awaitable<served> refuse(json_server& server, Stream& stream, header_parser const& head,
                                               json_refusal const& why) {
    ++server.counters_.refused;
    http::response<http::string_body> reply{why.status, head.get().version()};
    reply.set(http::field::content_type, "application/json");
    reply.set(http::field::cache_control, "no-store");
    if (why.status == http::status::upgrade_required) {
      reply.set(http::field::upgrade, "websocket");
      reply.set(http::field::sec_websocket_version, websocket_version);
    }
    reply.body() = boost::json::serialize(
        boost::json::object{{"detail", boost::json::object{{"code", why.code}, {"message", why.message}}}});
    reply.keep_alive(head.get().keep_alive() && head.is_done());
    reply.prepare_payload();
    if (why.status == http::status::upgrade_required)
      reply.set(http::field::connection, reply.keep_alive() ? "upgrade" : "upgrade, close");
    error_code ec;
    boost::beast::get_lowest_layer(stream).expires_after(server.settings_.http_timeout);
    co_await http::async_write(stream, reply, boost::asio::redirect_error(boost::asio::use_awaitable, ec));
    co_return !ec && reply.keep_alive() ? served::keep_alive : served::closed;
  }

  template <class Stream>
  static boost::asio::awaitable<served> serve(json_server& server, Stream& stream,
                                              boost::beast::flat_buffer& buffer, header_parser& head) {
    auto const& request = head.get();
    session::query_parameters const query(view(request.target()));
    auto job_id = wire::percent_decode(server.path_.id_in(path_of(view(request.target()))).value_or(""));
    if (auto const wrong = check(server, request, job_id))
      co_return co_await refuse(server, stream, head, *wrong);
    auto const* const token = query.find(server.protocol_.auth.query);
    auto decision = server.handler_.admit(*job_id, token ? std::string_view(*token) : std::string_view());
    if (decision.refusal) co_return co_await refuse(server, stream, head, *decision.refusal);

    auto const early_bytes = buffer.data();
    std::string const early(static_cast<char const*>(early_bytes.data()), early_bytes.size());
    buffer.consume(early.size());
    auto const client = server.add(std::move(*job_id), std::move(decision.user));
    auto const reply = *accept_websocket(request);
    auto const link = take_link(server, *client, stream);
    client->link_ = link;
    link->write_now(reply);
    server.handler_.opened(*client);
    client->step([](auto, auto&) {});
    link->start(early);
    co_return served::taken;
  }
};

UPLOADPROTO_DECL bool json_server::handles(std::string_view target) const noexcept {
  auto const id = path_.id_in(json_http::path_of(target));
  return id && id->find('/') == std::string_view::npos;
}

UPLOADPROTO_DECL boost::asio::awaitable<served> json_server::async_serve(plain_stream& stream,
                                                                         boost::beast::flat_buffer& buffer,
                                                                         header_parser& head) {
  return json_http::serve(*this, stream, buffer, head);
}

UPLOADPROTO_DECL boost::asio::awaitable<served> json_server::async_serve(tls_stream& stream,
                                                                         boost::beast::flat_buffer& buffer,
                                                                         header_parser& head) {
  return json_http::serve(*this, stream, buffer, head);
}

UPLOADPROTO_DECL boost::asio::awaitable<served> json_server::async_serve(boost::beast::tcp_stream& stream,
                                                                         boost::beast::flat_buffer& buffer,
                                                                         header_parser& head) {
  return serve_borrowed(context(), stream, [this, &buffer, &head](plain_stream& own) {
    return json_http::serve(*this, own, buffer, head);
  });
}

}  // namespace uploadproto::net

#endif
