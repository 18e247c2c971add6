// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_SAMPLES_IPP
#define UPLOADPROTO_CONTRACT_IMPL_SAMPLES_IPP

#include <algorithm>
#include <uploadproto/contract/impl/example_maker.hpp>
#include <uploadproto/contract/impl/record_checker.hpp>
#include <uploadproto/contract/samples.hpp>

namespace uploadproto::contract {

namespace detail {

/** Makes the samples of one table. */
class sampler : example_maker {
 public:
  explicit sampler(record_info const& info) : example_maker(info) {}

  std::vector<sample> all() {
    valid("a full payload", base_);
    valid("only what is required", minimal());
    unknown_member();
    for (field_info const& f : info_.fields) presence(f), types(f), rules(f);
    return std::move(samples_);
  }

  /** Wrong for every table. */
  std::vector<sample> not_objects() {
    for (boost::json::value const& json :
         {boost::json::value(nullptr), boost::json::value(true), boost::json::value(1),
          boost::json::value("text"), boost::json::value(boost::json::array())})
      add("the payload is no object", json, violation_code::not_an_object, "");
    return std::move(samples_);
  }

 private:
  void add(std::string name, boost::json::value payload, std::optional<violation_code> code,
           std::string pointer) {
    samples_.push_back({std::move(name), std::move(payload), code, std::move(pointer)});
  }
  void valid(std::string name, boost::json::value payload) {
    add(std::move(name), std::move(payload), std::nullopt, "");
  }
  static std::string at(field_info const& f) {
    std::string pointer;
    append_pointer(pointer, f.name);
    return pointer;
  }
  void fine(field_info const& f, std::string_view what, boost::json::value value) {
    valid(at(f).append(" ").append(what), with(f, std::move(value)));
  }
  void wrong(field_info const& f, std::string_view what, violation_code code, boost::json::value value) {
    add(at(f).append(" ").append(what), replaced(f, std::move(value)), code, at(f));
  }

  static boost::json::object replaced_in(boost::json::object object, field_info const& f,
                                         boost::json::value value) {
    object[key(f)] = std::move(value);
    return object;
  }

  void unknown_member() {
    boost::json::object object = base_;
    object["x-unknown"] = boost::json::array{1, nullptr};
    valid("a member that the table does not know (CO-1)", std::move(object));
  }

  void presence(field_info const& f) {
    constraints const& c = f.rules;
    if (!f.optional) {
      add(at(f) + " missing", without(f), violation_code::missing_member, at(f));
      if (f.type != value_type::any)
        wrong(f, "null",
              f.type == value_type::object ? violation_code::not_an_object : violation_code::wrong_type,
              nullptr);
      return;
    }
    wrong(f, "null instead of absent (CO-2)", violation_code::null_member, nullptr);
    if (c.required_when.member.empty()) valid(at(f) + " absent", without(f));
    if (!c.required_when.member.empty()) missing_by_condition(f);
    if (!c.only_when.member.empty()) present_against_condition(f);
  }

  void missing_by_condition(field_info const& f) {
    condition const& when = f.rules.required_when;
    boost::json::object object = with(*info_.find(when.member), text(when.value));
    object.erase(key(f));
    add(at(f) + " absent where it is required", std::move(object), violation_code::missing_here, at(f));
  }

  void present_against_condition(field_info const& f) {
    condition const& when = f.rules.only_when;
    field_info const& decides = *info_.find(when.member);
    for (std::string_view other : decides.rules.allowed) {
      if (other == when.value) continue;
      boost::json::object object = with(decides, text(other));
      object[key(f)] = example_value(f);
      add(at(f) + " present where it may not be", std::move(object), violation_code::unexpected_here, at(f));
    }
  }

  void types(field_info const& f) {
    if (f.type == value_type::any) return;
    bool const object = f.type == value_type::object;
    violation_code const code = object ? violation_code::not_an_object : violation_code::wrong_type;
    auto const unless = [&](bool same, std::string_view what, boost::json::value value) {
      if (!same) wrong(f, what, code, std::move(value));
    };
    bool const number = is_numeric(f.type);
    unless(f.type == value_type::string, "a string", number ? "50" : "text");
    unless(number, "a number", 50);
    unless(f.type == value_type::boolean, "a boolean", true);
    unless(f.type == value_type::string_array, "an array", boost::json::array{1});
    unless(object, "an object", boost::json::object{{"a", 1}});
  }

  void rules(field_info const& f) {
    switch (f.type) {
      case value_type::string:
        return text_rules(f);
      case value_type::number:
      case value_type::integer:
      case value_type::natural:
        return number_rules(f);
      case value_type::string_array:
        return array_rules(f);
      case value_type::object:
        return nested_rules(f);
      case value_type::boolean:
        return fine(f, "false", false);
      case value_type::any:
        return;
    }
  }

