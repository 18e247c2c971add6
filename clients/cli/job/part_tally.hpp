// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_JOB_PART_TALLY_HPP
#define UPLOADPROTO_CLI_JOB_PART_TALLY_HPP

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <uploadproto/contract/stages.hpp>
#include <vector>

#include "cli/job/job_update.hpp"

namespace uploadproto::cli {

/** Counts what has become of the parts of a whole, each of which ends once (CE-C1): one that failed is as
    finished as one that completed. */
class part_tally {
 public:
  /** @param noun what the parts are called, in the plural @param stages of the protocol; parts are worked on
     in the last one */
  part_tally(std::string noun, contract::stage_table stages) : noun_(std::move(noun)), stages_(stages) {}

  /** The whole has so many parts; they need not be known yet. The largest number that was heard counts. */
  void expect(std::uint64_t count);
  /** Makes a part known. @param name for people, e.g. `batch 3` */
  void add(std::string const& id, std::string name);
  bool knows(std::string_view id) const { return parts_.find(id) != parts_.end(); }
  /** An event of a part. @return whether it ends a known part that was not known to have ended */
  bool settle(std::string_view id, contract::event_kind kind, std::string_view error);

  std::uint64_t total() const;
  std::uint64_t finished() const { return finished_; }
  std::uint64_t failed() const { return failed_; }
  /** Whether all have ended, as far as it is known how many there are. */
  bool done() const { return expected_ && finished_ >= *expected_ && finished_ == parts_.size(); }

  /** The whole as an event: progress, or its end. */
  job_update update() const;

 private:
  struct part {
    std::string name;
    std::size_t place = 0;  // in the order of being made known
    bool ended = false;
    std::string error;
  };

  std::vector<std::pair<std::string, part const*>> failures() const;
  std::string payload() const;
  void describe_end(job_update&) const;

  std::string noun_;
  contract::stage_table stages_;
  std::map<std::string, part, std::less<>> parts_;
  std::optional<std::uint64_t> expected_;
  std::uint64_t finished_ = 0, failed_ = 0;
};

}  // namespace uploadproto::cli

#endif
