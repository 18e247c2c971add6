// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <uploadproto/socketio/client.hpp>

#include "client_certificates.hpp"
#include "client_peer.hpp"

namespace uploadproto::net::test {
namespace {

using namespace std::chrono_literals;
namespace ssl = asio::ssl;
using session::client_condition;
using socketio::client;
using socketio::client_options;
using socketio::client_transport;

identity const& authority() {
  static identity const made = make_identity({"Test Authority", "", -3600, 3600}, nullptr);
  return made;
}

/** A context that trusts the test's authority; its own mode is left at OpenSSL's default: no verification. */
std::shared_ptr<ssl::context> trusting() {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  context->add_certificate_authority(asio::buffer(authority().certificate_pem()));
  return context;
}

/** A TLS server for one client: shakes hands, accepts the WebSocket and the namespace. */
class tls_stage {
 public:
  explicit tls_stage(identity const& id) : context_(ssl::context::tls_server) {
    context_.use_certificate(asio::buffer(id.certificate_pem()), ssl::context::pem);
    context_.use_private_key(asio::buffer(id.key_pem()), ssl::context::pem);
  }

  asio::io_context loop;
  std::string sni;        ///< the name that the client asked for
  bool is_proxy = false;  ///< the server stands behind a tunnel
  std::string tunnel;     ///< the request for it
  error_code handshake;   ///< how it ended on this side

  [[nodiscard]] client_options to(std::string const& scheme, std::string const& host = "127.0.0.1") const {
    client_options options;
    options.url = scheme + "://" + host + ':' + std::to_string(acceptor_.local_endpoint().port());
    options.transports = {client_transport::websocket};
    return options;
  }

  error_code connect(client_options options) {
    error_code result;
    asio::co_spawn(loop, serve(), [](std::exception_ptr) {});
    client c(loop.get_executor(), std::move(options));
    c.async_connect([&](error_code error) {
      result = error;
      loop.stop();
    });
    loop.run_for(10s);
    return result;
  }

 private:
  task<> serve() {
    auto socket = co_await acceptor_.async_accept(use_awaitable);
    if (is_proxy) {
      std::string head(4096, '\0');
      auto const size = co_await socket.async_read_some(asio::buffer(head), use_awaitable);
      tunnel = head.substr(0, size);
      std::string const established = "HTTP/1.1 200 OK\r\n\r\n";
      co_await asio::async_write(socket, asio::buffer(established), use_awaitable);
    }
    ssl::stream<asio::ip::tcp::socket> stream(std::move(socket), context_);
    co_await stream.async_handshake(ssl::stream_base::server, asio::redirect_error(use_awaitable, handshake));
    if (handshake) co_return;
    if (auto const* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name)) sni = name;
    request r;
    std::string chunk(4096, '\0');
    while (r.head.find("\r\n\r\n") == std::string::npos) {
      auto const count = co_await stream.async_read_some(asio::buffer(chunk), use_awaitable);
      r.head.append(chunk, 0, count);
    }
    std::string const answer =
        "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " +
        wire::websocket::accept_key(r.header("Sec-WebSocket-Key")) + "\r\n\r\n" + peer::frame(handshake_ws);
    co_await asio::async_write(stream, asio::buffer(answer), use_awaitable);
    co_await stream.async_read_some(asio::buffer(chunk), use_awaitable);  // CONNECT
    auto const joined = peer::frame(R"(40{"sid":"x"})");
    co_await asio::async_write(stream, asio::buffer(joined), use_awaitable);
    for (;;) co_await stream.async_read_some(asio::buffer(chunk), use_awaitable);
  }

