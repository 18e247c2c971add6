// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/kafka_handle.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <limits>

namespace uploadproto::reference {
namespace {

/** A broker that is away is said many times a second; whoever asks the broker for something is told anyway.
 */
void log_line(rd_kafka_t const*, int level, char const* facility, char const* text) {
  if (level <= 2)
    spdlog::error("event=kafka facility={} what=\"{}\"", facility, text);
  else
    spdlog::debug("event=kafka facility={} what=\"{}\"", facility, text);
}

}  // namespace

broker_result<kafka_conf> make_kafka_conf(
    std::string const& servers, std::initializer_list<std::pair<char const*, std::string>> properties) {
  kafka_conf conf(rd_kafka_conf_new());
  char problem[512] = "";
  auto const set = [&](char const* name, std::string const& value) {
    return rd_kafka_conf_set(conf.get(), name, value.c_str(), problem, sizeof problem) == RD_KAFKA_CONF_OK;
  };
  rd_kafka_conf_set_log_cb(conf.get(), log_line);
  bool good = set("bootstrap.servers", servers) && set("client.id", "uploadproto-server") &&
              set("socket.keepalive.enable", "true") && set("reconnect.backoff.max.ms", "1000");
  for (auto const& [name, value] : properties) good = good && set(name, value);
  if (!good) return broker_failure{broker_problem::invalid, std::string("librdkafka: ") + problem};
  return conf;
}

broker_result<kafka_handle> make_kafka_handle(rd_kafka_type_t type, kafka_conf conf) {
  char problem[512] = "";
  kafka_handle handle(rd_kafka_new(type, conf.get(), problem, sizeof problem));
  if (!handle) return broker_failure{broker_problem::invalid, std::string("librdkafka: ") + problem};
  (void)conf.release();
  return handle;
}

int kafka_timeout(std::chrono::milliseconds time) {
  return static_cast<int>(std::clamp<std::int64_t>(time.count(), 1, std::numeric_limits<int>::max()));
}

}  // namespace uploadproto::reference
