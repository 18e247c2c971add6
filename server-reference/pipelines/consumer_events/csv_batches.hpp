// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_CSV_BATCHES_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_CONSUMER_EVENTS_CSV_BATCHES_HPP

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "storage/spool.hpp"

namespace uploadproto::reference {

/** CE-H2: rows travel in batches of this many. */
inline constexpr std::size_t rows_in_a_batch = 100;

/** A CSV file's rows as batches on disk, written as envelopes have them: how many there are is known before
    the first one goes out, whatever the file's size. */
struct csv_batches {
  spool rows;                        ///< the text of each batch's rows
  std::vector<std::uint32_t> sizes;  ///< rows of each batch
  std::uint64_t total = 0;           ///< rows
};

/** Reads a file whose header has `orderNumber`, `productName`, `quantity` and `price`, in any order and case,
    other columns beside them or not (CE-P2). Rows are not judged here: a bad one fails its batch later.
    @param work a directory for the batches
    @throws input_error (a csv_error where it has a place) for what is no such file or has no row;
            storage_full */
csv_batches read_csv_batches(std::filesystem::path const& file, std::filesystem::path const& work,
                             std::uint64_t max_rows);

}  // namespace uploadproto::reference

#endif
