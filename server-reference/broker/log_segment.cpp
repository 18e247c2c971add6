// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/log_segment.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>

namespace uploadproto::reference {
namespace {

constexpr std::size_t read_block = 256 * 1024;
constexpr std::string_view suffix = ".log";
constexpr std::size_t digits = 20;

std::string name_of(std::int64_t base) {
  char text[32];
  std::snprintf(text, sizeof text, "%020lld.log", static_cast<long long>(base));
  return text;
}

}  // namespace

broker_failure file_failure(std::string const& doing, int code) {
  bool const full = code == ENOSPC || code == EDQUOT || code == EFBIG;
  return {full ? broker_problem::no_room : broker_problem::unavailable,
          "Could not " + doing + ": " + std::strerror(code)};
}

broker_result<void> sync_names(std::filesystem::path const& directory) {
  auto const file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return file_failure("open " + directory.string(), errno);
  auto const done = ::fsync(file);
  auto const code = errno;
  ::close(file);
  if (done != 0) return file_failure("write " + directory.string(), code);
  return {};
}

std::optional<std::int64_t> log_segment::base_in(std::filesystem::path const& file) {
  auto const name = file.filename().string();
  if (name.size() != digits + suffix.size() || !name.ends_with(suffix)) return std::nullopt;
  std::int64_t base = 0;
  auto const parsed = std::from_chars(name.data(), name.data() + digits, base);
  if (parsed.ec != std::errc{} || parsed.ptr != name.data() + digits || base < 0) return std::nullopt;
  return base;
}

broker_result<std::shared_ptr<log_segment>> log_segment::make(std::filesystem::path const& directory,
                                                              std::int64_t base) {
  auto file = directory / name_of(base);
  auto const descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return file_failure("make " + file.string(), errno);
  std::shared_ptr<log_segment> made(new log_segment(std::move(file), base, descriptor, 0));
  if (auto synced = sync_names(directory); !synced) return synced.error();
  return made;
}

broker_result<std::shared_ptr<log_segment>> log_segment::open(std::filesystem::path const& file) {
  auto const descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  struct stat status {};
  if (descriptor < 0 || ::fstat(descriptor, &status) != 0) {
    auto const code = errno;
    if (descriptor >= 0) ::close(descriptor);
    return file_failure("open " + file.string(), code);
  }
  return std::shared_ptr<log_segment>(new log_segment(file, base_in(file).value_or(0), descriptor,
                                                      static_cast<std::uint64_t>(status.st_size)));
}

log_segment::~log_segment() {
  ::close(descriptor_);
}

broker_result<std::int64_t> log_segment::repair() {
  // No deleter: the reader goes before this does.
  segment_reader reader(std::shared_ptr<log_segment const>(std::shared_ptr<void>{}, this));
  auto whole_bytes = std::uint64_t{0};
  auto whole_offset = base_;
  while (true) {
    auto const body = reader.next();
    if (!body) return body.error();
    if (!*body) break;
    if (auto const record = read_log_record(**body); !record || record->more_follow) continue;
    whole_bytes = reader.byte();
    whole_offset = reader.next_offset();
  }
  if (whole_bytes != bytes_) {
    spdlog::warn("event=log_tail_cut file={} kept_bytes={} cut_bytes={}", file_.string(), whole_bytes,
                 bytes_ - whole_bytes);
    if (auto cut = truncate(whole_bytes); !cut) return cut.error();
  }
  return whole_offset;
}

broker_result<void> log_segment::append(std::string_view records) {
  while (!records.empty()) {
    auto const n = ::pwrite(descriptor_, records.data(), records.size(), static_cast<off_t>(bytes_));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return file_failure("write " + file_.string(), n < 0 ? errno : ENOSPC);
    bytes_ += static_cast<std::uint64_t>(n);
    records.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

broker_result<void> log_segment::truncate(std::uint64_t bytes) {
  if (::ftruncate(descriptor_, static_cast<off_t>(bytes)) != 0)
    return file_failure("cut " + file_.string(), errno);
  bytes_ = bytes;
  return {};
}

broker_result<void> log_segment::sync(sync_function const& how) const {
  if (how(descriptor_) != 0) return file_failure("bring to the disk " + file_.string(), errno);
  return {};
}

std::optional<std::uint64_t> log_segment::first_time() const {
  segment_reader reader(std::shared_ptr<log_segment const>(std::shared_ptr<void>{}, this));
  auto const body = reader.next();
  if (!body || !*body) return std::nullopt;
  auto const record = read_log_record(**body);
  if (!record) return std::nullopt;
  return record->time_ms;
}

broker_result<std::optional<std::string_view>> segment_reader::next() {
  auto seen = look_at_log_record(held());
  while (seen.is == log_record_view::state::incomplete) {
    auto const more = refill(seen.bytes);
    if (!more) return more.error();
    if (!*more) return std::optional<std::string_view>{};
    seen = look_at_log_record(held());
  }
  if (seen.is == log_record_view::state::broken) return std::optional<std::string_view>{};
  begin_ += seen.bytes;
  byte_ += seen.bytes;
  ++next_;
  return std::optional(seen.body);
}

/** False where there are fewer bytes than wanted. */
broker_result<bool> segment_reader::refill(std::size_t wanted) {
  buffer_.erase(0, begin_);
  end_ -= begin_;
  begin_ = 0;
  auto const room = std::max(wanted, read_block);
  if (buffer_.size() < room) buffer_.resize(room);
  while (end_ < wanted) {
    auto const at = byte_ + end_;
    auto const most = std::min<std::uint64_t>(buffer_.size() - end_, limit_ - std::min(limit_, at));
    auto const n = ::pread(segment_->descriptor(), buffer_.data() + end_, static_cast<std::size_t>(most),
                           static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return file_failure("read " + segment_->file().string(), errno);
    if (n == 0) return false;
    end_ += static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace uploadproto::reference
