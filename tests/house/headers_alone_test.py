"""The check of headers that stand alone is itself checked, on a header that does not."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("headers_alone.py")


class a_made_up_tree(unittest.TestCase):
    def run_on(self, headers):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            (root / "include/uploadproto").mkdir(parents=True)
            for name, text in headers.items():
                (root / "include/uploadproto" / name).write_text(text)
            return subprocess.run([sys.executable, "-B", SCRIPT, "--compiler", "g++", "--root", root],
                                  capture_output=True, text=True, check=False)

    def test_a_header_that_needs_another_first_is_named(self):
        done = self.run_on({"good.hpp": "#pragma once\n#include <string>\ninline std::string a() { return {}; }\n",
                            "needy.hpp": "#pragma once\ninline std::string b() { return {}; }\n"})
        self.assertEqual(1, done.returncode)
        self.assertIn("uploadproto/needy.hpp", done.stderr)
        self.assertNotIn("uploadproto/good.hpp:", done.stderr)

    def test_a_header_without_a_guard_is_named(self):
        self.assertEqual(1, self.run_on({"twice.hpp": "struct a {};\n"}).returncode)

    def test_no_header_at_all_is_no_success(self):
        self.assertEqual(2, self.run_on({}).returncode)


if __name__ == "__main__":
    unittest.main()
