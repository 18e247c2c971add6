// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/embedded_topic.hpp"

#include <algorithm>
#include <atomic>

namespace uploadproto::reference {

class embedded_consumer final : public topic_consumer {
 public:
  embedded_consumer(std::shared_ptr<embedded_topic> topic, embedded_topic::group_state& group)
      : topic_(std::move(topic)), group_(group) {}
  ~embedded_consumer() override { topic_->leave(group_, this); }

  broker_result<std::vector<delivered_message>> poll(std::size_t most,
                                                     std::chrono::milliseconds wait) override {
    auto const deadline = std::chrono::steady_clock::now() + wait;
    while (true) {
      if (topic_->take(group_, this)) {
        if (!cursor_) cursor_.emplace(committed());
        auto found = topic_->log().read(*cursor_, most);
        if (!found || !found->empty()) return found;
      }
      bool const late = std::chrono::steady_clock::now() >= deadline;
      if (woken_.exchange(false) || late) return std::vector<delivered_message>{};
      auto const from = cursor_ ? cursor_->offset() : std::numeric_limits<std::int64_t>::max();
      topic_->log().wait(from, deadline, [&] { return woken_ || (!cursor_ && topic_->take(group_, this)); });
    }
  }

  broker_result<void> commit(std::span<message_position const> done) override {
    std::int64_t next = 0;
    for (auto const& at : done) {
      if (at.partition != 0 || !cursor_ || at.offset < 0 || at.offset >= cursor_->offset())
        return broker_failure{broker_problem::invalid,
                              "An offset that was not handed out cannot be committed"};
      next = std::max(next, at.offset + 1);
    }
    std::lock_guard lock(topic_->mutex_);
    if (next <= group_.offset->value()) return {};
    return group_.offset->store(next);
  }

  void wake() override {
    woken_ = true;
    topic_->log().notify();
  }

 private:
  std::int64_t committed() const {
    std::lock_guard lock(topic_->mutex_);
    return group_.offset->value();
  }

  std::shared_ptr<embedded_topic> topic_;
  embedded_topic::group_state& group_;
  std::optional<topic_log::cursor> cursor_;
  std::atomic<bool> woken_{false};
};

broker_result<std::shared_ptr<embedded_topic>> embedded_topic::open(std::filesystem::path const& directory,
                                                                    topic_log_options const& options) {
  std::shared_ptr<embedded_topic> topic(new embedded_topic);
  auto log = topic_log::open(directory, options);
  if (!log) return log.error();
  topic->log_ = std::move(*log);
  topic->groups_directory_ = directory / "groups";
  if (auto opened = topic->open_groups(); !opened) return opened.error();
  return topic;
}

broker_result<void> embedded_topic::open_groups() {
  std::error_code problem;
  std::filesystem::create_directories(groups_directory_, problem);
  if (problem) return file_failure("make " + groups_directory_.string(), problem.value());
  if (auto synced = sync_names(groups_directory_.parent_path()); !synced) return synced;
  for (auto const& entry : std::filesystem::directory_iterator(groups_directory_, problem)) {
    if (entry.path().extension() != ".offset") continue;
    auto offset = group_offset::open(entry.path(), 0);
    if (!offset) return offset.error();
    groups_[entry.path().stem().string()].offset = std::move(*offset);
  }
  if (problem) return file_failure("read " + groups_directory_.string(), problem.value());
  return {};
}

broker_result<std::unique_ptr<topic_consumer>> embedded_topic::join(std::string const& group) {
  auto const begin = log_->begin_offset();
  std::lock_guard lock(mutex_);
  auto found = groups_.find(group);
  if (found == groups_.end()) {
    auto offset = group_offset::open(groups_directory_ / (group + ".offset"), begin);
    if (!offset) return offset.error();
    found = groups_.emplace(group, group_state{std::move(*offset), nullptr}).first;
  }
  return std::unique_ptr<topic_consumer>(new embedded_consumer(shared_from_this(), found->second));
}

std::optional<embedded_topic::unread_part> embedded_topic::unread() const {
  std::lock_guard lock(mutex_);
  std::optional<unread_part> least;
  for (auto const& [name, group] : groups_)
    if (!least || group.offset->value() < least->from) least = {group.offset->value(), name};
  return least;
}

bool embedded_topic::take(group_state& group, void const* member) {
  std::lock_guard lock(mutex_);
  if (group.reader == nullptr) group.reader = member;
  return group.reader == member;
}

void embedded_topic::leave(group_state& group, void const* member) {
  {
    std::lock_guard lock(mutex_);
    if (group.reader == member) group.reader = nullptr;
  }
  log_->notify();
}

}  // namespace uploadproto::reference
