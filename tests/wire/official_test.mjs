// Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
// Asks the official JavaScript parsers about conformance/vectors, so that the vectors do not rest on our reading
// alone. Where the officials are laxer than the vectors, the vector is named in `laxer`; a name there that
// they turn out to treat alike is a failure too.
//
//   node official_test.mjs <folder with the vectors> <folder with node_modules>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";

const [vectors, modules] = process.argv.slice(2).map((folder) => resolve(folder));
const require = createRequire(`${modules}/package.json`);
const { WebSocket } = require("ws");
const fromSocketio = createRequire(require.resolve("socket.io"));
const { Decoder, Encoder, PacketType } = fromSocketio("socket.io-parser");
const { decodePacket, decodePayload } = createRequire(fromSocketio.resolve("engine.io"))("engine.io-parser");

const load = (file, list) => JSON.parse(readFileSync(`${vectors}/${file}.json`, "utf8"))[list];
const bytes = (notation) =>
  Buffer.concat(
    notation.split(" ").filter(Boolean).map((group) => {
      const [hex, times] = group.split("*");
      return Buffer.concat(Array(Number(times ?? 1)).fill(Buffer.from(hex, "hex")));
    }),
  );
const bytesOf = (holder, text) => (text in holder ? Buffer.from(holder[text]) : bytes(holder.hex));

const counts = { asked: 0, laxer: 0, failed: 0 };
/** Compares an outcome of the official parser, `{ error }` or `{ value }`, with what the vector says. */
function compare(where, vector, outcome, expected, laxer) {
  counts.asked += 1;
  const agrees = "error" in vector ? "error" in outcome : isDeepStrictEqual(outcome.value, expected);
  const excused = laxer.test(vector.name);
  if (agrees !== excused) {
    counts.laxer += excused;
    return;
  }
  counts.failed += 1;
  const said = "error" in outcome ? `refuses: ${outcome.error}` : JSON.stringify(outcome.value);
  console.error(`${where}: ${vector.name}\n  official: ${said}\n  vector: ${JSON.stringify(vector.error ?? expected)}`);
}
function attempt(f) {
  try {
    return { value: f() };
  } catch (error) {
    return { error: error.message };
  }
}
const nothing = /^$/;

// JSON: JavaScript itself. It has no limits and refuses no number.
for (const v of load("json", "texts")) {
  if (v.error === "too_large") continue;
  const outcome = attempt(() => {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytesOf(v, "text"));
    return Buffer.from(JSON.stringify(JSON.parse(text), (_, value) => (typeof value === "string" ? value.toWellFormed() : value))).toString();
  });
  // Members' names are not seen by the function above; integers beyond 2^53 are exact in the vectors.
  compare("json", v, outcome, v.written, /^number without end|in a name$|^integer (9007199254740993|9223372036854775807|-9223372036854775808|18446744073709551615)$/);
}

// UTF-8.
for (const v of load("utf8", "texts")) {
  const outcome = attempt(() => {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes(v.hex));
    return true;
  });
  compare("utf8", { name: v.name, ...(v.valid ? {} : { error: "invalid_utf8" }) }, outcome, true, nothing);
}

// Engine.IO. Its base64 decoder takes anything.
const readPacket = (p) => {
  if (p.type === "error") throw new Error(p.data);
  return Buffer.isBuffer(p.data) ? { type: p.type, hex: p.data.toString("hex") } : { type: p.type, data: p.data ?? "" };
};
for (const v of load("engineio", "frames"))
  compare("engineio frames", v, attempt(() => readPacket(decodePacket(v.text))), v.packet, /^base64: /);
for (const v of load("engineio", "payloads")) {
  const packets = [];
  const outcome = attempt(() => {
    for (const p of decodePayload(bytesOf(v, "body").toString())) packets.push(readPacket(p));
    return packets;
  });
  compare("engineio payloads", v, outcome, v.packets, /^bad base64|not UTF-8$/);
}

