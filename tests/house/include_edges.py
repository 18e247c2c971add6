"""Which file may include which: the floors of the SDK, the reference server and the conformance suite. Arrows only
point down."""

import re

import source_tree

# Lowest first. A file stands on the first floor whose pattern matches its path under include/uploadproto.
SDK_FLOORS = [
    ("base", r"(config|result)\.hpp"),
    ("contract", r"contract/.*"),
    ("wire", r"wire/.*"),
    ("session", r"session/.*"),
    ("net", r"net/.*"),
    ("roles", r"((socketio|engineio)/.*|impl/.*|client\.hpp|server\.hpp|jwt_users\.hpp|src\.hpp)"),
]
# The floors below net/ are protocol logic: no socket, no clock of the system, no event loop.
SANS_IO = {"base", "contract", "wire", "session"}
IO_HEADERS = re.compile(r"(boost/(asio|beast)(/.*|\.hpp)|(sys|netinet|arpa)/.*|netdb\.h|poll\.h|unistd\.h)")
# All that the SDK may ask of a user's machine besides the standard library and the system's own headers.
SDK_LIBRARIES = re.compile(r"(uploadproto|boost|openssl)/.*")
STANDARD = re.compile(r"[a-z_0-9]+|(sys|netinet|arpa)/[a-z_0-9]+\.h|[a-z_0-9]+\.h")

# The same for the reference server, below the folder server-reference.
SERVER_FLOORS = [
    ("parts", r"(config|ingest|logging|web)(/.*|\.[a-z]+)"),
    ("stages", r"(stages|storage|register|broker|categories|templates|scenarios)/.*"),
    ("jobs", r"jobs/.*"),
    ("pipelines", r"pipelines/.*"),
    ("http", r"http/.*"),
    ("composition", r"(app|main)(/.*|\.[a-z]+)"),
]

# The same for the conformance suite, below the folder conformance. Cases know no socket and no report; judges
# know no connection.
CONFORMANCE_FLOORS = [
    ("contract", r"(clauses|protocols)/.*"),
    ("judges", r"(judge|verdict)/.*"),
    ("probes", r"probe/.*"),
    ("targets", r"(target|fixtures)/.*"),
    ("trials", r"trial/.*"),
    ("cases", r"(cases|client|recording|mutants)/.*"),
    ("runs", r"(run|report)/.*"),
    ("composition", r"(command/.*|main\.cpp|self_test\.cpp)"),
]


def floor_of(floors, path):
    """Index of the floor `path` stands on, None when no floor names it."""
    for index, (_, pattern) in enumerate(floors):
        if re.fullmatch(pattern, path):
            return index
    return None


def sdk_violations(root):
    base = "include/uploadproto/"
    for file in source_tree.code_under(root, base):
        own = floor_of(SDK_FLOORS, str(file)[len(base):])
        if own is None:
            yield f"{file}: on no floor; name it in include_edges.py"
            continue
        name = SDK_FLOORS[own][0]
        for line, quote, target in source_tree.includes(root / file):
            where = f"{file}:{line}: "
            if quote == '"':
                yield where + f'"{target}": SDK headers include each other as <uploadproto/...>'
            elif target.startswith("uploadproto/"):
                other = floor_of(SDK_FLOORS, target[len("uploadproto/"):])
                if other is None:
                    yield where + f"<{target}> is on no floor"
                elif other > own:
                    yield where + f"<{target}>: {name} may not include {SDK_FLOORS[other][0]}, which is above it"
                if not (root / "include" / target).is_file():
                    yield where + f"<{target}> does not exist"
            elif not SDK_LIBRARIES.fullmatch(target) and not STANDARD.fullmatch(target):
                yield where + f"<{target}>: the SDK needs Boost and OpenSSL, nothing else"
            if name in SANS_IO and IO_HEADERS.fullmatch(target):
                yield where + f"<{target}>: {name} knows no I/O"


def program_violations(root, base, floors):
    """Of a program, whose files include each other in quotes, by names that are relative to its folder."""
    for file in source_tree.code_under(root, base):
        own = floor_of(floors, str(file)[len(base):])
        if own is None:
            yield f"{file}: on no floor; name it in include_edges.py"
            continue
        for line, quote, target in source_tree.includes(root / file):
            if quote != '"':
                continue
            where = f"{file}:{line}: "
            other = floor_of(floors, target)
            if other is None or not (root / base / target).is_file():
                yield where + f'"{target}" is no file of the program (names are relative to {base})'
            elif other > own:
                yield where + f'"{target}": {floors[own][0]} may not include {floors[other][0]}, which is above it'


def violations(root=source_tree.ROOT):
    """One sentence for each include that breaks a rule."""
    return [*sdk_violations(root), *program_violations(root, "server-reference/", SERVER_FLOORS),
            *program_violations(root, "conformance/", CONFORMANCE_FLOORS)]
