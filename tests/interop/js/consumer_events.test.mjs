// The source document's own examples, run by the official JavaScript client against uploadproto-server, which is sent
// real orders over the producers' REST.
import assert from "node:assert/strict";
import { test } from "node:test";
import { io } from "socket.io-client";
import * as ws from "ws";
import { startServer } from "./reference_server.mjs";

const WebSocket = globalThis.WebSocket ?? ws.WebSocket;

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const names = ["connection-success", "message-received", "processing-started", "processing-completed", "processing-failed"];

// What the document takes from Vue.
const ref = (value) => ({ value });
const computed = (get) => ({ get value() { return get(); } });

async function serve(context) {
  const { urls } = await startServer(context, { sites: ["consumer_events", "producers"] });
  return { url: urls.consumer_events, producers: urls.producers };
}

async function post(url, body, headers = {}) {
  const response = await fetch(url, { method: "POST", headers, body });
  return { status: response.status, body: await response.json() };
}

const sendSingle = (url, order) =>
  post(`${url}/producers/send/single`, JSON.stringify(order), { "Content-Type": "application/json" });

function uploadCsv(url, lines) {
  const form = new FormData();
  form.append("file", new Blob([["orderNumber,productName,quantity,price", ...lines].join("\n")]), "test-data.csv");
  return post(`${url}/producers/upload/csv`, form);
}

const orders = (count) => Array.from({ length: count }, (_, i) => `CSV-${i},Product ${i},${i + 1},${i}.99`);
const testOrder = { orderNumber: "TEST-001", productName: "Test Product", quantity: 10, price: 100 };

/** A connected socket, closed with the test, and all that it hears in order; `until` waits for so many events. */
async function connect(context, url, options = {}) {
  const socket = io(url, { forceNew: true, ...options });
  context.after(() => socket.close());
  const heard = [];
  let arrived = () => {};
  socket.onAny((name, data) => {
    heard.push([name, data]);
    arrived();
  });
  const count = (wanted) => heard.filter(([name]) => wanted.includes(name)).length;
  const until = async (least, ...wanted) => {
    while (count(wanted) < least) await new Promise((resolve) => (arrived = resolve));
  };
  await new Promise((resolve, reject) => socket.on("connect", resolve).on("connect_error", reject));
  return { socket, heard, until };
}

const ends = ["processing-completed", "processing-failed"];

/** The life of each message: what the document says of every event's members, and CE-L1's order. */
function lives(heard) {
  const byId = new Map();
  for (const [name, data] of heard) {
    assert.match(data.timestamp, iso);
    if (name === "connection-success" || name === "stats-updated") continue;
    assert.ok(names.includes(name), name);
    assert.match(data.logId, uuid);
    byId.set(data.logId, [...(byId.get(data.logId) ?? []), [name, data]]);
  }
  for (const [received, started, end, ...more] of byId.values()) {
    assert.equal(received[0], "message-received");
    assert.deepEqual([started[0], started[1].status], ["processing-started", "PROCESSING"]);
    assert.equal(end[1].status, end[0] === "processing-completed" ? "PROCESSED" : "FAILED");
    assert.equal(typeof (end[0] === "processing-completed" ? end[1].consumerId : end[1].error), "string");
    assert.deepEqual(more, []);
  }
  return byId;
}

const ways = {
  "websocket only": { transports: ["websocket"] },
  "polling only": { transports: ["polling"] },
  "as the document has it": { transports: ["websocket", "polling"] },
};

