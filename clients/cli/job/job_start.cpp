// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_start.hpp"

#include "cli/job/job_request.hpp"
#include "cli/job/sent_messages.hpp"
#include "cli/random_text.hpp"

namespace uploadproto::cli {
namespace {

namespace asio = boost::asio;
using clock = std::chrono::steady_clock;

}  // namespace

job_start::job_start(job_command const& what, display& show, job_feed& feed, http_client& http)
    : command_(what),
      rest_(what.protocol->rest),
      show_(show),
      feed_(feed),
      http_(http),
      job_id_(what.job_id),
      taken_(!job_id_.empty()) {}

asio::awaitable<void> job_start::run() {
  if (command_.follow) co_await feed_.connect();
  if (!command_.messages.empty()) co_return co_await send_messages();
  if (!command_.file.empty()) co_return co_await upload();
  show_.accepted(job_id_, clock::now());
  co_await follow(job_id_);
}

asio::awaitable<void> job_start::follow(std::string id) {
  job_id_ = std::move(id);
  subject_ = make_subject(*command_.protocol, job_id_);
  co_await feed_.subscribe(job_id_);
}

/** Where the client may choose the id it is subscribed to first, so that no event can be missed. */
asio::awaitable<void> job_start::upload() {
  if (!rest_.job_id_field.empty()) co_await follow(random_uuid());
  job_file file{command_.file, command_.template_name, job_id_};
  std::string const id = co_await upload_file(http_, rest_, std::move(file),
                                              [this](auto sent, auto size) { show_sent(sent, size); });
  taken_ = true;
  show_.accepted(id, clock::now());
  if (id != job_id_) co_await follow(id);
}

void job_start::show_sent(std::uint64_t sent, std::uint64_t size) {
  if (sent == 0)
    show_.upload_began(command_.file.filename().string(), size, clock::now());
  else
    show_.upload_advanced(sent, clock::now());
}

asio::awaitable<void> job_start::send_messages() {
  auto messages = std::make_unique<sent_messages>(*command_.protocol);
  sent_messages& sent = *messages;
  subject_ = std::move(messages);
  for (std::size_t i = 0; i != command_.messages.size(); ++i) co_await send(sent, i + 1);
  sent.complete();
}

/** One that is refused ends the command when it is the only one; of several it is one that failed. */
asio::awaitable<void> job_start::send(sent_messages& messages, std::size_t number) {
  http_body const body{"application/json", command_.messages[number - 1]};
  http_answer const answer = co_await http_.request("POST", std::string(rest_.send_path), body);
  if (answer.ok()) {
    std::string const id = job_id_in(answer, rest_.send_id_pointer, "message");
    messages.accepted(id);
    taken_ = true;
    show_.accepted(id, clock::now());
    co_return;
  }
  exit_code const code = exit_code_for_status(answer.status);
  std::string const why = "the server refuses the message: " + answer.sentence(rest_);
  if (command_.messages.size() == 1) throw failure(code, why);
  code_ = worse(code_, code);
  std::string const name = "message " + std::to_string(number);
  messages.refused(name, why);
  show_.notice(name + ": " + why, clock::now());
}

}  // namespace uploadproto::cli
