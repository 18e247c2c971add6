// @vitest-environment jsdom
// The client against the real reference server, with a browser's XMLHttpRequest, FormData and WebSocket (jsdom's).
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { io } from 'socket.io-client';
import { createClient } from '../src/index.js';
import { startServer, until } from './reference_server.js';

let server;
const clients = [];
beforeAll(async () => {
  server = await startServer({ more: ['--cors-origin', '*'] });
});
afterAll(() => server.remove());
afterEach(() => Promise.all(clients.splice(0).map((client) => client.close())));

const makeClient = (protocol, more = {}) => {
  const client = createClient({ protocol, url: server.urls[protocol], share: false, token: () => server.token('ann'), ...more });
  clients.push(client);
  return client;
};
const ended = (job) => ['completed', 'failed', 'cancelled'].includes(job.phase);
const csv = (rows) => new File([['date,description,amount', ...Array.from({ length: rows }, (_, i) => `2025-01-02,Shop ${i},-1.50`)].join('\n')], 't.csv', { type: 'text/csv' });
const users = (rows) => new File([['First Name,Last Name,Email', ...Array.from({ length: rows }, (_, i) => `A${i},B,a${i}@example.org`)].join('\n')], 'u.csv');

/** Every snapshot that a screen would draw. */
function recorded(store) {
  const seen = [];
  store.subscribe(() => seen.push(store.getSnapshot()));
  return seen;
}

test('a file upload is one monotone bar from the first byte to the end', async () => {
  const client = makeClient('file_upload');
  const store = client.upload(users(500), { templateName: 'users' });
  const seen = recorded(store);
  const job = await until(store, ended);
  expect(job).toMatchObject({ phase: 'completed', bar: 100, details: { processed: 500, total: 500, errors: [] } });
  expect(seen.map((s) => s.bar)).toEqual(seen.map((s) => s.bar).sort((a, b) => a - b));
  expect(seen[0].phase).toBe('uploading');
});

test('a refusal is told as the server words it', async () => {
  const store = makeClient('file_upload').upload(users(1), { templateName: 'no-such-template' });
  const job = await until(store, ended);
  expect(job).toMatchObject({ phase: 'failed', error: { kind: 'upload', message: expect.stringContaining('no-such-template') } });
});

test('transactions are followed by a ticket', async () => {
  const store = makeClient('upload_progress').upload(csv(300));
  const seen = recorded(store);
  expect(await until(store, ended)).toMatchObject({ phase: 'completed', stage: 'categorization', bar: 100 });
  expect(new Set(seen.map((s) => s.stage))).toEqual(new Set([null, 'validation', 'scanning', 'parsing', 'database', 'categorization']));
});

test('batches of the consumer service have one bar, all polled or told', async () => {
  const client = makeClient('consumer_events', { restUrl: server.urls.producers, token: undefined });
  const orders = new File([['orderNumber,productName,quantity,price', ...Array.from({ length: 250 }, (_, i) => `N${i},Thing,1,2.50`)].join('\n')], 'o.csv');
  const store = client.upload(orders);
  expect(await until(store, ended)).toMatchObject({ phase: 'completed', details: { processed: 3, total: 3, errors: 0 } });
});

describe.each([['this package', {}], ['socket.io-client', { io }], ['this package over polling', { transports: ['polling'] }],
               ['socket.io-client over polling', { io, transports: ['polling'] }]])('bulk upload by %s', (_, how) => {
  test('is refused with a bad token, and not tried again', async () => {
    const client = makeClient('bulk_upload', { ...how, token: 'a.b.c' });
    const store = client.job('job-1');
    const job = await until(store, (s) => s.connection.phase === 'refused');
    expect(job.connection.reason).toBe('Invalid authentication token');
  });

  test('a file that is no workbook fails at its stage, with the sentence', async () => {
    const client = makeClient('bulk_upload', how);
    const store = client.upload(new File(['PK no zip'], 'members.xlsx'));
    const job = await until(store, ended);
    expect(job).toMatchObject({ phase: 'failed', stage: 'file_reading', error: { kind: 'failed' } });
    expect(job.error.message.length).toBeGreaterThan(10);
  });
});

test('a job goes on being followed when the server comes back', async () => {
  const own = await startServer({ sites: ['file_upload'] });
  try {
    const client = createClient({ protocol: 'file_upload', url: own.urls.file_upload, share: false, wait: () => 50 });
    clients.push(client);
    const store = client.job('later-1');
    await until(store, (s) => s.connection.phase === 'connected');
    const end = store.subscribe(() => {});
    await own.stop('SIGKILL');
    await until(store, (s) => s.connection.phase === 'waiting' && s.connection.reason !== '');
    await own.start();
    await until(store, (s) => s.connection.phase === 'connected');
    const other = client.upload(users(10), { templateName: 'users', jobId: 'later-1' });
    expect(other).toBe(store);
    expect(await until(store, ended)).toMatchObject({ phase: 'completed', connection: { reason: expect.any(String) } });
    end();
  } finally {
    await own.remove();
  }
});
