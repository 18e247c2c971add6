// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STAGES_XLSX_TEXT_HPP
#define UPLOADPROTO_REFERENCE_STAGES_XLSX_TEXT_HPP

#include <cstddef>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/// What a foreign text may do when a spreadsheet program meets it (BU-P5).
enum class text_danger : unsigned char {
  none,
  sign,  ///< begins with + or - but is nothing more than a number or a telephone number: shown as it is, as
         ///< text
  formula,  ///< begins, after white space if any, with = + - @ or their full-width twins, or with TAB or CR
};
text_danger danger_of(std::string_view text) noexcept;

/// Characters of one cell, in Excel's count of UTF-16 units.
inline constexpr std::size_t max_cell_characters = 32'767;

/// Appends text as the content of an XML element of a sheet, whatever its bytes are: markup escaped; what XML
/// cannot hold and what is not UTF-8 as U+FFFD; CR and things that look like an escape (`_x000D_`) in Excel's
/// escapes; cut off with `…` at `most` characters. \return characters shown, in UTF-16 units.
std::size_t append_cell_text(std::string& xml, std::string_view text, std::size_t most = max_cell_characters);

/// For names in attributes.
void append_attribute(std::string& xml, std::string_view text);

}  // namespace uploadproto::reference

#endif
