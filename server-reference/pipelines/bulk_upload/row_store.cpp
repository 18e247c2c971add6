// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/bulk_upload/row_store.hpp"

#include <stdexcept>

namespace uploadproto::reference {
namespace {

constexpr std::size_t length_bytes = 4;

// A row is one text of the spool, so that all its cells can be looked at together.
void pack(std::string& out, std::string_view cell) {
  auto const size = static_cast<std::uint32_t>(cell.size());
  for (unsigned shift = 0; shift < 8 * length_bytes; shift += 8)
    out.push_back(static_cast<char>(size >> shift));
  out.append(cell);
}

std::string_view unpack(std::string_view& from) {
  std::size_t size = 0;
  for (std::size_t i = 0; i < length_bytes; ++i)
    size |= std::size_t{static_cast<unsigned char>(from[i])} << (8 * i);
  auto const cell = from.substr(length_bytes, size);
  from.remove_prefix(length_bytes + size);
  return cell;
}

}  // namespace

void row_store::add(std::uint32_t number, std::span<std::string_view const> cells) {
  while (!cells.empty() && cells.back().empty()) cells = cells.first(cells.size() - 1);
  packed_.clear();
  for (auto const cell : cells) pack(packed_, cell);
  rows_.put(std::uint64_t{number});
  rows_.put(std::string_view(packed_));
  ++count_;
}

bool row_store::row_reader::next(stored_row& row) {
  if (source_.at_end()) return false;
  row.number = static_cast<std::uint32_t>(source_.number());
  row.cells.clear();
  for (auto packed = source_.text(); !packed.empty();) row.cells.push_back(unpack(packed));
  return true;
}

void row_store::add(row_verdict const& verdict) {
  verdicts_.put(static_cast<std::uint64_t>(verdict.result));
  switch (verdict.result) {
    case row_result::valid:
      verdicts_.put(verdict.id);
      break;
    case row_result::duplicate:
      verdicts_.put(verdict.id);
      verdicts_.put(std::uint64_t{verdict.first_row});
      break;
    case row_result::invalid_id:
      verdicts_.put(verdict.reason);
      break;
  }
}

bool row_store::verdict_reader::next(row_verdict& verdict) {
  if (source_.at_end()) return false;
  verdict = {};
  verdict.result = static_cast<row_result>(source_.number());
  switch (verdict.result) {
    case row_result::valid:
      verdict.id = source_.number();
      break;
    case row_result::duplicate:
      verdict.id = source_.number();
      verdict.first_row = static_cast<std::uint32_t>(source_.number());
      break;
    case row_result::invalid_id:
      verdict.reason = source_.text();
      break;
  }
  return true;
}

void row_store::add(register_answer const& answer) {
  answers_.put(static_cast<std::uint64_t>(answer.what));
  for (std::string_view const text : {std::string_view(answer.voter_status), std::string_view(answer.ward_id),
                                      std::string_view(answer.vd_number), std::string_view(answer.reason)})
    answers_.put(text);
}

void row_store::answer_reader::next(register_answer& answer) {
  answer.what = static_cast<register_answer::state>(source_.number());
  answer.voter_status = source_.text();
  answer.ward_id = source_.text();
  answer.vd_number = source_.text();
  answer.reason = source_.text();
}

void row_store::add(member_result const& result) {
  results_.put(static_cast<std::uint64_t>(result.outcome));
  if (result.outcome == member_outcome::refused) results_.put(std::string_view(result.reason));
}

void row_store::result_reader::next(member_result& result) {
  result.outcome = static_cast<member_outcome>(source_.number());
  result.reason.clear();
  if (result.outcome == member_outcome::refused) result.reason = source_.text();
}

}  // namespace uploadproto::reference
