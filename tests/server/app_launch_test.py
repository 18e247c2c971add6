#!/usr/bin/env python3
"""The launch interface, seen from outside: ready line, exit codes, sentences, files, signals.

Usage: app_launch_test.py PATH-OF-uploadproto-server
"""
import base64
import hashlib
import hmac
import http.client
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

SERVER = sys.argv.pop(1) if len(sys.argv) > 1 else ""
LIMIT = 60  # seconds for anything


def token(secret, user="ann", lifetime=3600):
    def encode(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    claims = json.dumps({"sub": user, "exp": int(time.time()) + lifetime})
    signing_input = encode(b'{"alg":"HS256"}') + "." + encode(claims.encode())
    return signing_input + "." + encode(hmac.new(secret, signing_input.encode(), hashlib.sha256).digest())


class Server:
    """A running server; its log is read when it has ended."""

    def __init__(self, *arguments, cwd=None):
        self.log = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(
            [SERVER, *arguments], stdout=subprocess.PIPE, stderr=self.log, text=True, cwd=cwd
        )
        self.first_line = self.process.stdout.readline()
        self.urls = json.loads(self.first_line)["urls"] if self.first_line else {}

    def end(self, with_signal=signal.SIGTERM):
        self.process.send_signal(with_signal)
        code = self.process.wait(LIMIT)
        self.rest = self.process.stdout.read()
        self.log.seek(0)
        self.logged = self.log.read()
        return code

    def ask(self, path, headers=None, method="GET", body=None, name="bulk_upload"):
        address = urllib.parse.urlsplit(self.urls[name])
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=LIMIT)
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        return answer.status, text

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()


class Socket:
    """A Socket.IO client by long polling: enough to be let in and to hear events."""

    def __init__(self, server, auth):
        self.server = server
        opened = json.loads(self.poll("")[0][1:])
        self.session = "&sid=" + opened["sid"]
        self.post("40" + json.dumps(auth))
        self.answer = self.poll(self.session)[0]

    def path(self, session):
        return "/socket.io/?EIO=4&transport=polling" + session

    def poll(self, session):
        status, text = self.server.ask(self.path(session))
        assert status == 200, text
        return text.decode().split("\x1e")

    def post(self, text):
        assert self.server.ask(self.path(self.session), {"Content-Type": "text/plain"}, "POST", text)[0] == 200

    def events(self):
        while True:
            for packet in self.poll(self.session):
                if packet == "2":
                    self.post("3")
                elif packet.startswith("42"):
                    yield json.loads(packet[2:])


