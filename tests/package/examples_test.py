"""The README's two programs, run against each other: one emits a job, the other follows it to its end.

usage: examples_test.py FOLDER-OF-THE-PROGRAMS
"""

import base64
import hashlib
import hmac
import json
import pathlib
import secrets
import socket
import subprocess
import sys
import time
import unittest

PROGRAMS = pathlib.Path(sys.argv.pop())


def make_token(secret, user):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    signed = part({"alg": "HS256"}) + b"." + part({"sub": user, "exp": int(time.time()) + 600})
    signature = base64.urlsafe_b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).rstrip(b"=")
    return (signed + b"." + signature).decode()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class the_two_examples(unittest.TestCase):
    def setUp(self):
        self.secret = secrets.token_hex(32)
        self.port = free_port()
        self.server = subprocess.Popen([PROGRAMS / "emit_job", str(self.port), self.secret])
        self.addCleanup(self.server.wait)
        self.addCleanup(self.server.kill)
        deadline = time.monotonic() + 30
        while True:  # until it listens
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except ConnectionRefusedError:
                self.assertIsNone(self.server.poll(), "emit_job ended")
                self.assertLess(time.monotonic(), deadline)

    def follow(self, token):
        return subprocess.run([PROGRAMS / "follow_job", f"http://127.0.0.1:{self.port}", token, "job-1"],
                              capture_output=True, text=True, timeout=30, check=False)

    def test_a_job_is_followed_to_its_end(self):
        done = self.follow(make_token(self.secret, "ann"))
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertIn("report_generation", done.stdout)

    def test_a_forged_token_is_refused(self):
        self.assertNotEqual(0, self.follow(make_token("x" * 64, "ann")).returncode)


if __name__ == "__main__":
    unittest.main()
