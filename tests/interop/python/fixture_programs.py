"""Starts socketio-fixture and socketio-client-fixture for a test."""

import json
import os
import pathlib
import queue
import subprocess
import threading
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parents[3]
PROGRAMS = pathlib.Path(os.environ.get("UPLOADPROTO_PROGRAMS", ROOT / "build/bin"))
PATIENCE = 20


class server:
    """socketio-fixture with a profile, on a free port or a given one."""

    def __init__(self, profile, port=0):
        self.process = subprocess.Popen([PROGRAMS / "socketio-fixture", "--profile", profile, "--port", str(port)],
                                        stdout=subprocess.PIPE, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.port = urllib.parse.urlsplit(self.url).port

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)
        self.process.stdout.close()


class client:
    """socketio-client-fixture; `next` takes what it prints, line by line."""

    def __init__(self, url, *options):
        self.process = subprocess.Popen([PROGRAMS / "socketio-client-fixture", "--url", url, *options],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        self.lines = queue.Queue()
        self.upgrades = queue.Queue()  # these come at any time
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            parsed = json.loads(line)
            (self.upgrades if parsed["type"] == "upgrade" else self.lines).put(parsed)

    def say(self, line):
        self.process.stdin.write(line + "\n")

    def next(self, kind):
        """The next line of a type; those before it are passed over."""
        while True:
            line = self.lines.get(timeout=PATIENCE)
            if line["type"] == kind:
                return line

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=PATIENCE)
        self.reader.join()
        self.process.stdin.close()
        self.process.stdout.close()
