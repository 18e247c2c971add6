"""The document's WebSocket test script and manual testing steps, by the websockets library against uploadproto-server."""

import asyncio
import json
import threading
import unittest
import uuid

import requests
import websockets

from reference_server import make_token, server

PATIENCE = 30
STAGES = {"validation": (0, 20), "scanning": (20, 40), "parsing": (40, 60), "database": (60, 80),
          "categorization": (80, 100)}
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-" + "TEST-FILE!$H+H*"
ROWS = "Date,Description,Amount\n" + "".join(f"2024-01-{n % 28 + 1:02},WOOLWORTHS FOOD {n},-{n}.50\n" for n in range(500))


class upload_progress(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(server("upload_progress"))

    def ask(self, method, path, user="ann", **rest):
        headers = {"Authorization": "Bearer " + make_token(self.server.secret, user)}
        return requests.request(method, self.server.url + path, headers=headers, timeout=PATIENCE, **rest)

    def websocket_token(self, user="ann"):
        answer = self.ask("POST", "/api/v1/auth/websocket-token", user)
        self.assertEqual(200, answer.status_code)
        return answer.json()["websocket_token"]

    def uri(self, batch_id, token):
        return f"{self.server.url.replace('http', 'ws')}/ws/upload-progress/{batch_id}?token={token}"

    def upload(self, batch_id, contents):
        answer = self.ask("POST", "/api/v1/upload/csv", files={"file": ("june.csv", contents, "text/csv")},
                          data={"batch_id": batch_id})
        self.assertEqual(202, answer.status_code, answer.text)

    def watch(self, batch_id, contents):
        """All messages of a batch, from `connected` to its end; a ping is answered between them."""
        async def script():
            async with websockets.connect(self.uri(batch_id, self.websocket_token())) as websocket:
                messages = [json.loads(await asyncio.wait_for(websocket.recv(), PATIENCE))]
                await websocket.send("ping")
                self.assertEqual("pong", await asyncio.wait_for(websocket.recv(), PATIENCE))
                await websocket.send(json.dumps({"type": "ping"}))
                self.assertEqual({"type": "pong"}, json.loads(await asyncio.wait_for(websocket.recv(), PATIENCE)))
                await asyncio.wait_for(await websocket.ping(), PATIENCE)
                sender = threading.Thread(target=self.upload, args=(batch_id, contents))
                sender.start()
                while messages[-1]["status"] not in ("completed", "error"):
                    messages.append(json.loads(await asyncio.wait_for(websocket.recv(), PATIENCE)))
                sender.join()
                return messages

        messages = asyncio.run(script())
        self.assertEqual(("connected", 0), (messages[0]["status"], messages[0]["progress"]))
        for message in messages[1:]:
            self.assertEqual(batch_id, message["batch_id"])
            least, most = STAGES[message["stage"]]
            self.assertTrue(least <= message["progress"] <= most, message)
        return messages

    def refusal(self, batch_id, token):
        async def script():
            async with websockets.connect(self.uri(batch_id, token)):
                self.fail("let in")

        with self.assertRaises(websockets.InvalidStatusCode) as refused:
            asyncio.run(script())
        return refused.exception.status_code

    def test_a_batch_is_followed_to_its_end(self):
        messages = self.watch(str(uuid.uuid4()), ROWS)
        self.assertEqual(list(STAGES), list(dict.fromkeys(message["stage"] for message in messages[1:])))
        self.assertEqual(("completed", 100), (messages[-1]["status"], messages[-1]["progress"]))
        self.assertEqual((500, 500, 0), tuple(messages[-1]["details"][key] for key in ("processed", "total", "errors")))

    def test_an_infected_file_ends_in_an_error(self):
        messages = self.watch(str(uuid.uuid4()), f'Date,Description,Amount\n2024-01-01,"{EICAR}",1\n')
        self.assertEqual(("error", "scanning"), (messages[-1]["status"], messages[-1]["stage"]))
        self.assertTrue(messages[-1]["error"])
        self.assertLessEqual(max(message["progress"] for message in messages), 40)

    def test_unauthorized_access_is_blocked(self):
        batch_id = str(uuid.uuid4())
        self.assertEqual(401, requests.post(self.server.url + "/api/v1/auth/websocket-token", timeout=PATIENCE).status_code)
        token = self.websocket_token()
        for wrong in ("", "x", make_token(self.server.secret, "ann"), token[:-1]):
            self.assertEqual(401, self.refusal(batch_id, wrong))

        async def once():
            async with websockets.connect(self.uri(batch_id, token)) as websocket:
                await websocket.recv()

        asyncio.run(once())
        self.assertEqual(401, self.refusal(batch_id, token))
        self.assertEqual(403, self.refusal(batch_id, self.websocket_token("ben")))

    def test_the_limits_close_with_their_codes(self):
        async def close_code(*messages):
            async with websockets.connect(self.uri(uuid.uuid4(), self.websocket_token())) as websocket:
                for message in messages:
                    await websocket.send(message)
                with self.assertRaises(websockets.ConnectionClosed) as closed:
                    while True:
                        await asyncio.wait_for(websocket.recv(), PATIENCE)
                return closed.exception.rcvd.code

        self.assertEqual(1008, asyncio.run(close_code(*["ping"] * 11)))
        self.assertEqual(1009, asyncio.run(close_code("x" * 1025)))


if __name__ == "__main__":
    unittest.main()
