"""The document's example, run by python-socketio's client against uploadproto-server."""

import queue
import time
import unittest

import requests
import socketio

from reference_server import make_token, make_workbook, server, sheets_of, upload

STAGES = ["initialization", "file_reading", "pre_validation", "iec_verification", "database_operations",
          "report_generation"]


def connect(url, token, transports=None):
    """A connected client and the queue of what it is sent, as (name, payload)."""
    client = socketio.Client(reconnection=False)
    events = queue.Queue()
    for name in ("bulk_upload_progress", "bulk_upload_complete", "bulk_upload_failed"):
        client.on(name, lambda data, name=name: events.put((name, data)))
    client.connect(url, auth=None if token is None else {"token": token}, transports=transports, wait_timeout=10)
    return client, events


def until_the_end(events):
    """All events up to the terminal one."""
    seen = []
    while not seen or seen[-1][0] == "bulk_upload_progress":
        seen.append(events.get(timeout=30))
    return seen


class python_client(unittest.TestCase):
    def setUp(self):
        self.server = self.enterContext(server())
        self.token = make_token(self.server.secret, "owner")

    def connect(self, token, transports=None):
        client, events = connect(self.server.url, token, transports)
        self.addCleanup(client.disconnect)
        return client, events

    def whole_life(self, transports, transport_in_use):
        client, events = self.connect(self.token, transports)
        stranger, overheard = self.connect(make_token(self.server.secret, "stranger"), transports)
        self.assertEqual(transport_in_use, client.transport())
        job = upload(self.server.url, self.token, make_workbook(valid=20, invalid=3, repeats=2))["job_id"]
        client.emit("subscribe_bulk_upload_job", {"job_id": job})
        seen = until_the_end(events)
        name, end = seen[-1]
        self.assertEqual("bulk_upload_complete", name, end)
        self.assertEqual(job, end["job_id"])
        self.assertEqual((25, 20, 3, 2), tuple(end["validation_stats"][key] for key in (
            "total_records", "valid_records", "invalid_ids", "duplicates")))
        self.assertEqual({"inserts": 20, "updates": 0, "errors": 0}, end["database_stats"])
        self.assertEqual(STAGES, list(dict.fromkeys(data["stage"] for _, data in seen[:-1])))
        report = requests.get(self.server.url + end["report_path"], timeout=30,
                              headers={"Authorization": "Bearer " + self.token})
        self.assertEqual(200, report.status_code)
        self.assertEqual("Summary", sheets_of(report.content)[0])
        answer = stranger.call("subscribe_bulk_upload_job", {"job_id": job}, timeout=10)
        self.assertFalse(answer["ok"])
        self.assertTrue(overheard.empty())

    def test_websocket_only(self):
        self.whole_life(["websocket"], "websocket")

    def test_polling_only(self):
        self.whole_life(["polling"], "polling")

    def test_polling_then_upgraded(self):
        self.whole_life(None, "websocket")

    def test_tokens_that_do_not_hold_are_refused(self):
        past = int(time.time()) - 3600
        for token in (None, make_token("x" * 64, "owner"), make_token(self.server.secret, "owner", exp=past)):
            for transports in (["websocket"], ["polling"]):
                with self.subTest(token=token, transports=transports), self.assertRaises(
                        socketio.exceptions.ConnectionError):
                    self.connect(token, transports)


if __name__ == "__main__":
    unittest.main()