for (const [way, options] of Object.entries(ways)) {
  test(`single orders and batches are told to everyone, ${way}`, { timeout: 60_000 }, async (context) => {
    const { url, producers } = await serve(context);
    const [one, other] = await Promise.all([connect(context, url, options), connect(context, url, options)]);
    one.socket.emit("message-received", { logId: "made up" });

    const single = await sendSingle(producers, testOrder);
    assert.deepEqual([single.status, single.body.status], [201, "success"]);
    const csv = await uploadCsv(producers, [...orders(250), "CSV-250,No quantity,0,1"]);
    assert.deepEqual([csv.status, csv.body.batches, csv.body.rows], [202, 3, 251]);
    await Promise.all([one.until(4, ...ends), other.until(4, ...ends)]);

    for (const { heard } of [one, other]) {
      assert.deepEqual([heard[0][0], heard[0][1].message], ["connection-success", "Connected to Consumer Service WebSocket"]);
      const all = lives(heard);
      assert.equal(all.size, 4);
      const [received] = all.get(single.body.logId);
      assert.deepEqual(received[1].data, { dataType: "SINGLE_MESSAGE" });
      const batches = [...all.values()].filter(([[, { data }]]) => data.dataType === "CSV_BATCH");
      assert.deepEqual(batches.map(([[, { data }]]) => data.rowCount), [100, 100, 51]);
      assert.deepEqual(batches.map(([, , [name]]) => name), ["processing-completed", "processing-completed", "processing-failed"]);
      assert.match(batches[2][2][1].error, /252/);
    }
    const refused = await sendSingle(producers, { ...testOrder, quantity: 0, productName: undefined });
    assert.equal(refused.status, 400);
    assert.deepEqual(refused.body.errors.map((error) => error.field).sort(), ["productName", "quantity"]);
  });
}

test("the document's component, unchanged but for the port", { timeout: 60_000 }, async (context) => {
  const { url, producers } = await serve(context);
  const lines = [];
  const console = { log: (...words) => lines.push(words) };

  const socket = ref(null);
  const isConnected = ref(false);
  const events = ref([]);

  // onMounted: connect to WebSocket server
  socket.value = io(url, {
    transports: ["websocket", "polling"],
  });
  context.after(() => socket.value.disconnect());

  // Connection events
  const connected = new Promise((resolve) => {
    socket.value.on("connect", () => {
      console.log("Connected");
      isConnected.value = true;
      resolve();
    });
  });

  const disconnected = new Promise((resolve) => {
    socket.value.on("disconnect", () => {
      console.log("Disconnected");
      isConnected.value = false;
      resolve();
    });
  });

  // Listen to events
  socket.value.on("connection-success", (data) => {
    console.log("Connection Success:", data);
  });

  socket.value.on("message-received", (data) => {
    console.log("Message Received:", data);
    events.value.unshift({
      type: "received",
      ...data,
    });
  });

  socket.value.on("processing-started", (data) => {
    updateEventStatus(data.logId, "processing");
  });

  let ended = () => {};
  socket.value.on("processing-completed", (data) => {
    updateEventStatus(data.logId, "completed");
    ended();
  });

  socket.value.on("processing-failed", (data) => {
    updateEventStatus(data.logId, "failed", data.error);
    ended();
  });

  function updateEventStatus(logId, status, error = null) {
    const event = events.value.find((e) => e.logId === logId);
    if (event) {
      event.status = status;
      if (error) event.error = error;
    }
  }

  await connected;
  assert.equal(isConnected.value, true);
  const end = () => new Promise((resolve) => (ended = resolve));
  const completed = end();
  const { body } = await sendSingle(producers, testOrder);
  await completed;
  assert.deepEqual(events.value.map(({ type, logId, status, data }) => ({ type, logId, status, data })),
    [{ type: "received", logId: body.logId, status: "completed", data: { dataType: "SINGLE_MESSAGE" } }]);
  const failed = end();
  await uploadCsv(producers, ["1,,1,1"]);
  await failed;
  assert.equal(events.value[0].status, "failed");
  assert.match(events.value[0].error, /productName/);
  assert.deepEqual(lines.map(([word]) => word), ["Connected", "Connection Success:", "Message Received:", "Message Received:"]);

  // onUnmounted
  socket.value.disconnect();
  await disconnected;
  assert.equal(isConnected.value, false);
});

