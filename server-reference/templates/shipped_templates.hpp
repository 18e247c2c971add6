// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_TEMPLATES_SHIPPED_TEMPLATES_HPP
#define UPLOADPROTO_REFERENCE_TEMPLATES_SHIPPED_TEMPLATES_HPP

#include <array>
#include <string_view>

namespace uploadproto::reference {

struct shipped_template {
  std::string_view name;
  std::string_view json;
};

/** The files of `templates/data`, part of the program (FU-P1). */
std::array<shipped_template, 2> shipped_templates();

}  // namespace uploadproto::reference

#endif