class Launch(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory(prefix="uploadproto-test-")
        self.addCleanup(self.place.cleanup)
        self.data = os.path.join(self.place.name, "data")
        self.anywhere = ["--data-dir", self.data, "--only", "bulk_upload", "--listen", "bulk_upload=127.0.0.1:0"]

    def file(self, name, text):
        path = os.path.join(self.place.name, name)
        with open(path, "w") as out:
            out.write(text)
        return path

    def refused(self, *arguments):
        """Exit 2 and one sentence on stderr, nothing on stdout; the sentence."""
        done = subprocess.run([SERVER, *arguments], capture_output=True, text=True, timeout=LIMIT, cwd=self.place.name)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        self.assertTrue(done.stderr.startswith("uploadproto-server: "))
        return done.stderr[len("uploadproto-server: "):].strip()

    def secret(self):
        with open(os.path.join(self.data, "jwt-secret"), "rb") as file:
            return file.read().strip()

    def bearer(self, **how):
        return {"Authorization": "Bearer " + token(self.secret(), **how)}

    def test_ready_line_and_orderly_end(self):
        for ending in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(ending), Server(*self.anywhere) as server:
                ready = json.loads(server.first_line)
                self.assertIs(ready["ready"], True)
                self.assertEqual(list(ready["urls"]), ["bulk_upload"])
                self.assertRegex(ready["urls"]["bulk_upload"], r"^http://127\.0\.0\.1:[1-9][0-9]*$")
                self.assertEqual(server.ask("/")[0], 404)
                self.assertEqual(server.end(ending), 0)
                self.assertEqual(server.rest, "", "stdout is one line")

    def test_a_secret_is_made_for_the_owner_alone_and_kept(self):
        with Server(*self.anywhere) as server:
            path = os.path.join(self.data, "jwt-secret")
            self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
            first = self.secret()
            self.assertEqual(server.ask("/api/v1/bulk-upload/history", self.bearer())[0], 200)
            self.assertEqual(server.ask("/api/v1/bulk-upload/history", self.bearer(lifetime=-60))[0], 401)
            server.end()
        with Server(*self.anywhere) as server:
            self.assertEqual(self.secret(), first)
            server.end()

    def test_a_secret_file_is_used(self):
        path = self.file("secret", "a secret that the user brought along, long enough\n")
        with Server(*self.anywhere, "--jwt-secret-file", path) as server:
            headers = {"Authorization": "Bearer " + token(b"a secret that the user brought along, long enough")}
            self.assertEqual(server.ask("/api/v1/bulk-upload/history", headers)[0], 200)
            self.assertFalse(os.path.exists(os.path.join(self.data, "jwt-secret")))
            server.end()

    def test_a_configuration_file_is_used(self):
        path = self.file("server.toml", 'data_dir = "here"\nonly = ["bulk_upload"]\n[listen]\nbulk_upload = "127.0.0.1:0"\n')
        with Server("--config", path, cwd=self.place.name) as server:
            self.assertIn("bulk_upload", server.urls)
            self.assertTrue(os.path.isdir(os.path.join(self.place.name, "here")))
            server.end()

    def test_bad_settings_are_one_sentence(self):
        self.assertIn("--nonsense", self.refused("--nonsense"))
        self.assertIn("nonsense.toml", self.refused("--config", "nonsense.toml"))
        path = self.file("bad.toml", "[http]\nheader_timeout_ms = 0\n")
        self.assertIn("bad.toml:2:21: http.header_timeout_ms", self.refused("--config", path))
        self.assertIn("unknown.toml:1:1", self.refused("--config", self.file("unknown.toml", "x = 1\n")))
        self.assertIn("web", self.refused("--only", "page"))
        self.assertIn("HOST:PORT", self.refused("--listen", "bulk_upload=5000"))
        self.assertIn("not.a.host.invalid", self.refused("--listen", "bulk_upload=not.a.host.invalid:0"))
        weak = self.file("weak", "short secret")
        sentence = self.refused(*self.anywhere, "--jwt-secret-file", weak)
        self.assertIn("too short", sentence)
        self.assertNotIn("short secret", sentence)
        self.assertIn("register", self.refused(*self.anywhere, "--register-url", "ftp://x"))
        self.assertFalse(os.path.exists(self.data), "nothing is made for a server that cannot run")

    def test_a_taken_port_is_one_sentence(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            at = "127.0.0.1:%d" % taken.getsockname()[1]
            sentence = self.refused("--data-dir", self.data, "--only", "bulk_upload", "--listen", "bulk_upload=" + at)
        self.assertIn(at, sentence)
        self.assertIn("in use", sentence)
        self.assertIn("--listen bulk_upload=HOST:PORT", sentence)

    def test_a_data_directory_has_one_server(self):
        with Server(*self.anywhere) as server:
            self.assertIn(self.data, self.refused(*self.anywhere))
            self.assertEqual(server.ask("/")[0], 404)
            server.end()

    def test_a_data_directory_that_cannot_be_made_is_one_sentence(self):
        blocked = self.file("file", "")
        self.assertIn(blocked, self.refused("--data-dir", blocked + "/data", "--only", "bulk_upload",
                                            "--listen", "bulk_upload=127.0.0.1:0"))

    def test_help_and_version(self):
        for flag in ("--help", "--version"):
            done = subprocess.run([SERVER, flag], capture_output=True, text=True, timeout=LIMIT)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertIn("uploadproto-server" if flag == "--version" else "--listen", done.stdout)

    def test_the_register_is_served_when_it_is_named(self):
        with Server("--only", "register", "--listen", "register=127.0.0.1:0", cwd=self.place.name) as server:
            self.assertEqual(list(server.urls), ["register"])
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            status, body = server.ask(
                "/token", form, "POST", "grant_type=password&username=a&password=b", name="register"
            )
            self.assertEqual(status, 200)
            bearer = {"Authorization": "Bearer " + json.loads(body)["access_token"]}
            self.assertEqual(server.ask("/api/Voters/IDNumber/0000000000000", bearer, name="register")[0], 404)
            self.assertEqual(server.ask("/api/Voters/IDNumber/0000000000000", name="register")[0], 401)
            self.assertEqual(server.end(), 0)
        self.assertEqual(os.listdir(self.place.name), [], "a register needs no data directory")

    def test_the_page_signs_in_development_users_on_this_machine(self):
        with Server("--only", "web", "--listen", "web=127.0.0.1:0", "--log-level", "debug", cwd=self.place.name) as server:
            self.assertEqual(list(server.urls), ["web"])
            status, body = server.ask("/", name="web")
            self.assertEqual((status, b"<title>" in body), (200, True))
            json_body = {"Content-Type": "application/json"}
            status, body = server.ask("/dev/login", json_body, "POST", '{"user": "ann"}', name="web")
            self.assertEqual(status, 200)
            foreign = json_body | {"Origin": "http://evil.example"}
            self.assertEqual(server.ask("/dev/login", foreign, "POST", '{"user": "ann"}', name="web")[0], 403)
            self.assertEqual(server.end(), 0)
        self.assertNotIn(json.loads(body)["token"].rsplit(".", 1)[1], server.logged)
        with Server("--only", "web", "--listen", "web=127.0.0.1:0", "--dev-login", "off", cwd=self.place.name) as server:
            self.assertEqual(server.ask("/dev/login", json_body, "POST", '{"user": "ann"}', name="web")[0], 404)
            self.assertEqual(server.end(), 0)

    def test_no_token_is_logged(self):
        for style in ("text", "json"):
            with self.subTest(style), Server(*self.anywhere, "--log-format", style, "--log-level", "debug") as server:
                good = token(self.secret())
                bad = token(b"another secret of thirty-two bytes or more")
                for t in (good, bad):
                    server.ask("/api/v1/bulk-upload/history?token=" + t, {"Authorization": "Bearer " + t})
                    server.ask("/socket.io/?EIO=4&transport=polling&token=" + t, {"Authorization": "Bearer " + t})
                server.end()
                self.assertIn("/api/v1/bulk-upload/history", server.logged)
                for piece in (*good.split("."), *bad.split("."), self.secret().decode()):
                    self.assertNotIn(piece, server.logged)
                if style == "json":
                    for line in server.logged.splitlines():
                        self.assertIn("time", json.loads(line))

    def test_sigterm_does_not_wait_for_a_stalled_upload(self):
        with Server(*self.anywhere, "--shutdown-timeout-ms", str(10 * LIMIT * 1000)) as server:
            address = urllib.parse.urlsplit(server.urls["bulk_upload"])
            with socket.create_connection((address.hostname, address.port), timeout=LIMIT) as client:
                head = (
                    "POST /api/v1/bulk-upload/process HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                    "Content-Type: multipart/form-data; boundary=B\r\nContent-Length: 100\r\nAuthorization: %s\r\n\r\n"
                )
                client.sendall((head % self.bearer()["Authorization"]).encode())
                self.assertIn(b" 100 ", client.recv(1000))
                server.process.send_signal(signal.SIGTERM)
                answer = client.recv(1000)
                self.assertIn(b" 503 ", answer)
                self.assertIn(b"going_down", answer)
            self.assertEqual(server.process.wait(LIMIT), 0)

    def test_socket_and_rest_take_the_same_tokens(self):
        with Server(*self.anywhere) as server:
            wrong = token(b"another secret of thirty-two bytes or more")
            cases = [
                (token(self.secret()), 200, "40{"),
                (token(self.secret(), lifetime=-60), 401, "Invalid authentication token"),
                (wrong, 401, "Invalid authentication token"),
                (None, 401, "Authentication token required"),
            ]
            for credentials, status, answer in cases:
                with self.subTest(answer):
                    headers = {"Authorization": "Bearer " + credentials} if credentials else {}
                    self.assertEqual(server.ask("/api/v1/bulk-upload/history", headers)[0], status)
                    client = Socket(server, {"token": credentials} if credentials else {})
                    self.assertIn(answer, client.answer)
            server.end()

    def test_an_upload_is_told_to_its_owner_alone(self):
        with Server(*self.anywhere) as server:
            owner = Socket(server, {"token": token(self.secret(), "ann")})
            other = Socket(server, {"token": token(self.secret(), "bob")})
            form = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\nx\r\n--B--\r\n'
            headers = {**self.bearer(), "Content-Type": "multipart/form-data; boundary=B"}
            job = json.loads(server.ask("/api/v1/bulk-upload/process", headers, "POST", form)[1])["data"]["job_id"]
            other.post("42" + json.dumps(["subscribe_bulk_upload_job", {"job_id": job}]))
            heard = []
            for name, payload in owner.events():
                self.assertEqual(payload["job_id"], job)
                heard.append(name)
                if name != "bulk_upload_progress":
                    break
            self.assertEqual(heard[0], "bulk_upload_progress")
            self.assertEqual(heard[-1], "bulk_upload_failed")
            self.assertEqual(payload["stage"], "file_reading")
            # Bob's own upload is the first that he hears of.
            bob = {**self.bearer(user="bob"), "Content-Type": "multipart/form-data; boundary=B"}
            own = json.loads(server.ask("/api/v1/bulk-upload/process", bob, "POST", form)[1])["data"]["job_id"]
            self.assertEqual(next(other.events())[1]["job_id"], own)
            server.end()

    def test_an_idle_session_does_not_hold_the_end_up(self):
        with Server(*self.anywhere, "--shutdown-timeout-ms", "30000") as server:
            self.assertEqual(server.ask("/socket.io/?EIO=4&transport=polling")[0], 200)
            begun = time.monotonic()
            self.assertEqual(server.end(), 0)
            self.assertLess(time.monotonic() - begun, 15)

    def test_accepted_uploads_are_processed_by_the_next_server(self):
        form = b'--B\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\nno workbook\r\n--B--\r\n'
        with Server(*self.anywhere) as server:
            headers = {**self.bearer(), "Content-Type": "multipart/form-data; boundary=B"}
            status, body = server.ask("/api/v1/bulk-upload/process", headers, "POST", form)
            self.assertEqual(status, 202)
            job = json.loads(body)["data"]["job_id"]
            server.process.kill()
            server.process.wait(LIMIT)
        with Server(*self.anywhere) as server:
            until = time.monotonic() + LIMIT
            while time.monotonic() < until:
                status, body = server.ask("/api/v1/bulk-upload/status/" + job, self.bearer())
                self.assertEqual(status, 200)
                if json.loads(body)["data"]["status"] == "failed":
                    break
            else:
                self.fail("the job never ended")
            server.end()


if __name__ == "__main__":
    if not SERVER:
        sys.exit("usage: app_launch_test.py PATH-OF-uploadproto-server")
    unittest.main(verbosity=1)
