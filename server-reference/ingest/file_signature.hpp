// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_FILE_SIGNATURE_HPP
#define UPLOADPROTO_REFERENCE_INGEST_FILE_SIGNATURE_HPP

#include <filesystem>

namespace uploadproto::reference {

/// Returns when the file begins like a zip archive.
/// \throws input_error saying what the file is instead: empty, a workbook behind a password, an old .xls one,
/// a PDF, …
void require_zip(std::filesystem::path const& file);

/// Returns unless the file begins like something that is no CSV file: a workbook, an archive, a PDF, …
/// \throws input_error saying what the file is instead; `empty_file`
void require_text(std::filesystem::path const& file);

}  // namespace uploadproto::reference

#endif
