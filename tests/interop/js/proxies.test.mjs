// Both roles through proxies: ones that hold back whole requests or answers and know no WebSocket, and ones that cut
// what is idle.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { io as connect } from "socket.io-client";
import { startClient, startServer } from "./client_fixture.mjs";
import { bufferingProxy, impatientProxy } from "./proxy.mjs";
import { startFixture } from "./server_fixture.mjs";

const engine = createRequire(createRequire(import.meta.url).resolve("socket.io-client"))("engine.io-client");
const timeout = 30_000;
const bytes = { $bytes: Buffer.from([0, 4, 255]).toString("base64") };

async function fixture(context, program, profile) {
  const server = await startFixture(program, profile);
  context.after(server.stop);
  return server.url;
}

function theirClient(context, url, options) {
  const socket = connect(url, { forceNew: true, reconnectionDelay: 10, ...options });
  context.after(() => socket.disconnect());
  return socket;
}

describe("buffering proxies", { concurrency: true }, () => {
  for (const buffer of ["requests", "answers", "requests,answers"]) {
    for (const transports of [["polling"], ["polling", "websocket"]]) {
      const name = `${buffer} held back, ${transports}`;

      test(`socket.io-client and our server, ${name}`, { timeout }, async (context) => {
        const proxy = await bufferingProxy(context, await fixture(context, "socketio-fixture", "strict"), buffer);
        const socket = theirClient(context, proxy.url, { transports });
        const back = [];
        socket.on("message-back", (...args) => back.push(args));
        socket.on("emit-with-ack", (...args) => args.pop()(...args));
        for (let i = 0; i < 8; ++i) socket.emit("message", i, Buffer.from([i]));
        assert.equal(await socket.timeout(timeout).emitWithAck("message-with-ack", "é"), "é");
        assert.deepEqual(back, Array.from({ length: 8 }, (_, i) => [i, Buffer.from([i])]));
        const acked = once(socket, "acked");
        socket.emit("emit-with-ack", Buffer.from("x"));
        assert.deepEqual(await acked, [Buffer.from("x")]);
        assert.equal(socket.io.engine.transport.name, "polling");
        assert.ok(proxy.counts.requests > 3);
      });

      test(`our client and socket.io, ${name}`, { timeout }, async (context) => {
        const { io, url } = await startServer(context);
        io.on("connection", (socket) => {
          socket.on("message", (...args) => socket.emit("message-back", ...args));
          socket.on("ask", (...args) => args.pop()(...args));
          socket.on("ask-me", () => socket.emit("question", Buffer.from("x"), (answer) => socket.emit("answered", answer)));
        });
        const proxy = await bufferingProxy(context, url, buffer);
        const client = startClient(context, proxy.url, "--transports", transports.join(","));
        for (let i = 0; i < 20; ++i) client.say(`emit message ${JSON.stringify([i, bytes])}`);
        for (let i = 0; i < 20; ++i) assert.deepEqual((await client.next("event")).args, [i, bytes]);
        client.say(`emit-ack ask ["é"]`);
        assert.deepEqual((await client.next("ack")).args, ["é"]);
        client.say("emit ask-me []");
        assert.equal((await client.next("event")).name, "question");
        assert.deepEqual((await client.next("event")).args, [{ $bytes: Buffer.from("x").toString("base64") }]);
        assert.ok(client.lines.every((line) => line.type !== "disconnect"));
        assert.ok(proxy.counts.requests > 3);
      });
    }
  }
});

describe("proxies that cut what is idle", { concurrency: true }, () => {
  for (const way of ["websocket", "polling"]) {
    test(`socket.io-client and our server find each other again, ${way}`, { timeout }, async (context) => {
      const proxy = await impatientProxy(context, await fixture(context, "socketio-fixture", "clients"), 300);
      const socket = theirClient(context, proxy.url, { transports: [way] });
      await once(socket, "connect");
      socket.emit("hi");  // gives it an offset
      await once(socket, "hi");
      const { id } = socket;
      const [reason] = await once(socket, "disconnect");
      assert.match(reason, /^transport (close|error)$/);
      await once(socket, "connect");
      assert.equal(socket.recovered, true);
      assert.equal(socket.id, id);
      assert.equal(await socket.timeout(timeout).emitWithAck("echo", "é"), "é");
    });

    test(`our client and socket.io find each other again, ${way}`, { timeout }, async (context) => {
      const { io, url } = await startServer(context, { connectionStateRecovery: {} });
      io.on("connection", (socket) => {
        if (!socket.recovered) socket.emit("welcome");  // gives it an offset
      });
      const proxy = await impatientProxy(context, url, 300);
      const client = startClient(context, proxy.url, "--transports", way, "--recovery");
      const { id } = await client.next("connect");
      const gone = once(io.sockets.sockets.get(id), "disconnect");
      assert.match((await client.next("disconnect")).reason, /^transport (close|error)$/);
      await gone;
      io.emit("missed", "while it was gone");
      assert.equal((await client.next("event")).args[0], "while it was gone");
      assert.deepEqual(await client.next("connect"), { type: "connect", id, recovered: true });
      assert.ok(proxy.counts.cut >= 1);
    });

    test(`our client's heartbeat keeps it, ${way}`, { timeout }, async (context) => {
      const { io, url } = await startServer(context, { pingInterval: 200 });
      const joined = once(io, "connection");
      const proxy = await impatientProxy(context, url, 1200);
      const client = startClient(context, proxy.url, "--transports", way);
      const [{ conn }] = await joined;
      for (let beats = 0; beats < 8; ++beats) await once(conn, "heartbeat");
      assert.ok(client.lines.every((line) => line.type === "connect"));
      // A polling client's requests may leave a connection unused.
      if (way === "websocket") assert.equal(proxy.counts.cut, 0);
    });

    test(`our server's heartbeat keeps its client, ${way}`, { timeout }, async (context) => {
      const proxy = await impatientProxy(context, await fixture(context, "engineio-fixture", "clients"), 1200);
      const socket = new engine.Socket(proxy.url, { transports: [way] });
      context.after(() => socket.close());
      let beats = 0;
      await new Promise((resolve, reject) => {
        socket.on("ping", () => (++beats === 4 ? resolve() : null));
        socket.on("close", (reason) => reject(new Error(reason)));
      });
      socket.off("close");
      if (way === "websocket") assert.equal(proxy.counts.cut, 0);
    });
  }
});
