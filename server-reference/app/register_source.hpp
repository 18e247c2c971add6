// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_REGISTER_SOURCE_HPP
#define UPLOADPROTO_REFERENCE_APP_REGISTER_SOURCE_HPP

#include <memory>

#include "config/settings.hpp"
#include "register/register_lookup.hpp"
#include "register/voters_roll.hpp"

namespace uploadproto::reference {

/** The roll of the embedded register: the configured file, or the one that ships with the program.
    @throws invalid_setting naming the file */
std::shared_ptr<voters_roll const> load_roll(register_settings const& s);

/** Where the jobs look ID numbers up: over HTTP if a URL is configured, else in process (BU-P3).
    @throws invalid_setting */
std::shared_ptr<register_lookup> make_register_lookup(register_settings const& s);

}  // namespace uploadproto::reference

#endif
