// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SHIPPED_FILE_HPP
#define UPLOADPROTO_SHIPPED_FILE_HPP

#include <cstddef>
#include <string_view>

/** Makes a file part of the program: afterwards `shipped_bytes_of_SYMBOL()` are its bytes, for ever. To be
   used outside of namespaces, once in a program for a symbol. CMake defines the path, and makes the unit
   depend on the file.

    The assembler takes the file in as it is: no generated source, and no text literal of half a megabyte. */
#define UPLOADPROTO_SHIP_FILE(symbol, path)                                                       \
  asm(".pushsection .rodata\n"                                                                    \
      ".globl uploadproto_" #symbol                                                               \
      "_begin\n"                                                                                  \
      ".globl uploadproto_" #symbol                                                               \
      "_end\n"                                                                                    \
      "uploadproto_" #symbol                                                                      \
      "_begin:\n"                                                                                 \
      ".incbin \"" path                                                                           \
      "\"\n"                                                                                      \
      "uploadproto_" #symbol                                                                      \
      "_end:\n"                                                                                   \
      ".byte 0\n"                                                                                 \
      ".popsection\n");                                                                           \
  extern "C" char const uploadproto_##symbol##_begin[];                                           \
  extern "C" char const uploadproto_##symbol##_end[];                                             \
  static std::string_view shipped_bytes_of_##symbol() {                                           \
    return {uploadproto_##symbol##_begin,                                                         \
            static_cast<std::size_t>(uploadproto_##symbol##_end - uploadproto_##symbol##_begin)}; \
  }                                                                                               \
  static_assert(true)

#endif
