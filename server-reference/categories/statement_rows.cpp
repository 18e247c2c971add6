// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "categories/statement_rows.hpp"

#include <array>
#include <map>
#include <stdexcept>
#include <string_view>

namespace uploadproto::reference {
namespace {

// Every category gets them all: the classifier is to learn from the merchant, not from the bank.
constexpr std::array<std::string_view, 26> before{"",
                                                  "",
                                                  "",
                                                  "",
                                                  "",
                                                  "",
                                                  "POS PURCHASE ",
                                                  "CARD PURCHASE ",
                                                  "VISA ",
                                                  "DEBIT ORDER ",
                                                  "PURCHASE ",
                                                  "EFT ",
                                                  "DD ",
                                                  "C/P ",
                                                  "SQ *",
                                                  "PAYPAL *",
                                                  "SUMUP *",
                                                  "CONTACTLESS ",
                                                  "IZ *",
                                                  "ACB ",
                                                  "FPI ",
                                                  "BACS ",
                                                  "REF ",
                                                  "LASTSCHRIFT ",
                                                  "CHECKCARD ",
                                                  "ONLINE "};

constexpr std::array<std::string_view, 30> places{
    "CAPE TOWN",  "JOHANNESBURG", "SANDTON",        "DURBAN",      "PRETORIA",    "STELLENBOSCH",
    "CENTURION",  "ROSEBANK",     "LONDON",         "MANCHESTER",  "LEEDS",       "BRISTOL",
    "GLASGOW",    "DUBLIN",       "BERLIN",         "MUENCHEN",    "HAMBURG",     "KOELN",
    "PARIS",      "LYON",         "AMSTERDAM",      "NEW YORK NY", "SEATTLE WA",  "AUSTIN TX",
    "CHICAGO IL", "SYDNEY",       "V&A WATERFRONT", "MAIN ROAD",   "HIGH STREET", "CITY CENTRE"};

constexpr std::array<std::string_view, 40> names{
    "SMITH",  "JONES",  "VAN DER MERWE", "BOTHA",     "NKOSI",    "DLAMINI",   "NAIDOO", "PATEL",
    "KHAN",   "MULLER", "SCHMIDT",       "WEBER",     "ROSSI",    "FERRARI",   "GARCIA", "LOPEZ",
    "MARTIN", "DUBOIS", "CHEN",          "WONG",      "OBRIEN",   "MURPHY",    "ANNAS",  "TONYS",
    "MAMAS",  "CITY",   "VILLAGE",       "RIVERSIDE", "HILLSIDE", "SUNNYSIDE", "ROYAL",  "GOLDEN",
    "GREEN",  "BLUE",   "CENTRAL",       "EXPRESS",   "FAMILY",   "FIRST",     "METRO",  "GROUP"};

constexpr std::array<std::string_view, 8> countries{" ZA", " GB", " DE", " US", " ZAF", " GBR", "", ""};

constexpr std::size_t statement_width = 40;

}  // namespace

std::vector<merchant> read_merchants(std::istream& in) {
  std::vector<merchant> merchants;
  category current = category::uncategorised;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.empty() || line.front() == '#') continue;
    if (line.front() == '[') {
      auto const named = category_named(std::string_view(line).substr(1, line.size() - 2));
      if (!named || line.back() != ']')
        throw std::runtime_error("line " + std::to_string(number) + ": no category is called " + line);
      current = *named;
      continue;
    }
    if (current == category::uncategorised)
      throw std::runtime_error("line " + std::to_string(number) + ": expected a [Category] before it");
    for (std::size_t from = 0; from < line.size();) {
      auto const end = std::min(line.find(", ", from), line.size());
      merchants.push_back({current, line.substr(from, end - from)});
      from = end + 2;
    }
  }
  return merchants;
}

merchant_split split(std::vector<merchant> const& merchants) {
  merchant_split parts;
  std::map<category, int> count;
  for (auto const& m : merchants) (++count[m.is] % 5 == 0 ? parts.held_back : parts.training).push_back(m);
  return parts;
}

std::string statement_row_maker::digits(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += static_cast<char>('0' + below(10));
  return text;
}

statement_row statement_row_maker::make(merchant const& m) {
  std::string text(before[below(before.size())]);
  text += m.text;
  if (chance(25)) text += " " + digits(3 + static_cast<int>(below(3)));  // the branch
  if (chance(40))
    text += " " + std::string(places[below(places.size())]) + std::string(countries[below(countries.size())]);
  if (chance(25)) text += " " + digits(2) + "/" + digits(2);
  if (chance(20)) text += " CARD " + digits(4);
  if (chance(20)) text += " REF" + digits(8);
  if (chance(20)) text.resize(std::min(text.size(), statement_width - 10 - below(8)));  // banks cut off
  if (chance(25))
    for (char& c : text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  bool const refund = chance(3);
  bool const money_in = m.is == category::income ? !refund : m.is == category::transfer ? chance(40) : refund;
  return {m.is, std::move(text), money_in};
}

merchant statement_row_maker::name(merchant const& trade) {
  std::string const somebody(names[below(names.size())]);
  switch (below(4)) {
    case 0:
      return {trade.is, somebody + " " + trade.text};
    case 1:
      return {trade.is, trade.text + " " + somebody};
    case 2:
      return {trade.is, "THE " + trade.text};
    default:
      return trade;
  }
}

std::vector<statement_row> training_rows(std::vector<merchant> const& merchants,
                                         std::vector<merchant> const& trades) {
  constexpr int rows_of_merchant = 12, rows_of_trade = 12;
  statement_row_maker maker(20240229);
  std::vector<statement_row> rows;
  for (auto const& m : split(merchants).training)
    for (int i = 0; i < rows_of_merchant; ++i) rows.push_back(maker.make(m));
  for (auto const& t : trades)
    for (int i = 0; i < rows_of_trade; ++i) rows.push_back(maker.make(maker.name(t)));
  return rows;
}

std::vector<statement_row> held_back_rows(std::vector<merchant> const& merchants) {
  constexpr int rows_of_merchant = 6;
  statement_row_maker maker(20240301);
  std::vector<statement_row> rows;
  for (auto const& m : split(merchants).held_back)
    for (int i = 0; i < rows_of_merchant; ++i) rows.push_back(maker.make(m));
  return rows;
}

}  // namespace uploadproto::reference
