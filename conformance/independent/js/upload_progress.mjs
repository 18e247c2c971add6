// UP: a CSV of bank transactions, watched over a plain WebSocket that a single-use ticket opens.
import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import { WebSocketServer } from "ws";
import { fileOf, HttpError, mebibyte, readForm, restServer, urlOf, userOf } from "./http.mjs";
import { BadFile, endAll, Job, timestamp } from "./jobs.mjs";
import { readCsv } from "./tables.mjs";
import { InvalidToken, ticketSeconds } from "./tokens.mjs";
import { limits, Watcher } from "./watchers.mjs";

const largestFile = 10 * mebibyte;
const claimMilliseconds = 3_600_000;
const stages = {
  validation: [0, 20],
  scanning: [20, 40],
  parsing: [40, 60],
  database: [60, 80],
  categorization: [80, 100],
};
const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const signature = ["EICAR-STANDARD", "ANTIVIRUS-TEST-FILE"].join("-"); // in one piece, this very file would be infected

export function uploadProgress(tokens) {
  const batches = new Map(); // id -> {owner, watchers, left, job?}
  const connections = new Set();
  const stats = { messages_sent: 0, messages_merged: 0, refused: 0 };
  const http = restServer(
    [
      ["POST", /^\/api\/v1\/auth\/websocket-token$/, ticket],
      ["POST", /^\/api\/v1\/upload\/csv$/, upload],
      ["DELETE", /^\/api\/v1\/upload\/([\w.-]+)$/, cancel],
      ["GET", /^\/api\/v1\/websocket\/status$/, () => [200, status()]],
    ],
    ({ code, message }) => ({ detail: { code, message } }),
  );
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.message_bytes });

  function ticket(request) {
    const websocket_token = tokens.issueTicket(userOf(request, tokens));
    return [200, { websocket_token, expires_in: ticketSeconds, token_type: "websocket" }];
  }

  function status() {
    const open = [...connections].filter((watcher) => watcher.open);
    const manager_stats = {
      total_connections: open.length,
      unique_users: new Set(open.map((watcher) => watcher.user)).size,
      active_batches: [...batches.values()].filter(({ job }) => job && !job.ended).length,
      ...stats,
    };
    return { websocket_enabled: true, manager_stats, limits };
  }

  /** The user's batch of that id, new or known; a claim without an upload lapses. */
  function claim(id, user) {
    let batch = batches.get(id);
    if (batch && !batch.job && batch.watchers.size === 0 && Date.now() - batch.left > claimMilliseconds)
      batch = undefined;
    if (!batch) batches.set(id, (batch = { id, owner: user, watchers: new Set(), left: Date.now() }));
    if (batch.owner !== user) throw new HttpError(403, "forbidden", "This batch belongs to another user");
    return batch;
  }

  http.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    try {
      const { user, batchId } = admit(request);
      sockets.handleUpgrade(request, socket, head, (webSocket) => watch(webSocket, user, batchId));
    } catch (error) {
      if (!(error instanceof HttpError)) console.error(error);
      ++stats.refused;
      refuse(socket, error.status ?? 500);
    }
  });

  // From the ticket's redemption to the connection's entry nothing waits: two at the same moment cannot both pass.
  function admit(request) {
    const { pathname, searchParams } = urlOf(request);
    const [, batchId] = /^\/ws\/upload-progress\/([^/]*)$/.exec(pathname) ?? [];
    if (batchId === undefined) throw new HttpError(404, "not_found", "There is no such path");
    const user = redeemed(searchParams.get("token"));
    if (!/^[\w.-]{1,64}$/.test(batchId)) throw new HttpError(400, "invalid_batch_id", "The batch id is malformed");
    claim(batchId, user);
    const others = [...connections].filter((watcher) => watcher.open && watcher.user === user);
    if (others.length >= limits.connections_per_user)
      throw new HttpError(429, "too_many_connections", "Too many connections");
    return { user, batchId };
  }

  function redeemed(ticket) {
    try {
      return tokens.redeemTicket(ticket);
    } catch (error) {
      if (error instanceof InvalidToken) throw new HttpError(401, "unauthorized", "A valid ticket is required");
      throw error;
    }
  }

  function watch(webSocket, user, batchId) {
    const batch = batches.get(batchId);
    const watcher = new Watcher(webSocket, user, batchId, stats);
    connections.add(watcher);
    batch.watchers.add(watcher);
    webSocket.on("close", () => {
      connections.delete(watcher);
      batch.watchers.delete(watcher);
      batch.left = Date.now();
    });
  }

  async function upload(request, _, url) {
    const user = userOf(request, tokens);
    const named = url.searchParams.get("batch_id");
    if (named) unused(named, user);
    let form = { fields: new Map() };
    let refusal;
    try {
      form = await readForm(request, largestFile);
    } catch (error) {
      refusal = error;
    }
    const id = named || form.fields.get("batch_id");
    if (refusal && !id) throw refusal;
    const batch = unused(id || randomUUID(), user);
    // From here on whoever watches the batch hears of its end, also where the upload is refused.
    const job = (batch.job = new Job({ stage: "validation", progress: 0, details: {} }));
    try {
      if (refusal) throw refusal;
      const file = fileOf(form, largestFile);
      if (!/\.(csv|txt)$/i.test(file.name)) throw new HttpError(415, "unsupported_media_type", "Expected a .csv file");
      job.details = { filename: file.name, size: file.bytes.length };
      job.done = run(batch, file);
    } catch (error) {
      job.cancel(error.message, "failed");
      end(batch, { status: "error", message: "Upload refused", error: error.message });
      throw error;
    }
    return [202, { batch_id: batch.id, status: "processing", message: "File accepted" }];
  }

  function unused(id, user) {
    if (!uuid.test(id)) throw new HttpError(400, "invalid_batch_id", "batch_id: expected a UUID");
    const batch = claim(id, user);
    if (batch.job) throw new HttpError(409, "batch_id_used", `Batch ${id} has been uploaded already`);
    return batch;
  }

  function cancel(request, [id]) {
    const user = userOf(request, tokens);
    const batch = batches.get(id);
    if (batch && batch.owner !== user) throw new HttpError(403, "forbidden", "This batch belongs to another user");
    if (!batch?.job) throw new HttpError(404, "not_found", `There is no upload ${id}`);
    if (!batch.job.cancel("Cancelled by user")) throw new HttpError(409, "already_ended", `Batch ${id} has ended`);
    return [200, { batch_id: id, status: "cancelled" }];
  }

  function messageOf({ id, job }, members) {
    const { progress, stage, details } = job;
    return { batch_id: id, progress, status: "processing", stage, details, ...members, timestamp: timestamp() };
  }

  function progress(batch, stage, part, message, details = {}) {
    batch.job.check();
    const [low, high] = stages[stage];
    const percent = Math.round((low + (high - low) * part) * 10) / 10;
    Object.assign(batch.job, { stage, progress: percent, details: { ...batch.job.details, ...details } });
    for (const watcher of batch.watchers) watcher.progress(messageOf(batch, { message }));
  }

  function end(batch, members) {
    for (const watcher of batch.watchers) watcher.end(messageOf(batch, members));
  }

  function run(batch, file) {
    return batch.job.run(() => work(batch, file), {
      completed: (message) => end(batch, { status: "completed", message }),
      failed: (error) => end(batch, { status: "error", message: "Upload failed", error }),
    });
  }

  async function work(batch, file) {
    const { job } = batch;
    progress(batch, "validation", 0, "Validating file");
    await job.pause(10);
    const [header, ...rows] = readCsv(file.bytes);
    const columns = columnsOf(header);
    progress(batch, "validation", 1, "File is valid");

    progress(batch, "scanning", 0, "Scanning for a known signature (no scanner is connected)");
    await job.pause(10);
    if (file.bytes.includes(signature)) throw new BadFile("The file is infected: EICAR test signature");
    progress(batch, "scanning", 1, "Nothing found");

    const transactions = [];
    let errors = 0;
    const parse = (row) => {
      const transaction = transactionOf(columns, row);
      if (transaction) transactions.push(transaction);
      else ++errors;
    };
    await eachRow(batch, "parsing", rows, parse, "Parsed", () => errors);
    await eachRow(
      batch,
      "database",
      transactions,
      (each) => (each.batch_id = batch.id),
      "Stored",
      () => errors,
    );
    await eachRow(
      batch,
      "categorization",
      transactions,
      (each) => (each.category = categoryOf(each)),
      "Categorised",
      () => errors,
    );
    progress(batch, "categorization", 1, "Done");
    return `Loaded ${transactions.length} transactions, ${errors} bad rows`;
  }

  async function eachRow(batch, stage, rows, each, verb, errors) {
    const total = rows.length;
    const tell = (processed) =>
      progress(batch, stage, total ? processed / total : 1, `${verb} ${processed} of ${total}`, {
        processed,
        total,
        errors: errors(),
      });
    if (total === 0) return tell(0);
    tell(0);
    for await (const done of batch.job.portions(rows, 1 / 3, each)) tell(done);
  }

  const sweep = setInterval(() => {
    for (const [id, { job, watchers, left }] of batches)
      if (!job && watchers.size === 0 && Date.now() - left > claimMilliseconds) batches.delete(id);
  }, 60_000);

  return {
    servers: { upload_progress: http },
    stop: async () => {
      clearInterval(sweep);
      await endAll([...batches.values()].map(({ job }) => job).filter(Boolean));
      for (const watcher of connections) watcher.close(1001);
      http.close();
    },
  };
}

