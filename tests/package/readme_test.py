"""What README.md quotes is what is compiled, and what it links to exists."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "README.md").read_text()


class readme(unittest.TestCase):
    def test_its_programs_are_the_examples(self):
        blocks = re.findall(r"^```cpp\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
        examples = [path.read_text() for path in sorted((ROOT / "examples").glob("*.cpp"))]
        self.assertEqual(sorted(examples), sorted(blocks))

    def test_its_links_lead_somewhere(self):
        for document in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
            prose = re.sub(r"^```.*?^```|`[^`\n]*`", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose):
                self.assertTrue((document.parent / target).exists(), f"{document.relative_to(ROOT)} links to {target}")

    def test_its_commands_exist(self):
        commands = re.findall(r"^(scripts/[\w-]+)", TEXT, re.MULTILINE)
        self.assertIn("scripts/demo", commands)
        self.assertIn("scripts/test", commands)
        for command in commands:
            self.assertTrue((ROOT / command).is_file(), command)

    def test_it_is_one_page(self):
        self.assertLess(len(TEXT.splitlines()), 150)


if __name__ == "__main__":
    unittest.main()
