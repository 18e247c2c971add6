// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#include "app/register_site.hpp"

namespace uploadproto::reference {

http::site make_register_site(settings const&) {
  throw invalid_setting("the listener register is not in this version of the server");
}

}  // namespace uploadproto::reference
