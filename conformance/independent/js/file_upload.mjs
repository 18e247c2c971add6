// FU: a table is loaded row by row through a named template. Socket.IO on `/file-upload`, a room a job, no credentials.
import { randomUUID } from "node:crypto";
import { Server } from "socket.io";
import { fileOf, HttpError, mebibyte, readForm, restServer } from "./http.mjs";
import { BadFile, endAll, Job, timestamp } from "./jobs.mjs";
import { readTable } from "./tables.mjs";

const largestFile = 10 * mebibyte;
const mostErrors = 100;
const idPattern = /^[\w.-]{1,64}$/;

const templates = {
  users: {
    "First Name": { required: true },
    "Last Name": { required: true },
    Email: { required: true, type: "email" },
    Phone: {},
    "Birth Date": { type: "date" },
    "Is Active": { type: "boolean" },
  },
  products: {
    "Product Name": { required: true },
    SKU: { required: true },
    Price: { required: true, type: "number" },
    Category: { required: true },
    "Stock Quantity": { type: "number" },
    Description: {},
  },
};

const types = {
  email: { article: "an e-mail address", holds: (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) },
  number: { article: "a number", holds: (text) => Number.isFinite(Number(text)) },
  date: { article: "a date", holds: (text) => !Number.isNaN(Date.parse(text)) || /^\d{5}$/.test(text) },
  boolean: { article: "true or false", holds: (text) => /^(true|false|yes|no|1|0)$/i.test(text) },
};

export function fileUpload({ origins }) {
  const jobs = new Map();
  const http = restServer(
    [
      ["POST", /^\/file\/upload\/([^/]+)$/, upload],
      ["GET", /^\/file\/jobs\/([^/]+)$/, (request, [id]) => [200, state(known(id))]],
    ],
    ({ status, code, message }) => ({ statusCode: status, message, error: code }),
  );
  const io = new Server(http, { path: "/socket.io", addTrailingSlash: false, cors: { origin: origins } });
  const rooms = io.of("/file-upload");

  io.use((socket, next) => next(new Error("Invalid namespace"))); // the library always has `/`, this protocol does not

  rooms.on("connection", (socket) => {
    socket.on("join-upload-room", (payload) => {
      if (isId(payload?.jobId)) socket.join(room(payload.jobId));
    });
    socket.on("leave-upload-room", (payload) => {
      if (isId(payload?.jobId)) socket.leave(room(payload.jobId));
    });
    socket.on("ping", () => socket.emit("pong", { timestamp: timestamp() }));
  });

  async function upload(request, [templateName]) {
    if (!Object.hasOwn(templates, templateName)) throw new HttpError(404, "Not Found", "There is no such template");
    const form = await readForm(request, largestFile);
    const jobId = form.fields.get("jobId") ?? randomUUID();
    if (!isId(jobId)) throw new HttpError(400, "Bad Request", "jobId: expected 1 to 64 of A-Z a-z 0-9 . _ -");
    const file = fileOf(form, largestFile);
    if (!/\.(xlsx|csv)$/i.test(file.name)) throw new HttpError(415, "Unsupported Media Type", "Expected .xlsx or .csv");
    if (jobs.has(jobId)) throw new HttpError(409, "Conflict", `jobId ${jobId} is in use`);
    const job = new Job({ jobId, templateName, percent: 0 });
    jobs.set(jobId, job);
    job.done = run(job, file);
    return [202, { jobId, status: "queued" }];
  }

  function known(id) {
    const job = jobs.get(id);
    if (!job) throw new HttpError(404, "Not Found", "There is no such job");
    return job;
  }

  const emit = (job, event, payload) => rooms.to(room(job.jobId)).emit(event, { jobId: job.jobId, ...payload });

  function progress(job, status, percent, message, counts = {}) {
    job.percent = percent;
    emit(job, "upload-progress", { templateName: job.templateName, status, progress: percent, message, ...counts });
  }

  function run(job, file) {
    return job.run(() => work(job, file), {
      completed: (result) => {
        const { message, ...counts } = (job.result = result);
        progress(job, "completed", 100, message, counts);
        emit(job, "upload-completed", { result, timestamp: timestamp() });
      },
      failed: (error) => {
        job.error = error;
        progress(job, "failed", job.percent, error);
        emit(job, "upload-error", { error, timestamp: timestamp() });
      },
    });
  }

  async function work(job, file) {
    progress(job, "started", 0, `Loading ${file.name}`);
    await job.pause(10);
    const [header, ...rows] = readTable(file.bytes, file.name);
    const columns = columnsOf(templates[job.templateName], header);
    const total = rows.length;
    const errors = new Problems();
    let processed = 0;
    const load = (row, index) => {
      // The file's own row number: the header is row 1.
      const problems = problemsOf(columns, row, index + 2);
      errors.add(problems);
      if (problems.length === 0) ++processed;
    };
    for await (const done of job.portions(rows, 1, load)) {
      job.check();
      const counts = { processed: done, total, ...(errors.count > 0 && { errors: errors.list() }) };
      progress(job, "processing", Math.floor((done / total) * 99), `Processing ${done} of ${total} rows`, counts);
    }
    return { message: `Loaded ${processed} of ${total} rows`, processed, total, errors: errors.list() };
  }

  return {
    servers: { file_upload: http },
    stop: async () => {
      await endAll(jobs.values());
      io.close();
    },
  };
}

const room = (jobId) => `upload-${jobId}`;
const isId = (id) => typeof id === "string" && idPattern.test(id);
const state = ({ jobId, templateName, status, percent, result, error }) => ({
  jobId,
  templateName,
  status,
  progress: percent,
  result,
  error,
});

/** The first hundred sentences, and how many more there were. */
class Problems {
  count = 0;
  #first = [];

  add(sentences) {
    this.count += sentences.length;
    this.#first.push(...sentences.slice(0, mostErrors - this.#first.length));
  }

  list() {
    const more = this.count - this.#first.length;
    return more > 0 ? [...this.#first, `… and ${more} more`] : [...this.#first];
  }
}

function columnsOf(template, header) {
  const plain = (title) => title.replace(/\*$/, "").trim().toLowerCase();
  const titles = header.map(plain);
  const columns = Object.entries(template).map(([name, rule]) => ({
    name,
    ...rule,
    index: titles.indexOf(plain(name)),
  }));
  const missing = columns.find(({ required, index }) => required && index < 0);
  if (missing) throw new BadFile(`The first row has no column '${missing.name}'`);
  return columns.filter(({ index }) => index >= 0);
}

function problemsOf(columns, row, number) {
  return columns.flatMap(({ name, required, type, index }) => {
    const text = (row[index] ?? "").trim();
    if (text === "") return required ? [`Row ${number}: Field '${name}' is required`] : [];
    if (!type || types[type].holds(text)) return [];
    return [`Row ${number}: Field '${name}' has to be ${types[type].article}`];
  });
}
