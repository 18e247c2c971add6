// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_PIPELINES_WORDING_HPP
#define UPLOADPROTO_REFERENCE_PIPELINES_WORDING_HPP

#include <cstdint>
#include <string>

namespace uploadproto::reference {

/** `1,048,576`. */
inline std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
  return text;
}

/** `1 row`, `2,000 rows`. */
inline std::string counted(std::uint64_t number, char const* one, char const* many) {
  return grouped(number) + ' ' + (number == 1 ? one : many);
}

}  // namespace uploadproto::reference

#endif
