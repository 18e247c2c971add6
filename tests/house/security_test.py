"""docs/security.md and the tests agree: every test it names exists, every test with an advisory's number is named."""

import re
import unittest

import source_tree

PAGE = source_tree.ROOT / "docs" / "security.md"
CASE = re.compile(r"BOOST_(?:AUTO|DATA)_TEST_CASE\((\w+)")
ADVISORY = re.compile(r"(?:CVE|GHSA|hardening)_\w+")


class security(unittest.TestCase):
    def setUp(self):
        rows = [line for line in PAGE.read_text().splitlines() if line.startswith("|")][2:]
        self.rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
        self.cases = {name for file in (source_tree.ROOT / "tests").rglob("*_test.cpp")
                      for name in CASE.findall(file.read_text())}
        self.named = {name for row in self.rows for name in re.findall(r"`(\w+)`", row[2]) if name in self.cases}

    def test_every_row_has_its_test_or_a_reason(self):
        self.assertGreater(len(self.rows), 25)
        for advisory, _, answer in self.rows:
            tests = [name for name in re.findall(r"`(\w+)`", answer) if name in self.cases]
            self.assertTrue(tests or answer.startswith("cannot apply"), f"{advisory}: {answer}")
            if answer.startswith("cannot apply"):
                continue
            self.assertEqual([], [name for name in re.findall(r"`(\w+)`", answer) if name not in self.cases], advisory)
            first = advisory.split(",")[0].replace("-", "_")
            if first.startswith(("CVE", "GHSA")):
                self.assertTrue(all(name.startswith(first) for name in tests), f"{advisory} is not in the name of {tests}")

    def test_every_test_with_a_number_stands_in_the_page(self):
        self.assertEqual([], sorted(name for name in self.cases if ADVISORY.fullmatch(name) and name not in self.named))


if __name__ == "__main__":
    unittest.main()
