// What a program does with our Socket.IO client beyond the plain conversation, before npm's server: events delivered at
// least once, as npm's own client delivers them; handlers for one event; listeners of all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { io as connect } from "socket.io-client";
import { startClient, startServer } from "./client_fixture.mjs";

const bytes = (...values) => ({ $bytes: Buffer.from(values).toString("base64") });

/** A client that retries: `emit` sends, `ask` resolves with the answer, or null when it has given up. */
const clients = {
  our(context, url, way, retries, ackTimeout) {
    const client = startClient(context, url, "--transports", way, "--retries", retries, "--ack-timeout", ackTimeout);
    return {
      ready: () => client.next("connect"),
      emit: (name, ...args) => client.say(`emit ${name} ${JSON.stringify(args)}`),
      volatile: (name, ...args) => client.say(`volatile ${name} ${JSON.stringify(args)}`),
      async ask(name, ...args) {
        client.say(`emit-ack ${name} ${JSON.stringify(args)}`);
        const answered = () => client.lines.find((line) => line.type === "ack" || line.type === "ack_timeout");
        while (!answered()) await client.more();
        const { type } = answered();
        return (await client.next(type)).args ?? null;
      },
    };
  },
  "npm's"(context, url, way, retries, ackTimeout) {
    const socket = connect(url, { transports: [way], retries, ackTimeout, forceNew: true });
    context.after(() => socket.close());
    const connected = new Promise((resolve) => socket.on("connect", resolve));
    return {
      ready: () => connected,
      emit: (name, ...args) => socket.emit(name, ...args),
      volatile: (name, ...args) => socket.volatile.emit(name, ...args),
      ask: (name, ...args) =>
        new Promise((resolve) => socket.emit(name, ...args, (error, ...answer) => resolve(error ? null : answer))),
    };
  },
};

/** What arrives, in order, as "name argument"; `answer` is asked of each, with how often it has come, and says what
    becomes of it: acknowledged, cut off, or nothing. */
function arrivals(io, answer) {
  const come = [];
  let arrived = () => {};
  io.on("connection", (socket) => socket.onAny((name, ...args) => {
    const ack = typeof args.at(-1) === "function" ? args.pop() : undefined;
    come.push([name, ...args].join(" "));
    arrived();
    const what = answer(name, come.filter((each) => each === come.at(-1)).length);
    if (what === "acknowledged") ack?.(...args);
    if (what === "cut off") socket.conn.close();
  }));
  return {
    come,
    until: async (count) => { while (come.length < count) await new Promise((resolve) => (arrived = resolve)); },
  };
}

