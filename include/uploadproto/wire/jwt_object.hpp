// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_WIRE_JWT_OBJECT_HPP
#define UPLOADPROTO_WIRE_JWT_OBJECT_HPP

#include <boost/json/object.hpp>
#include <string_view>
#include <uploadproto/config.hpp>
#include <uploadproto/result.hpp>
#include <uploadproto/wire/jwt_error.hpp>

namespace uploadproto::wire::jwt {

/** Reads a JOSE header, claims set or key set: one JSON object in UTF-8, no member twice at any depth
    (RFC 7515 4: a reader that lets the last one win can be shown something else than the next reader).

    @return error::not_json_object or error::duplicate_member.
*/
UPLOADPROTO_DECL result<boost::json::object> parse_object(std::string_view json);

}  // namespace uploadproto::wire::jwt

#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#include <uploadproto/wire/impl/jwt_object.ipp>
#endif
#endif
