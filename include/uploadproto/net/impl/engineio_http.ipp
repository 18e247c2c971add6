// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_NET_IMPL_ENGINEIO_HTTP_IPP
#define UPLOADPROTO_NET_IMPL_ENGINEIO_HTTP_IPP

#include <uploadproto/net/engineio_server.hpp>
#include <uploadproto/net/impl/borrowed_stream.hpp>
#include <uploadproto/net/impl/engineio_pending.hpp>
#include <uploadproto/net/websocket_upgrade.hpp>
#include <uploadproto/wire/engineio.hpp>

#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <array>
#include <utility>

namespace uploadproto::net {

/** How an HTTP request becomes a step of an Engine.IO session. One request a call. */
struct engineio_http {
  using response = http::response<http::string_body>;
  template <class Stream>
  struct exchange {
    engineio_server& server;
    Stream& stream;
    boost::beast::flat_buffer& buffer;
    header_parser& head;
    session::query_parameters query;
    bool body_unread;

    header_parser::value_type const& request() const { return head.get(); }
    tcp_socket& socket() { return boost::beast::get_lowest_layer(stream).socket(); }
    void bound_time() { boost::beast::get_lowest_layer(stream).expires_after(server.settings_.http_timeout); }
  };

  static std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

  // A body that nobody wants is read past up to this many bytes: cheaper for both than another connection.
  static constexpr std::size_t max_skipped_body = 64 * 1024;

  // Several Origin fields are one value, which is nobody's origin.
  static std::string origin_of(header_parser::value_type const& request) {
    std::string origin;
    auto const [first, last] = request.equal_range(http::field::origin);
    for (auto field = first; field != last; ++field) {
      if (field != first) origin.append(", ");
      origin.append(view(field->value()));
    }
    return origin;
  }

  // Whether an Origin may read answers: the value of Access-Control-Allow-Origin, or empty.
  static std::string allowed_origin(engineio_server_settings const& settings, std::string_view origin) {
    for (auto const& allowed : settings.cors_origins) {
      if (allowed == "*") return settings.cors_credentials && !origin.empty() ? std::string(origin) : "*";
      if (allowed == origin) return allowed;
    }
    return {};
  }

  static void add_cors(engineio_server_settings const& settings, http::fields& fields,
                       std::string_view origin) {
    if (settings.cors_origins.empty()) return;
    auto const allowed = allowed_origin(settings, origin);
    if (!allowed.empty()) fields.set(http::field::access_control_allow_origin, allowed);
    if (allowed != "*") fields.set(http::field::vary, "Origin");
    if (settings.cors_credentials) fields.set(http::field::access_control_allow_credentials, "true");
    if (!settings.cors_exposed_headers.empty())
      fields.set(http::field::access_control_expose_headers, settings.cors_exposed_headers);
  }

  // What every answer carries. Names and values that would break out of their line are left out.
  template <class Stream>
  static http::fields extra_fields(exchange<Stream>& x, handshake const* opened = nullptr,
                                   std::string_view sid = {}) {
    auto const& settings = x.server.settings_;
    http::fields fields;
    add_cors(settings, fields, origin_of(x.request()));
    if (opened) {
      // As with the reference, a session that begins by WebSocket gets none.
      if (settings.cookie && !wants_websocket(x.request()))
        fields.insert(http::field::set_cookie, session::set_cookie_value(*settings.cookie, sid));
      if (settings.initial_headers) settings.initial_headers(fields, *opened);
    }
    if (settings.headers) settings.headers(fields, x.request());
    if (!settings.initial_headers && !settings.headers) return fields;  // nothing that was not made here
    http::fields safe;
    for (auto const& field : fields)
      if (session::is_header_text(view(field.name_string())) && session::is_header_text(view(field.value())))
        safe.insert(field.name_string(), field.value());
    return safe;
  }

  template <class Stream>
  static boost::asio::awaitable<served> answer(exchange<Stream>& x, http::status status,
                                               std::string_view type, std::string body,
                                               bool keep_alive = true) {
    co_return co_await answer_with(x, extra_fields(x), status, type, std::move(body), keep_alive);
  }

