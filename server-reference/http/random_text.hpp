// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_RANDOM_TEXT_HPP
#define UPLOADPROTO_REFERENCE_HTTP_RANDOM_TEXT_HPP

#include <cstddef>
#include <string>

namespace uploadproto::reference::http {

/** That many random bytes of the system's generator, in hexadecimal. @throws std::runtime_error if it has
 * none */
std::string random_hexadecimal(std::size_t bytes);

}  // namespace uploadproto::reference::http

#endif
