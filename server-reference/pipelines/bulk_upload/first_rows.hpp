// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_FIRST_ROWS_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_BULK_UPLOAD_FIRST_ROWS_HPP

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "register/register_lookup.hpp"

namespace uploadproto::reference {

/** Where each id stood first. Eight bytes a slot: an id needs 44 bits and the number of an Excel row 20, so a
   full sheet of a million rows costs 16 MiB and 100,000 rows cost 2. */
class first_rows {
 public:
  first_rows() : slots_(1024) {}

  /** @param row 2 to 1,048,576 @return the row where the id stood before, 0 when this is the first */
  std::uint32_t note(id_key id, std::uint32_t row) {
    if (used_ * 2 >= slots_.size()) grow();
    auto& slot = find(slots_, id);
    if (slot != 0) return static_cast<std::uint32_t>(slot & row_mask) + 1;
    slot = pack(id, row);
    ++used_;
    return 0;
  }

 private:
  static constexpr unsigned row_bits = 20;
  static constexpr std::uint64_t row_mask = (1u << row_bits) - 1;

  // Row 1 is the header, so the stored row is never 0 and neither is a used slot.
  static std::uint64_t pack(id_key id, std::uint32_t row) { return id << row_bits | (row - 1); }

  static std::uint64_t& find(std::vector<std::uint64_t>& slots, id_key id) {
    auto const mask = slots.size() - 1;
    auto at = (id * 0x9E3779B97F4A7C15) >> 20;
    while (slots[at & mask] != 0 && slots[at & mask] >> row_bits != id) ++at;
    return slots[at & mask];
  }

  void grow() {
    std::vector<std::uint64_t> larger(slots_.size() * 2);
    for (auto const slot : slots_)
      if (slot != 0) find(larger, slot >> row_bits) = slot;
    slots_ = std::move(larger);
  }

  std::vector<std::uint64_t> slots_;
  std::size_t used_ = 0;
};

}  // namespace uploadproto::reference

#endif
