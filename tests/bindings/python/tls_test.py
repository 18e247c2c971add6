# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""Certificates are verified, by the system's authorities or by a file of one's own."""
import asyncio
import ssl
import subprocess
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
import reference_server
import uploadproto
from client_test import all_events, in_a_loop


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    files = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-out", files[0], "-keyout", files[1]],
                   check=True, capture_output=True, timeout=60)
    return files


async def pour(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


@asynccontextmanager
async def behind_tls(url, certificate):
    """A server that takes off TLS in front of another. Gives its URL."""
    async def serve(reader, writer):
        inner, out = await asyncio.open_connection(urlsplit(url).hostname, urlsplit(url).port)
        both = [asyncio.ensure_future(pour(reader, out)), asyncio.ensure_future(pour(inner, writer))]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in both:
                one.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            out.close()
            writer.close()

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        listening.close()


@pytest.mark.parametrize("protocol", ["bulk_upload", "upload_progress"])
@in_a_loop
async def test_an_authority_of_ones_own_is_trusted_for_rest_and_events(server, certificate, protocol):
    async with behind_tls(server.urls[protocol], certificate) as url:
        async with uploadproto.Client(protocol, url, token=reference_server.token(), ca_file=certificate[0]) as client:
            seen = await all_events(client, await client.upload(server.files[protocol]))
    assert isinstance(seen[-1], uploadproto.Completed)


@in_a_loop
async def test_a_certificate_of_nobody_known_is_not(server, certificate):
    async with behind_tls(server.urls["bulk_upload"], certificate) as url:
        with pytest.raises(uploadproto.CannotConnect):
            async with uploadproto.Client("bulk_upload", url, token=reference_server.token()):
                pass
