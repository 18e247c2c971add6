"""Compiles every public header by itself, twice in one unit, warnings as errors.

usage: headers_alone.py --compiler g++ [--launcher ccache] [--root DIR] [--jobs 2]
Exit 0 when every header compiles, 1 naming those that do not, 2 when there was none.
"""

import argparse
import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile

import source_tree

# Without the definitions (the .ipp files): those are compiled together, once in src/ and once from headers by the test
# of two units, and would make this a matter of ten minutes.
FLAGS = ["-std=c++20", "-DUPLOADPROTO_SEPARATE_COMPILATION", "-O0", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror",
         # What Asio's own headers trip in GCC 12 on correct code (see cmake/private_flags.cmake).
         "-Wno-maybe-uninitialized", "-Wno-unknown-warning-option"]


def compile_alone(command, include, header, folder):
    """The compiler's complaint about `header`, empty when there is none."""
    unit = folder / (header.replace("/", "_") + ".cpp")
    unit.write_text(f"#include <{header}>\n#include <{header}>\n")
    done = subprocess.run([*command, *FLAGS, f"-I{include}", "-c", unit.name, "-o", unit.name + ".o"], cwd=folder,
                          capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"{header}:\n{done.stderr[-4000:]}"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--compiler", required=True)
    options.add_argument("--launcher", default="")
    options.add_argument("--root", type=pathlib.Path, default=source_tree.ROOT)
    options.add_argument("--jobs", type=int, default=2)
    given = options.parse_args()

    include = given.root / "include"
    # src.hpp is for the one unit of a separately compiled SDK; src/uploadproto.cpp compiles it.
    headers = [p.relative_to(include).as_posix() for p in sorted(include.rglob("*.hpp")) if p.name != "src.hpp"]
    command = [part for part in (given.launcher, given.compiler) if part]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(given.jobs) as pool:
        complaints = [c for c in pool.map(
            lambda header: compile_alone(command, include, header, pathlib.Path(folder)), headers) if c]
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    print(f"{len(headers) - len(complaints)} of {len(headers)} headers compile alone with {given.compiler}")
    return 2 if not headers else 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
