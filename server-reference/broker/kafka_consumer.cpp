// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/kafka_consumer.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <map>

namespace uploadproto::reference {
namespace {

using namespace std::chrono_literals;
constexpr auto look_up_every = 50ms;  // whether it was woken

std::string text_of(void const* bytes, std::size_t size) {
  return bytes == nullptr ? std::string() : std::string(static_cast<char const*>(bytes), size);
}

delivered_message delivered(rd_kafka_message_t const& m) {
  delivered_message d{{m.partition, m.offset}, {}};
  d.content.key = text_of(m.key, m.key_len);
  d.content.value = text_of(m.payload, m.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return d;
  char const* name = nullptr;
  void const* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0;
       rd_kafka_header_get_all(headers, i, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR; ++i)
    d.content.headers.push_back({name, text_of(value, size)});
  return d;
}

}  // namespace

broker_result<std::unique_ptr<topic_consumer>> kafka_consumer::join(std::string const& servers,
                                                                    std::string const& topic,
                                                                    std::string const& group) {
  auto conf = make_kafka_conf(servers, {{"group.id", group},
                                        {"enable.auto.commit", "false"},
                                        {"enable.auto.offset.store", "false"},
                                        {"auto.offset.reset", "earliest"},
                                        {"isolation.level", "read_committed"},
                                        {"allow.auto.create.topics", "true"},
                                        {"topic.metadata.refresh.interval.ms", "5000"},
                                        {"session.timeout.ms", "10000"},
                                        {"fetch.wait.max.ms", "100"},
                                        {"queued.max.messages.kbytes", "16384"}});
  if (!conf) return conf.error();
  auto handle = make_kafka_handle(RD_KAFKA_CONSUMER, std::move(*conf));
  if (!handle) return handle.error();
  rd_kafka_poll_set_consumer(handle->get());
  kafka_partitions const topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), topic.c_str(), RD_KAFKA_PARTITION_UA);
  if (auto const error = rd_kafka_subscribe(handle->get(), topics.get()); error != RD_KAFKA_RESP_ERR_NO_ERROR)
    return broker_failure{broker_problem::invalid,
                          "Could not subscribe to " + topic + ": " + rd_kafka_err2str(error)};
  return std::unique_ptr<topic_consumer>(new kafka_consumer(std::move(*handle), topic));
}

kafka_consumer::~kafka_consumer() {
  rd_kafka_consumer_close(handle_.get());
}

broker_result<std::vector<delivered_message>> kafka_consumer::poll(std::size_t most,
                                                                   std::chrono::milliseconds wait) {
  auto const deadline = std::chrono::steady_clock::now() + wait;
  std::vector<delivered_message> found;
  while (found.size() < most) {
    auto const left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    // Once there is one, only what is there already is taken along.
    auto const time = found.empty() ? std::clamp(left, 0ms, std::chrono::milliseconds(look_up_every)) : 0ms;
    kafka_message const m(rd_kafka_consumer_poll(handle_.get(), static_cast<int>(time.count())));
    if (m && m->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      found.push_back(delivered(*m));
    } else if (m) {
      spdlog::debug("event=kafka_consume what=\"{}\"", rd_kafka_message_errstr(m.get()));
      if (rd_kafka_fatal_error(handle_.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR)
        return broker_failure{broker_problem::unavailable, rd_kafka_message_errstr(m.get())};
    } else if (!found.empty() || left <= 0ms || woken_.exchange(false)) {
      break;
    }
  }
  return found;
}

broker_result<void> kafka_consumer::commit(std::span<message_position const> done) {
  if (done.empty()) return {};
  std::map<std::int32_t, std::int64_t> next;
  for (auto const& at : done) next[at.partition] = std::max(next[at.partition], at.offset + 1);
  kafka_partitions const offsets(rd_kafka_topic_partition_list_new(static_cast<int>(next.size())));
  for (auto const& [partition, offset] : next)
    rd_kafka_topic_partition_list_add(offsets.get(), topic_.c_str(), partition)->offset = offset;
  auto const error = rd_kafka_commit(handle_.get(), offsets.get(), 0);
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
  return broker_failure{broker_problem::unavailable,
                        std::string("Could not commit offsets: ") + rd_kafka_err2str(error)};
}

void kafka_consumer::wake() {
  woken_ = true;
}

}  // namespace uploadproto::reference
