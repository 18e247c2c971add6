// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_STAGES_IPP
#define UPLOADPROTO_CONTRACT_IMPL_STAGES_IPP

#include <algorithm>
#include <uploadproto/contract/stages.hpp>

namespace uploadproto::contract {

UPLOADPROTO_DECL void progress_tracker::begin_attempt() noexcept {
  state_ = state::running;
  reported_any_ = began_at_the_beginning_ = false;
  ++attempt_;
  stage_ = 0;
  seen_ = 0;
  progress_ = 0;
}

UPLOADPROTO_DECL std::string_view progress_tracker::stage_name() const noexcept {
  return reported_any_ && !table_.empty() ? table_[stage_].name : std::string_view();
}

UPLOADPROTO_DECL error_code progress_tracker::judge(std::size_t index, double value) const noexcept {
  if (state_ == state::waiting) return progress_error::no_attempt;
  if (ended()) return progress_error::already_ended;
  if (index == stage_table::npos) return progress_error::unknown_stage;
  if (!(value >= 0 && value <= 100)) return progress_error::not_a_percentage;
  if (!table_.empty() && (value < table_[index].low || value > table_[index].high))
    return progress_error::outside_stage_range;
  if (!reported_any_) return {};
  if (index < stage_) return progress_error::stage_went_back;
  if (value < progress_) return progress_error::progress_decreased;
  return {};
}

UPLOADPROTO_DECL error_code progress_tracker::accept(std::string_view name,
                                                     std::optional<double> progress) noexcept {
  std::size_t const index = table_.empty() ? 0 : table_.index_of(name);
  double value = progress.value_or(progress_);
  if (!progress && index != stage_table::npos && !table_.empty())
    value = std::clamp(value, table_[index].low, table_[index].high);
  if (error_code const wrong = judge(index, value)) return wrong;
  if (!reported_any_ && !table_.empty()) began_at_the_beginning_ = index == 0 && value == table_[0].low;
  reported_any_ = true;
  stage_ = index;
  seen_ |= std::uint64_t{1} << index;
  progress_ = value;
  return {};
}

UPLOADPROTO_DECL error_code progress_tracker::end(state how) noexcept {
  if (state_ == state::waiting) return progress_error::no_attempt;
  if (ended()) return progress_error::already_ended;
  state_ = how;
  return {};
}

UPLOADPROTO_DECL error_code progress_tracker::complete() noexcept {
  return end(state::completed);
}
UPLOADPROTO_DECL error_code progress_tracker::fail() noexcept {
  return end(state::failed);
}

UPLOADPROTO_DECL error_code progress_tracker::completeness() const noexcept {
  if (table_.empty()) return {};
  for (std::size_t i = 0; i != table_.size(); ++i)
    if (!(seen_ >> i & 1)) return progress_error::stage_missing;
  if (!began_at_the_beginning_) return progress_error::wrong_beginning;
  if (progress_ != table_[table_.size() - 1].high) return progress_error::wrong_end;
  return {};
}

UPLOADPROTO_DECL std::vector<std::string_view> progress_tracker::missing_stages() const {
  std::vector<std::string_view> missing;
  for (std::size_t i = 0; i != table_.size(); ++i)
    if (!(seen_ >> i & 1)) missing.push_back(table_[i].name);
  return missing;
}

UPLOADPROTO_DECL bool progress_view::update(std::string_view name, std::optional<double> progress) noexcept {
  std::size_t const index = table_.index_of(name);
  bool const first_stage = !table_.empty() && index == 0;
  if (ended_) {
    if (!first_stage) return false;
    *this = progress_view(table_);
  }
  bool const known = index != stage_table::npos;
  double value = progress.value_or(known ? table_[index].low : progress_);
  if (!(value >= 0)) value = 0;  // NaN too
  value = std::min(value, 100.0);
  bool const backwards = (known && stage_ != stage_table::npos && index < stage_) || value < progress_;
  if (started_ && backwards) return false;
  bool const news = !started_ || value != progress_ || (known && index != stage_);
  started_ = true;
  if (known) stage_ = index;
  progress_ = value;
  return news;
}

UPLOADPROTO_DECL bool progress_view::complete() noexcept {
  if (ended_) return false;
  ended_ = true;
  progress_ = 100;
  return true;
}

UPLOADPROTO_DECL bool progress_view::fail() noexcept {
  if (ended_) return false;
  ended_ = failed_ = true;
  return true;
}

}  // namespace uploadproto::contract

#endif
