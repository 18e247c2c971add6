// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_REFERENCE_HTTP_QUERY_NUMBER_HPP
#define UPLOADPROTO_REFERENCE_HTTP_QUERY_NUMBER_HPP

#include <cstdint>
#include <string_view>

#include "http/request.hpp"

namespace uploadproto::reference::http {

/** A query parameter that is a whole number from 1 on; `otherwise` where it is absent. @throws http_error 400
 */
std::uint64_t query_number(request const& r, std::string_view name, std::uint64_t otherwise);

}  // namespace uploadproto::reference::http

#endif
