"""src.hpp compiles every .ipp, and every .ipp is reached from the header beside it in header-only use."""

import re
import unittest

import source_tree

INCLUDE = source_tree.ROOT / "include"


class separate_compilation(unittest.TestCase):
    def setUp(self):
        self.ipps = [p.relative_to(INCLUDE).as_posix() for p in sorted(INCLUDE.rglob("*.ipp"))]

    def test_every_ipp_is_listed_once_in_src_hpp(self):
        listed = [name for _, _, name in source_tree.includes(INCLUDE / "uploadproto/src.hpp") if name.endswith(".ipp")]
        self.assertEqual(sorted(listed), self.ipps)

    def test_every_ipp_is_included_by_a_header_only_when_it_is_not_compiled_apart(self):
        guard = re.compile(r"#\s*if\s+!\s*defined\(UPLOADPROTO_SEPARATE_COMPILATION\)\s*\n((?:#\s*include[^\n]*\n)+)#\s*endif")
        guarded = set()
        for header in INCLUDE.rglob("*.hpp"):
            for block in guard.finditer(header.read_text()):
                guarded.update(re.findall(r"<([^>]+\.ipp)>", block.group(1)))
        self.assertEqual([], [name for name in self.ipps if name not in guarded])


if __name__ == "__main__":
    unittest.main()
