// The tables judge as the SDK does, and the documents' names are what the documents say.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import * as contract from '../src/contract.js';
import { UploadStatus, violationsOf, WebSocketEvents, WebSocketRooms } from '../src/index.js';
import { program } from './reference_server.js';

/** Tables by the name of the payload's type, those of nested objects too. */
function tablesByType() {
  const found = new Map();
  const pascal = (name) => name.split(/[-_]/).map((word) => word[0].toUpperCase() + word.slice(1)).join('');
  for (const tables of Object.entries(contract).filter(([name]) => name.endsWith('Tables')).map(([, t]) => t))
    for (const [name, { fields }] of [...Object.entries(tables.events), ...Object.entries(tables.clientEvents)])
      found.set(`${pascal(name)} ${fields.map((f) => f.name)}`, fields);
  return [...found];
}

test('payloads on both sides of every edge are judged as the SDK judges them, at the same pointer', () => {
  const text = execFileSync(join(program, '../uploadproto'), ['schema', '--format', 'samples'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const samples = JSON.parse(text);
  const tables = tablesByType();
  const different = [], seen = { valid: 0, refused: 0 };
  for (const sample of samples) {
    // Types of payloads are named after their protocol where the event's name alone would not be unique.
    const fitting = tables.filter(([key]) => key.split(' ')[0] === sample.type || sample.type.endsWith(key.split(' ')[0]) || aliases[sample.type] === key.split(' ')[0]);
    if (fitting.length !== 1) continue;
    const found = violationsOf(fitting[0][1], sample.payload);
    const right = sample.valid ? found.length === 0 : found.some((v) => v.pointer === sample.pointer);
    seen[sample.valid ? 'valid' : 'refused'] += 1;
    if (!right) different.push(`${sample.type} ${sample.sample}: ${JSON.stringify(found)}`);
  }
  expect(different).toEqual([]);
  expect(seen.valid).toBeGreaterThan(100);
  expect(seen.refused).toBeGreaterThan(300);
});
const aliases = { FileUploadProgress: 'UploadProgress', FileUploadCompleted: 'UploadCompleted', FileUploadError: 'UploadError', UploadProgressMessage: 'Message' };

test('the names of the documents', () => {
  expect(WebSocketEvents).toEqual({ JOIN_UPLOAD_ROOM: 'join-upload-room', LEAVE_UPLOAD_ROOM: 'leave-upload-room', PING: 'ping',
    UPLOAD_PROGRESS: 'upload-progress', UPLOAD_COMPLETED: 'upload-completed', UPLOAD_ERROR: 'upload-error', PONG: 'pong' });
  expect(UploadStatus).toEqual({ STARTED: 'started', PROCESSING: 'processing', COMPLETED: 'completed', FAILED: 'failed' });
  expect(WebSocketRooms).toEqual({ UPLOAD: 'upload' });
});
