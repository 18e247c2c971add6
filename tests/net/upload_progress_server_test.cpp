// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <atomic>
#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <mutex>
#include <thread>
#include <uploadproto/contract/upload_progress.hpp>
#include <uploadproto/server.hpp>
#include <uploadproto/session/ticket_office.hpp>

#include "../contract/toy_protocol.hpp"
#include "loopback.hpp"

// The server role of protocols framed as plain JSON over real sockets: who is let in, and who is told what.
namespace uploadproto::net::test {

using contract::upload_progress;
using contract::upload_progress_message;
using namespace std::chrono_literals;

struct running_batches {
  explicit running_batches(std::chrono::milliseconds linger = 10s,
                           std::vector<std::string> origins = {"https://app.example"},
                           std::size_t max_connections = 100)
      : office(*wire::jwt::key::from_secret("0123456789abcdef0123456789abcdef"), {}, now()) {
    loop.on_loop([&] {
      role = std::make_unique<server<upload_progress>>(
          loop.context,
          server<upload_progress>::options{
              .verify_token = [this](std::string_view t) { return office.redeem(t, now()); },
              .find_job = [](std::string_view job) -> std::optional<session::job_snapshot> {
                if (job != "stored") return std::nullopt;
                return session::job_snapshot{"ann", to_wire(message("stored", "error", 10)), true};
              },
              .log =
                  [this](std::string_view sentence) {
                    std::lock_guard lock(mutex);
                    log.append(sentence).append("\n");
                  },
              .json = {.linger = linger, .origins = origins, .max_connections = max_connections}});
      endpoint = role->listen({asio::ip::make_address("127.0.0.1"), 0}).value();
    });
  }
  ~running_batches() {
    loop.stop();
    role.reset();
  }

  static std::chrono::system_clock::time_point now() { return std::chrono::system_clock::now(); }
  std::string ticket(std::string const& user) { return *office.issue(user, now()); }
  static std::string path(std::string const& batch, std::string const& token) {
    return "/ws/upload-progress/" + batch + (token.empty() ? "" : "?token=" + token);
  }
  std::string refusal(std::string const& target, std::string const& headers = {}) {
    return raw_client(endpoint).upgrade(target, headers);
  }
  /** A client of the batch that has read its greeting. */
  raw_client watcher(std::string const& user, std::string const& batch) {
    raw_client c(endpoint);
    auto const answer = c.upgrade(path(batch, ticket(user)));
    BOOST_TEST_REQUIRE(answer.starts_with("HTTP/1.1 101"), answer);
    BOOST_TEST(field(c.frame(), "status") == "connected");
    return c;
  }
  static upload_progress_message message(char const* batch, char const* status, double progress,
                                         char const* stage = "validation") {
    upload_progress_message m{.batch_id = batch, .progress = progress, .status = status, .stage = stage};
    m.message = "m";
    if (m.status == "error") m.error = "no";
    m.timestamp = "2025-11-25T10:30:45.123Z";
    return m;
  }
  void publish(char const* user, upload_progress_message m) {
    BOOST_TEST(contract::to_string(role->publish(user, std::move(m))) == "");
  }
  static std::string field(std::string const& frame, char const* name) {
    BOOST_TEST_REQUIRE(frame.starts_with("text:"), frame);
    auto const json = boost::json::parse(frame.substr(5));
    auto const read = contract::read_event<upload_progress>("", json);
    BOOST_TEST(read.has_value());
    auto const& value = json.at(name);
    return value.is_string() ? std::string(value.get_string()) : std::to_string(value.to_number<int>());
  }

