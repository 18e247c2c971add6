// Our Socket.IO client, as socketio-client-fixture, against npm's socket.io.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { startClient, startServer } from "./client_fixture.mjs";

const ways = ["websocket", "polling", "polling,websocket"];
const bytes = (...values) => ({ $bytes: Buffer.from(values).toString("base64") });

function echo(io) {
  io.on("connection", (socket) => {
    socket.on("message", (...args) => socket.emit("message-back", ...args));
    socket.on("ask", (...args) => args.pop()(...args));
    socket.on("ask-me", (...args) => socket.emit("question", ...args, (...answer) => socket.emit("answered", ...answer)));
    socket.on("burst", (n) => { for (let i = 0; i < n; i++) socket.emit("n", i); });
    socket.on("silence", () => {});
  });
}

for (const way of ways) {
  const transports = ["--transports", way];

  test(`events, bytes and acks, ${way}`, { timeout: 30_000 }, async (context) => {
    const { io, url } = await startServer(context);
    echo(io);
    const joined = once(io, "connection");
    const client = startClient(context, url, ...transports, "--auth", '{"token":"t"}');
    const [socket] = await joined;
    assert.deepEqual(socket.handshake.auth, { token: "t" });
    assert.deepEqual(await client.next("connect", { strict: true }), { type: "connect", id: socket.id, recovered: false });
    if (way === "polling,websocket") await client.upgraded();

    const values = [1, -2.5, "zwei ü € 😀", true, null, { a: [{}] }, 1e21, []];
    client.say(`emit message ${JSON.stringify(values)}`);
    assert.deepEqual(await client.next("event"), { type: "event", name: "message-back", args: values });

    const files = [bytes(0, 4, 255), { deep: [bytes()] }, "text", bytes(...Buffer.from('42["injected"]'))];
    client.say(`emit message ${JSON.stringify(files)}`);
    assert.deepEqual((await client.next("event")).args, files);

    client.say(`emit-ack ask ${JSON.stringify([[1], bytes(7)])} 5000`);
    assert.deepEqual(await client.next("ack"), { type: "ack", id: 0, args: [[1], bytes(7)] });
    client.say("emit-ack silence [] 50");
    assert.deepEqual(await client.next("ack_timeout"), { type: "ack_timeout", id: 1 });

    client.say(`emit ask-me ${JSON.stringify(["what", bytes(1)])}`);
    assert.deepEqual((await client.next("event")).name, "question");
    assert.deepEqual(await client.next("event"), { type: "event", name: "answered", args: ["what", bytes(1)] });

    client.say("emit burst [100]");
    for (let i = 0; i < 100; i++) assert.deepEqual((await client.next("event")).args, [i]);

    client.say("emit disconnect []");
    assert.match((await client.next("error")).message, /reserved/);
    client.say("quit");
    assert.deepEqual((await once(socket, "disconnect"))[0], "client namespace disconnect");
    assert.deepEqual((await client.exited)[0], 0);
  });

  test(`every reason to be disconnected, ${way}`, { timeout: 30_000 }, async (context) => {
    const { io, url } = await startServer(context, { pingInterval: 200, pingTimeout: 200 });
    io.on("connection", (socket) => {
      socket.on("leave-me", () => socket.disconnect());
      socket.on("close-me", () => socket.disconnect(true));
      socket.on("cut-me", () => socket.conn.close());
      socket.on("garble-me", () => socket.conn.send("9"));
      socket.on("forget-me", () => {
        socket.conn.sendPacket = () => {};
        // The server would notice as well, at about the same time.
        for (const timer of ["pingIntervalTimer", "pingTimeoutTimer"]) clearTimeout(socket.conn[timer]);
      });
    });
    const client = startClient(context, url, ...transports);
    const disconnected = async (how, reason) => {
      await client.next("connect");
      if (way === "polling,websocket") await client.upgraded();
      client.say(how);
      assert.equal((await client.next("disconnect")).reason, reason);
    };
    await disconnected("emit leave-me []", "io server disconnect");
    client.say("connect");
    await disconnected("emit close-me []", "io server disconnect");
    client.say("connect");
    await disconnected("disconnect", "io client disconnect");
    client.say("connect");
    await disconnected("emit cut-me []", "transport close");
    const attempt = await client.next("reconnect_attempt");
    assert.equal(attempt.n, 1);
    assert.ok(500 <= attempt.delay_ms && attempt.delay_ms <= 1500);
    await disconnected("emit garble-me []", "parse error");
    await disconnected("emit forget-me []", "ping timeout");
    await client.next("connect");
  });

  test(`a refusal comes with its message and data and is final, ${way}`, { timeout: 30_000 }, async (context) => {
    const { io, url } = await startServer(context);
    const refusal = new Error("not you");
    refusal.data = { code: 9 };
    io.of("/closed").use((socket, next) => next(refusal));
    const client = startClient(context, url, ...transports, "--namespace", "/closed");
    assert.deepEqual(await client.next("connect_error"), { type: "connect_error", message: "not you", data: { code: 9 } });
    const other = startClient(context, url, ...transports, "--namespace", "/nowhere");
    assert.equal((await other.next("connect_error")).message, "Invalid namespace");
    client.say("quit");
    await client.exited;
    assert.deepEqual(client.lines, []);
  });

  test(`a server that comes back is found, ${way}`, { timeout: 30_000 }, async (context) => {
    const first = await startServer(context);
    echo(first.io);
    const client = startClient(context, first.url, ...transports, "--namespace", "/chat");
    first.io.of("/chat");
    await client.next("connect");
    client.say("emit-ack silence [] 20000");
    await new Promise((resolve) => first.io.of("/chat").sockets.values().next().value.onAny(resolve));
    await first.stop();
    assert.match((await client.next("disconnect")).reason, /^transport (close|error)$|^io server disconnect$/);
    if (client.lines.length === 0 || client.lines[0].type !== "ack_failed") await client.next("ack_failed");
    const second = await startServer(context, {}, first.port);
    second.io.of("/chat").on("connection", (socket) => socket.on("message", (x) => socket.emit("message-back", x)));
    client.say('emit message ["kept while there was nobody"]');
    const { args } = await client.next("event");
    assert.deepEqual(args, ["kept while there was nobody"]);
  });

  test(`without --no-reconnect the first connection is tried again, ${way}`, { timeout: 30_000 }, async (context) => {
    const { url, stop, port } = await startServer(context);
    await stop();
    const client = startClient(context, url, ...transports);
    await client.next("connect_error");
    await client.next("reconnect_attempt");
    const once = startClient(context, url, ...transports, "--no-reconnect");
    await once.next("connect_error");
    await startServer(context, {}, port);
    await client.next("connect");
    once.end();
    assert.equal((await once.exited)[0], 0);
    assert.deepEqual(once.lines, []);
  });

  test(`a session is recovered with what was missed, ${way}`, { timeout: 30_000 }, async (context) => {
    const { io, url } = await startServer(context, { connectionStateRecovery: {} });
    io.on("connection", (socket) => {
      if (socket.recovered) return;
      socket.join("room");
      socket.emit("welcome", 1);
    });
    const client = startClient(context, url, ...transports, "--recovery");
    const { id } = await client.next("connect");
    await client.next("event");
    if (way === "polling,websocket") await client.upgraded();
    const socket = io.sockets.sockets.get(id);
    const gone = once(socket, "disconnect");
    socket.conn.close();
    await gone;
    io.to("room").emit("missed", bytes(1, 2), "x");
    io.to("room").emit("missed", 2);
    io.to("other").emit("missed", 3);
    await client.next("disconnect");
    const missed = [(await client.next("event")).args[0], (await client.next("event")).args[0]];
    assert.deepEqual(missed, [bytes(1, 2), 2]);
    assert.deepEqual(await client.next("connect"), { type: "connect", id, recovered: true });
    io.to("room").emit("later");
    assert.equal((await client.next("event")).name, "later");
  });

  test(`volatile events are dropped while nobody is there, ${way}`, { timeout: 30_000 }, async (context) => {
    const { io, url } = await startServer(context);
    echo(io);
    const client = startClient(context, url, ...transports);
    const { id } = await client.next("connect");
    if (way === "polling,websocket") await client.upgraded();
    io.sockets.sockets.get(id).conn.close();
    await client.next("disconnect");
    client.say('volatile message ["dropped"]');
    client.say('emit message ["kept"]');
    await client.next("connect");
    assert.deepEqual((await client.next("event")).args, ["kept"]);
    // One leaves as soon as nothing else is on its way.
    const again = setInterval(() => client.say('volatile message ["now"]'), 20);
    context.after(() => clearInterval(again));
    assert.deepEqual((await client.next("event")).args, ["now"]);
  });
}
