# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""What needs no server: messages are judged, tokens verified."""
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ._library import ffi, lib, text, utf8
from .errors import call


@dataclass(frozen=True)
class Violation:
    """One thing that is wrong with a message."""

    pointer: str
    """JSON pointer (RFC 6901) into the message; empty: the message itself"""
    code: str
    """`missing_member`, `out_of_range`, …; `not_json`"""
    expected: str
    got: str
    message: str
    """`/progress: expected a number of 0 to 100, got 120`"""


@dataclass(frozen=True)
class Claims:
    """What a verified token says."""

    user_id: str
    expires_at: datetime
    all: Mapping[str, Any]


def version() -> str:
    """Of the library that is loaded."""
    return text(lib.uploadproto_version())


def validate(protocol: str, event: str | None, payload: Any) -> list[Violation]:
    """Everything that is wrong with a message of a server or a client; empty: nothing.

    `event` is its name, None where the protocol has none. `payload` is a value that `json.dumps` takes, or JSON text as
    `bytes`. Raises InvalidArgument for an unknown protocol or event.
    """
    encoded = payload if isinstance(payload, bytes) else json.dumps(payload).encode("utf-8")
    keep: list = []
    found = ffi.new("uploadproto_violations **")
    # A text may be no JSON for the zero byte in it: it goes with its size.
    call(lib.uploadproto_validate, utf8(protocol, "protocol", keep), utf8(event, "event", keep),
         ffi.from_buffer("char[]", encoded), len(encoded), found,
         passed=(lib.UPLOADPROTO_OK, lib.UPLOADPROTO_INVALID))
    try:
        return [_violation(lib.uploadproto_violations_at(found[0], i))
                for i in range(lib.uploadproto_violations_count(found[0]))]
    finally:
        lib.uploadproto_violations_free(found[0])


def _violation(v) -> Violation:
    return Violation(text(v.pointer), text(v.code), text(v.expected), text(v.got), text(v.message))


def verify_token(secret: str | bytes, token: str, *, ticket: bool = False) -> Claims:
    """Verifies an HS256 token by the present time, with 30 seconds of grace.

    `secret` has at least 32 bytes; `ticket`: the token must be one for a single connection. Raises TokenExpired,
    TokenRefused, or InvalidArgument for a secret that is too short. The sentence never contains the token.
    """
    key = secret.encode("utf-8") if isinstance(secret, str) else secret
    keep: list = []
    found = ffi.new("uploadproto_claims **")
    use = lib.UPLOADPROTO_TOKEN_TICKET if ticket else lib.UPLOADPROTO_TOKEN_ACCESS
    call(lib.uploadproto_verify_token, ffi.from_buffer("char[]", key), len(key), utf8(token, "token", keep), use, found)
    try:
        expiry = datetime.fromtimestamp(found[0].expires_at, timezone.utc)
        return Claims(text(found[0].user_id), expiry, json.loads(text(found[0].json)))
    finally:
        lib.uploadproto_claims_free(found[0])
