// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/display/display_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace uploadproto::cli {
namespace {

struct code_point {
  std::uint32_t value = 0xFFFD;
  std::size_t size = 1;  // bytes; 1 for a byte that begins no sequence
  bool valid = false;
};

code_point first_of(std::string_view text) {
  auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned const lead = byte(0);
  if (lead < 0x80) return {lead, 1, true};
  std::size_t const size = lead >= 0xF0 && lead <= 0xF4  ? 4
                           : lead >= 0xE0 && lead < 0xF0 ? 3
                           : lead >= 0xC2 && lead < 0xE0 ? 2
                                                         : 0;
  if (size == 0 || text.size() < size) return {};
  std::uint32_t value = lead & (0xFFu >> (size + 1));
  for (std::size_t i = 1; i != size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3F);
  }
  constexpr std::array<std::uint32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  bool const surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < least[size] || surrogate || value > 0x10FFFF) return {};
  return {value, size, true};
}

struct interval {
  std::uint32_t first, last;
};

// Zero columns: combining marks and joiners of the scripts that members' names are written in, and of emoji.
constexpr interval zero_width[] = {
    {0x0300, 0x036F},   {0x0483, 0x0489},  {0x0591, 0x05BD}, {0x05BF, 0x05BF}, {0x05C1, 0x05C2},
    {0x05C4, 0x05C5},   {0x05C7, 0x05C7},  {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670},
    {0x06D6, 0x06DC},   {0x06DF, 0x06E4},  {0x06E7, 0x06E8}, {0x06EA, 0x06ED}, {0x0900, 0x0902},
    {0x093A, 0x093A},   {0x093C, 0x093C},  {0x0941, 0x0948}, {0x094D, 0x094D}, {0x0E31, 0x0E31},
    {0x0E34, 0x0E3A},   {0x0E47, 0x0E4E},  {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200B, 0x200D},
    {0x2060, 0x2064},   {0x20D0, 0x20FF},  {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF},
    {0x1F3FB, 0x1F3FF}, {0xE0100, 0xE01EF}};

// Two columns (Unicode's East Asian Width W and F, in the large).
constexpr interval wide[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x2614, 0x2615},   {0x26A1, 0x26A1},
    {0x2705, 0x2705},   {0x274C, 0x274C},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2E80, 0x303E},
    {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0xA000, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},
    {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF}, {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD}};

// Formatting characters that would reorder or hide their neighbours.
constexpr interval steering[] = {{0x061C, 0x061C}, {0x200E, 0x200F}, {0x2028, 0x202E},
                                 {0x2066, 0x2069}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F}};

template <std::size_t N>
bool within(interval const (&table)[N], std::uint32_t value) {
  auto const at = std::lower_bound(std::begin(table), std::end(table), value,
                                   [](interval const& i, std::uint32_t v) { return i.last < v; });
  return at != std::end(table) && value >= at->first;
}

std::size_t width_of(std::uint32_t value) {
  if (within(zero_width, value)) return 0;
  return within(wide, value) ? 2 : 1;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    code_point const c = first_of(text);
    bool const control = c.valid && (c.value < 0x20 || (c.value >= 0x7F && c.value < 0xA0));
    if (!c.valid)
      out += "\xEF\xBF\xBD";
    else if (c.value == '\n' || c.value == '\r' || c.value == '\t')
      out += ' ';
    else if (!control && !within(steering, c.value))
      out.append(text.substr(0, c.size));
    text.remove_prefix(c.size);
  }
  return out;
}

std::size_t columns(std::string_view text) {
  std::size_t sum = 0;
  while (!text.empty()) {
    code_point const c = first_of(text);
    sum += width_of(c.value);
    text.remove_prefix(c.size);
  }
  return sum;
}

std::string shorten(std::string_view text, std::size_t width, bool unicode) {
  if (columns(text) <= width) return std::string(text);
  if (width == 0) return {};
  std::size_t used = 0, bytes = 0;
  while (bytes != text.size()) {
    code_point const c = first_of(text.substr(bytes));
    std::size_t const w = width_of(c.value);
    if (used + w > width - 1) break;
    used += w;
    bytes += c.size;
  }
  return std::string(text.substr(0, bytes)) + (unicode ? "…" : ".");
}

std::string fit(std::string_view text, std::size_t width, bool unicode) {
  std::string out = shorten(text, width, unicode);
  return out.append(width - std::min(width, columns(out)), ' ');
}

}  // namespace uploadproto::cli
