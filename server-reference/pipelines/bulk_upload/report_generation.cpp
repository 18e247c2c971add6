// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <uploadproto/contract/timestamp.hpp>

#include "pipelines/bulk_upload/stages.hpp"
#include "pipelines/wording.hpp"
#include "stages/report_writer.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference::stages {
namespace {

registration shown(register_answer::state state) {
  switch (state) {
    case register_answer::state::registered:
      return registration::registered;
    case register_answer::state::not_registered:
      return registration::not_registered;
    default:
      return registration::unknown;
  }
}

database_action shown(member_outcome outcome) {
  switch (outcome) {
    case member_outcome::inserted:
      return database_action::inserted;
    case member_outcome::updated:
      return database_action::updated;
    default:
      return database_action::failed;
  }
}

/** Puts together what the stages know of a row, from their parts of the store. */
class row_assembly {
 public:
  explicit row_assembly(row_store& store)
      : rows_(store), verdicts_(store), answers_(store), results_(store) {}

  bool next(report_row& out) {
    if (!rows_.next(row_)) return false;
    verdicts_.next(verdict_);
    out = {};
    out.number = row_.number;
    out.cells = row_.cells;
    out.result = verdict_.result;
    if (verdict_.result != row_result::invalid_id) {
      digits_ = digits_of(verdict_.id);
      out.id_number = {digits_.data(), digits_.size()};
    }
    if (verdict_.result == row_result::invalid_id) out.reason = verdict_.reason;
    if (verdict_.result == row_result::duplicate) {
      reason_ = "Duplicate of row " + std::to_string(verdict_.first_row);
      out.reason = reason_;
    }
    if (verdict_.result == row_result::valid) add_outcomes(out);
    return true;
  }

 private:
  void add_outcomes(report_row& out) {
    answers_.next(answer_);
    results_.next(result_);
    out.registered = shown(answer_.what);
    out.voter_status = answer_.voter_status;
    out.ward_id = answer_.ward_id;
    out.vd_number = answer_.vd_number;
    out.action = shown(result_.outcome);
    if (answer_.reason.empty() || result_.reason.empty()) {
      out.error = answer_.reason.empty() ? result_.reason : answer_.reason;
    } else {
      reason_ = answer_.reason + "; " + result_.reason;
      out.error = reason_;
    }
  }

  row_store::row_reader rows_;
  row_store::verdict_reader verdicts_;
  row_store::answer_reader answers_;
  row_store::result_reader results_;
  stored_row row_;
  row_verdict verdict_;
  register_answer answer_;
  member_result result_;
  std::array<char, 13> digits_{};
  std::string reason_;
};

std::vector<summary_line> summary_of(bulk_upload_attempt const& attempt) {
  auto const& rows = attempt.validation;
  auto const& members = attempt.database;
  return {
      summary_line::heading("Upload"),
      summary_line::of("File", attempt.job.file_name),
      summary_line::of("Worksheet", attempt.sheet_name),
      summary_line::of("Job", attempt.job.job_id),
      summary_line::of("Uploaded at", contract::format_timestamp(attempt.job.uploaded_at)),
      summary_line::heading("Rows"),
      summary_line::of("Total records", rows.total_records),
      summary_line::of("Valid records", rows.valid_records),
      summary_line::of("Invalid IDs", rows.invalid_ids),
      summary_line::of("Duplicates", rows.duplicates),
      summary_line::heading("Voters' register"),
      summary_line::of("Registered", rows.valid_records - rows.not_registered - attempt.unchecked),
      summary_line::of("Not registered", rows.not_registered),
      summary_line::of("Could not be checked", attempt.unchecked),
      summary_line::heading("Members"),
      summary_line::of("New members", members.inserts),
      summary_line::of("Updated members", members.updates),
      summary_line::of("Errors", members.errors),
  };
}

}  // namespace

std::string report_generation(bulk_upload_attempt& attempt) {
  auto const all = attempt.store.rows();
  report_options options;
  // The attempt's own name: one that was cancelled and is still winding down touches nobody else's report.
  options.path = attempt.environment.reports /
                 (attempt.job.job_id + "-" + std::to_string(attempt.job.key.attempt) + ".xlsx");
  options.columns = attempt.titles;
  options.stop = [&] { return attempt.feed.stop_requested(); };
  options.progress = [&](std::uint64_t rows) {
    // The last tenth is for packing the workbook.
    attempt.feed.advance(0.9 * static_cast<double>(rows) / static_cast<double>(all),
                         "Wrote " + grouped(rows) + " of " + counted(all, "row", "rows"));
  };
  attempt.report = options.path;
  try {
    report_writer writer(std::move(options));
    row_assembly assembly(attempt.store);
    for (report_row row; assembly.next(row);) writer.add(row);
    attempt.check();
    attempt.feed.advance(0.9, "Packing the report");
    writer.finish(summary_of(attempt));
  } catch (report_error const& error) {
    if (error.reason() == report_error::kind::cancelled) throw attempt_stopped();
    if (error.reason() == report_error::kind::no_space) throw storage_full(error.what());
    throw job_failure(error.what());
  }
  return "Report with " + counted(all, "row", "rows") + " is ready";
}

}  // namespace uploadproto::reference::stages
