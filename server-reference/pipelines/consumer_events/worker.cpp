// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/consumer_events/worker.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <uploadproto/contract/timestamp.hpp>

#include "ingest/excerpt.hpp"
#include "storage/crash_point.hpp"

namespace uploadproto::reference {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds idle_wait = 1s;
constexpr std::size_t longest_header = 1000;

contract::message_received received_event(envelope const& e) {
  contract::message_received event;
  event.log_id = e.log_id;
  if (e.rows.empty()) return event;
  event.data.data_type = "CSV_BATCH";
  event.data.row_count = e.rows.size();
  if (e.place) {
    event.data.upload_id = e.place->upload_id;
    event.data.batch_index = e.place->index;
    event.data.batch_count = e.place->count;
  }
  return event;
}

}  // namespace

/** A message that has no end yet, or no place among the dead letters. */
struct consumer_worker::task {
  delivered_message const* message;
  envelope content;  ///< only the logId where it cannot be read
  judgement verdict;
  bool ended_before = false;  ///< and only has to be buried
  bool anonymous = false;     ///< has no logId by which clients could be told
};

consumer_worker::consumer_worker(consumer_worker_options options, message_broker& broker,
                                 message_table& table)
    : options_(std::move(options)), broker_(broker), table_(table) {
  auto const totals = table_.count();
  stats_ = {totals.completed + totals.failed, 0, totals.completed, totals.failed};
  pace_ = stats_pace(stats_);
}

void consumer_worker::start(std::unique_ptr<topic_consumer> consumer, consumer_event_sink sink) {
  sink_ = std::move(sink);
  consumer_ = std::move(consumer);
  thread_ = std::thread([this] { run(); });
}

void consumer_worker::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (!thread_.joinable()) return;
  consumer_->wake();
  thread_.join();
  consumer_.reset();
}

bool consumer_worker::works_on(std::string const& log_id) const {
  std::lock_guard lock(mutex_);
  return in_hand_.count(log_id) != 0;
}

bool consumer_worker::stopping() const {
  std::lock_guard lock(mutex_);
  return stopping_;
}

/** False when it is stopped meanwhile. */
bool consumer_worker::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [&] { return stopping_; });
}

/** Tries until the step says it is done. False when it is stopped before. */
bool consumer_worker::until_done(char const* doing, std::function<bool()> const& step) {
  for (auto time = options_.first_pause;; time = std::min(time * 2, options_.longest_pause)) {
    try {
      if (step()) return true;
    } catch (std::exception const& error) {
      spdlog::warn("event=consumer_waits doing=\"{}\" what=\"{}\"", doing, error.what());
    }
    if (!pause(time)) return false;
  }
}

void consumer_worker::run() {
  while (!stopping()) {
    std::vector<delivered_message> messages;
    bool const polled = until_done("poll", [&] {
      auto const wait = pace_.wait(stats_, options_.now()).value_or(idle_wait);
      auto found = consumer_->poll(options_.most_messages, std::min(wait, idle_wait));
      if (!found) throw std::runtime_error(found.error().what);
      messages = std::move(*found);
      return true;
    });
    if (!polled || (!messages.empty() && !handle(messages))) return;
    tell_stats();
  }
}

/** False when it was stopped before the messages were done with. */
bool consumer_worker::handle(std::vector<delivered_message> const& messages) {
  std::vector<task> tasks;
  if (!until_done("look up", [&] {
        tasks = read(messages);
        return true;
      }))
    return false;
  announce(tasks);
  std::vector<judgement> ends;
  for (auto const& t : tasks)
    if (!t.ended_before) ends.push_back(t.verdict);
  if (!until_done("store", [&] {
        if (!ends.empty()) table_.store(ends, options_.now());
        return true;
      }))
    return false;
  tell_ends(tasks);
  if (!bury(tasks)) return false;
  std::vector<message_position> done;
  for (auto const& m : messages) done.push_back(m.at);
  crash_point("consumer: before the offset");
  // Not tried again: the next commit covers it, and what is delivered anew until then has its end.
  if (auto const committed = consumer_->commit(done); !committed)
    spdlog::warn("event=offset_not_committed what=\"{}\"", committed.error().what);
  return true;
}

