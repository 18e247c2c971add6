// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_REGISTER_SITE_HPP
#define UPLOADPROTO_REFERENCE_APP_REGISTER_SITE_HPP

#include "config/settings.hpp"
#include "http/site.hpp"

namespace uploadproto::reference {

/** The embedded register by the Electoral Commission's interface (BU-P3), for tests and for trying it out.
    @throws invalid_setting */
http::site make_register_site(settings const& s);

}  // namespace uploadproto::reference

#endif
