// The source document's own example, run by the official JavaScript client against uploadproto-server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { io } from "socket.io-client";
import { makeToken, makeWorkbook, sheetsOf, startServer, upload } from "./reference_server.mjs";

const stages = {
  initialization: [0, 0],
  file_reading: [10, 20],
  pre_validation: [25, 40],
  iec_verification: [45, 60],
  database_operations: [65, 80],
  report_generation: [85, 100],
};
const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

/** A connected socket, closed with the test; rejects with the server's connect_error. */
function connect(context, url, token, options = {}) {
  const socket = io(url, { auth: { token }, path: "/socket.io", forceNew: true, reconnection: false, ...options });
  context.after(() => socket.close());
  return new Promise((resolve, reject) => {
    socket.on("connect", () => resolve(socket));
    socket.on("connect_error", reject);
  });
}

/** Everything the server emits to a socket, as [name, payload]; `terminal` resolves with the first end of a job. */
function record(socket) {
  const events = [];
  const terminal = new Promise((resolve) => {
    socket.onAny((name, data) => {
      events.push([name, data]);
      if (name === "bulk_upload_complete" || name === "bulk_upload_failed") resolve(data);
    });
  });
  return { events, terminal };
}

function assertWholeLife(events, job_id) {
  const progress = events.filter(([name]) => name === "bulk_upload_progress").map(([, data]) => data);
  for (const data of progress) {
    assert.deepEqual(Object.keys(data).sort(), ["job_id", "message", "progress", "stage", "status", "timestamp"]);
    assert.equal(data.job_id, job_id);
    assert.equal(data.status, "processing");
    assert.equal(typeof data.message, "string");
    assert.match(data.timestamp, iso);
    const [low, high] = stages[data.stage];
    assert.ok(low <= data.progress && data.progress <= high, `${data.stage} ${data.progress}`);
  }
  const seen = [...new Set(progress.map((data) => data.stage))];
  assert.deepEqual(seen, Object.keys(stages), "every stage, in order, none twice");
  assert.deepEqual(progress.map((d) => d.progress), progress.map((d) => d.progress).sort((a, b) => a - b));
  assert.equal(progress[0].progress, 0);
  assert.equal(progress.at(-1).progress, 100);
  const ends = events.filter(([name]) => name !== "bulk_upload_progress");
  assert.equal(ends.length, 1, "exactly one terminal event");
  assert.equal(events.at(-1), ends[0], "nothing after it");
}

const ways = {
  "websocket only": { transports: ["websocket"] },
  "polling only": { transports: ["polling"] },
  "polling, upgraded": { transports: ["polling", "websocket"] },
  "as the document has it": { transports: ["websocket", "polling"] },
};

for (const [way, options] of Object.entries(ways)) {
  test(`a workbook's whole life, ${way}`, { timeout: 60_000 }, async (context) => {
    const server = await startServer(context);
    const owner = makeToken(server.secret, "owner");
    const stranger = makeToken(server.secret, "stranger");

    const socket = await connect(context, server.url, owner, options);
    if (way === "polling, upgraded") {
      const engine = socket.io.engine;
      if (engine.transport.name !== "websocket") await new Promise((resolve) => engine.once("upgrade", resolve));
    }
    const other = await connect(context, server.url, stranger, options);
    const seen = record(socket);
    const overheard = record(other);

    const accepted = await upload(server.url, owner, await makeWorkbook({ valid: 30, invalid: 4, repeats: 3 }));
    assert.match(accepted.job_id, /^job-\d+-\d+$/);
    assert.equal(accepted.status, "pending");
    socket.emit("subscribe_bulk_upload_job", { job_id: accepted.job_id });
    other.emit("subscribe_bulk_upload_job", { job_id: accepted.job_id });

    const end = await seen.terminal;
    assert.equal(end.status, "completed", JSON.stringify(end));
    assert.equal(end.job_id, accepted.job_id);
    assert.equal(end.validation_stats.total_records, 37);
    assert.equal(end.validation_stats.valid_records, 30);
    assert.equal(end.validation_stats.invalid_ids, 4);
    assert.equal(end.validation_stats.duplicates, 3);
    assert.deepEqual(end.database_stats, { inserts: 30, updates: 0, errors: 0 });
    assert.ok(end.processing_duration_ms >= 0);
    assert.match(end.timestamp, iso);

    const report = await fetch(server.url + end.report_path, { headers: { Authorization: `Bearer ${owner}` } });
    assert.equal(report.status, 200);
    assert.deepEqual(await sheetsOf(await report.arrayBuffer()), ["Summary", "All Rows", "Invalid IDs", "Duplicates",
      "Not Registered", "New Members", "Updated Members", "Errors"]);
    const refused = await fetch(server.url + end.report_path, { headers: { Authorization: `Bearer ${stranger}` } });
    assert.ok([403, 404].includes(refused.status), `${refused.status}`);

    // A round trip after the end: whatever was to come to the stranger would have come before it.
    const answer = await other.timeout(5000).emitWithAck("subscribe_bulk_upload_job", { job_id: accepted.job_id });
    assert.equal(answer.ok, false);
    assert.deepEqual(overheard.events, []);

    // The snapshot may repeat an event to a socket that subscribes; the events of the job are those of the user room.
    const own = seen.events.filter(([, data], i, all) =>
      all.findIndex(([, earlier]) => JSON.stringify(earlier) === JSON.stringify(data)) === i);
    assertWholeLife(own, accepted.job_id);
  });
}

