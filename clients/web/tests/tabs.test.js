// Tabs of one browser share a connection: real channels, and locks as browsers have them.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createClient } from '../src/index.js';
import { complete, FakeWebSocket, progress, tokenOf } from './scripted.js';

/** Web Locks: whoever asks first holds it until its promise settles. */
function fakeLocks() {
  const tails = new Map();
  return {
    request(name, { signal }, hold) {
      const before = tails.get(name) ?? Promise.resolve();
      const mine = before.then(() => (signal.aborted ? undefined : hold()));
      tails.set(name, mine);
      return mine;
    },
  };
}

let tabs;
beforeEach(() => {
  tabs = [];
  FakeWebSocket.all = [];
  vi.stubGlobal('navigator', { locks: fakeLocks() });
});
afterEach(async () => {
  await Promise.all(tabs.map((tab) => tab.close()));
  vi.unstubAllGlobals();
});

const tab = (user = 'ann') => {
  const client = createClient({ protocol: 'bulk_upload', url: 'http://server.test:5000', token: tokenOf(user), WebSocket: FakeWebSocket, transports: ['websocket'], wait: () => 1 });
  tabs.push(client);
  return client;
};
/** @param {() => boolean} holds */
const eventually = (holds) => vi.waitFor(() => expect(holds()).toBe(true), { timeout: 5000, interval: 1 });
const watch = (client, job = 'job-1') => {
  const store = client.job(job);
  store.subscribe(() => {});
  return store;
};

test('one connection serves all, and each hears of the jobs that it follows', async () => {
  const first = watch(tab());
  await eventually(() => FakeWebSocket.all.length === 1);
  FakeWebSocket.last.welcomes();
  const second = watch(tab(), 'job-2');
  await eventually(() => FakeWebSocket.last.emitted.length === 2);
  FakeWebSocket.last.emits('bulk_upload_progress', progress('file_reading', 15, { job_id: 'job-2' }));
  await eventually(() => second.getSnapshot().progress === 15);
  expect(second.getSnapshot().connection).toMatchObject({ phase: 'connected', shared: true });
  expect(first.getSnapshot()).toMatchObject({ progress: 0, connection: { phase: 'connected', shared: false } });
  expect(FakeWebSocket.all.length).toBe(1);
});

test('a tab that comes late is told what the job has come to', async () => {
  watch(tab());
  await eventually(() => FakeWebSocket.all.length === 1);
  FakeWebSocket.last.welcomes();
  FakeWebSocket.last.emits('bulk_upload_progress', progress('iec_verification', 50));
  const late = watch(tab());
  await eventually(() => late.getSnapshot().progress === 50);
});

test('another tab takes over when the one that had the connection is closed', async () => {
  const leader = tab();
  watch(leader);
  await eventually(() => FakeWebSocket.all.length === 1);
  FakeWebSocket.last.welcomes();
  const other = watch(tab());
  await eventually(() => other.getSnapshot().connection.shared);
  await leader.close();
  await eventually(() => FakeWebSocket.all.length === 2);
  expect(FakeWebSocket.all[0].readyState).toBe(3);
  FakeWebSocket.last.welcomes();
  await eventually(() => FakeWebSocket.last.emitted.length === 1);
  FakeWebSocket.last.emits('bulk_upload_complete', complete());
  await eventually(() => other.getSnapshot().phase === 'completed');
});

test('a job is left when the last tab leaves it', async () => {
  const first = tab(), second = tab();
  const a = first.job('job-1').subscribe(() => {});
  await eventually(() => FakeWebSocket.all.length === 1);
  FakeWebSocket.last.welcomes();
  const b = second.job('job-1').subscribe(() => {});
  watch(first, 'job-2');
  await eventually(() => second.job('job-1').getSnapshot().connection.shared && FakeWebSocket.last.emitted.length === 2);
  a();
  b();
  await eventually(() => FakeWebSocket.last.emitted.length === 3);
  expect(FakeWebSocket.last.emitted[2]).toEqual(['unsubscribe_bulk_upload_job', { job_id: 'job-1' }]);
});

test('users do not share', async () => {
  watch(tab('ann'));
  const bob = watch(tab('bob'));
  await eventually(() => FakeWebSocket.all.length === 2);
  for (const socket of FakeWebSocket.all) socket.welcomes();
  const anns = FakeWebSocket.all.find((s) => s.sent[0].includes(tokenOf('ann')));
  anns.emits('bulk_upload_progress', progress('file_reading', 15));
  FakeWebSocket.all.find((s) => s !== anns).emits('bulk_upload_progress', progress('file_reading', 11));
  await eventually(() => bob.getSnapshot().progress === 11);
});
