// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "jobs/job_table.hpp"

#include <algorithm>
#include <random>

#include "jobs/job_row.hpp"
#include "storage/crash_point.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference {
namespace {

std::int64_t ticks(timestamp_ms when) {
  return when.time_since_epoch().count();
}

std::vector<job_record> read_all(SQLite::Statement& query) {
  std::vector<job_record> jobs;
  while (query.executeStep()) jobs.push_back(read_job(query));
  return jobs;
}

std::string make_job_id(timestamp_ms now) {
  // BU-L9: not a secret. Two uploads of one millisecond meet once in a million; `add` then draws again.
  thread_local std::minstd_rand digits{std::random_device{}()};
  auto text = std::to_string(std::uniform_int_distribution<int>(0, 999'999)(digits));
  return "job-" + std::to_string(ticks(now)) + "-" + std::string(6 - text.size(), '0') + text;
}

void bind_optional(SQLite::Statement& statement, char const* name, std::optional<std::string> const& value) {
  if (value)
    statement.bind(name, *value);
  else
    statement.bind(name);
}

}  // namespace

job_table::job_table(database& db, job_tables tables)
    : database_(db), tables_(std::move(tables)), connection_(db.connect(commit_survives::power_loss)) {}

/** The statement for this pipeline's table. */
std::string job_table::sql(std::string text) const {
  constexpr std::string_view place = "{jobs}";
  for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at))
    text.replace(at, place.size(), tables_.jobs);
  return text;
}

/** False when there is a job of that id. */
bool job_table::insert(job_record const& job) {
  SQLite::Statement insert(*connection_,
                           sql("INSERT INTO {jobs} (job_id, user_id, file_name, stored_file, stored_bytes, "
                               "uploaded_at, queue_order, status) VALUES (?, ?, ?, ?, ?, ?, (SELECT "
                               "coalesce(max(queue_order), 0) + 1 FROM {jobs}), 'pending') "
                               "ON CONFLICT (job_id) DO NOTHING"));
  insert.bind(1, job.job_id);
  insert.bind(2, job.user);
  insert.bind(3, job.file_name);
  insert.bind(4, job.stored_file.string());
  insert.bind(5, static_cast<std::int64_t>(job.stored_bytes));
  insert.bind(6, ticks(job.uploaded_at));
  return insert.exec() != 0;
}

job_record job_table::add(std::string const& user, std::string const& file_name,
                          std::filesystem::path const& stored_file, std::uint64_t stored_bytes,
                          timestamp_ms now) {
  while (true)
    if (auto job = add_named(make_job_id(now), user, file_name, stored_file, stored_bytes, now))
      return std::move(*job);
}

std::optional<job_record> job_table::add_named(std::string const& job_id, std::string const& user,
                                               std::string const& file_name,
                                               std::filesystem::path const& stored_file,
                                               std::uint64_t stored_bytes, timestamp_ms now) {
  return with_storage_errors("store the job", [&]() -> std::optional<job_record> {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    job_record job;
    job.job_id = job_id;
    job.user = user;
    job.file_name = file_name;
    job.stored_file = stored_file;
    job.stored_bytes = stored_bytes;
    job.uploaded_at = now;
    if (!insert(job)) return std::nullopt;
    auto added = by_seq(connection_->getLastInsertRowid());
    crash_point("accept: before the commit");
    transaction.commit();
    crash_point("accept: committed");
    return added;
  });
}

std::optional<job_record> job_table::add_failed(std::string const& job_id, std::string const& user,
                                                std::string const& file_name, std::string const& error,
                                                timestamp_ms now) {
  return with_storage_errors("store the job", [&]() -> std::optional<job_record> {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    job_record job;
    job.job_id = job_id;
    job.user = user;
    job.file_name = file_name;
    job.uploaded_at = now;
    if (!insert(job)) return std::nullopt;
    auto const seq = connection_->getLastInsertRowid();
    SQLite::Statement fail(*connection_,
                           sql("UPDATE {jobs} SET status = 'failed', ended_at = ?, error = ? WHERE seq = ?"));
    fail.bind(1, ticks(now));
    fail.bind(2, error);
    fail.bind(3, seq);
    fail.exec();
    auto added = by_seq(seq);
    transaction.commit();
    return added;
  });
}

std::optional<job_record> job_table::by_seq(std::int64_t seq) const {
  SQLite::Statement query(*connection_, sql(std::string(select_jobs) + "WHERE seq = ?"));
  query.bind(1, seq);
  if (!query.executeStep()) return std::nullopt;
  return read_job(query);
}

std::optional<job_record> job_table::find(std::string const& job_id) const {
  return with_storage_errors("look a job up", [&]() -> std::optional<job_record> {
    std::lock_guard lock(mutex_);
    SQLite::Statement query(*connection_, sql(std::string(select_jobs) + "WHERE job_id = ?"));
    query.bind(1, job_id);
    if (!query.executeStep()) return std::nullopt;
    return read_job(query);
  });
}

