// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_run.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <random>
#include <uploadproto/contract/rules.hpp>

#include "cli/atomic_file.hpp"
#include "cli/duration.hpp"
#include "cli/job/status_update.hpp"

namespace uploadproto::cli {
namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using clock = std::chrono::steady_clock;

constexpr auto between_ticks = std::chrono::milliseconds(100);

std::string random_boundary() {
  std::random_device random;
  std::string text = "uploadproto-";
  for (int i = 0; i != 4; ++i) {
    std::uint32_t word = random();
    for (int digit = 0; digit != 8; ++digit, word >>= 4) text += "0123456789abcdef"[word & 15];
  }
  return text;
}

/** Work whose failure counts as an end: `||` goes on waiting for the others when one of its sides throws. */
asio::awaitable<std::exception_ptr> outcome_of(asio::awaitable<void> work) {
  try {
    co_await std::move(work);
  } catch (...) {
    co_return std::current_exception();
  }
  co_return nullptr;
}

}  // namespace

job_run::job_run(asio::any_io_executor executor, job_command const& what, display& show, job_feed& feed,
                 http_client& http, patience waits)
    : executor_(std::move(executor)),
      command_(what),
      show_(show),
      feed_(feed),
      http_(http),
      waits_(waits),
      wake_(executor_, clock::time_point::max()),
      interrupted_(executor_, clock::time_point::max()),
      view_(what.protocol->stages),
      job_id_(what.job_id) {}

asio::awaitable<exit_code> job_run::run() {
  check_files();
  auto const begun = co_await (outcome_of(begin()) || wait_for_interrupt());
  if (begun.index() == 1) leave();
  if (auto const wrong = std::get<0>(begun)) std::rethrow_exception(wrong);
  following_ = true;
  auto const followed = co_await (outcome_of(follow()) || read_feed() || tick());
  following_ = false;
  if (auto const wrong = std::get<0>(followed)) std::rethrow_exception(wrong);
  job_end end;
  end.last = *terminal_;
  end.report_url = report_url();
  if (end.last.kind != contract::event_kind::completed)
    end.code = cancelling_ ? exit_code::interrupted : exit_code::job_failed;
  show_.ended(end, clock::now());
  if (end.code == exit_code::completed && !command_.report_file.empty()) {
    interrupt_asked_ = false;  // what was asked before was about the job
    auto const saved = co_await (outcome_of(save_report()) || wait_for_interrupt());
    if (saved.index() == 1)
      throw failure(exit_code::interrupted, "the job completed; its report was not saved");
    if (auto const wrong = std::get<0>(saved)) std::rethrow_exception(wrong);
  }
  co_await feed_.close();
  co_return end.code;
}

/** What would fail in the end fails before anything is sent. */
void job_run::check_files() const {
  if (!command_.file.empty()) file_source{command_.file};
  if (!command_.report_file.empty()) atomic_file{command_.report_file};
}

asio::awaitable<void> job_run::begin() {
  co_await feed_.connect();
  if (!command_.file.empty()) co_await upload();
  show_.accepted(job_id_, clock::now());
  co_await feed_.subscribe(job_id_);
}

asio::awaitable<void> job_run::upload() {
  contract::rest_interface const& rest = command_.protocol->rest;
  file_source file(command_.file);
  std::string const name = command_.file.filename().string();
  multipart_frame const frame =
      make_multipart_frame(rest.upload_field, name, rest.media_type, random_boundary());
  show_.upload_began(name, file.size(), clock::now());
  http_answer const answer =
      co_await http_.upload(std::string(rest.upload_path), frame, file,
                            [&](std::uint64_t sent) { show_.upload_advanced(sent, clock::now()); });
  if (!answer.ok())
    throw failure(exit_code_for_status(answer.status),
                  "the server refuses the file: " + answer.sentence(rest));
  boost::json::value const document = answer.json();
  error_code error;
  auto const* id = document.find_pointer({rest.job_id_pointer.data(), rest.job_id_pointer.size()}, error);
  if (!id || !id->is_string() || id->get_string().empty())
    throw failure(exit_code::cannot_connect, "the server's answer to the upload holds no job id");
  job_id_.assign(id->get_string().data(), id->get_string().size());
}

