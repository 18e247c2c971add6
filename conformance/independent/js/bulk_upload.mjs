// BU: a workbook of members in, six stages, a report out. Socket.IO on `/` with a JWT; every user sees own jobs only.
import { Server } from "socket.io";
import { fileOf, HttpError, mebibyte, readForm, restServer, userOf } from "./http.mjs";
import { BadFile, endAll, Job, timestamp } from "./jobs.mjs";
import { idNumberProblem, normalIdNumber } from "./id_number.mjs";
import { readWorkbook, workbookType, writeWorkbook } from "./tables.mjs";
import { InvalidToken } from "./tokens.mjs";

const largestFile = 50 * mebibyte;
const base = "/api/v1/bulk-upload";
const stages = {
  initialization: [0, 0],
  file_reading: [10, 20],
  pre_validation: [25, 40],
  iec_verification: [45, 60],
  database_operations: [65, 80],
  report_generation: [85, 100],
};

export function bulkUpload(tokens) {
  const jobs = new Map();
  const members = new Map(); // id number -> row, for all that this server has ever stored
  const http = restServer(
    [
      ["POST", /^\/api\/v1\/bulk-upload\/process$/, process],
      [
        "GET",
        /^\/api\/v1\/bulk-upload\/status\/([^/]+)$/,
        (request, [id]) => [200, success("Job", state(own(request, id)))],
      ],
      ["GET", /^\/api\/v1\/bulk-upload\/report\/([^/]+)$/, report],
      ["POST", /^\/api\/v1\/bulk-upload\/cancel\/([^/]+)$/, cancel],
    ],
    ({ code, message }) => ({ success: false, error: { code, message }, timestamp: timestamp() }),
  );
  const io = new Server(http, { path: "/socket.io", addTrailingSlash: false, cors: { origin: "*" } });

  io.use((socket, next) => {
    const token = socket.handshake.auth?.token;
    if (!token) return next(new Error("Authentication token required"));
    try {
      socket.data.user = tokens.session(token);
      next();
    } catch (error) {
      if (!(error instanceof InvalidToken)) console.error(error);
      next(new Error("Invalid authentication token"));
    }
  });

  io.on("connection", (socket) => {
    socket.join(userRoom(socket.data.user));
    socket.on("subscribe_bulk_upload_job", (payload) => {
      const id = jobIdIn(payload);
      const owner = jobs.get(id)?.owner ?? socket.data.user;
      if (id && owner === socket.data.user) socket.join(jobRoom(id));
    });
    socket.on("unsubscribe_bulk_upload_job", (payload) => {
      const id = jobIdIn(payload);
      if (id) socket.leave(jobRoom(id));
    });
  });

  async function process(request) {
    const owner = userOf(request, tokens);
    const file = fileOf(await readForm(request, largestFile), largestFile);
    const job = new Job({ owner, id: newId(), file_name: file.name, uploaded_at: timestamp(), progress: 0 });
    jobs.set(job.id, job);
    turnOutStrangers(job);
    job.done = run(job, file.bytes);
    const data = { job_id: job.id, status: "pending", file_name: job.file_name, queue_position: 1 };
    return [202, success("File accepted", data)];
  }

  function own(request, id) {
    const user = userOf(request, tokens);
    const job = jobs.get(id);
    if (job?.owner !== user) throw new HttpError(404, "not_found", `There is no job ${id}`);
    return job;
  }

  function report(request, [id]) {
    const job = own(request, id);
    if (!job.report) throw new HttpError(404, "not_found", `Job ${id} has no report`);
    const attachment = { "Content-Type": workbookType, "Content-Disposition": `attachment; filename="${id}.xlsx"` };
    return [200, job.report, attachment];
  }

  function cancel(request, [id]) {
    const job = own(request, id);
    if (!job.cancel("Cancelled by user")) throw new HttpError(409, "already_ended", `Job ${id} has ended`);
    return [200, success("Job cancelled", { job_id: id, status: job.status })];
  }

  // Anybody may have subscribed to an id before it was given to a job; who does not own the job leaves its room.
  function turnOutStrangers(job) {
    for (const id of io.of("/").adapter.rooms.get(jobRoom(job.id)) ?? []) {
      const socket = io.of("/").sockets.get(id);
      if (socket?.data.user !== job.owner) socket?.leave(jobRoom(job.id));
    }
  }

  function emit(job, event, payload) {
    const rooms = [userRoom(job.owner), jobRoom(job.id)];
    io.to(rooms).emit(event, { job_id: job.id, ...payload, timestamp: timestamp() });
  }

  function progress(job, stage, part, message) {
    job.check();
    const [low, high] = stages[stage];
    Object.assign(job, { stage, progress: Math.round(low + (high - low) * part) });
    emit(job, "bulk_upload_progress", { stage, progress: job.progress, message, status: "processing" });
  }

  function run(job, bytes) {
    return job.run(() => work(job, bytes), {
      completed: (result) => {
        job.result = { ...result, report_path: `${base}/report/${job.id}` };
        const processing_duration_ms = job.milliseconds;
        emit(job, "bulk_upload_complete", { status: "completed", ...job.result, processing_duration_ms });
      },
      failed: (error) => {
        job.error = error;
        emit(job, "bulk_upload_failed", { error, ...(job.stage && { stage: job.stage }), status: "failed" });
      },
    });
  }

  async function work(job, bytes) {
    progress(job, "initialization", 0, "Starting processing");
    await job.pause(10);
    progress(job, "file_reading", 0, "Reading Excel file");
    const { header, rows } = memberRows(readWorkbook(bytes));
    progress(job, "file_reading", 1, `Read ${rows.length} rows`);

    const seen = new Set();
    const validate = (row) => {
      row.outcome = idNumberProblem(row.id);
      if (!row.outcome && seen.has(row.id)) row.outcome = "duplicate";
      if (!row.outcome) seen.add(row.id);
    };
    const verify = (row) => (row.registered = registered(row.id));
    const database_stats = { inserts: 0, updates: 0, errors: 0 };
    const store = (row) => {
      row.outcome = members.has(row.id) ? "updated" : "inserted";
      ++database_stats[row.outcome === "updated" ? "updates" : "inserts"];
      members.set(row.id, row.cells);
    };
    await stage(job, "pre_validation", rows, validate, "Validated");
    const valid = rows.filter((row) => !row.outcome);
    await stage(job, "iec_verification", valid, verify, "Verified");
    await stage(job, "database_operations", valid, store, "Stored");

    progress(job, "report_generation", 0, "Generating Excel report");
    const duplicates = rows.filter((row) => row.outcome === "duplicate").length;
    const validation_stats = {
      total_records: rows.length,
      valid_records: valid.length,
      invalid_ids: rows.length - valid.length - duplicates,
      duplicates,
      not_registered: valid.filter((row) => !row.registered).length,
    };
    job.report = writeWorkbook({
      Summary: Object.entries({ ...validation_stats, ...database_stats }),
      "All Rows": [
        [...header, "Outcome"],
        ...rows.map((row) => [...header.map((_, i) => row.cells[i] ?? ""), row.outcome]),
      ],
    });
    progress(job, "report_generation", 1, "Report ready");
    return { validation_stats, database_stats };
  }

  async function stage(job, name, rows, each, verb) {
    progress(job, name, 0, `${verb} 0 of ${rows.length} rows`);
    for await (const done of job.portions(rows, 1 / 3, each))
      progress(job, name, done / rows.length, `${verb} ${done} of ${rows.length} rows`);
  }

  return {
    servers: { bulk_upload: http },
    stop: async () => {
      await endAll(jobs.values());
      io.close();
    },
  };
}

