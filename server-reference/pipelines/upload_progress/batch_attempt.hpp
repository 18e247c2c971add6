// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_BATCH_ATTEMPT_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_UPLOAD_PROGRESS_BATCH_ATTEMPT_HPP

#include <filesystem>
#include <optional>
#include <string>

#include "categories/categoriser.hpp"
#include "ingest/csv_reader.hpp"
#include "jobs/job_table.hpp"
#include "pipelines/upload_progress/batch_feed.hpp"
#include "stages/malware_scan.hpp"
#include "stages/transaction_rows.hpp"
#include "storage/database.hpp"
#include "storage/spool.hpp"
#include "storage/transaction_writer.hpp"

namespace uploadproto::reference {

/** What every attempt works with. */
struct batch_environment {
  database& db;
  malware_scanner& scanner;
  bool scanner_is_configured;  ///< else the messages say that there are just the built-in checks (UP-P2)
  categoriser const& categories;
  csv_options csv;
  std::filesystem::path work;  ///< for files without a name
  std::size_t rows_a_commit;
};

/** One attempt of one batch: what its stages share and hand on. Belongs to the worker's thread. */
struct batch_attempt {
  batch_attempt(batch_environment const& env, job_record const& of, batch_feed& messages)
      : environment(env), job(of), feed(messages), rows(env.work) {}

  batch_environment const& environment;
  job_record const& job;
  batch_feed& feed;

  // Filled by the stages, in their order.
  std::optional<transaction_reader> reader;
  std::uint64_t total = 0, good = 0, bad = 0;
  spool rows;  ///< the good ones, by put() and read()
  std::string texts;

  /** The file from its beginning, the header included. */
  csv_reader open() const;

  void put(transaction const& t);
  /** The texts are valid until the next call. */
  static stored_transaction read(spool::reader& from);

  void check() const { feed.check(); }
};

/** How many rows pass between two looks at the clock and at whether to stop. */
inline constexpr std::uint64_t rows_a_look = 2048;

/** The stages (UP-L1, UP-P1 to P5): each does its work and returns its last message. They throw `job_failure`
   with the sentence for the user, `attempt_stopped`, `storage_full` and what they cannot foresee. */
namespace batch_stages {

std::string validation(batch_attempt& attempt);
std::string scanning(batch_attempt& attempt);
std::string parsing(batch_attempt& attempt);
std::string store(batch_attempt& attempt);
std::string categorization(batch_attempt& attempt);

}  // namespace batch_stages

/** Runs the five stages of one attempt in the worker's thread. As `job_pipeline::run`. */
job_end run_batch(batch_attempt& attempt);

}  // namespace uploadproto::reference

#endif
