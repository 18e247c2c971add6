"""FU: a table is loaded row by row through a named template. Socket.IO on `/file-upload`, a room a job, no credentials."""

import asyncio
import datetime
import re
import uuid

from aiohttp import web

from jobs import BadFile, Job, end_all, timestamp
from rest import MEBIBYTE, Form, HttpError, application
from rooms import Server, is_id, text_member
from tables import read_table

LARGEST_FILE = 10 * MEBIBYTE
MOST_ERRORS = 100
NAMESPACE = "/file-upload"

# Template -> column -> type and whether it is required.
TEMPLATES = {
    "users": {"First Name": ("string", True), "Last Name": ("string", True), "Email": ("email", True),
              "Phone": ("string", False), "Birth Date": ("date", False), "Is Active": ("boolean", False)},
    "products": {"Product Name": ("string", True), "SKU": ("string", True), "Price": ("number", True),
                 "Category": ("string", True), "Stock Quantity": ("number", False), "Description": ("string", False)},
}


def is_date(text):
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return bool(re.fullmatch(r"\d{1,2}[./]\d{1,2}[./]\d{4}", text))
    return True


TYPES = {
    "string": ("a text", lambda text: True),
    "email": ("an e-mail address", re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+").fullmatch),
    "number": ("a number", re.compile(r"[+-]?\d+(\.\d+)?").fullmatch),
    "date": ("a date", is_date),
    "boolean": ("true or false", re.compile("true|false|yes|no|1|0", re.IGNORECASE).fullmatch),
}


class FileUpload:
    def __init__(self, origins="*"):
        self.jobs = {}
        app = application(describe, [
            web.post("/file/upload/{template}", self.upload), web.get("/file/jobs/{id}", self.state)])
        self.apps = {"file_upload": app}
        self.io = Server(app, origins)
        self.io.on("connect", self.connected, namespace=NAMESPACE)
        self.io.on("join-upload-room", self.join, namespace=NAMESPACE)
        self.io.on("leave-upload-room", self.leave, namespace=NAMESPACE)
        self.io.on("ping", self.ping, namespace=NAMESPACE)

    async def connected(self, *_):
        """Whoever asks is let in."""

    async def join(self, sid, payload=None, *_):
        job_id = text_member(payload, "jobId")
        if not job_id:
            return
        self.io.enter_room(sid, room(job_id), namespace=NAMESPACE)
        job = self.jobs.get(job_id)
        if job and job.latest:  # CO-10; nothing is awaited between entering and emitting, so no event falls between
            event, snapshot = job.latest
            await self.io.emit(event, snapshot, to=sid, namespace=NAMESPACE)

    async def leave(self, sid, payload=None, *_):
        job_id = text_member(payload, "jobId")
        if job_id:
            self.io.leave_room(sid, room(job_id), namespace=NAMESPACE)

    async def ping(self, sid, *_):
        await self.io.emit("pong", {"timestamp": timestamp()}, to=sid, namespace=NAMESPACE)

    async def upload(self, request):
        template = request.match_info["template"]
        if template not in TEMPLATES:
            raise HttpError(404, "Not Found", "There is no such template")
        form = await Form.read(request, LARGEST_FILE)
        job_id = form.fields.get("jobId", str(uuid.uuid4()))
        if not is_id(job_id):
            raise HttpError(400, "Bad Request", "jobId: expected 1 to 64 of A-Z a-z 0-9 . _ -")
        name, content = form.file()
        if not name.lower().endswith((".xlsx", ".csv")):
            raise HttpError(415, "Unsupported Media Type", "Expected .xlsx or .csv")
        if job_id in self.jobs:
            raise HttpError(409, "Conflict", f"jobId {job_id} is in use")
        job = self.jobs[job_id] = Job(id=job_id, template=template, percent=0, latest=None, result=None)
        job.start(lambda: self.work(job, name, content), lambda result: self.completed(job, result),
                  lambda error: self.failed(job, error))
        return web.json_response({"jobId": job_id, "status": "queued"}, status=202)

    async def state(self, request):
        job = self.jobs.get(request.match_info["id"])
        if not job:
            raise HttpError(404, "Not Found", "There is no such job")
        state = {"jobId": job.id, "templateName": job.template, "status": job.status, "progress": job.percent,
                 "result": job.result, "error": job.error}
        return web.json_response({name: value for name, value in state.items() if value is not None})

    async def emit(self, job, event, **members):
        payload = {"jobId": job.id, **members}
        job.latest = (event, payload)
        await self.io.emit(event, payload, room=room(job.id), namespace=NAMESPACE)

    async def progress(self, job, status, percent, message, **counts):
        job.percent = percent
        await self.emit(job, "upload-progress", templateName=job.template, status=status, progress=percent,
                        message=message, **counts)

    async def completed(self, job, result):
        job.result = result
        await self.progress(job, "completed", 100, **result)
        await self.emit(job, "upload-completed", result=result, timestamp=timestamp())

    async def failed(self, job, error):
        await self.progress(job, "failed", job.percent, error)
        await self.emit(job, "upload-error", error=error, timestamp=timestamp())

    async def work(self, job, name, content):
        await self.progress(job, "started", 0, f"Loading {name}")
        await job.pause(0.01)
        header, *rows = await asyncio.to_thread(read_table, content, name)
        columns = columns_of(TEMPLATES[job.template], header)
        errors = []
        good = 0

        def load(numbered):
            nonlocal good
            problems = list(problems_of(columns, *numbered))
            errors.extend(problems)
            good += not problems

        total = len(rows)
        # The file's own row numbers: the header is row 1.
        async for done in job.portions(list(enumerate(rows, 2)), 1, load):
            job.check()
            counts = {"processed": done, "total": total, **({"errors": shortened(errors)} if errors else {})}
            await self.progress(job, "processing", done * 99 // total, f"Processing {done} of {total} rows", **counts)
        message = f"Loaded {good} of {total} rows"
        return {"message": message, "processed": good, "total": total, "errors": shortened(errors)}

    async def stop(self):
        await end_all(self.jobs.values())
        await self.io.disconnect_all()


def room(job_id):
    return f"upload-{job_id}"


def describe(error):
    return {"statusCode": error.status, "message": error.message, "error": error.code}


def shortened(errors):
    more = len(errors) - MOST_ERRORS
    return errors[:MOST_ERRORS] + ([f"… and {more} more"] if more > 0 else [])


def plain(title):
    return title.strip().removesuffix("*").strip().lower()


def columns_of(template, header):
    """Name, type, whether required and place of the template's columns that the file has."""
    titles = [plain(title) for title in header]
    missing = [name for name, (_, required) in template.items() if required and plain(name) not in titles]
    if missing:
        raise BadFile(f"The first row has no column '{missing[0]}'")
    return [(name, kind, required, titles.index(plain(name)))
            for name, (kind, required) in template.items() if plain(name) in titles]


def problems_of(columns, number, row):
    for name, kind, required, place in columns:
        text = row[place].strip() if place < len(row) else ""
        expected, holds = TYPES[kind]
        if not text and required:
            yield f"Row {number}: Field '{name}' is required"
        elif text and not holds(text):
            yield f"Row {number}: Field '{name}' has to be {expected}"
