// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_STORAGE_MEMBER_BATCH_HPP
#define UPLOADPROTO_REFERENCE_STORAGE_MEMBER_BATCH_HPP

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::reference {

/** Rows on their way to `members`: an id number and a text a field each. Owns its texts; reused, it allocates
    nothing. */
class member_batch {
 public:
  explicit member_batch(std::size_t fields) : fields_(fields) {}

  /** @param id 13 digits, no two of a batch the same @param values one a field, "" where the upload says
   * nothing */
  void add(std::string_view id, std::span<std::string_view const> values) {
    put(id);
    for (auto const value : values) put(value);
  }

  void clear() {
    text_.clear();
    ends_.clear();
  }

  std::size_t size() const { return ends_.size() / (fields_ + 1); }
  std::size_t fields() const { return fields_; }
  std::string_view id(std::size_t row) const { return at(row * (fields_ + 1)); }
  std::string_view value(std::size_t row, std::size_t field) const {
    return at(row * (fields_ + 1) + 1 + field);
  }

  /** Tells batches of different content apart (FNV-1a over the texts and where each ends). */
  std::uint64_t digest() const {
    std::uint64_t hash = 0xcbf29ce484222325;
    auto const mix = [&](unsigned char byte) { hash = (hash ^ byte) * 0x100000001b3; };
    for (char const c : text_) mix(static_cast<unsigned char>(c));
    for (auto const end : ends_)
      for (unsigned shift = 0; shift < 32; shift += 8) mix(static_cast<unsigned char>(end >> shift));
    return hash;
  }

 private:
  void put(std::string_view value) {
    text_.append(value);
    ends_.push_back(static_cast<std::uint32_t>(text_.size()));
  }
  std::string_view at(std::size_t index) const {
    std::size_t const begin = index == 0 ? 0 : ends_[index - 1];
    return std::string_view(text_).substr(begin, ends_[index] - begin);
  }

  std::size_t fields_;
  std::string text_;
  std::vector<std::uint32_t> ends_;
};

/** What the database made of one row. */
enum class member_outcome : unsigned char { inserted, updated, refused };

struct member_result {
  member_outcome outcome = member_outcome::inserted;
  std::string reason;  ///< a sentence, of a refused row
};

}  // namespace uploadproto::reference

#endif
