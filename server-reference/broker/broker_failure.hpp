// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_BROKER_BROKER_FAILURE_HPP
#define UPLOADPROTO_REFERENCE_BROKER_BROKER_FAILURE_HPP

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <string>

namespace uploadproto::reference {

/** What stood in the way. */
enum class broker_problem : unsigned char {
  unavailable,      ///< the broker cannot be reached, or is going down; nothing was taken, try again later
  outcome_unknown,  ///< it went away while it was deciding: all of it was taken, or nothing
  no_room,          ///< its disk or its queue is full; nothing was taken
  too_large,        ///< a message that it never takes
  invalid,          ///< a name, an address or an offset that cannot be; a component that is not built in
  corrupt,          ///< what it has stored cannot be read
};

struct broker_failure {
  broker_problem problem = broker_problem::unavailable;
  std::string what;  ///< a sentence for the log; may hold names of files and hosts
};

template <class T>
using broker_result = boost::system::result<T, broker_failure>;

/** For `result::value()`. @throws std::runtime_error */
[[noreturn]] void throw_exception_from_error(broker_failure const& failure,
                                             boost::source_location const& where);

}  // namespace uploadproto::reference

#endif
