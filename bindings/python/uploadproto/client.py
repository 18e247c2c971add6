# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""The client, for asyncio."""
import asyncio
import collections
import os
from collections.abc import AsyncIterator, Callable
from typing import Any

from ._library import ffi, lib, text, utf8
from ._worker import Command, Worker
from .errors import Closed, Refused, call
from .events import Completed, Disconnected, Event, Failed, Reconnected, Unsubscribed

_MOST_KEPT = 4096
"""Events of one job that nobody has fetched yet; the oldest go beyond."""


class _Channel:
    """What one reader has not read yet."""

    def __init__(self) -> None:
        self._events: collections.deque[Event] = collections.deque(maxlen=_MOST_KEPT)
        self._news = asyncio.Event()
        self._wrong: Exception | None = None

    def put(self, event: Event) -> None:
        self._events.append(event)
        self._news.set()

    def fail(self, wrong: Exception) -> None:
        self._wrong = wrong
        self._news.set()

    async def get(self) -> Event:
        while not self._events:
            if self._wrong:
                raise self._wrong
            self._news.clear()
            await self._news.wait()
        return self._events.popleft()


class Client:
    """Follows jobs and uploads files over one of the four protocols; used as `async with Client(…) as client`.

    `protocol` is `bulk_upload`, `file_upload`, `upload_progress` or `consumer_events`; `url` is where the events are,
    `rest_url` where the REST is if not where the protocol has it. `token` is a text, or a function that is called for
    each connection and request, in the client's thread. Times are in seconds: `timeout` for a connection and for
    answers, `reconnect` for how long a lost connection is tried again (0: not at all, None: without end).

    One thread does the client's work; the methods belong to the event loop in which it was connected. Everything raises
    subclasses of `uploadproto.Error`.
    """

    def __init__(self, protocol: str, url: str, *, token: str | Callable[[], str] | None = None,
                 rest_url: str | None = None, ca_file: str | os.PathLike[str] | None = None, timeout: float = 30,
                 reconnect: float | None = 60):
        keep: list = []
        self._token = token
        options = ffi.new("uploadproto_client_options *")
        options.size = ffi.sizeof("uploadproto_client_options")
        options.protocol = utf8(protocol, "protocol", keep)
        options.url = utf8(url, "url", keep)
        options.rest_url = utf8(rest_url, "rest_url", keep)
        options.ca_file = utf8(os.fspath(ca_file) if ca_file is not None else None, "ca_file", keep)
        options.timeout_ms = int(timeout * 1000)
        options.reconnect_ms = -1 if reconnect is None else int(reconnect * 1000)
        if callable(token):
            options.token_function = self._token_function = ffi.callback("uploadproto_token_function", self._give_token)
        else:
            options.token = utf8(token, "token", keep)
        made = ffi.new("uploadproto_client **")
        call(lib.uploadproto_client_create, options, made)
        self._client = ffi.gc(made[0], lib.uploadproto_client_free)
        self._worker: Worker | None = None
        self._all: set[_Channel] = set()
        self._jobs: dict[str, _Channel] = {}

    def _give_token(self, _context) -> Any:
        try:
            self._given_token = ffi.new("char[]", self._token().encode("utf-8"))  # it is copied at once
            return self._given_token
        except Exception:  # pylint: disable=broad-except  (the library says that there was none)
            return ffi.NULL

    async def __aenter__(self) -> "Client":
        try:
            await self.connect()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_) -> None:
        await self.close()

    async def connect(self) -> None:
        """Connects. Later losses are made good by themselves."""
        if self._client is None:
            raise Closed("the client is closed")
        if self._worker is None:
            ffi.gc(self._client, None)  # from here on it is the thread's, which also frees it
            self._worker = Worker(self._client, asyncio.get_running_loop(), self._take, self._lose)
            self._worker.start()
        worker = self._worker

        def connect(_: Command) -> None:
            call(lib.uploadproto_client_connect, worker.client)
            worker.follow()

        await worker.call(connect)

    async def close(self) -> None:
        """Says goodbye. Whoever still follows gets `Closed`. A second time nothing happens."""
        worker, self._worker, self._client = self._worker, None, None
        if worker is None:
            return

        def close(_: Command) -> None:
            worker.end()
            lib.uploadproto_client_close(worker.client, ffi.NULL)

        try:
            await asyncio.shield(asyncio.ensure_future(worker.call(close)))
        finally:
            self._lose(Closed("the client is closed"))

    async def upload(self, path: str | os.PathLike[str], *, template: str | None = None,
                     on_sent: Callable[[int, int], None] | None = None) -> str:
        """Sends a file; returns the id of the job that it has become, when the server has taken it.

        `template` is for `file_upload`. `on_sent(sent, size)` is called in the event loop, in bytes. Cancelled, the
        upload is given up. What happens to the job is kept for `follow`.
        """
        worker = self._connected()
        loop = asyncio.get_running_loop()

        def upload(command: Command) -> str:
            @ffi.callback("uploadproto_sent_function")
            def sent(_context, count, size) -> int:
                if on_sent and not command.given_up:
                    loop.call_soon_threadsafe(on_sent, count, size)
                return int(command.given_up)

            keep: list = []
            options = ffi.new("uploadproto_upload_options *")
            options.size = ffi.sizeof("uploadproto_upload_options")
            options.template_name = utf8(template, "template", keep)
            options.sent_function = sent
            job = ffi.new("char **")
            call(lib.uploadproto_client_upload, worker.client, utf8(os.fspath(path), "path", keep), options, job)
            loop.call_soon_threadsafe(self._channel, text(job[0]))  # before its first event comes
            return text(job[0])

        return await worker.call(upload)

    async def subscribe(self, job_id: str) -> None:
        """Asks for a job's events, which are kept for `follow`. Raises Refused for another user's job."""
        if job_id in self._jobs:
            return
        self._channel(job_id)
        try:
            await self._of_job(lib.uploadproto_client_subscribe, job_id)
            self._connected().follow()  # a connection that was given up is there again
        except BaseException:
            self._jobs.pop(job_id, None)
            raise

    async def unsubscribe(self, job_id: str) -> None:
        """Wants a job's events no more."""
        self._jobs.pop(job_id, None)
        await self._of_job(lib.uploadproto_client_unsubscribe, job_id)

    async def cancel(self, job_id: str) -> None:
        """Asks the server to stop a job, which ends with an event of its own."""
        await self._of_job(lib.uploadproto_client_cancel, job_id)

    async def follow(self, job_id: str) -> AsyncIterator[Event]:
        """A job's events until its end, `Completed` or `Failed`, which is the last one.

        `Disconnected` and `Reconnected` come as well. Raises Refused where the server does not show the job,
        CannotConnect when the connection is lost for good; waits for a job that nobody has made yet. One reader a job: leave the loop early, and the job is
        followed no more.
        """
        await self.subscribe(job_id)
        channel = self._jobs[job_id]
        ended = False
        try:
            while not ended:
                event = await channel.get()
                if isinstance(event, Unsubscribed):
                    ended = True
                    raise Refused(event.error)
                ended = isinstance(event, (Completed, Failed))
                yield event
        finally:
            if self._jobs.get(job_id) is channel:
                del self._jobs[job_id]
                if not ended and self._worker:
                    await self._of_job(lib.uploadproto_client_unsubscribe, job_id)

    async def events(self) -> AsyncIterator[Event]:
        """Every event of the connection from now on, of whatever job, until the connection is lost for good."""
        channel = _Channel()
        self._all.add(channel)
        try:
            while True:
                yield await channel.get()
        finally:
            self._all.discard(channel)

    def _connected(self) -> Worker:
        if self._worker is None:
            raise Closed("the client is closed, or not connected yet")
        return self._worker

    async def _of_job(self, function, job_id: str) -> None:
        keep: list = []
        worker, job = self._connected(), utf8(job_id, "job_id", keep)

        def of_job(_: Command) -> None:
            call(function, worker.client, job)
            keep.clear()

        await worker.call(of_job)

    def _channel(self, job_id: str) -> _Channel:
        return self._jobs.setdefault(job_id, _Channel())

    def _take(self, event: Event) -> None:
        for channel in self._all:
            channel.put(event)
        if isinstance(event, (Disconnected, Reconnected)):
            for channel in self._jobs.values():
                channel.put(event)
        elif event.job_id in self._jobs:
            self._jobs[event.job_id].put(event)

    def _lose(self, wrong: Exception) -> None:
        for channel in [*self._all, *self._jobs.values()]:
            channel.fail(wrong)
