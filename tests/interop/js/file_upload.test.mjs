// The source document's own example, run by the official JavaScript client against uploadproto-server.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import ExcelJS from "exceljs";
import { io } from "socket.io-client";
import { startServer } from "./reference_server.mjs";

const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const order = ["started", "processing", "completed"];

/** A CSV of users: `good` ones, then `bad` ones whose address is none. */
function users(good, bad = 0) {
  const lines = ["Email,First Name,Last Name"];
  for (let i = 0; i < good; ++i) lines.push(`u${i}-${randomUUID()}@example.org,First ${i},Last ${i}`);
  for (let i = 0; i < bad; ++i) lines.push(`nobody,First,Last`);
  return lines.join("\n");
}

async function upload(url, contents, { name = "users.csv", template = "users", jobId, first = true } = {}) {
  const form = new FormData();
  if (jobId !== undefined && first) form.append("jobId", jobId);
  form.append("file", new Blob([contents]), name);
  if (jobId !== undefined && !first) form.append("jobId", jobId);
  const response = await fetch(`${url}/file/upload/${template}`, { method: "POST", body: form });
  return { status: response.status, body: await response.json() };
}

/** A connected socket, closed with the test. */
function connect(context, url, options = {}) {
  const socket = io(`${url}/file-upload`, { forceNew: true, reconnection: false, ...options });
  context.after(() => socket.close());
  return new Promise((resolve, reject) => {
    socket.on("connect", () => resolve(socket));
    socket.on("connect_error", reject);
  });
}

/** Everything that the server emits, as [name, payload]; `end` resolves with the first end of a job. */
function record(socket) {
  const events = [];
  const end = new Promise((resolve) => {
    socket.onAny((name, data) => {
      events.push([name, data]);
      if (name === "upload-completed" || name === "upload-error") resolve([name, data]);
    });
  });
  return { events, end };
}

/** A round trip: what was to come to this socket before has come. */
const settle = (socket) => new Promise((resolve) => socket.emit("ping", {}, resolve));

function assertWholeLife(events, jobId, rows) {
  const progress = events.filter(([name]) => name === "upload-progress").map(([, data]) => data);
  for (const data of progress) {
    assert.equal(data.jobId, jobId);
    assert.equal(data.templateName, "users");
    assert.ok(data.progress >= 0 && data.progress <= 100);
    if (data.status !== "processing") continue;
    assert.equal(data.total, rows);
    assert.equal(data.message, `Processing ${data.processed} of ${rows} rows`);
  }
  const ranks = progress.map((data) => order.indexOf(data.status));
  assert.deepEqual(ranks, [...ranks].sort((a, b) => a - b), "a status never goes back");
  assert.deepEqual([...new Set(progress.map((data) => data.status))], order);
  assert.equal(progress[0].progress, 0);
  assert.equal(progress.at(-1).progress, 100);
  assert.deepEqual(progress.map((d) => d.progress), progress.map((d) => d.progress).sort((a, b) => a - b));
  const ends = events.filter(([name]) => name !== "upload-progress");
  assert.equal(ends.length, 1, "exactly one terminal event");
  assert.equal(events.at(-1), ends[0], "nothing after it");
}

const ways = {
  "websocket only": { transports: ["websocket"] },
  "polling only": { transports: ["polling"] },
  "as the document has it": {},
};

for (const [way, options] of Object.entries(ways)) {
  test(`a file's whole life in its room, ${way}`, { timeout: 60_000 }, async (context) => {
    const server = await startServer(context, { site: "file_upload" });
    const jobId = randomUUID();
    const socket = await connect(context, server.url, options);
    const stranger = await connect(context, server.url, options);
    const left = await connect(context, server.url, options);
    const [seen, overheard, heard] = [socket, stranger, left].map(record);
    socket.emit("join-upload-room", { jobId });
    left.emit("join-upload-room", { jobId });
    left.emit("leave-upload-room", { jobId });
    await Promise.all([settle(socket), settle(left)]);

    const accepted = await upload(server.url, users(1200, 3), { jobId });
    assert.deepEqual(accepted, { status: 202, body: { jobId, status: "queued" } });
    const [name, end] = await seen.end;
    assert.equal(name, "upload-completed");
    assert.equal(end.jobId, jobId);
    assert.match(end.timestamp, iso);
    assert.equal(end.result.message, "Stored 1,200 of 1,203 rows; 3 rows have errors");
    assert.equal(end.result.processed, 1200);
    assert.equal(end.result.total, 1203);
    assert.equal(end.result.errors.length, 3);
    assert.match(end.result.errors[0], /^Row 1202: Field 'Email' /);
    assertWholeLife(seen.events.filter(([event]) => event !== "pong"), jobId, 1203);

    await Promise.all([settle(stranger), settle(left)]);
    for (const others of [overheard, heard])
      assert.deepEqual(others.events.filter(([event]) => event !== "pong"), [], "the room's alone");

    // Who comes late is told the end.
    const late = await connect(context, server.url, options);
    const told = record(late);
    late.emit("join-upload-room", { jobId });
    assert.deepEqual(await told.end, [name, end]);
    assert.equal((await upload(server.url, users(1), { jobId, first: false })).status, 409);
  });
}