std::optional<job_record> job_table::claim(timestamp_ms now) {
  return with_storage_errors("begin a job", [&]() -> std::optional<job_record> {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    SQLite::Statement update(
        *connection_,
        sql("UPDATE {jobs} SET status = 'processing', attempt = attempt + 1, started_at = ?, stage = "
            "NULL, "
            "progress = 0, total_records = NULL, valid_records = NULL, invalid_ids = NULL, duplicates = "
            "NULL, "
            "not_registered = NULL WHERE seq = (SELECT seq FROM {jobs} WHERE status = 'pending' "
            "ORDER BY queue_order LIMIT 1) RETURNING seq"));
    update.bind(1, ticks(now));
    if (!update.executeStep()) return std::nullopt;
    auto const seq = update.getColumn(0).getInt64();
    update.reset();
    auto job = by_seq(seq);
    crash_point("claim: before the commit");
    transaction.commit();
    crash_point("claim: committed");
    return job;
  });
}

bool job_table::end(attempt_key key, job_end const& how, timestamp_ms now, job_record& after) {
  return end_where("status = 'processing' AND attempt = :attempt", key, how, now, after);
}

bool job_table::cancel(attempt_key key, job_end const& how, timestamp_ms now, job_record& after) {
  return end_where("status IN ('pending', 'processing') AND attempt = :attempt", key, how, now, after);
}

bool job_table::end_where(char const* condition, attempt_key key, job_end const& how, timestamp_ms now,
                          job_record& after) {
  return with_storage_errors("end a job", [&] {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    SQLite::Statement update(
        *connection_,
        sql(std::string("UPDATE {jobs} SET status = :status, ended_at = :now, stage = :stage, "
                        "progress = :progress, total_records = :total, valid_records = :valid, invalid_ids = "
                        ":invalid, "
                        "duplicates = :duplicates, not_registered = :not_registered, report_file = :report, "
                        "error = :error, interruptions = 0") +
            (how.status == job_status::completed ? ", inserts = coalesce(inserts, 0), updates = "
                                                   "coalesce(updates, 0), errors = coalesce(errors, 0)"
                                                 : "") +
            " WHERE seq = :seq AND " + condition));
    update.bind(":status", std::string(to_string(how.status)));
    update.bind(":now", ticks(now));
    bind_optional(update, ":stage", how.stage);
    update.bind(":progress", how.progress);
    if (how.validation) {
      auto const bind = [&](char const* name, std::uint64_t n) {
        update.bind(name, static_cast<std::int64_t>(n));
      };
      bind(":total", how.validation->total_records);
      bind(":valid", how.validation->valid_records);
      bind(":invalid", how.validation->invalid_ids);
      bind(":duplicates", how.validation->duplicates);
      bind(":not_registered", how.validation->not_registered);
    }
    if (how.report_file) update.bind(":report", how.report_file->string());
    bind_optional(update, ":error", how.error);
    update.bind(":seq", key.job_seq);
    update.bind(":attempt", key.attempt);
    if (update.exec() == 0) return false;
    if (how.status == job_status::completed) forget_attempts(key.job_seq);
    after = *by_seq(key.job_seq);
    crash_point("end: before the commit");
    transaction.commit();
    crash_point("end: committed");
    return true;
  });
}

/** Deletes what was kept for a further attempt: there will be none. */
void job_table::forget_attempts(std::int64_t seq) {
  for (auto const& table : tables_.of_attempts) {
    SQLite::Statement forget(*connection_, "DELETE FROM " + table + " WHERE job_seq = ?");
    forget.bind(1, seq);
    forget.exec();
  }
}

bool job_table::retry(std::string const& job_id) {
  return with_storage_errors("queue a job again", [&] {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    SQLite::Statement update(
        *connection_, sql("UPDATE {jobs} SET status = 'pending', attempt = attempt + 1, "
                          "started_at = NULL, ended_at = NULL, error = NULL, "
                          "stage = NULL, progress = 0, "
                          "total_records = NULL, valid_records = NULL, invalid_ids = NULL, duplicates = "
                          "NULL, not_registered = NULL, "
                          "queue_order = (SELECT max(queue_order) + 1 FROM {jobs}) "
                          "WHERE job_id = ? AND status IN ('failed', 'cancelled')"));
    update.bind(1, job_id);
    if (update.exec() == 0) return false;
    transaction.commit();
    return true;
  });
}

void job_table::release(attempt_key key) {
  with_storage_errors("put a job back", [&] {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    SQLite::Statement update(*connection_, sql("UPDATE {jobs} SET status = 'pending' "
                                               "WHERE seq = ? AND attempt = ? AND status = 'processing'"));
    update.bind(1, key.job_seq);
    update.bind(2, key.attempt);
    update.exec();
    transaction.commit();
  });
}

