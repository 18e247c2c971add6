// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_KAFKA_BROKER_HPP
#define UPLOADPROTO_REFERENCE_BROKER_KAFKA_BROKER_HPP

#include "broker/kafka_producer.hpp"
#include "broker/message_broker.hpp"

namespace uploadproto::reference {

/** Apache Kafka through librdkafka (CE-P1). Nothing is connected until it is used: a cluster that is down
   makes produces fail as `unavailable` and consumers wait. */
class kafka_broker : public message_broker {
 public:
  explicit kafka_broker(kafka_options options) : options_(options), producer_(std::move(options)) {}

  using message_broker::produce;
  broker_result<void> produce(std::string const& topic, message_source next) override;
  broker_result<std::unique_ptr<topic_consumer>> join(std::string const& topic,
                                                      std::string const& group) override;
  std::size_t max_message_bytes() const override { return options_.max_message_bytes; }

 private:
  kafka_options options_;
  kafka_producer producer_;
};

}  // namespace uploadproto::reference

#endif
