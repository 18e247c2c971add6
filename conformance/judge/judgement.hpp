// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_JUDGE_JUDGEMENT_HPP
#define UPLOADPROTO_CONFORMANCE_JUDGE_JUDGEMENT_HPP

#include <boost/json/value.hpp>
#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::conformance {

/** An event as it came. */
struct observed_event {
  std::chrono::steady_clock::time_point when{};
  std::string name;  ///< empty where the framing has none
  boost::json::value payload;
};

/** A clause that was not kept. */
struct breach {
  std::string pointer;   ///< JSON pointer into the payload; empty: the whole, or no payload's matter
  std::string expected;  ///< `a number of 0 to 100`
  std::string came;      ///< `120`, with what shows where
};

/** What became of one clause. */
struct clause_judgement {
  std::size_t judged = 0;  ///< times that it applied
  std::vector<breach> breaches;
};

/** What became of many. A clause that is not there never applied. */
class judgement {
 public:
  void held(std::string_view clause) { ++at(clause).judged; }
  void broken(std::string_view clause, breach b) {
    auto& entry = at(clause);
    ++entry.judged;
    entry.breaches.push_back(std::move(b));
  }
  /** `held` or `broken`. */
  void judge(std::string_view clause, bool holds, breach const& otherwise) {
    holds ? held(clause) : broken(clause, otherwise);
  }

  clause_judgement const* find(std::string_view clause) const {
    auto const found = clauses_.find(clause);
    return found == clauses_.end() ? nullptr : &found->second;
  }
  auto const& all() const noexcept { return clauses_; }

 private:
  clause_judgement& at(std::string_view clause) {
    auto const found = clauses_.find(clause);
    return found != clauses_.end() ? found->second : clauses_[std::string(clause)];
  }

  std::map<std::string, clause_judgement, std::less<>> clauses_;
};

}  // namespace uploadproto::conformance

#endif
