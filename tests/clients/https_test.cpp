// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "../net/client_certificates.hpp"
#include "cli/exit_code.hpp"
#include "cli/http/http_client.hpp"
#include "cli/http/tls.hpp"
#include "scripted_server.hpp"

namespace {

using namespace uploadproto::cli;
using namespace std::chrono_literals;
namespace asio = boost::asio;
namespace ssl = asio::ssl;
namespace made = uploadproto::net::test;

/** An HTTPS server with a certificate of the test's choice, and a client that trusts one authority. */
struct fixture {
  asio::io_context context;
  ssl::context server_tls{ssl::context::tls_server};
  asio::ip::tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
  std::filesystem::path folder;
  made::identity authority = made::make_identity({"Test authority", ""}, nullptr);

  fixture() {
    char name[] = "/tmp/uploadproto-XXXXXX";
    folder = ::mkdtemp(name);
    std::ofstream(folder / "ca.pem") << authority.certificate_pem();
  }
  ~fixture() { std::filesystem::remove_all(folder); }

  void serve(made::identity const& id) {
    server_tls.use_certificate_chain(asio::buffer(id.certificate_pem()));
    server_tls.use_private_key(asio::buffer(id.key_pem()), ssl::context::pem);
    asio::co_spawn(context, accept_one(), asio::detached);
  }

  asio::awaitable<void> accept_one() {
    ssl::stream<asio::ip::tcp::socket> peer(co_await acceptor.async_accept(asio::use_awaitable), server_tls);
    co_await peer.async_handshake(ssl::stream_base::server, asio::use_awaitable);
    std::string request(2000, '\0');
    co_await peer.async_read_some(asio::buffer(request), asio::use_awaitable);
    std::string const answer = scripted_server::answer(200, "over TLS");
    co_await asio::async_write(peer, asio::buffer(answer), asio::use_awaitable);
  }

  /** The body, or the sentence why there is none. */
  std::string ask(char const* host, std::filesystem::path const& ca_file) {
    server_url url;
    url.tls = true;
    url.host = host;
    url.port = std::to_string(acceptor.local_endpoint().port());
    http_client client({url, make_tls_context(ca_file), {}, 10s});
    std::string outcome;
    asio::co_spawn(context, client.request("GET", "/"), [&](std::exception_ptr e, http_answer answer) {
      try {
        if (e) std::rethrow_exception(e);
        outcome = answer.body;
      } catch (failure const& f) {
        BOOST_TEST((f.code() == exit_code::cannot_connect));
        outcome = f.what();
      }
      context.stop();
    });
    context.run();
    return outcome;
  }

  bool distrusted(std::string const& sentence) {
    return sentence.find("cannot be trusted") != std::string::npos;
  }
};

BOOST_FIXTURE_TEST_SUITE(clients_https, fixture)

BOOST_AUTO_TEST_CASE(a_server_of_a_known_authority_is_trusted_by_name) {
  serve(made::make_identity({}, &authority));
  BOOST_TEST(ask("localhost", folder / "ca.pem") == "over TLS");
}

BOOST_AUTO_TEST_CASE(a_server_of_a_known_authority_is_trusted_by_address) {
  serve(made::make_identity({}, &authority));
  BOOST_TEST(ask("127.0.0.1", folder / "ca.pem") == "over TLS");
}

BOOST_AUTO_TEST_CASE(an_unknown_authority_is_not_trusted) {
  serve(made::make_identity({}, &authority));
  std::string const sentence = ask("localhost", {});  // the system's authorities
  BOOST_TEST(distrusted(sentence), sentence);
  BOOST_TEST(sentence.find("--ca-file") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_certificate_that_signed_itself_is_not_trusted) {
  serve(made::make_identity({}, nullptr));
  BOOST_TEST(distrusted(ask("localhost", folder / "ca.pem")));
}

BOOST_AUTO_TEST_CASE(another_name_is_not_trusted) {
  serve(made::make_identity({"example.org", "DNS:example.org"}, &authority));
  BOOST_TEST(distrusted(ask("localhost", folder / "ca.pem")));
}

BOOST_AUTO_TEST_CASE(an_expired_certificate_is_not_trusted) {
  serve(made::make_identity({"localhost", "DNS:localhost", -7200, -3600}, &authority));
  BOOST_TEST(distrusted(ask("localhost", folder / "ca.pem")));
}

BOOST_AUTO_TEST_CASE(a_file_without_authorities_is_told) {
  std::ofstream(folder / "empty.pem") << "nothing";
  for (auto const& bad : {folder / "empty.pem", folder / "missing.pem", folder})
    BOOST_CHECK_EXCEPTION(make_tls_context(bad), failure,
                          [](failure const& f) { return f.code() == exit_code::usage; });
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
