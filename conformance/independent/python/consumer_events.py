"""CE: producers put messages on a topic, a consumer takes them off one by one and tells every client.

Two servers: the producers' REST and the consumer's Socket.IO. The topic is a queue in this process.
"""

import asyncio
import os
import uuid

from aiohttp import web

from jobs import BadFile, timestamp
from rest import MEBIBYTE, Form, HttpError, application, read_json
from rooms import Server
from tables import read_csv
from tokens import is_finite

TOPIC = "orders"
LARGEST_FILE = 50 * MEBIBYTE
BATCH_ROWS = 100
STEP_SECONDS = 0.025
CONSUMER_ID = f"consumer-{os.getpid()}"
COLUMNS = ("orderNumber", "productName", "quantity", "price")


class ConsumerEvents:
    def __init__(self):
        self.queue = asyncio.Queue()
        routes = [web.post(prefix + path, handler) for prefix in ("", "/api") for path, handler in
                  (("/producers/send/single", self.send_single), ("/producers/upload/csv", self.upload_csv))]
        consumer = application(describe, [])
        self.apps = {"producers": application(describe, routes), "consumer_events": consumer}
        self.io = Server(consumer)
        self.io.on("connect", self.connected)
        self.idle = asyncio.Event()
        self.consumer = asyncio.create_task(self.consume())
        self.greetings = set()

    async def connected(self, sid, *_):
        # The library answers CONNECT only after this handler; what a client gets before that is out of order.
        greeting = asyncio.create_task(self.greet(sid))
        self.greetings.add(greeting)
        greeting.add_done_callback(self.greetings.discard)

    async def greet(self, sid):
        if not self.io.manager.is_connected(sid, "/"):
            return
        # Broadcasts go to this room: nothing is awaited between entering it and the first event, so none comes before.
        self.io.enter_room(sid, "greeted")
        message = "Connected to Consumer Service WebSocket"
        await self.io.emit("connection-success", {"message": message, "timestamp": timestamp()}, to=sid)

    async def send_single(self, request):
        order = await read_json(request)
        problems = problems_of(order if isinstance(order, dict) else {})
        if problems:
            raise HttpError(400, "Bad Request", problems)
        reply = {"status": "success", "logId": self.produce([order], "SINGLE_MESSAGE"), "topic": TOPIC}
        return web.json_response(reply, status=201)

    async def upload_csv(self, request):
        _, content = (await Form.read(request, LARGEST_FILE)).file()
        orders = orders_in(content)
        starts = range(0, len(orders), BATCH_ROWS)
        for start in starts:
            self.produce(orders[start:start + BATCH_ROWS], "CSV_BATCH", start + 2)
        reply = {"jobId": str(uuid.uuid4()), "topic": TOPIC, "batches": len(starts), "rows": len(orders)}
        return web.json_response(reply, status=202)

    def produce(self, orders, data_type, first_row=None):
        log_id = str(uuid.uuid4())
        self.queue.put_nowait((log_id, orders, data_type, first_row))
        return log_id

    async def consume(self):
        while True:
            self.idle.set()
            message = await self.queue.get()
            self.idle.clear()
            await self.handle(*message)

    async def handle(self, log_id, orders, data_type, first_row):
        async def tell(event, **members):
            await self.io.emit(event, {"logId": log_id, **members, "timestamp": timestamp()}, room="greeted")

        count = {} if first_row is None else {"rowCount": len(orders)}
        await tell("message-received", data={"dataType": data_type, **count})
        await asyncio.sleep(STEP_SECONDS)
        await tell("processing-started", status="PROCESSING")
        await asyncio.sleep(STEP_SECONDS)
        for index, problems in enumerate(map(problems_of, orders)):
            if problems:
                row = "" if first_row is None else f"Row {first_row + index}: "
                await tell("processing-failed", status="FAILED", error=row + "; ".join(problems))
                return
        await tell("processing-completed", consumerId=CONSUMER_ID, status="PROCESSED")

    async def stop(self):
        while not self.queue.empty():
            self.queue.get_nowait()
        await self.idle.wait()  # what has been received is still brought to its end
        self.consumer.cancel()
        await self.io.disconnect_all()


def describe(error):
    return {"statusCode": error.status, "message": error.message, "error": error.code}


def is_text(value, longest):
    return isinstance(value, str) and 1 <= len(value) <= longest


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def problems_of(order):
    number, quantity, price = order.get("orderNumber"), order.get("quantity"), order.get("price")
    rules = [
        (is_text(number, 64) or is_integer(number), "orderNumber: expected 1 to 64 characters, or an integer"),
        (is_text(order.get("productName"), 256), "productName: expected 1 to 256 characters"),
        (is_integer(quantity) and quantity >= 1, "quantity: expected an integer of at least 1"),
        (is_finite(price) and price >= 0, "price: expected a number of at least 0"),
    ]
    return [problem for holds, problem in rules if not holds]


def orders_in(content):
    try:
        header, *rows = read_csv(content)
    except BadFile as error:
        raise HttpError(400, "Bad Request", str(error)) from None
    titles = [title.strip().lower() for title in header]
    missing = [name for name in COLUMNS if name.lower() not in titles]
    if missing:
        raise HttpError(400, "Bad Request", f"The first row lacks: {', '.join(missing)}")
    places = {name: titles.index(name.lower()) for name in COLUMNS}
    return [order_of(row, places) for row in rows]


def order_of(row, places):
    cells = {name: row[place].strip() if place < len(row) else "" for name, place in places.items()}

    def number(kind, text):
        try:
            return kind(text)
        except ValueError:
            return None

    return {**cells, "quantity": number(int, cells["quantity"]), "price": number(float, cells["price"])}
