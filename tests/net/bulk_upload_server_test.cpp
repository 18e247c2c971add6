// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/test/unit_test.hpp>
#include <memory>
#include <mutex>
#include <uploadproto/contract/bulk_upload.hpp>
#include <uploadproto/server.hpp>

#include "loopback.hpp"

// The server role of bulk_upload over real sockets: who is let in, and who is told what.
namespace uploadproto::net::test {

using contract::bulk_upload;
using contract::bulk_upload_complete;
using contract::bulk_upload_failed;
using contract::bulk_upload_progress;

struct running_role {
  running_role() {
    loop.on_loop([&] {
      role = std::make_unique<server<bulk_upload>>(
          loop.context,
          server<bulk_upload>::options{
              .verify_token = [](std::string_view token) -> result<std::string> {
                if (token.starts_with("token-of-")) return std::string(token.substr(9));
                return make_error_code(boost::system::errc::permission_denied);
              },
              .find_job = [this](std::string_view job_id) -> std::optional<session::job_snapshot> {
                if (job_id != "stored" && job_id != "going on") return std::nullopt;
                if (while_found) std::exchange(while_found, nullptr)(job_id);
                bulk_upload_failed end;
                end.job_id = job_id;
                end.error = "long ago";
                end.timestamp = "2025-01-01T00:00:00.000Z";
                return session::job_snapshot{"ann", to_wire(end), job_id == "stored"};
              },
              .log =
                  [this](std::string_view sentence) {
                    std::lock_guard lock(mutex);
                    log.emplace_back(sentence);
                  }});
      endpoint = role->listen({asio::ip::make_address("127.0.0.1"), 0}).value();
    });
  }
  ~running_role() {
    loop.stop();
    role.reset();
  }

  std::string first_answer(std::string const& connect, std::string const& headers = {},
                           std::string const& query = {}) {
    raw_client c(endpoint);
    c.upgrade("/socket.io/?EIO=4&transport=websocket" + query, headers);
    c.frame();
    c.send_text(connect);
    return c.frame();
  }
  raw_client user(std::string const& name) {
    raw_client c(endpoint);
    c.upgrade("/socket.io/?EIO=4&transport=websocket");
    c.frame();
    c.send_text("40{\"token\":\"token-of-" + name + "\"}");
    c.frame();
    return c;
  }
  void progress(char const* user_id, char const* job, char const* stage, double value) {
    BOOST_TEST(
        role->publish(user_id,
                      bulk_upload_progress{
                          .job_id = job, .stage = stage, .progress = value, .message = "m", .timestamp = {}})
            .empty());
  }
  /** Everything published so far has been written to the sockets. */
  void settle() {
    loop.on_loop([] {});
    loop.on_loop([] {});
  }

