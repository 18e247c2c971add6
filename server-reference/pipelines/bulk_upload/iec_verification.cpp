// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/bulk_upload/stages.hpp"
#include "pipelines/wording.hpp"
#include "storage/register_answers.hpp"

namespace uploadproto::reference::stages {
namespace {

class verification {
 public:
  explicit verification(bulk_upload_attempt& attempt)
      : attempt_(attempt), kept_(attempt.environment.db, attempt.job.key.job_seq) {}

  void ask(std::vector<id_key> const& ids) {
    auto& lookup = attempt_.environment.lookup;
    answers_.assign(ids.size(), {});
    if (lookup.answers_are_costly()) kept_.recall(ids, answers_);
    auto const end = lookup.look_up(ids, answers_, [&](std::size_t answered, std::string_view note) {
      report(done_ + answered, note);
      return !attempt_.feed.stop_requested();
    });
    // Whatever the end: answers that were paid for are kept for the next attempt.
    if (lookup.answers_are_costly()) kept_.keep(ids, answers_);
    if (end == lookup_end::stopped) throw attempt_stopped();
    if (end == lookup_end::limit_reached)
      throw job_failure(
          "The register's hourly limit is used up; the answers so far are kept, and a retry goes on from "
          "there");
    for (auto const& answer : answers_) take(answer);
    done_ += ids.size();
    attempt_.check();
    report(done_, {});
  }

 private:
  void take(register_answer const& answer) {
    if (answer.what == register_answer::state::not_registered) ++attempt_.validation.not_registered;
    if (answer.what == register_answer::state::unchecked) ++attempt_.unchecked;
    attempt_.store.add(answer);
  }

  void report(std::size_t answered, std::string_view note) {
    auto const all = attempt_.validation.valid_records;
    auto message = "Checked " + grouped(answered) + " of " + counted(all, "ID number", "ID numbers");
    if (!note.empty()) message.append("; ").append(note);
    attempt_.feed.advance(static_cast<double>(answered) / static_cast<double>(all), std::move(message));
  }

  bulk_upload_attempt& attempt_;
  register_answers kept_;
  std::vector<register_answer> answers_;
  std::size_t done_ = 0;
};

}  // namespace

std::string iec_verification(bulk_upload_attempt& attempt) {
  verification work(attempt);
  auto const batch = attempt.environment.lookup.preferred_batch();
  std::vector<id_key> ids;
  row_store::verdict_reader verdicts(attempt.store);
  for (row_verdict verdict; verdicts.next(verdict);) {
    if (verdict.result != row_result::valid) continue;
    ids.push_back(verdict.id);
    if (ids.size() < batch) continue;
    work.ask(ids);
    ids.clear();
  }
  if (!ids.empty()) work.ask(ids);

  auto const& counts = attempt.validation;
  auto const registered = counts.valid_records - counts.not_registered - attempt.unchecked;
  auto message = grouped(registered) + " registered, " + grouped(counts.not_registered) + " not registered";
  if (attempt.unchecked != 0) message += ", " + grouped(attempt.unchecked) + " could not be checked";
  return message;
}

}  // namespace uploadproto::reference::stages
