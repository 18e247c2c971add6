// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_PROGRESS_ERROR_HPP
#define UPLOADPROTO_CONTRACT_PROGRESS_ERROR_HPP

#include <boost/system/error_category.hpp>
#include <type_traits>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>

namespace uploadproto::contract {

/** What a `progress_tracker` finds wrong with an event. */
enum class progress_error {
  unknown_stage = 1,    ///< the protocol has no such stage (BU-L1)
  outside_stage_range,  ///< a value that its stage does not carry (BU-L2)
  stage_went_back,      ///< a stage before the last one (BU-L3)
  progress_decreased,   ///< a value below the last one (CO-6)
  not_a_percentage,     ///< a value outside 0 to 100 (CO-5)
  already_ended,        ///< an event after the attempt's terminal event (CO-6, CO-7)
  no_attempt,           ///< an event before any attempt has begun
  stage_missing,        ///< completed without reporting every stage (BU-L4)
  wrong_beginning,      ///< completed, but the first event was not the first stage's lowest value (BU-L4)
  wrong_end             ///< completed, but the last event was not the last stage's highest value (BU-L4)
};

UPLOADPROTO_DECL boost::system::error_category const& progress_category() noexcept;
UPLOADPROTO_DECL error_code make_error_code(progress_error) noexcept;

}  // namespace uploadproto::contract

template <>
struct boost::system::is_error_code_enum<uploadproto::contract::progress_error> : std::true_type {};

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/progress_error.ipp>
#endif

#endif
