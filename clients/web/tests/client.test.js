// The client against scripted sockets: what a screen sees of every turn that a connection can take.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createClient } from '../src/index.js';
import { complete, FakeWebSocket, later, progress, scriptedFetch, tokenOf } from './scripted.js';

const url = 'http://server.test:5000';
let client;

beforeEach(() => {
  vi.useFakeTimers();
  FakeWebSocket.all = [];
});
afterEach(async () => {
  await client?.close();
  vi.useRealTimers();
});

function bulkClient(more = {}) {
  client = createClient({ protocol: 'bulk_upload', url, token: () => tokenOf('ann'), share: false, WebSocket: FakeWebSocket,
    transports: ['websocket'], wait: () => 100, fetch: scriptedFetch().fetch, ...more });
  return client;
}
/** A watched job whose socket is open. */
async function watched(more) {
  const store = bulkClient(more).job('job-1');
  store.subscribe(() => {});
  await later();
  FakeWebSocket.last?.welcomes();
  await later();
  return store;
}

describe('the connection', () => {
  test('carries the token in auth and joins the job', async () => {
    await watched();
    const socket = FakeWebSocket.last;
    expect(socket.url).toBe('ws://server.test:5000/socket.io/?EIO=4&transport=websocket');
    expect(JSON.parse(socket.sent[0].slice(2))).toEqual({ token: tokenOf('ann') });
    expect(socket.emitted).toEqual([['subscribe_bulk_upload_job', { job_id: 'job-1' }]]);
  });

  test('is one for all jobs and all who look at one', async () => {
    const store = await watched();
    store.subscribe(() => {});
    client.job('job-2').subscribe(() => {});
    await later();
    expect(FakeWebSocket.all.length).toBe(1);
    expect(FakeWebSocket.last.emitted.length).toBe(2);
  });

  test('outlives a screen that is drawn anew, and ends a while after the last', async () => {
    bulkClient();
    const store = client.job('job-1');
    store.subscribe(() => {})();
    const end = store.subscribe(() => {});
    await later();
    FakeWebSocket.last.welcomes();
    await later(5000);
    expect(FakeWebSocket.all.length).toBe(1);
    expect(FakeWebSocket.last.readyState).toBe(1);
    end();
    await later(5000);
    expect(FakeWebSocket.last.readyState).toBe(3);
  });

  test('comes back with a fresh token and joins again', async () => {
    let n = 0;
    const store = await watched({ token: () => `token-${n++}` });
    FakeWebSocket.last.breaks();
    await later();
    expect(store.getSnapshot().connection).toMatchObject({ phase: 'waiting', reason: 'the connection was lost (1006)', attempt: 1 });
    await later(100);
    FakeWebSocket.last.welcomes();
    await later();
    expect(FakeWebSocket.all.length).toBe(2);
    expect(FakeWebSocket.all[0].sent[0]).not.toBe(FakeWebSocket.all[1].sent[0]);
    expect(FakeWebSocket.last.emitted).toEqual([['subscribe_bulk_upload_job', { job_id: 'job-1' }]]);
    expect(store.getSnapshot().connection).toMatchObject({ phase: 'connected', reason: 'the connection was lost (1006)', attempt: 0 });
  });

  test('is given up when the same credentials are refused', async () => {
    bulkClient({ token: 'stale' });
    const store = client.job('job-1');
    store.subscribe(() => {});
    await later();
    FakeWebSocket.last.opens();
    FakeWebSocket.last.says('0{"sid":"s","pingInterval":25000,"pingTimeout":20000}');
    FakeWebSocket.last.says('44{"message":"Invalid authentication token"}');
    await later(60_000);
    expect(FakeWebSocket.all.length).toBe(1);
    expect(store.getSnapshot().connection).toMatchObject({ phase: 'refused', reason: 'Invalid authentication token' });
  });

  test('is tried once more with a fresh token, then given up', async () => {
    let n = 0;
    bulkClient({ token: () => `token-${n++}` }).job('job-1').subscribe(() => {});
    for (let i = 0; i < 5; ++i) {
      await later(200);
      if (FakeWebSocket.last.readyState !== 0) break;
      FakeWebSocket.last.opens();
      FakeWebSocket.last.says('0{"sid":"s","pingInterval":25000,"pingTimeout":20000}');
      FakeWebSocket.last.says('44{"message":"Invalid authentication token"}');
    }
    await later(60_000);
    expect(FakeWebSocket.all.length).toBe(2);
    expect(client.connection.getSnapshot().phase).toBe('refused');
  });

  test('without a token never asks', async () => {
    bulkClient({ token: undefined }).job('job-1').subscribe(() => {});
    await later(60_000);
    expect(FakeWebSocket.all.length).toBe(0);
    expect(client.connection.getSnapshot()).toMatchObject({ phase: 'refused', reason: 'a token is needed' });
  });

  test('shows a server that has gone silent within two heartbeats', async () => {
    const store = await watched();
    await later(44_000);
    expect(store.getSnapshot().connection.phase).toBe('connected');
    await later(1_100);
    expect(store.getSnapshot().connection.reason).toBe('the server has gone silent');
  });

  test('waits longer each time, never for ever, and not with everybody else', async () => {
    const { backoff } = await import('../src/index.js');
    const bounds = [0, 1, 2, 3, 20].map((n) => [backoff(n, { random: () => 0 }), backoff(n, { random: () => 1 })]);
    expect(bounds).toEqual([[250, 500], [500, 1000], [1000, 2000], [2000, 4000], [15000, 30000]]);
  });

  test('that cannot be opened is replaced by questions over REST', async () => {
    const status = { success: true, data: { job_id: 'job-1', status: 'processing', stage: 'file_reading', progress: 15 } };
    const { fetch, asked } = scriptedFetch(['GET /api/v1/bulk-upload/status/job-1', 200, () => status]);
    const store = bulkClient({ fetch }).job('job-1');
    store.subscribe(() => {});
    for (let i = 0; i < 3; ++i) {
      await later(100);
      FakeWebSocket.last.breaks();
    }
    await later(10);
    expect(store.getSnapshot()).toMatchObject({ phase: 'working', stage: 'file_reading', progress: 15, connection: { polling: true } });
    expect(asked[0].headers.Authorization).toBe(`Bearer ${tokenOf('ann')}`);
    Object.assign(status.data, { status: 'failed', error: 'No data rows' });
    await later(3000);
    expect(store.getSnapshot()).toMatchObject({ phase: 'failed', error: { message: 'No data rows' } });
    const questions = asked.length;
    await later(60_000);
    expect(asked.length).toBe(questions);
  });
});

