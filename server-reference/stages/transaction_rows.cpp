// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "stages/transaction_rows.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "ingest/excerpt.hpp"
#include "ingest/header_map.hpp"

namespace uploadproto::reference {
namespace {

using names = std::span<std::string_view const>;

// Header texts, folded as fold_header does, the most telling first.
constexpr std::string_view date_names[] = {"date",         "transaction date", "posting date", "posted date",
                                           "booking date", "date posted",      "trans date",   "value date",
                                           "datum",        "buchungstag",      "fecha",        "data"};
constexpr std::string_view amount_names[] = {"amount",       "transaction amount",
                                             "amount (zar)", "amount (usd)",
                                             "amount (eur)", "amount (gbp)",
                                             "value",        "betrag",
                                             "montant",      "importe",
                                             "bedrag"};
constexpr std::string_view debit_names[] = {"debit",       "debit amount", "debits",   "withdrawal",
                                            "withdrawals", "money out",    "paid out", "payments",
                                            "soll",        "debet"};
constexpr std::string_view credit_names[] = {"credit",   "credit amount", "credits",  "deposit", "deposits",
                                             "money in", "paid in",       "receipts", "haben",   "krediet"};
constexpr std::string_view description_names[] = {"description",
                                                  "transaction description",
                                                  "details",
                                                  "transaction details",
                                                  "narrative",
                                                  "narration",
                                                  "particulars",
                                                  "memo",
                                                  "text",
                                                  "beschreibung",
                                                  "verwendungszweck",
                                                  "beskrywing"};
constexpr std::string_view vendor_names[] = {"vendor", "merchant",     "merchant name", "payee",
                                             "name",   "counterparty", "beneficiary",   "supplier"};
constexpr std::string_view reference_names[] = {"reference",
                                                "ref",
                                                "reference number",
                                                "ref no",
                                                "transaction id",
                                                "transaction reference",
                                                "cheque number",
                                                "check number",
                                                "id"};

constexpr std::array<names, transaction_column_count> names_of{
    date_names, amount_names, debit_names, credit_names, description_names, vendor_names, reference_names};

std::optional<std::size_t> find(std::vector<std::string> const& header, names candidates) {
  for (auto const name : candidates) {
    auto const at = std::find(header.begin(), header.end(), name);
    if (at == header.end()) continue;
    auto const again = std::find(at + 1, header.end(), name);
    if (again == header.end()) return static_cast<std::size_t>(at - header.begin());
    throw input_error(input_problem::missing_column,
                      "Row 1: the column \"" + std::string(name) + "\" stands twice, as columns " +
                          std::to_string(at - header.begin() + 1) + " and " +
                          std::to_string(again - header.begin() + 1) + "; keep one of them.");
  }
  return std::nullopt;
}

[[noreturn]] void missing(std::string_view what, csv_row const& header) {
  std::string found;
  for (std::size_t i = 0; i < header.size() && found.size() < 120; ++i)
    found += (i == 0 ? "" : ", ") + excerpt(trim(header[i]), 30);
  throw input_error(input_problem::missing_column,
                    "Row 1: no column is named " + std::string(what) + "; found: " + found + ".");
}

std::string bad_row(csv_row const& row, std::string_view what, std::string_view text,
                    std::string_view problem) {
  return "Row " + std::to_string(row.number()) + ": the " + std::string(what) +
         (text.empty() ? "" : " \"" + excerpt(text) + "\"") + " " + std::string(problem) + ".";
}

}  // namespace

transaction_columns transaction_columns::read(csv_row const& header) {
  std::vector<std::string> folded;
  for (std::size_t i = 0; i < header.size(); ++i) folded.push_back(fold_header(header[i]));
  transaction_columns columns;
  for (std::size_t i = 0; i < names_of.size(); ++i) columns.index_[i] = find(folded, names_of[i]);
  using enum transaction_column;
  if (!columns.has(date)) missing("\"Date\"", header);
  if (!columns.has(amount) && !(columns.has(debit) && columns.has(credit)))
    missing("\"Amount\" (or two named \"Debit\" and \"Credit\")", header);
  if (!columns.has(description)) missing("\"Description\"", header);
  return columns;
}

std::string_view transaction_columns::get(csv_row const& row, transaction_column c) const noexcept {
  auto const& at = index_[static_cast<std::size_t>(c)];
  return at ? trim(row[*at]) : std::string_view();
}

void transaction_reader::look_at(csv_row const& row) noexcept {
  using enum transaction_column;
  if (order_ == day_order::unknown) order_ = evident_day_order(columns_.get(row, date));
  for (auto const c : {amount, debit, credit})
    if (mark_ == decimal_mark::unknown) mark_ = evident_decimal_mark(columns_.get(row, c));
}

amount_reading transaction_reader::read_amount_of(csv_row const& row) const noexcept {
  using enum transaction_column;
  auto const single = columns_.get(row, amount);
  if (!single.empty() || !columns_.has(debit) || !columns_.has(credit)) return read_amount(single, mark_);
  auto const out = columns_.get(row, debit), in = columns_.get(row, credit);
  if (out.empty() && in.empty()) return {0, "is empty"};
  auto const nothing = amount_reading{};
  auto const taken = out.empty() ? nothing : read_amount(out, mark_);
  auto const given = in.empty() ? nothing : read_amount(in, mark_);
  if (!taken.problem.empty()) return taken;
  if (!given.problem.empty()) return given;
  if (taken.units != 0 && given.units != 0) return {0, "is both a debit and a credit"};
  // Some banks write debits as negative numbers in their own column.
  return {given.units - (taken.units < 0 ? -taken.units : taken.units), {}};
}

std::string transaction_reader::read(csv_row const& row, transaction& out) const {
  using enum transaction_column;
  if (!row.problem().empty()) return row.problem();
  out.row = row.number();
  auto const when = columns_.get(row, date);
  out.date = read_date(when, order_);
  if (!out.date.problem.empty()) return bad_row(row, "date", when, out.date.problem);
  auto const value = read_amount_of(row);
  if (!value.problem.empty()) return bad_row(row, "amount", columns_.get(row, amount), value.problem);
  out.amount = value.units;
  out.description = columns_.get(row, description);
  out.vendor = columns_.get(row, vendor);
  out.reference = columns_.get(row, reference);
  return {};
}

}  // namespace uploadproto::reference
