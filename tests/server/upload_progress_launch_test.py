#!/usr/bin/env python3
"""Upload progress of the whole server, seen from outside: tickets, the socket's messages, REST, a restart.

Usage: upload_progress_launch_test.py PATH-OF-uploadproto-server
"""
import base64
import json
import os
import socket
import struct
import sys
import tempfile
import unittest
import urllib.parse
import uuid

import app_launch_test
from app_launch_test import LIMIT, Server, token

STAGES = ["validation", "scanning", "parsing", "database", "categorization"]
ROWS = "Date,Description,Amount\n" + "".join(f"2024-01-{n % 28 + 1:02},WOOLWORTHS FOOD {n},-{n}.50\n" for n in range(500))
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-" + "TEST-FILE!$H+H*"


class Refused(Exception):
    pass


class Socket:
    """A WebSocket client (RFC 6455): enough to be let in and to read text messages."""

    def __init__(self, url, path):
        address = urllib.parse.urlsplit(url)
        self.connection = socket.create_connection((address.hostname, address.port), timeout=LIMIT)
        key = base64.b64encode(os.urandom(16)).decode()
        self.connection.sendall(
            f"GET {path} HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode())
        self.stream = self.connection.makefile("rb")
        status = int(self.stream.readline().split()[1])
        while self.stream.readline() not in (b"\r\n", b""):
            pass
        if status != 101:
            self.close()
            raise Refused(status)

    def messages(self):
        """Until the server closes; the last is its close code."""
        while True:
            first, second = self.stream.read(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack(">H", self.stream.read(2))
            payload = self.stream.read(size)
            if first & 0x0F == 1:
                yield json.loads(payload)
            elif first & 0x0F == 8:
                yield struct.unpack(">H", payload[:2])[0]
                return

    def close(self):
        self.stream.close()
        self.connection.close()


class UploadProgress(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory(prefix="uploadproto-test-")
        self.addCleanup(self.place.cleanup)
        self.data = os.path.join(self.place.name, "data")
        self.arguments = ["--data-dir", self.data, "--only", "upload_progress",
                          "--listen", "upload_progress=127.0.0.1:0"]

    def ask(self, server, method, path, user="ann", headers=None, body=None):
        with open(os.path.join(self.data, "jwt-secret"), "rb") as file:
            secret = file.read().strip()
        headers = {"Authorization": "Bearer " + token(secret, user), **(headers or {})}
        status, text = server.ask(path, headers, method, body, name="upload_progress")
        return status, json.loads(text)

    def ticket(self, server, user="ann"):
        status, answer = self.ask(server, "POST", "/api/v1/auth/websocket-token", user)
        self.assertEqual((status, answer["expires_in"], answer["token_type"]), (200, 300, "websocket"))
        return answer["websocket_token"]

    def watch(self, server, batch, user="ann"):
        watcher = Socket(server.urls["upload_progress"], f"/ws/upload-progress/{batch}?token={self.ticket(server, user)}")
        self.addCleanup(watcher.close)
        return watcher

    def upload(self, server, batch, contents, user="ann", name="june.csv"):
        body = (f'--XX\r\nContent-Disposition: form-data; name="batch_id"\r\n\r\n{batch}\r\n'
                f'--XX\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n{contents}\r\n--XX--\r\n')
        headers = {"Content-Type": "multipart/form-data; boundary=XX"}
        return self.ask(server, "POST", "/api/v1/upload/csv", user, headers, body.encode())

    def test_a_batch_is_followed_to_its_end(self):
        batch = str(uuid.uuid4())
        with Server(*self.arguments) as server:
            watcher = self.watch(server, batch)
            status, answer = self.upload(server, batch, ROWS)
            self.assertEqual((status, answer["batch_id"], answer["status"]), (202, batch, "processing"))
            *messages, code = watcher.messages()
            self.assertEqual(messages[0]["status"], "connected")
            self.assertEqual(messages[-1]["status"], "completed")
            self.assertEqual(messages[-1]["progress"], 100)
            self.assertEqual(code, 1000)
            self.assertEqual(list(dict.fromkeys(m["stage"] for m in messages[1:])), STAGES)
            self.assertEqual({m["batch_id"] for m in messages}, {batch})
            late = self.watch(server, batch).messages()
            self.assertEqual([next(late)["status"], next(late)], ["connected", messages[-1]])
            self.assertEqual(self.upload(server, batch, ROWS)[0], 409)
            self.assertEqual(server.end(), 0, server.logged if hasattr(server, "logged") else "")
        with Server(*self.arguments) as server:
            status, answer = self.ask(server, "GET", f"/api/v1/upload/status/{batch}")
            self.assertEqual((status, answer["status"], answer["stored"]), (200, "completed", 500))
            server.end()

    def test_what_was_accepted_survives_a_kill(self):
        batch = str(uuid.uuid4())
        rows = 150_000
        contents = "Date,Description,Amount\n" + "".join(f"2024-01-01,CAFE {n},-{n}.50\n" for n in range(rows))
        for stage in STAGES:
            with self.subTest(stage), tempfile.TemporaryDirectory(prefix="uploadproto-test-") as self.data:
                self.arguments[1] = self.data
                with Server(*self.arguments) as server:
                    watcher = self.watch(server, batch)
                    self.assertEqual(self.upload(server, batch, contents)[0], 202)
                    for message in watcher.messages():
                        if message["stage"] == stage and message["status"] == "processing":
                            break
                    server.process.kill()
                    server.process.wait()
                with Server(*self.arguments) as server:
                    *messages, code = self.watch(server, batch).messages()
                    self.assertEqual((messages[-1]["status"], messages[-1]["details"]["processed"]), ("completed", rows))
                    self.assertEqual(self.ask(server, "GET", f"/api/v1/upload/status/{batch}")[1]["stored"], rows)
                    server.end()

    def test_an_infected_file_and_a_refused_one_are_told_on_the_socket(self):
        with Server(*self.arguments, "--max-csv-bytes", "30000") as server:
            for contents, expected, most in (
                    (f'Date,Description,Amount\n2024-01-01,"{EICAR}",1\n', 202, 40), ("x" * 40000, 413, 20)):
                batch = str(uuid.uuid4())
                watcher = self.watch(server, batch)
                self.assertEqual(self.upload(server, batch, contents)[0], expected)
                *messages, code = watcher.messages()
                self.assertEqual((messages[-1]["status"], code), ("error", 1000))
                self.assertLessEqual(max(m["progress"] for m in messages), most)
                self.assertEqual(self.upload(server, batch, ROWS)[0], 409)
            server.end()

    def test_a_batch_belongs_to_one_user(self):
        batch, other = str(uuid.uuid4()), str(uuid.uuid4())
        with Server(*self.arguments) as server:
            self.watch(server, batch)
            status, answer = self.upload(server, batch, ROWS, user="ben")
            self.assertEqual((status, answer["detail"]["code"]), (403, "not_your_batch"))
            self.assertEqual(self.upload(server, other, ROWS, user="ben")[0], 202)
            with self.assertRaises(Refused) as refused:
                self.watch(server, other)
            self.assertEqual(refused.exception.args, (403,))
            self.assertEqual(self.ask(server, "GET", f"/api/v1/upload/status/{other}")[0], 404)
            server.end()

    def test_tickets_are_for_the_socket_and_for_once(self):
        batch = str(uuid.uuid4())
        with Server(*self.arguments) as server:
            ticket = self.ticket(server)
            self.assertEqual(
                server.ask("/api/v1/upload/status/x", {"Authorization": "Bearer " + ticket}, name="upload_progress")[0], 401)
            with open(os.path.join(self.data, "jwt-secret"), "rb") as file:
                session = token(file.read().strip())
            url = server.urls["upload_progress"]
            for wrong in (session, "", "x"):
                with self.assertRaises(Refused) as refused:
                    Socket(url, f"/ws/upload-progress/{batch}?token={wrong}")
                self.assertEqual(refused.exception.args, (401,))
            Socket(url, f"/ws/upload-progress/{batch}?token={ticket}").close()
            with self.assertRaises(Refused):
                Socket(url, f"/ws/upload-progress/{batch}?token={ticket}")
            status, answer = server.ask("/api/v1/websocket/status", name="upload_progress")
            self.assertEqual(status, 200)
            self.assertGreaterEqual(json.loads(answer)["manager_stats"]["refused"], 4)
            server.end()

    def test_settings_that_cannot_be_used_are_one_sentence(self):
        rules = os.path.join(self.place.name, "rules.toml")
        with open(rules, "w") as out:
            out.write('[[rule]]\nkeyword = "a"\ncategory = "Food"\n')
        for setting, words in (("--clamd=nowhere", "upload_progress.clamd: expected unix:/PATH or tcp:HOST:PORT"),
                               ("--category-rules=" + rules, 'there is no category "Food"'),
                               ("--csv-encoding=EBCDIC", '"EBCDIC" is not known')):
            done = app_launch_test.subprocess.run([app_launch_test.SERVER, *self.arguments, setting],
                                                  capture_output=True, text=True, timeout=LIMIT)
            self.assertEqual((done.returncode, done.stdout), (2, ""), setting)
            self.assertIn(words, done.stderr)


if __name__ == "__main__":
    unittest.main()
