// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_KAFKA_PRODUCER_HPP
#define UPLOADPROTO_REFERENCE_BROKER_KAFKA_PRODUCER_HPP

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "broker/kafka_handle.hpp"
#include "broker/message_broker.hpp"

namespace uploadproto::reference {

struct kafka_options {
  std::string servers;  ///< `host:port`, several with commas
  /** Names this producer to the cluster, over restarts: a start ends what its predecessor has left open. No
     two that run at once may share it. */
  std::string transactional_id = "uploadproto-server";
  std::chrono::milliseconds produce_timeout{5'000};  ///< until a broker that does not answer is `unavailable`
  std::size_t max_message_bytes = 900 * 1024;        ///< below the 1 MiB a batch that brokers take by default
};

/** Produces to Kafka by transactions (`acks=all`, idempotent): readers see all of a produce or nothing.

    Of the threads that wait with a small produce one carries all of them in one transaction; a large one,
   whose messages are not held in memory together, has a transaction of its own. Messages are brought to the
   brokers before the end of the transaction is asked for: until then a failure aborts, and nothing is taken.
   Only where the answer to that last question stays away is the outcome unknown; the question is put again
   before the next transaction. Thread-safe. */
class kafka_producer {
 public:
  explicit kafka_producer(kafka_options options) : options_(std::move(options)) {}

  broker_result<void> produce(std::string const& topic, message_source& next);

 private:
  using clock = std::chrono::steady_clock;
  struct request {
    std::string const& topic;
    std::vector<message> head{};     ///< the first messages, or all
    message_source* rest = nullptr;  ///< what gives the others
    std::optional<broker_result<void>> outcome{};
    std::exception_ptr thrown{};  ///< by `rest`
  };
  broker_result<request> gather(std::string const& topic, message_source& next) const;
  void carry(std::vector<request*> const& group);
  broker_result<void> transact(std::vector<request*> const& group, clock::time_point deadline);
  broker_result<void> prepare(clock::time_point deadline);
  broker_result<void> connect();
  broker_result<void> send(request& from, clock::time_point deadline);
  broker_result<void> send(std::string const& topic, message const& m, clock::time_point deadline);
  broker_result<void> flush(clock::time_point deadline);
  broker_result<void> commit(clock::time_point deadline);
  void give_up();
  broker_failure failure(std::string const& doing, kafka_error const& error) const;

  kafka_options const options_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<request*> waiting_;
  bool busy_ = false;  ///< a thread carries a group; what follows is its own

  std::string refusal_;  ///< of the first message of this transaction that was refused; outlives the handle
  kafka_handle handle_;
  bool ready_ = false;           ///< its transactions are set up
  bool commit_pending_ = false;  ///< it was asked for and not answered
};

}  // namespace uploadproto::reference

#endif
