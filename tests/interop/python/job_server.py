"""A server written from the document alone, on python-socketio: the counterpart of js/job_server.mjs.

Accepts the token "good"; job-…-1 completes, job-…-2 fails in iec_verification, job-…-3 loses its connection after
pre_validation (when it came over WebSocket at once) and goes on when the client is back. Prints
{"ready":true,"url":"…"}; stops on SIGTERM.
"""

import asyncio
import datetime
import json
import signal

import socketio
from aiohttp import web

LIFE = [("initialization", 0), ("file_reading", 10), ("file_reading", 20), ("pre_validation", 25),
        ("pre_validation", 40), ("iec_verification", 45), ("iec_verification", 60), ("database_operations", 65),
        ("database_operations", 80), ("report_generation", 85), ("report_generation", 100)]

io = socketio.AsyncServer(async_mode="aiohttp")
cut = {}  # job -> index in LIFE at which it was cut
transports = {}  # sid -> the TCP connection it came over; a cut is made there, without a farewell


def timestamp():
    return datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@io.event
async def connect(sid, environ, auth):
    token = (auth or {}).get("token")
    if not token:
        raise socketio.exceptions.ConnectionRefusedError("Authentication token required")
    if token != "good":
        raise socketio.exceptions.ConnectionRefusedError("Invalid authentication token")
    transports[sid] = environ["aiohttp.request"].transport


@io.event
async def subscribe_bulk_upload_job(sid, data):
    job = data["job_id"]
    room = "bulk_upload_job:" + job
    io.enter_room(sid, room)
    for index in range(cut.get(job, 0), len(LIFE)):
        stage, progress = LIFE[index]
        if job.endswith("-2") and stage == "iec_verification":
            await io.emit("bulk_upload_failed", {
                "job_id": job, "error": "The register cannot be reached", "stage": stage, "status": "failed",
                "timestamp": timestamp()}, room=room)
            return
        if job.endswith("-3") and stage == "iec_verification" and job not in cut:
            cut[job] = index
            await asyncio.sleep(0)  # what was emitted leaves first
            transports[sid].close()
            return
        await io.emit("bulk_upload_progress", {
            "job_id": job, "stage": stage, "progress": progress, "message": f"{stage} {progress}",
            "status": "processing", "timestamp": timestamp()}, room=room)
    await io.emit("bulk_upload_complete", {
        "job_id": job, "status": "completed",
        "validation_stats": {"total_records": 9, "valid_records": 6, "invalid_ids": 2, "duplicates": 1,
                             "not_registered": 1},
        "database_stats": {"inserts": 4, "updates": 1, "errors": 1},
        "report_path": "/api/v1/bulk-upload/report/" + job, "processing_duration_ms": 1234.5,
        "timestamp": timestamp()}, room=room)


@io.event
async def unsubscribe_bulk_upload_job(sid, data):
    io.leave_room(sid, "bulk_upload_job:" + data["job_id"])


async def main():
    app = web.Application()
    io.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    print(json.dumps({"ready": True, "url": f"http://{host}:{port}"}), flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(main())
