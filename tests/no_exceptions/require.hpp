// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_TESTS_NO_EXCEPTIONS_REQUIRE_HPP
#define UPLOADPROTO_TESTS_NO_EXCEPTIONS_REQUIRE_HPP

#include <boost/config.hpp>
#include <string_view>

#if !defined(BOOST_NO_EXCEPTIONS)
#error "this is compiled as if there were exceptions"
#endif

namespace uploadproto::no_exceptions {

/** A check of these programs: the framework of the other tests needs exceptions. Ends the program with 1. */
void require(bool holds, std::string_view what);

}  // namespace uploadproto::no_exceptions

#endif
