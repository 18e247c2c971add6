// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// What is read of the file: the stages `validation`, `scanning` and `parsing`.
#include <algorithm>
#include <tuple>

#include "jobs/job_attempt.hpp"
#include "pipelines/upload_progress/batch_attempt.hpp"
#include "pipelines/wording.hpp"

namespace uploadproto::reference {
namespace {

constexpr std::size_t most_problems_told = 3;

// What is wrong with the file is told to its owner; a stop is none.
template <class Work>
auto reading(Work work) {
  try {
    return work();
  } catch (input_error const& e) {
    if (e.problem() == input_problem::cancelled) throw attempt_stopped();
    if (e.problem() == input_problem::unreadable) throw;
    throw job_failure(e.what());
  }
}

double part_read(csv_reader const& file) {
  return file.total() == 0 ? 0 : static_cast<double>(file.bytes_read()) / static_cast<double>(file.total());
}

std::uint64_t zigzag(std::int64_t number) {
  return (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
}

std::int64_t unzigzag(std::uint64_t number) {
  return static_cast<std::int64_t>((number >> 1) ^ (0 - (number & 1)));
}

}  // namespace

csv_reader batch_attempt::open() const {
  return csv_reader::open(job.stored_file, environment.csv, [this] { return feed.stop_requested(); });
}

// The texts are one, so that they can be read without a copy.
void batch_attempt::put(transaction const& t) {
  texts.assign(t.date.text());
  texts.append(t.description).append(t.vendor).append(t.reference);
  rows.put(t.row);
  rows.put(zigzag(t.amount));
  rows.put(t.description.size());
  rows.put(t.vendor.size());
  rows.put(texts);
}

stored_transaction batch_attempt::read(spool::reader& from) {
  stored_transaction t;
  t.row = from.number();
  t.amount = unzigzag(from.number());
  auto const description = from.number(), vendor = from.number();
  auto text = from.text();
  auto const take = [&](std::size_t size) {
    auto const part = text.substr(0, size);
    text.remove_prefix(part.size());
    return part;
  };
  t.date = take(std::tuple_size_v<decltype(date_reading::iso)>);
  t.description = take(description);
  t.vendor = take(vendor);
  t.reference = text;
  return t;
}

namespace batch_stages {

std::string validation(batch_attempt& attempt) {
  return reading([&] {
    auto file = attempt.open();
    csv_row row;
    if (!file.next(row))
      throw job_failure("The file is empty: expected a row of column names and rows below it.");
    attempt.reader.emplace(transaction_columns::read(row));
    while (file.next(row)) {
      attempt.reader->look_at(row);
      if (++attempt.total % rows_a_look == 0) {
        attempt.check();
        attempt.feed.advance(part_read(file), "Checked " + counted(attempt.total, "row", "rows"));
      }
    }
    if (attempt.total == 0) throw job_failure("The file has no rows below the column names.");
    attempt.feed.count({0, attempt.total, 0});
    return "The file is a CSV of " + counted(attempt.total, "row", "rows");
  });
}

std::string scanning(batch_attempt& attempt) {
  auto& scanner = attempt.environment.scanner;
  std::string const by = attempt.environment.scanner_is_configured
                             ? "by " + std::string(scanner.name())
                             : "by the built-in checks; no malware scanner is configured";
  auto const size = std::max<std::uint64_t>(attempt.job.stored_bytes, 1);
  try {
    auto const verdict = scanner.scan(
        attempt.job.stored_file,
        [&](std::uint64_t bytes) {
          attempt.feed.advance(static_cast<double>(bytes) / static_cast<double>(size),
                               "Scanning for malware");
        },
        [&] { return attempt.feed.stop_requested(); });
    if (verdict.infected())
      throw job_failure("The file is infected (" + verdict.found + ") and was not stored.");
  } catch (scan_stopped const&) {
    throw attempt_stopped();
  } catch (scan_failed const& e) {
    throw job_failure(std::string(e.what()) + ".");
  }
  return "No malware was found " + by;
}

std::string parsing(batch_attempt& attempt) {
  return reading([&] {
    auto file = attempt.open();
    csv_row row;
    file.next(row);
    std::string problems;
    transaction t;
    while (file.next(row)) {
      auto const problem = attempt.reader->read(row, t);
      if (problem.empty()) {
        ++attempt.good;
        attempt.put(t);
      } else if (++attempt.bad <= most_problems_told) {
        problems += " " + problem;
      }
      auto const done = attempt.good + attempt.bad;
      if (done % rows_a_look != 0) continue;
      attempt.check();
      attempt.feed.count({done, attempt.total, attempt.bad});
      attempt.feed.rows_done(done, "Read " + grouped(done) + " of " + counted(attempt.total, "row", "rows"));
    }
    if (attempt.good == 0) throw job_failure("None of the rows could be read." + problems);
    attempt.feed.count({attempt.total, attempt.total, attempt.bad});
    if (attempt.bad == 0) return "Read " + counted(attempt.total, "row", "rows");
    return "Read " + counted(attempt.total, "row", "rows") + "; " + counted(attempt.bad, "was", "were") +
           " not taken:" + problems + (attempt.bad > most_problems_told ? " …" : "");
  });
}

}  // namespace batch_stages
}  // namespace uploadproto::reference
