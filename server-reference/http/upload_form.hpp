// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_UPLOAD_FORM_HPP
#define UPLOADPROTO_REFERENCE_HTTP_UPLOAD_FORM_HPP

#include <boost/asio/thread_pool.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "http/request.hpp"
#include "http/upload_file.hpp"

namespace uploadproto::reference::http {

/** What an upload may be. */
struct upload_limits {
  std::uint64_t max_file_bytes = 50ull * 1024 * 1024;
  std::size_t max_field_bytes = 64 * 1024;  ///< of a form field that is no file
  std::size_t max_parts = 16;
  std::string file_field = "file";
  std::string extension = ".xlsx";
  std::vector<std::string> further_extensions{};  ///< that a file's name may end in as well
  std::vector<std::string> text_fields{};         ///< that are kept; others are read and dropped
};

/** The form's text fields that were asked for, by name; the last where one stands several times. */
using form_fields = std::map<std::string, std::string, std::less<>>;

/** A file that has arrived in full and is on the disk. */
struct received_file {
  std::unique_ptr<upload_file> stored;
  std::string name;  ///< to show; without directories
};

/** Reads a form with one file into `directory`. Parsing and writing happen on the pool; memory is one buffer.

    Whatever goes wrong, nothing stays on the disk.
    @param fields filled as they come in, also of a form that is refused in the end
    @throws http_error 400, 413, 415, 503 (disk full); connection_lost */
awaitable<received_file> receive_form(request& from, upload_limits const& limits,
                                      std::filesystem::path const& directory, asio::thread_pool& pool,
                                      form_fields* fields = nullptr);

}  // namespace uploadproto::reference::http

#endif
