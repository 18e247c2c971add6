// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "require.hpp"

#include <boost/throw_exception.hpp>
#include <cstdlib>
#include <exception>
#include <iostream>

// What a program without exceptions gives Boost in their place.
namespace boost {

void throw_exception(std::exception const& e) {
  std::cerr << "thrown: " << e.what() << '\n';
  std::abort();
}
void throw_exception(std::exception const& e, source_location const&) {
  throw_exception(e);
}

}  // namespace boost

namespace uploadproto::no_exceptions {

void require(bool holds, std::string_view what) {
  if (holds) return;
  std::cerr << "failed: " << what << '\n';
  std::exit(1);
}

}  // namespace uploadproto::no_exceptions
