// The yardstick: the bench fixture's behaviour on npm's socket.io. One event loop, one thread.
//
//   node bench/node/socketio-server.mjs [--port 0] [--ping-interval MS] [--ping-timeout MS]
//
// Prints {"ready":true,"url":"…"} when it listens; SIGUSR2 collects garbage (node --expose-gc) and prints
// {"collected":true}, so that memory is compared at its best; SIGTERM stops it.
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

const require = createRequire(new URL("../../tests/interop/js/package.json", import.meta.url));
const { Server } = require("socket.io");

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    "ping-interval": { type: "string", default: "25000" },
    "ping-timeout": { type: "string", default: "20000" },
  },
});

const http = createServer();
const io = new Server(http, {
  pingInterval: Number(values["ping-interval"]),
  pingTimeout: Number(values["ping-timeout"]),
});

io.on("connection", (socket) => {
  socket.on("subscribe", ({ room }) => {
    socket.join(room);
    socket.emit("subscribed", { room });
  });
  socket.on("publish", ({ room, n, timestamp, ends, more = 0 }) => {
    for (let i = 0; i < n; ++i) {
      io.to(room).emit(ends ? "bulk_upload_complete" : "bulk_upload_progress", {
        job_id: room,
        stage: "iec_verification",
        progress: 52,
        message: "Checking ID numbers against the register: 51200 of 100000" + ".".repeat(more),
        status: "processing",
        timestamp,
      });
    }
  });
});

http.listen(Number(values.port), "127.0.0.1", () => {
  console.log(JSON.stringify({ ready: true, url: `http://127.0.0.1:${http.address().port}` }));
});

process.on("SIGUSR2", () => {
  globalThis.gc?.();
  console.log(JSON.stringify({ collected: true }));
});
process.on("SIGTERM", () => process.exit(0));
