# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""libuploadproto as C programs see it: its symbols, and the test programs, plain and under valgrind.
Usage: library_test.py LIBRARY PROGRAMS_DIRECTORY SERVER MAKE_WORKBOOK [--valgrind]"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve()
sys.path.insert(0, str(HERE.parents[1]))
import reference_server  # noqa: E402

VALGRIND = "--valgrind" in sys.argv
if VALGRIND:
    sys.argv.remove("--valgrind")
LIBRARY, PROGRAMS, SERVER, MAKE_WORKBOOK = sys.argv[1:5]
del sys.argv[1:5]
HEADER = HERE.parents[3] / "bindings/c/include/uploadproto.h"

# Memory that the system's libraries keep until the process ends can still be reached: no leak.
CHECKER = ["valgrind", "--quiet", "--error-exitcode=99", "--leak-check=full", "--show-leak-kinds=definite,indirect,possible",
           "--errors-for-leak-kinds=definite,indirect,possible"] if VALGRIND else []


def run(program, *arguments):
    return subprocess.run([*CHECKER, os.path.join(PROGRAMS, program), *arguments], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=500, check=False)


class Programs(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if VALGRIND and not shutil.which("valgrind"):
            raise unittest.SkipTest("valgrind is not installed")
        cls.server = reference_server.ReferenceServer(SERVER, MAKE_WORKBOOK)
        cls.addClassCleanup(cls.server.stop)

    def check(self, program, *arguments):
        done = run(program, *arguments)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"(?m)^[1-9]\d* checks, 0 failed$")

    def check_protocol(self, protocol, rest="-", who="-", template="-"):
        self.check("c_online_test", protocol, self.server.urls[protocol], rest, who, self.server.files[protocol],
                   template)

    def test_messages_tokens_and_misuse(self):
        self.check("c_offline_test", reference_server.token(), reference_server.token(ttl=-3600),
                   reference_server.SECRET)

    def test_bulk_upload(self):
        self.check_protocol("bulk_upload", who=reference_server.token())

    def test_file_upload(self):
        self.check_protocol("file_upload", template="users")

    def test_upload_progress(self):
        self.check_protocol("upload_progress", who=reference_server.token())

    def test_consumer_events(self):
        self.check_protocol("consumer_events", rest=self.server.urls["producers"])


@unittest.skipIf(VALGRIND, "the same without valgrind")
class Border(unittest.TestCase):
    def test_only_what_the_header_declares_is_seen(self):
        listed = subprocess.run(["nm", "-D", "--defined-only", LIBRARY], capture_output=True, text=True, check=True)
        seen = {line.split()[2] for line in listed.stdout.splitlines() if line.split()[1] != "A"}
        declared = set(re.findall(r"\b(uploadproto_\w+)\(", re.sub(r"/\*.*?\*/", "", HEADER.read_text(), flags=re.S)))
        self.assertEqual({f"{name}@@UPLOADPROTO_0.1" for name in declared}, seen)

    def test_memory_that_is_refused_is_an_error(self):
        done = run("c_memory_test", reference_server.token(), reference_server.SECRET)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"(?m)^[1-9]\d* checks, 0 failed$")


if __name__ == "__main__":
    unittest.main()
