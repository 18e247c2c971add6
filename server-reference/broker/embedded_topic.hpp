// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_EMBEDDED_TOPIC_HPP
#define UPLOADPROTO_REFERENCE_BROKER_EMBEDDED_TOPIC_HPP

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "broker/group_offset.hpp"
#include "broker/topic_log.hpp"

namespace uploadproto::reference {

/** A topic of the embedded broker: its log and how far each group has come. Thread-safe. */
class embedded_topic : public std::enable_shared_from_this<embedded_topic> {
 public:
  static broker_result<std::shared_ptr<embedded_topic>> open(std::filesystem::path const& directory,
                                                             topic_log_options const& options);

  topic_log& log() { return *log_; }

  /** A member of a group, made when it is new. */
  broker_result<std::unique_ptr<topic_consumer>> join(std::string const& group);

  struct unread_part {
    std::int64_t from = 0;
    std::string group;
  };
  /** What the slowest group has not done with; empty where there is no group. */
  std::optional<unread_part> unread() const;

 private:
  friend class embedded_consumer;
  struct group_state {
    std::unique_ptr<group_offset> offset;
    void const* reader = nullptr;  ///< the member whose turn it is
  };

  embedded_topic() = default;
  broker_result<void> open_groups();
  bool take(group_state& group, void const* member);
  void leave(group_state& group, void const* member);

  std::filesystem::path groups_directory_;
  std::unique_ptr<topic_log> log_;
  mutable std::mutex mutex_;  ///< taken inside the log's own
  std::map<std::string, group_state> groups_;
};

}  // namespace uploadproto::reference

#endif
