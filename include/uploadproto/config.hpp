// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONFIG_HPP
#define UPLOADPROTO_CONFIG_HPP

/** @file
    How the SDK is compiled.

    By default every function is `inline` and headers are enough. A program that defines
    `UPLOADPROTO_SEPARATE_COMPILATION` everywhere includes `uploadproto/src.hpp` in exactly one
    translation unit (or links `uploadproto::compiled`) and compiles the others faster.
*/
#if defined(UPLOADPROTO_SEPARATE_COMPILATION)
#define UPLOADPROTO_DECL
#else
#define UPLOADPROTO_DECL inline
#endif

#endif
