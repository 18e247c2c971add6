// What applications see: the package's types as it ships them, under --strict, and what they refuse.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';

const here = join(import.meta.dirname, '..');
/** What the compiler says of each program. @type {Record<string, string[]>} */
const objections = {};
let folder;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'uploadproto-types-'));
  const installed = join(folder, 'node_modules/@uploadproto/client');
  mkdirSync(installed, { recursive: true });
  cpSync(join(here, 'package.json'), join(installed, 'package.json'));
  execFileSync(process.execPath, [join(here, 'node_modules/typescript/bin/tsc'), '-p', join(here, 'tsconfig.types.json'), '--outDir', join(installed, 'types')]);
  for (const name of ['react', 'vue', '@vue', 'socket.io-client', 'csstype', '@socket.io', 'engine.io-client', 'socket.io-parser', '@types'])
    symlinkSync(join(here, 'node_modules', name), join(folder, 'node_modules', name));
  const texts = { ...Object.fromEntries(Object.entries(uses).map(([name, text]) => [`${name}.ts`, text])), ...Object.fromEntries(refused.map(([, text], i) => [`refused${i}.ts`, text])) };
  for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
  const program = ts.createProgram(Object.keys(texts).map((name) => join(folder, name)), {
    strict: true, noEmit: true, skipLibCheck: true, target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'], types: [],
    module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext });
  for (const name of Object.keys(texts))
    objections[name] = ts.getPreEmitDiagnostics(program, program.getSourceFile(join(folder, name))).map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const uses = {
  core: `import { createClient, UploadStatus, WebSocketEvents, WebSocketRooms, type JobStore } from '@uploadproto/client';
    const client = createClient({ protocol: 'bulk_upload', url: 'http://localhost:5000', token: async () => 'fresh' });
    const store: JobStore = client.job('job-1');
    const end: () => void = store.subscribe(() => { const { bar, stage, eta } = store.getSnapshot(); const n: number = bar; const s: string | null = stage; const m: number | null = eta; void [n, s, m]; });
    const event: 'join-upload-room' = WebSocketEvents.JOIN_UPLOAD_ROOM; const status: UploadStatus = UploadStatus.COMPLETED; const room: 'upload' = WebSocketRooms.UPLOAD;
    void [end, event, status, room];`,
  io: `import { io } from 'socket.io-client'; import { createClient } from '@uploadproto/client';
    createClient({ protocol: 'file_upload', url: 'http://localhost:3000', io });`,
  react: `import { useBulkUploadWebSocket, useFileUpload, useUploadProgress } from '@uploadproto/client/react';
    export function Screen() {
      const { subscribeToJob } = useBulkUploadWebSocket({ token: 't', jobId: 'j', onProgress: (data) => { const p: number = data.progress; void p; }, onFailed: (data) => { const e: string = data.error; void e; } });
      const { isConnected, progress, status, stage, message, details, error } = useUploadProgress('b', 't');
      const { upload, cancel } = useFileUpload({ templateName: 'users' });
      const connected: boolean = isConnected, rows: number | undefined = details.processed, why: string | null = error;
      void [subscribeToJob, upload, cancel, connected, progress, status, stage, message, rows, why];
    }`,
  vue: `import { ref } from 'vue'; import { useConsumerEvents, useUploadProgress } from '@uploadproto/client/vue';
    const { isConnected, stats } = useConsumerEvents({ url: 'http://localhost:3001' }); const values = useUploadProgress(ref('b'), 't');
    const n: number = stats.value.received + values.progress; const b: boolean = isConnected.value; void [n, b];`,
};
const core = (text) => `import { createClient, UploadStatus } from '@uploadproto/client';\n${text}`;
// Each breaks one type, and no other.
const refused = [
  ['a protocol that there is not', core("createClient({ protocol: 'ftp', url: '' });")],
  ['a client without an address', core("createClient({ protocol: 'bulk_upload' });")],
  ['a status that there is not', core("export const s: UploadStatus = 'done';")],
  ['a job id that is no text', core("createClient({ protocol: 'bulk_upload', url: '' }).job(7);")],
  ['a change of a snapshot\'s history', core("createClient({ protocol: 'bulk_upload', url: '' }).job('j').getSnapshot().history.push(1 as never);")],
  ['a callback for another event', "import { useBulkUploadWebSocket } from '@uploadproto/client/react';\nuseBulkUploadWebSocket({ token: '', onComplete: (e) => e.progress });"],
];

test.each(Object.keys(uses))('%s is used as the documents do', (name) => expect(objections[`${name}.ts`]).toEqual([]));
test.each(refused.map(([what], i) => [what, i]))('%s is refused', (_, i) => expect(objections[`refused${i}.ts`]).toHaveLength(1));

