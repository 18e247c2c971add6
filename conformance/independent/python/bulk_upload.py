"""BU: a workbook of members in, six stages, a report out. Socket.IO on `/` with a JWT; every user sees own jobs only."""

import asyncio
import itertools
import time

from aiohttp import web

import id_number
from jobs import BadFile, Job, end_all, timestamp
from rest import MEBIBYTE, Form, HttpError, application, user_of
from rooms import Refused, Server, text_member
from tables import WORKBOOK_TYPE, read_workbook, write_workbook
from tokens import InvalidToken

LARGEST_FILE = 50 * MEBIBYTE
BASE = "/api/v1/bulk-upload"
STAGES = {"initialization": (0, 0), "file_reading": (10, 20), "pre_validation": (25, 40), "iec_verification": (45, 60),
          "database_operations": (65, 80), "report_generation": (85, 100)}


class Member:
    def __init__(self, cells, column):
        self.cells = cells
        self.id = id_number.normal(cells[column] if column < len(cells) else "")
        self.outcome = None
        self.registered = None


class BulkUpload:
    def __init__(self, tokens):
        self.tokens = tokens
        self.jobs = {}
        self.members = {}  # id number -> row, for all that this server has ever stored
        self.numbers = itertools.count(1)
        app = application(describe, [
            web.post(BASE + "/process", self.process), web.get(BASE + "/status/{id}", self.status),
            web.get(BASE + "/report/{id}", self.report), web.post(BASE + "/cancel/{id}", self.cancel)])
        self.apps = {"bulk_upload": app}
        self.io = Server(app)
        self.io.on("connect", self.connected)
        self.io.on("subscribe_bulk_upload_job", self.subscribe)
        self.io.on("unsubscribe_bulk_upload_job", self.unsubscribe)
        self.users = {}  # sid -> user
        self.io.on("disconnect", lambda sid: self.users.pop(sid, None))

    async def connected(self, sid, _, auth=None):
        token = auth.get("token") if isinstance(auth, dict) else None
        if token in (None, ""):
            raise Refused("Authentication token required")
        try:
            user = self.tokens.session(token)
        except InvalidToken:
            raise Refused("Invalid authentication token") from None
        self.users[sid] = user
        self.io.enter_room(sid, user_room(user))

    async def subscribe(self, sid, payload=None, *_):
        job_id = text_member(payload, "job_id")
        job = self.jobs.get(job_id)
        if not job_id or sid not in self.users or (job and job.owner != self.users[sid]):
            return
        self.io.enter_room(sid, job_room(job_id))
        if job and job.latest:  # CO-10; nothing is awaited between entering and emitting, so no event falls between
            event, snapshot = job.latest
            await self.io.emit(event, snapshot, to=sid)

    async def unsubscribe(self, sid, payload=None, *_):
        job_id = text_member(payload, "job_id")
        if job_id and sid in self.users:
            self.io.leave_room(sid, job_room(job_id))

    async def process(self, request):
        owner = user_of(request, self.tokens)
        name, content = (await Form.read(request, LARGEST_FILE)).file()
        job_id = f"job-{int(time.time() * 1000)}-{next(self.numbers):04}"
        job = self.jobs[job_id] = Job(id=job_id, owner=owner, file_name=name, uploaded_at=timestamp(), stage=None,
                                      progress=0, latest=None, result={}, report=None)
        # Anybody may have subscribed to the id before it was a job's; who does not own the job leaves its room.
        for sid in self.io.sids("/", job_room(job_id)):
            if self.users.get(sid) != owner:
                self.io.leave_room(sid, job_room(job_id))
        job.start(lambda: self.work(job, content), lambda result: self.completed(job, result),
                  lambda error: self.failed(job, error))
        data = {"job_id": job_id, "status": "pending", "file_name": name, "queue_position": 1}
        return success("File accepted", data, status=202)

    def own(self, request):
        user = user_of(request, self.tokens)
        job = self.jobs.get(request.match_info["id"])
        if not job or job.owner != user:
            raise HttpError(404, "not_found", f"There is no job {request.match_info['id']}")
        return job

    async def status(self, request):
        job = self.own(request)
        state = {"job_id": job.id, "status": job.status, "stage": job.stage, "progress": job.progress,
                 "file_name": job.file_name, "uploaded_at": job.uploaded_at,
                 "processing_duration_ms": job.milliseconds, "error": job.error, **job.result}
        return success("Job", {name: value for name, value in state.items() if value is not None})

    async def report(self, request):
        job = self.own(request)
        if not job.report:
            raise HttpError(404, "not_found", f"Job {job.id} has no report")
        disposition = f'attachment; filename="{job.id}.xlsx"'
        return web.Response(body=job.report, content_type=WORKBOOK_TYPE, headers={"Content-Disposition": disposition})

    async def cancel(self, request):
        job = self.own(request)
        if not job.cancel("Cancelled by user"):
            raise HttpError(409, "already_ended", f"Job {job.id} has ended")
        return success("Job cancelled", {"job_id": job.id, "status": job.status})

    async def emit(self, job, event, **members):
        payload = {"job_id": job.id, **members, "timestamp": timestamp()}
        job.latest = (event, payload)
        await self.io.emit_once(event, payload, [user_room(job.owner), job_room(job.id)])

    async def progress(self, job, stage, part, message):
        job.check()
        low, high = STAGES[stage]
        job.stage, job.progress = stage, round(low + (high - low) * part)
        await self.emit(job, "bulk_upload_progress", stage=stage, progress=job.progress, message=message,
                        status="processing")

    async def completed(self, job, result):
        job.result = {**result, "report_path": f"{BASE}/report/{job.id}"}
        await self.emit(job, "bulk_upload_complete", status="completed", processing_duration_ms=job.milliseconds,
                        **job.result)

    async def failed(self, job, error):
        stage = {"stage": job.stage} if job.stage else {}
        await self.emit(job, "bulk_upload_failed", error=error, status="failed", **stage)

    async def work(self, job, content):
        await self.progress(job, "initialization", 0, "Starting processing")
        await job.pause(0.01)
        await self.progress(job, "file_reading", 0, "Reading Excel file")
        header, *rows = await asyncio.to_thread(read_workbook, content)
        column = id_column(header)
        members = [Member(row, column) for row in rows if any(cell.strip() for cell in row)]
        await self.progress(job, "file_reading", 1, f"Read {len(members)} rows")

        seen = set()

        def validate(member):
            member.outcome = id_number.problem(member.id) or ("duplicate" if member.id in seen else None)
            if not member.outcome:
                seen.add(member.id)

        def verify(member):
            # There is no register to ask: it stands in for one that does not know the numbers that end with 9.
            member.registered = not member.id.endswith("9")

        def store(member):
            member.outcome = "updated" if member.id in self.members else "inserted"
            self.members[member.id] = member.cells

        await self.stage(job, "pre_validation", members, validate, "Validated")
        valid = [member for member in members if not member.outcome]
        await self.stage(job, "iec_verification", valid, verify, "Verified")
        await self.stage(job, "database_operations", valid, store, "Stored")
        await self.progress(job, "report_generation", 0, "Generating Excel report")
        result = statistics(members, valid)
        job.report = await asyncio.to_thread(write_report, header, members, result)
        await self.progress(job, "report_generation", 1, "Report ready")
        return result

    async def stage(self, job, name, members, each, verb):
        await self.progress(job, name, 0, f"{verb} 0 of {len(members)} rows")
        async for done in job.portions(members, 1 / 3, each):
            await self.progress(job, name, done / len(members), f"{verb} {done} of {len(members)} rows")

    async def stop(self):
        await end_all(self.jobs.values())
        await self.io.disconnect_all()


