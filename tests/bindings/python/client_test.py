# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""The asyncio client against the reference server."""
import asyncio
import functools
import os
import pathlib
import re
import signal
import subprocess
import sys

import pytest
import reference_server
import uploadproto
from conftest import PACKAGE

PROTOCOLS = ["bulk_upload", "file_upload", "upload_progress", "consumer_events"]
MINUTE = 60


def in_a_loop(test):
    @functools.wraps(test)
    def run(**arguments):
        asyncio.run(asyncio.wait_for(test(**arguments), 2 * MINUTE))
    return run


def template_of(protocol):
    return "users" if protocol == "file_upload" else None


async def all_events(client, job):
    return [event async for event in client.follow(job)]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@in_a_loop
async def test_a_file_is_uploaded_and_followed_to_its_end(server, make_client, protocol):
    sent = []
    async with make_client(protocol) as client:
        job = await client.upload(server.files[protocol], template=template_of(protocol),
                                  on_sent=lambda *count: sent.append(count))
        seen = await all_events(client, job)
    assert isinstance(seen[-1], uploadproto.Completed)
    assert {event.job_id for event in seen} == {job}
    steps = [event.progress for event in seen if isinstance(event, uploadproto.Progress)]
    assert steps and steps == sorted(steps)
    size = os.path.getsize(server.files[protocol])
    assert sent[0] == (0, size) and sent[-1] == (size, size)


@in_a_loop
async def test_events_carry_the_payloads_of_the_contract(server, make_client):
    async with make_client("bulk_upload") as client:
        seen = await all_events(client, await client.upload(server.files["bulk_upload"]))
    for event in seen:
        if not event.derived:
            assert uploadproto.validate("bulk_upload", event.name, event.payload) == []
    assert seen[-1].report == seen[-1].payload["report_path"]
    assert seen[-1].duration_ms == seen[-1].payload["processing_duration_ms"]


@in_a_loop
async def test_two_jobs_are_followed_side_by_side_and_all_events_are_there_for_who_wants_them(server, make_client):
    everything = []

    async def watch(client):
        async for event in client.events():
            everything.append(event.job_id)

    async with make_client("bulk_upload") as client:
        watching = asyncio.create_task(watch(client))
        await asyncio.sleep(0)
        jobs = [await client.upload(server.files["bulk_upload"]) for _ in range(2)]
        ends = await asyncio.gather(*(all_events(client, job) for job in jobs))
        assert [seen[-1].job_id for seen in ends] == jobs
        watching.cancel()
    assert set(everything) >= set(jobs)


@in_a_loop
async def test_a_job_that_has_ended_is_followed_by_another_client(server, make_client):
    async with make_client("bulk_upload") as client:
        job = await client.upload(server.files["bulk_upload"])
        await all_events(client, job)
    async with make_client("bulk_upload") as client:
        assert isinstance((await all_events(client, job))[-1], uploadproto.Completed)
    async with make_client("bulk_upload", token=reference_server.token("bob")) as client:
        with pytest.raises(uploadproto.Refused):
            await all_events(client, job)


@in_a_loop
async def test_a_token_function_is_asked_for_each_connection(server, make_client):
    asked = []

    def give():
        asked.append(1)
        return reference_server.token()

    async with make_client("upload_progress", token=give) as client:
        await all_events(client, await client.upload(server.files["upload_progress"]))
    assert len(asked) >= 2  # the upload, the ticket


@in_a_loop
async def test_what_is_refused_is_an_exception_with_a_sentence(server, make_client):
    def fail():
        raise RuntimeError("no token today")

    with pytest.raises(uploadproto.Refused, match="the server refuses the connection"):
        async with make_client("bulk_upload", token="forged"):
            pass
    with pytest.raises(uploadproto.Error):
        async with make_client("bulk_upload", token=fail):
            pass
    with pytest.raises(uploadproto.CannotConnect, match="127.0.0.1:1"):
        async with uploadproto.Client("file_upload", "http://127.0.0.1:1"):
            pass
    async with make_client("file_upload") as client:
        with pytest.raises(uploadproto.FileProblem):
            await client.upload("no such file", template="users")
        with pytest.raises(uploadproto.InvalidArgument, match="template"):
            await client.upload(server.files["file_upload"])
        with pytest.raises(uploadproto.Refused, match="the server refuses the file"):
            await client.upload(server.files["file_upload"], template="nosuch")
        with pytest.raises(uploadproto.Unsupported):
            await client.cancel("j")


