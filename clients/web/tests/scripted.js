// Sockets that say what a test tells them to, on a clock that the test moves.
import { vi } from 'vitest';

/** The WebSockets that were opened, the newest last. */
export class FakeWebSocket {
  /** @type {FakeWebSocket[]} */
  static all = [];
  static get last() {
    return FakeWebSocket.all[FakeWebSocket.all.length - 1];
  }

  constructor(url) {
    this.url = String(url);
    this.readyState = 0;
    this.sent = [];
    FakeWebSocket.all.push(this);
  }
  send(text) {
    this.sent.push(text);
  }
  close() {
    this.readyState = 3;
  }

  opens() {
    this.readyState = 1;
    this.onopen?.({});
  }
  says(data) {
    this.onmessage?.({ data: typeof data === 'string' ? data : JSON.stringify(data) });
  }
  breaks(code = 1006, reason = '') {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  /** Engine.IO and Socket.IO let the client in. */
  welcomes(namespace = '') {
    this.opens();
    this.says(`0${JSON.stringify({ sid: 's', upgrades: [], pingInterval: 25000, pingTimeout: 20000, maxPayload: 1e6 })}`);
    this.says(`40${namespace}{"sid":"x"}`);
  }
  emits(name, payload, namespace = '') {
    this.says(`42${namespace}${JSON.stringify([name, payload])}`);
  }
  /** Names and payloads of what was emitted. */
  get emitted() {
    return this.sent.filter((text) => text.startsWith('42')).map((text) => JSON.parse(text.slice(text.indexOf('['))));
  }
}

/** Lets promises and due timers run, `ms` later. */
export const later = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** An unsigned token that names a user. */
export const tokenOf = (user, claims = {}) =>
  `e30.${Buffer.from(JSON.stringify({ sub: user, ...claims })).toString('base64url')}.x`;

export const progress = (stage, value, more = {}) => ({
  job_id: 'job-1', stage, progress: value, message: `${stage} ${value}`, status: 'processing', timestamp: '2025-11-25T10:30:45.123Z', ...more,
});
export const complete = (more = {}) => ({
  job_id: 'job-1', status: 'completed', report_path: '/api/v1/bulk-upload/report/job-1', processing_duration_ms: 5,
  validation_stats: { total_records: 3, valid_records: 2, invalid_ids: 1, duplicates: 0, not_registered: 0 },
  database_stats: { inserts: 2, updates: 0, errors: 0 }, timestamp: '2025-11-25T10:30:50.000Z', ...more,
});

/** Answers requests as the test says: `[method path, status, body]`; the first that fits. */
export function scriptedFetch(...rules) {
  const asked = [];
  const fetch = async (url, { method = 'GET', headers = {} } = {}) => {
    const line = `${method} ${new URL(url).pathname}`;
    asked.push({ line, headers });
    const rule = rules.find(([pattern]) => line.startsWith(pattern));
    if (!rule) throw new TypeError('fetch failed');
    const body = typeof rule[2] === 'function' ? rule[2]() : rule[2];
    return new Response(JSON.stringify(body), { status: rule[1] });
  };
  return { fetch, asked };
}
