"""Starts programs of ours for a test and stands in for their users: tokens, workbooks, uploads.

Nothing of ours is used to judge ours: tokens are signed by hmac, workbooks written and read by openpyxl.
"""

import base64
import hashlib
import hmac
import io
import json
import pathlib
import secrets
import shutil
import subprocess
import tempfile
import time

import openpyxl
import requests

from fixture_programs import PROGRAMS


class server:
    """A reference server of one protocol on a free port, with a data directory that goes with it."""

    def __init__(self, site="bulk_upload"):
        self.site = site

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="uploadproto-interop-"))
        self.secret = secrets.token_hex(32)
        (self.folder / "secret").write_text(self.secret)
        self.log = (self.folder / "log").open("w")
        self.process = subprocess.Popen(
            [PROGRAMS / "uploadproto-server", "--data-dir", self.folder / "data", "--jwt-secret-file",
             self.folder / "secret", "--only", self.site, "--listen", self.site + "=127.0.0.1:0"],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("uploadproto-server did not start: " + (self.folder / "log").read_text())
        self.url = json.loads(line)["urls"][self.site]
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=30)
        self.process.stdout.close()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def make_token(secret, user, **claims):
    """A token as RFC 7519 has it; `claims` override what a good one says."""
    now = int(time.time())

    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    signed = part({"alg": "HS256", "typ": "JWT"}) + b"." + part({"sub": user, "iat": now, "exp": now + 600, **claims})
    signature = base64.urlsafe_b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).rstrip(b"=")
    return (signed + b"." + signature).decode()


def id_number(date, serial):
    """A valid South African ID number: date YYMMDD, four digits, citizen, check digit after Luhn."""
    digits = f"{date}{serial:04d}08"
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return digits + str(-total % 10)


def make_workbook(valid, invalid, repeats):
    """The bytes of a workbook: valid members, then invalid ones, then repeats of the first."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["ID Number", "Name", "Surname"])
    for i in range(valid):
        sheet.append([id_number("800101", 5000 + i), f"Name {i}", f"Surname {i}"])
    for i in range(invalid):
        sheet.append([f"123{i}", "Nobody", "Nowhere"])
    for _ in range(repeats):
        sheet.append([id_number("800101", 5000), "Again", "Again"])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def upload(url, token, content):
    """The `data` of the 202."""
    answer = requests.post(url + "/api/v1/bulk-upload/process", headers={"Authorization": "Bearer " + token},
                           files={"file": ("members.xlsx", content)}, timeout=30)
    assert answer.status_code == 202, answer.text
    return answer.json()["data"]


def sheets_of(content):
    return openpyxl.load_workbook(io.BytesIO(content), read_only=True).sheetnames
