// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_PROGRESS_ERROR_IPP
#define UPLOADPROTO_CONTRACT_IMPL_PROGRESS_ERROR_IPP

#include <string>
#include <uploadproto/contract/progress_error.hpp>

namespace uploadproto::contract {

namespace detail {

class progress_category_type final : public boost::system::error_category {
 public:
  char const* name() const noexcept override { return "uploadproto.progress"; }
  std::string message(int value) const override {
    switch (static_cast<progress_error>(value)) {
      case progress_error::unknown_stage:
        return "the protocol has no such stage";
      case progress_error::outside_stage_range:
        return "the value lies outside its stage's range";
      case progress_error::stage_went_back:
        return "the stage went backwards";
      case progress_error::progress_decreased:
        return "the progress decreased";
      case progress_error::not_a_percentage:
        return "the progress is not a number of 0 to 100";
      case progress_error::already_ended:
        return "the attempt has already ended";
      case progress_error::no_attempt:
        return "no attempt has begun";
      case progress_error::stage_missing:
        return "a stage was never reported";
      case progress_error::wrong_beginning:
        return "the first event was not the beginning of the first stage";
      case progress_error::wrong_end:
        return "the last event was not the end of the last stage";
    }
    return "unknown progress error";
  }
};

}  // namespace detail

UPLOADPROTO_DECL boost::system::error_category const& progress_category() noexcept {
  static detail::progress_category_type const category;
  return category;
}

UPLOADPROTO_DECL error_code make_error_code(progress_error e) noexcept {
  return {static_cast<int>(e), progress_category()};
}

}  // namespace uploadproto::contract

#endif
