// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_REGISTER_SITE_HPP
#define UPLOADPROTO_REFERENCE_APP_REGISTER_SITE_HPP

#include <memory>

#include "app/site_app.hpp"

namespace uploadproto::reference {

/** The embedded register by the Electoral Commission's interface (BU-P3), for tests and for trying it out.
    @throws invalid_setting */
std::unique_ptr<site_app> make_register_app(app_parts const& parts);

}  // namespace uploadproto::reference

#endif