describe('a job', () => {
  test('goes through its stages to its report', async () => {
    const store = await watched();
    const socket = FakeWebSocket.last;
    socket.emits('bulk_upload_progress', progress('initialization', 0));
    socket.emits('bulk_upload_progress', progress('file_reading', 15));
    expect(store.getSnapshot()).toMatchObject({ phase: 'working', stage: 'file_reading', bar: 15, message: 'file_reading 15' });
    expect(store.getSnapshot().stages.map((s) => s.state)).toEqual(['done', 'active', 'pending', 'pending', 'pending', 'pending']);
    socket.emits('bulk_upload_complete', complete());
    const { details, history, stages, ...job } = store.getSnapshot();
    expect(job).toMatchObject({ phase: 'completed', bar: 100, report: '/api/v1/bulk-upload/report/job-1', error: null, eta: null });
    expect(details.database_stats).toEqual({ inserts: 2, updates: 0, errors: 0 });
    expect(history.map((h) => h.kind)).toEqual(['progress', 'progress', 'completed']);
    expect(stages.every((s) => s.state === 'done')).toBe(true);
  });

  test('never moves backwards, and is the same object while nothing changes', async () => {
    const store = await watched();
    const socket = FakeWebSocket.last;
    socket.emits('bulk_upload_progress', progress('pre_validation', 30));
    const before = store.getSnapshot();
    socket.emits('bulk_upload_progress', progress('file_reading', 12));
    socket.emits('bulk_upload_progress', progress('pre_validation', 26));
    socket.emits('bulk_upload_progress', progress('pre_validation', 30, { job_id: 'another' }));
    expect(store.getSnapshot()).toBe(before);
  });

  test('that is tried again begins anew, and old news of the first try does not', async () => {
    const store = await watched();
    const socket = FakeWebSocket.last;
    socket.emits('bulk_upload_progress', progress('database_operations', 70));
    socket.emits('bulk_upload_failed', { job_id: 'job-1', error: 'disk', status: 'failed', timestamp: '2025-11-25T10:30:46.000Z' });
    expect(store.getSnapshot()).toMatchObject({ phase: 'failed', bar: 70, error: { kind: 'failed', message: 'disk' } });
    expect(store.getSnapshot().stages.map((s) => s.state)).toEqual(['done', 'done', 'done', 'done', 'failed', 'pending']);
    socket.emits('bulk_upload_progress', progress('initialization', 0));
    expect(store.getSnapshot().phase).toBe('failed');
    socket.emits('bulk_upload_progress', progress('initialization', 0, { timestamp: '2025-11-25T10:31:00.000Z' }));
    expect(store.getSnapshot()).toMatchObject({ phase: 'working', attempt: 2, bar: 0, error: null });
  });

  test.each([
    [progress('file_reading', 120), '/progress'],
    [progress('no_stage', 15), '/stage'],
    [progress('file_reading', null), '/progress'],
    [{ job_id: 'job-1' }, '/stage'],
    [null, ''],
    ['<b>text</b>', ''],
    [progress('file_reading', 15, { timestamp: '2025-13-77T10:30:45Z' }), '/timestamp'],
  ])('shows a malformed message as an error with its pointer: %j', async (payload, pointer) => {
    const store = await watched();
    FakeWebSocket.last.emits('bulk_upload_progress', payload);
    expect(store.getSnapshot().error).toMatchObject({ kind: 'malformed', pointer });
    expect(store.getSnapshot().phase).toBe('idle');
    FakeWebSocket.last.emits('bulk_upload_progress', progress('file_reading', 15));
    expect(store.getSnapshot()).toMatchObject({ phase: 'working', error: null });
  });

  test('ignores events and members that it does not know', async () => {
    const store = await watched();
    const before = store.getSnapshot();
    for (const name of ['constructor', '__proto__', 'other']) FakeWebSocket.last.emits(name, { job_id: 'job-1' });
    FakeWebSocket.last.says('garbage');
    FakeWebSocket.last.says('42{not json');
    FakeWebSocket.last.says('451-["x",{"_placeholder":true,"num":0}]');
    expect(store.getSnapshot()).toBe(before);
  });

  test('says how long it may take once it knows how long stages take', async () => {
    const storage = new Map();
    const kept = { getItem: (k) => storage.get(k) ?? null, setItem: (k, v) => void storage.set(k, v) };
    const store = await watched({ storage: kept });
    const stages = ['initialization', 'file_reading', 'pre_validation', 'iec_verification', 'database_operations', 'report_generation'];
    const low = [0, 10, 25, 45, 65, 85];
    for (const [i, stage] of stages.entries()) {
      FakeWebSocket.last.emits('bulk_upload_progress', progress(stage, low[i]));
      await later(1000);
    }
    FakeWebSocket.last.emits('bulk_upload_complete', complete());
    expect(store.getSnapshot().phase).toBe('completed');
    const second = client.job('job-2');
    second.subscribe(() => {});
    await later();
    FakeWebSocket.last.emits('bulk_upload_progress', progress('initialization', 0, { job_id: 'job-2' }));
    expect(second.getSnapshot().eta).toBe(6000);
    await later(1000);
    FakeWebSocket.last.emits('bulk_upload_progress', progress('file_reading', 10, { job_id: 'job-2' }));
    expect(second.getSnapshot().eta).toBe(5000);
    expect(storage.size).toBe(1);
  });
});