const userRoom = (user) => `user:${user}`;
const jobRoom = (id) => `bulk_upload_job:${id}`;
const success = (message, data) => ({ success: true, message, data, timestamp: timestamp() });

function jobIdIn(payload) {
  const id = payload?.job_id;
  return typeof id === "string" && /^[\w.-]{1,64}$/.test(id) ? id : undefined;
}

let count = 0;
const newId = () => `job-${Date.now()}-${String(++count).padStart(4, "0")}`;

function state({ id, status, stage, progress, file_name, uploaded_at, milliseconds, result, error }) {
  return {
    job_id: id,
    status,
    stage,
    progress,
    file_name,
    uploaded_at,
    processing_duration_ms: milliseconds,
    ...result,
    error,
  };
}

function memberRows([header, ...rows]) {
  const column = header.findIndex((title) => title.trim().toLowerCase() === "id number");
  if (column < 0) throw new BadFile("The first row has no column 'ID Number'");
  const filled = rows.filter((cells) => cells.some((cell) => cell.trim() !== ""));
  return { header, rows: filled.map((cells) => ({ cells, id: normalIdNumber(cells[column] ?? "") })) };
}

// There is no register to ask: it stands in for one that does not know the numbers that end with 9.
const registered = (id) => !id.endsWith("9");
