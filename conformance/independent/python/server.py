"""All four protocols, each on a port of its own, written from the documents and the contract without a line of the SDK.

    python3 server.py --secret-file FILE [--host 127.0.0.1] [--bulk-upload-port 0] [--file-upload-port 0]
                      [--producers-port 0] [--consumer-events-port 0] [--upload-progress-port 0] [--origin URL]...

Prints one line, {"ready":true,"urls":{…}}, when all of them listen. SIGTERM ends the jobs, the connections, the process.
"""

import argparse
import asyncio
import json
import pathlib
import signal

from aiohttp import web

from bulk_upload import BulkUpload
from consumer_events import ConsumerEvents
from file_upload import FileUpload
from tokens import Tokens
from upload_progress import UploadProgress

NAMES = ("bulk_upload", "file_upload", "producers", "consumer_events", "upload_progress")
GRACE_SECONDS = 1
LONGEST_HEADER = 16384


def parse_arguments():
    parser = argparse.ArgumentParser(description="The four protocols, from their documents alone")
    parser.add_argument("--secret-file", type=pathlib.Path, required=True, help="the HS256 key, at least 32 bytes")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--origin", action="append", help="an origin that may use file_upload (default: every one)")
    for name in NAMES:
        parser.add_argument(f"--{name.replace('_', '-')}-port", type=int, default=0)
    return parser.parse_args()


async def listen(app, host, port):
    """Serves the application; its runner and its URL."""
    # A token may have 8 KiB; a longer one is better answered by 401 than by a connection that breaks off.
    runner = web.AppRunner(app, access_log=None, max_line_size=LONGEST_HEADER, max_field_size=LONGEST_HEADER)
    await runner.setup()
    await web.TCPSite(runner, host, port, shutdown_timeout=GRACE_SECONDS).start()
    port = runner.addresses[0][1]
    return runner, f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def main(arguments):
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    tokens = Tokens(arguments.secret_file.read_text().rstrip())
    protocols = [BulkUpload(tokens), FileUpload(arguments.origin or "*"), ConsumerEvents(), UploadProgress(tokens)]
    apps = {name: app for protocol in protocols for name, app in protocol.apps.items()}
    runners, urls = [], {}
    for name in NAMES:
        runner, urls[name] = await listen(apps[name], arguments.host, getattr(arguments, f"{name}_port"))
        runners.append(runner)
    print(json.dumps({"ready": True, "urls": urls}), flush=True)
    await stop.wait()
    await asyncio.gather(*(protocol.stop() for protocol in protocols))
    await asyncio.gather(*(runner.cleanup() for runner in runners))


if __name__ == "__main__":
    asyncio.run(main(parse_arguments()))