describe('plain WebSockets', () => {
  const ticket = (n) => ({ websocket_token: `ticket-${n}`, expires_in: 300, token_type: 'websocket' });
  const message = (stage, value, more = {}) => ({ batch_id: 'b-1', progress: value, status: 'processing', stage, message: 'm', timestamp: '2025-11-25T10:30:45Z', ...more });
  const progressClient = (fetch, more = {}) => (client = createClient({ protocol: 'upload_progress', url: 'http://server.test:8000',
    token: 'session', share: false, WebSocket: FakeWebSocket, wait: () => 100, fetch, ...more }));

  test('take a fresh ticket each time and end with the batch', async () => {
    let n = 0;
    const { fetch, asked } = scriptedFetch(['POST /api/v1/auth/websocket-token', 200, () => ticket(n++)]);
    const store = progressClient(fetch).job('b-1');
    store.subscribe(() => {});
    await later();
    expect(asked[0].headers.Authorization).toBe('Bearer session');
    expect(FakeWebSocket.last.url).toBe('ws://server.test:8000/ws/upload-progress/b-1?token=ticket-0');
    FakeWebSocket.last.opens();
    FakeWebSocket.last.says(message('validation', 0, { status: 'connected' }));
    FakeWebSocket.last.breaks();
    await later(100);
    expect(FakeWebSocket.last.url).toContain('ticket-1');
    FakeWebSocket.last.opens();
    FakeWebSocket.last.says(message('parsing', 45.5, { details: { processed: 150, total: 500, errors: 2 } }));
    await later();
    expect(store.getSnapshot()).toMatchObject({ progress: 45.5, stage: 'parsing', details: { processed: 150, total: 500, errors: 2 } });
    FakeWebSocket.last.says(message('categorization', 100, { status: 'completed' }));
    FakeWebSocket.last.breaks(1000);
    await later(60_000);
    expect(store.getSnapshot().phase).toBe('completed');
    expect(FakeWebSocket.all.length).toBe(2);
  });

  test('ask for a sign of life, and are given up without one', async () => {
    const store = progressClient(scriptedFetch(['POST', 200, ticket(0)]).fetch).job('b-1');
    store.subscribe(() => {});
    await later();
    FakeWebSocket.last.opens();
    await later(30_000);
    expect(FakeWebSocket.last.sent).toEqual(['ping']);
    FakeWebSocket.last.says('pong');
    await later(59_000);
    expect(store.getSnapshot().connection.phase).toBe('connected');
    await later(1_000);
    expect(store.getSnapshot().connection.reason).toBe('the server has gone silent');
  });

  test.each([[401, 'no ticket: the server answered 401'], [403, 'no ticket: the server answered 403']])('are not tried without a ticket: %i', async (status, reason) => {
    progressClient(scriptedFetch(['POST', status, {}]).fetch).job('b-1').subscribe(() => {});
    await later(60_000);
    expect(client.connection.getSnapshot()).toMatchObject({ phase: 'refused', reason });
    expect(FakeWebSocket.all.length).toBe(0);
  });

  test('use a given ticket once', async () => {
    const token = tokenOf('ann', { type: 'websocket' });
    progressClient(scriptedFetch().fetch, { token }).job('b-1').subscribe(() => {});
    await later();
    expect(FakeWebSocket.last.url).toContain(encodeURIComponent(token));
    FakeWebSocket.last.opens();
    FakeWebSocket.last.breaks();
    await later(60_000);
    expect(FakeWebSocket.all.length).toBe(1);
    expect(client.connection.getSnapshot()).toMatchObject({ phase: 'refused', reason: expect.stringContaining('has been used') });
  });

  test('take a refusal by close code for one', async () => {
    progressClient(scriptedFetch(['POST', 200, ticket(0)]).fetch).job('b-1').subscribe(() => {});
    await later();
    FakeWebSocket.last.opens();
    FakeWebSocket.last.breaks(1008, 'not yours');
    await later(60_000);
    expect(client.connection.getSnapshot()).toMatchObject({ phase: 'refused', reason: expect.any(String) });
  });
});

