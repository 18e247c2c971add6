// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_LOAD_FILE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_FILE_UPLOAD_LOAD_FILE_HPP

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "jobs/job_table.hpp"
#include "pipelines/file_upload/load_feed.hpp"
#include "pipelines/file_upload/load_table.hpp"
#include "storage/database.hpp"

namespace uploadproto::reference {

/** What every attempt works with. */
struct file_upload_environment {
  database& db;
  load_table const& loads;
  std::filesystem::path work;  ///< for files without a name
  std::uint64_t max_rows;
  std::size_t batch_rows;
};

/** One attempt of a job: counts the file's rows, by which it finds a file that cannot be loaded at all
    (FU-P3) before anything is stored, then stores them batch by batch from where an attempt before it was
    broken off.
    @return how the job is to end
    @throws attempt_stopped, storage_full as `job_pipeline::run` */
job_end load_file(file_upload_environment const& with, job_record const& job, load_feed& feed);

}  // namespace uploadproto::reference

#endif
