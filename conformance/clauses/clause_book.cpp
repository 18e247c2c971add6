// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "clauses/clause_book.hpp"

#include <algorithm>
#include <array>
#include <regex>
#include <stdexcept>
#include <utility>

namespace uploadproto::conformance {
namespace {

constexpr std::array<std::pair<std::string_view, level>, 3> levels{
    {{"MUST", level::must}, {"SHOULD", level::should}, {"MAY", level::may}}};
constexpr std::array<std::pair<std::string_view, source>, 4> sources{{{"doc", source::document},
                                                                      {"res", source::resolved},
                                                                      {"ref", source::reference},
                                                                      {"ext", source::extension}}};

template <class Table>
auto value_in(Table const& table, std::string_view word, std::string const& where) {
  auto const line = std::ranges::find(table, word, [](auto const& entry) { return entry.first; });
  if (line == table.end())
    throw std::invalid_argument(where + ": \"" + std::string(word) + "\" is no level, role or source");
  return line->second;
}

std::string checked_role(std::string role, std::string const& where) {
  if (role != "server" && role != "client" && role != "both")
    throw std::invalid_argument(where + ": \"" + role + "\" is no level, role or source");
  return role;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view space = " \n";
  std::size_t const from = text.find_first_not_of(space);
  return from == text.npos ? std::string()
                           : std::string(text.substr(from, text.find_last_not_of(space) - from + 1));
}

/** Where a clause that begins at `from` ends at the latest: an empty line, a list item or a heading. */
std::size_t paragraph_end(std::string_view page, std::size_t from) {
  std::size_t end = page.size();
  for (std::string_view stop : {"\n\n", "\n- ", "\n#", "\n|"}) end = std::min(end, page.find(stop, from));
  return end;
}

}  // namespace

std::string_view name_of(level l) noexcept {
  return levels[static_cast<std::size_t>(l)].first;
}

void clause_book::add(std::string_view page) {
  static std::regex const opening(
      "`([A-Z]{2}-[A-Z]*[0-9]+) \u00b7 ([A-Z]+) \u00b7 ([a-z]+) \u00b7 ([a-z]+)`");
  using iterator = std::regex_iterator<std::string_view::const_iterator>;
  for (iterator it(page.begin(), page.end(), opening), last; it != last; ++it) {
    auto const& match = *it;
    std::string const id = match.str(1);
    if (find(id)) throw std::invalid_argument(id + " is there twice");
    auto const begin = static_cast<std::size_t>(match.position() + match.length());
    std::size_t end = paragraph_end(page, begin);
    if (auto next = std::next(it); next != last)
      end = std::min(end, static_cast<std::size_t>(next->position()));
    clauses_.push_back({.id = id,
                        .level = value_in(levels, match.str(2), id),
                        .role = checked_role(match.str(3), id),
                        .source = value_in(sources, match.str(4), id),
                        .text = trimmed(page.substr(begin, end - begin))});
  }
}

clause const* clause_book::find(std::string_view id) const noexcept {
  auto const found = std::ranges::find(clauses_, id, &clause::id);
  return found == clauses_.end() ? nullptr : &*found;
}

clause const& clause_book::at(std::string_view id) const {
  if (clause const* found = find(id)) return *found;
  throw std::out_of_range("there is no clause " + std::string(id));
}

}  // namespace uploadproto::conformance
