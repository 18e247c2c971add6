// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_UPLOAD_PROGRESS_APP_HPP
#define UPLOADPROTO_REFERENCE_APP_UPLOAD_PROGRESS_APP_HPP

#include <memory>

#include "app/site_app.hpp"

namespace uploadproto::reference {

/** Upload progress put together: the service of batches, the role that tells its clients, and the site that
   serves both. Its unit is the only one that instantiates the role. Opens its part of the data directory; no
   batch runs yet.
    @throws invalid_setting, data_directory_in_use, storage_full, std::exception */
std::unique_ptr<site_app> make_upload_progress_app(app_parts const& parts);

}  // namespace uploadproto::reference

#endif