  template <class Stream>
  static boost::asio::awaitable<served> answer_with(exchange<Stream>& x, http::fields fields,
                                                    http::status status, std::string_view type,
                                                    std::string body, bool keep_alive) {
    response reply{status, 11};
    if (!type.empty())
      reply.set(http::field::content_type, boost::beast::string_view(type.data(), type.size()));
    if (status == http::status::ok) reply.set(http::field::cache_control, "no-store");
    for (auto const& field : fields) reply.insert(field.name_string(), field.value());
    bool const goes_on = keep_alive && x.request().keep_alive() && (!x.body_unread || body_can_be_skipped(x));
    reply.keep_alive(goes_on);
    if (goes_on && x.request().version() < 11) reply.set(http::field::connection, "keep-alive");
    reply.body() = std::move(body);
    reply.prepare_payload();
    if (x.request().method() == http::verb::head) reply.body().clear();  // its length is told all the same
    error_code ec;
    x.bound_time();
    co_await http::async_write(x.stream, reply, boost::asio::redirect_error(boost::asio::use_awaitable, ec));
    if (!ec && goes_on && x.body_unread) co_await skip_body(x, ec);
    co_return !ec && goes_on ? served::keep_alive : served::closed;
  }

  // One that was asked to wait for a 100 may never come.
  template <class Stream>
  static bool body_can_be_skipped(exchange<Stream> const& x) {
    auto const length = x.head.content_length();
    return (!length || *length <= max_skipped_body) && x.request().count(http::field::expect) == 0;
  }

  // What is left of a request would be taken for the next one.
  template <class Stream>
  static boost::asio::awaitable<void> skip_body(exchange<Stream>& x, error_code& ec) {
    http::request_parser<http::buffer_body> rest(std::move(x.head));
    rest.body_limit(max_skipped_body);
    std::array<char, 4096> skipped;
    while (!ec && !rest.is_done()) {
      rest.get().body().data = skipped.data();
      rest.get().body().size = skipped.size();
      co_await http::async_read(x.stream, x.buffer, rest,
                                boost::asio::redirect_error(boost::asio::use_awaitable, ec));
      if (ec == http::error::need_buffer) ec = {};
    }
  }

  template <class Stream>
  static boost::asio::awaitable<served> refuse(exchange<Stream>& x, session::engineio_refusal refusal,
                                               std::string_view message = {}) {
    ++x.server.counters_.refused;
    if (x.server.settings_.on_connection_error)
      x.server.settings_.on_connection_error({refusal,
                                              message.empty() ? session::to_string(refusal) : message,
                                              view(x.request().target()), x.request()});
    if (wants_websocket(x.request())) {
      auto const text = message.empty() ? session::to_string(refusal) : message;
      http::fields fields;
      if (view(x.request()[http::field::sec_websocket_version]) != websocket_version)
        fields.set(http::field::sec_websocket_version, websocket_version);
      co_return co_await answer_with(x, std::move(fields), http::status::bad_request, "text/html",
                                     std::string(text), false);
    }
    auto const status =
        refusal == session::engineio_refusal::forbidden ? http::status::forbidden : http::status::bad_request;
    co_return co_await answer(x, status, "application/json", session::refusal_body(refusal, message));
  }

  template <class Stream>
  static boost::asio::awaitable<served> unavailable(exchange<Stream>& x) {
    co_return co_await answer(x, http::status::service_unavailable, {}, {}, false);
  }

