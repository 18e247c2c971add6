// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_ID_NUMBER_HPP
#define UPLOADPROTO_REFERENCE_STAGES_ID_NUMBER_HPP

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/// Why a text is no South African ID number (BU-P2), in the order in which the rules are tried.
enum class id_problem : unsigned char { missing, length, date, citizenship, checksum };

/// `missing`, `length`, …: the word for programs and the database.
std::string_view to_string(id_problem) noexcept;

/// The reason as a sentence, e.g. `An ID number has 13 digits; this one has 12.`
/// \param digits  what `verify_id_number` found in the cell.
std::string explain(id_problem, std::string_view digits);

enum class gender : unsigned char { female, male };
enum class citizenship : unsigned char { citizen, permanent_resident, refugee };

/// The outcome for one cell. Small, no allocation.
///
/// A number is `YYMMDD SSSS C A Z`: birth date, serial (0000–4999 female, 5000–9999 male), citizenship (0
/// citizen, 1 permanent resident, 2 refugee), a digit without meaning today, Luhn check digit.
class id_number {
 public:
  bool valid() const noexcept { return !problem_; }
  std::optional<id_problem> problem() const noexcept { return problem_; }

  /// The 13 digits of a valid number; of an invalid one the digits found, at most 24 of them.
  std::string_view digits() const noexcept { return {digits_.data(), size_}; }

  /// Valid numbers only. The number carries two digits of the year: it is read as the latest year that does
  /// not lie after `today` (`latest_birth` of `verify_id_number`), so everyone is taken to be less than 100
  /// years old.
  std::chrono::year_month_day birth_date() const noexcept { return birth_date_; }
  gender sex() const noexcept { return digits_[6] < '5' ? gender::female : gender::male; }
  citizenship status() const noexcept { return static_cast<citizenship>(digits_[10] - '0'); }

 private:
  friend id_number verify_id_number(std::string_view, std::chrono::year_month_day) noexcept;

  std::array<char, 24> digits_{};
  unsigned char size_ = 0;
  std::optional<id_problem> problem_;
  std::chrono::year_month_day birth_date_{};
};

/// Normalises and verifies (BU-P2): everything but ASCII digits is dropped, 11 or 12 digits get back the
/// leading zeros that Excel dropped, and the rules are tried in the order of `id_problem`. 29 February is a
/// date when either century has it. About 20 ns a number, no allocation.
///
/// \param cell          the cell's text.
/// \param latest_birth  nobody is born after this day: usually the day on which the job began.
id_number verify_id_number(std::string_view cell, std::chrono::year_month_day latest_birth) noexcept;

/// Luhn check digit, '0' to '9', of ASCII digits that come before it.
char luhn_check_digit(std::string_view digits) noexcept;

/// A valid number, for samples and tests.
/// \param serial  0 to 9999; below 5000 female.
std::array<char, 13> make_id_number(std::chrono::year_month_day birth, unsigned serial, citizenship) noexcept;

}  // namespace uploadproto::reference

#endif
