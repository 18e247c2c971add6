# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""libuploadproto installed by itself, elsewhere than it was configured for: found by CMake and by pkg-config, and what
docs/c.md quotes is what is built. Usage: consumer_test.py BUILD_DIRECTORY SERVER MAKE_WORKBOOK"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve()
ROOT = HERE.parents[3]
sys.path.insert(0, str(HERE.parents[1]))
import reference_server  # noqa: E402

BUILD, SERVER, MAKE_WORKBOOK = sys.argv[1:4]
del sys.argv[1:4]


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=240, check=False,
                          **options)


class Installed(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        cls.prefix = cls.folder / "prefix"
        done = run("cmake", "--install", os.path.join(BUILD, "bindings/c"), "--prefix", str(cls.prefix))
        assert done.returncode == 0, done.stderr
        cls.library = next(cls.prefix.rglob("libuploadproto.so"))

    def must(self, *command, **options):
        done = run(*command, **options)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        return done.stdout

    def check_judge(self, program):
        environment = {**os.environ, "LD_LIBRARY_PATH": str(self.library.parent)}
        command = [str(program), "bulk_upload", "subscribe_bulk_upload_job"]
        self.assertEqual("", self.must(*command, '{"job_id":"j"}', env=environment))
        done = run(*command, '{"job_id":""}', env=environment)
        self.assertEqual((1, "/job_id: "), (done.returncode, done.stdout[:9]))

    def test_cmake_finds_it(self):
        build = str(self.folder / "build")
        self.must("cmake", "-G", "Ninja", "-S", str(HERE.parent / "consumer"), "-B", build,
                  f"-DEXAMPLES={ROOT / 'examples/c'}", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        self.must("cmake", "--build", build)
        self.check_judge(pathlib.Path(build) / "judge")

    def compiled(self, name):
        """An example, compiled with what pkg-config says."""
        environment = {**os.environ, "PKG_CONFIG_PATH": str(self.library.parent / "pkgconfig")}
        flags = shlex.split(self.must("pkg-config", "--cflags", "--libs", "uploadproto", env=environment))
        program = str(self.folder / name)
        self.must("cc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", str(ROOT / f"examples/c/{name}.c"),
                  "-o", program, *flags)
        return program

    def test_pkg_config_finds_it(self):
        self.check_judge(self.compiled("judge"))

    def test_the_example_follows_a_job(self):
        program = self.compiled("follow")
        server = reference_server.ReferenceServer(SERVER, MAKE_WORKBOOK)
        self.addCleanup(server.stop)
        environment = {**os.environ, "LD_LIBRARY_PATH": str(self.library.parent)}
        command = [program, server.urls["bulk_upload"]]
        out = self.must(*command, reference_server.token(), server.files["bulk_upload"], env=environment)
        self.assertRegex(out, r"(?m)^100\.0 %  report_generation: ")
        self.assertRegex(out, r"(?m)^completed; the report is at /api/")
        done = run(*command, "forged", server.files["bulk_upload"], env=environment)
        self.assertEqual(1, done.returncode)
        self.assertRegex(done.stderr, r"^follow: the server refuses the connection: ")

    def test_the_document_quotes_the_examples(self):
        quoted = re.findall(r"^```c\n(.*?)^```$", (ROOT / "docs/c.md").read_text(), re.MULTILINE | re.DOTALL)
        examples = [path.read_text() for path in sorted((ROOT / "examples/c").glob("*.c"))]
        self.assertEqual(examples, sorted(quoted, key=lambda text: text[3:]))


if __name__ == "__main__":
    unittest.main()
