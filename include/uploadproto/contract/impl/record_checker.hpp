// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_RECORD_CHECKER_HPP
#define UPLOADPROTO_CONTRACT_IMPL_RECORD_CHECKER_HPP

#include <cstdint>
#include <string>
#include <string_view>
#include <uploadproto/contract/field.hpp>
#include <uploadproto/contract/violation.hpp>
#include <vector>

namespace uploadproto::contract::detail {

/** Checks the rules of one record's members; what reading and checking before sending have in common.

    A member whose value could not even be taken is `refuse`d: rules of others that look at it are then
    silent, so that one mistake is reported once. */
class record_checker {
 public:
  record_checker(record_info const& info, violations& found) : record_(info), found_(found) {}

  void refuse(field_info const& f) { refused_.push_back(f.name); }

  void check_present(field_info const&, void const* record, void const* value, std::string_view pointer);
  void check_absent(field_info const&, void const* record, std::string_view pointer);
  void report(std::string_view pointer, violation_code, std::string expected, std::string got);

 private:
  void check_text(field_info const&, void const* record, std::string_view, std::string_view pointer);
  void check_number(field_info const&, void const* record, void const* value, std::string_view pointer);
  void check_array(field_info const&, std::vector<std::string> const&, std::string_view pointer);
  bool holds(condition const&, void const* record) const;
  bool refused(std::string_view member) const {
    for (std::string_view name : refused_)
      if (name == member) return true;
    return false;
  }

  record_info const& record_;
  violations& found_;
  std::vector<std::string_view> refused_;
};

/** A text as a violation shows it: quoted, shortened. */
UPLOADPROTO_DECL std::string shown(std::string_view text);
UPLOADPROTO_DECL std::string number_text(double);
/** The number that a numeric member holds. */
UPLOADPROTO_DECL double number_at(value_type, void const* value) noexcept;
/** Appends a reference token to a JSON pointer (RFC 6901). */
UPLOADPROTO_DECL void append_pointer(std::string& pointer, std::string_view member);

}  // namespace uploadproto::contract::detail

#endif
