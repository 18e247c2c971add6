# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""The wheel that docs/python.md tells to build holds all that it needs."""
import os
import subprocess
import sys
import zipfile

from conftest import PACKAGE


def run(*command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, stdin=subprocess.DEVNULL,
                          env={**os.environ, **environment}, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_wheel_works_without_the_tree_and_without_an_installed_library(tmp_path):
    source = tmp_path / "tree/bindings/python"
    (tmp_path / "tree").mkdir()
    run("cp", "-r", str(PACKAGE.parent), str(tmp_path / "tree"))  # the build writes into its folder
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(source))
    wheel, = tmp_path.glob("uploadproto-*-py3-none-linux_*.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    code = "import uploadproto; print(uploadproto.version(), uploadproto.__file__)"
    shown = run(sys.executable, "-c", code, UPLOADPROTO_LIBRARY="", PYTHONPATH=str(tmp_path / "site"))
    assert shown.split() == ["0.1.0", str(tmp_path / "site/uploadproto/__init__.py")]
    assert "libuploadproto.so.0" in os.listdir(tmp_path / "site/uploadproto")


def test_a_library_that_is_not_there_is_told(tmp_path):
    done = subprocess.run([sys.executable, "-c", "import uploadproto"], capture_output=True, text=True, check=False,
                          env={**os.environ, "UPLOADPROTO_LIBRARY": str(tmp_path / "nosuch.so"), "PYTHONPATH": str(PACKAGE)})
    assert "ImportError: cannot load libuploadproto" in done.stderr
    assert "name its file in UPLOADPROTO_LIBRARY" in done.stderr
