"""What the house tests know of a checkout: its tracked files and their #include lines."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
CODE = {".hpp", ".ipp", ".cpp", ".h", ".c"}


def tracked(root=ROOT):
    """Paths, relative to `root`, of the files under version control that exist; without git, of all files but builds'."""
    listing = subprocess.run(["git", "-C", str(root), "ls-files", "-z"], capture_output=True, check=False)
    if listing.returncode == 0:
        names = [pathlib.PurePosixPath(n) for n in listing.stdout.decode().split("\0") if n]
    else:
        skip = re.compile(r"^(\.git|build[^/]*|\.cache)/|(^|/)(node_modules|__pycache__)/")
        names = [pathlib.PurePosixPath(p.relative_to(root).as_posix()) for p in sorted(root.rglob("*"))]
        names = [n for n in names if not skip.search(str(n))]
    return [n for n in names if (root / n).is_file()]


def code_under(root, folder):
    """The code files under root/folder, relative to `root`, tracked or not: a rule holds before the commit too."""
    return [pathlib.PurePosixPath(p.relative_to(root).as_posix())
            for p in sorted((root / folder).rglob("*")) if p.suffix in CODE]


def includes(path):
    """(line number, '<' or '"', name) of each #include in a file, those inside comment blocks aside."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), path.read_text(), flags=re.DOTALL)
    return [(text.count("\n", 0, m.start()) + 1, m.group(1), m.group(2)) for m in INCLUDE.finditer(text)]