test("a file that is not what its name says fails with a sentence", { timeout: 60_000 }, async (context) => {
  const server = await startServer(context, { site: "file_upload" });
  const socket = await connect(context, server.url);
  const seen = record(socket);
  socket.emit("join-upload-room", { jobId: "bad" });
  assert.equal((await upload(server.url, "a,b\n1,2\n", { jobId: "bad", name: "users.xlsx" })).status, 202);
  const [name, end] = await seen.end;
  assert.equal(name, "upload-error");
  assert.equal(end.jobId, "bad");
  assert.match(end.error, /plain text, not an Excel workbook/);
  assert.match(end.timestamp, iso);
  assert.ok(seen.events.every(([, data]) => data.status !== "completed"));
});

test("ping is answered, and hostile events end nothing but themselves", { timeout: 60_000 }, async (context) => {
  const server = await startServer(context, { site: "file_upload" });
  const socket = await connect(context, server.url);
  for (const payload of [null, [], "x", 7, {}, { jobId: null }, { jobId: 7 }, { jobId: "x".repeat(5000) }, undefined]) {
    socket.emit("join-upload-room", payload);
    socket.emit("leave-upload-room", payload);
    socket.emit("nobody_knows_this", payload);
  }
  const pong = new Promise((resolve) => socket.on("pong", resolve));
  socket.emit("ping");
  assert.match((await pong).timestamp, iso);
  await assert.rejects(
    new Promise((resolve, reject) => {
      const other = io(`${server.url}/nobody`, { forceNew: true, reconnection: false });
      context.after(() => other.close());
      other.on("connect", resolve);
      other.on("connect_error", reject);
    }),
    { message: "Invalid namespace" },
  );
});

test("a downloaded template, filled in by another program, is loaded and exported", { timeout: 60_000 }, async (context) => {
  const server = await startServer(context, { site: "file_upload" });
  const workbook = new ExcelJS.Workbook();
  const answer = await fetch(`${server.url}/file/templates/users/download?includeSample=true`);
  await workbook.xlsx.load(await answer.arrayBuffer());
  const sheet = workbook.worksheets[0];
  assert.deepEqual(sheet.getRow(1).values.slice(1), ["First Name*", "Last Name*", "Email*", "Phone", "Birth Date", "Is Active"]);
  assert.equal(sheet.getCell("A1").font.bold, true);
  assert.deepEqual(sheet.getCell("F2").dataValidation.formulae, ['"TRUE,FALSE"']);
  assert.match(sheet.getCell("C2").dataValidation.prompt, /^Required: an e-mail address/);
  sheet.addRow(["Zoë", "O'Neill", { text: "zoe@example.org", hyperlink: "mailto:zoe@example.org" }, 825550101, new Date("2001-02-03T00:00:00Z"), true]);

  const socket = await connect(context, server.url);
  const seen = record(socket);
  socket.emit("join-upload-room", { jobId: "filled-in" });
  const accepted = await upload(server.url, await workbook.xlsx.writeBuffer(), { jobId: "filled-in", name: "filled in.xlsx" });
  assert.equal(accepted.status, 202, JSON.stringify(accepted.body));
  const [name, end] = await seen.end;
  assert.equal(name, "upload-completed", JSON.stringify(end));
  assert.deepEqual([end.result.processed, end.result.total, end.result.errors], [3, 3, []]);
  const { data } = await (await fetch(`${server.url}/file/data/users?limit=100`)).json();
  assert.deepEqual(data.at(-1), { firstName: "Zoë", lastName: "O'Neill", email: "zoe@example.org", phone: "825550101",
    birthDate: "2001-02-03", isActive: true });

  const exported = new ExcelJS.Workbook();
  await exported.xlsx.load(await (await fetch(`${server.url}/file/export/users`)).arrayBuffer());
  assert.equal(exported.worksheets[0].rowCount, 4);
  assert.deepEqual(exported.worksheets[0].getRow(4).values.slice(1), ["Zoë", "O'Neill", "zoe@example.org", "825550101", "2001-02-03", true]);
});

test("the document's example, unchanged, on the default port", { timeout: 60_000 }, async (context) => {
  let server;
  try {
    server = await startServer(context, { site: "file_upload", listen: "127.0.0.1:3000" });
  } catch (error) {
    if (!/3000/.test(error.message)) throw error;
    context.skip("port 3000 is taken");
    return;
  }
  const lines = [];
  const console = { log: (...words) => lines.push(words), error: (...words) => lines.push(words) };

  // Connect to WebSocket
  const socket = io('http://localhost:3000/file-upload');
  context.after(() => socket.close());

  // Join upload room when starting upload
  socket.emit('join-upload-room', { jobId: 'your-job-id' });

  // Listen for progress updates
  socket.on('upload-progress', (progress) => {
    console.log('Upload Progress:', progress);
  });

  // Listen for completion
  const ended = new Promise((resolve) => {
    socket.on('upload-completed', (data) => {
      console.log('Upload Completed:', data);
      resolve();
    });
  });

  // Listen for errors
  socket.on('upload-error', (error) => {
    console.error('Upload Error:', error);
  });

  await settle(socket);
  await upload(server.url, users(1000), { jobId: "your-job-id" });
  await ended;
  // Leave room when done
  socket.emit('leave-upload-room', { jobId: 'your-job-id' });
  assert.equal(lines.at(-1)[0], "Upload Completed:");
  assert.equal(lines.at(-2)[1].progress, 100);
  assert.equal(lines.at(-1)[1].result.processed, 1000);
});
