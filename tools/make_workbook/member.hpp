// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TOOLS_MAKE_WORKBOOK_MEMBER_HPP
#define UPLOADPROTO_TOOLS_MAKE_WORKBOOK_MEMBER_HPP

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "random.hpp"

namespace uploadproto::samples {

/// Somebody who does not exist.
struct member {
  std::string id_number;  ///< 13 digits, valid
  std::chrono::year_month_day birth;
  bool male = false;
  std::string_view first_name, surname, language, province, municipality;
  std::string email, cell_number, ward, voting_district, address, membership_number;
  std::chrono::year_month_day joined;
};

/// \param number  running number, which makes the e-mail address and the membership number unlike any
/// other's.
member make_member(random& dice, std::size_t number);

/// `2024-02-29`
std::string iso_date(std::chrono::year_month_day day);

}  // namespace uploadproto::samples

#endif
