// Starts uploadproto-server for a test and stands in for its users: tokens, workbooks, uploads. Nothing of ours is
// used to judge ours: tokens are signed by node:crypto, workbooks written and read by exceljs.
import { spawn } from "node:child_process";
import { createHmac, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import ExcelJS from "exceljs";

export const programs = process.env.UPLOADPROTO_PROGRAMS ?? new URL("../../../build/bin", import.meta.url).pathname;

/** Serves one of the protocols, or the `sites` of one; ends when the test that owns `context` is over, whatever came of
    it. `url` is the first's, `urls` are by name. */
export async function startServer(context, { listen = "127.0.0.1:0", site = "bulk_upload", sites = [site] } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "uploadproto-interop-"));
  const secret = randomBytes(32).toString("hex");
  writeFileSync(join(folder, "secret"), secret, { mode: 0o600 });
  const child = spawn(
    join(programs, "uploadproto-server"),
    ["--data-dir", join(folder, "data"), "--jwt-secret-file", join(folder, "secret"), "--only",
     sites.join(), ...sites.flatMap((name) => ["--listen", `${name}=${listen}`])],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let log = "";
  child.stderr.on("data", (chunk) => (log += chunk));
  const exited = new Promise((resolve) => child.on("close", resolve));
  context.after(async () => {
    child.kill("SIGTERM");
    await exited;
    rmSync(folder, { recursive: true, force: true });
  });
  const failed = new Promise((_, reject) => {
    child.on("error", reject);
    child.on("close", (code) => reject(new Error(`uploadproto-server ended with ${code} before it was ready: ${log}`)));
  });
  const ready = new Promise((resolve) => createInterface({ input: child.stdout }).once("line", resolve));
  const { urls } = JSON.parse(await Promise.race([ready, failed]));
  failed.catch(() => {});
  return { url: urls[sites[0]], urls, secret, log: () => log };
}

const base64url = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A token as RFC 7519 has it; `claims` and `header` override what a good one says. */
export function makeToken(secret, user, { claims = {}, header = {} } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const head = base64url({ alg: "HS256", typ: "JWT", ...header });
  const body = base64url({ sub: user, iat: now, exp: now + 600, ...claims });
  return `${head}.${body}.${createHmac("sha256", secret).update(`${head}.${body}`).digest("base64url")}`;
}

/** A valid South African ID number: date YYMMDD, four digits, citizen, check digit after Luhn. */
export function idNumber(date, serial) {
  const digits = `${date}${String(serial).padStart(4, "0")}08`;
  const sum = [...digits].reverse().reduce((total, digit, i) => {
    const doubled = Number(digit) * (i % 2 === 0 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return digits + ((10 - (sum % 10)) % 10);
}

/** The bytes of a workbook: `valid` members, then invalid ones, then repeats of the first. */
export async function makeWorkbook({ valid = 30, invalid = 4, repeats = 3 } = {}) {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet("Members");
  sheet.addRow(["ID Number", "Name", "Surname", "Cell Number", "Email", "Ward"]);
  const member = (id, i) => sheet.addRow([id, `Name ${i}`, `Surname ${i}`, `08200${10000 + i}`, `m${i}@example.org`, "79800001"]);
  for (let i = 0; i < valid; ++i) member(idNumber("800101", 5000 + i), i);
  for (let i = 0; i < invalid; ++i) member(`123${i}`, valid + i);
  for (let i = 0; i < repeats; ++i) member(idNumber("800101", 5000), valid + invalid + i);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

/** Uploads as a browser does; the parsed answer's `data`. */
export async function upload(url, token, bytes, name = "members.xlsx") {
  const form = new FormData();
  form.append("file", new Blob([bytes]), name);
  const response = await fetch(`${url}/api/v1/bulk-upload/process`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
    body: form,
  });
  const body = await response.json();
  if (response.status !== 202) throw new Error(`upload answered ${response.status}: ${JSON.stringify(body)}`);
  return body.data;
}

/** The names of a downloaded workbook's sheets. */
export async function sheetsOf(bytes) {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(bytes);
  return workbook.worksheets.map((sheet) => sheet.name);
}
