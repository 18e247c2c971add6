// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <chrono>
#include <cstdio>

#include "pipelines/bulk_upload/stages.hpp"
#include "pipelines/wording.hpp"
#include "storage/member_writer.hpp"

namespace uploadproto::reference::stages {
namespace {

// What the register adds to a member; an unchecked row adds nothing.
constexpr std::array<std::string_view, 4> register_fields{"voter_registered", "voter_status", "voter_ward",
                                                          "voter_district"};

std::string date_of(timestamp_ms when) {
  std::chrono::year_month_day const day(std::chrono::floor<std::chrono::days>(when));
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text;
}

/** Which columns of the upload go to which fields of a member. */
struct member_layout {
  std::vector<std::string_view> fields;
  std::vector<std::size_t> columns;  ///< of the row store, for the first fields

  explicit member_layout(bulk_upload_attempt const& attempt) {
    for (auto const& known : known_columns()) {
      auto const at = attempt.known[static_cast<std::size_t>(known.id)];
      if (!at || known.id == column::id_number) continue;
      fields.push_back(known.key);
      columns.push_back(*at);
    }
    fields.insert(fields.end(), register_fields.begin(), register_fields.end());
  }
};

void fill_register_values(register_answer const& answer, std::span<std::string_view> values) {
  using state = register_answer::state;
  bool const answered = answer.what == state::registered || answer.what == state::not_registered;
  values[0] = !answered ? "" : answer.what == state::registered ? "1" : "0";
  values[1] = answer.voter_status;
  values[2] = answer.ward_id;
  values[3] = answer.vd_number;
}

class member_import {
 public:
  member_import(bulk_upload_attempt& attempt, member_layout const& layout)
      : attempt_(attempt),
        layout_(layout),
        writer_(attempt.environment.db, attempt.job.key, layout.fields, date_of(attempt.job.uploaded_at)),
        batch_(layout.fields.size()),
        values_(layout.fields.size()) {}

  void add(stored_row const& row, id_key id, register_answer const& answer) {
    for (std::size_t i = 0; i < layout_.columns.size(); ++i) values_[i] = trim(row.cell(layout_.columns[i]));
    fill_register_values(answer, std::span(values_).subspan(layout_.columns.size()));
    auto const digits = digits_of(id);
    batch_.add({digits.data(), digits.size()}, values_);
    if (batch_.size() == attempt_.environment.batch_rows) commit();
  }

  void finish() {
    if (batch_.size() != 0) commit();
    writer_.finish();
  }

 private:
  void commit() {
    attempt_.check();
    try {
      writer_.apply(batch_, results_);
    } catch (attempt_over const&) {
      throw attempt_stopped();
    }
    for (auto const& result : results_) {
      attempt_.store.add(result);
      switch (result.outcome) {
        case member_outcome::inserted:
          ++attempt_.database.inserts;
          break;
        case member_outcome::updated:
          ++attempt_.database.updates;
          break;
        case member_outcome::refused:
          ++attempt_.database.errors;
          break;
      }
    }
    done_ += batch_.size();
    batch_.clear();
    auto const all = attempt_.validation.valid_records;
    attempt_.feed.advance(static_cast<double>(done_) / static_cast<double>(all),
                          "Stored " + grouped(done_) + " of " + counted(all, "member", "members"));
  }

  bulk_upload_attempt& attempt_;
  member_layout const& layout_;
  member_writer writer_;
  member_batch batch_;
  std::vector<std::string_view> values_;
  std::vector<member_result> results_;
  std::uint64_t done_ = 0;
};

}  // namespace

std::string database_operations(bulk_upload_attempt& attempt) {
  member_layout const layout(attempt);
  member_import members(attempt, layout);
  row_store::row_reader rows(attempt.store);
  row_store::verdict_reader verdicts(attempt.store);
  row_store::answer_reader answers(attempt.store);
  stored_row row;
  register_answer answer;
  for (row_verdict verdict; verdicts.next(verdict);) {
    rows.next(row);
    if (verdict.result != row_result::valid) continue;
    answers.next(answer);
    members.add(row, verdict.id, answer);
  }
  members.finish();
  auto const& counts = attempt.database;
  return grouped(counts.inserts) + " added, " + grouped(counts.updates) + " updated, " +
         counted(counts.errors, "error", "errors");
}

}  // namespace uploadproto::reference::stages
