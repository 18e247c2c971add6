// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/topic_log.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "storage/crash_point.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::size_t write_block = 256 * 1024;

broker_failure corrupt(log_segment const& segment, std::uint64_t byte) {
  return {broker_problem::corrupt, segment.file().string() + " holds no record at byte " +
                                       std::to_string(byte) + ", where one must be"};
}

}  // namespace

broker_result<std::unique_ptr<topic_log>> topic_log::open(std::filesystem::path const& directory,
                                                          topic_log_options options) {
  std::error_code problem;
  std::filesystem::create_directories(directory, problem);
  if (problem) return file_failure("make " + directory.string(), problem.value());
  std::unique_ptr<topic_log> log(new topic_log(directory, std::move(options)));
  if (auto opened = log->open_segments(); !opened) return opened.error();
  return log;
}

broker_result<void> topic_log::open_segments() {
  std::vector<std::filesystem::path> files;
  std::error_code problem;
  for (auto const& entry : std::filesystem::directory_iterator(directory_, problem))
    if (log_segment::base_in(entry.path())) files.push_back(entry.path());
  if (problem) return file_failure("read " + directory_.string(), problem.value());
  std::sort(files.begin(), files.end());
  for (auto const& file : files) {
    auto segment = log_segment::open(file);
    if (!segment) return segment.error();
    segments_.push_back(std::move(*segment));
  }
  if (segments_.empty()) {
    auto first = log_segment::make(directory_, 0);
    if (!first) return first.error();
    segments_.push_back(std::move(*first));
  }
  auto const end = segments_.back()->repair();
  if (!end) return end.error();
  // What was written and not yet on the disk when the process ended may still be in the system's memory only.
  if (auto synced = segments_.back()->sync(options_.sync); !synced) return synced.error();
  appended_ = {*end, segments_.back()->bytes(), 0};
  durable_ = *end;
  durable_bytes_ = appended_.bytes;
  return {};
}

broker_result<void> topic_log::append(message_source const& next) {
  auto const mine = write(next);
  if (!mine) return mine.error();
  auto done = wait_for_disk(*mine);
  if (!done) {
    // At once, so that no later start finds what was refused.
    std::lock_guard turn(turn_);
    (void)prepare();
  }
  return done;
}

broker_result<topic_log::written> topic_log::write(message_source const& next) {
  std::lock_guard turn(turn_);
  if (auto ready = prepare(); !ready) return ready.error();
  auto& newest = *segments_.back();
  auto const begin = newest.bytes();
  std::int64_t count = 0;
  crash_point("log: before the write");
  broker_result<void> done;
  try {
    done = write_records(newest, next, count);
  } catch (...) {
    (void)newest.truncate(begin);
    throw;
  }
  if (!done) {
    // Where even that fails, the next produce writes over what is left, and a restart cuts it off.
    (void)newest.truncate(begin);
    return done.error();
  }
  crash_point("log: written");
  std::lock_guard lock(mutex_);
  // A sync that has failed meanwhile takes this run with it; wait_for_disk() sees that.
  written const mine{appended_.end + count, newest.bytes(), appended_.failures};
  if (failures_.size() == mine.failures) appended_ = mine;
  return mine;
}

/** Brings the newest segment into a state in which it can be written to. @pre the turn is held */
broker_result<void> topic_log::prepare() {
  bool repair = false;
  {
    std::lock_guard lock(mutex_);
    repair = failures_.size() != appended_.failures;
  }
  if (repair) {
    auto& newest = *segments_.back();
    if (auto cut = newest.truncate(durable_bytes_); !cut) return cut.error();
    if (auto synced = newest.sync(options_.sync); !synced) return synced.error();
    std::lock_guard lock(mutex_);
    appended_ = {durable_, durable_bytes_, failures_.size()};
  } else if (segments_.back()->bytes() != appended_.bytes) {
    if (auto cut = segments_.back()->truncate(appended_.bytes); !cut) return cut.error();
  }
  if (segments_.back()->bytes() >= options_.segment_bytes) return roll();
  return {};
}

/** Begins a new segment, after all of the one before is on the disk. @pre the turn is held */
broker_result<void> topic_log::roll() {
  written last;
  {
    std::lock_guard lock(mutex_);
    last = appended_;
  }
  if (auto synced = wait_for_disk(last); !synced) return synced.error();
  crash_point("log: before a new segment");
  auto next = log_segment::make(directory_, last.end);
  if (!next) return next.error();
  crash_point("log: new segment");
  std::lock_guard lock(mutex_);
  segments_.push_back(std::move(*next));
  appended_.bytes = durable_bytes_ = 0;
  return {};
}

broker_result<void> topic_log::write_records(log_segment& to, message_source const& next,
                                             std::int64_t& count) const {
  auto const now = static_cast<std::uint64_t>(options_.now().count());
  std::string block;
  for (auto current = next(); current; ++count) {
    if (size_of(*current) > options_.max_message_bytes)
      return broker_failure{broker_problem::too_large, "A message of " + std::to_string(size_of(*current)) +
                                                           " bytes is over the limit of " +
                                                           std::to_string(options_.max_message_bytes)};
    auto following = next();
    append_log_record(block, following.has_value(), now, *current);
    if (block.size() >= write_block || !following) {
      if (auto done = to.append(block); !done) return done;
      block.clear();
      crash_point("log: part written");
    }
    current = std::move(following);
  }
  return {};
}