  ssl::context context_;
  asio::ip::tcp::acceptor acceptor_{loop, {asio::ip::make_address("127.0.0.1"), 0}};
};

bool is_certificate_refusal(error_code error) {
  return error.category() == asio::error::get_ssl_category() &&
         error.message().find("certificate verify failed") != std::string::npos;
}

BOOST_AUTO_TEST_SUITE(client_tls)

BOOST_AUTO_TEST_CASE(a_certificate_of_a_trusted_authority_connects) {
  for (std::string const scheme : {"wss", "https"}) {
    for (std::string const host : {"127.0.0.1", "localhost"}) {
      BOOST_TEST_CONTEXT(scheme << ' ' << host) {
        tls_stage s(make_identity({}, &authority()));
        auto options = s.to(scheme, host);
        options.tls = trusting();
        auto const error = s.connect(options);
        BOOST_TEST(!error, error.message());
        BOOST_TEST(!s.handshake);
        BOOST_TEST(s.sni == (host == "localhost" ? host : ""));
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(CVE_2016_10536_an_authority_that_the_system_does_not_know_is_refused_by_default) {
  tls_stage s(make_identity({}, &authority()));
  auto const error = s.connect(s.to("wss"));
  BOOST_TEST(is_certificate_refusal(error), error.message());
  BOOST_TEST((error == client_condition::cannot_connect));
}

BOOST_AUTO_TEST_CASE(CVE_2016_10536_a_self_signed_certificate_is_refused) {
  tls_stage s(make_identity({}, nullptr));
  auto options = s.to("wss");
  options.tls = trusting();
  auto const error = s.connect(options);
  BOOST_TEST(is_certificate_refusal(error), error.message());
}

BOOST_AUTO_TEST_CASE(CVE_2016_10536_an_expired_certificate_is_refused) {
  tls_stage s(make_identity({"localhost", "DNS:localhost,IP:127.0.0.1", -7200, -3600}, &authority()));
  auto options = s.to("wss");
  options.tls = trusting();
  auto const error = s.connect(options);
  BOOST_TEST(is_certificate_refusal(error), error.message());
}

BOOST_AUTO_TEST_CASE(CVE_2016_10536_a_certificate_for_another_name_is_refused) {
  for (std::string const host : {"127.0.0.1", "localhost"}) {
    BOOST_TEST_CONTEXT(host) {
      tls_stage s(make_identity({"localhost", "DNS:other.example,IP:127.0.0.2", -3600, 3600}, &authority()));
      auto options = s.to("wss", host);
      options.tls = trusting();
      auto const error = s.connect(options);
      BOOST_TEST(is_certificate_refusal(error), error.message());
    }
  }
}

BOOST_AUTO_TEST_CASE(CVE_2021_31597_a_context_that_forgot_to_verify_verifies_all_the_same) {
  tls_stage s(make_identity({}, nullptr));
  auto options = s.to("wss");
  options.tls = std::make_shared<ssl::context>(ssl::context::tls_client);
  options.tls->set_verify_mode(ssl::verify_none);
  auto const error = s.connect(options);
  BOOST_TEST(is_certificate_refusal(error), error.message());
}

BOOST_AUTO_TEST_CASE(verification_ends_only_where_the_program_says_so) {
  tls_stage s(make_identity({"x", "DNS:other.example", -7200, -3600}, nullptr));
  auto options = s.to("wss");
  options.tls_verify = false;
  auto const error = s.connect(options);
  BOOST_TEST(!error, error.message());
}

BOOST_AUTO_TEST_CASE(polling_verifies_too) {
  tls_stage s(make_identity({}, nullptr));
  auto options = s.to("https");
  options.transports = {client_transport::polling};
  auto const error = s.connect(options);
  BOOST_TEST(is_certificate_refusal(error), error.message());
}

BOOST_AUTO_TEST_CASE(plain_text_where_tls_is_expected_is_no_connection) {
  stage s;
  s.play([&]() -> task<> {
    auto peer = co_await s.accept();
    co_await peer->write("HTTP/1.1 400 Bad Request\r\n\r\n");
    co_await peer->read_to_end();
  });
  s.play([&]() -> task<> {
    client_options options;
    options.url = s.url("wss");
    options.transports = {client_transport::websocket};
    client c(s.loop.get_executor(), options);
    error_code error;
    co_await c.async_connect(asio::redirect_error(use_awaitable, error));
    BOOST_TEST((error == client_condition::cannot_connect), error.message());
  });
  s.run();
}

// The name in the certificate is the server's, not the proxy's.
BOOST_AUTO_TEST_CASE(tls_through_a_proxy_is_with_the_server) {
  for (bool const right_name : {true, false}) {
    auto const id = make_identity({"server.invalid", "DNS:server.invalid", -3600, 3600}, &authority());
    tls_stage s(id);
    s.is_proxy = true;
    auto options = s.to("https");
    auto const port = options.url.substr(options.url.rfind(':') + 1);
    options.url = right_name ? "https://server.invalid" : "https://other.invalid";
    options.proxy = socketio::client_proxy{"127.0.0.1", port, {}, {}};
    options.tls = trusting();
    auto const error = s.connect(options);
    BOOST_TEST(!error == right_name, error.message());
    if (right_name) BOOST_TEST(s.tunnel.starts_with("CONNECT server.invalid:443 HTTP/1.1\r\n"));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::net::test
