"""python-socketio's clients, threaded and asyncio, against our Socket.IO server."""

import asyncio
import queue
import threading
import unittest

import socketio

import fixture_programs

PATIENCE = fixture_programs.PATIENCE
VALUES = [None, True, -1.5, "zwei ü € 😀", [1, [2]], {"a": {"b": None}}, b"\0\4\xff", {"deep": [b"", b"42[\"x\"]"]}]


def in_background(target, *args, **kwargs):
    """A thread that does not keep the process: Debian's python-engineio may leave one waiting, newer ones start such."""
    thread = threading.Thread(target=target, args=args, kwargs=kwargs, daemon=True)
    thread.start()
    return thread


class peer:
    """A threaded client that keeps what it hears."""

    def __init__(self, test, **options):
        self.client = socketio.Client(reconnection_delay=0.05, reconnection_delay_max=0.2, **options)
        self.client.eio.start_background_task = in_background
        self.transports = test.transports
        self.heard = queue.Queue()
        test.addCleanup(self.client.disconnect)

    def listen(self, *names, namespace="/", answer=None):
        for name in names:
            def hear(*args, name=name):
                self.heard.put((namespace, name, *args))
                return answer
            self.client.on(name, hear, namespace=namespace)
        return self

    def connect(self, url, **options):
        self.client.connect(url, transports=self.transports, wait_timeout=PATIENCE, **options)
        return self

    def next(self):
        return self.heard.get(timeout=PATIENCE)


class threaded_client:
    """The cases; the transports are chosen below."""

    transports = None  # polling, then upgraded

    @classmethod
    def setUpClass(cls):
        cls.server = fixture_programs.server("strict")
        cls.addClassCleanup(cls.server.stop)

    def test_texts_and_bytes_come_back(self):
        one = peer(self).listen("auth", "message-back").connect(self.server.url, auth={"token": "t"})
        self.assertEqual("polling" if self.transports == ["polling"] else "websocket", one.client.transport())
        self.assertEqual(("/", "auth", {"token": "t"}), one.next())
        for value in VALUES:
            one.client.emit("message", (value,))
            self.assertEqual(("/", "message-back", value), one.next())
        one.client.emit("message", tuple(VALUES))
        self.assertEqual(("/", "message-back", *VALUES), one.next())

    def test_acknowledgements_both_ways(self):
        one = peer(self).listen("emit-with-ack", answer=("yes", b"\1")).listen("acked")
        one.connect(self.server.url)
        for value in VALUES[1:]:
            self.assertEqual(value, one.client.call("message-with-ack", value, timeout=PATIENCE))
        self.assertEqual([1, b"2"], list(one.client.call("message-with-ack", (1, b"2"), timeout=PATIENCE)))
        with self.assertRaises(socketio.exceptions.TimeoutError):
            one.client.call("nobody-answers", timeout=0.05)
        one.client.emit("emit-with-ack", (1, b"\2"))
        self.assertEqual(("/", "emit-with-ack", 1, b"\2"), one.next())
        self.assertEqual(("/", "acked", "yes", b"\1"), one.next())

    def test_namespaces_are_apart(self):
        names = ["/", "/custom", "/dyn-7"]
        one = peer(self)
        for name in names:
            one.listen("message-back", namespace=name)
        one.connect(self.server.url, namespaces=names)
        self.assertEqual(len(names), len({one.client.get_sid(name) for name in names}))
        for name in names:
            one.client.emit("message", name, namespace=name)
            self.assertEqual((name, "message-back", name), one.next())

    def test_refusals_bring_their_message_and_data(self):
        refused = peer(self, reconnection=False).listen("connect_error")
        # Waiting would go on for the whole of its time.
        refused.connect(self.server.url, auth={"deny": "not you", "data": {"code": 9}}, wait=False)
        self.assertEqual(("/", "connect_error", {"message": "not you", "data": {"code": 9}}), refused.next())
        unknown = peer(self, reconnection=False).listen("connect_error", namespace="/nowhere")
        unknown.connect(self.server.url, namespaces=["/nowhere"], wait=False)
        self.assertEqual("Invalid namespace", unknown.next()[2]["message"])
        with self.assertRaises(socketio.exceptions.ConnectionError):
            peer(self, reconnection=False).connect(self.server.url, headers={"X-Deny": "msg"})

    def test_either_side_may_leave(self):
        for farewell in ("leave-me", "close-me"):
            one = peer(self, reconnection=False).listen("disconnect").connect(self.server.url)
            one.client.emit(farewell)
            self.assertEqual("disconnect", one.next()[1])
        one = peer(self).listen("disconnect").connect(self.server.url)
        one.client.disconnect()
        self.assertEqual("disconnect", one.next()[1])

    def test_a_server_that_comes_back_is_found(self):
        first = fixture_programs.server("strict")
        one = peer(self).listen("auth", "disconnect").connect(first.url)
        self.assertEqual("auth", one.next()[1])
        first.stop()
        self.assertEqual("disconnect", one.next()[1])
        second = fixture_programs.server("strict", first.port)
        self.addCleanup(second.stop)
        self.assertEqual("auth", one.next()[1])
        self.assertEqual("again", one.client.call("message-with-ack", "again", timeout=PATIENCE))


class over_websocket(threaded_client, unittest.TestCase):
    transports = ["websocket"]


class over_polling(threaded_client, unittest.TestCase):
    transports = ["polling"]


class upgraded(threaded_client, unittest.TestCase):
    pass


class asyncio_client(unittest.IsolatedAsyncioTestCase):
    async def test_a_conversation(self):
        server = fixture_programs.server("strict")
        self.addCleanup(server.stop)
        for transports in (["websocket"], ["polling"], None):
            with self.subTest(transports=transports):
                heard = asyncio.Queue()
                client = socketio.AsyncClient(reconnection=False)
                for name in ("message-back", "acked", "disconnect"):
                    client.on(name, lambda *args, name=name: heard.put_nowait((name, *args)))
                client.on("emit-with-ack", lambda *args: args)
                await client.connect(server.url, transports=transports, wait_timeout=PATIENCE)
                for value in VALUES:
                    await client.emit("message", (value,))
                    self.assertEqual(("message-back", value), await asyncio.wait_for(heard.get(), PATIENCE))
                self.assertEqual(b"\5", await client.call("message-with-ack", b"\5", timeout=PATIENCE))
                await client.emit("emit-with-ack", ("a", b"\6"))
                self.assertEqual(("acked", "a", b"\6"), await asyncio.wait_for(heard.get(), PATIENCE))
                await client.emit("leave-me")
                self.assertEqual("disconnect", (await asyncio.wait_for(heard.get(), PATIENCE))[0])
                await client.disconnect()


if __name__ == "__main__":
    unittest.main()
