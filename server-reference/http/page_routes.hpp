// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_PAGE_ROUTES_HPP
#define UPLOADPROTO_REFERENCE_HTTP_PAGE_ROUTES_HPP

#include <boost/json/object.hpp>
#include <map>
#include <string>

#include "http/router.hpp"

namespace uploadproto::reference::http {

/** What the page must know of the server around it. */
struct page_surroundings {
  std::map<std::string, std::string> urls;  ///< of the server's sites, by name
  boost::json::object description;          ///< of `/server.json`
};

/** The page's files, each with a strong ETag and a content security policy that lets it run what it came with
   and talk to the server's own sites, nothing else; and `/server.json`. */
void add_page_routes(router& to, page_surroundings around);

/** The sources that a page may connect to: each site by the name by which the page itself was asked for, if
   that is where the site listens. */
std::string connect_sources(std::map<std::string, std::string> const& urls, std::string_view host_name);

}  // namespace uploadproto::reference::http

#endif
