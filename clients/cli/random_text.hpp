// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_CLI_RANDOM_TEXT_HPP
#define UPLOADPROTO_CLI_RANDOM_TEXT_HPP

#include <string>

namespace uploadproto::cli {

/** A random id of RFC 9562, version 4: of the form `uuid`, and so of the form `identifier` as well. */
std::string random_uuid();

/** What no file holds, to stand between the parts of a form. */
std::string random_boundary();

}  // namespace uploadproto::cli

#endif
