#!/usr/bin/env python3
"""File upload of the whole server, seen from outside: templates of one's own, the shared port, a restart.

Usage: file_upload_launch_test.py PATH-OF-uploadproto-server
"""
import json
import os
import signal
import socket
import subprocess
import tempfile
import unittest

import app_launch_test
from app_launch_test import LIMIT, Server

ROWS = "Room,Seats\n" + "".join(f"R{n},{n}\n" for n in range(1, 1201))
TEMPLATE = {"title": "Rooms", "columns": [
    {"header": "Room", "field": "room", "type": "string", "required": True, "unique": True},
    {"header": "Seats", "field": "seats", "type": "number"}]}


def form(rows, job_id=None):
    parts = [f'--XX\r\nContent-Disposition: form-data; name="file"; filename="rooms.csv"\r\n\r\n{rows}\r\n']
    if job_id:
        parts.append(f'--XX\r\nContent-Disposition: form-data; name="jobId"\r\n\r\n{job_id}\r\n')
    return "".join(parts).encode() + b"--XX--\r\n"


class FileUpload(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory(prefix="uploadproto-test-")
        self.addCleanup(self.place.cleanup)
        self.templates = os.path.join(self.place.name, "templates")
        os.mkdir(self.templates)
        self.write("rooms.json", json.dumps(TEMPLATE))
        self.flags = ["--data-dir", os.path.join(self.place.name, "data"), "--templates", self.templates]

    def write(self, name, text):
        with open(os.path.join(self.templates, name), "w") as file:
            file.write(text)

    def serve(self, *listeners):
        listeners = listeners or ("file_upload=127.0.0.1:0",)
        names = ",".join(each.split("=")[0] for each in listeners)
        listen = [word for each in listeners for word in ("--listen", each)]
        return Server(*self.flags, "--only", names, *listen)

    def ask(self, server, path, method="GET", body=None):
        headers = {"Content-Type": "multipart/form-data; boundary=XX"} if body else {}
        status, text = server.ask(path, headers, method, body, name="file_upload")
        return status, json.loads(text)

    def upload(self, server, job_id):
        return self.ask(server, "/file/upload/rooms", "POST", form(ROWS, job_id))

    def wait_for_end(self, server, job_id):
        while True:
            status, job = self.ask(server, "/file/jobs/" + job_id)
            self.assertEqual(status, 200)
            if job["status"] in ("completed", "failed"):
                return job

    def test_a_template_of_ones_own_is_loaded_through(self):
        with self.serve() as server:
            self.assertEqual([t["name"] for t in self.ask(server, "/file/templates")[1]], ["products", "rooms", "users"])
            self.assertEqual(self.upload(server, "mine"), (202, {"jobId": "mine", "status": "queued"}))
            job = self.wait_for_end(server, "mine")
            self.assertEqual(job["result"], {"message": "Stored 1,200 rows", "processed": 1200, "total": 1200, "errors": []})
            self.assertEqual(self.ask(server, "/file/data/rooms?limit=1")[1]["data"], [{"room": "R1", "seats": 1}])
            self.assertEqual(server.end(), 0)

    def test_a_bad_template_is_one_sentence_with_file_and_place(self):
        self.write("broken.json", '{"columns": [{"header": "A", "field": "a", "type": "text"}]}')
        done = subprocess.run(
            [app_launch_test.SERVER, *self.flags, "--only", "file_upload", "--listen", "file_upload=127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(os.path.join(self.templates, "broken.json") + ": /columns/0/type: expected one of string", done.stderr)

    def test_a_job_goes_on_after_kill_9(self):
        with self.serve() as server:
            self.assertEqual(self.upload(server, "killed")[0], 202)
            server.process.send_signal(signal.SIGKILL)
            server.process.wait(LIMIT)
        with self.serve() as server:
            self.assertEqual(self.wait_for_end(server, "killed")["result"]["processed"], 1200)
            self.assertEqual(self.ask(server, "/file/data/rooms")[1]["total"], 1200)
            self.assertEqual(self.upload(server, "killed")[0], 409)
            self.assertEqual(server.end(), 0)

    def test_producers_and_file_upload_share_an_address(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            at = "127.0.0.1:%d" % free.getsockname()[1]
        with self.serve("file_upload=" + at, "producers=" + at) as server:
            self.assertEqual(server.urls, {"file_upload": "http://" + at, "producers": "http://" + at})
            self.assertEqual(self.ask(server, "/file/templates/rooms")[0], 200)
            # Each site answers in its own shape.
            self.assertEqual(self.ask(server, "/file/templates/none")[1]["statusCode"], 404)
            self.assertEqual(self.upload(server, "shared")[0], 202)
            self.assertEqual(self.wait_for_end(server, "shared")["status"], "completed")
            self.assertEqual(server.end(), 0)



if __name__ == "__main__":
    unittest.main()
