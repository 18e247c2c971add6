// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_APP_FILE_UPLOAD_APP_HPP
#define UPLOADPROTO_REFERENCE_APP_FILE_UPLOAD_APP_HPP

#include <memory>

#include "app/site_app.hpp"

namespace uploadproto::reference {

/** File upload put together: the job service, the role that tells its clients, and the site that serves both.
    Its unit is the only one that instantiates the role. Opens its part of the data directory; no job runs
   yet.
    @throws invalid_setting for a template that cannot be used, data_directory_in_use, storage_full,
            std::exception */
std::unique_ptr<site_app> make_file_upload_app(app_parts const& parts);

}  // namespace uploadproto::reference

#endif
