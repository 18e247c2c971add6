// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "templates/shipped_templates.hpp"

#include <cstddef>

// As the register's file: CMake defines the directory and makes this unit depend on the files in it.
#define UPLOADPROTO_SHIP_TEMPLATE(name)                        \
  asm(".pushsection .rodata\n"                                 \
      ".globl uploadproto_template_" #name                     \
      "_begin\n"                                               \
      ".globl uploadproto_template_" #name                     \
      "_end\n"                                                 \
      "uploadproto_template_" #name                            \
      "_begin:\n"                                              \
      ".incbin \"" UPLOADPROTO_TEMPLATE_DIRECTORY "/" #name    \
      ".json\"\n"                                              \
      "uploadproto_template_" #name                            \
      "_end:\n"                                                \
      ".byte 0\n"                                              \
      ".popsection\n");                                        \
  extern "C" char const uploadproto_template_##name##_begin[]; \
  extern "C" char const uploadproto_template_##name##_end[]

UPLOADPROTO_SHIP_TEMPLATE(users);
UPLOADPROTO_SHIP_TEMPLATE(products);

namespace uploadproto::reference {
namespace {

std::string_view between(char const* begin, char const* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::array<shipped_template, 2> shipped_templates() {
  return {{{"users", between(uploadproto_template_users_begin, uploadproto_template_users_end)},
           {"products", between(uploadproto_template_products_begin, uploadproto_template_products_end)}}};
}

}  // namespace uploadproto::reference
