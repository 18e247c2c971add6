# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""libuploadproto, found and declared. The declarations are its C header's, which is read as it is."""
import os
import pathlib
import re

import cffi

_HERE = pathlib.Path(__file__).resolve().parent
_NAME = "libuploadproto.so.0"


def _header() -> str:
    """The header: beside the package, as a wheel has it, or in the source tree."""
    for path in (_HERE / "uploadproto.h", _HERE.parents[1] / "c/include/uploadproto.h"):
        if path.is_file():
            return path.read_text(encoding="utf-8")
    raise ImportError(f"uploadproto.h is neither beside {_HERE} nor in a source tree: the package is incomplete")


def _declarations(header: str) -> str:
    """What is left without comments, the preprocessor's lines and the brackets for C++."""
    text = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    text = re.sub(r"#ifdef __cplusplus.*?#endif", "", text, flags=re.DOTALL)
    return re.sub(r"^[ \t]*#(?:.*\\\n)*.*$", "", text, flags=re.MULTILINE)


def _open(ffi: cffi.FFI):
    """By UPLOADPROTO_LIBRARY, beside the package, or where the system's loader looks."""
    named = os.environ.get("UPLOADPROTO_LIBRARY")
    beside = _HERE / _NAME
    where = named or (str(beside) if beside.is_file() else _NAME)
    try:
        return ffi.dlopen(where)
    except OSError as wrong:
        raise ImportError(f"cannot load libuploadproto ({wrong}): install it, or name its file in UPLOADPROTO_LIBRARY") \
            from wrong


ffi = cffi.FFI()
ffi.cdef(_declarations(_header()))
lib = _open(ffi)


def text(pointer) -> str:
    return ffi.string(pointer).decode("utf-8", "replace")


def utf8(value: str | None, what: str, keep: list):
    """A C text that lives as long as `keep`; None is NULL."""
    if value is None:
        return ffi.NULL
    encoded = value.encode("utf-8")
    if b"\0" in encoded:
        raise ValueError(f"{what} contains a zero byte")
    keep.append(ffi.new("char[]", encoded))
    return keep[-1]
