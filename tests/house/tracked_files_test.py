"""What no tracked file may say: the address of a package registry, a path of somebody's machine."""

import re
import unittest

import source_tree

# Put together here, so that this file does not break its own rule.
REGISTRIES = ["npmjs" + ".org", "npmjs" + ".com", "yarnpkg" + ".com", "pypi" + ".org", "pythonhosted" + ".org",
              "deb.debian" + ".org", "snapshot.debian" + ".org", "static.crates" + ".io"]
MACHINE_PATH = re.compile(r"(?<![\w./~$}-])/(?:home|root|work|Users)/[\w.]+")


def complaints(name, text):
    """One sentence for each rule that `text` breaks."""
    for number, line in enumerate(text.splitlines(), 1):
        for host in REGISTRIES:
            if host in line.lower():
                yield f"{name}:{number}: names the registry host {host}"
        path = MACHINE_PATH.search(line)
        if path:
            yield f"{name}:{number}: names a machine's path, {path.group()}"


class tracked_files(unittest.TestCase):
    def test_they_name_no_registry_and_no_machine(self):
        found = []
        for name in source_tree.tracked():
            try:
                text = (source_tree.ROOT / name).read_text()
            except UnicodeDecodeError:
                continue
            found += complaints(name, text)
        self.assertEqual([], found)

    def test_the_check_can_fail(self):
        self.assertEqual(1, len(list(complaints("a", "https://registry." + REGISTRIES[0] + "/x"))))
        self.assertEqual(1, len(list(complaints("a", 'include "/' + "home" + '/me/x.hpp"'))))
        self.assertEqual([], list(complaints("a", "server-reference/work/x and ~/home and $ROOT/root/x")))

    def test_scripts_can_be_run(self):
        for name in source_tree.tracked():
            path = source_tree.ROOT / name
            if path.read_bytes()[:2] == b"#!":
                self.assertTrue(path.stat().st_mode & 0o111, f"{name} begins with #! and is not executable")


if __name__ == "__main__":
    unittest.main()
