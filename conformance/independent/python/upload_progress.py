"""UP: a CSV of bank transactions, watched over a plain WebSocket that a single-use ticket opens."""

import asyncio
import re
import time
import uuid

from aiohttp import web

from jobs import BadFile, Job, end_all, timestamp
from rest import MEBIBYTE, Form, HttpError, application, user_of
from rooms import is_id
from tables import read_csv
from tokens import TICKET_SECONDS, InvalidToken
from watchers import LIMITS, Watcher, connected

LARGEST_FILE = 10 * MEBIBYTE
CLAIM_SECONDS = 3600
STAGES = {"validation": (0, 20), "scanning": (20, 40), "parsing": (40, 60), "database": (60, 80),
          "categorization": (80, 100)}
UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
SIGNATURE = "-".join(["EICAR-STANDARD", "ANTIVIRUS-TEST-FILE"]).encode()  # in one piece, this file would be infected

COLUMNS = {"date": "date", "description": "desc|detail|narrative|memo|payee", "amount": "amount|value",
           "debit": "debit", "credit": "credit"}
DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}")
AMOUNT = re.compile(r"[^\d]{0,3}\d[\d.,' ]*\)?")
CATEGORIES = {"Food & Dining": "coffee|restaurant|grocer|food|pizza", "Transportation": "taxi|fuel|train|parking",
              "Bills & Utilities": "electric|water|internet|phone", "Income": "salary|payroll|dividend"}


class Batch:
    def __init__(self, batch_id, owner):
        self.id = batch_id
        self.owner = owner
        self.watchers = set()
        self.left = time.monotonic()
        self.job = None

    @property
    def lapsed(self):
        return not self.job and not self.watchers and time.monotonic() - self.left > CLAIM_SECONDS