  void text_rules(field_info const& f) {
    constraints const& c = f.rules;
    for (std::string_view allowed : c.allowed)
      fine(f, std::string("\"").append(allowed).append("\""), text(allowed));
    if (!c.any_text_when.member.empty())
      valid(at(f) + " any text where its set does not bind",
            replaced_in(with(*info_.find(c.any_text_when.member), text(c.any_text_when.value)), f,
                        "x-not-allowed"));
    if (!c.allowed.empty()) {
      wrong(f, "a text that is not allowed", violation_code::not_allowed, "x-not-allowed");
      wrong(f, "empty", violation_code::not_allowed, "");
      std::string upper(*c.allowed.begin());
      std::transform(upper.begin(), upper.end(), upper.begin(),
                     [](char l) { return l >= 'a' && l <= 'z' ? static_cast<char>(l - 'a' + 'A') : l; });
      if (!c.allowed.contains(upper)) wrong(f, "in upper case", violation_code::not_allowed, text(upper));
      return;
    }
    if (c.form != pattern::none) return forms(f);
    if (c.has_min_length()) {
      fine(f, "of the least length", text(text_of_length(c.min_length)));
      wrong(f, "too short", violation_code::wrong_length, text(text_of_length(c.min_length - 1)));
    } else {
      fine(f, "empty", "");
    }
    if (c.has_max_length()) {
      fine(f, "of the greatest length", text(text_of_length(c.max_length)));
      wrong(f, "too long", violation_code::wrong_length, text(text_of_length(c.max_length + 1)));
    } else {
      fine(f, "beyond the Basic Multilingual Plane", "\xF0\x9F\x98\x80 \\ \" \n");
    }
  }

  void forms(field_info const& f) {
    for (form_sample const& s : form_samples) {
      if (s.form != f.rules.form) continue;
      std::string const what = std::string("\"").append(s.text).append("\"");
      if (s.valid)
        fine(f, what, text(s.text));
      else
        wrong(f, what, violation_code::wrong_form, text(s.text));
    }
  }

  void number_rules(field_info const& f) {
    constraints const& c = f.rules;
    bool const whole = f.type != value_type::number;
    double const step = whole ? 1 : 0.5;
    if (c.has_minimum()) {
      fine(f, "at its minimum", number_value(f, c.minimum));
      if (f.type != value_type::natural || c.minimum >= 1)
        wrong(f, "below its minimum", violation_code::out_of_range, number_value(f, c.minimum - step));
    }
    if (c.has_maximum()) {
      fine(f, "at its maximum", number_value(f, c.maximum));
      wrong(f, "above its maximum", violation_code::out_of_range, number_value(f, c.maximum + step));
    } else if (c.at_most.empty()) {
      fine(f, "large", number_value(f, 9007199254740991.0));
    }
    if (f.type == value_type::natural) wrong(f, "negative", violation_code::out_of_range, -1);
    if (whole) {
      wrong(f, "a fraction", violation_code::out_of_range, example_number(f) + 0.5);
    } else if (!c.has_maximum() || example_number(f) + 0.25 <= c.maximum) {
      fine(f, "a fraction", example_number(f) + 0.25);
    }
    if (!c.at_most.empty()) above_another(f);
  }

  void above_another(field_info const& f) {
    field_info const& bound = *info_.find(f.rules.at_most);
    double const other = std::max(example_number(f), example_number(bound));
    boost::json::object object = with(f, number_value(f, other));
    object[key(bound)] = number_value(bound, other);
    valid(at(f) + " equal to what bounds it", object);
    object[key(f)] = number_value(f, other + 1);
    add(at(f) + " above what bounds it", std::move(object), violation_code::more_than, at(f));
  }

  void array_rules(field_info const& f) {
    constraints const& c = f.rules;
    fine(f, "with the fewest elements", strings(c.min_length));
    if (c.has_min_length())
      wrong(f, "with too few elements", violation_code::wrong_length, strings(c.min_length - 1));
    if (c.has_max_length()) {
      fine(f, "with the most elements", strings(c.max_length));
      wrong(f, "with too many elements", violation_code::wrong_length, strings(c.max_length + 1));
    }
    add(at(f) + " with an element that is no string", replaced(f, boost::json::array{"text", 1}),
        violation_code::wrong_type, at(f) + "/1");
  }

  void nested_rules(field_info const& f) {
    for (sample& inner : sampler(*f.nested).all())
      add(at(f) + ": " + inner.name, replaced(f, std::move(inner.payload)), inner.code,
          inner.code ? at(f) + inner.pointer : "");
  }

  std::vector<sample> samples_;
};

}  // namespace detail

UPLOADPROTO_DECL boost::json::object example(record_info const& info) {
  return detail::example_maker(info).full();
}

UPLOADPROTO_DECL std::vector<sample> samples(record_info const& info) {
  std::vector<sample> all = detail::sampler(info).all();
  for (sample& one : detail::sampler(info).not_objects()) all.push_back(std::move(one));
  return all;
}

}  // namespace uploadproto::contract

#endif
