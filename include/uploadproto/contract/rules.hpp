// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_RULES_HPP
#define UPLOADPROTO_CONTRACT_RULES_HPP

/** @file
    The closed set of rules that a member of a payload can have, as constant data.

    Nothing here knows how a rule is checked (`check.hpp`), shown or sampled: those who do read `constraints`.
*/
#include <array>
#include <cstddef>
#include <limits>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/contract/declaration.hpp>

namespace uploadproto::contract {

/** Forms of text that have a name. Another form is a new enumerator, never a regular expression in a table.
 */
enum class pattern : unsigned char {
  none,
  iso8601,     ///< a date and time of ISO 8601 (CO-3); the zone may be missing
  uuid,        ///< 8-4-4-4-12 hexadecimal digits
  identifier,  ///< 1–64 of `A-Z a-z 0-9 . _ -`
  api_path     ///< an absolute path, `/…`, or an http(s) URL; no spaces, no control characters
};

UPLOADPROTO_DECL std::string_view name_of(pattern) noexcept;
UPLOADPROTO_DECL bool matches(pattern, std::string_view text) noexcept;

/** A few texts, kept by value so that tables are constants without storage of their own. */
class text_set {
 public:
  static constexpr std::size_t capacity = 12;

  constexpr text_set() = default;
  constexpr void add(std::string_view text) {
    if (size_ == capacity) refuse_declaration("text_set: more texts than it holds");
    texts_[size_++] = text;
  }
  constexpr std::string_view const* begin() const noexcept { return texts_.data(); }
  constexpr std::string_view const* end() const noexcept { return texts_.data() + size_; }
  constexpr std::size_t size() const noexcept { return size_; }
  constexpr bool empty() const noexcept { return size_ == 0; }
  constexpr bool contains(std::string_view text) const noexcept {
    for (std::string_view one : *this)
      if (one == text) return true;
    return false;
  }

 private:
  std::array<std::string_view, capacity> texts_{};
  std::size_t size_ = 0;
};

/** Another member of the same payload and a text that it may have. */
struct condition {
  std::string_view member;  ///< wire name; empty: no condition
  std::string_view value;
};

/** All rules of one member. A default-constructed one allows every value of the member's type. */
struct constraints {
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  std::size_t min_length = 0;  ///< code points of a string, elements of an array
  std::size_t max_length = std::numeric_limits<std::size_t>::max();
  pattern form = pattern::none;
  text_set allowed;          ///< the only texts a string may have; one text: a literal
  std::string_view at_most;  ///< wire name of a number of the same payload that this one does not exceed
  condition required_when;   ///< an optional member that must be there when the condition holds
  condition only_when;       ///< an optional member that may be there only when the condition holds
  condition any_text_when;   ///< `allowed` does not bind when the condition holds

  constexpr bool has_minimum() const { return minimum > -std::numeric_limits<double>::infinity(); }
  constexpr bool has_maximum() const { return maximum < std::numeric_limits<double>::infinity(); }
  constexpr bool has_min_length() const { return min_length != 0; }
  constexpr bool has_max_length() const { return max_length != std::numeric_limits<std::size_t>::max(); }
};

// What a table says: each of these is an argument of `field`.

/** A number of `low` to `high`, ends included. */
struct range {
  double low, high;
  constexpr void apply(constraints& c) const { c.minimum = low, c.maximum = high; }
};

/** A number not below `low`. */
struct at_least {
  double low;
  constexpr void apply(constraints& c) const { c.minimum = low; }
};

/** Length in code points (strings) or elements (arrays), ends included. */
struct length {
  std::size_t low, high = std::numeric_limits<std::size_t>::max();
  constexpr void apply(constraints& c) const { c.min_length = low, c.max_length = high; }
};

/** Text of a named form. */
struct form {
  pattern which;
  constexpr void apply(constraints& c) const { c.form = which; }
};

/** Exactly this text. */
struct literal {
  std::string_view text;
  constexpr void apply(constraints& c) const { c.allowed.add(text); }
};

/** One of these texts. */
class one_of {
 public:
  template <class... Texts>
  constexpr explicit one_of(Texts... texts) {
    (set_.add(texts), ...);
  }
  /** The names of a stage table, or of anything whose elements have a `name`. */
  template <class Named>
  requires requires(Named const& n) { n.begin()->name; }
  constexpr explicit one_of(Named const& elements) {
    for (auto const& element : elements) set_.add(element.name);
  }
  constexpr void apply(constraints& c) const { c.allowed = set_; }

 private:
  text_set set_;
};

/** A number that does not exceed the member with this wire name, when that is there. */
struct at_most {
  std::string_view member;
  constexpr void apply(constraints& c) const { c.at_most = member; }
};

/** Optional, but required when `member` is `value`. */
struct required_when {
  std::string_view member, value;
  constexpr void apply(constraints& c) const { c.required_when = {member, value}; }
};

/** Optional, and absent unless `member` is `value`. */
struct only_when {
  std::string_view member, value;
  constexpr void apply(constraints& c) const { c.only_when = {member, value}; }
};

/** A set of texts that does not bind when `member` is `value`. */
struct any_text_when {
  std::string_view member, value;
  constexpr void apply(constraints& c) const { c.any_text_when = {member, value}; }
};

}  // namespace uploadproto::contract

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/contract/impl/rules.ipp>
#endif

#endif
