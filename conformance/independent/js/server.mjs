// All four protocols, each on a port of its own, written from the documents and the contract without a line of the SDK.
//
//   node server.mjs --secret-file FILE [--host 127.0.0.1] [--bulk-upload-port 0] [--file-upload-port 0]
//                   [--producers-port 0] [--consumer-events-port 0] [--upload-progress-port 0] [--origin URL]...
//
// Prints one line, {"ready":true,"urls":{…}}, when all of them listen. SIGTERM ends the jobs, the connections, the
// process.
import { readFileSync } from "node:fs";
import { once } from "node:events";
import { parseArgs } from "node:util";
import { bulkUpload } from "./bulk_upload.mjs";
import { consumerEvents } from "./consumer_events.mjs";
import { fileUpload } from "./file_upload.mjs";
import { Tokens } from "./tokens.mjs";
import { uploadProgress } from "./upload_progress.mjs";

const names = ["bulk_upload", "file_upload", "producers", "consumer_events", "upload_progress"];
const portOption = (name) => `${name.replace("_", "-")}-port`;

const { values: options } = parseArgs({
  options: {
    "secret-file": { type: "string" },
    host: { type: "string", default: "127.0.0.1" },
    origin: { type: "string", multiple: true },
    ...Object.fromEntries(names.map((name) => [portOption(name), { type: "string", default: "0" }])),
  },
});
if (!options["secret-file"]) {
  console.error("server.mjs: --secret-file FILE is required: the HS256 key, at least 32 bytes");
  process.exit(2);
}

const tokens = new Tokens(readFileSync(options["secret-file"], "utf8").trimEnd());
const protocols = [
  bulkUpload(tokens),
  fileUpload({ origins: options.origin ?? "*" }),
  consumerEvents(),
  uploadProgress(tokens),
];
const servers = Object.assign({}, ...protocols.map((protocol) => protocol.servers));

const urls = {};
for (const name of names) {
  servers[name].listen(Number(options[portOption(name)]), options.host);
  await once(servers[name], "listening");
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  urls[name] = `http://${host}:${servers[name].address().port}`;
}
console.log(JSON.stringify({ ready: true, urls }));

process.once("SIGTERM", async () => {
  await Promise.all(protocols.map((protocol) => protocol.stop()));
  for (const server of Object.values(servers)) server.closeIdleConnections();
  setTimeout(() => process.exit(0), 1000).unref(); // whoever keeps a connection open does not keep the process
});
