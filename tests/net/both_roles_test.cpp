// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <optional>
#include <uploadproto/client.hpp>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/server.hpp>

#include "client_certificates.hpp"
#include "conversation.hpp"

// The SDK's two roles with each other: over plain TCP and TLS, by each way of connecting, across a cut.
namespace uploadproto::net::test {
namespace {

namespace asio = boost::asio;
namespace data = boost::unit_test::data;
using namespace std::chrono_literals;
using contract::bulk_upload;
using contract::bulk_upload_complete;
using contract::bulk_upload_progress;
using follower = uploadproto::client<bulk_upload>;

struct way {
  char const* name;
  bool secure;
  std::vector<client_transport> transports;
};
std::ostream& operator<<(std::ostream& out, way const& w) {
  return out << w.name;
}

std::vector<way> const ways{
    {"websocket", false, {client_transport::websocket}},
    {"polling", false, {client_transport::polling}},
    {"upgrade", false, {client_transport::polling, client_transport::websocket}},
    {"wss", true, {client_transport::websocket}},
    {"https polling", true, {client_transport::polling}},
    {"https upgrade", true, {client_transport::polling, client_transport::websocket}},
};

struct two_roles {
  explicit two_roles(bool secure)
      : authority(make_identity({"Test Authority", "", -3600, 3600}, nullptr)),
        tls(asio::ssl::context::tls_server) {
    auto const mine = make_identity({}, &authority);
    tls.use_certificate(asio::buffer(mine.certificate_pem()), asio::ssl::context::pem);
    tls.use_private_key(asio::buffer(mine.key_pem()), asio::ssl::context::pem);
    server<bulk_upload>::options options;
    options.verify_token = [](std::string_view token) -> result<std::string> { return std::string(token); };
    role.emplace(loop, options);
    endpoint = role->listen({asio::ip::make_address("127.0.0.1"), 0}, secure ? &tls : nullptr).value();
  }

  uploadproto::client_options options(way const& w) const {
    uploadproto::client_options o;
    o.url = std::string(w.secure ? "https" : "http") + "://127.0.0.1:" + std::to_string(endpoint.port());
    o.token = std::string("ann");
    o.transports = w.transports;
    o.reconnection.delay = 1ms;
    o.reconnection.delay_max = 5ms;
    if (w.secure) {
      o.tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
      o.tls->add_certificate_authority(asio::buffer(authority.certificate_pem()));
    }
    return o;
  }
  void progress(char const* stage, double value) {
    bulk_upload_progress event;
    event.job_id = "job-1";
    event.stage = stage;
    event.progress = value;
    BOOST_TEST(role->publish("ann", event).empty());
  }
  void complete() {
    bulk_upload_complete event;
    event.job_id = "job-1";
    event.report_path = "/api/v1/bulk-upload/report/job-1";
    BOOST_TEST(role->publish("ann", event).empty());
  }
  void run(asio::awaitable<void> conversation) { run_conversation(loop, std::move(conversation)); }

  asio::io_context loop{1};
  identity authority;
  asio::ssl::context tls;
  std::optional<server<bulk_upload>> role;
  asio::ip::tcp::endpoint endpoint;
};

BOOST_AUTO_TEST_SUITE(both_roles)

BOOST_DATA_TEST_CASE(a_job_is_followed_to_its_end, data::make(ways), w) {
  two_roles s(w.secure);
  std::vector<double> shown;
  s.run([&]() -> asio::awaitable<void> {
    follower c(s.loop.get_executor(), s.options(w));
    co_await c.async_connect(asio::use_awaitable);
    s.progress("initialization", 0);
    s.progress("file_reading", 15);
    s.progress("pre_validation", 30);
    asio::steady_timer later(s.loop, 20ms);
    later.async_wait([&](error_code) {
      s.progress("report_generation", 100);
      s.complete();
    });
    auto const end = co_await c.async_follow(
        "job-1",
        [&](follower::event const& event) {
          if (auto const* now = std::get_if<bulk_upload_progress>(&event)) shown.push_back(now->progress);
        },
        asio::use_awaitable);
    BOOST_TEST(std::holds_alternative<bulk_upload_complete>(end));
    co_await c.async_close(asio::use_awaitable);
  }());
  BOOST_TEST(shown.back() == 100);
  BOOST_TEST(std::is_sorted(shown.begin(), shown.end()));
}

// CO-12: the connection is cut in mid-job; the client comes back, joins again and is told where things are.
BOOST_DATA_TEST_CASE(a_cut_in_mid_job_is_healed, data::make(ways), w) {
  two_roles s(w.secure);
  int connections = 0;
  std::vector<double> shown;
  s.run([&]() -> asio::awaitable<void> {
    follower c(s.loop.get_executor(), s.options(w));
    c.on_connect([&] {
      if (++connections == 1) return;
      s.progress("report_generation", 100);
      s.complete();
    });
    co_await c.async_connect(asio::use_awaitable);
    s.progress("initialization", 0);
    auto const end = co_await c.async_follow(
        "job-1",
        [&](follower::event const& event) {
          auto const* now = std::get_if<bulk_upload_progress>(&event);
          if (!now) return;
          shown.push_back(now->progress);
          if (now->progress > 0) return;
          s.role->io().engine().for_each([](engineio_connection& connection) {
            connection.discard(session::engineio_close_reason::transport_error);
          });
        },
        asio::use_awaitable);
    BOOST_TEST(std::holds_alternative<bulk_upload_complete>(end));
  }());
  BOOST_TEST(connections >= 2);
  BOOST_TEST(shown.back() == 100);
}

BOOST_AUTO_TEST_CASE(an_unknown_authority_is_not_trusted) {
  two_roles s(true);
  auto options = s.options(ways[3]);
  options.tls = nullptr;
  s.run([&]() -> asio::awaitable<void> {
    follower c(s.loop.get_executor(), options);
    error_code refused;
    co_await c.async_connect(asio::redirect_error(asio::use_awaitable, refused));
    BOOST_TEST(refused.failed());
    BOOST_TEST(!c.connected());
  }());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::net::test
