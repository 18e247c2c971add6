// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_GROUP_OFFSET_HPP
#define UPLOADPROTO_REFERENCE_BROKER_GROUP_OFFSET_HPP

#include <cstdint>
#include <filesystem>
#include <memory>

#include "broker/broker_failure.hpp"

namespace uploadproto::reference {

/** How far a group has come with a topic, in a file with two slots that are written by turns: the end of the
   process, or the power's, in the middle of a write leaves the other one. Not thread-safe. */
class group_offset {
 public:
  /** Opens the file, or makes it with that offset. @return a failure for a file with no readable slot */
  static broker_result<std::unique_ptr<group_offset>> open(std::filesystem::path const& file,
                                                           std::int64_t first);
  ~group_offset();
  group_offset(group_offset const&) = delete;
  group_offset& operator=(group_offset const&) = delete;

  /** Of the first message that the group has not done with. */
  std::int64_t value() const { return value_; }

  /** On the disk when it returns. Needs no room. */
  broker_result<void> store(std::int64_t value);

 private:
  group_offset(std::filesystem::path file, int descriptor)
      : file_(std::move(file)), descriptor_(descriptor) {}
  broker_result<void> load();

  std::filesystem::path file_;
  int descriptor_;
  std::uint64_t turn_ = 0;
  std::int64_t value_ = 0;
};

}  // namespace uploadproto::reference

#endif
