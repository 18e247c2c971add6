// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/kafka_producer.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace uploadproto::reference {
namespace {

using namespace std::chrono_literals;

// What may share a transaction is held in memory; it is little.
constexpr std::size_t most_small_messages = 64;
constexpr std::size_t most_in_a_group = 1000;
constexpr auto shortest_wait = 100ms;
constexpr auto longest_abort = 1s;  // until the broker is left to do it by itself

std::chrono::milliseconds left_until(std::chrono::steady_clock::time_point deadline) {
  auto const left = deadline - std::chrono::steady_clock::now();
  return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(left),
                  std::chrono::milliseconds(shortest_wait));
}

kafka_headers headers_of(message const& m) {
  if (m.headers.empty()) return nullptr;
  kafka_headers headers(rd_kafka_headers_new(m.headers.size()));
  for (auto const& [name, value] : m.headers)
    rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                        static_cast<ssize_t>(value.size()));
  return headers;
}

void note_refusal(rd_kafka_t*, rd_kafka_message_t const* report, void* first_refusal) {
  auto& refusal = *static_cast<std::string*>(first_refusal);
  if (report->err != RD_KAFKA_RESP_ERR_NO_ERROR && refusal.empty()) refusal = rd_kafka_err2str(report->err);
}

}  // namespace

broker_failure kafka_producer::failure(std::string const& doing, kafka_error const& error) const {
  return {broker_problem::unavailable,
          "Could not " + doing + " at " + options_.servers + ": " + rd_kafka_error_string(error.get())};
}

broker_result<void> kafka_producer::produce(std::string const& topic, message_source& next) {
  auto mine = gather(topic, next);
  if (!mine) return mine.error();
  if (mine->head.empty()) return {};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&*mine);
  changed_.wait(lock, [&] { return mine->outcome || !busy_; });
  while (!mine->outcome) {
    busy_ = true;
    std::vector<request*> group{waiting_.front()};
    waiting_.pop_front();
    while (!group.front()->rest && !waiting_.empty() && !waiting_.front()->rest &&
           group.size() < most_in_a_group) {
      group.push_back(waiting_.front());
      waiting_.pop_front();
    }
    lock.unlock();
    carry(group);
    lock.lock();
    busy_ = false;
    changed_.notify_all();
    changed_.wait(lock, [&] { return mine->outcome || !busy_; });
  }
  if (mine->thrown) std::rethrow_exception(mine->thrown);
  return *mine->outcome;
}

broker_result<kafka_producer::request> kafka_producer::gather(std::string const& topic,
                                                              message_source& next) const {
  request made{topic};
  while (made.head.size() < most_small_messages) {
    auto m = next();
    if (!m) return made;
    if (size_of(*m) > options_.max_message_bytes)
      return broker_failure{broker_problem::too_large, "A message of " + std::to_string(size_of(*m)) +
                                                           " bytes is over the limit of " +
                                                           std::to_string(options_.max_message_bytes)};
    made.head.push_back(std::move(*m));
  }
  made.rest = &next;
  return made;
}

void kafka_producer::carry(std::vector<request*> const& group) {
  auto const outcome = transact(group, clock::now() + options_.produce_timeout);
  if (!outcome) spdlog::warn("event=kafka_produce_failed what=\"{}\"", outcome.error().what);
  std::lock_guard lock(mutex_);
  for (auto* const r : group) r->outcome = outcome;
}

broker_result<void> kafka_producer::transact(std::vector<request*> const& group, clock::time_point deadline) {
  if (auto ready = prepare(deadline); !ready) return ready;
  refusal_.clear();
  if (kafka_error const error{rd_kafka_begin_transaction(handle_.get())}) {
    auto const failed = failure("begin a transaction", error);
    give_up();
    return failed;
  }
  broker_result<void> sent;
  for (auto* const r : group) {
    sent = send(*r, deadline);
    if (!sent) break;
  }
  if (sent) sent = flush(clock::now() + options_.produce_timeout);
  if (!sent) {
    give_up();
    return sent;
  }
  return commit(clock::now() + options_.produce_timeout);
}

/** Connects, and brings an earlier transaction to its end. */
broker_result<void> kafka_producer::prepare(clock::time_point deadline) {
  if (!handle_)
    if (auto connected = connect(); !connected) return connected;
  if (!ready_) {
    kafka_error const error{rd_kafka_init_transactions(handle_.get(), kafka_timeout(left_until(deadline)))};
    if (error && !rd_kafka_error_is_retriable(error.get())) handle_.reset();
    if (error) return failure("set up transactions", error);
    ready_ = true;
  }
  if (!commit_pending_) return {};
  auto ended = commit(deadline);
  // This produce has not begun.
  if (commit_pending_) return broker_failure{broker_problem::unavailable, ended.error().what};
  return handle_ ? broker_result<void>{} : prepare(deadline);
}

