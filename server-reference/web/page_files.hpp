// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_WEB_PAGE_FILES_HPP
#define UPLOADPROTO_REFERENCE_WEB_PAGE_FILES_HPP

#include <string>
#include <string_view>
#include <vector>

namespace uploadproto::reference {

/** A file of the page, which is part of the program. */
struct page_file {
  std::string_view path;   ///< at which it is served, `/page/app.js`
  std::string_view bytes;  ///< live for ever
  std::string_view media_type;
  std::string etag;  ///< strong, with its quotes: of the bytes alone
};

/** All of them. `/` is the page itself. */
std::vector<page_file> const& page_files();

}  // namespace uploadproto::reference

#endif
