// UP's WebSocket connections: heartbeat, limits in and out, and what each is told of its batch.
import { timestamp } from "./jobs.mjs";

export const limits = {
  connections_per_user: 5,
  messages_per_second: 10,
  message_bytes: 1024,
  heartbeat_seconds: 30,
  timeout_seconds: 300,
};

const controlFramesPerSecond = 100;
const policyViolation = 1008;
// The first message of each of the five stages never waits, so the others leave that much of a second's ten alone.
const mergedPerSecond = limits.messages_per_second - 5;

/** Counts what happened in the last second. */
class Second {
  #times = [];

  get count() {
    const from = performance.now() - 1000;
    while (this.#times[0] <= from) this.#times.shift();
    return this.#times.length;
  }

  get freeAt() {
    return this.#times[0] + 1000;
  }

  add() {
    this.#times.push(performance.now());
    return this.count;
  }
}

export class Watcher {
  #socket;
  #stats;
  #merged = new Second();
  #received = new Second();
  #controlFrames = new Second();
  #stage;
  #waiting;
  #timer;
  #heard = performance.now();

  constructor(socket, user, batchId, stats) {
    this.#socket = socket;
    this.#stats = stats;
    this.user = user;
    const heartbeat = setInterval(() => this.#beat(), limits.heartbeat_seconds * 1000);
    socket.on("error", () => {}); // the library closes with the fitting code (1002, 1007, 1009)
    socket.on("message", (data, isBinary) => this.#hear(isBinary ? undefined : data.toString()));
    for (const frame of ["ping", "pong"]) socket.on(frame, () => this.#hearControl());
    socket.on("close", () => {
      clearInterval(heartbeat);
      clearTimeout(this.#timer);
    });
    this.#send({
      batch_id: batchId,
      progress: 0,
      status: "connected",
      stage: "validation",
      message: "Connected",
      timestamp: timestamp(),
    });
  }

  get open() {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Tells of a step of the batch: at once, or merged with what comes until the limit allows it. */
  progress(message) {
    if (message.stage !== this.#stage) {
      this.#stage = message.stage;
      this.#drop();
      this.#send(message);
      return;
    }
    if (this.#waiting) ++this.#stats.messages_merged;
    this.#waiting = message;
    this.#flush();
  }

  /** The batch has ended: its last message, and then the connection. */
  end(message) {
    this.#drop();
    this.#send(message);
    this.#socket.close(1000);
  }

  close(code) {
    this.#socket.close(code);
  }

  #flush() {
    clearTimeout(this.#timer);
    if (this.#merged.count >= mergedPerSecond) {
      this.#timer = setTimeout(() => this.#flush(), this.#merged.freeAt - performance.now() + 1);
      return;
    }
    this.#merged.add();
    this.#send(this.#waiting);
    this.#waiting = undefined;
  }

  #drop() {
    clearTimeout(this.#timer);
    if (this.#waiting) ++this.#stats.messages_merged;
    this.#waiting = undefined;
  }

  #send(message) {
    if (!this.open) return;
    ++this.#stats.messages_sent;
    this.#socket.send(fitted(message));
  }

  #hear(text) {
    if (!this.open) return;
    this.#heard = performance.now();
    if (this.#received.add() > limits.messages_per_second)
      return this.#socket.close(policyViolation, "Too many messages");
    if (text === "ping") this.#socket.send("pong");
    else if (typeOf(text) === "ping") this.#socket.send('{"type":"pong"}');
  }

  #hearControl() {
    this.#heard = performance.now();
    if (this.#controlFrames.add() > controlFramesPerSecond)
      this.#socket.close(policyViolation, "Too many control frames");
  }

  #beat() {
    if (performance.now() - this.#heard > limits.timeout_seconds * 1000) this.#socket.terminate();
    else if (this.open) this.#socket.ping();
  }
}

function typeOf(text) {
  try {
    return JSON.parse(text)?.type;
  } catch {
    return undefined;
  }
}

/** The message as JSON of no more than 1024 bytes: its longest texts are shortened until it fits. */
function fitted(message) {
  for (let longest = 400; ; longest = Math.floor(longest / 2)) {
    const text = JSON.stringify(message, (key, value) =>
      ["message", "error", "filename"].includes(key) ? [...value].slice(0, longest).join("") : value,
    );
    if (Buffer.byteLength(text) <= limits.message_bytes) return text;
  }
}
