// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// A flat badge of two fields, as README pages show them.
#include <boost/json/parse.hpp>
#include <sstream>
#include <stdexcept>

#include "report/markup.hpp"
#include "report/report.hpp"

namespace uploadproto::conformance {
namespace {

struct badge {
  std::string message;
  std::string_view colour;
};

constexpr std::string_view label = "uploadproto", green = "#2f7d46", red = "#b3362b", grey = "#6b6f76";

std::size_t count(std::map<std::string, std::size_t> const& counts, std::string_view verdict) {
  auto const found = counts.find(std::string(verdict));
  return found == counts.end() ? 0 : found->second;
}

badge badge_of(bool success, std::map<std::string, std::size_t> const& counts) {
  std::size_t const passed = count(counts, "pass") + count(counts, "warn");
  std::size_t const judged =
      passed + count(counts, "fail") + count(counts, "known-failing") + count(counts, "unexpected-pass");
  if (judged == 0) return {"nothing judged", grey};
  std::string const share = std::to_string(passed) + " of " + std::to_string(judged);
  return success ? badge{"conforms, " + share, green} : badge{"does not conform, " + share, red};
}

/** Pixels that a text of 11 takes up, about; the text is fitted to it. */
std::size_t width_of(std::string_view text) {
  return text.size() * 13 / 2 + 2;
}

void write_field(std::ostream& out, std::size_t from, std::string_view text, std::string_view colour) {
  std::size_t const width = width_of(text) + 12;
  out << "<rect x=\"" << from << "\" width=\"" << width << "\" height=\"20\" fill=\"" << colour
      << "\"/><text x=\"" << from + 6 << "\" y=\"14\" textLength=\"" << width_of(text) << "\">"
      << escaped(text) << "</text>";
}

std::string svg_of(badge const& b) {
  std::size_t const first = width_of(label) + 12, second = width_of(b.message) + 12;
  std::string const title = std::string(label) + ": " + b.message;
  std::ostringstream out;
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << first + second
      << "\" height=\"20\" role=\"img\" aria-label=\"" << escaped(title) << "\"><title>" << escaped(title)
      << "</title><clipPath id=\"r\"><rect width=\"" << first + second
      << "\" height=\"20\" rx=\"3\"/></clipPath><g clip-path=\"url(#r)\" fill=\"#fff\" "
         "font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">";
  write_field(out, 0, label, "#3d434b");
  write_field(out, first, b.message, b.colour);
  out << "</g></svg>\n";
  return out.str();
}

}  // namespace

std::string badge_report(accounting const& all) {
  std::map<std::string, std::size_t> counts;
  for (auto const& [what, number] : all.counts()) counts[std::string(name_of(what))] = number;
  return svg_of(badge_of(all.exit_code() == 0, counts));
}

std::string badge_of_report(std::string_view json) {
  boost::system::error_code bad;
  boost::json::value const report = boost::json::parse(json, bad);
  auto const* whole = bad ? nullptr : report.if_object();
  auto const* success = whole ? whole->if_contains("success") : nullptr;
  auto const* numbers = whole ? whole->if_contains("counts") : nullptr;
  if (!success || !success->is_bool() || !numbers || !numbers->is_object())
    throw std::invalid_argument("no report of this program: expected an object with success and counts");
  std::map<std::string, std::size_t> counts;
  for (auto const& [name, number] : numbers->as_object()) {
    if (!number.is_int64() || number.as_int64() < 0)
      throw std::invalid_argument("/counts/" + std::string(name) + ": expected a count");
    counts[std::string(name)] = static_cast<std::size_t>(number.as_int64());
  }
  return svg_of(badge_of(success->as_bool(), counts));
}

}  // namespace uploadproto::conformance
