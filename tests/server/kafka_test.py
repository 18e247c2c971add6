#!/usr/bin/env python3
"""Consumer events over a real Apache Kafka that is killed in mid-stream and comes back: nothing that was accepted
is lost, nothing that was refused is there, no terminal event is told twice, and REST says 503 meanwhile.

Usage: kafka_test.py PATH-OF-uploadproto-server PATH-OF-scripts/kafka
Exit 77, with the reason, where there is no Java, no Maven or no jars.
"""
import http.client
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.parse
import uuid

SERVER, KAFKA = (sys.argv.pop(1), sys.argv.pop(1)) if len(sys.argv) > 2 else ("", "")
LIMIT = 120  # seconds for anything
ROWS = 30_000
BATCHES = ROWS // 100


def kafka(command, *arguments):
    done = subprocess.run([KAFKA, command, *arguments], capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL)
    if done.returncode == 77:
        print("skipped:", done.stderr.strip())
        sys.exit(77)
    if done.returncode != 0:
        raise RuntimeError(f"scripts/kafka {command}: {done.stderr}")
    return done.stdout.strip()


class Server:
    def __init__(self, data, broker):
        self.log = open(os.path.join(os.path.dirname(data), "server.log"), "w+")
        self.process = subprocess.Popen(
            [SERVER, "--data-dir", data, "--only", "producers,consumer_events", "--broker", broker,
             "--listen", "producers=127.0.0.1:0", "--listen", "consumer_events=127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.urls = json.loads(self.process.stdout.readline())["urls"]

    def ask(self, method, path, body=None, content_type=None, name="producers"):
        address = urllib.parse.urlsplit(self.urls[name])
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=LIMIT)
        connection.request(method, path, body=body, headers={"Content-Type": content_type} if content_type else {})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text

    def order(self, number):
        body = json.dumps({"orderNumber": number, "productName": "Pen", "quantity": 1, "price": 0.5})
        status, text = self.ask("POST", "/producers/send/single", body, "application/json")
        return status, json.loads(text)

    def upload(self, csv):
        body = ('--B\r\nContent-Disposition: form-data; name="file"; filename="orders.csv"\r\n\r\n' + csv + "\r\n--B--\r\n")
        status, text = self.ask("POST", "/producers/upload/csv", body.encode(), "multipart/form-data; boundary=B")
        return status, json.loads(text)

    def stop(self):
        self.process.terminate()
        self.process.wait(LIMIT)
        self.log.close()


class Dashboard(threading.Thread):
    """A Socket.IO client by polling: keeps the events of each message in their order."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.server, self.path = server, "/socket.io/?EIO=4&transport=polling"
        opening = self.poll("GET")
        self.path += "&sid=" + json.loads(opening[0][1:])["sid"]
        self.poll("POST", "40")
        self.changed = threading.Condition()
        self.courses, self.ended = {}, 0
        self.start()

    def poll(self, method, body=None):
        status, text = self.server.ask(method, self.path, body, "text/plain;charset=UTF-8", name="consumer_events")
        if status != 200:
            raise RuntimeError(f"{method} gives {status}: {text}")
        return text.split("\x1e")

    def run(self):
        while True:
            try:
                packets = self.poll("GET")
            except (OSError, RuntimeError, http.client.HTTPException):
                return
            for packet in packets:
                if packet == "2":
                    self.poll("POST", "3")
                elif packet.startswith("42"):
                    self.note(*json.loads(packet[2:]))

    def note(self, name, data):
        if "logId" not in data:
            return
        with self.changed:
            self.courses.setdefault(data["logId"], []).append(name)
            self.ended += name in ("processing-completed", "processing-failed")
            self.changed.notify_all()

    def wait_for(self, what):
        with self.changed:
            if not self.changed.wait_for(lambda: what(self), LIMIT):
                raise AssertionError(f"it did not come: {self.ended} of {len(self.courses)} messages have ended")


class Outage(unittest.TestCase):
    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="uploadproto-kafka-test-")
        self.addCleanup(place.cleanup)
        self.place = place.name
        self.pid_file = ["--pid-file", os.path.join(self.place, "kafka.pid")]
        self.kept = ["--data", os.path.join(self.place, "kafka")]
        self.address = kafka("start", *self.pid_file, *self.kept)
        self.addCleanup(lambda: subprocess.run([KAFKA, "kill", *self.pid_file], capture_output=True, timeout=60))
        self.data = os.path.join(self.place, "data")

    def back(self):
        kafka("start", *self.pid_file, *self.kept, "--port", self.address.rsplit(":", 1)[1])

    def serve(self):
        server = Server(self.data, f"kafka://{self.address}/orders-{uuid.uuid4().hex[:8]}")
        self.addCleanup(server.stop)
        return server

    def orders(self):
        database = sqlite3.connect(os.path.join(self.data, "consumer_events", "uploadproto.db"))
        found = [row[0] for row in database.execute("SELECT order_number FROM orders")]
        database.close()
        return found

    def accepted(self, server, number):
        """Asks until the broker serves again; says how often it was refused."""
        refused, deadline = 0, time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            status, answer = server.order(number + f"-{refused}")
            if status == 201:
                return answer["logId"], number + f"-{refused}"
            self.assertEqual(status, 503, answer)
            refused += 1
        self.fail("the broker does not come back")

    def test_a_broker_that_is_killed_in_mid_stream_loses_and_doubles_nothing(self):
        server = self.serve()
        dashboard = Dashboard(server)
        before, before_number = self.accepted(server, "before")
        csv = "orderNumber,productName,quantity,price\n" + "".join(f"C-{i},Pen,1,0.5\n" for i in range(ROWS))
        status, upload = server.upload(csv)
        self.assertEqual((status, upload["batches"], upload["rows"]), (202, BATCHES, ROWS))

        dashboard.wait_for(lambda d: d.ended >= 10)
        kafka("kill", *self.pid_file)
        status, answer = server.order("refused")
        self.assertEqual(status, 503, answer)
        self.assertEqual(answer["status"], "error")
        status, answer = server.upload("orderNumber,productName,quantity,price\nR-1,Pen,1,1\n")
        self.assertEqual(status, 503, answer)
        self.assertIn(answer["code"], ("broker_unavailable",))
        # What cannot be right is told without the broker.
        self.assertEqual(server.order("")[0], 400)

        self.back()
        after, after_number = self.accepted(server, "after")
        status, text = server.ask("GET", "/producers/uploads/" + upload["jobId"])
        self.assertEqual(status, 200)
        batches = [batch["logId"] for batch in json.loads(text)["batches"]]
        wanted = set(batches) | {before, after}
        dashboard.wait_for(lambda d: wanted <= {i for i, c in d.courses.items() if c[-1] == "processing-completed"})
        # A last order, behind all others: whatever is doubled has come before its end.
        last, last_number = self.accepted(server, "last")
        dashboard.wait_for(lambda d: d.courses.get(last, [""])[-1] == "processing-completed")

        course = ["message-received", "processing-started", "processing-completed"]
        self.assertEqual({i: c for i, c in dashboard.courses.items() if c != course}, {})
        self.assertEqual(set(dashboard.courses), wanted | {last})
        self.assertEqual(json.loads(server.ask("GET", "/producers/uploads/" + upload["jobId"])[1])["status"], "PROCESSED")
        expected = [f"C-{i}" for i in range(ROWS)] + [before_number, after_number, last_number]
        self.assertEqual(sorted(self.orders()), sorted(expected))

    def test_a_broker_that_is_down_at_the_start_serves_when_it_comes(self):
        kafka("kill", *self.pid_file)
        server = self.serve()
        dashboard = Dashboard(server)
        status, answer = server.order("too early")
        self.assertEqual((status, answer["code"]), (503, "broker_unavailable"), answer)
        self.back()
        log_id, number = self.accepted(server, "in time")
        dashboard.wait_for(lambda d: d.courses.get(log_id, [""])[-1] == "processing-completed")
        self.assertEqual(self.orders(), [number])

    def test_a_server_that_is_killed_goes_on_where_it_was(self):
        server = self.serve()
        dashboard = Dashboard(server)
        csv = "orderNumber,productName,quantity,price\n" + "".join(f"C-{i},Pen,1,0.5\n" for i in range(ROWS))
        status, upload = server.upload(csv)
        self.assertEqual(status, 202)
        dashboard.wait_for(lambda d: d.ended >= 10)
        server.process.kill()
        server.process.wait(LIMIT)
        topic = upload["topic"]
        second = Server(self.data, f"kafka://{self.address}/{topic}")
        self.addCleanup(second.stop)
        deadline = time.monotonic() + LIMIT
        while json.loads(second.ask("GET", "/producers/uploads/" + upload["jobId"])[1])["status"] != "PROCESSED":
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(len(self.orders()), ROWS)


if __name__ == "__main__":
    kafka("fetch")
    unittest.main()
