# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""What happens to jobs and to the connection."""
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from . import contract
from ._library import lib, text

Payload: TypeAlias = (
    contract.BulkUploadProgress | contract.BulkUploadComplete | contract.BulkUploadFailed
    | contract.FileUploadProgress | contract.FileUploadCompleted | contract.FileUploadError | contract.FileUploadPong
    | contract.UploadProgressMessage
    | contract.ConnectionSuccess | contract.MessageReceived | contract.ProcessingStarted | contract.ProcessingCompleted
    | contract.ProcessingFailed | contract.StatsUpdated
    | Mapping[str, Any])
"""Everything that servers send, by the contract; the last is what a derived event is made of."""


@dataclass(frozen=True)
class Event:
    """Something that has happened."""

    protocol: str
    name: str
    """on the wire; empty where the protocol has no names"""
    job_id: str
    payload: Payload | None = field(repr=False)
    derived: bool
    """made by the library: of the several jobs that an upload became, or of what the server's REST says"""


@dataclass(frozen=True)
class Progress(Event):
    """A job goes on."""

    stage: str
    progress: float | None
    """percent, 0 to 100"""
    message: str


@dataclass(frozen=True)
class Completed(Event):
    """A job's end."""

    message: str
    report: str
    """path or URL; empty: there is none"""
    duration_ms: float | None


@dataclass(frozen=True)
class Failed(Event):
    """A job's end, and why."""

    stage: str
    error: str


@dataclass(frozen=True)
class Notice(Event):
    """About no job's progress: a greeting, statistics."""

    message: str


@dataclass(frozen=True)
class Malformed(Event):
    """A message that breaks the contract, and how."""

    error: str


@dataclass(frozen=True)
class Disconnected(Event):
    """The connection is lost and is being made again."""

    error: str


@dataclass(frozen=True)
class Reconnected(Event):
    """The connection is back, subscriptions included."""


@dataclass(frozen=True)
class Unsubscribed(Event):
    """The server shows this job no more."""

    error: str


def _known(number: float) -> float | None:
    return None if number < 0 else number


def _payload(encoded: str) -> Payload | None:
    return json.loads(encoded) if encoded else None


def event_of(e) -> Event:
    """From the library's structure, which is valid only for now."""
    base = (text(e.protocol), text(e.name), text(e.job_id), _payload(text(e.json)), bool(e.derived))
    stage, message, error = text(e.stage), text(e.message), text(e.error)
    if e.kind == lib.UPLOADPROTO_EVENT_PROGRESS:
        return Progress(*base, stage, _known(e.progress), message)
    if e.kind == lib.UPLOADPROTO_EVENT_COMPLETED:
        return Completed(*base, message, text(e.report), _known(e.duration_ms))
    if e.kind == lib.UPLOADPROTO_EVENT_FAILED:
        return Failed(*base, stage, error)
    if e.kind == lib.UPLOADPROTO_EVENT_MALFORMED:
        return Malformed(*base, error)
    if e.kind == lib.UPLOADPROTO_EVENT_DISCONNECTED:
        return Disconnected(*base, error)
    if e.kind == lib.UPLOADPROTO_EVENT_RECONNECTED:
        return Reconnected(*base)
    if e.kind == lib.UPLOADPROTO_EVENT_UNSUBSCRIBED:
        return Unsubscribed(*base, error)
    return Notice(*base, message)