def user_room(user):
    return f"user:{user}"


def job_room(job_id):
    return f"bulk_upload_job:{job_id}"


def describe(error):
    return {"success": False, "error": {"code": error.code, "message": error.message}, "timestamp": timestamp()}


def success(message, data, status=200):
    body = {"success": True, "message": message, "data": data, "timestamp": timestamp()}
    return web.json_response(body, status=status)


def id_column(header):
    titles = [title.strip().lower() for title in header]
    if "id number" not in titles:
        raise BadFile("The first row has no column 'ID Number'")
    return titles.index("id number")


def statistics(members, valid):
    duplicates = sum(member.outcome == "duplicate" for member in members)
    inserts = sum(member.outcome == "inserted" for member in valid)
    return {
        "validation_stats": {
            "total_records": len(members), "valid_records": len(valid), "duplicates": duplicates,
            "invalid_ids": len(members) - len(valid) - duplicates,
            "not_registered": sum(not member.registered for member in valid)},
        "database_stats": {"inserts": inserts, "updates": len(valid) - inserts, "errors": 0}}


def write_report(header, members, result):
    width = len(header)
    rows = [(member.cells + [""] * width)[:width] + [member.outcome] for member in members]
    summary = [pair for part in result.values() for pair in part.items()]
    return write_workbook({"Summary": summary, "All Rows": [[*header, "Outcome"], *rows]})