asio::awaitable<void> job_run::wait_for_interrupt() {
  error_code ignored;
  while (!interrupt_asked_)
    co_await interrupted_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

bool job_run::interrupt() {
  interrupt_asked_ = true;
  interrupted_.cancel();
  wake_.cancel();
  return !following_ || !command_.cancel_on_interrupt;
}

void job_run::notice(std::string const& sentence) {
  show_.notice(sentence, clock::now());
}

/** Passes the feed's events on, until it is cancelled. */
asio::awaitable<void> job_run::read_feed() {
  try {
    for (;;) {
      updates_.push_back(co_await feed_.next());
      wake_.cancel();
    }
  } catch (failure const&) {
    feed_failure_ = std::current_exception();
    wake_.cancel();
  }
  asio::steady_timer never(executor_, clock::time_point::max());
  co_await never.async_wait(asio::use_awaitable);
}

/** Keeps clocks on the display going. */
asio::awaitable<void> job_run::tick() {
  asio::steady_timer timer(executor_);
  for (;;) {
    timer.expires_after(between_ticks);
    co_await timer.async_wait(asio::use_awaitable);
    show_.tick(clock::now());
    auto const lost = feed_.lost_since();
    if (lost && clock::now() - *lost > command_.timeout && !feed_failure_) {
      feed_failure_ = std::make_exception_ptr(
          failure(exit_code::cannot_connect,
                  "the connection to " + command_.server.text() + " was lost and did not come back in " +
                      format_duration(command_.timeout) + "; the job " + job_id_ + " may be running"));
      wake_.cancel();
    }
  }
}

/** Returns when the job has ended. */
asio::awaitable<void> job_run::follow() {
  auto next_status = clock::now() + waits_.first_status;
  while (!terminal_) {
    if (co_await take_all()) next_status = clock::now() + waits_.status;
    if (terminal_) break;
    if (feed_failure_) {
      co_await ask_status();  // the last word, if it can be had
      if (!terminal_) std::rethrow_exception(feed_failure_);
      break;
    }
    if (interrupt_asked_ && !command_.cancel_on_interrupt) leave();
    if (interrupt_asked_ && !cancelling_) co_await cancel_job();
    if (cancel_deadline_ && clock::now() >= *cancel_deadline_)
      throw failure(exit_code::interrupted,
                    "the job " + job_id_ + " was asked to stop and has not said that it did");
    if (clock::now() >= next_status) {
      if (cancelling_) {
        co_await ask_status();
      } else {
        auto const asked = co_await (outcome_of(ask_status()) || wait_for_interrupt());
        if (asked.index() == 0 && std::get<0>(asked)) std::rethrow_exception(std::get<0>(asked));
      }
      next_status = clock::now() + waits_.status;
      continue;
    }
    if (!updates_.empty() || feed_failure_) continue;  // came while the server was asked
    error_code ignored;
    wake_.expires_at(cancel_deadline_ ? std::min(next_status, *cancel_deadline_) : next_status);
    co_await wake_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

/** @return whether this job's events were among what had come */
asio::awaitable<bool> job_run::take_all() {
  bool any = false;
  while (!updates_.empty() && !terminal_) {
    job_update const update = std::move(updates_.front());
    updates_.pop_front();
    if (update.job_id != job_id_ || update.kind == contract::event_kind::notice) continue;
    any = heard_ = true;
    take(update);
  }
  co_return any;
}

void job_run::take(job_update const& update) {
  if (contract::is_terminal(update.kind)) {
    terminal_ = update;
    return;
  }
  show_progress(update);
}

void job_run::show_progress(job_update const& update) {
  bool const news = view_.update(update.stage, update.progress);
  bool const same_place = view_.progress() == update.progress.value_or(view_.progress()) &&
                          command_.protocol->stages.index_of(update.stage) == view_.stage_index();
  if (!news && (!same_place || update.message == last_message_)) return;
  last_message_ = update.message;
  show_.updated(update, clock::now());
}

/** Asks where the job stands. No answer is no news: the connection for events judges that. */
asio::awaitable<void> job_run::ask_status() {
  contract::rest_interface const& rest = command_.protocol->rest;
  if (rest.status_path.empty()) co_return;
  http_answer answer;
  try {
    answer = co_await http_.request("GET", contract::path_for(rest.status_path, job_id_));
  } catch (failure const&) {
    co_return;
  }
  // A job that is not there never ends; one that was just uploaded is.
  if (answer.status == 404 && command_.file.empty() && !heard_)
    throw failure(exit_code::refused,
                  "the server does not show the job " + job_id_ + ": " + answer.sentence(rest));
  if (!answer.ok()) co_return;
  heard_ = true;
  boost::json::value const document = answer.json();
  error_code error;
  auto const* status = document.find_pointer({rest.status_pointer.data(), rest.status_pointer.size()}, error);
  if (!status) co_return;
  auto const update = update_from_status(*command_.protocol, *status);
  if (update && !terminal_) take(*update);
}

asio::awaitable<void> job_run::cancel_job() {
  contract::rest_interface const& rest = command_.protocol->rest;
  cancelling_ = true;
  cancel_deadline_ = clock::now() + waits_.cancelled;
  show_.notice("Cancelling the job; Ctrl-C again leaves at once", clock::now());
  http_answer const answer = co_await http_.request("POST", contract::path_for(rest.cancel_path, job_id_));
  // 409: it ended by itself just before, and its own end is on the way.
  if (!answer.ok() && answer.status != 409)
    throw failure(exit_code_for_status(answer.status),
                  "the server does not cancel the job: " + answer.sentence(rest));
}

void job_run::leave() const {
  if (job_id_.empty()) throw failure(exit_code::interrupted, "interrupted before the server took the file");
  throw failure(exit_code::interrupted, "the job goes on; to watch it: uploadproto watch " + job_id_ +
                                            " --protocol " + std::string(command_.protocol->name) +
                                            " --server " + command_.server.text());
}

std::string job_run::report_url() const {
  if (terminal_->kind != contract::event_kind::completed || terminal_->report.empty()) return {};
  return terminal_->report.front() == '/' ? command_.server.text() + terminal_->report : terminal_->report;
}

/** Where to ask for the report: only ever this server, which knows the token already. */
std::string job_run::report_path() const {
  std::string const& named = terminal_->report;
  bool const path =
      contract::matches(contract::pattern::api_path, named) && named.front() == '/' && named[1] != '/';
  return path ? named : contract::path_for(command_.protocol->rest.report_path, job_id_);
}

asio::awaitable<void> job_run::save_report() {
  atomic_file file(command_.report_file);
  http_answer const answer =
      co_await http_.download(report_path(), [&](std::string_view bytes) { file.write(bytes); });
  if (!answer.ok())
    throw failure(exit_code_for_status(answer.status), "the job completed, but its report is not given: " +
                                                           answer.sentence(command_.protocol->rest));
  file.commit();
  show_.report_saved(command_.report_file.string(), clock::now());
}

}  // namespace uploadproto::cli
