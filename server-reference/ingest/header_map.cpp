// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/header_map.hpp"

#include <algorithm>

#include "ingest/cell_text.hpp"
#include "ingest/excerpt.hpp"

namespace uploadproto::reference {
namespace {

using names = std::string_view const[];

constexpr names id_number_names = {"idnumber", "id no", "id no.", "id nr", "identity number", "sa id number"};
constexpr names first_name_names = {"name", "names", "first name", "first names", "firstnames", "given name"};
constexpr names surname_names = {"last name", "lastname", "family name"};
constexpr names cell_number_names = {
    "cell",       "cell no",           "cell no.", "cellphone",     "cellphone number",
    "cell phone", "cell phone number", "mobile",   "mobile number", "phone number"};
constexpr names email_names = {"e-mail", "email address", "e-mail address"};
constexpr names province_names = {"province name"};
constexpr names municipality_names = {"municipality name", "local municipality"};
constexpr names ward_names = {"ward number", "ward no", "ward code", "ward id"};
constexpr names voting_district_names = {"vd", "vd number", "voting district number", "voting station"};
constexpr names date_of_birth_names = {"dob", "birth date", "birthdate"};
constexpr names gender_names = {"sex"};
constexpr names race_names = {"population group"};
constexpr names language_names = {"home language"};
constexpr names citizenship_names = {"citizen", "nationality"};
constexpr names residential_address_names = {"address", "home address", "physical address", "street address"};
constexpr names postal_address_names = {"post address", "postal"};
constexpr names landline_names = {"landline number", "telephone", "telephone number", "home phone"};
constexpr names occupation_names = {"profession"};
constexpr names membership_number_names = {"member number", "membership no", "membership id"};
constexpr names membership_type_names = {"member type"};
constexpr names date_joined_names = {"join date", "joined", "membership date"};
constexpr names expiry_date_names = {"expiry", "expires", "membership expiry", "membership expiry date"};
constexpr names last_payment_names = {"last payment date", "payment date"};
constexpr names subscription_names = {"subscription type"};
constexpr names branch_names = {"branch name"};
constexpr names status_names = {"membership status", "member status"};

constexpr column_definition definitions[] = {
    {column::id_number, "id_number", "ID Number", id_number_names},
    {column::first_name, "first_name", "Firstname", first_name_names},
    {column::surname, "surname", "Surname", surname_names},
    {column::cell_number, "cell_number", "Cell Number", cell_number_names},
    {column::email, "email", "Email", email_names},
    {column::province, "province", "Province", province_names},
    {column::municipality, "municipality", "Municipality", municipality_names},
    {column::ward, "ward", "Ward", ward_names},
    {column::voting_district, "voting_district", "Voting District", voting_district_names},
    {column::date_of_birth, "date_of_birth", "Date of Birth", date_of_birth_names},
    {column::gender, "gender", "Gender", gender_names},
    {column::race, "race", "Race", race_names},
    {column::language, "language", "Language", language_names},
    {column::citizenship, "citizenship", "Citizenship", citizenship_names},
    {column::residential_address, "residential_address", "Residential Address", residential_address_names},
    {column::postal_address, "postal_address", "Postal Address", postal_address_names},
    {column::landline, "landline", "Landline", landline_names},
    {column::occupation, "occupation", "Occupation", occupation_names},
    {column::membership_number, "membership_number", "Membership Number", membership_number_names},
    {column::membership_type, "membership_type", "Membership Type", membership_type_names},
    {column::date_joined, "date_joined", "Date Joined", date_joined_names},
    {column::expiry_date, "expiry_date", "Expiry Date", expiry_date_names},
    {column::last_payment, "last_payment", "Last Payment", last_payment_names},
    {column::subscription, "subscription", "Subscription", subscription_names},
    {column::branch, "branch", "Branch", branch_names},
    {column::status, "status", "Status", status_names},
};
static_assert(std::size(definitions) == column_count);

constexpr std::string_view wide_spaces[] = {"\xC2\xA0", "\xE2\x80\x8B", "\xE2\x80\xAF", "\xEF\xBB\xBF"};

// Bytes of the white space that the text begins with, 0 when it begins with something else.
std::size_t leading_space(std::string_view text) noexcept {
  if (text.empty()) return 0;
  if (text[0] == ' ' || (text[0] >= '\t' && text[0] <= '\r')) return 1;
  for (std::string_view space : wide_spaces)
    if (text.starts_with(space)) return space.size();
  return 0;
}

std::size_t trailing_space(std::string_view text) noexcept {
  if (text.empty()) return 0;
  if (text.back() == ' ' || (text.back() >= '\t' && text.back() <= '\r')) return 1;
  for (std::string_view space : wide_spaces)
    if (text.ends_with(space)) return space.size();
  return 0;
}

// How well a header names a column: 0 by its title, 1 by an alias.
struct match {
  column id;
  int rank;
};

std::optional<match> recognise(std::string const& folded) {
  for (column_definition const& d : definitions) {
    if (folded == fold_header(d.title)) return match{d.id, 0};
    if (std::find(d.aliases.begin(), d.aliases.end(), folded) != d.aliases.end()) return match{d.id, 1};
  }
  return std::nullopt;
}

std::string cell_name(std::size_t index, std::uint32_t row_number) {
  return column_letters(static_cast<std::uint32_t>(index)) + std::to_string(row_number);
}

// The first headers, for a sentence.
std::string list_titles(std::span<header_map::entry const> entries) {
  constexpr std::size_t shown = 12;
  std::string text;
  for (std::size_t i = 0; i < std::min(entries.size(), shown); ++i)
    text.append(i == 0 ? "" : ", ").append(excerpt(entries[i].title));
  if (entries.size() > shown) text += " and " + std::to_string(entries.size() - shown) + " more";
  return text;
}

}  // namespace

std::span<column_definition const> known_columns() {
  return definitions;
}

std::string_view trim(std::string_view text) noexcept {
  while (std::size_t const n = leading_space(text)) text.remove_prefix(n);
  while (std::size_t const n = trailing_space(text)) text.remove_suffix(n);
  return text;
}

std::string fold_header(std::string_view text) {
  text = trim(text);
  std::string folded;
  while (!text.empty()) {
    std::size_t const space = text[0] == '_' ? 1 : leading_space(text);
    if (space > 0) {
      if (!folded.ends_with(' ')) folded += ' ';
      text.remove_prefix(space);
      continue;
    }
    char const c = text[0];
    folded += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    text.remove_prefix(1);
  }
  return folded;
}

header_map header_map::read(row const& header) {
  header_map map;
  std::array<int, column_count> ranks{};
  std::optional<std::size_t> second_id;
  for (std::size_t i = 0; i < header.size(); ++i) {
    std::string_view const title = trim(header[i]);
    if (title.empty()) continue;
    if (map.entries_.size() == max_columns)
      throw input_error(input_problem::too_large,
                        "Row 1 names more than " + std::to_string(max_columns) + " columns; remove some.");
    map.entries_.push_back({i, std::string(title), std::nullopt});
    auto const found = recognise(fold_header(title));
    if (!found) continue;
    auto const at = static_cast<std::size_t>(found->id);
    auto& chosen = map.index_[at];
    if (chosen && found->id == column::id_number && ranks[at] == found->rank) second_id = i;
    if (chosen && ranks[at] <= found->rank) continue;
    if (found->id == column::id_number) second_id.reset();
    chosen = i;
    ranks[at] = found->rank;
  }
  auto const id = map.index(column::id_number);
  if (!id)
    throw input_error(input_problem::missing_column,
                      "The column \"ID Number\" is missing; row 1 has: " + list_titles(map.entries_) + ".");
  if (second_id)
    throw input_error(input_problem::missing_column,
                      "The column \"ID Number\" stands twice, in " + cell_name(*id, header.number()) +
                          " and " + cell_name(*second_id, header.number()) + "; keep one of them.");
  for (entry& e : map.entries_)
    for (column_definition const& d : definitions)
      if (map.index(d.id) == e.index) e.known = d.id;
  return map;
}

header_map header_map::read(workbook_reader& reader) {
  row first;
  if (!reader.next(first))
    throw input_error(input_problem::no_rows, "The worksheet \"" + reader.sheet_name() + "\" is empty.");
  if (first.number() != 1)
    throw input_error(input_problem::no_header,
                      "Row 1 must hold the names of the columns, but it is empty; the first "
                      "row with text is row " +
                          std::to_string(first.number()) + ".");
  return read(first);
}

std::string_view header_map::get(row const& r, column c) const noexcept {
  auto const at = index(c);
  return at ? trim(r[*at]) : std::string_view();
}

}  // namespace uploadproto::reference
