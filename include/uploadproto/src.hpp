// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
#ifndef UPLOADPROTO_SRC_HPP
#define UPLOADPROTO_SRC_HPP

/** @file
    Every non-template definition of the SDK. Include it in exactly one translation unit of a program
    that defines `UPLOADPROTO_SEPARATE_COMPILATION`; otherwise never.

    To compile it in parallel, three units may each define one of `UPLOADPROTO_SRC_PROTOCOL`,
    `UPLOADPROTO_SRC_SERVER` and `UPLOADPROTO_SRC_CLIENT` before including it.
*/
#if !defined(UPLOADPROTO_SEPARATE_COMPILATION)
#error "uploadproto/src.hpp is for programs that define UPLOADPROTO_SEPARATE_COMPILATION"
#endif

#if !defined(UPLOADPROTO_SRC_PROTOCOL) && !defined(UPLOADPROTO_SRC_SERVER) && !defined(UPLOADPROTO_SRC_CLIENT)
#define UPLOADPROTO_SRC_PROTOCOL
#define UPLOADPROTO_SRC_SERVER
#define UPLOADPROTO_SRC_CLIENT
#endif

#if defined(UPLOADPROTO_SRC_PROTOCOL)
#include <uploadproto/contract/impl/check.ipp>
#include <uploadproto/contract/impl/fit.ipp>
#include <uploadproto/contract/impl/json_text.ipp>
#include <uploadproto/contract/impl/progress_error.ipp>
#include <uploadproto/contract/impl/protocol.ipp>
#include <uploadproto/contract/impl/reader.ipp>
#include <uploadproto/contract/impl/rest.ipp>
#include <uploadproto/contract/impl/rules.ipp>
#include <uploadproto/contract/impl/samples.ipp>
#include <uploadproto/contract/impl/stages.ipp>
#include <uploadproto/contract/impl/timestamp.ipp>
#include <uploadproto/contract/impl/violation.ipp>
#include <uploadproto/contract/impl/writer.ipp>

#include <uploadproto/wire/impl/base64.ipp>
#include <uploadproto/wire/impl/engineio.ipp>
#include <uploadproto/wire/impl/error.ipp>
#include <uploadproto/wire/impl/json.ipp>
#include <uploadproto/wire/impl/jwt.ipp>
#include <uploadproto/wire/impl/jwt_error.ipp>
#include <uploadproto/wire/impl/jwt_jwk.ipp>
#include <uploadproto/wire/impl/jwt_key.ipp>
#include <uploadproto/wire/impl/jwt_object.ipp>
#include <uploadproto/wire/impl/percent.ipp>
#include <uploadproto/wire/impl/socketio.ipp>
#include <uploadproto/wire/impl/utf8.ipp>
#include <uploadproto/wire/impl/websocket.ipp>

#include <uploadproto/session/impl/ack_table.ipp>
#include <uploadproto/session/impl/admission.ipp>
#include <uploadproto/session/impl/client_error.ipp>
#include <uploadproto/session/impl/client_session.ipp>
#include <uploadproto/session/impl/cookie.ipp>
#include <uploadproto/session/impl/cookie_jar.ipp>
#include <uploadproto/session/impl/engineio_client.ipp>
#include <uploadproto/session/impl/engineio_handshake.ipp>
#include <uploadproto/session/impl/engineio_server.ipp>
#include <uploadproto/session/impl/error.ipp>
#include <uploadproto/session/impl/job_board.ipp>
#include <uploadproto/session/impl/json_client.ipp>
#include <uploadproto/session/impl/json_connection.ipp>
#include <uploadproto/session/impl/recovery_store.ipp>
#include <uploadproto/session/impl/retry_queue.ipp>
#include <uploadproto/session/impl/socketio_client.ipp>
#include <uploadproto/session/impl/socketio_server.ipp>
#include <uploadproto/session/impl/ticket_office.ipp>
#endif

#if defined(UPLOADPROTO_SRC_SERVER)
#include <uploadproto/net/impl/engineio_http.ipp>
#include <uploadproto/net/impl/engineio_server.ipp>
#include <uploadproto/net/impl/http_listener.ipp>
#include <uploadproto/net/impl/json_http.ipp>
#include <uploadproto/net/impl/json_server.ipp>
#include <uploadproto/net/impl/link_loop.ipp>
#include <uploadproto/net/impl/random_id.ipp>
#include <uploadproto/net/impl/websocket_link.ipp>
#include <uploadproto/net/impl/websocket_upgrade.ipp>

#include <uploadproto/socketio/impl/broadcast.ipp>
#include <uploadproto/socketio/impl/emit.ipp>
#include <uploadproto/socketio/impl/listeners.ipp>
#include <uploadproto/socketio/impl/loop_group.ipp>
#include <uploadproto/socketio/impl/name_space.ipp>
#include <uploadproto/socketio/impl/server.ipp>
#include <uploadproto/socketio/impl/socket.ipp>

#include <uploadproto/impl/job_server.ipp>
#include <uploadproto/impl/json_job_server.ipp>
#endif

#if defined(UPLOADPROTO_SRC_CLIENT)
#include <uploadproto/net/impl/client_connection.ipp>
#include <uploadproto/net/impl/client_driver.ipp>
#include <uploadproto/net/impl/client_proxy.ipp>
#include <uploadproto/net/impl/client_requests.ipp>
#include <uploadproto/net/impl/client_stream.ipp>
#include <uploadproto/net/impl/client_url.ipp>
#include <uploadproto/net/impl/http_client.ipp>
#include <uploadproto/net/impl/json_client.ipp>
#include <uploadproto/net/impl/json_client_driver.ipp>
#include <uploadproto/net/impl/websocket_client.ipp>

#include <uploadproto/socketio/impl/client.ipp>

#include <uploadproto/impl/job_client.ipp>
#include <uploadproto/impl/json_job_client.ipp>
#endif

#endif
