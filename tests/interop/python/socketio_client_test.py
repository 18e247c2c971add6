"""Our Socket.IO client, as socketio-client-fixture, against a python-socketio server."""

import asyncio
import base64
import json
import threading
import unittest

import socketio
from aiohttp import web

import fixture_programs

PATIENCE = fixture_programs.PATIENCE
PING_INTERVAL = 0.3


def shown(content):
    """Bytes as the fixture writes them."""
    return {"$bytes": base64.b64encode(content).decode()}


class python_server:
    """A python-socketio server on aiohttp, in a loop and a thread of its own."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.io = socketio.AsyncServer(async_mode="aiohttp", ping_interval=PING_INTERVAL, namespaces="*")
        self.transports = {}  # sid -> the TCP connection it came over
        for register in (self._main, self._closed):
            register()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        self.runner = self.run(self._start())
        self.url = "http://%s:%d" % self.runner.addresses[0][:2]

    def _main(self):
        io = self.io

        @io.event
        async def connect(sid, environ, auth):
            self.transports[sid] = environ["aiohttp.request"].transport
            await io.emit("auth", auth, to=sid)

        @io.on("message")
        async def message(sid, *args):
            await io.emit("message-back", args, to=sid)

        io.on("ask", lambda sid, *args: args)

        @io.on("ask-me")
        async def ask_me(sid, *args):
            # A handler that waits here would keep the answer from being read.
            io.start_background_task(self._ask, sid, args)

        io.on("later", lambda sid: io.start_background_task(self._tell_later, sid))
        io.on("join", lambda sid, room: io.enter_room(sid, room))
        io.on("shout", lambda sid, room, text: self._emit("shouted", text, room))

        @io.on("leave-me")
        async def leave_me(sid):
            await io.disconnect(sid)

        @io.on("cut-me")
        async def cut_me(sid):
            self.transports[sid].close()

    def _closed(self):
        @self.io.on("connect", namespace="/closed")
        async def refuse(sid, environ, auth):
            raise socketio.exceptions.ConnectionRefusedError("not you", {"code": 9})

        self.io.on("ask", lambda sid, *args: args, namespace="/open")

    def _emit(self, name, text, room):
        return self.io.start_background_task(self.io.emit, name, text, room)

    async def _tell_later(self, sid):
        await asyncio.sleep(2.5 * PING_INTERVAL)
        await self.io.emit("later", to=sid)

    async def _ask(self, sid, args):
        answer = await self.io.call("question", args, to=sid, timeout=PATIENCE)
        await self.io.emit("answered", answer, to=sid)

    async def _start(self):
        app = web.Application()
        self.io.attach(app)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, shutdown_timeout=0.1).start()
        return runner

    async def _stop(self):
        for site in list(self.runner.sites):
            await site.stop()
        rest = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)

    def stop(self):
        self.run(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class our_client:
    """The cases; the transports are chosen below."""

    transports = None

    @classmethod
    def setUpClass(cls):
        cls.server = python_server()
        cls.addClassCleanup(cls.server.stop)

    def client(self, *options):
        made = fixture_programs.client(self.server.url, "--transports", self.transports, *options)
        self.addCleanup(made.stop)
        return made

    def test_events_and_bytes(self):
        client = self.client("--auth", '{"token":"t"}')
        self.assertEqual([{"token": "t"}], client.next("event")["args"])
        if self.transports == "polling,websocket":
            client.upgrades.get(timeout=PATIENCE)
        for args in ([1, -2.5, "zwei ü € 😀", None, {"a": [{}]}], [shown(b"\0\4\xff"), {"deep": [shown(b"")]}, "x"]):
            client.say("emit message " + json.dumps(args))
            self.assertEqual({"type": "event", "name": "message-back", "args": args}, client.next("event"))

    def test_acknowledgements_both_ways(self):
        client = self.client()
        client.next("event")
        client.say("emit-ack ask " + json.dumps([[1], shown(b"\7")]) + f" {PATIENCE * 1000}")
        self.assertEqual([[1], shown(b"\7")], client.next("ack")["args"])
        client.say("emit-ack nobody-answers [] 50")
        client.next("ack_timeout")
        client.say("emit ask-me " + json.dumps(["what", shown(b"\1")]))
        self.assertEqual("question", client.next("event")["name"])
        self.assertEqual(["what", shown(b"\1")], client.next("event")["args"])

    def test_namespaces_and_refusals(self):
        client = self.client("--namespace", "/open")
        client.say('emit-ack ask ["here"]')
        self.assertEqual(["here"], client.next("ack")["args"])
        refused = self.client("--namespace", "/closed")
        error = refused.next("connect_error")
        self.assertEqual(("not you", {"code": 9}), (error["message"], error["data"]))

    def test_rooms(self):
        clients = [self.client() for _ in range(3)]
        for client in clients:
            client.next("event")
        for client in clients[:2]:
            client.say('emit-ack join ["room"]')
            client.next("ack")
        clients[2].say('emit shout ["room", "hello"]')
        for client in clients[:2]:
            self.assertEqual(["hello"], client.next("event")["args"])

    def test_a_server_that_puts_it_out(self):
        client = self.client()
        client.next("event")
        client.say("emit leave-me []")
        self.assertEqual("io server disconnect", client.next("disconnect")["reason"])
        client.say("connect")
        client.next("event")
        client.say('emit-ack ask ["back"]')
        self.assertEqual(["back"], client.next("ack")["args"])

    def test_heartbeats_are_answered(self):
        client = self.client()
        client.next("event")
        client.say("emit later []")  # python-engineio ends a session that owes it a pong
        self.assertEqual("later", client.next("event")["name"])


class over_websocket(our_client, unittest.TestCase):
    transports = "websocket"

    def test_a_connection_that_is_cut_comes_back(self):
        client = self.client()
        client.next("event")
        client.say("emit cut-me []")
        self.assertRegex(client.next("disconnect")["reason"], "^transport (close|error)$")
        client.next("reconnect_attempt")
        client.next("event")
        client.say('emit-ack ask ["back"]')
        self.assertEqual(["back"], client.next("ack")["args"])


class over_polling(our_client, unittest.TestCase):
    transports = "polling"


class upgraded(our_client, unittest.TestCase):
    transports = "polling,websocket"


if __name__ == "__main__":
    unittest.main()
