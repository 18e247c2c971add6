// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_HTTP_MULTIPART_FILE_HPP
#define UPLOADPROTO_CLI_HTTP_MULTIPART_FILE_HPP

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace uploadproto::cli {

/** What surrounds a file in a multipart/form-data body (RFC 7578). */
struct multipart_frame {
  std::string content_type;  ///< of the whole body
  std::string head, tail;    ///< before and after the file's bytes
};

/** Names and values that go before the file. */
using form_fields = std::vector<std::pair<std::string, std::string>>;

/** How the file's part is described. */
struct file_part {
  std::string_view field, file_name, media_type;
};

/** @param boundary characters that do not occur in the file: 32 random hexadecimal digits or so */
multipart_frame make_multipart_frame(form_fields const& fields, file_part const& file,
                                     std::string_view boundary);

/** A file that is read piece by piece while it is sent. */
class file_source {
 public:
  /** @throws failure with `exit_code::usage` when it is no file that can be read */
  explicit file_source(std::filesystem::path const&);

  std::uint64_t size() const noexcept { return size_; }

  /** The next piece, of 64 KiB or what is left; empty at the end. Valid until the next call.
      @throws failure with `exit_code::usage` when the file has become shorter */
  std::string_view next();

 private:
  std::filesystem::path path_;
  std::ifstream in_;
  std::uint64_t size_ = 0, left_ = 0;
  std::string piece_;
};

}  // namespace uploadproto::cli

#endif
