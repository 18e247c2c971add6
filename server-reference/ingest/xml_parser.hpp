// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_XML_PARSER_HPP
#define UPLOADPROTO_REFERENCE_INGEST_XML_PARSER_HPP

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "ingest/workbook_reader.hpp"
#include "ingest/zip_archive.hpp"

namespace uploadproto::reference {

/// Attributes of an element, as the parser holds them: valid during `start` only.
class xml_attributes {
 public:
  explicit xml_attributes(char const** pairs) noexcept : pairs_(pairs) {}

  /// The value of the attribute without prefix, null when absent.
  char const* find(std::string_view name) const noexcept {
    for (char const** p = pairs_; *p; p += 2)
      if (name == *p) return p[1];
    return nullptr;
  }

  /// The value of the attribute with this local name and some prefix (`r:id`), null when absent.
  char const* find_prefixed(std::string_view local) const noexcept;

 private:
  char const** pairs_;
};

/// Receives one document. Names come without their prefix. May throw.
class xml_handler {
 public:
  virtual ~xml_handler() = default;
  virtual void start(std::string_view name, xml_attributes attributes) = 0;
  virtual void end(std::string_view name) = 0;
  virtual void text(std::string_view piece) = 0;  ///< in pieces, as the parser finds them
};

/// Parses one XML part of a workbook as a stream. Refuses document types (and with them every entity but the
/// five of XML itself), nesting beyond the limit, and documents that make the parser hold more memory than
/// allowed: an endless tag, or endlessly many different names.
class xml_parser {
 public:
  xml_parser(zip_archive& archive, zip_archive::part const& part, xml_handler& handler,
             workbook_limits const& limits, stop_requested const& stop);
  ~xml_parser();
  xml_parser(xml_parser const&) = delete;
  xml_parser& operator=(xml_parser const&) = delete;

  /// Parses until the handler calls `pause` or the document ends.
  /// \return false at the end.
  /// \throws input_error, also what the handler threw.
  bool run();

  /// For handlers, from `end` only: `run` returns after this element.
  void pause() noexcept;

  /// Unpacked bytes given to the parser so far.
  std::uint64_t bytes() const noexcept;

  struct state;  ///< internal

 private:
  std::unique_ptr<state> state_;
};

}  // namespace uploadproto::reference

#endif
