// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/test/unit_test.hpp>
#include <optional>
#include <uploadproto/client.hpp>
#include <uploadproto/contract/consumer_events.hpp>
#include <uploadproto/contract/file_upload.hpp>
#include <uploadproto/contract/upload_progress.hpp>
#include <uploadproto/server.hpp>
#include <uploadproto/session/ticket_office.hpp>

#include "../contract/toy_protocol.hpp"
#include "conversation.hpp"

// Both roles of the protocols that are not bulk_upload, with each other over loopback.
namespace uploadproto::net::test {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using namespace contract;

template <protocol P>
struct pair_of_roles {
  explicit pair_of_roles(typename server<P>::options options = {}) {
    role.emplace(loop, std::move(options));
    endpoint = role->listen({asio::ip::make_address("127.0.0.1"), 0}).value();
  }
  uploadproto::client_options to(client_credentials<std::string> token = {}) const {
    uploadproto::client_options o;
    o.url = "http://127.0.0.1:" + std::to_string(endpoint.port());
    o.token = std::move(token);
    o.reconnection.delay = 1ms;
    o.reconnection.delay_max = 5ms;
    return o;
  }
  void publish(event_variant_t<P> e, char const* user = "ann") {
    BOOST_TEST(to_string(role->publish(user, std::move(e))) == "");
  }
  void run(asio::awaitable<void> conversation) { run_conversation(loop, std::move(conversation)); }

  asio::io_context loop{1};
  std::optional<server<P>> role;
  asio::ip::tcp::endpoint endpoint;
};

/** A pair for upload_progress, with its tickets. */
struct batches {
  static std::chrono::system_clock::time_point now() { return std::chrono::system_clock::now(); }
  static upload_progress_message message(char const* batch, char const* status, double progress,
                                         char const* stage) {
    upload_progress_message m{.batch_id = batch, .progress = progress, .status = status, .stage = stage};
    if (m.status == "error") m.error = "no";
    return m;
  }
  static server<upload_progress>::options options(session::ticket_office& office) {
    return {.verify_token = [&office](std::string_view t) { return office.redeem(t, now()); },
            .json = {.linger = 1ms}};
  }
  std::function<std::string()> tickets(char const* user) {
    return [this, user] {
      ++issued;
      return *office.issue(user, now());
    };
  }

