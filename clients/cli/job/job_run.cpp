// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/job/job_run.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "cli/atomic_file.hpp"
#include "cli/job/job_report.hpp"
#include "cli/job/job_request.hpp"

namespace uploadproto::cli {
namespace {

namespace asio = boost::asio;
using namespace asio::experimental::awaitable_operators;
using clock = std::chrono::steady_clock;

}  // namespace

job_run::job_run(asio::any_io_executor executor, job_command const& what, display& show, job_feed& feed,
                 http_client& http, patience waits)
    : executor_(std::move(executor)),
      command_(what),
      show_(show),
      feed_(feed),
      http_(http),
      waits_(waits),
      start_(what, show, feed, http),
      pump_(executor_, feed, show, what.timeout,
            [this] { return lost_sentence(command_) + "; " + whatever_goes_on() + " may be running"; }),
      interrupted_(executor_, clock::time_point::max()),
      view_(what.protocol->stages) {}

asio::awaitable<exit_code> job_run::run() {
  check_files();
  auto const begun = co_await (outcome_of(begin()) || wait_for_interrupt());
  if (begun.index() == 1) leave();
  if (auto const wrong = std::get<0>(begun)) std::rethrow_exception(wrong);
  if (!command_.follow) co_return start_.code();
  auto const followed = co_await (outcome_of(follow()) || pump_.run());
  following_ = false;
  if (auto const wrong = std::get<0>(followed)) std::rethrow_exception(wrong);
  job_end end;
  end.last = *terminal_;
  end.report_url = report_url(command_.upload_server, end.last);
  end.code = end_code();
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

/** From the moment that there is something to follow an interrupt is about that. */
asio::awaitable<void> job_run::begin() {
  co_await start_.run();
  following_ = command_.follow;
}

std::string job_run::whatever_goes_on() const {
  return start_.job_id().empty() ? "what was sent" : "the job " + start_.job_id();
}

exit_code job_run::end_code() const {
  if (terminal_->kind == contract::event_kind::completed) return start_.code();
  return worse(start_.code(), cancelling_ ? exit_code::interrupted : exit_code::job_failed);
}

void job_run::check_files() const {
  if (!command_.file.empty()) file_source{command_.file};
  if (!command_.report_file.empty()) atomic_file{command_.report_file};
}

asio::awaitable<void> job_run::wait_for_interrupt() {
  error_code ignored;
  while (!interrupt_asked_)
    co_await interrupted_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

bool job_run::interrupt() {
  interrupt_asked_ = true;
  interrupted_.cancel();
  pump_.wake();
  return !following_ || !command_.cancel_on_interrupt;
}

void job_run::notice(std::string const& sentence) {
  show_.notice(sentence, clock::now());
}

/** Returns when the job has ended. */
asio::awaitable<void> job_run::follow() {
  if (start_.subject()->composed()) {
    if (auto const known = start_.subject()->known()) take(*known);
    take_all();
  }
  auto next_status = co_await catch_up();
  while (!terminal_) {
    if (take_all()) next_status = clock::now() + waits_.status;
    if (terminal_) break;
    if (auto const lost = pump_.failure()) {
      co_await ask_status();  // the last word, if it can be had
      if (!terminal_) std::rethrow_exception(lost);
      break;
    }
    if (interrupt_asked_ && !command_.cancel_on_interrupt) leave();
    if (interrupt_asked_ && !cancelling_) co_await cancel_job();
    if (cancel_deadline_ && clock::now() >= *cancel_deadline_)
      throw failure(exit_code::interrupted,
                    "the job " + start_.job_id() + " was asked to stop and has not said that it did");
    if (pump_.came_back()) {
      next_status = co_await catch_up();
      continue;
    }
    if (clock::now() >= next_status) {
      co_await ask_status_unless_interrupted();
      next_status = clock::now() + waits_.status;
      continue;
    }
    co_await pump_.wait(cancel_deadline_ ? std::min(next_status, *cancel_deadline_) : next_status);
  }
}

/** A connection is new, and what was said before it is not known. What is composed of several jobs has no
    snapshot: its server is asked at once. @return when to ask next, if nothing is heard */
asio::awaitable<time_point> job_run::catch_up() {
  if (!start_.subject()->composed()) co_return clock::now() + waits_.first_status;
  co_await ask_status_unless_interrupted();
  co_return clock::now() + waits_.status;
}

/** @return whether this job's events were among what had come */
bool job_run::take_all() {
  bool any = false;
  while (!terminal_) {
    auto const update = pump_.take();
    if (!update) break;
    job_subject& subject = *start_.subject();
    if (!subject.concerns(*update)) continue;
    any = heard_ = true;
    if (subject.composed()) show_.event(*update, clock::now());
    if (auto const meant = subject.take(*update)) take(*meant);
  }
  return any;
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

/** An interrupt does not wait for a slow answer; when the job is being cancelled the answer may be its end.
 */
asio::awaitable<void> job_run::ask_status_unless_interrupted() {
  if (cancelling_) co_return co_await ask_status();
  auto const asked = co_await (outcome_of(ask_status()) || wait_for_interrupt());
  if (asked.index() == 0 && std::get<0>(asked)) std::rethrow_exception(std::get<0>(asked));
}

/** Asks where the job stands. No answer is no news: the connection for events judges that. */
asio::awaitable<void> job_run::ask_status() {
  contract::rest_interface const& rest = command_.protocol->rest;
  if (rest.status_path.empty() || start_.job_id().empty()) co_return;
  http_answer answer;
  try {
    answer = co_await http_.request("GET", contract::path_for(rest.status_path, start_.job_id()));
  } catch (failure const&) {
    co_return;
  }
  if (answer.status == 404) judge_stranger(answer);
  if (!answer.ok()) co_return;
  heard_ = true;
  auto const update = start_.subject()->take_status(answer.json());
  if (update && !terminal_) take(*update);
}

/** A job that is not there never ends; one that was just uploaded is. Only of what is composed nothing may
   ever be heard: neither do its events need to say what they are part of, nor has a server to list them
   (CE-H3). */
void job_run::judge_stranger(http_answer const& answer) {
  if (heard_) return;
  bool const silent = start_.subject()->composed() && ++unknown_answers_ > 1;
  if (command_.file.empty() || silent)
    throw failure(exit_code::refused, "the server does not show the job " + start_.job_id() + ": " +
                                          answer.sentence(command_.protocol->rest));
}

asio::awaitable<void> job_run::cancel_job() {
  cancelling_ = true;
  cancel_deadline_ = clock::now() + waits_.cancelled;
  show_.notice("Cancelling the job; Ctrl-C again leaves at once", clock::now());
  co_await cli::cancel_job(http_, command_.protocol->rest, start_.job_id());
}

void job_run::leave() const {
  if (!start_.taken())
    throw failure(exit_code::interrupted, command_.file.empty()
                                              ? "interrupted before the server took anything"
                                              : "interrupted before the server took the file");
  if (start_.job_id().empty())
    throw failure(exit_code::interrupted, "what was sent goes on without being watched");
  throw failure(exit_code::interrupted,
                "the job goes on; to watch it: " + watch_command(command_, start_.job_id()));
}

asio::awaitable<void> job_run::save_report() {
  atomic_file file(command_.report_file);
  http_answer const answer =
      co_await http_.download(report_path(command_.protocol->rest, *terminal_, start_.job_id()),
                              [&](std::string_view bytes) { file.write(bytes); });
  if (!answer.ok())
    throw failure(exit_code_for_status(answer.status), "the job completed, but its report is not given: " +
                                                           answer.sentence(command_.protocol->rest));
  file.commit();
  show_.report_saved(command_.report_file.string(), clock::now());
}

}  // namespace uploadproto::cli
