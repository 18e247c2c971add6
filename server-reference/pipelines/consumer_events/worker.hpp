// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_WORKER_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_WORKER_HPP

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "broker/message_broker.hpp"
#include "pipelines/consumer_events/event.hpp"
#include "pipelines/consumer_events/message_table.hpp"
#include "pipelines/consumer_events/stats_pace.hpp"

namespace uploadproto::reference {

struct consumer_worker_options {
  std::string topic, group, consumer_id;
  consumer_clock now;
  std::size_t most_messages = 64;  ///< that share a transaction
  /** Pauses after a failure of broker or disk: the first, doubled up to the longest. */
  std::chrono::milliseconds first_pause{100}, longest_pause{5'000};
};

/** The thread that takes messages from the topic, stores what is in them and tells what becomes of each.

    Received, started, then one end for each logId (CE-L1). The end is in the database before it is told, and
    the offset is committed after that: a message that is delivered again finds its end and is passed over
    (CE-L2). The end of this process between the two leaves an end that is stored and not told, never one that
    is told twice.

    A message that fails goes to the topic `….dead-letter`, with headers that say why and where from. A full
    disk or a broker that is away ends no message: the worker tries again until it is stopped. */
class consumer_worker {
 public:
  consumer_worker(consumer_worker_options options, message_broker& broker, message_table& table);
  ~consumer_worker() { stop(); }
  consumer_worker(consumer_worker const&) = delete;
  consumer_worker& operator=(consumer_worker const&) = delete;

  void start(std::unique_ptr<topic_consumer> consumer, consumer_event_sink sink);

  /** Ends after what is in hand; what waits is dropped, and delivered again at the next start. */
  void stop();

  /** Whether a message has been told to have started and not to have ended. */
  bool works_on(std::string const& log_id) const;

 private:
  struct task;

  void run();
  bool handle(std::vector<delivered_message> const& messages);
  std::vector<task> read(std::vector<delivered_message> const& messages);
  void announce(std::vector<task> const& tasks);
  void tell_ends(std::vector<task> const& tasks);
  void tell_stats();
  bool bury(std::vector<task> const& tasks);
  bool until_done(char const* doing, std::function<bool()> const& step);
  bool stopping() const;
  bool pause(std::chrono::milliseconds time);
  std::string timestamp() const;

  consumer_worker_options const options_;
  message_broker& broker_;
  message_table& table_;
  consumer_event_sink sink_;
  std::unique_ptr<topic_consumer> consumer_;

  consumer_stats stats_;
  stats_pace pace_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> in_hand_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace uploadproto::reference

#endif
