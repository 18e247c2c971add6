// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_EMBEDDED_BROKER_HPP
#define UPLOADPROTO_REFERENCE_BROKER_EMBEDDED_BROKER_HPP

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "broker/message_broker.hpp"
#include "broker/topic_log.hpp"

namespace uploadproto::reference {

class embedded_topic;

/** The broker in process: durable logs in a directory, one a topic, of one partition each (CE-P1).

    Of a group's members one reads at a time; the others stand by and take over from the group's offset when
   it goes. One process at a time may use the directory. */
class embedded_broker : public message_broker {
 public:
  /** Opens or makes the directory. Segments without a reader are kept by `options` alone. */
  static broker_result<std::unique_ptr<embedded_broker>> open(std::filesystem::path directory,
                                                              topic_log_options options = default_options());
  ~embedded_broker() override;

  /** Keeps a week; the system's clock and `fdatasync`. */
  static topic_log_options default_options();

  using message_broker::produce;
  broker_result<void> produce(std::string const& topic, message_source next) override;
  broker_result<std::unique_ptr<topic_consumer>> join(std::string const& topic,
                                                      std::string const& group) override;
  std::size_t max_message_bytes() const override { return options_.max_message_bytes; }

  struct retention_outcome {
    std::size_t removed = 0;               ///< segments
    std::vector<std::string> held_back{};  ///< sentences: what is over the limits and why it stays
  };
  /** Removes the oldest segments that are over the limits and that every group has done with. Also done
      whenever a segment is full. */
  broker_result<retention_outcome> retain();

 private:
  embedded_broker(std::filesystem::path directory, topic_log_options options, int lock);
  broker_result<std::shared_ptr<embedded_topic>> topic(std::string const& name);

  std::filesystem::path directory_;
  topic_log_options options_;
  int lock_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<embedded_topic>> topics_;
};

}  // namespace uploadproto::reference

#endif
