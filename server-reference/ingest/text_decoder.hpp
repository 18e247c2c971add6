// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_TEXT_DECODER_HPP
#define UPLOADPROTO_REFERENCE_INGEST_TEXT_DECODER_HPP

#include <memory>
#include <string>
#include <string_view>

namespace uploadproto::reference {

/// Makes UTF-8 of a text file that arrives in pieces, and stops at the first byte that is no text (UP-P1).
///
/// A byte order mark (UTF-8, UTF-16 either way) decides over the declared encoding and is left out. What
/// comes out is UTF-8 (RFC 3629) without NUL characters. Holds a few bytes of an unfinished character, never
/// more.
class text_decoder {
 public:
  /// \param encoding  as declared, in any case: UTF-8, US-ASCII, UTF-16, UTF-16LE, UTF-16BE, ISO-8859-1 (read
  ///                  as Windows-1252, as browsers do), ISO-8859-15, Windows-1250, -1251 or -1252; "" is
  ///                  UTF-8.
  /// \throws input_error `not_text` for another name.
  explicit text_decoder(std::string_view encoding = {});
  ~text_decoder();
  text_decoder(text_decoder&&) noexcept;
  text_decoder& operator=(text_decoder&&) noexcept;

  /// Appends the text of the next bytes. False when they hold something that is no text: what comes before it
  /// has been appended, problem() tells, and nothing more is taken.
  bool decode(std::string_view bytes, std::string& out);

  /// The file ends here. False as above, also when it ends within a character.
  bool finish(std::string& out);

  /// What stands where text was expected, in the words `a NUL byte …`. "" while all is well.
  std::string const& problem() const noexcept;

  struct state;  ///< internal

 private:
  std::unique_ptr<state> state_;
};

}  // namespace uploadproto::reference

#endif
