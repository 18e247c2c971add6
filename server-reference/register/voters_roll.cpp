// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "register/voters_roll.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <stdexcept>
#include <utility>

#include "register/shipped_register.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::string_view header = "id_number,registered,voter_status,ward_id,vd_number";
constexpr std::size_t max_text = 64;

[[noreturn]] void refuse(std::string_view name, std::size_t line, std::string_view what) {
  throw std::runtime_error("The register " + std::string(name) + ", line " + std::to_string(line) + ": " +
                           std::string(what));
}

std::string_view take_line(std::string_view& rest) {
  auto const end = rest.find('\n');
  auto line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool split(std::string_view line, std::array<std::string_view, 5>& fields) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    auto const comma = line.find(',');
    bool const last = i + 1 == fields.size();
    if ((comma == std::string_view::npos) != last) return false;
    fields[i] = line.substr(0, comma);
    if (!last) line.remove_prefix(comma + 1);
  }
  return true;
}

}  // namespace

voters_roll voters_roll::read(std::string_view csv, std::string_view name) {
  voters_roll roll;
  std::map<std::string, std::uint32_t, std::less<>> known;
  auto const number_of = [&](std::string_view text) {
    if (auto const found = known.find(text); found != known.end()) return found->second;
    auto const number = static_cast<std::uint32_t>(roll.texts_.size());
    roll.texts_.emplace_back(text);
    known.emplace(text, number);
    return number;
  };

  if (csv.starts_with("\xEF\xBB\xBF")) csv.remove_prefix(3);
  if (take_line(csv) != header) refuse(name, 1, "expected the header " + std::string(header));
  for (std::size_t line = 2; !csv.empty(); ++line) {
    auto const text = take_line(csv);
    if (text.empty()) continue;
    std::array<std::string_view, 5> fields;
    if (!split(text, fields)) refuse(name, line, "expected five values");
    auto const id = id_key_of(fields[0]);
    if (!id) refuse(name, line, "expected an id_number of 13 digits");
    if (fields[1] != "0" && fields[1] != "1") refuse(name, line, "expected registered to be 0 or 1");
    if (std::any_of(fields.begin(), fields.end(), [](auto f) { return f.size() > max_text; }))
      refuse(name, line, "a value has more than 64 characters");
    auto const status = number_of(fields[2]);
    if (status > std::numeric_limits<std::uint16_t>::max())
      refuse(name, line, "too many kinds of voter_status");
    roll.people_.push_back({*id, number_of(fields[3]), number_of(fields[4]),
                            static_cast<std::uint16_t>(status), fields[1] == "1"});
  }
  roll.people_.shrink_to_fit();
  std::stable_sort(roll.people_.begin(), roll.people_.end(),
                   [](person const& a, person const& b) { return a.id < b.id; });
  auto const twice = std::adjacent_find(roll.people_.begin(), roll.people_.end(),
                                        [](person const& a, person const& b) { return a.id == b.id; });
  if (twice != roll.people_.end())
    throw std::runtime_error("The register " + std::string(name) + " holds an id_number twice");
  return roll;
}

voters_roll voters_roll::read_file(std::filesystem::path const& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw std::runtime_error("The register " + file.string() + " cannot be read");
  return read(text, file.string());
}

voters_roll voters_roll::shipped() {
  return read(shipped_register_csv(), "that ships with the program");
}

std::optional<voters_roll::entry> voters_roll::find(id_key id) const {
  auto const found = std::lower_bound(people_.begin(), people_.end(), id,
                                      [](person const& p, id_key wanted) { return p.id < wanted; });
  if (found == people_.end() || found->id != id) return std::nullopt;
  return entry{found->registered, texts_[found->status], texts_[found->ward], texts_[found->vd]};
}

}  // namespace uploadproto::reference
