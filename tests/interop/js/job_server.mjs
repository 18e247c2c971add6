// A server written from the document alone, on npm's socket.io: what our clients meet in other people's projects.
//
//   node tests/interop/js/job_server.mjs [--port 0] [--transports polling,websocket]
//
// Accepts the token "good". A subscription to a job plays the job's life, by its id: job-…-1 completes, job-…-2 fails in
// iec_verification, job-…-3 loses its connection after pre_validation and goes on when the client is back. It knows
// nothing of acknowledgements or snapshots. Prints {"ready":true,"url":"…"}; stops on SIGTERM.
import { createServer } from "node:http";
import { parseArgs } from "node:util";
import { Server } from "socket.io";

const { values } = parseArgs({
  options: { port: { type: "string", default: "0" }, transports: { type: "string", default: "polling,websocket" } },
});

const life = [
  ["initialization", 0], ["file_reading", 10], ["file_reading", 20], ["pre_validation", 25], ["pre_validation", 40],
  ["iec_verification", 45], ["iec_verification", 60], ["database_operations", 65], ["database_operations", 80],
  ["report_generation", 85], ["report_generation", 100],
];
const timestamp = () => new Date().toISOString();
const cut = new Map(); // job -> index in `life` at which it was cut

const http = createServer();
const io = new Server(http, { transports: values.transports.split(",") });

io.use((socket, next) => {
  const { token } = socket.handshake.auth;
  if (!token) return next(new Error("Authentication token required"));
  next(token === "good" ? undefined : new Error("Invalid authentication token"));
});

io.on("connection", (socket) => {
  socket.on("subscribe_bulk_upload_job", ({ job_id }) => {
    socket.join(`bulk_upload_job:${job_id}`);
    const room = io.to(`bulk_upload_job:${job_id}`);
    for (let i = cut.get(job_id) ?? 0; i < life.length; ++i) {
      const [stage, progress] = life[i];
      if (job_id.endsWith("-2") && stage === "iec_verification") {
        room.emit("bulk_upload_failed",
          { job_id, error: "The register cannot be reached", stage, status: "failed", timestamp: timestamp() });
        return;
      }
      if (job_id.endsWith("-3") && stage === "iec_verification" && !cut.has(job_id)) {
        cut.set(job_id, i);
        // After what was emitted has left: a cut, not a farewell.
        setImmediate(() => socket.conn.close());
        return;
      }
      room.emit("bulk_upload_progress",
        { job_id, stage, progress, message: `${stage} ${progress}`, status: "processing", timestamp: timestamp() });
    }
    room.emit("bulk_upload_complete", {
      job_id,
      status: "completed",
      validation_stats: { total_records: 9, valid_records: 6, invalid_ids: 2, duplicates: 1, not_registered: 1 },
      database_stats: { inserts: 4, updates: 1, errors: 1 },
      report_path: `/api/v1/bulk-upload/report/${job_id}`,
      processing_duration_ms: 1234.5,
      timestamp: timestamp(),
    });
  });
  socket.on("unsubscribe_bulk_upload_job", ({ job_id }) => socket.leave(`bulk_upload_job:${job_id}`));
});

http.listen(Number(values.port), "127.0.0.1", () => {
  console.log(JSON.stringify({ ready: true, url: `http://127.0.0.1:${http.address().port}` }));
});
process.on("SIGTERM", () => process.exit(0));
