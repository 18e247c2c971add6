// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "event_queue.hpp"

namespace uploadproto::bindings {
namespace {

uploadproto_event_kind kind_of(contract::event_kind kind) noexcept {
  switch (kind) {
    case contract::event_kind::progress:
      return UPLOADPROTO_EVENT_PROGRESS;
    case contract::event_kind::completed:
      return UPLOADPROTO_EVENT_COMPLETED;
    case contract::event_kind::failed:
      return UPLOADPROTO_EVENT_FAILED;
    case contract::event_kind::notice:
      break;
  }
  return UPLOADPROTO_EVENT_NOTICE;
}

uploadproto_event_kind kind_of(cli::feed_notice::what about) noexcept {
  switch (about) {
    case cli::feed_notice::what::lost:
      return UPLOADPROTO_EVENT_DISCONNECTED;
    case cli::feed_notice::what::back:
      return UPLOADPROTO_EVENT_RECONNECTED;
    case cli::feed_notice::what::unsubscribed:
      return UPLOADPROTO_EVENT_UNSUBSCRIBED;
    case cli::feed_notice::what::malformed:
      break;
  }
  return UPLOADPROTO_EVENT_MALFORMED;
}

}  // namespace

void event_queue::follow(std::string const& job) {
  auto& subject = subjects_[job];
  if (!subject) subject = cli::make_subject(protocol_, job);
}

std::vector<std::string> event_queue::followed() const {
  std::vector<std::string> jobs;
  for (auto const& [job, subject] : subjects_) jobs.push_back(job);
  return jobs;
}

void event_queue::add(cli::job_update update) {
  add(kind_of(update.kind), std::move(update));
}

void event_queue::add(cli::feed_notice const& notice) {
  cli::job_update update;
  update.event_name = notice.event_name;
  update.job_id = notice.job_id;
  update.payload = notice.payload;
  bool const good = notice.about == cli::feed_notice::what::back;
  (good ? update.message : update.error) = notice.sentence;
  if (notice.about == cli::feed_notice::what::unsubscribed) unfollow(notice.job_id);
  add(kind_of(notice.about), std::move(update));
}

void event_queue::add_status(std::string const& job, boost::json::value const& answer) {
  auto const subject = subjects_.find(job);
  if (subject == subjects_.end()) return;
  auto update = subject->second->take_status(answer);
  if (!update) return;
  update->job_id = job;
  update->derived = true;
  add(std::move(*update));
}

/** A job's end is the end of following it. What an upload of several jobs amounts to comes right behind. */
void event_queue::interpret(cli::job_update const& event) {
  if (event.derived) {
    if (contract::is_terminal(event.kind)) unfollow(event.job_id);
    return;
  }
  std::deque<entry> meant;
  std::vector<std::string> ended;
  for (auto& [job, subject] : subjects_) {
    if (!subject->concerns(event)) continue;
    if (!subject->composed()) {
      if (contract::is_terminal(event.kind)) ended.push_back(job);
    } else if (auto whole = subject->take(event)) {
      meant.push_back({kind_of(whole->kind), std::move(*whole)});
    }
  }
  for (std::string const& job : ended) unfollow(job);
  waiting_.insert(waiting_.begin(), std::make_move_iterator(meant.begin()),
                  std::make_move_iterator(meant.end()));
}

uploadproto_event const* event_queue::take() {
  for (;;) {
    if (waiting_.empty()) return nullptr;
    shown_ = std::move(waiting_.front());
    waiting_.pop_front();
    cli::job_update const& e = shown_.what;
    // An end that was asked for may have come by itself meanwhile: it is told once.
    if (e.derived && subjects_.find(e.job_id) == subjects_.end()) continue;
    interpret(e);
    event_ = {
        shown_.kind,           e.derived ? 1 : 0,    e.progress.value_or(-1), e.duration_ms.value_or(-1),
        protocol_.name.data(), e.event_name.c_str(), e.job_id.c_str(),        e.stage.c_str(),
        e.message.c_str(),     e.error.c_str(),      e.report.c_str(),        e.payload.c_str()};
    return &event_;
  }
}

}  // namespace uploadproto::bindings