/** Waits until the run is on the disk; the first that finds nobody at it brings all that is written there. */
broker_result<void> topic_log::wait_for_disk(written const& mine) {
  std::unique_lock lock(mutex_);
  while (true) {
    if (auto verdict = verdict_on(mine)) return *verdict;
    if (syncing_)
      changed_.wait(lock);
    else
      sync_once(lock);
  }
}

std::optional<broker_result<void>> topic_log::verdict_on(written const& mine) const {
  bool const failed_since = failures_.size() > mine.failures;
  if (mine.end <= (failed_since ? failures_[mine.failures] : durable_)) return broker_result<void>{};
  if (failed_since) return broker_result<void>{last_failure_};
  return std::nullopt;
}

void topic_log::sync_once(std::unique_lock<std::mutex>& lock) {
  auto const target = appended_;
  auto const newest = segments_.back();
  syncing_ = true;
  lock.unlock();
  auto const synced = newest->sync(options_.sync);
  if (synced) crash_point("log: on the disk");
  lock.lock();
  syncing_ = false;
  if (synced) {
    durable_ = target.end;
    durable_bytes_ = target.bytes;
  } else {
    failures_.push_back(durable_);
    last_failure_ = synced.error();
  }
  changed_.notify_all();
}

std::int64_t topic_log::begin_offset() const {
  std::lock_guard lock(mutex_);
  return segments_.front()->base();
}

std::int64_t topic_log::end_offset() const {
  std::lock_guard lock(mutex_);
  return durable_;
}

std::size_t topic_log::segments() const {
  std::lock_guard lock(mutex_);
  return segments_.size();
}

/** The segment that holds the offset, and how much of it is on the disk. */
std::pair<topic_log::segment_ptr, std::uint64_t> topic_log::locate(std::int64_t offset) const {
  std::lock_guard lock(mutex_);
  if (offset >= durable_ || offset < segments_.front()->base()) return {};
  auto const after = std::upper_bound(segments_.begin(), segments_.end(), offset,
                                      [](std::int64_t o, segment_ptr const& s) { return o < s->base(); });
  auto const& found = *std::prev(after);
  return {found, found == segments_.back() ? durable_bytes_ : found->bytes()};
}

broker_result<std::vector<delivered_message>> topic_log::read(cursor& from, std::size_t most) const {
  std::vector<delivered_message> found;
  from.offset_ = std::max(from.offset_, begin_offset());
  while (found.size() < most) {
    auto const [segment, bytes] = locate(from.offset_);
    if (!segment) break;
    auto const done = read_segment(from, segment, bytes, most, found);
    if (!done && found.empty()) return done.error();
    if (!done) break;
  }
  return found;
}

/** Reads at least the one message that the segment must have. */
broker_result<void> topic_log::read_segment(cursor& from, segment_ptr const& segment, std::uint64_t bytes,
                                            std::size_t most, std::vector<delivered_message>& found) {
  if (!from.reader_ || &from.reader_->segment() != segment.get()) from.reader_.emplace(segment);
  auto& reader = *from.reader_;
  reader.stop_at(bytes);
  auto const begin = from.offset_;
  while (found.size() < most && reader.byte() < bytes) {
    auto const at = reader.byte();
    auto const body = reader.next();
    if (!body) return body.error();
    auto record = *body ? read_log_record(**body) : std::nullopt;
    if (!record) {
      from.reader_.reset();
      return corrupt(*segment, at);
    }
    auto const offset = reader.next_offset() - 1;
    if (offset < from.offset_) continue;
    found.push_back({{0, offset}, std::move(record->content)});
    from.offset_ = offset + 1;
  }
  if (from.offset_ == begin) return corrupt(*segment, bytes);
  return {};
}

void topic_log::wait(std::int64_t offset, std::chrono::steady_clock::time_point deadline,
                     std::function<bool()> const& also) const {
  std::unique_lock lock(mutex_);
  changed_.wait_until(lock, deadline, [&] { return durable_ > offset || also(); });
}

void topic_log::notify() const {
  // Whoever is between looking and waiting holds the mutex.
  { std::lock_guard lock(mutex_); }
  changed_.notify_all();
}

bool topic_log::beyond_limits(std::size_t oldest, std::uint64_t total) const {
  if (options_.keep_bytes != 0 && total > options_.keep_bytes) return true;
  if (options_.keep_time.count() == 0) return false;
  // The next segment's first message is no older than this one's last.
  auto const followed = segments_[oldest + 1]->first_time();
  return followed && std::chrono::milliseconds(*followed) + options_.keep_time < options_.now();
}

broker_result<topic_log::retained> topic_log::retain(std::int64_t unread) {
  std::lock_guard turn(turn_);
  retained outcome;
  auto total = std::uint64_t{0};
  for (auto const& segment : segments_) total += segment->bytes();
  while (segments_.size() > 1 && beyond_limits(0, total)) {
    auto const oldest = segments_.front();
    if (segments_[1]->base() > unread) {
      outcome.held = oldest->base();
      break;
    }
    if (::unlink(oldest->file().c_str()) != 0 && errno != ENOENT)
      return file_failure("remove " + oldest->file().string(), errno);
    total -= oldest->bytes();
    ++outcome.removed;
    std::lock_guard lock(mutex_);
    segments_.pop_front();
  }
  if (outcome.removed != 0)
    if (auto synced = sync_names(directory_); !synced) return synced.error();
  return outcome;
}

}  // namespace uploadproto::reference
