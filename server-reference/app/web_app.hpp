// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_WEB_APP_HPP
#define UPLOADPROTO_REFERENCE_APP_WEB_APP_HPP

#include <memory>

#include "app/site_app.hpp"

namespace uploadproto::reference {

/** The page: for people, over the server's other sites. Signs in development users where `web.dev_login`
   allows it.
    @throws invalid_setting */
std::unique_ptr<site_app> make_web_app(app_parts const& parts);

}  // namespace uploadproto::reference

#endif
