// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "pipelines/file_upload/load_file.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "ingest/table_reader.hpp"
#include "pipelines/file_upload/row_loader.hpp"
#include "storage/crash_point.hpp"
#include "storage/storage_error.hpp"
#include "templates/column_map.hpp"

namespace uploadproto::reference {
namespace {

/** A file with its header read. */
class open_table {
 public:
  open_table(file_upload_environment const& with, job_record const& job, job_attempt const& attempt,
             file_template const& through)
      : attempt_(attempt),
        reader_(table_reader::open(
            job.stored_file, table_kind_of(job.file_name).value_or(table_kind::workbook), with.max_rows,
            [&attempt] { return attempt.stop_requested(); }, with.work)),
        columns_(through, header()) {}

  /** @throws attempt_stopped */
  bool next(row& out) {
    attempt_.check();
    return reader_.next(out);
  }

  judged_row judge(row const& cells) const {
    if (reader_.problem().empty()) return columns_.judge(cells);
    judged_row bad;
    bad.number = cells.number();
    bad.problems = {reader_.problem()};
    return bad;
  }

 private:
  row header() {
    row found;
    if (!reader_.next(found)) throw job_failure("The file holds no text");
    return found;
  }

  job_attempt const& attempt_;
  table_reader reader_;
  column_map columns_;
};

std::uint64_t count_rows(open_table table) {
  std::uint64_t rows = 0;
  for (row cells; table.next(cells);) ++rows;
  if (rows == 0) throw job_failure("The file has a header and no rows below it");
  return rows;
}

void load_rows(file_upload_environment const& with, open_table table, row_loader& loader,
               load_state const& state, load_feed& feed) {
  auto const already = state.last_row;
  std::size_t in_batch = 0;
  for (row cells; table.next(cells);) {
    if (cells.number() <= already) continue;
    loader.add(table.judge(cells));
    if (++in_batch < with.batch_rows) continue;
    loader.commit();
    feed.processing(state);
    in_batch = 0;
  }
  if (in_batch == 0) return;
  loader.commit();
  feed.processing(state);
}

void load(file_upload_environment const& with, job_record const& job, load_feed& feed) {
  auto state = with.loads.find(job.job_id).value();
  auto const through = read_template(state.definition, state.template_name, state.template_name);
  row_loader loader(with.db, job.key, job.job_id, through, state);
  if (!state.total) {
    feed.started(state);
    crash_point("load: started");
    state.total = count_rows({with, job, feed, through});
    loader.commit();
  }
  feed.processing(state);
  load_rows(with, {with, job, feed, through}, loader, state, feed);
}

}  // namespace

job_end load_file(file_upload_environment const& with, job_record const& job, load_feed& feed) {
  auto const failed = [](char const* sentence) {
    return job_end{.status = job_status::failed, .error = sentence};
  };
  try {
    load(with, job, feed);
    return {.status = job_status::completed, .progress = 100};
  } catch (input_error const& error) {
    if (error.problem() == input_problem::cancelled) throw attempt_stopped();
    if (error.problem() == input_problem::no_space) throw storage_full(error.what());
    return failed(error.what());
  } catch (job_failure const& failure) {
    return failed(failure.what());
  } catch (attempt_over const&) {
    throw attempt_stopped();
  }
}

}  // namespace uploadproto::reference
