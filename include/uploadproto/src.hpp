// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SRC_HPP
#define UPLOADPROTO_SRC_HPP

/** @file
    Every non-template definition of the SDK. Include it in exactly one translation unit of a program
    that defines `UPLOADPROTO_SEPARATE_COMPILATION`; otherwise never.
*/
#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#error "uploadproto/src.hpp is for programs that define UPLOADPROTO_SEPARATE_COMPILATION"
#endif

#include <uploadproto/wire/impl/base64.ipp>
#include <uploadproto/wire/impl/engineio.ipp>
#include <uploadproto/wire/impl/error.ipp>
#include <uploadproto/wire/impl/json.ipp>
#include <uploadproto/wire/impl/jwt.ipp>
#include <uploadproto/wire/impl/jwt_error.ipp>
#include <uploadproto/wire/impl/jwt_jwk.ipp>
#include <uploadproto/wire/impl/jwt_key.ipp>
#include <uploadproto/wire/impl/jwt_object.ipp>
#include <uploadproto/wire/impl/socketio.ipp>
#include <uploadproto/wire/impl/utf8.ipp>
#include <uploadproto/wire/impl/websocket.ipp>

#endif
