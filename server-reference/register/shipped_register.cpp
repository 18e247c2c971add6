// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "register/shipped_register.hpp"

// The assembler takes the file in as it is: no generated source, and no text literal of half a megabyte.
// CMake defines the path and makes this unit depend on it.
asm(R"(
  .pushsection .rodata
  .globl uploadproto_register_begin
  .globl uploadproto_register_end
uploadproto_register_begin:
  .incbin ")" UPLOADPROTO_REGISTER_CSV R"("
uploadproto_register_end:
  .byte 0
  .popsection
)");

extern "C" char const uploadproto_register_begin[];
extern "C" char const uploadproto_register_end[];

namespace uploadproto::reference {

std::string_view shipped_register_csv() {
  return {uploadproto_register_begin,
          static_cast<std::size_t>(uploadproto_register_end - uploadproto_register_begin)};
}

}  // namespace uploadproto::reference