@pytest.fixture
def own_server():
    """One that a test may stop and start again."""
    running = reference_server.ReferenceServer(os.environ["UPLOADPROTO_SERVER"], os.environ["UPLOADPROTO_MAKE_WORKBOOK"])
    yield running
    running.stop()


def client_of(server, **options):
    return uploadproto.Client("file_upload", server.urls["file_upload"], **options)


@in_a_loop
async def test_a_server_that_comes_back_finds_its_followers_again(own_server):
    async with client_of(own_server) as client:
        seen = client.follow("not-made-yet")
        began = asyncio.create_task(anext(seen))
        job = await client.upload(own_server.files["file_upload"], template="users")
        await all_events(client, job)
        own_server.program.stop(signal.SIGKILL)
        assert isinstance(await began, uploadproto.Disconnected)
        own_server.program.start()
        assert isinstance(await anext(seen), uploadproto.Reconnected)
        job = await client.upload(own_server.files["file_upload"], template="users")
        assert isinstance((await all_events(client, job))[-1], uploadproto.Completed)


@pytest.mark.parametrize("reconnect", [0, 0.3])
@in_a_loop
async def test_a_connection_that_does_not_come_back_is_an_exception(own_server, reconnect):
    async with client_of(own_server, reconnect=reconnect) as client:
        following = asyncio.create_task(all_events(client, "not-made-yet"))
        await client.upload(own_server.files["file_upload"], template="users")
        own_server.program.stop(signal.SIGKILL)
        with pytest.raises(uploadproto.CannotConnect):
            await following
    own_server.program.start()


@in_a_loop
async def test_a_follower_that_leaves_can_come_back(server, make_client):
    async with make_client("bulk_upload") as client:
        job = await client.upload(server.files["bulk_upload"])
        first = client.follow(job)
        await anext(first)
        await first.aclose()
        assert isinstance((await all_events(client, job))[-1], uploadproto.Completed)


@in_a_loop
async def test_a_cancelled_upload_is_given_up_and_the_client_goes_on(server, make_client):
    async with make_client("bulk_upload") as client:
        began = asyncio.Event()
        upload = asyncio.create_task(client.upload(server.files["bulk_upload"], on_sent=lambda *_: began.set()))
        await began.wait()
        upload.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload
        job = await client.upload(server.files["bulk_upload"])
        assert isinstance((await all_events(client, job))[-1], uploadproto.Completed)


@in_a_loop
async def test_closing_wakes_those_who_follow(make_client):
    client = make_client("consumer_events")
    await client.connect()
    following = asyncio.create_task(all_events(client, "nobody-ever-said"))
    await asyncio.sleep(0)
    await client.close()
    with pytest.raises(uploadproto.Closed):
        await following
    for call in (client.connect(), client.upload("f"), client.subscribe("j"), client.cancel("j")):
        with pytest.raises(uploadproto.Closed):
            await call
    await client.close()


@pytest.mark.parametrize("bar", ["tqdm", "plain"])
def test_the_example_shows_a_job_to_its_end(server, tmp_path, bar):
    if bar == "tqdm":
        pytest.importorskip("tqdm")
    else:
        (tmp_path / "tqdm.py").write_text("raise ImportError('not here')")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(PACKAGE)])}
    done = subprocess.run([sys.executable, str(PACKAGE / "examples/follow_with_bar.py"), server.urls["bulk_upload"],
                           reference_server.token(), server.files["bulk_upload"]], env=environment,
                          capture_output=True, text=True, timeout=MINUTE, check=False)
    assert done.returncode == 0, done.stderr
    assert "completed; the report is at /api/" in done.stdout
    assert ("report_generation: " in done.stdout) == (bar == "plain")
    assert ("100%" in done.stderr) == (bar == "tqdm")


def test_the_document_quotes_the_example():
    document = (PACKAGE.parents[1] / "docs/python.md").read_text()
    quoted = re.findall(r"^```python\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)
    assert pathlib.Path(PACKAGE / "examples/follow_with_bar.py").read_text() in quoted
    other, = (block for block in quoted if "asyncio" not in block)
    done = subprocess.run([sys.executable, "-c", other], capture_output=True, text=True, timeout=MINUTE, check=True)
    assert done.stdout.startswith("/job_id wrong_length\n")