test("the document's progress bar, dashboard and toasts; a true bar", { timeout: 60_000 }, async (context) => {
  const { url, producers } = await serve(context);
  const client = await connect(context, url);
  const socket = ref(client.socket);

  // Real-time progress bar
  const totalBatches = ref(0);
  const processedBatches = ref(0);
  const progress = computed(() => {
    if (totalBatches.value === 0) return 0;
    return (processedBatches.value / totalBatches.value) * 100;
  });
  socket.value.on("message-received", (data) => {
    if (data.data.dataType === "CSV_BATCH") {
      totalBatches.value++;
    }
  });
  socket.value.on("processing-completed", () => {
    processedBatches.value++;
  });

  // Live dashboard
  const stats = ref({ received: 0, processing: 0, completed: 0, failed: 0 });
  socket.value.on("message-received", () => stats.value.received++);
  socket.value.on("processing-started", () => stats.value.processing++);
  socket.value.on("processing-completed", () => {
    stats.value.processing--;
    stats.value.completed++;
  });
  socket.value.on("processing-failed", () => {
    stats.value.processing--;
    stats.value.failed++;
  });

  // Toast notifications
  const toasts = [];
  const toast = { success: (text) => toasts.push(text), error: (text) => toasts.push(text) };
  socket.value.on("processing-completed", (data) => {
    toast.success(`Message ${data.logId} processed successfully!`);
  });
  socket.value.on("processing-failed", (data) => {
    toast.error(`Failed to process ${data.logId}: ${data.error}`);
  });

  // A true bar: the messages say of which upload they are, and of how many (CE-H3).
  const bar = ref(0), bars = [];
  const mine = new Map();
  socket.value.on("message-received", ({ logId, data }) => mine.set(logId, data));
  for (const name of ends)
    socket.value.on(name, ({ logId }) => bars.push((bar.value += 100 / mine.get(logId).batchCount)));

  const { body } = await uploadCsv(producers, orders(400));
  await client.until(4, ...ends);
  assert.equal(progress.value, 100);
  assert.deepEqual(bars, [25, 50, 75, 100]);
  assert.deepEqual([...mine.values()].map(({ uploadId, batchIndex }) => [uploadId, batchIndex]),
    [0, 1, 2, 3].map((index) => [body.jobId, index]));

  const answer = await (await fetch(`${producers}/producers/uploads/${body.jobId}`)).json();
  assert.deepEqual([answer.status, answer.batchCount, answer.completed, answer.failed], ["PROCESSED", 4, 4, 0]);
  assert.deepEqual(answer.batches.map((batch) => batch.logId), [...mine.keys()]);

  await uploadCsv(producers, ["1,x,many,1"]);
  await client.until(5, ...ends);
  assert.deepEqual(stats.value, { received: 5, processing: 0, completed: 4, failed: 1 });
  assert.deepEqual(toasts.slice(0, 4), [...mine.keys()].slice(0, 4).map((id) => `Message ${id} processed successfully!`));
  assert.match(toasts[4], /^Failed to process .*quantity/);
});

test("the document's bare WebSocket", { timeout: 60_000 }, async (context) => {
  const { url, producers } = await serve(context);
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  context.after(() => socket.close());
  const packets = [];
  const ended = new Promise((resolve) => {
    socket.onmessage = ({ data }) => {
      packets.push(data);
      if (data.startsWith("0")) socket.send("40");
      if (data === "2") socket.send("3");
      if (data.startsWith('42["connection-success"')) sendSingle(producers, testOrder);
      if (data.startsWith('42["processing-completed"')) resolve();
    };
  });
  await ended;
  const heard = packets.filter((packet) => packet.startsWith("42")).map((packet) => JSON.parse(packet.slice(2)));
  assert.equal(lives(heard).size, 1);
  assert.deepEqual(heard.map(([name]) => name).filter((name) => name !== "stats-updated"), names.slice(0, 4));
});
