// The reference server for a test: a directory, free ports, tokens. Ends with the test run.
import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const programs = process.env.UPLOADPROTO_PROGRAMS ?? join(import.meta.dirname, '../../../build/bin');
export const program = join(programs, 'uploadproto-server');
if (!existsSync(program)) throw new Error(`${program} is not there: build uploadproto-server, or name its directory in UPLOADPROTO_PROGRAMS`);

const encoded = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** @param {{sites?: string[], more?: string[], hosts?: Record<string, string>}} [options] */
export async function startServer({ sites = ['bulk_upload', 'file_upload', 'upload_progress', 'producers', 'consumer_events'], more = [], hosts = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'uploadproto-web-'));
  const secret = randomBytes(32).toString('hex');
  writeFileSync(join(folder, 'secret'), secret, { mode: 0o600 });
  const ports = Object.fromEntries(sites.map((site) => [site, 0]));
  const server = { urls: {}, start, stop, token, remove };
  let child, exited;

  async function start() {
    child = spawn(program, ['--data-dir', join(folder, 'data'), '--jwt-secret-file', join(folder, 'secret'), '--only', sites.join(),
      ...sites.flatMap((site) => ['--listen', `${site}=${hosts[site] ?? "127.0.0.1"}:${ports[site]}`]), ...more], { stdio: ['ignore', 'pipe', 'pipe'] });
    let log = '';
    child.stderr.on('data', (chunk) => (log += chunk));
    exited = new Promise((resolve) => child.on('close', resolve));
    const line = await Promise.race([
      new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve)),
      exited.then((code) => Promise.reject(new Error(`uploadproto-server ended with ${code}: ${log}`))),
    ]);
    server.urls = JSON.parse(line).urls;
    for (const site of sites) ports[site] = Number(new URL(server.urls[site]).port);
  }
  async function stop(signal = 'SIGTERM') {
    child.kill(signal);
    await exited;
  }
  /** @param {string} user */
  function token(user, seconds = 600) {
    const body = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: user, exp: Math.floor(Date.now() / 1000) + seconds })}`;
    return `${body}.${createHmac('sha256', secret).update(body).digest('base64url')}`;
  }
  async function remove() {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  }
  await start();
  return server;
}

/** Resolves with the snapshot once it is as wanted; the store is watched meanwhile. */
export function until(store, wanted, limit = 15_000) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not within ${limit} ms: ${JSON.stringify(store.getSnapshot())}`)), limit);
    const look = () => {
      if (!wanted(store.getSnapshot())) return;
      clearTimeout(timer);
      resolve(store.getSnapshot());
      queueMicrotask(end);
    };
    const end = store.subscribe(look);
    look();
  });
}
