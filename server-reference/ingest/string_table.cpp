// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "ingest/string_table.hpp"

#include <cstring>
#include <limits>

#include "ingest/cell_text.hpp"

namespace uploadproto::reference {

string_table::string_table(workbook_limits const& limits, std::filesystem::path const& spill_directory)
    : max_count_(limits.max_shared_strings),
      text_(limits.shared_strings_in_memory / 4 * 3, spill_directory),
      ends_(limits.shared_strings_in_memory / 4, spill_directory) {}

void string_table::append(std::string_view text) {
  if (count_ == max_count_)
    throw input_error(input_problem::too_large, "The workbook has more than " + std::to_string(max_count_) +
                                                    " different texts; split it.");
  if (text_.size() + text.size() > std::numeric_limits<std::uint32_t>::max())
    throw input_error(input_problem::too_large, "The workbook's texts take more than 4 GiB; split it.");
  text_.append(text);
  auto const end = static_cast<std::uint32_t>(text_.size());
  char bytes[sizeof end];
  std::memcpy(bytes, &end, sizeof end);
  ends_.append({bytes, sizeof end});
  ++count_;
}

std::string_view string_table::operator[](std::uint32_t index) {
  std::uint32_t bounds[2] = {0, 0};
  if (index == 0)
    std::memcpy(bounds + 1, ends_.read(0, 4).data(), 4);
  else
    std::memcpy(bounds, ends_.read((std::uint64_t{index} - 1) * 4, 8).data(), 8);
  return text_.read(bounds[0], bounds[1] - bounds[0]);
}

void string_table_handler::start(std::string_view name, xml_attributes) {
  if (name == "si") {
    in_item_ = true;
    value_.clear();
  } else if (name == "rPh" || phonetic_ > 0) {
    ++phonetic_;
  } else if (name == "t") {
    in_text_ = in_item_;
  }
}

void string_table_handler::end(std::string_view name) {
  if (phonetic_ > 0) {
    --phonetic_;
  } else if (name == "t") {
    in_text_ = false;
  } else if (name == "si") {
    in_item_ = false;
    decode_escapes(value_);
    table_.append(value_);
  }
}

void string_table_handler::text(std::string_view piece) {
  if (!in_text_ || phonetic_ > 0) return;
  if (value_.size() + piece.size() > limits_.max_cell_bytes)
    throw input_error(input_problem::too_large,
                      "A text of the workbook is longer than the 32,767 characters that a cell can hold.");
  value_.append(piece);
}

}  // namespace uploadproto::reference
