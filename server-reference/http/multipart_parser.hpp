// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_MULTIPART_PARSER_HPP
#define UPLOADPROTO_REFERENCE_HTTP_MULTIPART_PARSER_HPP

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

/** @file
    multipart/form-data (RFC 7578, RFC 2046 5.1) pushed through in chunks of any size. Memory: the boundary
   and one part's headers; never a part's contents.
*/
namespace uploadproto::reference::http {

/** What a part says of itself. */
struct part_headers {
  std::string name;                      ///< `name` of Content-Disposition
  std::optional<std::string> file_name;  ///< as sent: `filename*` if there, else `filename`; unchecked
  std::string content_type;              ///< empty when absent
};

/** Takes what the parser finds. A non-empty return stops it; it is the sentence of
 * multipart_parser::failure(). */
class part_sink {
 public:
  virtual ~part_sink() = default;
  virtual std::string on_part(part_headers const& headers) = 0;
  virtual std::string on_data(std::string_view bytes) = 0;
  virtual std::string on_part_end() = 0;
};

class multipart_parser {
 public:
  struct limits {
    std::size_t max_parts = 16;
    std::size_t max_header_bytes = 8 * 1024;  ///< a part
  };

  /** @param boundary 1 to 70 characters, see boundary_of(). @param sink outlives the parser */
  multipart_parser(std::string_view boundary, part_sink& sink, limits const& l);
  multipart_parser(std::string_view boundary, part_sink& sink) : multipart_parser(boundary, sink, limits{}) {}

  /** The `boundary` of a Content-Type that is multipart/form-data; nothing for another type, and an empty
     string for a missing or malformed boundary. */
  static std::optional<std::string> boundary_of(std::string_view content_type);

  /** @return false once the body is known to be wrong; failure() says why. What comes after the closing
     delimiter is ignored. */
  bool put(std::string_view chunk);

  /** To be called at the end of the body. @return false where the closing delimiter has not come */
  bool finish();

  /** True after the closing delimiter. */
  bool complete() const noexcept { return state_ == state::epilogue; }

  /** A sentence for the sender; empty as long as all is well. */
  std::string const& failure() const noexcept { return failure_; }

 private:
  enum class state : unsigned char { preamble, data, after_delimiter, closing, header, epilogue, failed };

  bool fail(std::string why);
  bool emit(std::string_view bytes);
  bool scan(std::string_view& rest);
  bool on_delimiter();
  bool after_delimiter(char c);
  bool header(char c);
  bool end_of_headers();

  part_sink& sink_;
  limits limits_;
  std::string delimiter_;  // CR LF "--" boundary
  std::size_t matched_;    // characters of the delimiter that the input ends in
  std::size_t borrowed_;   // of those, how many belong to the line before and are no contents
  state state_ = state::preamble;
  std::size_t parts_ = 0;
  std::string headers_;  // of the part that begins
  std::string failure_;
};

}  // namespace uploadproto::reference::http

#endif
