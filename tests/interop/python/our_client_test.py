"""Our command line client follows jobs of servers that others' libraries run: npm's socket.io, python-socketio."""

import json
import pathlib
import subprocess
import sys
import unittest

from reference_server import PROGRAMS

INTEROP = pathlib.Path(__file__).resolve().parents[1]
STAGES = ["initialization", "file_reading", "pre_validation", "iec_verification", "database_operations",
          "report_generation"]


class our_client:
    """The cases; a server is chosen below."""

    command = None

    def setUp(self):
        self.server = subprocess.Popen(self.command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.stop)
        self.url = json.loads(self.server.stdout.readline())["url"]

    def stop(self):
        self.server.terminate()
        self.server.wait(timeout=10)
        self.server.stdout.close()

    def watch(self, job, token="good"):
        """The exit code and the printed lines, parsed."""
        done = subprocess.run([PROGRAMS / "uploadproto", "watch", job, "--protocol", "bulk_upload", "--server",
                               self.url, "--token", token, "--json"],
                              capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr

    def stages_in(self, lines):
        """The stages named anywhere in the lines, in order, once each."""
        found = [line["stage"] for line in map(payload_of, lines) if line.get("status") == "processing"]
        return list(dict.fromkeys(found))

    def test_a_job_that_completes(self):
        code, lines, errors = self.watch("job-1732531200000-1")
        self.assertEqual(0, code, errors)
        self.assertEqual(STAGES, self.stages_in(lines))
        end = payload_of(lines[-1])
        self.assertEqual("completed", end["status"])
        self.assertEqual(9, end["validation_stats"]["total_records"])

    def test_a_job_that_fails(self):
        code, lines, errors = self.watch("job-1732531200000-2")
        self.assertEqual(1, code, errors)
        end = payload_of(lines[-1])
        self.assertEqual("The register cannot be reached", end["error"])

    def test_a_connection_that_is_cut_on_the_way(self):
        code, lines, errors = self.watch("job-1732531200000-3")
        self.assertEqual(0, code, errors)
        self.assertEqual(STAGES, self.stages_in(lines))

    def test_a_token_that_is_refused(self):
        code, _, errors = self.watch("job-1732531200000-1", token="bad")
        self.assertEqual(4, code, errors)


def payload_of(line):
    """The event's own object: the line itself, or its member `data`."""
    return line["data"] if isinstance(line.get("data"), dict) else line


class against_npm_socketio(our_client, unittest.TestCase):
    command = ["node", INTEROP / "js/job_server.mjs"]


class against_npm_socketio_without_websocket(our_client, unittest.TestCase):
    command = ["node", INTEROP / "js/job_server.mjs", "--transports", "polling"]


class against_python_socketio(our_client, unittest.TestCase):
    command = [sys.executable, INTEROP / "python/job_server.py"]


if __name__ == "__main__":
    unittest.main()
