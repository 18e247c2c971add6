// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "cli/http/multipart_file.hpp"

#include <algorithm>

#include "cli/exit_code.hpp"

namespace uploadproto::cli {
namespace {

constexpr std::size_t piece_size = 64 * 1024;

/** As browsers do (WHATWG, multipart/form-data encoding): no quote or line break ends the name early. */
std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"')
      out += "%22";
    else if (c == '\r')
      out += "%0D";
    else if (c == '\n')
      out += "%0A";
    else
      out += c;
  }
  return out += '"';
}

}  // namespace

multipart_frame make_multipart_frame(form_fields const& fields, file_part const& file,
                                     std::string_view boundary) {
  multipart_frame frame;
  frame.content_type = "multipart/form-data; boundary=" + std::string(boundary);
  std::string const begin = "--" + std::string(boundary) + "\r\nContent-Disposition: form-data; name=";
  for (auto const& [name, value] : fields)
    frame.head += begin + in_quotes(name) + "\r\n\r\n" + value + "\r\n";
  frame.head += begin + in_quotes(file.field) + "; filename=" + in_quotes(file.file_name) +
                "\r\nContent-Type: " + std::string(file.media_type) + "\r\n\r\n";
  frame.tail = "\r\n--" + std::string(boundary) + "--\r\n";
  return frame;
}

file_source::file_source(std::filesystem::path const& path) : path_(path), in_(path, std::ios::binary) {
  std::error_code error;
  auto const status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) throw failure(exit_code::usage, "there is no file " + path.string());
  if (!std::filesystem::is_regular_file(status))
    throw failure(exit_code::usage, path.string() + " is no file");
  size_ = left_ = std::filesystem::file_size(path, error);
  if (error || !in_.is_open()) throw failure(exit_code::usage, "cannot read " + path.string());
}

std::string_view file_source::next() {
  piece_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(piece_size, left_)));
  in_.read(piece_.data(), static_cast<std::streamsize>(piece_.size()));
  if (static_cast<std::size_t>(in_.gcount()) != piece_.size())
    throw failure(exit_code::usage, path_.string() + " became shorter while it was being uploaded");
  left_ -= piece_.size();
  return piece_;
}

}  // namespace uploadproto::cli
