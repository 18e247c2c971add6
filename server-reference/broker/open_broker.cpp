// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/open_broker.hpp"

#include <fstream>
#include <random>

#include "broker/embedded_broker.hpp"

#ifdef UPLOADPROTO_WITH_KAFKA
#include "broker/kafka_broker.hpp"
#endif

namespace uploadproto::reference {
namespace {

#ifdef UPLOADPROTO_WITH_KAFKA
/** A name that no other data directory has and that a restart finds again. @throws std::ios_base::failure */
std::string transactional_id_of(std::filesystem::path const& data_directory) {
  auto const file = data_directory / "kafka-producer-id";
  std::string id;
  if (std::ifstream in{file}; in >> id && is_broker_name(id)) return id;
  std::random_device random;
  id = "uploadproto-";
  for (int i = 0; i < 16; ++i) id += "0123456789abcdef"[random() % 16];
  std::ofstream out{file};
  out.exceptions(std::ios::failbit | std::ios::badbit);
  out << id << std::endl;
  return id;
}
#endif

broker_result<std::unique_ptr<message_broker>> open_kafka(
    [[maybe_unused]] std::string const& servers, [[maybe_unused]] std::filesystem::path const& data) {
#ifdef UPLOADPROTO_WITH_KAFKA
  kafka_options options;
  options.servers = servers;
  try {
    options.transactional_id = transactional_id_of(data);
  } catch (std::ios_base::failure const& error) {
    return broker_failure{broker_problem::unavailable,
                          "Could not write in " + data.string() + ": " + error.what()};
  }
  return std::unique_ptr<message_broker>(std::make_unique<kafka_broker>(std::move(options)));
#else
  return broker_failure{
      broker_problem::invalid,
      "this program was built without Apache Kafka: install librdkafka-dev and build it anew"};
#endif
}

}  // namespace

bool has_kafka() {
#ifdef UPLOADPROTO_WITH_KAFKA
  return true;
#else
  return false;
#endif
}

broker_result<std::unique_ptr<message_broker>> open_broker(std::string const& kafka_servers,
                                                           std::filesystem::path const& data_directory) {
  if (!kafka_servers.empty()) return open_kafka(kafka_servers, data_directory);
  auto opened = embedded_broker::open(data_directory / "broker");
  if (!opened) return opened.error();
  return std::unique_ptr<message_broker>(std::move(*opened));
}

}  // namespace uploadproto::reference