function refuse(socket, status) {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function columnsOf(header) {
  const find = (pattern) => header.findIndex((title) => pattern.test(title));
  const columns = {
    date: find(/date/i),
    description: find(/desc|detail|narrative|memo|payee/i),
    amount: find(/amount|value/i),
    debit: find(/debit/i),
    credit: find(/credit/i),
  };
  if (columns.date < 0) throw new BadFile("The first row has no column for the date");
  if (columns.description < 0) throw new BadFile("The first row has no column for the description");
  if (columns.amount < 0 && (columns.debit < 0 || columns.credit < 0))
    throw new BadFile("The first row has no column for the amount (or debit and credit)");
  return columns;
}

function transactionOf(columns, row) {
  const cell = (name) => (row[columns[name]] ?? "").trim();
  const amount = cell("amount") || cell("credit") || (cell("debit") && `-${cell("debit")}`);
  if (!/^\d{1,4}[-./]\d{1,2}[-./]\d{1,4}/.test(cell("date")) || !/^[^\d]{0,3}\d[\d.,' ]*\)?$/.test(amount))
    return undefined;
  return { date: cell("date"), amount, description: cell("description") };
}

const categories = {
  "Food & Dining": /coffee|restaurant|grocer|food|pizza/i,
  Transportation: /taxi|fuel|train|parking/i,
  "Bills & Utilities": /electric|water|internet|phone/i,
  Income: /salary|payroll|dividend/i,
};
const categoryOf = ({ description }) =>
  Object.keys(categories).find((name) => categories[name].test(description)) ?? "Uncategorised";
