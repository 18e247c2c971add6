// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_STAGES_HPP
#define UPLOADPROTO_CONTRACT_STAGES_HPP

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/declaration.hpp>
#include <uploadproto/contract/progress_error.hpp>
#include <uploadproto/result.hpp>
#include <vector>

namespace uploadproto::contract {

/** A step of a job and the progress values that it may carry, ends included. */
struct stage {
  std::string_view name{};
  double low = 0, high = 100;
  std::string_view description{};
};

/** The stages of a protocol in their order; empty where it has none. At most 64. */
class stage_table {
 public:
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  constexpr stage_table() = default;
  constexpr stage_table(std::span<stage const> stages) : stages_(stages) {
    for (stage const& s : stages)
      if (!(s.low <= s.high)) refuse_declaration("a stage's range has its ends the wrong way round");
    if (stages.size() > 64) refuse_declaration("a stage table has at most 64 stages");
  }

  constexpr stage const* begin() const noexcept { return stages_.data(); }
  constexpr stage const* end() const noexcept { return stages_.data() + stages_.size(); }
  constexpr std::size_t size() const noexcept { return stages_.size(); }
  constexpr bool empty() const noexcept { return stages_.empty(); }
  constexpr stage const& operator[](std::size_t i) const noexcept { return stages_[i]; }

  /** @return npos when no stage has this name */
  constexpr std::size_t index_of(std::string_view name) const noexcept {
    for (std::size_t i = 0; i != stages_.size(); ++i)
      if (stages_[i].name == name) return i;
    return npos;
  }
  /** Whether each stage's values come after those of the stages before it, so that each can have a bar of its
      own. Statuses that bind no values do not divide a job so. */
  constexpr bool consecutive() const noexcept {
    for (std::size_t i = 1; i < stages_.size(); ++i)
      if (stages_[i].low < stages_[i - 1].high) return false;
    return true;
  }
  constexpr stage const* find(std::string_view name) const noexcept {
    std::size_t const i = index_of(name);
    return i == npos ? nullptr : &stages_[i];
  }

 private:
  std::span<stage const> stages_;
};

/** Judges the life of one job, event by event, by its stage table (BU-L1 to BU-L4, CO-5 to CO-7).

    A server role asks it before it sends, a judge after it has received. The tracker is only moved by what it
    accepts. Without a stage table only the values are judged. */
class progress_tracker {
 public:
  enum class state : unsigned char { waiting, running, completed, failed };

  constexpr explicit progress_tracker(stage_table table = {}) noexcept : table_(table) {}

  /** A new attempt of the job (a retry): everything begins again. Before the first one nothing is accepted.
   */
  void begin_attempt() noexcept;

  /** A progress event.
      @return nothing, or `progress_error::unknown_stage`, `outside_stage_range` (BU-L2), `stage_went_back`
              (BU-L3), `progress_decreased` (CO-6), `not_a_percentage` (CO-5), `no_attempt`, `already_ended`
   */
  error_code accept(std::string_view stage, std::optional<double> progress) noexcept;

  /** The terminal event. @return `progress_error::already_ended` for a second one (CO-7), `no_attempt` */
  error_code complete() noexcept;
  error_code fail() noexcept;

  state current() const noexcept { return state_; }
  bool ended() const noexcept { return state_ == state::completed || state_ == state::failed; }
  /** The last accepted value, 0 before the first. */
  double progress() const noexcept { return progress_; }
  /** The last accepted stage, empty before the first. */
  std::string_view stage_name() const noexcept;
  /** Attempts begun. */
  std::uint32_t attempt() const noexcept { return attempt_; }

  /** What BU-L4 asks of an attempt that completes: every stage was reported, the first event was the first
      stage's lowest value and the last one the last stage's highest.
      @return nothing, or `progress_error::stage_missing`, `wrong_beginning`, `wrong_end` */
  error_code completeness() const noexcept;
  /** Stages of the attempt that no event has named. */
  std::vector<std::string_view> missing_stages() const;

 private:
  error_code judge(std::size_t stage, double progress) const noexcept;
  error_code end(state) noexcept;

  stage_table table_;
  state state_ = state::waiting;
  bool reported_any_ = false;
  bool began_at_the_beginning_ = false;
  std::uint32_t attempt_ = 0;
  std::size_t stage_ = 0;
  std::uint64_t seen_ = 0;  // bit i: stage i was reported in this attempt
  double progress_ = 0;
};

/** What a client shows of a job: one value that only rises, whatever arrives (CO-12).

    Duplicates, what moves backwards and what follows the end are ignored. After the end, an event of the
   first stage opens a new attempt (CO-6). A stage that the table does not have is shown as it came; a value
   outside 0 to 100 is brought into it. */
class progress_view {
 public:
  constexpr explicit progress_view(stage_table table = {}) noexcept : table_(table) {}

  /** A progress event. @return true when there is something new to show */
  bool update(std::string_view stage, std::optional<double> progress) noexcept;
  /** A terminal event. @return true for the first one of an attempt */
  bool complete() noexcept;
  bool fail() noexcept;

  double progress() const noexcept { return progress_; }
  /** Index of the current stage in the table; npos before the first and for one that the table lacks. */
  std::size_t stage_index() const noexcept { return stage_; }
  bool ended() const noexcept { return ended_; }
  bool failed() const noexcept { return failed_; }

 private:
  stage_table table_;
  std::size_t stage_ = stage_table::npos;
  double progress_ = 0;
  bool started_ = false, ended_ = false, failed_ = false;
};

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/stages.ipp>
#endif

#endif
