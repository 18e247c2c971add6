// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_REGISTER_ANSWERS_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_REGISTER_ANSWERS_HPP

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <memory>
#include <span>

#include "register/register_lookup.hpp"
#include "storage/database.hpp"

namespace uploadproto::reference {

/** Keeps a job's definite answers of the register until the job completes, so that an attempt that follows a
   broken-off one asks for the rest only. Belongs to one thread. Throws `storage_full`, `std::runtime_error`.
 */
class register_answers {
 public:
  register_answers(database& db, std::int64_t job_seq) : database_(db), job_seq_(job_seq) {}

  /** Fills in what is known already. */
  void recall(std::span<id_key const> ids, std::span<register_answer> answers);

  /** Notes `registered` and `not_registered` answers, in one transaction. An unchecked id is asked again. */
  void keep(std::span<id_key const> ids, std::span<register_answer const> answers);

 private:
  SQLite::Database& connection();

  database& database_;
  std::int64_t job_seq_;
  std::unique_ptr<SQLite::Database> connection_;  ///< made when first needed
};

}  // namespace uploadproto::reference

#endif
