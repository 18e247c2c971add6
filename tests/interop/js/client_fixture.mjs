// Starts socketio-client-fixture for a test and a socket.io server for it to talk to.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Server } from "socket.io";

const programs = process.env.UPLOADPROTO_PROGRAMS ?? new URL("../../../build/bin", import.meta.url).pathname;

/** A socket.io server on `port`, closed with the test. `stop` closes it sooner. */
export async function startServer(context, options = {}, port = 0) {
  const http = createServer();
  const io = new Server(http, options);
  http.listen(port, "127.0.0.1");
  await once(http, "listening");
  const stop = async () => {
    io.close();
    http.closeAllConnections();
    if (http.listening) await once(http, "close");
  };
  context.after(stop);
  return { io, stop, port: http.address().port, url: `http://127.0.0.1:${http.address().port}` };
}

/** A client under test: what it prints is kept in `lines` until `next` takes it, `more` waits for a line; upgrades, which come at any time, are
    counted apart. */
export function startClient(context, url, ...options) {
  const child = spawn(join(programs, "socketio-client-fixture"), ["--url", url, ...options], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "close");
  context.after(() => child.kill("SIGKILL"));
  const lines = [];
  let upgrades = 0;
  let arrived = () => {};
  createInterface({ input: child.stdout }).on("line", (text) => {
    const line = JSON.parse(text);
    if (line.type === "upgrade") ++upgrades;
    else lines.push(line);
    arrived();
  });
  const more = () => Promise.race([
    new Promise((resolve) => (arrived = resolve)),
    exited.then(() => { throw new Error("the client ended"); }),
  ]);

  /** The next line of a type; those before it are passed over, unless `strict` says that there must be none. */
  async function next(type, { strict = false } = {}) {
    for (;;) {
      const at = lines.findIndex((line) => line.type === type);
      if (at > 0 && strict) throw new Error(`before ${type}: ${JSON.stringify(lines.slice(0, at))}`);
      if (at >= 0) return lines.splice(0, at + 1).at(-1);
      await more();
    }
  }
  /** Waits for one more upgrade than were waited for so far. */
  async function upgraded() {
    while (upgrades === 0) await more();
    --upgrades;
  }
  return {
    lines,
    more,
    next,
    upgraded,
    exited,
    say: (line) => child.stdin.write(`${line}\n`),
    end: () => child.stdin.end(),
  };
}
