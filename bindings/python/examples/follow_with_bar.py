#!/usr/bin/env python3
"""follow_with_bar.py URL TOKEN FILE: uploads a workbook and shows a bar until its job ends."""
import asyncio
import sys

import uploadproto

try:
    from tqdm import tqdm
except ImportError:
    tqdm = None


class Bar:
    """A tqdm bar; without tqdm a line for each stage."""

    def __init__(self):
        self.stage = None
        self.bar = tqdm(total=100, unit="%", bar_format="{l_bar}{bar}| {elapsed}") if tqdm else None

    def show(self, event):
        if self.bar is not None:
            self.bar.set_description(event.stage)
            self.bar.update(max(0, (event.progress or 0) - self.bar.n))
        elif event.stage != self.stage:
            print(f"{event.stage}: {event.message}")
        self.stage = event.stage

    def close(self):
        if self.bar is not None:
            self.bar.close()


async def main(url, token, file):
    bar = Bar()
    async with uploadproto.Client("bulk_upload", url, token=token) as client:
        job = await client.upload(file)
        async for event in client.follow(job):
            match event:
                case uploadproto.Progress():
                    bar.show(event)
                case uploadproto.Completed():
                    bar.close()
                    print(f"completed; the report is at {event.report}")
                case uploadproto.Failed():
                    bar.close()
                    print(f"failed: {event.error}")
                    return 1
    return 0


if __name__ == "__main__":
    try:
        sys.exit(asyncio.run(main(*sys.argv[1:])))
    except uploadproto.Error as problem:
        sys.exit(f"follow_with_bar: {problem}")
