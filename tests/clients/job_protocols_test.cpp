// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <uploadproto/contract/rules.hpp>

#include "job_run_fixture.hpp"

// What a run does where a protocol differs from bulk_upload: by the values of its declaration.
namespace uploadproto::cli::test {
namespace {

struct protocol_fixture : job_run_fixture {
  void speak(char const* protocol) { what.protocol = find_protocol(protocol); }

  /** A file, and the answer to its upload: by default with the id that the form carries. */
  void upload(char const* request, std::string file, std::string text = "rows") {
    what.job_id.clear();
    what.file = folder / file;
    std::ofstream(what.file) << text;
    answers[request] = scripted_server::answer(202, "{}");
  }

  /** The value of a form's field. */
  static std::string field_in(std::string const& body, std::string const& name) {
    std::string const head = "name=\"" + name + "\"\r\n\r\n";
    std::size_t const at = body.find(head);
    return at == std::string::npos
               ? ""
               : body.substr(at + head.size(), body.find("\r\n", at + head.size()) - at - head.size());
  }

  /** Answers the upload with its own id, as the server does. */
  void echo(char const* member) {
    when_requested = [=, this](std::string const& line) {
      if (!line.starts_with("POST")) return;
      answers[line] = scripted_server::answer(
          202, std::string("{\"") + member + "\":\"" + field_in(bodies.back(), member) + "\"}");
    };
  }
};

job_update batch(event_kind kind, std::string id, std::string upload = "", std::uint64_t count = 0) {
  job_update update;
  update.kind = kind;
  update.job_id = std::move(id);
  update.upload = std::move(upload);
  if (!update.upload.empty()) update.part_count = count;
  if (kind == event_kind::failed) update.error = "row 7";
  return update;
}

BOOST_FIXTURE_TEST_SUITE(clients_job_protocols, protocol_fixture)

BOOST_AUTO_TEST_CASE(FU_H1_the_id_is_ours_and_joined_before_the_file_is_sent) {
  speak("file_upload");
  what.template_name = "us ers";
  upload("POST /file/upload/us%20ers", "people.csv");
  echo("jobId");
  feed.when_subscribed = [&] { BOOST_TEST(requests.empty()); };
  std::string const outcome = [&] {
    feed.push(ending(event_kind::completed, ""));  // not ours
    auto const before = when_requested;
    when_requested = [&, before](std::string const& line) {
      before(line);
      feed.push(progress("processing", 50, "", feed.subscribed.at(0)));
      feed.push(ending(event_kind::completed, feed.subscribed.at(0)));
    };
    return run();
  }();
  BOOST_TEST(outcome == "0");
  std::string const& id = feed.subscribed.at(0);
  BOOST_TEST(contract::matches(contract::pattern::uuid, id));
  BOOST_TEST(field_in(bodies.at(0), "jobId") == id);
  BOOST_TEST(feed.subscribed.size() == 1u);
  BOOST_TEST(show.text() == "upload\naccepted " + id + "\nprocessing 50\nend 0 job-1\n");
}

BOOST_AUTO_TEST_CASE(a_server_that_chooses_another_id_is_followed) {
  speak("upload_progress");
  upload("POST /api/v1/upload/csv", "march.csv");
  answers["POST /api/v1/upload/csv"] = scripted_server::answer(202, R"({"batch_id":"b-1"})");
  feed.when_subscribed = [&] {
    if (feed.subscribed.size() == 2) feed.push(ending(event_kind::failed, "b-1"));
  };
  BOOST_TEST(run() == "1");
  BOOST_TEST(feed.subscribed.back() == "b-1");
}

BOOST_AUTO_TEST_CASE(UP_H1_a_refused_file_is_told_in_the_servers_words) {
  speak("upload_progress");
  upload("POST /api/v1/upload/csv", "march.csv");
  answers["POST /api/v1/upload/csv"] =
      scripted_server::answer(415, R"({"detail":{"code":"type","message":"not a CSV file"}})");
  BOOST_TEST(run() == "4 the server refuses the file: not a CSV file");
}

BOOST_AUTO_TEST_CASE(UP_H3_a_batch_is_cancelled_by_its_own_request) {
  speak("upload_progress");
  what.job_id = "b-1";
  what.cancel_on_interrupt = true;
  answers["DELETE /api/v1/upload/b-1"] = scripted_server::answer(200, "{}");
  feed.when_subscribed = [&] { asio::post(context, [&] { run_->interrupt(); }); };
  when_requested = [&](std::string const&) { feed.push(ending(event_kind::failed, "b-1")); };
  BOOST_TEST(run() == "130");
  BOOST_TEST(requests == std::vector<std::string>{"DELETE /api/v1/upload/b-1"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(ctrl_c_before_the_answer_does_not_promise_a_job) {
  speak("upload_progress");
  upload("POST /api/v1/upload/csv", "march.csv");
  answers["POST /api/v1/upload/csv"] = "";
  hold_after_answer = true;
  when_requested = [&](std::string const&) { run_->interrupt(); };
  BOOST_TEST(run() == "130 interrupted before the server took the file");
}

BOOST_AUTO_TEST_CASE(CE_H2_an_upload_is_followed_by_its_batches) {
  speak("consumer_events");
  upload("POST /producers/upload/csv", "orders.csv");
  answers["POST /producers/upload/csv"] = scripted_server::answer(202, R"({"jobId":"u-1"})");
  feed.push(batch(event_kind::progress, "l-1", "u-1", 2));  // before the upload is answered
  feed.push(batch(event_kind::progress, "l-8", "u-2", 5));  // another's
  feed.push(batch(event_kind::completed, "l-8"));
  feed.push(batch(event_kind::completed, "l-1"));
  feed.push(batch(event_kind::progress, "l-2", "u-1", 2));
  feed.push(batch(event_kind::failed, "l-2"));
  BOOST_TEST(run() == "1");
  BOOST_TEST(show.text() ==
             "upload\naccepted u-1\n"
             "event l-1\nprocessing 0 0 of 2 batches\nevent l-1\nprocessing 50 1 of 2 batches\n"
             "event l-2\nevent l-2\nend 1 \n");
}

BOOST_AUTO_TEST_CASE(CE_H3_the_servers_list_is_asked_for_at_once) {
  speak("consumer_events");
  what.job_id = "u-1";
  answers["GET /producers/uploads/u-1"] = scripted_server::answer(
      200,
      R"({"jobId":"u-1","batchCount":1,"batches":[{"logId":"l-1","batchIndex":0,"status":"PROCESSED"}]})");
  BOOST_TEST(run() == "0");
  BOOST_TEST(show.text() == "accepted u-1\nend 0 \n");
}

BOOST_AUTO_TEST_CASE(CE_an_upload_that_nobody_knows_is_refused) {
  speak("consumer_events");
  what.job_id = "u-9";
  answers["GET /producers/uploads/u-9"] = scripted_server::answer(404, R"({"message":"No such upload"})");
  BOOST_TEST(run() == "4 the server does not show the job u-9: No such upload");
}

BOOST_AUTO_TEST_CASE(CE_a_server_that_neither_lists_nor_names_is_not_waited_for_for_ever) {
  speak("consumer_events");
  waits.status = 1ms;
  upload("POST /producers/upload/csv", "orders.csv");
  answers["POST /producers/upload/csv"] = scripted_server::answer(202, R"({"jobId":"u-1"})");
  BOOST_TEST(run() == "4 the server does not show the job u-1: HTTP 404 Not Found");
  BOOST_TEST(requests.size() == 3u);  // it was asked twice
}

/** The answer to each message in turn. */
void answer_messages(protocol_fixture& f, std::vector<std::string> answers) {
  f.speak("consumer_events");
  f.what.job_id.clear();
  f.what.messages.assign(answers.size(), R"({"orderNumber":1})");
  f.when_requested = [&f, answers](std::string const& line) {
    f.answers[line] = answers.at(f.requests.size() - 1);
  };
}

std::string taken(char const* id) {
  return scripted_server::answer(201, std::string(R"({"status":"success","logId":")") + id + "\"}");
}

BOOST_AUTO_TEST_CASE(CE_H1_messages_are_sent_and_followed_to_their_ends) {
  answer_messages(*this, {taken("l-1"), taken("l-2")});
  feed.push(batch(event_kind::completed, "l-1"));
  feed.push(batch(event_kind::completed, "l-0"));
  feed.push(batch(event_kind::completed, "l-2"));
  BOOST_TEST(run() == "0");
  BOOST_TEST(requests == (std::vector<std::string>(2, "POST /producers/send/single")),
             boost::test_tools::per_element());
  BOOST_TEST(bodies.at(1) == R"({"orderNumber":1})");
  BOOST_TEST(
      show.text() ==
      "accepted l-1\naccepted l-2\nprocessing 0 0 of 2 messages\nevent l-1\nprocessing 50 1 of 2 messages\n"
      "event l-2\nend 0 \n");
}

BOOST_AUTO_TEST_CASE(a_message_that_fails_is_exit_1) {
  answer_messages(*this, {taken("l-1")});
  feed.push(batch(event_kind::failed, "l-1"));
  BOOST_TEST(run() == "1");
}

BOOST_AUTO_TEST_CASE(a_message_that_is_refused_is_exit_4_and_the_others_go_on) {
  std::string const no = scripted_server::answer(400, R"({"message":["no price"]})");
  answer_messages(*this, {no, taken("l-2")});
  feed.push(batch(event_kind::completed, "l-2"));
  BOOST_TEST(run() == "4");
  BOOST_TEST(show.log.at(0) == "notice message 1: the server refuses the message: no price");
  context.restart();
  requests.clear();
  answer_messages(*this, {no});
  BOOST_TEST(run() == "4 the server refuses the message: no price");
  context.restart();
  requests.clear();
  answer_messages(*this, {no, no});
  BOOST_TEST(run() == "4");
}

BOOST_AUTO_TEST_CASE(messages_need_not_be_waited_for) {
  answer_messages(*this, {taken("l-1")});
  what.follow = false;
  feed.connect_failure.emplace(exit_code::refused, "nobody was to connect");
  BOOST_TEST(run() == "0");
  BOOST_TEST(show.text() == "accepted l-1\n");
}

BOOST_AUTO_TEST_CASE(ctrl_c_leaves_messages_to_themselves) {
  answer_messages(*this, {taken("l-1")});
  auto const before = when_requested;
  when_requested = [&](std::string const& line) {
    before(line);
    asio::post(context, [&] { run_->interrupt(); });
  };
  BOOST_TEST(run().starts_with("130 "));
}

BOOST_AUTO_TEST_CASE(how_to_watch_names_both_servers) {
  speak("consumer_events");
  what.job_id = "u-1";
  what.server.port = "1";
  feed.when_subscribed = [&] { asio::post(context, [&] { run_->interrupt(); }); };
  answers["GET /producers/uploads/u-1"] = scripted_server::answer(200, "{}");
  BOOST_TEST(run() ==
             "130 the job goes on; to watch it: uploadproto watch u-1 --protocol consumer_events --server "
             "http://127.0.0.1:1 --upload-server " +
                 what.upload_server.text());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace uploadproto::cli::test