  loop_thread loop;
  session::ticket_office office;
  std::unique_ptr<server<upload_progress>> role;
  asio::ip::tcp::endpoint endpoint;
  std::mutex mutex;
  std::string log;
};

BOOST_AUTO_TEST_SUITE(upload_progress_server)

BOOST_AUTO_TEST_CASE(UP_T1_E3_a_watcher_is_greeted_and_follows_its_batch) {
  running_batches s;
  auto ann = s.watcher("ann", "b-1"), other = s.watcher("ann", "b-2");
  s.publish("ann", s.message("b-1", "processing", 0));
  s.publish("ann", s.message("b-1", "processing", 20));
  s.publish("ann", s.message("b-2", "error", 0));
  BOOST_TEST(s.field(ann.frame(), "progress") == "0");
  BOOST_TEST(s.field(ann.frame(), "progress") == "20");
  BOOST_TEST(s.field(other.frame(), "error") == "no");
}

BOOST_AUTO_TEST_CASE(UP_A1_A2_refusals_come_before_the_upgrade) {
  running_batches s;
  BOOST_TEST(s.refusal(s.path("b", "")).starts_with("HTTP/1.1 401"));
  BOOST_TEST(s.refusal(s.path("b", "x.y.z")).starts_with("HTTP/1.1 401"));
  auto const used = s.ticket("ann");
  raw_client first(s.endpoint);
  BOOST_TEST(first.upgrade(s.path("b", used)).starts_with("HTTP/1.1 101"));
  auto const again = s.refusal(s.path("b", used));
  BOOST_TEST(again.starts_with("HTTP/1.1 401"));
  BOOST_TEST(again.find(R"({"detail":{"code":"invalid_token")") != std::string::npos, again);
  BOOST_TEST(s.log.find(used) == std::string::npos);  // JW-6
  BOOST_TEST(s.log.find("the ticket has been used") != std::string::npos, s.log);
}

BOOST_AUTO_TEST_CASE(UP_A1_of_a_hundred_connections_with_one_ticket_one_gets_in) {
  running_batches s;
  auto const target = s.path("b", s.ticket("ann"));
  std::atomic<int> in{0}, refused{0};
  std::vector<std::thread> crowd;
  for (int i = 0; i != 100; ++i)
    crowd.emplace_back([&] {
      raw_client c(s.endpoint);
      auto const answer = c.upgrade(target);
      ++(answer.starts_with("HTTP/1.1 101") ? in : refused);
    });
  for (auto& one : crowd) one.join();
  BOOST_TEST(in == 1);
  BOOST_TEST(refused == 99);
}

BOOST_AUTO_TEST_CASE(UP_A5_A6_a_batch_is_its_first_users) {
  running_batches s;
  auto ann = s.watcher("ann", "b");
  auto const answer = s.refusal(s.path("b", s.ticket("bob")));
  BOOST_TEST(answer.starts_with("HTTP/1.1 403"), answer);
  BOOST_TEST(s.refusal(s.path("stored", s.ticket("bob"))).starts_with("HTTP/1.1 403"));
  // An upload without a watcher claims, too.
  BOOST_TEST(s.role->admission().take("uploaded", "bob", std::chrono::steady_clock::now()));
  BOOST_TEST(s.refusal(s.path("uploaded", s.ticket("ann"))).starts_with("HTTP/1.1 403"));
  // An event that is not the owner's never reaches a watcher.
  s.publish("bob", s.message("b", "processing", 0));
  s.publish("ann", s.message("b", "processing", 5));
  BOOST_TEST(s.field(ann.frame(), "progress") == "5");
}

BOOST_AUTO_TEST_CASE(UP_A7_the_path_names_a_batch) {
  running_batches s;
  for (auto const& wrong :
       {std::string("a%20b"), std::string(), std::string(65, 'x'), std::string("a%2Fb"), std::string("%zz"),
        std::string("a%4"), std::string("a%"), std::string("%FF"), std::string("%252E")})
    BOOST_TEST(s.refusal(s.path(wrong, s.ticket("ann"))).starts_with("HTTP/1.1 400"), wrong);
  BOOST_TEST(s.refusal(s.path("a/b", s.ticket("ann"))).starts_with("HTTP/1.1 404"));
  // As RFC 3986 2.4 has it, and as our client writes dots that are not steps.
  auto letters = s.watcher("ann", "%62-%31"), dots = s.watcher("ann", "%2E%2e");
  s.publish("ann", s.message("b-1", "processing", 5));
  s.publish("ann", s.message("..", "processing", 6));
  BOOST_TEST(s.field(letters.frame(), "progress") == "5");
  BOOST_TEST(s.field(dots.frame(), "progress") == "6");
  BOOST_TEST(s.refusal("/ws/other/b?token=" + s.ticket("ann")).starts_with("HTTP/1.1 404"));
}

BOOST_AUTO_TEST_CASE(what_is_no_handshake_is_told_so_and_uses_no_ticket_up) {
  running_batches s;
  auto const target = s.path("b", s.ticket("ann"));
  raw_client c(s.endpoint);
  auto const plain = c.get(target);
  BOOST_TEST(plain.starts_with("HTTP/1.1 426"), plain);
  BOOST_TEST(plain.find("Upgrade: websocket") != std::string::npos);
  BOOST_TEST(c.get(target).starts_with("HTTP/1.1 426"));  // on the same connection
  BOOST_TEST(s.refusal(target, "Origin: https://evil.example\r\n").starts_with("HTTP/1.1 403"));
  BOOST_TEST(s.refusal(target, "Origin: https://app.example\r\n").starts_with("HTTP/1.1 101"));
}

BOOST_AUTO_TEST_CASE(every_origin_may_be_allowed_by_a_star) {
  running_batches s(10s, {"*"});
  BOOST_TEST(
      s.refusal(s.path("b", s.ticket("ann")), "Origin: https://any.example\r\n").starts_with("HTTP/1.1 101"));
}

BOOST_AUTO_TEST_CASE(UP_N1_the_sixth_connection_is_refused_and_the_five_stay) {
  running_batches s;
  std::vector<raw_client> five;
  for (int i = 0; i != 5; ++i) five.push_back(s.watcher("ann", "b-" + std::to_string(i)));
  BOOST_TEST(s.refusal(s.path("b-9", s.ticket("ann"))).starts_with("HTTP/1.1 429"));
  auto bob = s.watcher("bob", "b-9");
  for (auto& one : five) {
    one.send_text("ping");
    BOOST_TEST(one.frame() == "text:pong");
  }
  five.back().send(std::string("\x88\x80\0\0\0\0", 6));
  BOOST_TEST(five.back().frame() == "close:1005");
  BOOST_TEST(five.back().at_end());
  auto sixth = s.watcher("ann", "b-9x");
}

BOOST_AUTO_TEST_CASE(a_full_server_turns_away_whoever_comes_and_uses_no_ticket_up) {
  running_batches s(10s, {}, 1);
  auto const ticket = s.ticket("ben");
  {
    auto ann = s.watcher("ann", "b");
    auto const refused = s.refusal(s.path("c", ticket));
    BOOST_TEST(refused.starts_with("HTTP/1.1 503"));
    BOOST_TEST(refused.find("server_full") != std::string::npos);
    s.loop.on_loop([&] { s.role->io().for_each_of("b", [](json_link& link) { link.abort(); }); });
    while (s.loop.on_loop([&] { return s.role->io().connections(); }) != 0) continue;
  }
  BOOST_TEST(s.refusal(s.path("c", ticket)).starts_with("HTTP/1.1 101"));
}

BOOST_AUTO_TEST_CASE(UP_N2_N3_what_a_client_sends_is_bounded) {
  running_batches s;
  auto big = s.watcher("ann", "b"), busy = s.watcher("ann", "b");
  big.send_text(std::string(1024, 'x'));
  big.send_text("ping");
  BOOST_TEST(big.frame() == "text:pong");
  big.send_text(std::string(1025, 'x'));
  BOOST_TEST(big.frame() == "close:1009");
  for (int i = 0; i != 11; ++i) busy.send_text("{}");
  BOOST_TEST(busy.frame() == "close:1008");
  auto third = s.watcher("ann", "b");
  third.send(std::string("\x82\x81\0\0\0\0x", 7));
  BOOST_TEST(third.frame() == "close:1003");
}

BOOST_AUTO_TEST_CASE(UP_N3_a_long_message_is_cut) {
  running_batches s;
  auto ann = s.watcher("ann", "b");
  auto m = s.message("b", "processing", 0);
  m.message.assign(5000, 'm');
  s.publish("ann", m);
  auto const frame = ann.frame();
  BOOST_TEST(frame.size() <= 1024 + 5u);
  BOOST_TEST(s.field(frame, "message").ends_with("\xE2\x80\xA6"));
}

BOOST_AUTO_TEST_CASE(UP_L6_after_the_end_the_server_closes_with_1000) {
  running_batches s(0ms);
  auto ann = s.watcher("ann", "b");
  s.publish("ann", s.message("b", "processing", 0));
  s.publish("ann", s.message("b", "error", 0));
  BOOST_TEST(s.field(ann.frame(), "status") == "processing");
  BOOST_TEST(s.field(ann.frame(), "status") == "error");
  BOOST_TEST(ann.frame() == "close:1000");
  // CO-10: who comes late is told how it ended, by this process or by one before it.
  for (char const* job : {"b", "stored"}) {
    auto late = s.watcher("ann", job);
    BOOST_TEST(s.field(late.frame(), "status") == "error");
    BOOST_TEST(late.frame() == "close:1000");
  }
}

BOOST_AUTO_TEST_CASE(a_closing_server_says_so) {
  running_batches s;
  auto ann = s.watcher("ann", "b");
  s.loop.on_loop([&] { s.role->close(); });
  BOOST_TEST(ann.frame() == "close:1001");
}

// The proof that a protocol is one file: the toy is served by the same role.
BOOST_AUTO_TEST_CASE(a_protocol_of_one_file_is_served) {
  loop_thread loop;
  asio::ip::tcp::endpoint endpoint;
  std::unique_ptr<server<toy::parcels>> role;
  loop.on_loop([&] {
    role = std::make_unique<server<toy::parcels>>(
        loop.context,
        server<toy::parcels>::options{
            .verify_token = [](std::string_view t) -> result<std::string> { return std::string(t); }});
    endpoint = role->listen({asio::ip::make_address("127.0.0.1"), 0}).value();
  });
  raw_client c(endpoint);
  BOOST_TEST(c.upgrade("/ws/parcels/p-1?token=ann").starts_with("HTTP/1.1 101"));
  toy::parcel_message m;
  m.parcel = "p-1";
  m.stage = "packing";
  m.status = "moving";
  m.labels = {"a"};
  BOOST_TEST(contract::to_string(role->publish("ann", m)) == "");
  BOOST_TEST(c.frame().starts_with(R"(text:{"parcelId":"p-1","stage":"packing")"));
  loop.stop();
  role.reset();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::net::test
