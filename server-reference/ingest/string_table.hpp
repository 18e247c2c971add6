// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_INGEST_STRING_TABLE_HPP
#define UPLOADPROTO_REFERENCE_INGEST_STRING_TABLE_HPP

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "ingest/spill_buffer.hpp"
#include "ingest/workbook_reader.hpp"
#include "ingest/xml_parser.hpp"

namespace uploadproto::reference {

/// The texts that cells share, by index: one run of bytes and one of offsets, both spilled to disk when
/// large.
class string_table {
 public:
  string_table(workbook_limits const& limits, std::filesystem::path const& spill_directory);

  /// \throws input_error `too_large` beyond the limits, `no_space` on a full disk.
  void append(std::string_view text);

  std::uint32_t size() const noexcept { return count_; }
  bool spilled() const noexcept { return text_.spilled(); }

  /// \param index  below size(). The view is valid until the next call.
  std::string_view operator[](std::uint32_t index);

 private:
  std::uint32_t max_count_;
  std::uint32_t count_ = 0;
  spill_buffer text_;
  spill_buffer ends_;  // where each text ends: 32 bits each
};

/// Reads the part `sharedStrings.xml` into a table: runs joined, phonetic hints left out.
class string_table_handler final : public xml_handler {
 public:
  string_table_handler(string_table& table, workbook_limits const& limits) : table_(table), limits_(limits) {}

  void start(std::string_view name, xml_attributes attributes) override;
  void end(std::string_view name) override;
  void text(std::string_view piece) override;

 private:
  string_table& table_;
  workbook_limits const& limits_;
  std::string value_;
  std::size_t phonetic_ = 0;  // depth inside rPh
  bool in_item_ = false;
  bool in_text_ = false;
};

}  // namespace uploadproto::reference

#endif
