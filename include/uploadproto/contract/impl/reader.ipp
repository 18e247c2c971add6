// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_READER_IPP
#define UPLOADPROTO_CONTRACT_IMPL_READER_IPP

#include <cmath>
#include <optional>
#include <uploadproto/contract/check.hpp>
#include <uploadproto/contract/impl/record_checker.hpp>
#include <uploadproto/contract/reader.hpp>

namespace uploadproto::contract {

namespace detail {

inline std::string shown(boost::json::value const& value) {
  using boost::json::kind;
  switch (value.kind()) {
    case kind::null:
      return "null";
    case kind::bool_:
      return value.get_bool() ? "true" : "false";
    case kind::int64:
      return std::to_string(value.get_int64());
    case kind::uint64:
      return std::to_string(value.get_uint64());
    case kind::double_:
      return number_text(value.get_double());
    case kind::string:
      return shown(std::string_view(value.get_string().data(), value.get_string().size()));
    case kind::array:
      return "an array";
    case kind::object:
      return "an object";
  }
  return "a value";
}

/** A JSON number that is an integer of this type, however it was written (`5`, `5.0`). */
template <class Integer>
std::optional<Integer> whole_number(boost::json::value const& value) {
  if (Integer n; value.is_int64() || value.is_uint64()) {
    boost::system::error_code ec;
    n = value.to_number<Integer>(ec);
    return ec ? std::nullopt : std::optional(n);
  }
  if (!value.is_double()) return std::nullopt;
  double const d = value.get_double();
  bool const exact = d == std::floor(d) && std::fabs(d) <= 9007199254740992.0;
  if (!exact || (d < 0 && !std::is_signed_v<Integer>)) return std::nullopt;
  return static_cast<Integer>(d);
}

inline double to_double(boost::json::value const& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  return value.get_double();
}

inline violations read_at(record_info const&, void* record, boost::json::value const&, std::string& pointer);

/** Reads one record. First all members are taken by type, then the rules are checked, member by member in the
    table's order; so rules that look at another member find it whatever its place. */
class record_reader {
 public:
  record_reader(record_info const& info, void* record, std::string& pointer)
      : info_(info), record_(record), pointer_(pointer), checker_(info, found_) {}

  violations read(boost::json::object const& object) {
    std::vector<std::size_t> ends;  // violations found up to and including each member
    ends.reserve(info_.fields.size());
    for (field_info const& f : info_.fields) {
      at(f, [&] { take(f, object); });
      ends.push_back(found_.size());
    }
    violations types = std::move(found_);
    found_.clear();
    std::size_t next = 0;
    for (std::size_t i = 0; i != info_.fields.size(); ++i) {
      if (next != ends[i]) {
        for (; next != ends[i]; ++next) found_.push_back(std::move(types[next]));
      } else {
        at(info_.fields[i], [&] { check(info_.fields[i]); });
      }
    }
    return std::move(found_);
  }

 private:
  template <class Function>
  void at(field_info const& f, Function step) {
    std::size_t const base = pointer_.size();
    append_pointer(pointer_, f.name);
    step();
    pointer_.resize(base);
  }

  void check(field_info const& f) {
    void const* value = f.get(record_);
    if (!value)
      checker_.check_absent(f, record_, pointer_);
    else
      checker_.check_present(f, record_, value, pointer_);
  }

  void refuse(field_info const& f, violation_code code, std::string expected, std::string got) {
    checker_.refuse(f);
    checker_.report(pointer_, code, std::move(expected), std::move(got));
  }

  void take(field_info const& f, boost::json::object const& object) {
    boost::json::value const* json = object.if_contains({f.name.data(), f.name.size()});
    if (!json) {
      if (!f.optional) refuse(f, violation_code::missing_member, expectation(f), "nothing");
    } else if (f.optional && json->is_null()) {
      refuse(f, violation_code::null_member, expectation(f) + ", or no such member", "null");
    } else {
      take_value(f, *json);
    }
  }

  void take_value(field_info const& f, boost::json::value const& json) {
    switch (f.type) {
      case value_type::string:
        if (!json.is_string()) return wrong_type(f, json);
        make<std::string>(f).assign(json.get_string().data(), json.get_string().size());
        break;
      case value_type::number:
        if (!json.is_number()) return wrong_type(f, json);
        make<double>(f) = to_double(json);
        break;
      case value_type::integer:
        take_integer<std::int64_t>(f, json);
        break;
      case value_type::natural:
        take_integer<std::uint64_t>(f, json);
        break;
      case value_type::boolean:
        if (!json.is_bool()) return wrong_type(f, json);
        make<bool>(f) = json.get_bool();
        break;
      case value_type::string_array:
        take_strings(f, json);
        break;
      case value_type::object:
        take_nested(f, json);
        break;
      case value_type::any:
        make<boost::json::value>(f) = json;
        break;
    }
  }

  template <class Integer>
  void take_integer(field_info const& f, boost::json::value const& json) {
    if (!json.is_number()) return wrong_type(f, json);
    std::optional<Integer> const n = whole_number<Integer>(json);
    if (!n) return refuse(f, violation_code::out_of_range, expectation(f), shown(json));
    make<Integer>(f) = *n;
  }

  void take_strings(field_info const& f, boost::json::value const& json) {
    if (!json.is_array()) return wrong_type(f, json);
    auto& all = make<std::vector<std::string>>(f);
    boost::json::array const& elements = json.get_array();
    for (std::size_t i = 0; i != elements.size(); ++i) {
      if (!elements[i].is_string()) {
        // The first wrong element stands for all: an answer is not larger than the question.
        checker_.refuse(f);
        checker_.report(pointer_ + "/" + std::to_string(i), violation_code::wrong_type, "a string",
                        shown(elements[i]));
        return;
      }
      all.emplace_back(elements[i].get_string().data(), elements[i].get_string().size());
    }
  }

  void take_nested(field_info const& f, boost::json::value const& json) {
    violations inner = read_at(*f.nested, f.make(record_), json, pointer_);
    if (inner.empty()) return;
    checker_.refuse(f);
    for (violation& one : inner) found_.push_back(std::move(one));
  }

  void wrong_type(field_info const& f, boost::json::value const& json) {
    refuse(f, violation_code::wrong_type, expectation(f), shown(json));
  }

  template <class T>
  T& make(field_info const& f) {
    return *static_cast<T*>(f.make(record_));
  }

  record_info const& info_;
  void* record_;
  std::string& pointer_;
  violations found_;
  record_checker checker_;
};

inline violations read_at(record_info const& info, void* record, boost::json::value const& json,
                          std::string& pointer) {
  if (!json.is_object()) return {{pointer, violation_code::not_an_object, "an object", shown(json)}};
  return record_reader(info, record, pointer).read(json.get_object());
}

}  // namespace detail

UPLOADPROTO_DECL violations read_record(record_info const& info, void* record,
                                        boost::json::value const& json) {
  std::string pointer;
  return detail::read_at(info, record, json, pointer);
}

}  // namespace uploadproto::contract

#endif
