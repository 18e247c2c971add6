"""Every C++ file is laid out as .clang-format says."""

import shutil
import subprocess
import unittest

import source_tree

FORMATTER = shutil.which("clang-format-14")


@unittest.skipUnless(FORMATTER, "clang-format-14 is not installed")
class layout(unittest.TestCase):
    def test_every_file_is_formatted(self):
        files = [str(n) for n in source_tree.tracked() if n.suffix in source_tree.CODE]
        done = subprocess.run([FORMATTER, "--dry-run", "-Werror", *files], cwd=source_tree.ROOT,
                              capture_output=True, text=True, check=False)
        badly = sorted({line.split(":")[0] for line in done.stderr.splitlines() if "clang-format-violations" in line})
        self.assertEqual([], badly, "run clang-format-14 -i on these")
        self.assertEqual(0, done.returncode, done.stderr)


if __name__ == "__main__":
    unittest.main()
