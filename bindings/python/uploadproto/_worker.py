# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""The thread in which a client of the library lives."""
import asyncio
import collections
import threading
from collections.abc import Callable
from typing import Any

from ._library import ffi, lib
from .errors import Closed, call
from .events import Event, event_of


class Command:
    """A call that a coroutine waits for."""

    def __init__(self, function: Callable[["Command"], Any], future: asyncio.Future):
        self.function, self.future = function, future
        self.given_up = False


class Worker(threading.Thread):
    """Makes all calls of one client, one after the other, and polls between them.

    What comes of it is told to the event loop: `on_event(event)`, `on_lost(error)` when no event will come any more.
    """

    def __init__(self, client, loop: asyncio.AbstractEventLoop, on_event: Callable[[Event], None],
                 on_lost: Callable[[Exception], None]):
        super().__init__(name="uploadproto", daemon=True)
        self.client, self._loop, self._on_event, self._on_lost = client, loop, on_event, on_lost
        self._lock = threading.Condition()
        self._commands: collections.deque[Command] = collections.deque()
        self._running: Command | None = None
        self._polling = self._ended = self._follows = False

    async def call(self, function: Callable[[Command], Any]) -> Any:
        """Runs a function in the thread. Cancelled, it is not begun, or interrupted."""
        command = Command(function, self._loop.create_future())
        with self._lock:
            if self._ended:
                raise Closed("the client is closed")
            self._commands.append(command)
            self._lock.notify()
            if self._polling:
                lib.uploadproto_client_interrupt(self.client)
        try:
            return await command.future
        except asyncio.CancelledError:
            with self._lock:
                command.given_up = True
                if self._running is command:
                    lib.uploadproto_client_interrupt(self.client)
            raise

    def follow(self) -> None:
        """There is a connection to poll."""
        with self._lock:
            self._follows = True
            self._lock.notify()

    def end(self) -> None:
        """To be called from a command: the last one."""
        self._ended = True

    def run(self) -> None:
        while True:
            command = self._next()
            if command:
                self._execute(command)
            elif self._ended:
                break
            else:
                self._poll()
        lib.uploadproto_client_free(self.client)

    def _next(self) -> Command | None:
        """The next command; None: it is time to poll, or to end. Waits while there is neither."""
        with self._lock:
            while not self._commands and not self._follows and not self._ended:
                self._lock.wait()
            self._running = self._commands.popleft() if self._commands else None
            self._polling = not self._running and not self._ended
            return self._running

    def _execute(self, command: Command) -> None:
        value, wrong = None, None
        if not command.given_up:
            try:
                value = command.function(command)
            except Exception as e:  # pylint: disable=broad-except  (it is the waiting coroutine's)
                wrong = e
        with self._lock:
            self._running = None
        self._tell(self._settle, command.future, value, wrong)

    @staticmethod
    def _settle(future: asyncio.Future, value: Any, wrong: Exception | None) -> None:
        if future.done():
            return
        if wrong:
            future.set_exception(wrong)
        else:
            future.set_result(value)

    def _poll(self) -> None:
        event = ffi.new("uploadproto_event **")
        try:
            status = call(lib.uploadproto_client_poll, self.client, -1, event,
                          passed=(lib.UPLOADPROTO_OK, lib.UPLOADPROTO_INTERRUPTED))
            if status == lib.UPLOADPROTO_OK:
                self._tell(self._on_event, event_of(event[0]))
        except Exception as e:  # pylint: disable=broad-except  (it is for those who follow)
            self._follows = False
            self._tell(self._on_lost, e)
        with self._lock:
            self._polling = False

    def _tell(self, function: Callable, *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(function, *arguments)
        except RuntimeError:  # the event loop is closed: nobody is left to be told
            self._ended = True
