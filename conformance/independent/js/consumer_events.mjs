// CE: producers put messages on a topic, a consumer takes them off one by one and tells every client. Two servers: the
// producers' REST and the consumer's Socket.IO. The topic is a queue in this process.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Server } from "socket.io";
import { fileOf, HttpError, mebibyte, readForm, readJson, restServer } from "./http.mjs";
import { BadFile, timestamp } from "./jobs.mjs";
import { readCsv } from "./tables.mjs";

const topic = "orders";
const largestFile = 50 * mebibyte;
const batchRows = 100;
const stepMilliseconds = 25;
const consumerId = `consumer-${process.pid}`;
const columns = ["orderNumber", "productName", "quantity", "price"];

export function consumerEvents() {
  const queue = [];
  let working;
  let stopped = false;
  const producers = restServer(
    [
      ["POST", /^(?:\/api)?\/producers\/send\/single$/, sendSingle],
      ["POST", /^(?:\/api)?\/producers\/upload\/csv$/, uploadCsv],
    ],
    ({ status, code, problems, message }) => ({ statusCode: status, message: problems ?? message, error: code }),
  );
  const consumer = restServer([], ({ status, code, message }) => ({ statusCode: status, message, error: code }));
  const io = new Server(consumer, { path: "/socket.io", addTrailingSlash: false, cors: { origin: "*" } });

  io.on("connection", (socket) =>
    socket.emit("connection-success", { message: "Connected to Consumer Service WebSocket", timestamp: timestamp() }),
  );

  async function sendSingle(request) {
    const order = await readJson(request);
    const problems = problemsOf(order ?? {});
    if (problems.length > 0) throw Object.assign(new HttpError(400, "Bad Request", "Not an order"), { problems });
    return [
      201,
      { status: "success", logId: produce({ orders: [order], data: { dataType: "SINGLE_MESSAGE" } }), topic },
    ];
  }

  async function uploadCsv(request) {
    const { bytes } = fileOf(await readForm(request, largestFile), largestFile);
    const orders = ordersIn(bytes);
    const batches = Math.ceil(orders.length / batchRows);
    for (let i = 0; i < batches; ++i) {
      const rows = orders.slice(i * batchRows, (i + 1) * batchRows);
      produce({ orders: rows, firstRow: i * batchRows + 2, data: { dataType: "CSV_BATCH", rowCount: rows.length } });
    }
    return [202, { jobId: randomUUID(), topic, batches, rows: orders.length }];
  }

  function produce(message) {
    const logId = randomUUID();
    queue.push({ logId, ...message });
    working ??= consume().finally(() => (working = undefined));
    return logId;
  }

  async function consume() {
    while (queue.length > 0 && !stopped) await handle(queue.shift());
  }

  async function handle({ logId, data, orders, firstRow }) {
    const tell = (event, members) => io.emit(event, { logId, ...members, timestamp: timestamp() });
    tell("message-received", { data });
    await sleep(stepMilliseconds);
    tell("processing-started", { status: "PROCESSING" });
    await sleep(stepMilliseconds);
    const bad = orders.findIndex((order) => problemsOf(order).length > 0);
    if (bad < 0) return tell("processing-completed", { consumerId, status: "PROCESSED" });
    const row = firstRow === undefined ? "" : `Row ${firstRow + bad}: `;
    return tell("processing-failed", { status: "FAILED", error: row + problemsOf(orders[bad]).join("; ") });
  }

  return {
    servers: { producers, consumer_events: consumer },
    stop: async () => {
      stopped = true; // what has been received is still brought to its end
      await working;
      io.close();
      producers.close();
    },
  };
}

function problemsOf({ orderNumber, productName, quantity, price }) {
  const text = (value, longest) => typeof value === "string" && value.length >= 1 && value.length <= longest;
  return [
    [text(orderNumber, 64) || Number.isInteger(orderNumber), "orderNumber: expected 1 to 64 characters, or an integer"],
    [text(productName, 256), "productName: expected 1 to 256 characters"],
    [Number.isInteger(quantity) && quantity >= 1, "quantity: expected an integer of at least 1"],
    [Number.isFinite(price) && price >= 0, "price: expected a number of at least 0"],
  ].flatMap(([good, problem]) => (good ? [] : [problem]));
}

function ordersIn(bytes) {
  let rows;
  try {
    rows = readCsv(bytes);
  } catch (error) {
    throw error instanceof BadFile ? new HttpError(400, "Bad Request", error.message) : error;
  }
  const titles = rows[0].map((title) => title.trim().toLowerCase());
  const places = columns.map((name) => titles.indexOf(name.toLowerCase()));
  const missing = columns.filter((_, i) => places[i] < 0);
  if (missing.length > 0) throw new HttpError(400, "Bad Request", `The first row lacks: ${missing.join(", ")}`);
  const number = (text) => (text === "" ? NaN : Number(text));
  return rows.slice(1).map((row) => {
    const [orderNumber, productName, quantity, price] = places.map((place) => (row[place] ?? "").trim());
    return { orderNumber, productName, quantity: number(quantity), price: number(price) };
  });
}