class UploadProgress:
    def __init__(self, tokens):
        self.tokens = tokens
        self.batches = {}
        self.watchers = set()
        self.statistics = {"messages_sent": 0, "messages_merged": 0, "refused": 0}
        self.apps = {"upload_progress": application(describe, [
            web.get("/ws/upload-progress/{id}", self.watch), web.post("/api/v1/auth/websocket-token", self.ticket),
            web.post("/api/v1/upload/csv", self.upload), web.delete("/api/v1/upload/{id}", self.cancel),
            web.get("/api/v1/websocket/status", self.status)])}

    async def ticket(self, request):
        ticket = self.tokens.issue_ticket(user_of(request, self.tokens))
        return web.json_response({"websocket_token": ticket, "expires_in": TICKET_SECONDS, "token_type": "websocket"})

    async def status(self, _):
        watchers = [watcher for watcher in self.watchers if watcher.open]
        active = sum(bool(batch.job and not batch.job.ended) for batch in self.batches.values())
        return web.json_response({"websocket_enabled": True, "limits": LIMITS, "manager_stats": {
            "total_connections": len(watchers), "unique_users": len({watcher.user for watcher in watchers}),
            "active_batches": active, **self.statistics}})

    def claim(self, batch_id, user):
        """The user's batch of that id, new or known; a claim without an upload lapses."""
        if batch_id not in self.batches or self.batches[batch_id].lapsed:
            self.batches = {known: batch for known, batch in self.batches.items() if not batch.lapsed}
            self.batches[batch_id] = Batch(batch_id, user)
        batch = self.batches[batch_id]
        if batch.owner != user:
            raise HttpError(403, "forbidden", "This batch belongs to another user")
        return batch

    def admit(self, request):
        """A place among the user's connections. Nothing waits here: two with one ticket cannot both pass."""
        try:
            user = self.tokens.redeem_ticket(request.query.get("token"))
        except InvalidToken:
            raise HttpError(401, "unauthorized", "A valid ticket is required") from None
        batch_id = request.match_info["id"]
        if not is_id(batch_id):
            raise HttpError(400, "invalid_batch_id", "The batch id is malformed")
        batch = self.claim(batch_id, user)
        open_ones = [watcher for watcher in self.watchers if watcher.open and watcher.user == user]
        if len(open_ones) >= LIMITS["connections_per_user"]:
            raise HttpError(429, "too_many_connections", "Too many connections")
        watcher = Watcher(user, self.statistics)
        self.watchers.add(watcher)
        return batch, watcher

    async def watch(self, request):
        try:
            batch, watcher = self.admit(request)
        except HttpError:
            self.statistics["refused"] += 1
            raise

        def first_messages():
            batch.watchers.add(watcher)
            snapshot = [batch.job.latest] if batch.job and batch.job.latest else []  # CO-10
            return [connected(batch.id), *snapshot]

        try:
            return await watcher.run(request, first_messages)
        finally:
            self.watchers.discard(watcher)
            batch.watchers.discard(watcher)
            batch.left = time.monotonic()

    async def upload(self, request):
        user = user_of(request, self.tokens)
        named = request.query.get("batch_id")
        if named:
            self.unused(named, user)
        form, refusal = Form(LARGEST_FILE), None
        try:
            form = await Form.read(request, LARGEST_FILE)
        except HttpError as error:
            refusal = error
        batch_id = named or form.fields.get("batch_id")
        if refusal and not batch_id:
            raise refusal
        batch = self.unused(batch_id or str(uuid.uuid4()), user)
        # From here on whoever watches the batch hears of its end, also where the upload is refused.
        job = batch.job = Job(stage="validation", progress=0, details={}, latest=None)
        try:
            if refusal:
                raise refusal
            name, content = form.file()
            if not name.lower().endswith((".csv", ".txt")):
                raise HttpError(415, "unsupported_media_type", "Expected a .csv file")
        except HttpError as error:
            job.cancel(error.message, "failed")
            await self.end(batch, "error", "Upload refused", error=error.message)
            raise
        job.details = {"filename": name, "size": len(content)}
        job.start(lambda: self.work(batch, content), lambda message: self.end(batch, "completed", message),
                  lambda error: self.end(batch, "error", "Upload failed", error=error))
        return web.json_response({"batch_id": batch.id, "status": "processing", "message": "File accepted"}, status=202)

    def unused(self, batch_id, user):
        if not UUID.fullmatch(batch_id):
            raise HttpError(400, "invalid_batch_id", "batch_id: expected a UUID")
        batch = self.claim(batch_id, user)
        if batch.job:
            raise HttpError(409, "batch_id_used", f"Batch {batch_id} has been uploaded already")
        return batch

    async def cancel(self, request):
        user = user_of(request, self.tokens)
        batch = self.batches.get(request.match_info["id"])
        if batch and batch.owner != user:
            raise HttpError(403, "forbidden", "This batch belongs to another user")
        if not batch or not batch.job:
            raise HttpError(404, "not_found", "There is no such upload")
        if not batch.job.cancel("Cancelled by user"):
            raise HttpError(409, "already_ended", "The batch has ended")
        return web.json_response({"batch_id": batch.id, "status": "cancelled"})

    def message(self, batch, status, message, **members):
        job = batch.job
        job.latest = {"batch_id": batch.id, "progress": job.progress, "status": status, "stage": job.stage,
                      "message": message, "details": job.details, **members, "timestamp": timestamp()}
        return job.latest

    def progress(self, batch, stage, part, text, **details):
        batch.job.check()
        low, high = STAGES[stage]
        batch.job.stage, batch.job.progress = stage, round(low + (high - low) * part, 1)
        batch.job.details = {**batch.job.details, **details}
        message = self.message(batch, "processing", text)
        for watcher in batch.watchers:
            watcher.progress(message)

    async def end(self, batch, status, text, **members):
        message = self.message(batch, status, text, **members)
        for watcher in batch.watchers:
            watcher.end(message)

    async def work(self, batch, content):
        self.progress(batch, "validation", 0, "Validating file")
        await batch.job.pause(0.01)
        header, *rows = await asyncio.to_thread(read_csv, content)
        places = columns_of(header)
        self.progress(batch, "validation", 1, "File is valid")
        self.progress(batch, "scanning", 0, "Scanning for a known signature (no scanner is connected)")
        await batch.job.pause(0.01)
        if SIGNATURE in content:
            raise BadFile("The file is infected: EICAR test signature")
        self.progress(batch, "scanning", 1, "Nothing found")

        transactions = []

        def parse(row):
            cells = {name: row[place].strip() for name, place in places.items() if place < len(row)}
            amount = cells.get("amount") or cells.get("credit") or cells.get("debit") or ""
            if DATE.match(cells.get("date", "")) and AMOUNT.fullmatch(amount):
                transactions.append(cells)

        def store(transaction):
            transaction["batch_id"] = batch.id

        def categorise(transaction):
            transaction["category"] = category_of(transaction.get("description", ""))

        def errors(processed):
            return processed - len(transactions)

        await self.each_row(batch, "parsing", rows, parse, "Parsed", errors)
        bad = len(rows) - len(transactions)
        await self.each_row(batch, "database", transactions, store, "Stored", lambda _: bad)
        await self.each_row(batch, "categorization", transactions, categorise, "Categorised", lambda _: bad)
        return f"Loaded {len(transactions)} transactions, {bad} bad rows"

    async def each_row(self, batch, stage, rows, each, verb, errors):
        def tell(done):
            self.progress(batch, stage, done / len(rows) if rows else 1, f"{verb} {done} of {len(rows)}", processed=done,
                          total=len(rows), errors=errors(done))

        tell(0)
        async for done in batch.job.portions(rows, 1 / 3, each):
            tell(done)

    async def stop(self):
        await end_all(batch.job for batch in self.batches.values() if batch.job)
        await asyncio.gather(*(watcher.leave() for watcher in list(self.watchers)))


def describe(error):
    return {"detail": {"code": error.code, "message": error.message}}


def columns_of(header):
    places = {}
    for name, pattern in COLUMNS.items():
        place = next((place for place, title in enumerate(header) if re.search(pattern, title, re.IGNORECASE)), None)
        if place is not None:
            places[name] = place
    for name in ("date", "description"):
        if name not in places:
            raise BadFile(f"The first row has no column for the {name}")
    if "amount" not in places and not {"debit", "credit"} <= places.keys():
        raise BadFile("The first row has no column for the amount (or debit and credit)")
    return places


def category_of(description):
    matching = (name for name, words in CATEGORIES.items() if re.search(words, description, re.IGNORECASE))
    return next(matching, "Uncategorised")