  template <class Stream>
  static boost::asio::awaitable<served> serve(engineio_server& server, Stream& stream,
                                              boost::beast::flat_buffer& buffer, header_parser& head) {
    session::query_parameters query(view(head.get().target()));
    exchange<Stream> x{server, stream, buffer, head, std::move(query), !head.is_done()};
    auto const& request = x.request();
    if (request.method() == http::verb::options && !server.settings_.cors_origins.empty())
      co_return co_await preflight(x);

    auto const* const sid = x.query.find("sid");
    engineio_connection_ptr const existing = sid && !sid->empty() ? server.find(*sid) : nullptr;
    auto const origin = origin_of(request);
    session::engineio_request const summary{view(request.method_string()), wants_websocket(request), origin};
    if (auto const refusal = session::check_request(
            summary, x.query, existing ? &existing->session_ : nullptr, server.settings_.session))
      co_return co_await refuse(x, *refusal);
    if (!existing && server.refuses_new()) co_return co_await unavailable(x);
    if (summary.upgrade) co_return co_await upgrade(x, existing);
    if (!existing) co_return co_await open_polling(x);
    if (request.method() == http::verb::get) co_return co_await poll(x, existing);
    if (request.method() == http::verb::post) co_return co_await post(x, existing);
    co_return co_await answer(x, http::status::method_not_allowed, {}, {});
  }

  template <class Stream>
  static boost::asio::awaitable<served> preflight(exchange<Stream>& x) {
    auto const& settings = x.server.settings_;
    auto fields = extra_fields(x);
    fields.set(http::field::access_control_allow_methods, settings.cors_methods);
    if (settings.cors_max_age)
      fields.set(http::field::access_control_max_age, std::to_string(settings.cors_max_age->count()));
    if (!settings.cors_allowed_headers.empty()) {
      fields.set(http::field::access_control_allow_headers, settings.cors_allowed_headers);
    } else {
      auto const asked = x.request()[http::field::access_control_request_headers];
      if (!asked.empty()) fields.set(http::field::access_control_allow_headers, asked);
      fields.set(http::field::vary, fields.count(http::field::vary) ? "Origin, Access-Control-Request-Headers"
                                                                    : "Access-Control-Request-Headers");
    }
    co_return co_await answer_with(x, std::move(fields), http::status::no_content, {}, {}, true);
  }

  // What is known of the client.
  template <class Stream>
  static std::unique_ptr<handshake> describe(exchange<Stream>& x) {
    auto known = std::make_unique<handshake>();
    known->target = view(x.request().target());
    known->query = x.query;
    known->headers = x.request().base();
    error_code ignored;
    known->address = x.socket().remote_endpoint(ignored).address().to_string();
    known->time = std::chrono::system_clock::now();
    known->secure = std::is_same_v<Stream, tls_stream>;
    return known;
  }

  // @return why the handshake is turned away, if it is.
  static boost::asio::awaitable<std::optional<std::string>> decide(engineio_server& server,
                                                                   handshake const& known) {
    auto refusal = co_await boost::asio::async_initiate<boost::asio::use_awaitable_t<> const,
                                                        void(std::optional<std::string>)>(
        [&](auto handler) {
          auto const once = std::make_shared<std::optional<decltype(handler)>>(std::move(handler));
          server.settings_.allow_request(
              known, [once, &context = server.context()](std::optional<std::string> why) {
                if (!*once) return;
                boost::asio::post(context, [resume = std::move(**once), why = std::move(why)]() mutable {
                  std::move(resume)(std::move(why));
                });
                once->reset();
              });
        },
        boost::asio::use_awaitable);
    if (refusal && refusal->empty()) refusal = "Forbidden";
    co_return refusal;
  }

  static std::string open_packet(engineio_server const& server, engineio_connection const& connection) {
    auto const& options = server.settings_.session;
    wire::engineio::handshake shake;
    shake.sid = std::string(connection.sid());
    if (options.allow_upgrades && options.websocket &&
        connection.transport() == session::engineio_transport::polling)
      shake.upgrades.emplace_back("websocket");
    shake.ping_interval = options.ping_interval;
    shake.ping_timeout = options.ping_timeout;
    shake.max_payload = options.max_payload;
    std::string packet;
    wire::engineio::append_handshake(packet, shake);
    packet.insert(packet.begin(), '0');
    return packet;
  }