  session::ticket_office office{*wire::jwt::key::from_secret("0123456789abcdef0123456789abcdef"), {}, now()};
  int issued = 0;
  pair_of_roles<upload_progress> roles{options(office)};
};

/** Cuts every connection of a job, as a network would. */
void cut(pair_of_roles<upload_progress>& roles, char const* job) {
  roles.role->io().for_each_of(
      job, [](json_link& link) { link.close(wire::websocket::close_code::service_restart); });
}

BOOST_AUTO_TEST_SUITE(all_protocols)

BOOST_AUTO_TEST_CASE(UP_a_batch_is_followed_to_its_end_across_a_cut_with_fresh_tickets) {
  batches b;
  b.roles.run([](batches& all) -> asio::awaitable<void> {
    client<upload_progress> client(all.roles.loop.get_executor(), all.roles.to(all.tickets("ann")));
    std::string seen;
    int connections = 0;
    client.on_connect([&] {
      if (++connections == 1) {
        all.roles.publish(all.message("b-1", "processing", 0, "validation"));
        all.roles.publish(all.message("b-1", "processing", 30, "scanning"));
        asio::post(all.roles.loop, [&] { cut(all.roles, "b-1"); });
      } else {
        all.roles.publish(all.message("b-1", "processing", 70, "database"));
        all.roles.publish(all.message("b-1", "completed", 100, "categorization"));
      }
    });
    auto const end = co_await client.async_follow(
        "b-1",
        [&](auto const& event) {
          if (auto const* m = std::get_if<upload_progress_message>(&event))
            if (m->status != "connected") seen += m->stage + " ";
        },
        asio::use_awaitable);
    auto const& last = std::get<upload_progress_message>(end);
    BOOST_TEST(last.status == "completed");
    // The repetition of what was seen before the cut is its snapshot.
    BOOST_TEST(seen == "validation scanning scanning database categorization ");
    BOOST_TEST(all.issued == 2);
    BOOST_TEST(client.view("b-1")->ended());
    BOOST_TEST(!client.connected());
  }(b));
}

BOOST_AUTO_TEST_CASE(UP_several_batches_at_once_each_have_a_connection) {
  batches b;
  b.roles.run([](batches& all) -> asio::awaitable<void> {
    client<upload_progress> client(all.roles.loop.get_executor(), all.roles.to(all.tickets("ann")));
    for (char const* batch : {"b-1", "b-2", "b-3"})
      co_await client.async_subscribe(batch, asio::use_awaitable);
    BOOST_TEST(all.roles.role->io().connections() == 3u);
    for (char const* batch : {"b-2", "b-1", "b-3"})
      all.roles.publish(all.message(batch, "error", 10, "validation"));
    int ends = 0;
    while (ends != 3) {
      auto const event = co_await client.async_receive(asio::use_awaitable);
      ends += std::get<upload_progress_message>(event).status == "error";
    }
    BOOST_TEST(client.view("b-2")->failed());
  }(b));
}

BOOST_AUTO_TEST_CASE(UP_A2_refusals_are_told_apart) {
  batches b;
  b.roles.run([](batches& all) -> asio::awaitable<void> {
    client<upload_progress> ann(all.roles.loop.get_executor(), all.roles.to(all.tickets("ann")));
    client<upload_progress> bob(all.roles.loop.get_executor(), all.roles.to(all.tickets("bob")));
    client<upload_progress> nobody(all.roles.loop.get_executor(), all.roles.to(std::string("x.y.z")));
    co_await ann.async_subscribe("b-1", asio::use_awaitable);
    error_code error;
    co_await bob.async_subscribe("b-1", asio::redirect_error(asio::use_awaitable, error));
    BOOST_TEST((error == subscribe_error::forbidden), error.message());
    co_await nobody.async_subscribe("b-2", asio::redirect_error(asio::use_awaitable, error));
    BOOST_TEST((error == session::client_error::unauthorized), error.message());
    BOOST_TEST(nobody.last_failure().http_status == 401);
    co_await nobody.async_receive(asio::redirect_error(asio::use_awaitable, error));
    BOOST_TEST((error == session::client_error::unauthorized), error.message());
  }(b));
}

BOOST_AUTO_TEST_CASE(UP_a_closed_or_destroyed_client_completes_what_waits) {
  batches b;
  b.roles.run([](batches& all) -> asio::awaitable<void> {
    auto client = std::make_unique<uploadproto::client<upload_progress>>(all.roles.loop.get_executor(),
                                                                         all.roles.to(all.tickets("ann")));
    co_await client->async_subscribe("b-1", asio::use_awaitable);
    std::vector<error_code> ends;
    auto const note = [&](error_code error, auto const&...) { ends.push_back(error); };
    client->async_receive(note);  // the greeting
    client->async_receive(note);
    co_await asio::post(all.roles.loop, asio::use_awaitable);
    while (ends.empty()) co_await asio::post(all.roles.loop, asio::use_awaitable);
    BOOST_TEST(!ends.front());
    co_await client->async_close(asio::use_awaitable);
    while (ends.size() != 2) co_await asio::post(all.roles.loop, asio::use_awaitable);
    BOOST_TEST((ends.back() == session::client_error::client_disconnect));
    co_await client->async_subscribe("b-2", asio::use_awaitable);
    client->async_receive(note);
    client->async_receive(note);
    client.reset();
    while (ends.size() != 4) co_await asio::post(all.roles.loop, asio::use_awaitable);
    while (all.roles.role->io().connections() != 0) co_await asio::post(all.roles.loop, asio::use_awaitable);
  }(b));
}

BOOST_AUTO_TEST_CASE(FU_a_job_is_joined_followed_and_answered_pong) {
  pair_of_roles<file_upload> roles;
  roles.run([](pair_of_roles<file_upload>& all) -> asio::awaitable<void> {
    client<file_upload> client(all.loop.get_executor(), all.to());
    co_await client.async_connect(asio::use_awaitable);
    co_await client.async_subscribe("j-1", asio::use_awaitable);
    client.socket().emit("ping");
    auto const answer = co_await client.async_receive(asio::use_awaitable);
    BOOST_TEST(std::get<file_upload_pong>(answer).timestamp.has_value());
    file_upload_progress p{.job_id = "j-1", .template_name = "users", .status = "started"};
    all.publish(p);
    file_upload_completed done;
    done.job_id = "j-1";
    all.publish(done);
    p.job_id = "j-2";
    all.publish(p);  // FU-R2: nobody has joined
    BOOST_TEST(std::get<file_upload_progress>(co_await client.async_receive(asio::use_awaitable)).job_id ==
               "j-1");
    auto const end = co_await client.async_receive(asio::use_awaitable);
    BOOST_TEST(std::get<file_upload_completed>(end).timestamp.has_value());
  }(roles));
}

BOOST_AUTO_TEST_CASE(FU_E2_an_end_that_names_no_job_ends_the_only_one) {
  pair_of_roles<file_upload> roles;
  roles.run([](pair_of_roles<file_upload>& all) -> asio::awaitable<void> {
    client<file_upload> client(all.loop.get_executor(), all.to());
    co_await client.async_connect(asio::use_awaitable);
    // As a server may that was written from the document alone.
    all.role->io()
        .of("/file-upload")
        .on("join-upload-room", [](socketio::socket& who, socketio::event const& asked) {
          asked.ack();
          who.emit_json("upload-error", R"("Error message")");
          who.emit_json("upload-completed", R"({"rows":3})");
        });
    auto const end = co_await client.async_follow("j-1", {}, asio::use_awaitable);
    BOOST_TEST(std::get<file_upload_completed>(end).job_id.value() == "j-1");
  }(roles));
}

BOOST_AUTO_TEST_CASE(CE_everybody_is_greeted_and_told_everything) {
  pair_of_roles<consumer_events> roles;
  roles.run([](pair_of_roles<consumer_events>& all) -> asio::awaitable<void> {
    client<consumer_events> one(all.loop.get_executor(), all.to()), two(all.loop.get_executor(), all.to());
    co_await one.async_connect(asio::use_awaitable);
    co_await two.async_connect(asio::use_awaitable);
    one.socket().emit("message-received", socketio::args("not for others"));  // CE-R2
    message_received m{.log_id = "l-1"};
    all.publish(m, "");
    processing_started started{.log_id = "l-1"};
    all.publish(started, "");
    processing_completed completed{.log_id = "l-1", .consumer_id = "c-1"};
    all.publish(completed, "");
    all.publish(m, "");  // CE-L2: a redelivery is no second life
    all.publish(completed, "");
    stats_updated stats;
    stats.completed = 1;
    all.publish(stats, "");
    for (auto* const each : {&one, &two}) {
      std::string seen;
      while (!seen.ends_with("stats-updated ")) {
        auto const event = co_await each->async_receive(asio::use_awaitable);
        std::visit(
            [&](auto const& e) {
              if constexpr (requires { e.event_name; }) seen.append(e.event_name).append(" ");
            },
            event);
      }
      BOOST_TEST(
          seen ==
          "connection-success message-received processing-started processing-completed stats-updated ");
    }
  }(roles));
}

BOOST_AUTO_TEST_CASE(a_protocol_of_one_file_has_both_roles) {
  pair_of_roles<toy::parcels> roles(
      {.verify_token = [](std::string_view t) -> result<std::string> { return std::string(t); }});
  roles.run([](pair_of_roles<toy::parcels>& all) -> asio::awaitable<void> {
    client<toy::parcels> client(all.loop.get_executor(), all.to(std::string("ann")));
    client.on_connect([&] {
      toy::parcel_message m;
      m.parcel = "p-1";
      m.labels = {"a"};
      m.stage = "packing";
      m.status = "moving";
      all.publish(m);
      m.stage = "shipping";
      m.status = "arrived";
      m.progress = 100;
      all.publish(m);
    });
    auto const end = co_await client.async_follow("p-1", {}, asio::use_awaitable);
    BOOST_TEST(std::get<toy::parcel_message>(end).status == "arrived");
  }(roles));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::net::test
