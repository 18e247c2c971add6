# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""Puts the shared library and its header into the wheel. UPLOADPROTO_LIBRARY names the library; without, the one that the
source tree's build made is taken."""
import os
import pathlib
import shutil

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py
from wheel.bdist_wheel import bdist_wheel

ROOT = pathlib.Path(__file__).resolve().parents[2]
HEADER = ROOT / "bindings/c/include/uploadproto.h"
LIBRARY = pathlib.Path(os.environ.get("UPLOADPROTO_LIBRARY", ROOT / "build/bindings/c/libuploadproto.so.0"))


class with_library(build_py):
    def run(self):
        super().run()
        if not LIBRARY.is_file():
            raise SystemExit(f"{LIBRARY} is not there: build the target uploadproto_c, or name it in UPLOADPROTO_LIBRARY")
        package = pathlib.Path(self.build_lib) / "uploadproto"
        shutil.copy(HEADER, package / HEADER.name)
        shutil.copy(LIBRARY, package / "libuploadproto.so.0")


class with_machine_code(Distribution):
    def has_ext_modules(self):
        return True


class for_this_platform(bdist_wheel):
    """Any Python 3, but only machines like this one."""

    def get_tag(self):
        return "py3", "none", super().get_tag()[2]


setup(distclass=with_machine_code, cmdclass={"build_py": with_library, "bdist_wheel": for_this_platform})
