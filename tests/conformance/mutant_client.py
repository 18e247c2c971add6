# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""A client of all four protocols on plain sockets, written from the documents, that can be broken in one way at a time.

It says what it shows as docs/conformance-client.md has it. `--mutant NAME` breaks it; `--list` names the ways."""
import argparse
import json
import random
import struct
import sys
import time
import urllib.error
import urllib.request
from urllib.parse import quote

from client_mutants import MUTANTS
from plain_websocket import Lost, Refused, WebSocket

PROTOCOLS = {
    "bulk_upload": {"nsp": "/", "id": "job_id", "stage": "stage", "progress": ["bulk_upload_progress"],
                    "completed": ["bulk_upload_complete"], "failed": ["bulk_upload_failed"],
                    "subscribe": "subscribe_bulk_upload_job", "unsubscribe": "unsubscribe_bulk_upload_job",
                    "status": "/api/v1/bulk-upload/status/"},
    "file_upload": {"nsp": "/file-upload", "id": "jobId", "stage": "status", "progress": ["upload-progress"],
                    "completed": ["upload-completed"], "failed": ["upload-error"],
                    "subscribe": "join-upload-room", "unsubscribe": "leave-upload-room", "status": "/file/jobs/"},
    "consumer_events": {"nsp": "/", "id": "logId", "progress": ["message-received", "processing-started"],
                        "completed": ["processing-completed"], "failed": ["processing-failed"],
                        "status": "/producers/uploads/"},
    "upload_progress": {"id": "batch_id", "stage": "stage", "status": "/api/v1/upload/status/"},
}
MEMBERS = set("""job_id stage progress message status timestamp validation_stats database_stats report_path
    processing_duration_ms error jobId templateName processed total errors result batch_id details logId data
    consumerId""".split())
FIRST_WAIT, LONGEST_WAIT = 0.6, 5.0
HTTP = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def say(kind, **members):
    print(json.dumps({"type": kind, **members}), flush=True)


class View:
    """What is shown of the job: one bar, one end."""

    def __init__(self, client):
        self.client = client
        self.broken = client.broken
        self.protocol = client.protocol
        self.best, self.shown, self.ends = -1.0, False, 0
        self.parts, self.expected = {}, 0

    def over(self):
        return self.ends >= (2 if self.broken("ends-twice") else 1) and not self.broken("never-ends")

    def bar(self, value, stage=""):
        self.shown = True
        if value < self.best and not self.broken("goes-back"):
            return
        self.best = max(self.best, value)
        if not self.broken("shows-no-bar"):
            say("progress", job_id=self.client.job, progress=value, stage=stage)

    def end(self, well, why):
        if self.broken("never-ends") or (self.broken("wants-progress-before-the-end") and not self.shown):
            return
        if self.broken("takes-failure-for-success"):
            well = True
        if self.broken("takes-success-for-failure"):
            well = False
        self.ends += 1
        say("end", job_id=self.client.job, result="completed" if well else "failed", message=why)
        if self.broken("goes-on-behind-the-end"):
            say("progress", job_id=self.client.job, progress=100)

    def take(self, name, payload):
        """An event; whatever is not one is left alone."""
        kind = self.kind(name, payload)
        if self.broken("dies-on-null") and payload is None:
            raise SystemExit("null has no members")
        if self.broken("dies-on-unknown-events") and kind is None:
            raise SystemExit(f"what is {name}?")
        if self.broken("takes-every-payload-for-an-end") and kind in ("completed", "failed"):
            return self.end(kind == "completed", "")
        if kind is None or not isinstance(payload, dict):
            return None
        if self.broken("dies-on-unknown-members") and set(payload) - MEMBERS:
            raise SystemExit(f"what are {set(payload) - MEMBERS}?")
        if self.protocol == "consumer_events":
            return self.take_part(kind, payload)
        ours = payload.get(PROTOCOLS[self.protocol]["id"]) == self.client.job
        if not ours and not self.broken("shows-other-jobs"):
            return None
        if kind != "progress":
            return self.end(kind == "completed", str(payload.get("error", "")))
        value = payload.get("progress")
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            self.bar(float(value), str(payload.get(PROTOCOLS[self.protocol]["stage"], "")))
        return None

    def kind(self, name, payload):
        if self.protocol == "upload_progress":
            status = payload.get("status") if isinstance(payload, dict) else None
            return {"processing": "progress", "completed": "completed", "error": "failed"}.get(status) \
                if isinstance(status, str) else None
        for kind in ("progress", "completed", "failed"):
            if name in PROTOCOLS[self.protocol][kind]:
                return kind
        return "notice" if name == "connection-success" else None

    def take_part(self, kind, payload):
        part, data = payload.get("logId"), payload.get("data")
        if kind == "notice" or not isinstance(part, str):
            return
        if isinstance(data, dict) and data.get("uploadId") == self.client.job:
            self.parts.setdefault(part, None)
            if not self.broken("counts-announced-batches"):
                self.expected = data.get("batchCount", 0)
        self.settle(part, kind, str(payload.get("error", "")))

    def settle(self, part, kind, why=""):
        if part in self.parts and self.parts[part] is None and kind in ("completed", "failed"):
            self.parts[part] = kind
        counted = ["completed"] if self.broken("failures-are-not-finished") else ["completed", "failed"]
        done = sum(state in counted for state in self.parts.values())
        total = max(self.expected, len(self.parts))
        if total == 0 or self.ends:
            return
        if self.broken("counts-announced-batches"):
            self.best = -1.0
        self.bar(100.0 * done / total, "processing")
        if self.expected and sum(state is not None for state in self.parts.values()) == total:
            self.end("failed" not in self.parts.values(), why)


class Client:
    def __init__(self, options):
        self.options = options
        self.protocol, self.url, self.job, self.token = options.protocol, options.url, options.job, options.token
        self.view = View(self)
        self.ticket = None
        self.connections = self.attempts = 0

    def broken(self, name):
        return self.options.mutant == name

    # Coming back.

    def run(self):
        if self.broken("asks-rest-before-it-follows") and self.status() is None:
            raise Refused("the server does not know the job")
        while not self.view.over() or self.broken("comes-back-after-the-end"):
            try:
                self.converse()
                return
            except Refused:
                if not self.broken("insists-on-its-token") and not self.broken("insists-on-its-session") \
                        and not self.broken("insists-on-its-ticket"):
                    raise
            except Lost as why:
                print(f"lost: {why}", file=sys.stderr, flush=True)
                if self.view.over() and not self.broken("comes-back-after-the-end"):
                    return
                if self.broken("never-connects-again") or (self.broken("gives-up-soon") and self.attempts == 2):
                    raise
                if self.broken("takes-a-cut-for-a-failure"):
                    say("end", job_id=self.job, result="failed", message="cut")
            time.sleep(self.wait())

    def wait(self):
        if self.broken("hammers"):
            return 0.0
        if self.broken("waits-are-constant"):
            return 0.8
        if self.broken("waits-shrink"):
            return 2.0 / (1 << self.attempts)
        if self.broken("waits-are-exact"):
            return 2.0
        nominal = FIRST_WAIT * (1 << min(self.attempts, 10))
        return min(nominal * random.uniform(0.5, 1.5), LONGEST_WAIT)

    def connected(self):
        self.attempts = 0
        self.connections += 1
        if self.broken("forgets-its-bar"):
            self.view.best = -1.0
        say("connected")

    # Both framings.

    def converse(self):
        self.attempts += 1
        if self.protocol == "upload_progress":
            return self.converse_plainly()
        query = f"&token={quote(self.token)}" if self.broken("token-in-the-address") else ""
        self.socket = WebSocket(self.url, "/socket.io/?EIO=4&transport=websocket" + query)
        self.patience, self.heard = 20.0, time.monotonic()
        while not self.view.over():
            due = self.heard + self.patience - time.monotonic()
            frame = self.socket.receive(due if due > 0 else 0.001)
            if frame is None:
                raise Lost("no heartbeat")
            text = self.text_of(frame)
            if text is not None:
                self.take_packet(text)
        self.leave()
        return None

    def text_of(self, frame):
        opcode, payload = frame
        if opcode == 8:
            if self.broken("takes-a-close-for-the-end"):
                raise SystemExit("the server has closed")
            self.socket.close()
            raise Lost("closed by the server")
        if opcode == 9 and not self.broken("answers-no-heartbeat"):
            self.socket.send(payload, 10)
        if opcode != 1:
            return None
        limit = 1000 if self.protocol == "upload_progress" else 64 * 1024
        if self.broken("dies-on-long-messages") and len(payload) > limit:
            raise SystemExit("too long")
        return payload.decode()

    def take_packet(self, text):
        nsp = PROTOCOLS[self.protocol]["nsp"]
        place = "" if nsp == "/" else nsp + ","
        if text[0] == "0":
            times = json.loads(text[1:])
            grace = 0.1 if self.broken("leaves-when-a-heartbeat-is-late") else times["pingTimeout"] / 1000
            self.patience = 3600 if self.broken("trusts-a-dead-server") else times["pingInterval"] / 1000 + grace
            self.heard = time.monotonic()
            self.socket.send(f"40{place}{self.auth()}".encode())
        elif text[0] == "2":
            self.heard = time.monotonic()
            if not self.broken("answers-no-heartbeat"):
                self.socket.send(b"3")
        elif text.startswith("44"):
            self.socket.close()
            raise Refused(text[2:])
        elif text.startswith("40" + place):
            self.connected()
            self.follow(place)
        elif text.startswith("42" + place):
            name, *arguments = json.loads(text[2 + len(place):])
            self.view.take(name, arguments[0] if arguments else None)

    def auth(self):
        if not self.token or self.broken("no-token") or self.broken("token-in-the-address"):
            return ""
        member = "jwt" if self.broken("token-under-another-name") else "token"
        return json.dumps({member: "another" if self.broken("another-token") else self.token})

    def follow(self, place):
        about = PROTOCOLS[self.protocol]
        if self.protocol == "consumer_events":
            return self.catch_up()
        if self.broken("subscribes-never") or (self.broken("never-joins-again") and self.connections > 1):
            return None
        other = {"job_id": "jobId", "jobId": "job_id"}[about["id"]]
        payload = {other if self.broken("subscribes-under-another-member") else about["id"]: self.job}
        if self.broken("subscribes-with-more"):
            payload["since"] = 0
        name = "subscribe" if self.broken("subscribes-by-another-event") else about["subscribe"]
        event = [name, self.job if self.broken("subscribes-by-text") else payload]
        return self.socket.send(f"42{place}{json.dumps(event)}".encode())

    def leave(self):
        about = PROTOCOLS[self.protocol]
        if "unsubscribe" in about:
            place = "" if about["nsp"] == "/" else about["nsp"] + ","
            payload = self.job if self.broken("unsubscribes-by-text") else {about["id"]: self.job}
            self.socket.send(f"42{place}{json.dumps([about['unsubscribe'], payload])}".encode())
        self.socket.close()

    def converse_plainly(self):
        if self.ticket is None or not self.broken("same-ticket-again") and not self.broken("insists-on-its-ticket"):
            self.ticket = self.token if self.broken("session-token-as-ticket") else self.fetch_ticket()
        path = f"/ws/upload-progress/{quote(self.job)}"
        headers = []
        if self.broken("ticket-in-a-header"):
            headers.append(f"Authorization: Bearer {self.ticket}")
        else:
            path += f"?token={quote(self.ticket)}"
        self.socket = WebSocket(self.url, path, headers)
        every = self.options.ping_interval * (20 if self.broken("pings-too-seldom") else 1)
        ping = time.monotonic() + every
        first = True
        while not self.view.over() or self.broken("comes-back-after-the-end"):
            if time.monotonic() >= ping:
                ping += every
                if not self.broken("sends-no-pings"):
                    self.socket.send(b"ping")
            frame = self.socket.receive(ping - time.monotonic())
            if frame is None:
                continue
            if first and frame[0] == 8 and struct.unpack(">H", frame[1][:2])[0] in (1008, 4401, 4403):
                raise Refused("closed at once")
            text = self.text_of(frame)
            if text is None or text == "pong":
                continue
            if first:
                self.connected()
                first = False
            if self.broken("floods"):
                self.socket.send(b'{"type":"received"}')
            self.take_message(text)
        self.socket.close()

    def take_message(self, text):
        try:
            message = json.loads(text)
        except ValueError:
            return
        self.view.take("", message)

    # REST.

    def request(self, path, method="GET"):
        headers = {"Authorization": "Bearer " + self.token} if self.token else {}
        url = path if "://" in path else self.options.rest_url + path
        with HTTP.open(urllib.request.Request(url, method=method, headers=headers), timeout=10) as answer:
            return json.load(answer)

    def fetch_ticket(self):
        try:
            return self.request(self.options.ticket_url, "POST")["websocket_token"]
        except urllib.error.HTTPError as error:
            if error.code in (401, 403):
                raise Refused(f"no ticket: {error.code}") from error
            raise Lost(f"no ticket: {error.code}") from error
        except OSError as error:
            raise Lost(str(error)) from error

    def status(self):
        try:
            return self.request(PROTOCOLS[self.protocol]["status"] + quote(self.job))
        except (urllib.error.HTTPError, OSError):
            return None

    def catch_up(self):
        """Batches that have ended while nobody listened."""
        kinds = {"PROCESSED": "completed", "FAILED": "failed"}
        listed = self.status() or {"batches": []}
        for batch in listed["batches"]:
            self.view.parts.setdefault(batch["logId"], None)
            if not self.broken("counts-announced-batches"):
                self.view.expected = listed.get("batchCount", 0)
            self.view.settle(batch["logId"], kinds.get(batch["status"], "progress"), batch.get("error", ""))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--protocol", choices=PROTOCOLS)
    for name in ("--url", "--rest-url", "--ticket-url", "--job", "--token"):
        parser.add_argument(name, default="")
    parser.add_argument("--ping-interval", type=float, default=30.0)
    parser.add_argument("--mutant", choices=MUTANTS)
    parser.add_argument("--list", action="store_true", help="print the mutants and the cases meant for them, as JSON")
    options = parser.parse_args()
    if options.list:
        print(json.dumps(MUTANTS))
        return 0
    client = Client(options)
    try:
        client.run()
    except Refused as why:
        say("error", message=f"refused: {why}", exit_code=4)
        return 4
    except Lost as why:
        say("error", message=f"lost: {why}", exit_code=3)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
