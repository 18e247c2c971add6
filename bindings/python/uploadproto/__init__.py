# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""Follow upload jobs live, upload files, judge messages by the contract, verify tokens.

    async with uploadproto.Client("bulk_upload", "http://127.0.0.1:5000", token=token) as client:
        job = await client.upload("members.xlsx")
        async for event in client.follow(job):
            print(event)

`uploadproto.contract` has the types of all payloads.
"""
from .client import Client
from .errors import (Busy, CannotConnect, Closed, Error, FileProblem, Interrupted, InvalidArgument, Refused,
                     TokenExpired, TokenRefused, Unsupported)
from .events import (Completed, Disconnected, Event, Failed, Malformed, Notice, Payload, Progress, Reconnected,
                     Unsubscribed)
from .messages import Claims, Violation, validate, verify_token, version

__all__ = [
    "Busy", "CannotConnect", "Claims", "Client", "Closed", "Completed", "Disconnected", "Error", "Event", "Failed",
    "FileProblem", "Interrupted", "InvalidArgument", "Malformed", "Notice", "Payload", "Progress", "Reconnected",
    "Refused", "TokenExpired", "TokenRefused", "Unsubscribed", "Unsupported", "Violation", "validate", "verify_token",
    "version",
]
