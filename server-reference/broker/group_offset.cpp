// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "broker/group_offset.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <boost/endian/conversion.hpp>
#include <cerrno>
#include <string_view>

#include "broker/log_record.hpp"
#include "broker/log_segment.hpp"
#include "storage/crash_point.hpp"

namespace uploadproto::reference {
namespace {

/** turn u64, offset u64, their crc32c u32; little-endian. The slots lie a page apart. */
constexpr std::size_t slot_bytes = 20;
constexpr off_t slot_distance = 4096;

using slot = std::array<unsigned char, slot_bytes>;

std::string_view covered(slot const& s) {
  return {reinterpret_cast<char const*>(s.data()), 16};
}

slot make_slot(std::uint64_t turn, std::int64_t value) {
  slot s;
  boost::endian::store_little_u64(s.data(), turn);
  boost::endian::store_little_s64(s.data() + 8, value);
  boost::endian::store_little_u32(s.data() + 16, crc32c(covered(s)));
  return s;
}

bool write_slot(int descriptor, std::uint64_t turn, std::int64_t value) {
  auto const s = make_slot(turn, value);
  auto const at = static_cast<off_t>(turn % 2) * slot_distance;
  ssize_t n = 0;
  do n = ::pwrite(descriptor, s.data(), s.size(), at);
  while (n < 0 && errno == EINTR);
  if (n >= 0 && n != static_cast<ssize_t>(s.size())) errno = ENOSPC;
  return n == static_cast<ssize_t>(s.size());
}

}  // namespace

group_offset::~group_offset() {
  ::close(descriptor_);
}

broker_result<std::unique_ptr<group_offset>> group_offset::open(std::filesystem::path const& file,
                                                                std::int64_t first) {
  auto const existing = ::open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (existing >= 0) {
    std::unique_ptr<group_offset> found(new group_offset(file, existing));
    if (auto loaded = found->load(); !loaded) return loaded.error();
    return found;
  }
  if (errno != ENOENT) return file_failure("open " + file.string(), errno);

  // Under another name until it is whole: a file that is there can be read.
  auto const draft = std::filesystem::path(file) += ".new";
  auto const made = ::open(draft.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (made < 0) return file_failure("make " + draft.string(), errno);
  std::unique_ptr<group_offset> group(new group_offset(file, made));
  if (!write_slot(made, 0, first) || !write_slot(made, 1, first) || ::fsync(made) != 0 ||
      ::rename(draft.c_str(), file.c_str()) != 0)
    return file_failure("write " + draft.string(), errno);
  if (auto synced = sync_names(file.parent_path()); !synced) return synced.error();
  group->turn_ = 1;
  group->value_ = first;
  return group;
}

broker_result<void> group_offset::load() {
  bool found = false;
  for (off_t i = 0; i < 2; ++i) {
    slot s{};
    if (::pread(descriptor_, s.data(), s.size(), i * slot_distance) != static_cast<ssize_t>(s.size()))
      continue;
    if (boost::endian::load_little_u32(s.data() + 16) != crc32c(covered(s))) continue;
    auto const turn = boost::endian::load_little_u64(s.data());
    if (found && turn < turn_) continue;
    found = true;
    turn_ = turn;
    value_ = boost::endian::load_little_s64(s.data() + 8);
  }
  if (!found)
    return broker_failure{broker_problem::corrupt, file_.string() + " holds no offset that can be read"};
  return {};
}

broker_result<void> group_offset::store(std::int64_t value) {
  crash_point("offset: before it is written");
  if (!write_slot(descriptor_, turn_ + 1, value) || ::fdatasync(descriptor_) != 0)
    return file_failure("write " + file_.string(), errno);
  crash_point("offset: written");
  ++turn_;
  value_ = value;
  return {};
}

}  // namespace uploadproto::reference
