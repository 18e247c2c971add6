# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""The thread rules of the C header, by the library itself."""
import threading

from uploadproto._library import ffi, lib, text


def connected(server, keep):
    options = ffi.new("uploadproto_client_options *")
    keep += [ffi.new("char[]", b"file_upload"), ffi.new("char[]", server.urls["file_upload"].encode())]
    options.size = ffi.sizeof("uploadproto_client_options")
    options.protocol, options.url = keep
    options.timeout_ms = 30000
    made = ffi.new("uploadproto_client **")
    assert lib.uploadproto_client_create(options, made, ffi.NULL) == lib.UPLOADPROTO_OK
    assert lib.uploadproto_client_connect(made[0], ffi.NULL) == lib.UPLOADPROTO_OK
    return made[0]


def test_a_second_thread_is_told_to_wait_and_may_interrupt(server):
    client = connected(server, [])
    ended = []

    def poll():
        event = ffi.new("uploadproto_event **")
        status = lib.UPLOADPROTO_ERROR_BUSY
        while status == lib.UPLOADPROTO_ERROR_BUSY:  # the other thread was a moment faster
            status = lib.uploadproto_client_poll(client, -1, event, ffi.NULL)
        ended.append(status)

    polling = threading.Thread(target=poll)
    polling.start()
    error = ffi.new("uploadproto_error *")
    while lib.uploadproto_client_cancel(client, ffi.new("char[]", b"j"), error) != lib.UPLOADPROTO_ERROR_BUSY:
        assert error.status == lib.UPLOADPROTO_ERROR_UNSUPPORTED
    assert text(error.message) == "another call is running in this client"
    assert lib.uploadproto_client_free(client) == lib.UPLOADPROTO_ERROR_BUSY
    assert lib.uploadproto_client_interrupt(client) == lib.UPLOADPROTO_OK
    polling.join(60)
    assert ended == [lib.UPLOADPROTO_INTERRUPTED]
    assert lib.uploadproto_client_free(client) == lib.UPLOADPROTO_OK
