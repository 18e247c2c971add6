"""A job of any of the protocols: a pipeline that runs once, at a pace one can watch, and ends in exactly one way."""

import asyncio
import datetime
import logging
import time

# Long enough for a client that learns the id from the HTTP reply to subscribe before the first event. Seconds, as below.
HEAD_START = 0.1
SLOW_FROM = 5000  # rows
SMALL, SLOW = (0.15, 0.012), (3.0, 0.1)  # the whole, and a step


class BadFile(Exception):
    """What is wrong with a file, in words meant for its owner."""


class Cancelled(Exception):
    """Why a job goes no further."""


def timestamp():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Job:
    """Pending, processing, then one of completed, failed and cancelled."""

    def __init__(self, **members):
        self.status = "pending"
        self.error = None
        self.milliseconds = None
        self.task = None
        self._cancelled = None
        self._wake = asyncio.Event()
        self.__dict__.update(members)

    @property
    def ended(self):
        return self.status not in ("pending", "processing")

    def start(self, pipeline, completed, failed):
        self.task = asyncio.create_task(self._run(pipeline, completed, failed))

    async def _run(self, pipeline, completed, failed):
        started = time.monotonic()
        result = None
        try:
            await self.pause(HEAD_START)
            self.status = "processing"
            result = await pipeline()
            self.check()
            self.status = "completed"
        except (BadFile, Cancelled) as error:
            self.error = str(error)
        except Exception:
            logging.exception("a job's pipeline")
            self.error = "Internal error"
        self.milliseconds = round((time.monotonic() - started) * 1000)
        if self.error is None:
            await completed(result)
            return
        if not self.ended:
            self.status = "failed"
        await failed(self.error)

    def cancel(self, reason, status="cancelled"):
        """Stops the job; false if it has ended already."""
        if self.ended:
            return False
        self.status = status
        self._cancelled = reason
        self._wake.set()
        return True

    def check(self):
        """Raises once the job is cancelled: nothing may be reported after that but its end."""
        if self._cancelled:
            raise Cancelled(self._cancelled)

    async def pause(self, seconds):
        try:
            await asyncio.wait_for(self._wake.wait(), seconds)
        except asyncio.TimeoutError:
            pass
        self.check()

    async def portions(self, rows, share, each):
        """Walks along the rows, of which each portion takes its time; calls `each(row)`, yields how many are done."""
        whole, step = SLOW if len(rows) > SLOW_FROM else SMALL
        size = max(1, -int(-len(rows) * step // (whole * share)))
        for begin in range(0, len(rows), size):
            await self.pause(step)
            portion = rows[begin:begin + size]
            for row in portion:
                each(row)
            yield begin + len(portion)


async def end_all(jobs):
    """Lets each job tell its clients that it goes no further, as a server does before it stops."""
    jobs = [job for job in jobs if job.task]
    for job in jobs:
        job.cancel("The server is stopping", "failed")
    await asyncio.gather(*(job.task for job in jobs))
