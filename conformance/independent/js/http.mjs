// REST without a framework: a table of routes, forms and JSON bodies read up to a limit, errors as values.
import { createServer } from "node:http";
import { pipeline } from "node:stream/promises";
import busboy from "busboy";
import { InvalidToken } from "./tokens.mjs";

export const mebibyte = 1024 * 1024;

export class HttpError extends Error {
  constructor(status, code, message) {
    super(message);
    Object.assign(this, { status, code });
  }
}

/**
 * A server of `routes`, each [method, pattern of the path, handler]. A handler is given the request, what the pattern
 * captured and the URL; it returns [status, body], where bytes are sent as they are. `describe` turns an HttpError into
 * the protocol's error body.
 */
export function restServer(routes, describe) {
  return createServer(async (request, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type");
    response.setHeader("Access-Control-Allow-Methods", "GET, POST, DELETE");
    try {
      const [status, body, headers] = await answer(routes, request);
      send(response, status, body, headers);
    } catch (error) {
      const known = error instanceof HttpError ? error : internal(error);
      send(response, known.status, describe(known));
    }
  });
}

async function answer(routes, request) {
  if (request.method === "OPTIONS") return [204];
  const url = urlOf(request);
  const here = routes.filter(([, pattern]) => pattern.test(url.pathname));
  if (here.length === 0) throw new HttpError(404, "not_found", `There is nothing at ${url.pathname}`);
  const route = here.find(([method]) => method === request.method);
  if (!route) throw new HttpError(405, "method_not_allowed", `${request.method} is not possible here`);
  const [, pattern, handler] = route;
  return handler(request, pattern.exec(url.pathname).slice(1), url);
}

export function urlOf(request) {
  try {
    return new URL(`http://server${request.url}`);
  } catch {
    throw new HttpError(400, "invalid_url", "The request's target is no path");
  }
}

function send(response, status, body, headers = {}) {
  if (response.destroyed || body === undefined) return response.writeHead(status).end();
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  response
    .writeHead(status, { "Content-Type": "application/json", "Content-Length": bytes.length, ...headers })
    .end(bytes);
}

function internal(error) {
  console.error(error);
  return new HttpError(500, "internal_error", "Internal error");
}

/** The user of the request's bearer token, or a 401. */
export function userOf(request, tokens) {
  const [, token] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  try {
    return tokens.session(token);
  } catch (error) {
    if (error instanceof InvalidToken) throw new HttpError(401, "unauthorized", "A valid bearer token is required");
    throw error;
  }
}

/** A multipart body: its fields, and the file named `file`, of which no more than `limit` bytes are kept. */
export async function readForm(request, limit) {
  let parser;
  try {
    const limits = { fileSize: limit, files: 4, fields: 20, fieldSize: 1024 };
    parser = busboy({ headers: request.headers, defParamCharset: "utf8", limits });
  } catch {
    throw new HttpError(415, "unsupported_media_type", "Expected multipart/form-data with a field 'file'");
  }
  const fields = new Map();
  const chunks = [];
  let file;
  parser.on("field", (name, value) => fields.set(name, value));
  parser.on("file", (name, stream, { filename }) => {
    stream.on("error", () => {}); // the parser reports it as well
    if (name !== "file" || file) return stream.resume();
    file = { name: filename ?? "", stream };
    stream.on("data", (chunk) => chunks.push(chunk));
  });
  try {
    await pipeline(request, parser);
  } catch (error) {
    throw new HttpError(400, "malformed_form", `The multipart body cannot be read: ${error.message}`);
  }
  return { fields, file: file && { name: file.name, tooLarge: file.stream.truncated, bytes: Buffer.concat(chunks) } };
}

/** The form's file, or the refusal that fits. */
export function fileOf({ file }, limit) {
  if (!file) throw new HttpError(400, "missing_file", "Expected a field 'file' with a file");
  if (file.tooLarge) throw new HttpError(413, "too_large", `The file is larger than ${limit / mebibyte} MiB`);
  return file;
}

export async function readJson(request, limit = mebibyte) {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > limit) throw new HttpError(413, "too_large", `The body is larger than ${limit} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks));
  } catch {
    throw new HttpError(400, "malformed_json", "The body is not JSON");
  }
}
