"""The suite passes servers that are right: the reference server, and the independent ones that share no code with it.

    servers_test.py SUITE reference PROGRAM | js NODE | python PYTHON   [arguments of `run`]
"""
import json
import os
import pathlib
import secrets
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
INDEPENDENT = ROOT / "conformance" / "independent"
SITES = ("bulk_upload", "file_upload", "producers", "consumer_events", "upload_progress")


def server_command(kind, program, folder):
    if kind == "reference":
        free = [part for site in SITES for part in ("--listen", f"{site}=127.0.0.1:0")]
        return [program, "--data-dir", str(folder / "data"), "--jwt-secret-file", str(folder / "secret"),
                "--only", ",".join(SITES), *free]
    script = "server.mjs" if kind == "js" else "server.py"
    return [program, str(INDEPENDENT / kind / script), "--secret-file", str(folder / "secret")]


def suite_command(suite, kind, urls, folder, more):
    target = [] if kind == "reference" else ["--target", str(INDEPENDENT / kind / "target.toml")]
    where = [part for site in SITES for part in ("--url", f"{site}={urls[site]}")]
    return [suite, "run", *target, *where, "--secret-file", str(folder / "secret"), *more]


def main(suite, kind, program, *more):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "secret").write_text(secrets.token_hex(32))
        os.chmod(folder / "secret", 0o600)
        with open(folder / "log", "w+", encoding="utf-8") as log:
            server = subprocess.Popen(server_command(kind, program, folder), stdout=subprocess.PIPE, stderr=log, text=True)
            try:
                ready = server.stdout.readline()
                if not ready:
                    log.seek(0)
                    sys.exit(f"the server did not start: {log.read()}")
                code = subprocess.run(suite_command(suite, kind, json.loads(ready)["urls"], folder, more), check=False).returncode
            finally:
                server.send_signal(signal.SIGTERM)
                if server.wait(60) != 0:
                    sys.exit("the server did not stop cleanly")
        sys.exit(code)


main(*sys.argv[1:])
