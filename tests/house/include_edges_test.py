"""Arrows only point down, and the check that says so can fail."""

import pathlib
import tempfile
import unittest

import include_edges
import source_tree


class this_checkout(unittest.TestCase):
    maxDiff = None

    def test_arrows_only_point_down(self):
        self.assertEqual("", "\n".join(include_edges.violations()))

    def test_there_was_something_to_read(self):
        self.assertGreater(len(source_tree.code_under(source_tree.ROOT, "include/uploadproto")), 2)


class a_made_up_tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name in ("contract/event.hpp", "wire/packet.hpp", "session/server.hpp", "net/stream.hpp", "client.hpp"):
            self.write("include/uploadproto/" + name, "#include <string>\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def complaint(self, name, text):
        """The one sentence said about a file with this text."""
        self.write(name, text)
        found = include_edges.violations(self.root)
        self.assertEqual(1, len(found), found)
        self.assertTrue(found[0].startswith(name), found[0])
        return found[0]

    def test_a_clean_tree_passes(self):
        self.write("include/uploadproto/net/a.hpp", "#include <boost/asio/post.hpp>\n#include <uploadproto/wire/packet.hpp>\n")
        self.write("server-reference/http/router.hpp", '#include "logging.hpp"\n#include <uploadproto/client.hpp>\n')
        self.write("server-reference/logging.hpp", "#include <spdlog/spdlog.h>\n")
        self.assertEqual([], include_edges.violations(self.root))

    def test_each_floor_refuses_each_floor_above(self):
        files = ["contract/event.hpp", "wire/packet.hpp", "session/server.hpp", "net/stream.hpp", "client.hpp"]
        for low in range(len(files)):
            for high in range(low + 1, len(files)):
                with self.subTest(low=files[low], high=files[high]):
                    name = "include/uploadproto/" + files[low]
                    self.assertIn("which is above it", self.complaint(name, f"#include <uploadproto/{files[high]}>\n"))
                    self.write(name, "")

    def test_protocol_logic_knows_no_io(self):
        for header in ("boost/asio.hpp", "boost/asio/post.hpp", "boost/beast/core.hpp", "sys/socket.h"):
            for floor in ("contract", "wire", "session"):
                with self.subTest(header=header, floor=floor):
                    name = f"include/uploadproto/{floor}/bad.hpp"
                    self.assertIn("knows no I/O", self.complaint(name, f"#include <{header}>\n"))
                    self.write(name, "")

    def test_a_file_on_no_floor_is_named(self):
        self.assertIn("on no floor", self.complaint("include/uploadproto/misc/x.hpp", ""))

    def test_a_server_file_on_no_floor_is_named(self):
        self.assertIn("on no floor", self.complaint("server-reference/misc/x.cpp", ""))

    def test_another_library_is_refused(self):
        self.assertIn("nothing else", self.complaint("include/uploadproto/net/x.hpp", "#include <spdlog/spdlog.h>\n"))

    def test_a_quoted_include_is_refused(self):
        self.assertIn("<uploadproto/...>", self.complaint("include/uploadproto/net/x.hpp", '#include "stream.hpp"\n'))

    def test_an_include_of_nothing_is_refused(self):
        self.assertIn("does not exist",
                      self.complaint("include/uploadproto/net/x.hpp", "#include <uploadproto/net/gone.hpp>\n"))

    def test_odd_spacing_hides_nothing_and_comments_count_nothing(self):
        text = "/* #include <boost/asio/a.hpp> */\n\t#  include\t<boost/asio/post.hpp>\n"
        self.assertIn("bad.hpp:2:", self.complaint("include/uploadproto/wire/bad.hpp", text))

    def test_the_server_has_floors_too(self):
        self.write("server-reference/http/router.hpp", "")
        self.assertIn("which is above it",
                      self.complaint("server-reference/ingest/reader.hpp", '#include "http/router.hpp"\n'))


if __name__ == "__main__":
    unittest.main()
