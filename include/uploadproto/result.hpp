// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_RESULT_HPP
#define UPLOADPROTO_RESULT_HPP

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace uploadproto {

using error_code = boost::system::error_code;

/** A value, or the error that stood in its way. The lower floors return it and never throw. */
template <class T>
using result = boost::system::result<T>;

}  // namespace uploadproto

#endif
