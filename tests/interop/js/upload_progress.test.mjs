// The source document's hook, endpoints and manual testing steps, by a browser's WebSocket against uploadproto-server.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import * as ws from "ws";
import { impatientProxy } from "./proxy.mjs";
import { makeToken, startServer } from "./reference_server.mjs";

// Node has a browser's WebSocket from 22 on; ws has the same events and properties.
const WebSocket = globalThis.WebSocket ?? ws.WebSocket;

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const stages = { validation: [0, 20], scanning: [20, 40], parsing: [40, 60], database: [60, 80], categorization: [80, 100] };
const eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}" + "$EICAR-STANDARD-ANTIVIRUS-" + "TEST-FILE!$H+H*";

function transactions(rows) {
  const lines = ["Date,Description,Amount"];
  for (let i = 0; i < rows; ++i) lines.push(`2024-01-${String(i % 28 + 1).padStart(2, "0")},WOOLWORTHS FOOD ${i},-${i}.50`);
  return lines.join("\n");
}

/** One who is logged in: what the pages of the document ask of the REST. */
function visitor(server, user = "ann") {
  const headers = { Authorization: `Bearer ${makeToken(server.secret, user)}` };
  return {
    async token() {
      const response = await fetch(`${server.url}/api/v1/auth/websocket-token`, { method: "POST", headers });
      assert.equal(response.status, 200);
      return (await response.json()).websocket_token;
    },
    async upload(batchId, contents, name = "transactions.csv") {
      const form = new FormData();
      form.append("file", new Blob([contents], { type: "text/csv" }), name);
      form.append("batch_id", batchId);
      const response = await fetch(`${server.url}/api/v1/upload/csv`, { method: "POST", headers, body: form });
      return { status: response.status, body: await response.json() };
    },
  };
}

const address = (url, batchId, token) => `${url.replace("http", "ws")}/ws/upload-progress/${batchId}?token=${token}`;

/** The document's hook without its React: reconnects with exponential backoff and a fresh token, keeps alive by `ping`,
    and returns what it knows as `state`. The rest is for the test: all that it has `seen`, its batch's end as `over`,
    its connection's as `closed`. */
function useUploadProgress(context, url, batchId, fetchToken) {
  const state = { isConnected: false, progress: 0, status: "", stage: "", message: "", details: {}, error: null };
  const seen = { messages: [], pongs: 0, connections: 0 };
  let socket, attempts = 0, left = false, end, close;
  const over = new Promise((resolve) => (end = resolve));
  const closed = new Promise((resolve) => (close = resolve));
  const watchers = new Set();
  const again = () => { if (!left) setTimeout(connect, 50 * 2 ** attempts++); };
  async function connect() {
    const token = await fetchToken().catch(() => null);
    if (token === null) return again();
    socket = new WebSocket(address(url, batchId, token));
    socket.onopen = () => {
      ++seen.connections;
      attempts = 0;
      state.isConnected = true;
      socket.send("ping");
    };
    socket.onmessage = (event) => {
      if (event.data === "pong") return void ++seen.pongs;
      const message = JSON.parse(event.data);
      seen.messages.push(message);
      const { progress, status, stage, message: text, details = {}, error = null } = message;
      Object.assign(state, { progress, status, stage, message: text, details, error });
      for (const watcher of watchers) watcher(message);
      if (status !== "completed" && status !== "error") return;
      left = true;
      end();
    };
    socket.onerror = () => {};
    socket.onclose = (event) => {
      state.isConnected = false;
      if (left) close(event.code);
      again();
    };
  }
  context.after(() => {
    left = true;
    socket?.close();
  });
  const until = (wanted) => new Promise((resolve) => {
    const watcher = (message) => { if (wanted(message)) watchers.delete(watcher), resolve(message); };
    watchers.add(watcher);
  });
  void connect();
  return { state, seen, over, closed, until };
}

/** Opened, or the code with which it was closed before that. */
function attempt(context, url) {
  const socket = new WebSocket(url);
  context.after(() => socket.close());
  return new Promise((resolve) => {
    socket.onopen = () => resolve(socket);
    socket.onerror = () => {};
    socket.onclose = (event) => resolve(event.code);
  });
}

const closed = (socket) => new Promise((resolve) => (socket.onclose = (event) => resolve(event.code)));

function assertMessages(messages, batchId) {
  assert.equal(messages[0].status, "connected");
  assert.equal(messages[0].progress, 0);
  for (const message of messages) {
    assert.equal(message.batch_id, batchId);
    assert.match(message.timestamp, iso);
    assert.equal(typeof message.message, "string");
    assert.ok(Buffer.byteLength(JSON.stringify(message)) <= 1024);
    const [least, most] = stages[message.stage];
    if (message.status !== "connected")
      assert.ok(least <= message.progress && message.progress <= most, JSON.stringify(message));
    assert.equal("error" in message, message.status === "error");
  }
  const progress = messages.filter((m) => m.status !== "connected").map((m) => m.progress);
  assert.deepEqual(progress, [...progress].sort((a, b) => a - b), "never back");
}

