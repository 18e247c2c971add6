// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_EXAMPLE_MAKER_HPP
#define UPLOADPROTO_CONTRACT_IMPL_EXAMPLE_MAKER_HPP

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <cmath>
#include <string>
#include <string_view>
#include <uploadproto/contract/field.hpp>
#include <uploadproto/contract/impl/sample_texts.hpp>

namespace uploadproto::contract::detail {

/** Makes valid payloads of one table, and changes one member of them while the others stay true to the rules
    that look at it. */
class example_maker {
 public:
  explicit example_maker(record_info const& info) : info_(info) {
    for (field_info const& f : info_.fields) base_[key(f)] = example_value(f);
    for (field_info const& f : info_.fields) settle(base_, f);
  }

  /** With every member that may be there. */
  boost::json::object const& full() const { return base_; }

  /** A change of `f` alone, whatever other members make of it. */
  boost::json::object replaced(field_info const& f, boost::json::value value) const {
    boost::json::object object = base(f);
    object[key(f)] = std::move(value);
    return object;
  }

  /** With what is required only. */
  boost::json::object minimal() const {
    boost::json::object object = base_;
    for (field_info const& f : info_.fields)
      if (f.optional) object.erase(key(f));
    for (field_info const& f : info_.fields)
      if (!f.rules.required_when.member.empty() && holds(object, f.rules.required_when))
        object[key(f)] = example_value(f);
    return object;
  }

  /** A full payload with another valid value of `f`. */
  boost::json::object with(field_info const& f, boost::json::value value) const {
    boost::json::object object = base(f);
    object[key(f)] = std::move(value);
    settle(object, f);
    return object;
  }
  boost::json::object without(field_info const& f) const {
    boost::json::object object = base(f);
    object.erase(key(f));
    return object;
  }

  static boost::json::string_view key(field_info const& f) { return {f.name.data(), f.name.size()}; }
  static boost::json::string_view text(std::string_view s) { return {s.data(), s.size()}; }

  static boost::json::value number_value(field_info const& f, double n) {
    if (f.type == value_type::natural) return static_cast<std::uint64_t>(n);
    if (f.type == value_type::integer || n == std::floor(n)) return static_cast<std::int64_t>(n);
    return n;
  }

  static double example_number(field_info const& f) {
    constraints const& c = f.rules;
    if (c.has_minimum()) return std::ceil(c.minimum);
    return c.has_maximum() ? std::min(0.0, std::floor(c.maximum)) : 0;
  }

  static std::string example_text(constraints const& c) {
    if (!c.allowed.empty()) return std::string(*c.allowed.begin());
    std::string example(example_of(c.form));
    if (c.form != pattern::none) return example;
    return example.size() < c.min_length || example.size() > c.max_length ? text_of_length(c.min_length)
                                                                          : example;
  }

  boost::json::value example_value(field_info const& f) const {
    switch (f.type) {
      case value_type::string:
        return text(example_text(f.rules));
      case value_type::number:
      case value_type::integer:
      case value_type::natural:
        return number_value(f, example_number(f));
      case value_type::boolean:
        return true;
      case value_type::string_array:
        return strings(std::max<std::size_t>(f.rules.min_length, f.rules.max_length != 0 ? 1 : 0));
      case value_type::object:
        return example_maker(*f.nested).full();
      case value_type::any:
        break;
    }
    return boost::json::object();
  }

  static boost::json::array strings(std::size_t count) {
    boost::json::array array;
    for (std::size_t i = 0; i != count; ++i) array.emplace_back("text");
    return array;
  }

  bool holds(boost::json::object const& object, condition const& when) const {
    boost::json::value const* value = object.if_contains(text(when.member));
    return value && value->is_string() && value->get_string() == text(when.value);
  }

  /** After `changed` got its value: brings into line the members whose rules look at it. */
  void settle(boost::json::object& object, field_info const& changed) const {
    for (field_info const& f : info_.fields) {
      condition const &only = f.rules.only_when, &required = f.rules.required_when;
      if (only.member == changed.name && !holds(object, only)) object.erase(key(f));
      if (required.member == changed.name && holds(object, required) && !object.if_contains(key(f)))
        object[key(f)] = example_value(f);
      if (f.rules.at_most == changed.name) lower(object, f, changed);
    }
    if (!changed.rules.at_most.empty()) lower(object, changed, *info_.find(changed.rules.at_most), true);
  }

  /** `bounded` is at most `bound`: by lowering the first, or by raising the second. */
  static void lower(boost::json::object& object, field_info const& bounded, field_info const& bound,
                    bool raise = false) {
    boost::json::value *low = object.if_contains(key(bounded)), *high = object.if_contains(key(bound));
    if (!low || !high || low->to_number<double>() <= high->to_number<double>()) return;
    if (raise)
      *high = *low;
    else
      *low = *high;
  }

  /** A full payload in which `f` may be there. */
  boost::json::object base(field_info const& f) const {
    boost::json::object object = base_;
    condition const& only = f.rules.only_when;
    if (only.member.empty() || holds(object, only)) return object;
    field_info const& decides = *info_.find(only.member);
    object[key(decides)] = text(only.value);
    settle(object, decides);
    object[key(f)] = example_value(f);
    return object;
  }

 protected:
  record_info const& info_;
  boost::json::object base_;
};

}  // namespace uploadproto::contract::detail

#endif