for (const way of ["websocket", "polling"]) {
  for (const [whose, start] of Object.entries(clients)) {
    const options = { timeout: 30_000 };

    test(`${whose} client sends again what is not acknowledged, one at a time, ${way}`, options, async (context) => {
      const { io, url } = await startServer(context);
      const seen = arrivals(io, (name, nth) => (name !== "slow" || nth === 3 ? "acknowledged" : "nothing"));
      const client = start(context, url, way, 3, 1000);
      await client.ready();
      client.emit("slow", 1);
      client.emit("next", 2);
      assert.deepEqual(await client.ask("last", 3), [3]);
      assert.deepEqual(seen.come, ["slow 1", "slow 1", "slow 1", "next 2", "last 3"]);
    });

    test(`${whose} client gives an event up after its last try, ${way}`, options, async (context) => {
      const { io, url } = await startServer(context);
      const seen = arrivals(io, (name) => (name === "lost" ? "nothing" : "acknowledged"));
      const client = start(context, url, way, 1, 1000);
      await client.ready();
      assert.equal(await client.ask("lost", 1), null);
      client.emit("lost", 2);
      assert.deepEqual(await client.ask("next", 3), [3]);
      assert.deepEqual(seen.come, ["lost 1", "lost 1", "lost 2", "lost 2", "next 3"]);
    });

    test(`${whose} client sends again what a lost connection took, ${way}`, options, async (context) => {
      const { io, url } = await startServer(context);
      const seen = arrivals(io, (name, nth) => (name === "cut" && nth === 1 ? "cut off" : "acknowledged"));
      const client = start(context, url, way, 3, 20_000);
      client.emit("early", 0);
      client.emit("cut", 1);
      client.emit("next", 2);
      assert.deepEqual(await client.ask("last", 3), [3]);
      assert.deepEqual(seen.come, ["early 0", "cut 1", "cut 1", "next 2", "last 3"]);
    });

    test(`${whose} client lets volatile events by, ${way}`, options, async (context) => {
      const { io, url } = await startServer(context);
      const come = [];
      let answer;
      io.on("connection", (socket) => {
        socket.onAny((name) => come.push(name));
        socket.on("slow", (ack) => (answer = ack));
        socket.on("now", () => answer());
        socket.on("last", (ack) => ack());
      });
      const client = start(context, url, way, 3, 20_000);
      await client.ready();
      client.emit("slow");
      // One leaves as soon as nothing else is on its way.
      const again = setInterval(() => client.volatile("now"), 20);
      context.after(() => clearInterval(again));
      assert.deepEqual(await client.ask("last"), []);
      clearInterval(again);
      assert.deepEqual(come.filter((name) => name !== "now"), ["slow", "last"]);
      assert.ok(come.indexOf("now") < come.indexOf("last"), come.join());
    });
  }

  /** A client whose server sends back, by `again NAME ARGS`, an event and then `end`. `hear` sends that and is what the
      client prints in between. */
  async function heardBack(context) {
    const { io, url } = await startServer(context);
    io.on("connection", (socket) => {
      socket.on("again", (name, ...args) => {
        socket.emit(name, ...args);
        socket.emit("end");
      });
      socket.on("question", (...args) => args.pop()("answer"));
    });
    const client = startClient(context, url, "--transports", way);
    await client.next("connect");
    async function hear(...args) {
      client.say(`emit again ${JSON.stringify(args)}`);
      const ended = () => client.lines.findIndex((line) => line.type === "event" && line.name === "end");
      while (ended() < 0) await client.more();
      return client.lines.splice(0, ended() + 1).filter((line) => line.name !== "end");
    }
    return { io, client, hear };
  }

  test(`once takes one event, on those that follow, ${way}`, { timeout: 30_000 }, async (context) => {
    const { client, hear } = await heardBack(context);
    const line = (type, ...args) => ({ type, name: "news", args });
    client.say("once news");
    assert.deepEqual(await hear("other", 0), [{ type: "event", name: "other", args: [0] }]);
    assert.deepEqual(await hear("news", bytes(1, 2)), [line("event", bytes(1, 2)), line("handled", bytes(1, 2))]);
    assert.deepEqual(await hear("news", 2), [line("event", 2)]);
    client.say("on news");
    for (const n of [3, 4]) assert.deepEqual(await hear("news", n), [line("event", n), line("handled", n)]);
    client.say("off news");
    assert.deepEqual(await hear("news", 5), [line("event", 5)]);
  });

  test(`listeners hear all that comes and all that leaves, ${way}`, { timeout: 30_000 }, async (context) => {
    const { io, client, hear } = await heardBack(context);
    const heard = (direction, label, name, ...args) => ({ type: "heard", direction, label, name, args });
    for (const label of ["one", "two"]) client.say(`listen incoming ${label}`);
    client.say("on news");
    assert.deepEqual(await hear("news", bytes(7), "x"), [
      { type: "event", name: "news", args: [bytes(7), "x"] },
      heard("incoming", "one", "news", bytes(7), "x"),
      heard("incoming", "two", "news", bytes(7), "x"),
      { type: "handled", name: "news", args: [bytes(7), "x"] },
    ]);
    client.say("unlisten incoming one");
    assert.deepEqual((await hear("other", 1)).map((line) => line.label), [undefined, "two"]);

    for (const label of ["out", "again"]) client.say(`listen outgoing ${label}`);
    assert.deepEqual((await hear("other", 2)).slice(0, 2), [
      heard("outgoing", "out", "again", "other", 2),
      heard("outgoing", "again", "again", "other", 2),
    ]);
    client.say("unlisten outgoing again");
    const outgoing = async () => {
      for (;;) {
        const line = await client.next("heard");
        if (line.direction === "outgoing") return line;
      }
    };
    client.say(`emit-ack question ${JSON.stringify([bytes(1)])}`);
    assert.deepEqual(await outgoing(), heard("outgoing", "out", "question", bytes(1)));
    // An answer is no event.
    assert.deepEqual((await client.next("ack", { strict: true })).args, ["answer"]);

    // What is dropped has not left; what is kept has.
    for (const socket of io.sockets.sockets.values()) socket.conn.close();
    await client.next("disconnect");
    client.say("volatile again []");
    client.say("emit again [\"kept\"]");
    assert.deepEqual(await outgoing(), heard("outgoing", "out", "again", "kept"));
    await client.next("connect");
    assert.equal((await client.next("event")).name, "kept");
    client.say("unlisten outgoing");
    assert.deepEqual((await hear("other", 3)).filter((line) => line.direction === "outgoing"), []);
    client.say("unlisten incoming nobody");
    assert.match((await client.next("error")).message, /nobody/);
  });
}
