// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_ATTEMPT_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_ATTEMPT_HPP

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/header_map.hpp"
#include "jobs/job_table.hpp"
#include "pipelines/bulk_upload/event_feed.hpp"
#include "pipelines/bulk_upload/row_store.hpp"
#include "register/register_lookup.hpp"
#include "storage/database.hpp"

namespace uploadproto::reference {

/** What every attempt works with. */
struct bulk_upload_environment {
  database& db;
  register_lookup& lookup;
  std::filesystem::path work;  ///< for files without a name
  std::filesystem::path reports;
  std::size_t batch_rows;
};

/** One attempt of one job: what its stages share and hand on. Belongs to the worker's thread. */
struct bulk_upload_attempt {
  bulk_upload_attempt(bulk_upload_environment const& env, job_record const& of, event_feed& events)
      : environment(env), job(of), feed(events), store(env.work) {}

  bulk_upload_environment const& environment;
  job_record const& job;
  event_feed& feed;

  // Filled by the stages, in their order.
  std::string sheet_name;
  std::vector<std::string> titles;                               ///< header texts, as the columns of `store`
  std::array<std::optional<std::size_t>, column_count> known{};  ///< column of `store` of a known meaning
  row_store store;
  validation_counts validation;
  std::uint64_t unchecked = 0;  ///< valid rows that the register gave no answer to
  database_counts database;     ///< what this job has done, earlier attempts included
  std::filesystem::path report;

  /** Ends the attempt here if it is to be dropped. @throws attempt_stopped */
  void check() const { feed.check(); }
};

}  // namespace uploadproto::reference

#endif
