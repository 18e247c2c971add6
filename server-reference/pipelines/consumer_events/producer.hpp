// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_PRODUCER_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_PRODUCER_HPP

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>

#include "broker/message_broker.hpp"
#include "pipelines/consumer_events/event.hpp"
#include "pipelines/consumer_events/order.hpp"
#include "pipelines/consumer_events/upload_table.hpp"

namespace uploadproto::reference {

/** Nothing was produced, or, with `outcome_unknown`, all or nothing. The message is for the log. */
class not_produced : public std::runtime_error {
 public:
  explicit not_produced(broker_failure const& failure, std::string upload_id = {})
      : std::runtime_error(failure.what), problem_(failure.problem), upload_id_(std::move(upload_id)) {}

  broker_problem problem() const noexcept { return problem_; }
  /** With `outcome_unknown`: the upload whose batches will tell. */
  std::string const& upload_id() const noexcept { return upload_id_; }

 private:
  broker_problem problem_;
  std::string upload_id_;
};

/** Puts orders on the topic (CE-H1, CE-H2). Thread-safe; the calls wait for disk and broker. */
class order_producer {
 public:
  /** @param work a directory for the batches of a file that is being read */
  order_producer(message_broker& broker, upload_table& uploads, std::string topic, std::filesystem::path work,
                 std::uint64_t max_rows, consumer_clock now)
      : broker_(broker),
        uploads_(uploads),
        topic_(std::move(topic)),
        work_(std::move(work)),
        max_rows_(max_rows),
        now_(std::move(now)) {}

  std::string const& topic() const { return topic_; }

  /** @param checked by `read_order` or `read_order_json`
      @return its logId @throws not_produced */
  std::string send(order const& checked);

  struct accepted {
    std::string upload_id;
    std::uint64_t batches = 0, rows = 0;
  };
  /** Sends a CSV file in batches, all of them or none.
      @throws input_error for a file that has no orders, not_produced, storage_full */
  accepted send_file(std::filesystem::path const& file, std::string const& name);

 private:
  message_broker& broker_;
  upload_table& uploads_;
  std::string topic_;
  std::filesystem::path work_;
  std::uint64_t max_rows_;
  consumer_clock now_;
};

}  // namespace uploadproto::reference

#endif