// Socket.IO. Placeholders are replaced by their bytes.
const fill = (data, attachments) => {
  if (Array.isArray(data)) return data.map((element) => fill(element, attachments));
  if (data === null || typeof data !== "object") return data;
  if (data._placeholder === true) return attachments[data.num];
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, fill(value, attachments)]));
};
// An empty string counts as 0 to JavaScript's Number, and so do blanks; so do 01, 1e0 and 0x1 as 1.
const laxerSocketio =
  /^nothing$|^type " "|^connect with an id|without a payload$|and no payload$|with a space before it$|^a number without end$|^an id (too great|of forty digits)$|^attachment count: (a leading zero|an exponent|a fraction|a sign|a space|hexadecimal)$|^placeholder: num a fraction$/;
for (const v of load("socketio", "packets")) {
  const limits = v.limits ?? {};
  if ("max_depth" in limits || "max_pending_bytes" in limits) continue;
  const decoder = new Decoder({ maxAttachments: limits.max_attachments ?? 10 });
  const packets = [];
  decoder.on("decoded", (p) => packets.push({ type: p.type, nsp: p.nsp, id: p.id, data: p.data }));
  const outcome = attempt(() => {
    for (const input of v.inputs) decoder.add("text" in input ? input.text : bytes(input.hex));
    // Placeholders are looked at when all attachments are there.
    while ("error" in v && decoder.reconstructor) decoder.add(Buffer.of(1));
    return packets;
  });
  const expected = v.packets.map((p) => {
    const attachments = (p.attachments ?? []).map(bytes);
    const type = PacketType[p.type.toUpperCase()];
    const binary = type === PacketType.BINARY_EVENT || type === PacketType.BINARY_ACK;
    return {
      type: type === PacketType.BINARY_EVENT ? PacketType.EVENT : type === PacketType.BINARY_ACK ? PacketType.ACK : type,
      nsp: p.nsp,
      id: p.id === undefined ? undefined : Number(p.id),
      data: binary ? fill(p.data, attachments) : p.data,
    };
  });
  for (const p of packets) {
    if (p.type === PacketType.BINARY_EVENT) p.type = PacketType.EVENT;
    if (p.type === PacketType.BINARY_ACK) p.type = PacketType.ACK;
  }
  compare("socketio", v, outcome, expected, laxerSocketio);
}

// WebSocket.
// It takes lengths in longer forms than needed, and looks at text when the message is whole.
const laxerWebsocket = /in (two|eight) bytes$|^refused before|refused before the second$/;
for (const v of load("websocket", "frames")) {
  const limits = v.limits ?? {};
  const receiver = new WebSocket.Receiver({
    isServer: v.to === "server",
    maxPayload: limits.max_message ?? 1_000_000,
    maxFragments: limits.max_fragments ?? 4096,
  });
  const messages = [];
  const push = (op) => (data) => messages.push([op, Buffer.from(data).toString("hex")]);
  receiver.on("message", (data, isBinary) => push(isBinary ? "binary" : "text")(data));
  receiver.on("ping", push("ping"));
  receiver.on("pong", push("pong"));
  const over = new Promise((resolve) => {
    receiver.on("conclude", () => resolve({ value: [...messages, ["close"]] }));
    receiver.on("error", (error) => resolve({ error: error.message }));
  });
  receiver.write(bytes(v.input));
  const idle = new Promise((resolve) => receiver.write(Buffer.alloc(0), () => setImmediate(resolve, { value: messages })));
  const outcome = await Promise.race([over, idle]);
  const expected = v.messages.map((m) => (m.op === "close" ? ["close"] : [m.op, bytesOf(m, "text").toString("hex")]));
  compare("websocket", v, outcome, expected, laxerWebsocket);
}

console.log(`${counts.asked} vectors, of which the official parsers are laxer with ${counts.laxer}; ${counts.failed} disagree`);
process.exit(counts.failed === 0 && counts.asked > 300 ? 0 : 1);