describe('uploads that become batches', () => {
  const at = '2025-11-01T10:30:45.123Z';
  test('do not end while it is unknown how many there are', async () => {
    const list = { jobId: 'u-1', batches: [{ logId: 'l-1', batchIndex: 0, status: 'PROCESSED' }] };
    client = createClient({ protocol: 'consumer_events', url: 'http://server.test:3001', share: false, WebSocket: FakeWebSocket, transports: ['websocket'],
      fetch: scriptedFetch(['GET', 200, () => list]).fetch });
    const store = client.job('u-1');
    store.subscribe(() => {});
    await later();
    FakeWebSocket.last.welcomes();
    await later();
    expect(store.getSnapshot()).toMatchObject({ phase: 'working', details: { processed: 1 } });
    list.batchCount = 1;
    FakeWebSocket.last.breaks();
    await later(1000);
    FakeWebSocket.last.welcomes();
    await later();
    expect(store.getSnapshot().phase).toBe('completed');
  });

  test('have one bar; failures count as finished', async () => {
    const { fetch } = scriptedFetch(['GET /producers/uploads/u-1', 200, { jobId: 'u-1', batchCount: 2, batches: [{ logId: 'l-1', batchIndex: 0, status: 'PENDING' }] }]);
    client = createClient({ protocol: 'consumer_events', url: 'http://server.test:3001', share: false, WebSocket: FakeWebSocket, transports: ['websocket'], fetch });
    const store = client.job('u-1');
    store.subscribe(() => {});
    await later();
    FakeWebSocket.last.welcomes();
    await later();
    expect(store.getSnapshot()).toMatchObject({ phase: 'working', bar: 0, details: { processed: 0, total: 2 } });
    FakeWebSocket.last.emits('processing-started', { logId: 'l-1', status: 'PROCESSING', timestamp: at });
    FakeWebSocket.last.emits('processing-completed', { logId: 'l-1', consumerId: 'c', status: 'PROCESSED', timestamp: at });
    expect(store.getSnapshot().bar).toBe(50);
    FakeWebSocket.last.emits('message-received', { logId: 'l-2', data: { dataType: 'CSV_BATCH', rowCount: 3, uploadId: 'u-1', batchIndex: 1, batchCount: 2 }, timestamp: at });
    FakeWebSocket.last.emits('processing-failed', { logId: 'l-2', status: 'FAILED', error: 'Row 3: price', timestamp: at });
    expect(store.getSnapshot()).toMatchObject({ phase: 'failed', details: { processed: 2, total: 2, errors: 1 }, error: { message: '1 of 2 batches failed: Row 3: price' } });
  });
});
