# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""The reference server as the end-to-end tests run it, and what they read of the client."""
import contextlib
import json
import os
import signal
import subprocess

TIMEOUT = 90


class Server:
    """The reference server in a directory, with some of its sites; the same ports again after a restart."""

    def __init__(self, program, folder, sites, more=()):
        self.program, self.folder, self.more = program, folder, list(more)
        self.ports = dict.fromkeys(sites, 0)
        self.start()

    def start(self):
        self.log = open(os.path.join(self.folder, "server.log"), "a+")
        listen = [part for name, port in self.ports.items() for part in ("--listen", f"{name}=127.0.0.1:{port}")]
        self.process = subprocess.Popen(
            [self.program, "--data-dir", os.path.join(self.folder, "data"),
             "--jwt-secret-file", os.path.join(self.folder, "secret"),
             "--only", ",".join(self.ports), *listen, *self.more],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        ready = self.process.stdout.readline()
        if not ready:
            self.explain()
        self.urls = json.loads(ready)["urls"]
        self.ports = {name: int(self.urls[name].rsplit(":", 1)[1]) for name in self.ports}

    def explain(self):
        code = self.process.wait(TIMEOUT)
        self.process.stdout.close()
        self.log.seek(0)
        said = self.log.read().strip()
        self.log.close()
        raise RuntimeError(f"the server ended with {code}: {said}")

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait(TIMEOUT)
        self.process.stdout.close()
        self.log.close()


@contextlib.contextmanager
def running(command, **streams):
    """A program while it runs; one that a failing test leaves behind is killed, in order not to be waited for."""
    with subprocess.Popen(command, text=True, **streams) as process:
        try:
            yield process
        except BaseException:
            process.kill()
            raise


def lines(text):
    """NDJSON as objects."""
    return [json.loads(line) for line in text.splitlines()]