  std::function<void(std::string_view job_id)> while_found;  // called once, inside find_job
  std::mutex mutex;
  std::vector<std::string> log;
  asio::ip::tcp::endpoint endpoint;
  std::unique_ptr<server<bulk_upload>> role;
  loop_thread loop;
};

/** The frames up to the answer to an event that nobody handles but everybody acknowledges: the end of what
    was sent before. */
static std::vector<std::string> frames_until_echo(raw_client& c) {
  c.send_text("42999[\"unsubscribe_bulk_upload_job\",{\"job_id\":\"never\"}]");
  std::vector<std::string> frames;
  for (;;) {
    auto frame = c.frame();
    if (frame.rfind("text:43999", 0) == 0) return frames;
    frames.push_back(std::move(frame));
  }
}

BOOST_AUTO_TEST_SUITE(bulk_upload_server_role)

// BU-A1, A2, A3, A4, A6
BOOST_AUTO_TEST_CASE(only_a_good_token_is_let_in) {
  running_role s;
  auto const missing = "text:44{\"message\":\"Authentication token required\"}";
  auto const invalid = "text:44{\"message\":\"Invalid authentication token\"}";
  BOOST_TEST(s.first_answer("40{\"token\":\"token-of-ann\"}").rfind("text:40{\"sid\":\"", 0) == 0u);
  BOOST_TEST(s.first_answer("40") == missing);
  BOOST_TEST(s.first_answer("40{}") == missing);
  BOOST_TEST(s.first_answer("40{\"token\":\"\"}") == missing);
  BOOST_TEST(s.first_answer("40{\"token\":7}") == missing);
  BOOST_TEST(s.first_answer("40{\"token\":\"stolen\"}") == invalid);
  BOOST_TEST(s.first_answer("40{\"token\":\"token-of-\"}") == invalid);
  BOOST_TEST(s.first_answer("40", "Authorization: bearer token-of-ann\r\n").rfind("text:40{", 0) == 0u);
  BOOST_TEST(s.first_answer("40", "Authorization: Basic token-of-ann\r\n") == missing);
  BOOST_TEST(s.first_answer("40", {}, "&token=token-of-ann") == missing);
  for (auto const& sentence : s.log) BOOST_TEST(sentence.find("stolen") == std::string::npos);  // JW-6
}

// BU-R1, R5, R6
BOOST_AUTO_TEST_CASE(events_reach_their_owner_once_and_nobody_else) {
  running_role s;
  auto ann = s.user("ann"), second_tab = s.user("ann"), bob = s.user("bob");
  // Bob waits for a job that does not exist yet; it will be Ann's.
  bob.send_text("421[\"subscribe_bulk_upload_job\",{\"job_id\":\"job-1\"}]");
  BOOST_TEST(bob.frame() == "text:431[{\"ok\":true,\"job_id\":\"job-1\"}]");
  ann.send_text("421[\"subscribe_bulk_upload_job\",{\"job_id\":\"job-1\"}]");
  BOOST_TEST(ann.frame() == "text:431[{\"ok\":true,\"job_id\":\"job-1\"}]");
  s.progress("ann", "job-1", "initialization", 0);
  s.settle();
  auto const seen = frames_until_echo(ann);
  BOOST_REQUIRE(seen.size() == 1u);
  BOOST_TEST(
      seen[0].rfind("text:42[\"bulk_upload_progress\",{\"job_id\":\"job-1\",\"stage\":\"initialization\","
                    "\"progress\":0,\"message\":\"m\",\"status\":\"processing\",\"timestamp\":\"",
                    0) == 0u);
  BOOST_TEST(frames_until_echo(second_tab).size() == 1u);
  BOOST_TEST(frames_until_echo(bob).empty());
  bob.send_text("422[\"subscribe_bulk_upload_job\",{\"job_id\":\"job-1\"}]");
  BOOST_TEST(bob.frame().rfind("text:432[{\"ok\":false,\"error\":{\"code\":\"forbidden\"", 0) == 0u);
}

// CO-10
BOOST_AUTO_TEST_CASE(a_late_subscriber_is_told_the_latest_event) {
  running_role s;
  s.progress("ann", "job-1", "initialization", 0);
  s.progress("ann", "job-1", "file_reading", 15);
  auto ann = s.user("ann");
  ann.send_text("42[\"subscribe_bulk_upload_job\",{\"job_id\":\"job-1\"}]");
  auto seen = frames_until_echo(ann);
  BOOST_REQUIRE(seen.size() == 1u);
  BOOST_TEST(seen[0].find("\"progress\":15") != std::string::npos);
  s.role->publish(
      "ann", bulk_upload_failed{.job_id = "job-1", .error = "no", .stage = "file_reading", .timestamp = {}});
  s.settle();
  auto late = s.user("ann");
  late.send_text("42[\"subscribe_bulk_upload_job\",{\"job_id\":\"job-1\"}]");
  seen = frames_until_echo(late);
  BOOST_REQUIRE(seen.size() == 1u);
  BOOST_TEST(seen[0].rfind("text:42[\"bulk_upload_failed\"", 0) == 0u);
  late.send_text("42[\"subscribe_bulk_upload_job\",{\"job_id\":\"stored\"}]");
  seen = frames_until_echo(late);
  BOOST_REQUIRE(seen.size() == 1u);
  BOOST_TEST(seen[0].find("2025-01-01T00:00:00.000Z") != std::string::npos);
}

// The store runs ahead of the events: what it says of a job that goes on is not told, and its end is told
// only after the events that were on their way.
BOOST_AUTO_TEST_CASE(a_snapshot_never_overtakes_events) {
  running_role s;
  auto ann = s.user("ann");
  ann.send_text("42[\"subscribe_bulk_upload_job\",{\"job_id\":\"going on\"}]");
  BOOST_TEST(frames_until_echo(ann).empty());
  // While the store answers that the job has ended, its events are handed to the loop.
  s.while_found = [&s](std::string_view) {
    std::thread([&s] {
      s.progress("ann", "stored", "initialization", 0);
      s.progress("ann", "stored", "file_reading", 10);
    }).join();
  };
  ann.send_text("42[\"subscribe_bulk_upload_job\",{\"job_id\":\"stored\"}]");
  auto const seen = frames_until_echo(ann);
  BOOST_REQUIRE(seen.size() == 3u);
  BOOST_TEST(seen[0].find("\"progress\":0") != std::string::npos);
  BOOST_TEST(seen[1].find("\"progress\":10") != std::string::npos);
  BOOST_TEST(seen[2].find("\"progress\":10") != std::string::npos);  // the snapshot
}

// CO-6, CO-7
BOOST_AUTO_TEST_CASE(what_breaks_the_contract_is_not_sent) {
  running_role s;
  auto ann = s.user("ann");
  auto const wrong = s.role->publish(
      "ann", bulk_upload_progress{
                 .job_id = "j", .stage = "nonsense", .progress = 120, .message = {}, .timestamp = {}});
  BOOST_REQUIRE(wrong.size() == 2u);
  BOOST_TEST(wrong[0].pointer == "/stage");
  BOOST_TEST(wrong[1].pointer == "/progress");
  s.progress("ann", "j", "initialization", 0);
  s.progress("ann", "j", "file_reading", 20);
  s.progress("ann", "j", "file_reading", 10);
  bulk_upload_complete done;
  done.job_id = "j";
  done.report_path = "/api/v1/bulk-upload/report/j";
  BOOST_TEST(s.role->publish("ann", done).empty());
  BOOST_TEST(s.role->publish("ann", done).empty());
  s.progress("ann", "j", "report_generation", 100);
  s.settle();
  BOOST_TEST(frames_until_echo(ann).size() == 3u);
  std::lock_guard lock(s.mutex);
  BOOST_TEST(s.log.size() == 3u);
}

// BU-R3, R7, CO-8
BOOST_AUTO_TEST_CASE(client_events_are_acknowledged_if_asked) {
  running_role s;
  auto ann = s.user("ann");
  ann.send_text("421[\"subscribe_bulk_upload_job\"]");
  BOOST_TEST(ann.frame().rfind("text:431[{\"ok\":false,\"error\":{\"code\":\"invalid_payload\"", 0) == 0u);
  for (auto const* payload :
       {"null", "[]", "7", "{}", "{\"job_id\":null}", "{\"job_id\":1}", "{\"job_id\":\"\"}"}) {
    ann.send_text(std::string("421[\"subscribe_bulk_upload_job\",") + payload + "]");
    BOOST_TEST(ann.frame().find("invalid_payload") != std::string::npos);
    ann.send_text(std::string("42[\"subscribe_bulk_upload_job\",") + payload + "]");
  }
  BOOST_TEST(frames_until_echo(ann).empty());  // nothing is said without an ack request
  ann.send_text("421[\"subscribe_bulk_upload_job\",{\"job_id\":\"j\",\"unknown\":1}]");
  BOOST_TEST(ann.frame() == "text:431[{\"ok\":true,\"job_id\":\"j\"}]");
  ann.send_text("422[\"unsubscribe_bulk_upload_job\",{\"job_id\":\"j\"}]");
  BOOST_TEST(ann.frame() == "text:432[{\"ok\":true,\"job_id\":\"j\"}]");
  ann.send_text("423[\"unsubscribe_bulk_upload_job\",{\"job_id\":\"j\"}]");
  BOOST_TEST(ann.frame().find("not_found") != std::string::npos);
}

// CO-8
BOOST_AUTO_TEST_CASE(ids_that_no_job_has_are_refused) {
  running_role s;
  auto ann = s.user("ann");
  for (auto const& id : {std::string("\\ud800"), std::string("job-\\udc00-1"), std::string("\xEF\xBF\xBD"),
                         std::string(129, 'j')}) {
    ann.send_text("421[\"subscribe_bulk_upload_job\",{\"job_id\":\"" + id + "\"}]");
    BOOST_TEST(ann.frame().find("invalid_payload") != std::string::npos, id);
  }
  ann.send_text("421[\"subscribe_bulk_upload_job\",{\"job_id\":\"" + std::string(128, 'j') + "\"}]");
  BOOST_TEST(ann.frame().rfind("text:431[{\"ok\":true", 0) == 0u);
}

BOOST_AUTO_TEST_CASE(a_connection_follows_so_many_jobs_and_no_more) {
  running_role s;
  auto ann = s.user("ann");
  auto const ask = [&](std::string const& event, std::string const& job) {
    ann.send_text("421[\"" + event + "\",{\"job_id\":\"" + job + "\"}]");
    return ann.frame();
  };
  auto const most = *bulk_upload::info.limits.max_subscriptions;
  for (std::size_t i = 0; i < most; ++i)
    BOOST_TEST(ask("subscribe_bulk_upload_job", "j" + std::to_string(i)).find("true") != std::string::npos);
  BOOST_TEST(ask("subscribe_bulk_upload_job", "one more").find("invalid_payload") != std::string::npos);
  ann.send_text("42[\"subscribe_bulk_upload_job\",{\"job_id\":\"without ack\"}]");
  BOOST_TEST(frames_until_echo(ann).empty());
  auto const rooms = s.loop.on_loop([&] { return s.role->io().of("/").sockets().at(0)->rooms().size(); });
  BOOST_TEST(rooms == most + 2);
  // What it follows it may ask for again; what it lets go makes room; others are not concerned.
  BOOST_TEST(ask("subscribe_bulk_upload_job", "j7").find("true") != std::string::npos);
  BOOST_TEST(ask("unsubscribe_bulk_upload_job", "j7").find("true") != std::string::npos);
  BOOST_TEST(ask("subscribe_bulk_upload_job", "one more").find("true") != std::string::npos);
  auto second_tab = s.user("ann");
  second_tab.send_text("421[\"subscribe_bulk_upload_job\",{\"job_id\":\"j7\"}]");
  BOOST_TEST(second_tab.frame().find("true") != std::string::npos);
}

// BU-R2, R4: what cannot be seen from outside.
BOOST_AUTO_TEST_CASE(rooms_have_the_documents_names) {
  running_role s;
  auto ann = s.user("ann");
  ann.send_text("421[\"subscribe_bulk_upload_job\",{\"job_id\":\"j\"}]");
  ann.frame();
  auto const rooms = s.loop.on_loop([&] { return s.role->io().of("/").sockets().at(0)->rooms(); });
  BOOST_REQUIRE(rooms.size() == 3u);  // its own id first
  BOOST_TEST(rooms[1] == "user:ann");
  BOOST_TEST(rooms[2] == "bulk_upload_job:j");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace uploadproto::net::test