/** Reads and judges the messages that are not done with; of two with one logId only the first. */
std::vector<consumer_worker::task> consumer_worker::read(std::vector<delivered_message> const& messages) {
  std::vector<task> tasks;
  std::set<std::string> seen;
  for (auto const& m : messages) {
    task t{&m, {}, {}, false, false};
    auto content = read_envelope(m.content.value);
    if (auto* const good = std::get_if<envelope>(&content)) {
      t.content = std::move(*good);
      t.verdict = judge(t.content);
    } else {
      auto& problem = std::get<envelope_problem>(content);
      t.anonymous = problem.log_id.empty();
      t.content.log_id = t.anonymous ? options_.topic + "/" + std::to_string(m.at.partition) + "/" +
                                           std::to_string(m.at.offset)
                                     : std::move(problem.log_id);
      t.verdict = {t.content.log_id, {}, std::move(problem.what)};
    }
    if (!seen.insert(t.content.log_id).second) continue;
    if (auto const end = table_.find(t.content.log_id)) {
      if (!end->failed || end->dead_lettered) continue;
      t.ended_before = true;
      t.verdict.error = end->error;
    }
    tasks.push_back(std::move(t));
  }
  return tasks;
}

void consumer_worker::announce(std::vector<task> const& tasks) {
  for (auto const& t : tasks) {
    if (t.ended_before) continue;
    ++stats_.received;
    ++stats_.processing;
    if (t.anonymous) continue;
    {
      std::lock_guard lock(mutex_);
      in_hand_.insert(t.content.log_id);
    }
    auto received = received_event(t.content);
    received.timestamp = timestamp();
    sink_(received);
    sink_(contract::processing_started{.log_id = t.content.log_id, .timestamp = timestamp()});
  }
}

void consumer_worker::tell_ends(std::vector<task> const& tasks) {
  for (auto const& t : tasks) {
    if (t.ended_before) continue;
    auto const& error = t.verdict.error;
    --stats_.processing;
    ++(error ? stats_.failed : stats_.completed);
    if (error) spdlog::info("event=message_failed log_id={} what=\"{}\"", excerpt(t.content.log_id), *error);
    if (t.anonymous) continue;
    if (error)
      sink_(
          contract::processing_failed{.log_id = t.content.log_id, .error = *error, .timestamp = timestamp()});
    else
      sink_(contract::processing_completed{
          .log_id = t.content.log_id, .consumer_id = options_.consumer_id, .timestamp = timestamp()});
    std::lock_guard lock(mutex_);
    in_hand_.erase(t.content.log_id);
  }
}

void consumer_worker::tell_stats() {
  if (!pace_.tell(stats_, options_.now())) return;
  sink_(contract::stats_updated{.received = stats_.received,
                                .processing = stats_.processing,
                                .completed = stats_.completed,
                                .failed = stats_.failed,
                                .timestamp = timestamp()});
}

/** Puts what has failed on the dead-letter topic (CE-P3). */
bool consumer_worker::bury(std::vector<task> const& tasks) {
  std::vector<message> letters;
  std::vector<std::string> log_ids;
  for (auto const& t : tasks) {
    if (!t.verdict.error) continue;
    auto letter = t.message->content;
    letter.headers.push_back({"logId", t.content.log_id});
    letter.headers.push_back({"error", excerpt(*t.verdict.error, longest_header)});
    letter.headers.push_back({"topic", options_.topic});
    letter.headers.push_back({"partition", std::to_string(t.message->at.partition)});
    letter.headers.push_back({"offset", std::to_string(t.message->at.offset)});
    // A value at the limit leaves no room for headers.
    if (size_of(letter) > broker_.max_message_bytes()) letter.value.clear();
    letters.push_back(std::move(letter));
    log_ids.push_back(t.content.log_id);
  }
  if (letters.empty()) return true;
  auto const produced = until_done("bury", [&] {
    auto const outcome = broker_.produce(options_.topic + ".dead-letter", letters);
    if (!outcome) throw std::runtime_error(outcome.error().what);
    return true;
  });
  return produced && until_done("note dead letters", [&] {
           table_.set_dead_lettered(log_ids);
           return true;
         });
}

std::string consumer_worker::timestamp() const {
  return contract::format_timestamp(std::chrono::sys_time<std::chrono::milliseconds>(options_.now()));
}

}  // namespace uploadproto::reference
