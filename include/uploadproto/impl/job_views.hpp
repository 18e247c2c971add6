// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_IMPL_JOB_VIEWS_HPP
#define UPLOADPROTO_IMPL_JOB_VIEWS_HPP

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <uploadproto/contract/stages.hpp>

namespace uploadproto::detail {

/** What is shown of each job. The least recently made view goes beyond 4096. */
class job_views {
 public:
  explicit job_views(contract::stage_table stages) : stages_(stages) {}

  /** Made when the job is first heard of. */
  contract::progress_view& view(std::string_view job) {
    if (auto const found = views_.find(job); found != views_.end()) return found->second.view;
    if (views_.size() >= most)
      views_.erase(std::min_element(views_.begin(), views_.end(), [](auto const& a, auto const& b) {
        return a.second.made < b.second.made;
      }));
    return views_.try_emplace(std::string(job), entry{contract::progress_view(stages_), next_++})
        .first->second.view;
  }

  [[nodiscard]] contract::progress_view const* find(std::string_view job) const {
    auto const found = views_.find(job);
    return found == views_.end() ? nullptr : &found->second.view;
  }

 private:
  static constexpr std::size_t most = 4096;
  struct entry {
    contract::progress_view view;
    std::uint64_t made;
  };

  contract::stage_table stages_;
  std::map<std::string, entry, std::less<>> views_;
  std::uint64_t next_ = 0;
};

}  // namespace uploadproto::detail

#endif
