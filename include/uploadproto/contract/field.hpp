// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_FIELD_HPP
#define UPLOADPROTO_CONTRACT_FIELD_HPP

/** @file
    One table per payload: which members it has on the wire, what they mean and which rules bind them.

    A payload is a plain struct with a static function `fields`:
    @code
    struct order_shipped {
      std::string order_id;
      std::optional<double> weight;

      static constexpr auto fields() {
        using self = order_shipped;
        return table(field<&self::order_id>("orderId", "The order.", role::job_id, length{1, 64}),
                     field<&self::weight>("weight", "Kilograms.", range{0, 30}));
      }
    };
    @endcode
    Reading, writing, checking, sampling and describing work on the table's type-erased rows, so a payload
    costs a translation unit next to nothing. A table that contradicts itself does not compile.
*/
#include <array>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <uploadproto/contract/declaration.hpp>
#include <uploadproto/contract/rules.hpp>
#include <vector>

namespace uploadproto::contract {

/** What a member means to code that knows no protocol. */
enum class role : unsigned char {
  none,
  job_id,
  stage,
  progress,  ///< percent
  message,
  error,
  timestamp,
  status,
  report,    ///< where the job's report is
  duration,  ///< milliseconds that the job took
  upload,    ///< the upload that the job is one part of
  part,      ///< the job's place in that upload, from 0
  parts      ///< how many parts the upload has
};

/** JSON types of members, and the C++ type that stands for each. */
enum class value_type : unsigned char {
  string,        ///< `std::string`
  number,        ///< `double`
  integer,       ///< `std::int64_t`
  natural,       ///< `std::uint64_t`: a non-negative integer
  boolean,       ///< `bool`
  string_array,  ///< `std::vector<std::string>`
  object,        ///< a struct with a table of its own
  any            ///< `boost::json::value`
};

struct record_info;

/** A row of a table. */
struct field_info {
  std::string_view name;           ///< on the wire
  std::string_view documentation;  ///< one sentence
  value_type type{};
  bool optional = false;  ///< `std::optional` member: absent when it has no value, never null (CO-2)
  contract::role role = role::none;
  bool shortenable = false;  ///< text that may be cut where a message would be too long
  constraints rules;
  record_info const* nested = nullptr;  ///< of `value_type::object`

  /** The member's value inside a record, or null when it is absent. */
  void const* (*get)(void const* record) = nullptr;
  /** The same to write to; an absent optional is made present. */
  void* (*make)(void* record) = nullptr;
};

/** A payload type, erased. */
struct record_info {
  std::span<field_info const> fields;

  /** @return null when no member has this wire name */
  constexpr field_info const* find(std::string_view name) const noexcept {
    for (field_info const& f : fields)
      if (f.name == name) return &f;
    return nullptr;
  }
  /** @return null when no member has this role */
  constexpr field_info const* find(contract::role r) const noexcept {
    for (field_info const& f : fields)
      if (f.role == r) return &f;
    return nullptr;
  }
};

/** Attribute of a text that may be cut where a message would be longer than its protocol allows. */
struct shortenable {};

/** A struct with a table. */
template <class T>
concept payload = requires {
  T::fields();
};

namespace detail {

template <payload T>
inline constexpr auto fields_of = T::fields();

}  // namespace detail

/** The table of a payload type. */
template <payload T>
inline constexpr record_info record_of{std::span<field_info const>(detail::fields_of<T>)};

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <auto Member>
struct member_traits;

template <class Record, class Value, Value Record::*Member>
struct member_traits<Member> {
  using value = Value;

