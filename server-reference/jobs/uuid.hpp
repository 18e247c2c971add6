// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_JOBS_UUID_HPP
#define UPLOADPROTO_REFERENCE_JOBS_UUID_HPP

#include <boost/uuid/random_generator.hpp>
#include <boost/uuid/uuid_io.hpp>
#include <string>

namespace uploadproto::reference {

/** A random UUID (RFC 9562, version 4) in its usual form. Thread-safe. */
inline std::string make_uuid() {
  thread_local boost::uuids::random_generator generate;
  return to_string(generate());
}

}  // namespace uploadproto::reference

#endif
