// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include <shipped_file.hpp>

#include "clauses/clause_book.hpp"

UPLOADPROTO_SHIP_FILE(spec_common, UPLOADPROTO_SPEC_DIRECTORY "/README.md");
UPLOADPROTO_SHIP_FILE(spec_bulk_upload, UPLOADPROTO_SPEC_DIRECTORY "/bulk-upload.md");
UPLOADPROTO_SHIP_FILE(spec_file_upload, UPLOADPROTO_SPEC_DIRECTORY "/file-upload.md");
UPLOADPROTO_SHIP_FILE(spec_upload_progress, UPLOADPROTO_SPEC_DIRECTORY "/upload-progress.md");
UPLOADPROTO_SHIP_FILE(spec_consumer_events, UPLOADPROTO_SPEC_DIRECTORY "/consumer-events.md");

namespace uploadproto::conformance {

clause_book const& shipped_clauses() {
  static clause_book const book = [] {
    clause_book pages;
    for (std::string_view page :
         {shipped_bytes_of_spec_common(), shipped_bytes_of_spec_bulk_upload(),
          shipped_bytes_of_spec_file_upload(), shipped_bytes_of_spec_upload_progress(),
          shipped_bytes_of_spec_consumer_events()})
      pages.add(page);
    return pages;
  }();
  return book;
}

}  // namespace uploadproto::conformance