  static void const* get(void const* record) {
    auto const& member = static_cast<Record const*>(record)->*Member;
    if constexpr (is_optional<Value>)
      return member ? &*member : nullptr;
    else
      return &member;
  }
  static void* make(void* record) {
    auto& member = static_cast<Record*>(record)->*Member;
    if constexpr (is_optional<Value>)
      return member ? &*member : &member.emplace();
    else
      return &member;
  }
};

template <class T>
struct value_traits {
  static_assert(
      payload<T>,
      "a member is a string, double, int64_t, uint64_t, bool, vector<string>, json::value or a payload");
  static constexpr value_type type = value_type::object;
  static constexpr bool optional = false;
  static constexpr record_info const* nested = &record_of<T>;
};
template <class T>
struct value_traits<std::optional<T>> : value_traits<T> {
  static constexpr bool optional = true;
};
template <value_type Type>
struct plain_value {
  static constexpr value_type type = Type;
  static constexpr bool optional = false;
  static constexpr record_info const* nested = nullptr;
};
template <>
struct value_traits<std::string> : plain_value<value_type::string> {};
template <>
struct value_traits<double> : plain_value<value_type::number> {};
template <>
struct value_traits<std::int64_t> : plain_value<value_type::integer> {};
template <>
struct value_traits<std::uint64_t> : plain_value<value_type::natural> {};
template <>
struct value_traits<bool> : plain_value<value_type::boolean> {};
template <>
struct value_traits<std::vector<std::string>> : plain_value<value_type::string_array> {};
template <>
struct value_traits<boost::json::value> : plain_value<value_type::any> {};

constexpr void apply(field_info& f, role r) {
  f.role = r;
}
constexpr void apply(field_info& f, shortenable) {
  f.shortenable = true;
}
template <class Rule>
constexpr void apply(field_info& f, Rule const& rule) {
  rule.apply(f.rules);
}

constexpr bool is_numeric(value_type t) {
  return t == value_type::number || t == value_type::integer || t == value_type::natural;
}

/** Refuses, at compile time, a table that contradicts itself. */
constexpr void validate(field_info const* rows, std::size_t count) {
  auto const find = [&](std::string_view name) {
    for (std::size_t i = 0; i != count; ++i)
      if (rows[i].name == name) return rows + i;
    refuse_declaration("a rule names a member that the table does not have");
  };
  for (std::size_t i = 0; i != count; ++i) {
    field_info const& f = rows[i];
    for (std::size_t k = 0; k != i; ++k) {
      if (rows[k].name == f.name) refuse_declaration("two members have the same wire name");
      if (f.role != role::none && rows[k].role == f.role)
        refuse_declaration("two members have the same role");
    }
    constraints const& c = f.rules;
    bool const text = f.type == value_type::string || f.type == value_type::string_array;
    if ((c.has_minimum() || c.has_maximum() || !c.at_most.empty()) && !is_numeric(f.type))
      refuse_declaration("a range is for numbers");
    if ((c.has_min_length() || c.has_max_length()) && !text)
      refuse_declaration("a length is for strings and arrays");
    if ((c.form != pattern::none || !c.allowed.empty()) && f.type != value_type::string)
      refuse_declaration("a form, a literal or a set of texts is for strings");
    if (!c.at_most.empty() && !is_numeric(find(c.at_most)->type))
      refuse_declaration("at_most names a member that is no number");
    for (condition const& when : {c.required_when, c.only_when}) {
      if (when.member.empty()) continue;
      if (!f.optional) refuse_declaration("a condition is for optional members");
      if (find(when.member)->type != value_type::string)
        refuse_declaration("a condition names a member that is no string");
    }
    if (!c.any_text_when.member.empty() && find(c.any_text_when.member)->type != value_type::string)
      refuse_declaration("a condition names a member that is no string");
    if (f.shortenable && (f.type != value_type::string || !c.allowed.empty() || c.form != pattern::none))
      refuse_declaration("only free text can be cut");
    bool const number_role = f.role == role::progress || f.role == role::duration;
    if (number_role && f.type != value_type::number) refuse_declaration("this role is for a number");
    bool const natural_role = f.role == role::part || f.role == role::parts;
    if (natural_role && f.type != value_type::natural)
      refuse_declaration("this role is for a non-negative integer");
    if (f.role != role::none && !number_role && !natural_role && f.type != value_type::string)
      refuse_declaration("this role is for a string");
  }
}

}  // namespace detail

/** One row: the member, its name on the wire, one sentence, then in any order its role and its rules. */
template <auto Member, class... Attributes>
constexpr field_info field(std::string_view name, std::string_view documentation,
                           Attributes const&... attributes) {
  using member = detail::member_traits<Member>;
  using traits = detail::value_traits<typename member::value>;
  field_info f;
  f.name = name;
  f.documentation = documentation;
  f.type = traits::type;
  f.optional = traits::optional;
  f.nested = traits::nested;
  f.get = &member::get;
  f.make = &member::make;
  (detail::apply(f, attributes), ...);
  return f;
}

/** The rows of a payload, in the order in which they are written. Evaluated at compile time only. */
template <class... Rows>
consteval std::array<field_info, sizeof...(Rows)> table(Rows const&... rows) {
  std::array<field_info, sizeof...(Rows)> all{rows...};
  detail::validate(all.data(), all.size());
  return all;
}

}  // namespace uploadproto::contract

#endif
