// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/embedded_broker.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

#include "broker/embedded_topic.hpp"

namespace uploadproto::reference {
namespace {

broker_failure bad_name(std::string_view what, std::string const& name) {
  return {broker_problem::invalid, "\"" + name + "\" is no name of a " + std::string(what) +
                                       ": expected 1 to 200 letters, digits, dots, dashes and underscores"};
}

}  // namespace

topic_log_options embedded_broker::default_options() {
  topic_log_options options;
  options.keep_time = std::chrono::days{7};
  options.now = [] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
  };
  options.sync = [](int file) { return ::fdatasync(file); };
  return options;
}

broker_result<std::unique_ptr<embedded_broker>> embedded_broker::open(std::filesystem::path directory,
                                                                      topic_log_options options) {
  std::error_code problem;
  std::filesystem::create_directories(directory, problem);
  if (problem) return file_failure("make " + directory.string(), problem.value());
  auto const lock = ::open((directory / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0) return file_failure("open the lock of " + directory.string(), errno);
  std::unique_ptr<embedded_broker> broker(
      new embedded_broker(std::move(directory), std::move(options), lock));
  if (::flock(lock, LOCK_EX | LOCK_NB) != 0)
    return broker_failure{broker_problem::invalid,
                          "Another process is using the log in " + broker->directory_.string()};
  return broker;
}

embedded_broker::embedded_broker(std::filesystem::path directory, topic_log_options options, int lock)
    : directory_(std::move(directory)), options_(std::move(options)), lock_(lock) {}

embedded_broker::~embedded_broker() {
  ::close(lock_);
}

broker_result<std::shared_ptr<embedded_topic>> embedded_broker::topic(std::string const& name) {
  if (!is_broker_name(name)) return bad_name("topic", name);
  std::lock_guard lock(mutex_);
  auto& known = topics_[name];
  if (known) return known;
  auto opened = embedded_topic::open(directory_ / name, options_);
  if (!opened) return opened.error();
  if (auto synced = sync_names(directory_); !synced) return synced.error();
  known = *opened;
  return known;
}

broker_result<void> embedded_broker::produce(std::string const& name, message_source next) {
  auto const to = topic(name);
  if (!to) return to.error();
  auto& log = (*to)->log();
  auto const segments = log.segments();
  auto done = log.append(next);
  if (done && log.segments() != segments) {
    auto const swept = retain();
    if (!swept) spdlog::error("event=retention_failed topic={} what=\"{}\"", name, swept.error().what);
  }
  return done;
}

broker_result<std::unique_ptr<topic_consumer>> embedded_broker::join(std::string const& name,
                                                                     std::string const& group) {
  if (!is_broker_name(group)) return bad_name("group", group);
  auto const from = topic(name);
  if (!from) return from.error();
  return (*from)->join(group);
}

broker_result<embedded_broker::retention_outcome> embedded_broker::retain() {
  std::map<std::string, std::shared_ptr<embedded_topic>> topics;
  {
    std::lock_guard lock(mutex_);
    topics = topics_;
  }
  retention_outcome outcome;
  for (auto const& [name, topic] : topics) {
    if (!topic) continue;
    auto const unread = topic->unread();
    auto const done = topic->log().retain(unread ? unread->from : std::numeric_limits<std::int64_t>::max());
    if (!done) return done.error();
    outcome.removed += done->removed;
    if (!done->held) continue;
    outcome.held_back.push_back("The topic " + name + " keeps messages from offset " +
                                std::to_string(*done->held) + " on beyond its limits: the group " +
                                unread->group + " has not read from " + std::to_string(unread->from) + " on");
    spdlog::warn("event=retention_held_back topic={} what=\"{}\"", name, outcome.held_back.back());
  }
  return outcome;
}

}  // namespace uploadproto::reference
