// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_SAMPLE_TEXTS_HPP
#define UPLOADPROTO_CONTRACT_IMPL_SAMPLE_TEXTS_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <uploadproto/contract/rules.hpp>

namespace uploadproto::contract::detail {

/** A text of so many code points, each of two bytes: a judge that counts bytes is found out. */
inline std::string text_of_length(std::size_t code_points) {
  std::string text;
  for (std::size_t i = 0; i != code_points; ++i) text += "\xC3\xA9";
  return text;
}

inline std::string_view example_of(pattern p) {
  switch (p) {
    case pattern::iso8601:
      return "2025-11-25T10:30:45.123Z";
    case pattern::uuid:
      return "0b9ee362-0b5a-4b0e-9ad6-6a1d1c7c8f11";
    case pattern::identifier:
      return "job-1732531200000-1234";
    case pattern::api_path:
      return "/api/v1/bulk-upload/report/job-1732531200000-1234";
    case pattern::none:
      break;
  }
  return "text";
}

struct form_sample {
  pattern form;
  bool valid;
  std::string_view text;
};

inline constexpr form_sample form_samples[] = {
    {pattern::iso8601, true, "2024-01-01T12:00:00Z"},
    {pattern::iso8601, true, "2024-02-29T23:59:59.999+02:00"},
    {pattern::iso8601, true, "2025-11-25T10:30:45"},
    {pattern::iso8601, false, ""},
    {pattern::iso8601, false, "25 November 2025"},
    {pattern::iso8601, false, "1732530645123"},
    {pattern::iso8601, false, "2025-02-29T10:30:45Z"},
    {pattern::iso8601, false, "2025-11-25T24:30:45Z"},
    {pattern::iso8601, false, "2025-11-25"},
    {pattern::iso8601, false, "2025-11-25T10:30:45Z "},
    {pattern::uuid, true, "0B9EE362-0b5a-4b0e-9ad6-6a1d1c7c8f11"},
    {pattern::uuid, false, "0b9ee3620b5a4b0e9ad66a1d1c7c8f11"},
    {pattern::uuid, false, "0b9ee362-0b5a-4b0e-9ad6-6a1d1c7c8f1g"},
    {pattern::identifier, true, "a"},
    {pattern::identifier, false, ""},
    {pattern::identifier, false, "a b"},
    {pattern::identifier, false, "../a"},
    {pattern::api_path, true, "/r"},
    {pattern::api_path, true, "https://example.com/r"},
    {pattern::api_path, false, ""},
    {pattern::api_path, false, "C:\\reports\\a.xlsx"},
    {pattern::api_path, false, "/a b"},
};

}  // namespace uploadproto::contract::detail

#endif
