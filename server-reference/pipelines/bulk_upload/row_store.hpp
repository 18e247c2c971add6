// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_ROW_STORE_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_ROW_STORE_HPP

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "register/register_lookup.hpp"
#include "stages/report_writer.hpp"
#include "storage/member_batch.hpp"
#include "storage/spool.hpp"

namespace uploadproto::reference {

/** A row as it was uploaded. Views into the reader that gave it, valid until its next call. */
struct stored_row {
  std::uint32_t number = 0;             ///< as the user sees it in Excel
  std::vector<std::string_view> cells;  ///< by column of the header; trailing empty ones left out
  std::string_view cell(std::size_t column) const {
    return column < cells.size() ? cells[column] : std::string_view();
  }
};

/** What pre-validation says of a row. */
struct row_verdict {
  row_result result = row_result::valid;
  id_key id = 0;                ///< of valid and duplicate rows
  std::uint32_t first_row = 0;  ///< of a duplicate: where the id stands first
  std::string_view reason;      ///< of an invalid id, a sentence
};

/** Everything an attempt knows of its rows, on disk, each stage's part by itself and in the order of the
   sheet.

    Every row has a stored_row and a row_verdict. Only valid rows have a register_answer and a member_result.
 */
class row_store {
 public:
  explicit row_store(std::filesystem::path const& directory)
      : rows_(directory), verdicts_(directory), answers_(directory), results_(directory) {}

  void add(std::uint32_t number, std::span<std::string_view const> cells);
  void add(row_verdict const& verdict);
  void add(register_answer const& answer);
  void add(member_result const& result);

  std::uint64_t rows() const { return count_; }

  class row_reader {
   public:
    explicit row_reader(row_store& store) : source_(store.rows_) {}
    bool next(stored_row& row);

   private:
    spool::reader source_;
  };
  class verdict_reader {
   public:
    explicit verdict_reader(row_store& store) : source_(store.verdicts_) {}
    bool next(row_verdict& verdict);

   private:
    spool::reader source_;
  };
  class answer_reader {
   public:
    explicit answer_reader(row_store& store) : source_(store.answers_) {}
    void next(register_answer& answer);

   private:
    spool::reader source_;
  };
  class result_reader {
   public:
    explicit result_reader(row_store& store) : source_(store.results_) {}
    void next(member_result& result);

   private:
    spool::reader source_;
  };

 private:
  spool rows_;
  spool verdicts_;
  spool answers_;
  spool results_;
  std::uint64_t count_ = 0;
  std::string packed_;
};

}  // namespace uploadproto::reference

#endif
