// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_IMPL_REST_IPP
#define UPLOADPROTO_CONTRACT_IMPL_REST_IPP

#include <uploadproto/contract/rest.hpp>

namespace uploadproto::contract {

namespace detail {

/** RFC 3986, 2.3. */
constexpr bool is_unreserved(char c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

inline void append_path_segment(std::string& out, std::string_view text) {
  constexpr char digits[] = "0123456789ABCDEF";
  bool const dots = text == "." || text == "..";  // would be taken as a step, not as a name
  for (char c : text) {
    if (!dots && is_unreserved(c)) {
      out += c;
      continue;
    }
    auto const byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

}  // namespace detail

UPLOADPROTO_DECL std::string path_with(std::string_view path, std::string_view value) {
  std::string_view const place = place_in(path);
  if (place.empty()) return std::string(path);
  auto const at = static_cast<std::size_t>(place.data() - path.data());
  std::string out(path.substr(0, at - 1));
  detail::append_path_segment(out, value);
  return out.append(path.substr(at + place.size() + 1));
}

UPLOADPROTO_DECL std::string path_for(std::string_view path, std::string_view job_id) {
  return place_in(path) == "jobId" ? path_with(path, job_id) : std::string(path);
}

}  // namespace uploadproto::contract

#endif
