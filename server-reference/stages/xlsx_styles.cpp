// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "stages/xlsx_styles.hpp"

#include <iterator>
#include <string_view>

namespace uploadproto::reference {
namespace {

struct look {
  cell_style style;
  unsigned font, fill, border, number_format;
};

// Fonts: 0 plain, 1 white bold, 2 large bold, 3 bold, 4 green, 5 red, 6 brown.
// Fills: 0 and 1 are reserved; 2 navy, 3 light green, 4 light red, 5 light yellow. Borders: 0 none, 1 below.
// Number formats: 0 General, 3 `#,##0`, 49 text.
constexpr look looks[] = {
    {cell_style::general, 0, 0, 0, 0}, {cell_style::header, 1, 2, 1, 0}, {cell_style::title, 2, 0, 0, 0},
    {cell_style::heading, 3, 0, 1, 0}, {cell_style::count, 0, 0, 0, 3},  {cell_style::digits, 0, 0, 0, 49},
    {cell_style::good, 4, 3, 0, 0},    {cell_style::bad, 5, 4, 0, 0},    {cell_style::warning, 6, 5, 0, 0},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(looks); ++i)
    if (static_cast<std::size_t>(looks[i].style) != i) return false;
  return true;
}
static_assert(in_order());

constexpr std::string_view head =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">"
    "<fonts count=\"7\">"
    "<font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
    "<font><b/><sz val=\"11\"/><color rgb=\"FFFFFFFF\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
    "<font><b/><sz val=\"14\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
    "<font><b/><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
    "<font><sz val=\"11\"/><color rgb=\"FF1E6B34\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
    "<font><sz val=\"11\"/><color rgb=\"FF9C1C1C\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
    "<font><sz val=\"11\"/><color rgb=\"FF7A5200\"/><name val=\"Calibri\"/><family val=\"2\"/></font>"
    "</fonts>"
    "<fills count=\"6\">"
    "<fill><patternFill patternType=\"none\"/></fill>"
    "<fill><patternFill patternType=\"gray125\"/></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF1F3864\"/><bgColor "
    "indexed=\"64\"/></patternFill></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE3F3E6\"/><bgColor "
    "indexed=\"64\"/></patternFill></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFFBE4E4\"/><bgColor "
    "indexed=\"64\"/></patternFill></fill>"
    "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFFFF4D6\"/><bgColor "
    "indexed=\"64\"/></patternFill></fill>"
    "</fills>"
    "<borders count=\"2\">"
    "<border><left/><right/><top/><bottom/><diagonal/></border>"
    "<border><left/><right/><top/><bottom style=\"thin\"><color "
    "rgb=\"FF808080\"/></bottom><diagonal/></border>"
    "</borders>"
    "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>";

constexpr std::string_view tail =
    "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>"
    "<dxfs count=\"0\"/></styleSheet>";

std::string attribute(std::string_view name, unsigned value) {
  return " " + std::string(name) + "=\"" + std::to_string(value) + "\"";
}

}  // namespace

std::string styles_xml() {
  std::string xml(head);
  xml += "<cellXfs" + attribute("count", 2 * std::size(looks)) + ">";
  for (look const& l : looks)
    for (bool const quoted : {false, true}) {
      xml += "<xf" + attribute("numFmtId", l.number_format) + attribute("fontId", l.font) +
             attribute("fillId", l.fill) + attribute("borderId", l.border) + attribute("xfId", 0);
      if (quoted) xml += attribute("quotePrefix", 1);
      if (l.number_format) xml += attribute("applyNumberFormat", 1);
      if (l.font) xml += attribute("applyFont", 1);
      if (l.fill) xml += attribute("applyFill", 1);
      if (l.border) xml += attribute("applyBorder", 1);
      xml += "/>";
    }
  xml += "</cellXfs>";
  xml += tail;
  return xml;
}

}  // namespace uploadproto::reference
