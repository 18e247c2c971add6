// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_KAFKA_HANDLE_HPP
#define UPLOADPROTO_REFERENCE_BROKER_KAFKA_HANDLE_HPP

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "broker/broker_failure.hpp"

namespace uploadproto::reference {

/** Calls librdkafka's function that frees the thing. */
template <auto Free>
struct kafka_free {
  template <class T>
  void operator()(T* thing) const {
    Free(thing);
  }
};

using kafka_conf = std::unique_ptr<rd_kafka_conf_t, kafka_free<rd_kafka_conf_destroy>>;
using kafka_handle = std::unique_ptr<rd_kafka_t, kafka_free<rd_kafka_destroy>>;
using kafka_message = std::unique_ptr<rd_kafka_message_t, kafka_free<rd_kafka_message_destroy>>;
using kafka_headers = std::unique_ptr<rd_kafka_headers_t, kafka_free<rd_kafka_headers_destroy>>;
using kafka_error = std::unique_ptr<rd_kafka_error_t, kafka_free<rd_kafka_error_destroy>>;
using kafka_partitions =
    std::unique_ptr<rd_kafka_topic_partition_list_t, kafka_free<rd_kafka_topic_partition_list_destroy>>;

/** What producers and consumers have in common, and these properties. librdkafka's log goes to ours. */
broker_result<kafka_conf> make_kafka_conf(
    std::string const& servers, std::initializer_list<std::pair<char const*, std::string>> properties);

/** Takes the configuration, whatever comes of it. */
broker_result<kafka_handle> make_kafka_handle(rd_kafka_type_t type, kafka_conf conf);

/** Milliseconds as librdkafka takes them; at least one. */
int kafka_timeout(std::chrono::milliseconds time);

}  // namespace uploadproto::reference

#endif
