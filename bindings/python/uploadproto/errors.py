# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""What goes wrong, as exceptions; each has the library's sentence."""
from ._library import ffi, lib, text


class Error(Exception):
    """Something that went wrong in the library or at the server."""


class InvalidArgument(Error, ValueError):
    """An unknown name, a malformed URL, an option that is missing."""


class Closed(Error):
    """The client is closed, or not connected yet."""


class Busy(Error):
    """Another call runs in the client."""


class Unsupported(Error):
    """The protocol has no such thing."""


class FileProblem(Error, OSError):
    """A file cannot be read."""


class CannotConnect(Error, ConnectionError):
    """Nobody answers, or the connection is lost for good."""


class Refused(Error, PermissionError):
    """The server answers, and says no."""


class Interrupted(Error):
    """The call was given up."""


class TokenRefused(Error):
    """The token does not verify."""


class TokenExpired(TokenRefused):
    """The token was good once."""


_BY_STATUS = {
    lib.UPLOADPROTO_INTERRUPTED: Interrupted,
    lib.UPLOADPROTO_EXPIRED: TokenExpired,
    lib.UPLOADPROTO_ERROR_ARGUMENT: InvalidArgument,
    lib.UPLOADPROTO_ERROR_STATE: Closed,
    lib.UPLOADPROTO_ERROR_BUSY: Busy,
    lib.UPLOADPROTO_ERROR_UNSUPPORTED: Unsupported,
    lib.UPLOADPROTO_ERROR_FILE: FileProblem,
    lib.UPLOADPROTO_ERROR_CONNECT: CannotConnect,
    lib.UPLOADPROTO_ERROR_REFUSED: Refused,
    lib.UPLOADPROTO_ERROR_TOKEN: TokenRefused,
}


def error_of(status: int, sentence: str) -> Exception:
    if status == lib.UPLOADPROTO_ERROR_MEMORY:
        return MemoryError(sentence)
    return _BY_STATUS.get(status, Error)(sentence)


def call(function, *arguments, passed=(lib.UPLOADPROTO_OK,)) -> int:
    """Calls a function of the library whose last parameter takes the error. @return a status among `passed`"""
    error = ffi.new("uploadproto_error *")
    status = function(*arguments, error)
    if status not in passed:
        raise error_of(status, text(error.message))
    return status
