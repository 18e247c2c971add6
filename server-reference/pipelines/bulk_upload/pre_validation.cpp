// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/bulk_upload/first_rows.hpp"
#include "pipelines/bulk_upload/stages.hpp"
#include "pipelines/wording.hpp"
#include "stages/id_number.hpp"

namespace uploadproto::reference::stages {
namespace {

constexpr std::uint64_t report_every = 2048;

std::string result_of(validation_counts const& counts) {
  return grouped(counts.valid_records) + " valid, " +
         counted(counts.invalid_ids, "invalid ID", "invalid IDs") + ", " +
         counted(counts.duplicates, "duplicate", "duplicates");
}

}  // namespace

std::string pre_validation(bulk_upload_attempt& attempt) {
  auto& counts = attempt.validation;
  auto const id_column = *attempt.known[static_cast<std::size_t>(column::id_number)];
  // The day of the upload, not of the attempt: a resumed job judges as the first one did.
  std::chrono::year_month_day const latest_birth(
      std::chrono::floor<std::chrono::days>(attempt.job.uploaded_at));
  first_rows seen;
  row_store::row_reader rows(attempt.store);
  for (stored_row row; rows.next(row);) {
    auto const id = verify_id_number(row.cell(id_column), latest_birth);
    std::string reason;
    row_verdict verdict;
    if (!id.valid()) {
      reason = explain(*id.problem(), id.digits());
      verdict = {row_result::invalid_id, 0, 0, reason};
      ++counts.invalid_ids;
    } else {
      verdict.id = *id_key_of(id.digits());
      verdict.first_row = seen.note(verdict.id, row.number);
      verdict.result = verdict.first_row == 0 ? row_result::valid : row_result::duplicate;
      ++(verdict.first_row == 0 ? counts.valid_records : counts.duplicates);
    }
    attempt.store.add(verdict);
    if (++counts.total_records % report_every != 0) continue;
    attempt.check();
    attempt.feed.advance(
        static_cast<double>(counts.total_records) / static_cast<double>(attempt.store.rows()),
        "Validated " + grouped(counts.total_records) + " of " + counted(attempt.store.rows(), "row", "rows"));
  }
  return result_of(counts);
}

}  // namespace uploadproto::reference::stages