  template <class Stream>
  static boost::asio::awaitable<served> open_polling(exchange<Stream>& x) {
    auto known = describe(x);
    std::optional<std::string> refusal;
    if (x.server.settings_.allow_request) refusal = co_await decide(x.server, *known);
    if (refusal) co_return co_await refuse(x, session::engineio_refusal::forbidden, *refusal);
    if (x.server.refuses_new()) co_return co_await unavailable(x);
    auto const connection = x.server.create(session::engineio_transport::polling, std::move(known));
    auto fields = extra_fields(x, connection->handshake(), connection->sid());
    x.server.handler_.opened(*connection);
    connection->deadline_changed();
    co_return co_await answer_with(x, std::move(fields), http::status::ok, "text/plain; charset=UTF-8",
                                   open_packet(x.server, *connection), true);
  }

  template <class Stream>
  static boost::asio::awaitable<served> poll(exchange<Stream>& x, engineio_connection_ptr connection) {
    auto const pending = std::make_shared<engineio_connection::pending_poll>(x.server.context());
    bool accepted = false;
    // A second poll ends the session: the first must still be there to be answered.
    auto const first = connection->poll_;
    connection->feed([&](auto& actions) {
      accepted = connection->session_.poll(std::chrono::steady_clock::now(), actions);
      if (accepted) connection->poll_ = pending;
    });
    if (!accepted) co_return co_await answer(x, http::status::bad_request, {}, {});
    if (!pending->body) {
      boost::beast::get_lowest_layer(x.stream).expires_never();
      watch_for_end(x.socket(), connection, pending);
      error_code ignored;
      co_await pending->wake.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
      if (pending->watching) {
        pending->watching = false;
        x.socket().cancel(ignored);
      }
    }
    if (!pending->body) co_return served::closed;
    auto const result =
        co_await answer(x, http::status::ok, "text/plain; charset=UTF-8", std::move(*pending->body));
    co_return result;
  }

  // While a poll is held nothing is read, so the end of the connection is noticed here.
  static void watch_for_end(tcp_socket& socket, engineio_connection_ptr connection,
                            std::shared_ptr<engineio_connection::pending_poll> pending) {
    socket.async_wait(tcp_socket::wait_read, [&socket, connection, pending](error_code ec) {
      if (!pending->watching) return;
      pending->watching = false;
      error_code failed;
      bool const ended = ec || (socket.available(failed) == 0) || failed;
      if (!ended) return;  // an early next request; its turn comes
      if (connection->poll_ == pending) connection->poll_.reset();
      connection->feed([&](auto& actions) { connection->session_.poll_aborted(actions); });
      pending->wake.cancel();
    });
  }

  template <class Stream>
  static boost::asio::awaitable<served> post(exchange<Stream>& x, engineio_connection_ptr connection) {
    auto& session = connection->session_;
    auto const pending = std::make_shared<engineio_connection::pending_post>();
    bool accepted = false;
    connection->feed([&](auto& actions) { accepted = session.post_begin(actions); });
    if (!accepted) co_return co_await answer(x, http::status::bad_request, {}, {});
    connection->post_ = pending;
    auto const done = [&] {
      if (connection->post_ == pending) connection->post_.reset();
    };

    if (view(x.request()[http::field::content_type]) == "application/octet-stream") {
      done();
      connection->feed([&](auto& actions) { session.post_failed(actions); });
      co_return co_await answer(x, http::status::bad_request, {}, {});
    }
    auto const limit = x.server.settings_.session.max_payload;
    error_code ec;
    http::request_parser<http::string_body> whole(std::move(x.head));
    whole.body_limit(limit);
    x.bound_time();
    if (whole.content_length() && *whole.content_length() > limit) {
      ec = http::error::body_limit;
    } else {
      if (boost::beast::iequals(whole.get()[http::field::expect], "100-continue"))
        co_await continue_body(x, ec);
      pending->cancel = [&x] { x.socket().close(); };
      co_await http::async_read(x.stream, x.buffer, whole,
                                boost::asio::redirect_error(boost::asio::use_awaitable, ec));
      pending->cancel = nullptr;
    }
    done();
    if (pending->given_up) co_return served::closed;
    // The header went with the parser; answers need its version and connection options.
    restore_head(x, whole);
    if (ec == http::error::body_limit) {
      session.post_dropped();
      co_return co_await answer(x, http::status::payload_too_large, {}, {}, false);
    }
    if (ec) {
      connection->feed([&](auto& actions) { session.post_failed(actions); });
      co_return served::closed;
    }
    x.body_unread = false;
    x.server.post_headers_ = &x.request().base();
    connection->feed(
        [&](auto& actions) { session.post(whole.get().body(), std::chrono::steady_clock::now(), actions); });
    x.server.post_headers_ = nullptr;
    co_return co_await answer(x, http::status::ok, "text/html", "ok");
  }

