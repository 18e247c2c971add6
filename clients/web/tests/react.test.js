// @vitest-environment jsdom
// The hooks under StrictMode, which mounts everything twice.
import { act, createElement as h, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { useBulkUploadWebSocket, useConsumerEvents, useUploadProgress } from '../src/react.js';
import { complete, FakeWebSocket, progress, scriptedFetch } from './scripted.js';

globalThis.IS_REACT_ACT_ENVIRONMENT = true;
let root, place, port = 1;
const more = { share: false, WebSocket: FakeWebSocket, transports: ['websocket'], wait: () => 1 };
const url = () => `http://server.test:${port}`;

beforeEach(() => {
  FakeWebSocket.all = [];
  port += 1; // a page's clients are kept by their address
  place = document.createElement('div');
  root = createRoot(place);
});
afterEach(() => act(() => root.unmount()));

const settle = () => act(async () => {
  for (let i = 0; i < 20; ++i) await Promise.resolve();
});
const show = async (component) => {
  await act(async () => root.render(h(StrictMode, null, h(component))));
  await settle();
};

test('useBulkUploadWebSocket: one connection, callbacks and values', async () => {
  const heard = [];
  await show(function Screen() {
    const [done, setDone] = useState(false);
    const { isConnected, job, subscribeToJob } = useBulkUploadWebSocket({ ...more, url: url(), token: 'secret', jobId: 'job-1',
      onProgress: (data) => heard.push(data.progress), onComplete: () => setDone(true) });
    return h('p', { onClick: () => subscribeToJob('job-2') }, `${isConnected} ${job.jobId} ${job.stage} ${job.bar} ${done}`);
  });
  expect(FakeWebSocket.all.length).toBe(1);
  await act(async () => FakeWebSocket.last.welcomes());
  await settle();
  expect(FakeWebSocket.last.emitted).toEqual([['subscribe_bulk_upload_job', { job_id: 'job-1' }]]);
  await act(async () => FakeWebSocket.last.emits('bulk_upload_progress', progress('file_reading', 15)));
  expect(place.textContent).toBe('true job-1 file_reading 15 false');
  await act(async () => FakeWebSocket.last.emits('bulk_upload_complete', complete()));
  expect(place.textContent).toBe('true job-1 file_reading 100 true');
  expect(heard).toEqual([15]);
  await act(async () => place.querySelector('p').dispatchEvent(new MouseEvent('click', { bubbles: true })));
  document.body.append(place);
  await act(async () => place.querySelector('p').click());
  await settle();
  expect(FakeWebSocket.last.emitted.at(-1)).toEqual(['subscribe_bulk_upload_job', { job_id: 'job-2' }]);
});

test('useUploadProgress returns what the document says, and a malformed message is an error in it', async () => {
  const { fetch } = scriptedFetch(['POST', 200, { websocket_token: 't' }]);
  let values;
  await show(function Screen() {
    values = useUploadProgress('b-1', 'session', { ...more, url: url(), fetch });
    return h('progress', { value: values.progress, max: 100 });
  });
  expect(values).toMatchObject({ isConnected: false, progress: 0, status: 'idle', stage: null, message: '', details: {}, error: null });
  expect(FakeWebSocket.all.length).toBe(1);
  await act(async () => FakeWebSocket.last.opens());
  await settle();
  expect(values).toMatchObject({ isConnected: true, status: 'connected' });
  await act(async () => FakeWebSocket.last.says({ batch_id: 'b-1', progress: '45' }));
  expect(values.error).toBe('/progress: expected a number of 0 to 100, got "45"');
  await act(async () => FakeWebSocket.last.says({ batch_id: 'b-1', progress: 45.5, status: 'processing', stage: 'parsing', message: '<img src=x onerror=alert(1)>',
    details: { processed: 150, total: 500 }, timestamp: '2024-01-01T12:00:00Z' }));
  expect(values).toMatchObject({ progress: 45.5, status: 'processing', stage: 'parsing', details: { processed: 150, total: 500 }, error: null });
});

test('useConsumerEvents is the dashboard', async () => {
  let values;
  await show(function Screen() {
    values = useConsumerEvents({ ...more, url: url() });
    return null;
  });
  expect(FakeWebSocket.all.length).toBe(1);
  await act(async () => FakeWebSocket.last.welcomes());
  const at = '2025-11-01T10:30:45.123Z';
  await act(async () => {
    FakeWebSocket.last.emits('message-received', { logId: 'l-1', data: { dataType: 'SINGLE_MESSAGE' }, timestamp: at });
    FakeWebSocket.last.emits('processing-started', { logId: 'l-1', status: 'PROCESSING', timestamp: at });
    FakeWebSocket.last.emits('processing-failed', { logId: 'l-1', status: 'FAILED', error: 'no', timestamp: at });
    FakeWebSocket.last.emits('processing-failed', { logId: 'l-1', status: 'FAILED', error: 'told twice', timestamp: at });
  });
  expect(values.stats).toEqual({ received: 1, processing: 0, completed: 0, failed: 1 });
  expect(values.events).toMatchObject([{ logId: 'l-1', status: 'failed', error: 'no' }]);
  await act(async () => FakeWebSocket.last.emits('stats-updated', { received: 9, processing: 1, completed: 7, failed: 1, timestamp: at }));
  expect(values.stats.received).toBe(9);
});
