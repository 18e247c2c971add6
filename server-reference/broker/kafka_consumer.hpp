// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_KAFKA_CONSUMER_HPP
#define UPLOADPROTO_REFERENCE_BROKER_KAFKA_CONSUMER_HPP

#include <atomic>
#include <memory>
#include <string>

#include "broker/kafka_handle.hpp"
#include "broker/message_broker.hpp"

namespace uploadproto::reference {

/** A member of a Kafka consumer group that is shown committed transactions only and commits offsets by hand.
    A broker that is away is waited for: `poll` then gives nothing. */
class kafka_consumer final : public topic_consumer {
 public:
  static broker_result<std::unique_ptr<topic_consumer>> join(std::string const& servers,
                                                             std::string const& topic,
                                                             std::string const& group);
  ~kafka_consumer() override;

  broker_result<std::vector<delivered_message>> poll(std::size_t most,
                                                     std::chrono::milliseconds wait) override;
  broker_result<void> commit(std::span<message_position const> done) override;
  void wake() override;

 private:
  kafka_consumer(kafka_handle handle, std::string topic)
      : handle_(std::move(handle)), topic_(std::move(topic)) {}

  kafka_handle handle_;
  std::string topic_;
  std::atomic<bool> woken_{false};
};

}  // namespace uploadproto::reference

#endif