test("the document's hook follows a batch to its end", { timeout: 60_000 }, async (context) => {
  const server = await startServer(context, { site: "upload_progress" });
  const ann = visitor(server);
  const batchId = randomUUID();
  const hook = useUploadProgress(context, server.url, batchId, ann.token);
  await hook.until((message) => message.status === "connected");
  assert.equal(hook.state.isConnected, true);
  const status = await (await fetch(`${server.url}/api/v1/websocket/status`)).json();
  assert.equal(status.manager_stats.total_connections, 1);

  const { status: code, body } = await ann.upload(batchId, transactions(2000));
  assert.deepEqual([code, body.batch_id, body.status], [202, batchId, "processing"]);
  await hook.over;
  assert.equal(await hook.closed, 1000);
  assert.deepEqual({ ...hook.state, message: "", details: {} },
    { isConnected: false, progress: 100, status: "completed", stage: "categorization", message: "", details: {}, error: null });
  assert.deepEqual([hook.state.details.processed, hook.state.details.total, hook.state.details.errors], [2000, 2000, 0]);
  assert.equal(hook.state.details.filename, "transactions.csv");
  assertMessages(hook.seen.messages, batchId);
  assert.deepEqual([...new Set(hook.seen.messages.slice(1).map((m) => m.stage))], Object.keys(stages));
  assert.equal(hook.seen.messages.filter((m) => m.status === "completed").length, 1);
  assert.equal(hook.seen.pongs, 1);
  assert.equal((await ann.upload(batchId, transactions(1))).status, 409);
});

test("a hook whose network goes comes back with a fresh token and hears the end", { timeout: 60_000 }, async (context) => {
  const server = await startServer(context, { site: "upload_progress" });
  const proxy = await impatientProxy(context, server.url);
  const ann = visitor(server);
  const batchId = randomUUID();
  const tokens = [];
  const hook = useUploadProgress(context, proxy.url, batchId, async () => (tokens.push(await ann.token()), tokens.at(-1)));
  await hook.until((message) => message.status === "connected");
  const parsing = hook.until((message) => message.stage === "parsing");
  const back = parsing.then(() => hook.until((message) => message.status === "connected"));
  parsing.then(proxy.cut);
  assert.equal((await ann.upload(batchId, transactions(200_000))).status, 202);
  await back;
  await hook.over;
  assert.equal(hook.seen.connections, 2);
  assert.equal(new Set(tokens).size, tokens.length);
  assertMessages(hook.seen.messages, batchId);
  assert.equal(hook.state.status, "completed");
  assert.equal(hook.state.details.processed, 200_000);
});

test("an infected file and one that is no CSV end in an error on the socket", { timeout: 60_000 }, async (context) => {
  const server = await startServer(context, { site: "upload_progress" });
  const ann = visitor(server);
  for (const [contents, most] of [[`Date,Description,Amount\n2024-01-01,"${eicar}",1\n`, 40], ["\0\x01\x02", 20]]) {
    const batchId = randomUUID();
    const hook = useUploadProgress(context, server.url, batchId, ann.token);
    await hook.until((message) => message.status === "connected");
    await ann.upload(batchId, contents);
    await hook.over;
    assertMessages(hook.seen.messages, batchId);
    assert.equal(hook.state.status, "error");
    assert.ok(hook.state.error.length > 0);
    assert.ok(hook.seen.messages.every((m) => m.progress <= most));
  }
});

test("unauthorized access is blocked, a token works once, five connections a user", { timeout: 60_000 }, async (context) => {
  const server = await startServer(context, { site: "upload_progress" });
  const [ann, ben] = ["ann", "ben"].map((user) => visitor(server, user));
  const batchId = randomUUID();
  assert.equal((await fetch(`${server.url}/api/v1/auth/websocket-token`, { method: "POST" })).status, 401);
  for (const wrong of ["", "x", makeToken(server.secret, "ann")])
    assert.equal(await attempt(context, address(server.url, batchId, wrong)), 1006);

  const token = await ann.token();
  const sockets = [await attempt(context, address(server.url, batchId, token))];
  assert.equal(await attempt(context, address(server.url, batchId, token)), 1006, "a second time");
  assert.equal(await attempt(context, address(server.url, batchId, await ben.token())), 1006, "another's");
  while (sockets.length < 5) sockets.push(await attempt(context, address(server.url, batchId, await ann.token())));
  assert.ok(sockets.every((socket) => socket.readyState === WebSocket.OPEN));
  assert.equal(await attempt(context, address(server.url, batchId, await ann.token())), 1006, "the sixth");
  const gone = closed(sockets[4]);
  sockets[4].close();
  await gone;
  assert.equal((await attempt(context, address(server.url, batchId, await ann.token()))).readyState, WebSocket.OPEN);
});

const abuses = {
  "more than ten messages a second": [(socket) => { for (let i = 0; i < 11; ++i) socket.send("ping"); }, 1008],
  "a message of more than 1024 bytes": [(socket) => socket.send("x".repeat(1025)), 1009],
};

for (const [name, [abuse, code]] of Object.entries(abuses)) {
  test(`${name}: closed with ${code}`, { timeout: 60_000 }, async (context) => {
    const server = await startServer(context, { site: "upload_progress" });
    const socket = await attempt(context, address(server.url, randomUUID(), await visitor(server).token()));
    const over = closed(socket);
    abuse(socket);
    assert.equal(await over, code);
  });
}
