// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// What is written of the file: the stages `database` and `categorization`.
#include <array>

#include "pipelines/upload_progress/batch_attempt.hpp"
#include "pipelines/wording.hpp"

namespace uploadproto::reference::batch_stages {
namespace {

// Calls `work(stored_transaction const&)` for every good row, and tells how far it is.
template <class Work>
void for_each_row(batch_attempt& attempt, std::string_view done_to_it, Work work) {
  spool::reader rows(attempt.rows);
  attempt.feed.count({0, attempt.good, attempt.bad});
  std::uint64_t done = 0;
  while (!rows.at_end()) {
    work(batch_attempt::read(rows));
    if (++done % rows_a_look != 0) continue;
    attempt.check();
    attempt.feed.rows_done(done, std::string(done_to_it) + " " + grouped(done) + " of " +
                                     counted(attempt.good, "transaction", "transactions"));
  }
  attempt.feed.count({attempt.good, attempt.good, attempt.bad});
}

transaction_writer writer_of(batch_attempt const& attempt) {
  return {attempt.environment.db, attempt.job.key, attempt.environment.rows_a_commit};
}

// An attempt that was ended from outside writes nothing more.
template <class Work>
void writing(Work work) {
  try {
    work();
  } catch (attempt_over const&) {
    throw attempt_stopped();
  }
}

}  // namespace

std::string store(batch_attempt& attempt) {
  writing([&] {
    auto writer = writer_of(attempt);
    for_each_row(attempt, "Stored", [&](stored_transaction const& t) { writer.add(t); });
    writer.finish();
  });
  return counted(attempt.good, "transaction", "transactions") + " stored";
}

std::string categorization(batch_attempt& attempt) {
  std::array<std::uint64_t, category_names.size()> found{};
  writing([&] {
    auto writer = writer_of(attempt);
    categoriser::memory memory(attempt.environment.categories);
    for_each_row(attempt, "Categorised", [&](stored_transaction const& t) {
      auto const decision = memory.decide(t.vendor, t.description, t.amount > 0);
      ++found[static_cast<std::size_t>(decision.is)];
      writer.categorise(t.row, static_cast<int>(decision.is), static_cast<int>(decision.by));
    });
    writer.finish();
  });
  auto const unknown = found[static_cast<std::size_t>(category::uncategorised)];
  return counted(attempt.good - unknown, "transaction", "transactions") + " categorised, " +
         grouped(unknown) + " left uncategorised";
}

}  // namespace uploadproto::reference::batch_stages
