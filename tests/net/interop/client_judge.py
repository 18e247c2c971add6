"""A server written on python-socketio, for the client under test. Usage: client_judge.py IGNORED [PORT]
Prints its port when it is ready."""
import asyncio
import datetime
import sys

import socketio
from aiohttp import web

io = socketio.AsyncServer(async_mode="aiohttp", ping_interval=0.3, ping_timeout=1)


def serve(namespace):
    async def connect(sid, environ, auth):
        if (auth or {}).get("token") == "bad":
            raise socketio.exceptions.ConnectionRefusedError("Invalid authentication token", {"code": 9})
        await io.emit("auth", auth or {}, to=sid, namespace=namespace)

    async def message(sid, *args):
        await io.emit("message-back", args, to=sid, namespace=namespace)

    async def message_with_ack(sid, *args):
        return args

    async def ask_me(sid, *args):
        async def answered(*answer):
            await io.emit("answered", answer, to=sid, namespace=namespace)

        await io.emit("question", args, to=sid, namespace=namespace, callback=answered)

    async def burst(sid, count):
        for i in range(count):
            await io.emit("n", i, to=sid, namespace=namespace)

    async def leave_me(sid):
        await io.disconnect(sid, namespace=namespace)

    async def subscribe(sid, payload):
        now = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        await io.emit("bulk_upload_progress", {
            "job_id": payload["job_id"], "stage": "file_reading", "progress": 12, "message": "Reading",
            "status": "processing", "timestamp": now.replace("+00:00", "Z")}, to=sid, namespace=namespace)
        return {"ok": True, "job_id": payload["job_id"]}

    for name, handler in {"connect": connect, "message": message, "message-with-ack": message_with_ack,
                          "ask-me": ask_me, "burst": burst, "leave-me": leave_me,
                          "subscribe_bulk_upload_job": subscribe}.items():
        io.on(name, handler, namespace=namespace)


async def main():
    serve("/")
    serve("/custom")
    app = web.Application()
    io.attach(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
