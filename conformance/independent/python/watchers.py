"""UP's WebSocket connections: heartbeat, limits in and out, and what each is told of its batch."""

import asyncio
import collections
import json
import time

from aiohttp import WSCloseCode, WSMsgType, web

from jobs import timestamp

LIMITS = {"connections_per_user": 5, "messages_per_second": 10, "message_bytes": 1024, "heartbeat_seconds": 30,
          "timeout_seconds": 300}
CONTROL_FRAMES_PER_SECOND = 100
# The first message of each of the five stages never waits, so the others leave that much of a second's ten alone.
MERGED_PER_SECOND = LIMITS["messages_per_second"] - 5
LINGER_SECONDS = 0.5
SHORTENED = ("message", "error", "filename")


class Second:
    """Counts what happened in the last second."""

    def __init__(self):
        self._times = collections.deque()

    def count(self):
        while self._times and self._times[0] <= time.monotonic() - 1:
            self._times.popleft()
        return len(self._times)

    def add(self):
        self._times.append(time.monotonic())
        return self.count()

    def until_free(self):
        return self._times[0] + 1 - time.monotonic()


class Watcher:
    """One connection. `run` serves it to its end; what it is told meanwhile leaves in order, by its own writer."""

    def __init__(self, user, statistics):
        # The library refuses a message once it has as many bytes as its limit: one more than the contract's.
        self.socket = web.WebSocketResponse(autoping=False, compress=False, max_msg_size=LIMITS["message_bytes"] + 1,
                                            receive_timeout=LIMITS["timeout_seconds"], timeout=5)
        self.user = user
        self.statistics = statistics
        self._outbox = asyncio.Queue()
        self._received = Second()
        self._control_frames = Second()
        self._merged = Second()
        self._stage = None
        self._waiting = None
        self._timer = None
        self._written = asyncio.Event()

    @property
    def open(self):
        return not self.socket.closed

    async def run(self, request, first_messages):
        await self.socket.prepare(request)
        for message in first_messages():
            self._put(message)
        tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._beat())]
        try:
            while self.open:
                message = await self.socket.receive()
                if not await self._hear(message):
                    break
            if message.type == WSMsgType.CLOSING:
                await self._written.wait()
            elif self.socket.close_code != WSCloseCode.OK:
                # What is still on its way to a closed socket would reset the connection before the peer reads why.
                await asyncio.sleep(LINGER_SECONDS)
        except asyncio.TimeoutError:
            request.transport.abort()
        finally:
            self._drop()
            for task in tasks:
                task.cancel()
        return self.socket

    def progress(self, message):
        """Tells of a step of the batch: at once, or merged with what comes until the limit allows it."""
        if message["stage"] != self._stage:
            self._stage = message["stage"]
            self._drop()
            self._put(message)
            return
        self.statistics["messages_merged"] += self._waiting is not None
        self._waiting = message
        if self._timer is None:
            self._flush()

    def end(self, message):
        """The batch has ended: its last message, and then the connection."""
        self._drop()
        self._put(message)
        self._outbox.put_nowait(None)

    async def leave(self):
        """Ends the connection because the server goes; what is to be sent before that still is."""
        self._outbox.put_nowait(None)
        await self._written.wait()

    def _flush(self):
        self._timer = None
        if self._merged.count() >= MERGED_PER_SECOND:
            self._timer = asyncio.get_running_loop().call_later(self._merged.until_free() + 0.001, self._flush)
            return
        self._merged.add()
        self._put(self._waiting)
        self._waiting = None

    def _drop(self):
        if self._timer:
            self._timer.cancel()
        self.statistics["messages_merged"] += self._waiting is not None
        self._timer = self._waiting = None

    def _put(self, message):
        self._outbox.put_nowait(fitted(message))

    async def _write(self):
        try:
            while (text := await self._outbox.get()) is not None:
                await self.socket.send_str(text)
                self.statistics["messages_sent"] += 1
            await self.socket.close(code=WSCloseCode.OK)
        except ConnectionError:
            pass  # the reader learns of it as well
        finally:
            self._written.set()

    async def _beat(self):
        while True:
            await asyncio.sleep(LIMITS["heartbeat_seconds"])
            try:
                await self.socket.ping()
            except ConnectionError:
                return

    async def _hear(self, message):
        """Takes a frame; false when it was the last."""
        if message.type in (WSMsgType.PING, WSMsgType.PONG):
            if self._control_frames.add() > CONTROL_FRAMES_PER_SECOND:
                await self.socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"Too many control frames")
            elif message.type == WSMsgType.PING:
                await self.socket.pong(message.data)
            return True
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return False
        content = message.data.encode() if message.type == WSMsgType.TEXT else message.data
        if len(content) > LIMITS["message_bytes"]:  # the library lets fragments through that arrive at once
            await self.socket.close(code=WSCloseCode.MESSAGE_TOO_BIG)
        elif self._received.add() > LIMITS["messages_per_second"]:
            await self.socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"Too many messages")
        elif message.data == "ping":
            self._outbox.put_nowait("pong")
        elif message.type == WSMsgType.TEXT and type_of(content) == "ping":
            self._outbox.put_nowait('{"type":"pong"}')
        return True


def connected(batch_id):
    return {"batch_id": batch_id, "progress": 0, "status": "connected", "stage": "validation", "message": "Connected",
            "timestamp": timestamp()}


def type_of(content):
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return value.get("type") if isinstance(value, dict) else None


def fitted(message):
    """The message as JSON of no more than 1024 bytes: its longest texts are shortened until it fits."""
    longest = 400
    while True:
        text = json.dumps(shortened(message, longest), ensure_ascii=False)
        if len(text.encode(errors="replace")) <= LIMITS["message_bytes"]:
            return text
        longest //= 2


def shortened(members, longest):
    def short(name, value):
        if isinstance(value, dict):
            return shortened(value, longest)
        return value[:longest] if name in SHORTENED else value

    return {name: short(name, value) for name, value in members.items()}