std::uint64_t job_table::recover(unsigned max_interruptions, std::string const& error, timestamp_ms now) {
  return with_storage_errors("take up interrupted jobs", [&] {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    SQLite::Statement fail(*connection_,
                           sql("UPDATE {jobs} SET status = 'failed', ended_at = ?, error = ?, "
                               "interruptions = 0 WHERE status = 'processing' AND interruptions + 1 >= ?"));
    fail.bind(1, ticks(now));
    fail.bind(2, error);
    fail.bind(3, static_cast<std::int64_t>(max_interruptions));
    fail.exec();
    auto const waiting =
        connection_->exec(sql("UPDATE {jobs} SET status = 'pending', interruptions = interruptions + 1 "
                              "WHERE status = 'processing'"));
    transaction.commit();
    return static_cast<std::uint64_t>(waiting);
  });
}

std::vector<std::filesystem::path> job_table::expire(timestamp_ms ended_before, std::size_t most_jobs) {
  return with_storage_errors("let go of old files", [&] {
    std::lock_guard lock(mutex_);
    write_transaction transaction(database_, *connection_);
    SQLite::Statement old(
        *connection_, sql("SELECT seq, stored_file, report_file FROM {jobs} WHERE ended_at < ? "
                          "AND (stored_file <> '' OR report_file IS NOT NULL) ORDER BY ended_at LIMIT ?"));
    old.bind(1, ticks(ended_before));
    old.bind(2, static_cast<std::int64_t>(most_jobs));
    std::vector<std::int64_t> jobs;
    std::vector<std::filesystem::path> files;
    while (old.executeStep()) {
      jobs.push_back(old.getColumn(0).getInt64());
      for (int column : {1, 2})
        if (auto name = old.getColumn(column).getString(); !name.empty()) files.emplace_back(std::move(name));
    }
    old.reset();
    SQLite::Statement let_go(*connection_,
                             sql("UPDATE {jobs} SET stored_file = '', report_file = NULL WHERE seq = ?"));
    for (auto const seq : jobs) {
      let_go.bind(1, seq);
      let_go.exec();
      let_go.reset();
      forget_attempts(seq);
    }
    crash_point("expiry: before the commit");
    transaction.commit();
    crash_point("expiry: committed");
    return files;
  });
}

std::vector<job_record> job_table::history(std::string const& user, std::uint64_t offset,
                                           std::uint64_t limit) const {
  return with_storage_errors("list jobs", [&] {
    std::lock_guard lock(mutex_);
    SQLite::Statement query(
        *connection_, sql(std::string(select_jobs) + "WHERE user_id = ? ORDER BY seq DESC LIMIT ? OFFSET ?"));
    query.bind(1, user);
    query.bind(2, static_cast<std::int64_t>(limit));
    query.bind(3, static_cast<std::int64_t>(offset));
    return read_all(query);
  });
}

std::vector<job_record> job_table::queue(std::string const& user, std::uint64_t limit) const {
  return with_storage_errors("list the queue", [&] {
    std::lock_guard lock(mutex_);
    SQLite::Statement query(*connection_, sql(std::string(select_jobs) +
                                              "WHERE user_id = ? AND status IN ('pending', 'processing') "
                                              "ORDER BY status = 'pending', queue_order LIMIT ?"));
    query.bind(1, user);
    query.bind(2, static_cast<std::int64_t>(limit));
    return read_all(query);
  });
}

queue_counts job_table::counts(std::string const& user) const {
  return with_storage_errors("count jobs", [&] {
    std::lock_guard lock(mutex_);
    SQLite::Statement query(*connection_,
                            sql("SELECT status, count(*) FROM {jobs} WHERE user_id = ? GROUP BY status"));
    query.bind(1, user);
    queue_counts counts;
    while (query.executeStep()) {
      auto const n = static_cast<std::uint64_t>(query.getColumn(1).getInt64());
      counts.total += n;
      switch (status_named(query.getColumn(0).getText())) {
        case job_status::pending:
          counts.waiting += n;
          break;
        case job_status::processing:
          counts.active += n;
          break;
        case job_status::completed:
          counts.completed += n;
          break;
        case job_status::failed:
        case job_status::cancelled:
          counts.failed += n;
          break;
      }
    }
    return counts;
  });
}

std::set<std::filesystem::path> job_table::files_in_use() const {
  return with_storage_errors("list stored files", [&] {
    std::lock_guard lock(mutex_);
    SQLite::Statement query(*connection_,
                            sql("SELECT stored_file FROM {jobs} WHERE status <> 'completed' "
                                "AND stored_file <> '' UNION ALL "
                                "SELECT report_file FROM {jobs} WHERE report_file IS NOT NULL"));
    std::set<std::filesystem::path> files;
    while (query.executeStep()) files.emplace(query.getColumn(0).getString());
    return files;
  });
}

}  // namespace uploadproto::reference