test("who comes after the end is sent the end", { timeout: 60_000 }, async (context) => {
  const server = await startServer(context);
  const token = makeToken(server.secret, "owner");
  const first = await connect(context, server.url, token);
  const seen = record(first);
  const { job_id } = await upload(server.url, token, await makeWorkbook({ valid: 2, invalid: 0, repeats: 0 }));
  const end = await seen.terminal;

  const late = await connect(context, server.url, token);
  const told = record(late);
  late.emit("subscribe_bulk_upload_job", { job_id });
  assert.deepEqual(await told.terminal, end);
});

test("a file that is no workbook fails with a sentence and a stage", { timeout: 60_000 }, async (context) => {
  const server = await startServer(context);
  const token = makeToken(server.secret, "owner");
  const socket = await connect(context, server.url, token);
  const seen = record(socket);
  // A zip's first bytes, so that no look at the name or the signature can spare the job.
  const { job_id } = await upload(server.url, token, Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(200, 7)]));
  const end = await seen.terminal;
  assert.equal(end.job_id, job_id);
  assert.equal(end.status, "failed");
  assert.equal(end.stage, "file_reading");
  assert.ok(end.error.length > 10);
  assert.match(end.timestamp, iso);
});

test("tokens that do not hold are refused, in the words of the specification", { timeout: 60_000 }, async (context) => {
  const server = await startServer(context);
  const now = Math.floor(Date.now() / 1000);
  const good = makeToken(server.secret, "owner");
  const bad = "Invalid authentication token";
  const refused = {
    none: [undefined, "Authentication token required"],
    empty: ["", "Authentication token required"],
    forged: [makeToken("x".repeat(64), "owner"), bad],
    expired: [makeToken(server.secret, "owner", { claims: { iat: now - 7200, exp: now - 3600 } }), bad],
    unsigned: [makeToken(server.secret, "owner", { header: { alg: "none" } }).replace(/[^.]*$/, ""), bad],
    tampered: [good.replace(/\.[^.]*\./, `.${Buffer.from('{"sub":"admin","exp":9999999999}').toString("base64url")}.`), bad],
    "without a user": [makeToken(server.secret, undefined), bad],
    "not a token": ["hello", bad],
    "not even text": [{ a: 1 }, "Authentication token required"],
  };
  for (const transports of [["websocket"], ["polling"]]) {
    for (const [what, [token, message]] of Object.entries(refused)) {
      await assert.rejects(connect(context, server.url, token, { transports }),
        (error) => (assert.equal(error.message, message, `${what}, ${transports}`), true));
    }
    await connect(context, server.url, good, { transports });
  }
  for (const [what, [token]] of Object.entries(refused)) {
    const response = await fetch(`${server.url}/api/v1/bulk-upload/history`, {
      headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    });
    assert.equal(response.status, 401, what);
  }
  for (const secret of [good, server.secret]) assert.ok(!server.log().includes(secret), "no secret in the log");
});

test("hostile events end nothing but themselves", { timeout: 60_000 }, async (context) => {
  const server = await startServer(context);
  const token = makeToken(server.secret, "owner");
  const bystander = await connect(context, server.url, token);
  const socket = await connect(context, server.url, token);
  const hostile = [null, [], "x", 7, {}, { job_id: null }, { job_id: 7 }, { job_id: [] }, { job_id: "x".repeat(5000) },
    { job_id: Buffer.from("bytes") }, undefined];
  for (const payload of hostile) {
    socket.emit("subscribe_bulk_upload_job", payload);
    socket.emit("unsubscribe_bulk_upload_job", payload);
    socket.emit("nobody_knows_this", payload);
  }
  for (const name of ["error", "toString", "__proto__", ""]) socket.emit(name, {});
  const answer = await socket.timeout(5000).emitWithAck("subscribe_bulk_upload_job", { job_id: 7 });
  assert.equal(answer.ok, false);
  assert.equal(answer.error.code, "invalid_payload");
  assert.ok(bystander.connected);
});

test("the document's example, unchanged, on the default port", { timeout: 60_000 }, async (context) => {
  let server;
  try {
    server = await startServer(context, { listen: "127.0.0.1:5000" });
  } catch (error) {
    if (!/5000/.test(error.message)) throw error;
    context.skip("port 5000 is taken");
    return;
  }
  const token = makeToken(server.secret, "owner");
  const { job_id: jobId } = await upload(server.url, token, await makeWorkbook());
  const bar = [];
  const updateProgressBar = (progress) => bar.push(progress);
  const done = new Promise((showSuccessMessage, showErrorMessage) => {
    const socket = io("http://localhost:5000", {
      auth: { token },
      path: "/socket.io",
    });
    context.after(() => socket.close());

    socket.on("connect", () => {
      // Subscribe to job
      socket.emit("subscribe_bulk_upload_job", { job_id: jobId });
    });

    socket.on("bulk_upload_progress", (data) => {
      updateProgressBar(data.progress);
    });

    socket.on("bulk_upload_complete", (data) => {
      showSuccessMessage(data);
    });

    socket.on("bulk_upload_failed", (data) => {
      showErrorMessage(new Error(data.error));
    });
  });
  assert.equal((await done).job_id, jobId);
});
