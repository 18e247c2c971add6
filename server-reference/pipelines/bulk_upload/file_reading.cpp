// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/workbook_reader.hpp"
#include "pipelines/bulk_upload/stages.hpp"
#include "pipelines/wording.hpp"
#include "storage/storage_error.hpp"

namespace uploadproto::reference::stages {
namespace {

constexpr std::uint64_t report_every = 512;  // rows; the feed keeps its own pace

void take_header(bulk_upload_attempt& attempt, header_map const& header) {
  for (auto const& entry : header.entries()) {
    if (entry.known) attempt.known[static_cast<std::size_t>(*entry.known)] = attempt.titles.size();
    attempt.titles.push_back(entry.title);
  }
}

void take_rows(bulk_upload_attempt& attempt, workbook_reader& reader, header_map const& header) {
  auto const entries = header.entries();
  std::vector<std::string_view> cells(entries.size());
  row row;
  while (reader.next(row)) {
    for (std::size_t i = 0; i < entries.size(); ++i) cells[i] = row[entries[i].index];
    attempt.store.add(row.number(), cells);
    auto const rows = attempt.store.rows();
    if (rows % report_every != 0) continue;
    attempt.check();
    auto const part = static_cast<double>(reader.bytes_read()) /
                      static_cast<double>(std::max<std::uint64_t>(reader.total(), 1));
    attempt.feed.advance(part, "Read " + counted(rows, "row", "rows"));
  }
}

}  // namespace

std::string file_reading(bulk_upload_attempt& attempt) {
  try {
    auto reader = workbook_reader::open(
        attempt.job.stored_file, {}, [&] { return attempt.feed.stop_requested(); }, attempt.environment.work);
    auto const header = header_map::read(reader);
    attempt.sheet_name = reader.sheet_name();
    take_header(attempt, header);
    take_rows(attempt, reader, header);
  } catch (input_error const& error) {
    if (error.problem() == input_problem::cancelled) throw attempt_stopped();
    if (error.problem() == input_problem::no_space) throw storage_full(error.what());
    throw job_failure(error.what());
  }
  if (attempt.store.rows() == 0) throw job_failure("The worksheet has a header and no rows below it");
  return "Read " + counted(attempt.store.rows(), "row", "rows");
}

}  // namespace uploadproto::reference::stages
