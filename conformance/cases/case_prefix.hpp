// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFORMANCE_CASES_CASE_PREFIX_HPP
#define UPLOADPROTO_CONFORMANCE_CASES_CASE_PREFIX_HPP

#include <cctype>
#include <string>

#include "protocols/protocol_face.hpp"

namespace uploadproto::conformance {

/** `bu/` of the protocol whose clauses begin with BU. */
inline std::string case_prefix(protocol_face const& face) {
  std::string out(face.info->clauses);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out + '/';
}

}  // namespace uploadproto::conformance

#endif
