// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_OPEN_BROKER_HPP
#define UPLOADPROTO_REFERENCE_BROKER_OPEN_BROKER_HPP

#include <filesystem>
#include <memory>
#include <string>

#include "broker/message_broker.hpp"

namespace uploadproto::reference {

/** The embedded broker in `broker/` of the data directory, or Apache Kafka where servers are named
   (`HOST:PORT`, several with commas). A Kafka that is down is no failure; one that is not built in is. */
broker_result<std::unique_ptr<message_broker>> open_broker(std::string const& kafka_servers,
                                                           std::filesystem::path const& data_directory);

/** Whether this program can speak to Apache Kafka. */
bool has_kafka();

}  // namespace uploadproto::reference

#endif
