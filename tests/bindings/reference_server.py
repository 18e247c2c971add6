# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""The reference server with all four protocols, a user, and a file for each, as the tests of the bindings need them."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import jwt

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "clients"))
import programs  # noqa: E402

SECRET = "0123456789abcdef" * 4
SITES = ["bulk_upload", "file_upload", "upload_progress", "consumer_events", "producers"]


def token(user="ann", ttl=3600):
    now = int(time.time())
    return jwt.encode({"sub": user, "type": "access", "iat": now - 7200, "exp": now + ttl}, SECRET, algorithm="HS256")


class ReferenceServer:
    """Runs from the beginning to `stop`. `files`: what to upload, by protocol."""

    def __init__(self, server, make_workbook, more=()):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = self.scratch.name
        self.put("secret", SECRET)
        register = os.path.join(self.folder, "register.csv")
        workbook = os.path.join(self.folder, "members.xlsx")
        subprocess.check_call([make_workbook, workbook, "--rows", "200", "--register-out", register],
                              stdout=subprocess.DEVNULL)
        people = "".join(f"Thandi,Nkosi,p{i}@example.org,,1990-05-17,true\n" for i in range(50))
        money = "".join(f"2025-03-{i % 28 + 1:02},Grocery store {i},-{i % 90 + 1}.50\n" for i in range(100))
        orders = "".join(f"A-{i},Lamp,1,9.50\n" for i in range(250))
        self.files = {
            "bulk_upload": workbook,
            "file_upload": self.put("people.csv", "First Name,Last Name,Email,Phone,Birth Date,Is Active\n" + people),
            "upload_progress": self.put("march.csv", "Date,Description,Amount\n" + money),
            "consumer_events": self.put("orders.csv", "orderNumber,productName,quantity,price\n" + orders),
        }
        self.program = programs.Server(server, self.folder, SITES, ["--register-data-file", register, *more])
        self.urls = self.program.urls

    def put(self, name, text):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def stop(self):
        self.program.stop()
        self.scratch.cleanup()
