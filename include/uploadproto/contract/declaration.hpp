// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CONTRACT_DECLARATION_HPP
#define UPLOADPROTO_CONTRACT_DECLARATION_HPP

#include <boost/throw_exception.hpp>
#include <stdexcept>

namespace uploadproto::contract {

/** A table, stage or room that contradicts itself. Where it is a constant, which they all should be, the
    compiler stops at this call; elsewhere it is a `std::logic_error`, or, in a program without exceptions,
   what its `boost::throw_exception` makes of that. */
[[noreturn]] inline void refuse_declaration(char const* why) {
  boost::throw_exception(std::logic_error(why));
}

}  // namespace uploadproto::contract

#endif
