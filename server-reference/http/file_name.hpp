// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_FILE_NAME_HPP
#define UPLOADPROTO_REFERENCE_HTTP_FILE_NAME_HPP

#include <optional>
#include <string>
#include <string_view>

namespace uploadproto::reference::http {

/** The name to show for an uploaded file; it is never used as a path.

    Directories before the name are dropped (`C:\\dir\\a.xlsx`, `dir/a.xlsx`: RFC 7578 4.2). Nothing for a
   name that tries to leave a directory (a component `..`), is empty, has a control character or NUL, is
   longer than 255 bytes or is not UTF-8. */
std::optional<std::string> display_file_name(std::string_view sent);

/** Whether the name ends so, without regard to ASCII case. @param extension e.g. `.xlsx` */
bool has_extension(std::string_view name, std::string_view extension);

}  // namespace uploadproto::reference::http

#endif
