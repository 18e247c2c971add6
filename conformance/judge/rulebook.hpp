// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_JUDGE_RULEBOOK_HPP
#define UPLOADPROTO_CONFORMANCE_JUDGE_RULEBOOK_HPP

#include <string_view>
#include <utility>
#include <vector>

namespace uploadproto::conformance {

/** Which clause says what of a protocol's events: what the judge looks at is in the contract, whose rule it
    is stands here. An empty clause: no clause asks it. */
struct rulebook {
  std::string_view protocol;
  std::vector<std::pair<std::string_view, std::string_view>> shapes;  ///< event → its clause
  std::string_view stage_names;  ///< a progress event names one of the stages
  std::string_view stage_range;  ///< and its value lies in that stage's range
  std::string_view stage_order;  ///< stages never go back
  std::string_view
      completeness;              ///< a job that completes names every stage, from the first value to the last
  std::string_view id_form;      ///< how job ids look
  bool each_stage_once = false;  ///< no stage is announced twice

  std::string_view shape_of(std::string_view event) const noexcept;
};

/** @throws std::out_of_range for a protocol that has none */
rulebook const& rules_of(std::string_view protocol);

}  // namespace uploadproto::conformance

#endif
