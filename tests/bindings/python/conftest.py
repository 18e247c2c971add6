# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""The reference server for all tests. UPLOADPROTO_SERVER and UPLOADPROTO_MAKE_WORKBOOK name the programs."""
import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import reference_server  # noqa: E402

PACKAGE = pathlib.Path(__file__).parents[3] / "bindings/python"


@pytest.fixture(scope="session")
def server():
    running = reference_server.ReferenceServer(os.environ["UPLOADPROTO_SERVER"], os.environ["UPLOADPROTO_MAKE_WORKBOOK"])
    yield running
    running.stop()


@pytest.fixture
def make_client(server):
    """A client of the server for a protocol, signed in where that is wanted."""
    import uploadproto

    def make(protocol, **options):
        if protocol in ("bulk_upload", "upload_progress"):
            options.setdefault("token", reference_server.token())
        if protocol == "consumer_events":
            options.setdefault("rest_url", server.urls["producers"])
        return uploadproto.Client(protocol, server.urls[protocol], **options)

    return make
