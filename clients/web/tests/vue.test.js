// @vitest-environment jsdom
import { createApp, h, nextTick, ref } from 'vue';
import { beforeEach, expect, test } from 'vitest';
import { useBulkUploadWebSocket, useConsumerEvents, useUploadProgress } from '../src/vue.js';
import { FakeWebSocket, progress, scriptedFetch } from './scripted.js';

const more = { share: false, WebSocket: FakeWebSocket, transports: ['websocket'], wait: () => 1 };
beforeEach(() => {
  FakeWebSocket.all = [];
});
const settle = async () => {
  for (let i = 0; i < 20; ++i) await Promise.resolve();
  await nextTick();
};
function mounted(setup, render) {
  const place = document.createElement('div');
  const app = createApp({ setup: () => { const values = setup(); return () => h('p', render(values)); } });
  app.mount(place);
  return { place, app };
}

test('useBulkUploadWebSocket', async () => {
  const heard = [];
  const { place, app } = mounted(() => useBulkUploadWebSocket({ ...more, url: 'http://vue.test:1', token: 'secret', jobId: 'job-1', onProgress: (e) => heard.push(e.stage) }),
    ({ isConnected, job }) => `${isConnected.value} ${job.value.bar}`);
  await settle();
  FakeWebSocket.last.welcomes();
  await settle();
  FakeWebSocket.last.emits('bulk_upload_progress', progress('file_reading', 15));
  await settle();
  expect(place.textContent).toBe('true 15');
  expect(heard).toEqual(['file_reading']);
  expect(FakeWebSocket.all.length).toBe(1);
  app.unmount();
});

test('useUploadProgress follows the batch that is named now', async () => {
  const batch = ref(null);
  const { fetch } = scriptedFetch(['POST', 200, { websocket_token: 't' }]);
  const { place, app } = mounted(() => useUploadProgress(batch, 'session', { ...more, url: 'http://vue.test:2', fetch }), (values) => `${values.status} ${values.progress} ${values.stage}`);
  expect(place.textContent).toBe('idle 0 null');
  batch.value = 'b-2';
  await settle();
  FakeWebSocket.last.opens();
  FakeWebSocket.last.says({ batch_id: 'b-2', progress: 10, status: 'processing', stage: 'validation', message: '', timestamp: '2024-01-01T12:00:00Z' });
  await settle();
  expect(place.textContent).toBe('processing 10 validation');
  app.unmount();
});

test('useConsumerEvents', async () => {
  const { place, app } = mounted(() => useConsumerEvents({ ...more, url: 'http://vue.test:3' }), ({ isConnected, stats }) => `${isConnected.value} ${stats.value.received}`);
  await settle();
  FakeWebSocket.last.welcomes();
  FakeWebSocket.last.emits('message-received', { logId: 'l', data: { dataType: 'SINGLE_MESSAGE' }, timestamp: '2024-01-01T12:00:00Z' });
  await settle();
  expect(place.textContent).toBe('true 1');
  app.unmount();
});
