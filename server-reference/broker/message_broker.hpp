// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_MESSAGE_BROKER_HPP
#define UPLOADPROTO_REFERENCE_BROKER_MESSAGE_BROKER_HPP

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "broker/broker_failure.hpp"
#include "config/broker_name.hpp"

namespace uploadproto::reference {

struct message_header {
  std::string name, value;

  friend bool operator==(message_header const&, message_header const&) = default;
};

/** What travels: bytes, with a key and headers beside them. */
struct message {
  std::string key{};
  std::vector<message_header> headers{};
  std::string value{};

  friend bool operator==(message const&, message const&) = default;
};

/** Where a message lies in its topic. Offsets of a partition rise; they need not be without gaps. */
struct message_position {
  std::int32_t partition = 0;
  std::int64_t offset = 0;

  friend bool operator==(message_position const&, message_position const&) = default;
};

struct delivered_message {
  message_position at;
  message content;
};

/** The messages of one produce, one after the other; empty after the last. What it throws undoes the produce
   and reaches the caller. */
using message_source = std::function<std::optional<message>()>;

/** A member of a group that reads a topic. Of all members of a group exactly one is given a message, unless
   it goes away before it has committed it: then another one is given it again.

    One thread uses it; `wake` may be called from any. */
class topic_consumer {
 public:
  virtual ~topic_consumer() = default;

  /** The next messages, each partition's in order.
      @param most messages, at least 1
      @param wait how long to wait for the first one; empty when none came */
  virtual broker_result<std::vector<delivered_message>> poll(std::size_t most,
                                                             std::chrono::milliseconds wait) = 0;

  /** These, and all before them in their partitions, are done with: the group is not given them again, even
      after a power cut. Call it when what was made of them is stored. */
  virtual broker_result<void> commit(std::span<message_position const> done) = 0;

  /** Ends a `poll` that waits, or the next one. */
  virtual void wake() = 0;
};

/** Takes messages for good and hands them to groups of readers. Thread-safe. */
class message_broker {
 public:
  virtual ~message_broker() = default;

  /** Puts all the source's messages on the topic in that order, or none of them (`outcome_unknown`: one of
      the two, it cannot be said which). When it returns without a failure they survive a crash and a power
     cut of the broker. Readers see all of them or none. Blocks. */
  virtual broker_result<void> produce(std::string const& topic, message_source next) = 0;
  broker_result<void> produce(std::string const& topic, std::span<message const> messages);

  /** Begins to read a topic as a member of a group; a group that is new begins with the oldest message. The
      broker must outlive the consumer. */
  virtual broker_result<std::unique_ptr<topic_consumer>> join(std::string const& topic,
                                                              std::string const& group) = 0;

  /** Largest message, counting key, headers and value. */
  virtual std::size_t max_message_bytes() const = 0;
};

/** Bytes that count against `max_message_bytes`. */
std::size_t size_of(message const& m);

}  // namespace uploadproto::reference

#endif