  template <class Stream>
  static boost::asio::awaitable<void> continue_body(exchange<Stream>& x, error_code& ec) {
    http::response<http::empty_body> go_on{http::status::continue_, 11};
    co_await http::async_write(x.stream, go_on, boost::asio::redirect_error(boost::asio::use_awaitable, ec));
  }

  template <class Stream>
  static void restore_head(exchange<Stream>& x, http::request_parser<http::string_body>& whole) {
    x.head.get().base() = whole.get().base();
  }

  // The 101 and the first packet leave together.
  template <class Stream>
  static boost::asio::awaitable<served> upgrade(exchange<Stream>& x, engineio_connection_ptr existing) {
    auto const& request = x.request();
    auto const& settings = x.server.settings_;
    if (auto const defect = websocket_defect(request))
      co_return co_await refuse(x, session::engineio_refusal::bad_request, *defect);
    if (!settings.websocket_origins.empty()) {
      auto const origin = view(request[http::field::origin]);
      bool known = false;
      for (auto const& allowed : settings.websocket_origins) known = known || allowed == origin;
      if (!known) co_return co_await refuse(x, session::engineio_refusal::forbidden);
    }
    std::unique_ptr<handshake> known;
    if (!existing) {
      known = describe(x);
      std::optional<std::string> refusal;
      if (settings.allow_request) refusal = co_await decide(x.server, *known);
      if (refusal) co_return co_await refuse(x, session::engineio_refusal::forbidden, *refusal);
      if (x.server.refuses_new())
        co_return co_await unavailable(x);  // closed or filled up while it was decided
    }

    auto const early_bytes = x.buffer.data();
    std::string const early(static_cast<char const*>(early_bytes.data()), early_bytes.size());
    x.buffer.consume(early.size());

    if (existing) {
      bool const wanted = existing->session_.probe_open(std::chrono::steady_clock::now());
      auto const reply = *accept_websocket(request, extra_fields(x));
      auto const link = take_link(x.server, *existing, x.stream);
      link->write_now(reply);
      if (!wanted) {
        link->forget_listener();
        link->close(wire::websocket::close_code::no_status);
      } else {
        existing->probe_ = link;
        existing->deadline_changed();
      }
      link->start(early);
      co_return served::taken;
    }
    auto const connection = x.server.create(session::engineio_transport::websocket, std::move(known));
    auto reply = *accept_websocket(request, extra_fields(x, connection->handshake(), connection->sid()));
    auto const link = take_link(x.server, *connection, x.stream);
    connection->link_ = link;
    wire::websocket::append_frame(reply, wire::websocket::opcode::text, open_packet(x.server, *connection));
    link->write_now(reply);
    x.server.handler_.opened(*connection);
    connection->deadline_changed();
    link->start(early);
    co_return served::taken;
  }
};

UPLOADPROTO_DECL boost::asio::awaitable<served> engineio_server::async_serve(
    plain_stream& stream, boost::beast::flat_buffer& buffer, header_parser& head) {
  return engineio_http::serve(*this, stream, buffer, head);
}

UPLOADPROTO_DECL boost::asio::awaitable<served> engineio_server::async_serve(
    tls_stream& stream, boost::beast::flat_buffer& buffer, header_parser& head) {
  return engineio_http::serve(*this, stream, buffer, head);
}

UPLOADPROTO_DECL boost::asio::awaitable<served> engineio_server::async_serve(
    boost::beast::tcp_stream& stream, boost::beast::flat_buffer& buffer, header_parser& head) {
  return serve_borrowed(context(), stream, [this, &buffer, &head](plain_stream& own) {
    return engineio_http::serve(*this, own, buffer, head);
  });
}

}  // namespace uploadproto::net

#endif