broker_result<void> kafka_producer::connect() {
  auto const timeout = std::to_string(options_.produce_timeout.count());
  auto conf = make_kafka_conf(options_.servers, {{"transactional.id", options_.transactional_id},
                                                 {"enable.idempotence", "true"},
                                                 {"acks", "all"},
                                                 {"message.timeout.ms", timeout},
                                                 {"transaction.timeout.ms", "60000"},
                                                 {"queue.buffering.max.messages", "10000"},
                                                 {"queue.buffering.max.kbytes", "32768"},
                                                 {"linger.ms", "2"},
                                                 {"compression.type", "lz4"}});
  if (!conf) return conf.error();
  rd_kafka_conf_set_opaque(conf->get(), &refusal_);
  rd_kafka_conf_set_dr_msg_cb(conf->get(), note_refusal);
  auto made = make_kafka_handle(RD_KAFKA_PRODUCER, std::move(*conf));
  if (!made) return made.error();
  handle_ = std::move(*made);
  return {};
}

broker_result<void> kafka_producer::send(request& from, clock::time_point deadline) {
  for (auto const& m : from.head)
    if (auto sent = send(from.topic, m, deadline); !sent) return sent;
  if (!from.rest) return {};
  try {
    while (auto const m = (*from.rest)()) {
      if (size_of(*m) > options_.max_message_bytes)
        return broker_failure{broker_problem::too_large, "A message is over the limit"};
      // However many there are: it is the broker's silence that ends it, not their number.
      if (auto sent = send(from.topic, *m, clock::now() + options_.produce_timeout); !sent) return sent;
    }
  } catch (...) {
    from.thrown = std::current_exception();
    return broker_failure{broker_problem::invalid, "The source of the messages failed"};
  }
  return {};
}

broker_result<void> kafka_producer::send(std::string const& topic, message const& m,
                                         clock::time_point deadline) {
  auto headers = headers_of(m);
  while (true) {
    auto const error = rd_kafka_producev(handle_.get(), RD_KAFKA_V_TOPIC(topic.c_str()),
                                         RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
                                         RD_KAFKA_V_KEY(m.key.data(), m.key.size()),
                                         RD_KAFKA_V_VALUE(const_cast<char*>(m.value.data()), m.value.size()),
                                         RD_KAFKA_V_HEADERS(headers.get()), RD_KAFKA_V_END);
    if (error == RD_KAFKA_RESP_ERR_NO_ERROR) {
      (void)headers.release();
      rd_kafka_poll(handle_.get(), 0);
      return {};
    }
    bool const full = error == RD_KAFKA_RESP_ERR__QUEUE_FULL;
    if (!full || clock::now() >= deadline || !refusal_.empty())
      return broker_failure{full ? broker_problem::no_room : broker_problem::unavailable,
                            std::string("Could not produce: ") + rd_kafka_err2str(error)};
    rd_kafka_poll(handle_.get(), static_cast<int>(shortest_wait.count()));
  }
}

/** All messages are at the brokers, and none was refused. */
broker_result<void> kafka_producer::flush(clock::time_point deadline) {
  auto const error = rd_kafka_flush(handle_.get(), kafka_timeout(left_until(deadline)));
  if (error == RD_KAFKA_RESP_ERR_NO_ERROR && refusal_.empty()) return {};
  return broker_failure{broker_problem::unavailable,
                        "Could not produce to " + options_.servers + ": " +
                            (refusal_.empty() ? rd_kafka_err2str(error) : refusal_)};
}

broker_result<void> kafka_producer::commit(clock::time_point deadline) {
  kafka_error const error{rd_kafka_commit_transaction(handle_.get(), kafka_timeout(left_until(deadline)))};
  commit_pending_ = error && rd_kafka_error_is_retriable(error.get());
  if (!error) return {};
  auto failed = failure("commit a transaction", error);
  bool const refused = rd_kafka_error_txn_requires_abort(error.get());
  if (!refused) failed.problem = broker_problem::outcome_unknown;
  if (!commit_pending_) give_up();
  return failed;
}

/** Aborts, and begins with a new producer: what is left of this one would have to be told from what follows.
    Where the broker does not answer it drops the transaction by itself, or as soon as the new producer comes.
 */
void kafka_producer::give_up() {
  kafka_error const ignored{rd_kafka_abort_transaction(handle_.get(), kafka_timeout(longest_abort))};
  handle_.reset();
  ready_ = false;
}

}  // namespace uploadproto::reference
