// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/kafka_broker.hpp"

#include "broker/kafka_consumer.hpp"

namespace uploadproto::reference {

broker_result<void> kafka_broker::produce(std::string const& topic, message_source next) {
  return producer_.produce(topic, next);
}

broker_result<std::unique_ptr<topic_consumer>> kafka_broker::join(std::string const& topic,
                                                                  std::string const& group) {
  return kafka_consumer::join(options_.servers, topic, group);
}

}  // namespace uploadproto::reference
