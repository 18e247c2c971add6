// What is generated from the contract, judged from outside: it is up to date, ajv judges payloads as the SDK does,
// @asyncapi/parser and tsc have nothing to object.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Parser } from '@asyncapi/parser';
import Ajv2020 from 'ajv/dist/2020.js';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../../..');
const program = path.join(process.env.UPLOADPROTO_PROGRAMS ?? path.join(root, 'build/bin'), 'uploadproto');
const generate = path.join(root, 'bindings/generate');
const schemaOf = (format) => execFileSync(program, ['schema', '--format', format], { encoding: 'utf8', maxBuffer: 1 << 26 });

let fresh;
before(() => {
  fresh = mkdtempSync(path.join(tmpdir(), 'uploadproto-generated-'));
  execFileSync(generate, ['--into', fresh], { env: { ...process.env, UPLOADPROTO: program } });
});
after(() => rmSync(fresh, { recursive: true, force: true }));

const generatedFiles = () =>
  readFileSync(generate, 'utf8').split("<<'FILES'\n")[1].split('\nFILES')[0].split('\n').map((line) => line.split(' ')[1]);

test('every generated file is as the contract says today', () => {
  const files = generatedFiles();
  assert.ok(files.length >= 6);
  for (const file of files) {
    const committed = readFileSync(path.join(root, file), 'utf8');
    assert.ok(committed === readFileSync(path.join(fresh, file), 'utf8'), `${file} is out of date: run bindings/generate`);
  }
});

// Rules that JSON Schema has no word for, and dates that only a calendar refuses.
const beyondSchema = (sample) => sample.violation === 'more_than' ||
  (sample.violation === 'wrong_form' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(at(sample.payload, sample.pointer)));
const at = (value, pointer) => pointer.split('/').slice(1).reduce((inner, key) => inner?.[key], value);

test('ajv accepts and refuses the same payloads as the SDK', () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, keywords: ['x-uploadproto-at-most'] });
  const schema = JSON.parse(readFileSync(path.join(fresh, 'bindings/schema/events.schema.json'), 'utf8'));
  ajv.addSchema(schema);
  const samples = JSON.parse(schemaOf('samples'));
  const different = [];
  let refused = 0;
  for (const sample of samples) {
    const validate = ajv.getSchema(`${schema.$id}#/$defs/${sample.type}`);
    assert.ok(validate, sample.type);
    const accepted = validate(sample.payload);
    refused += accepted ? 0 : 1;
    if (accepted !== sample.valid && !beyondSchema(sample)) different.push(`${sample.type}: ${sample.sample}`);
  }
  assert.deepEqual(different, []);
  assert.ok(samples.length > 500 && refused > 300, `${samples.length} samples, ${refused} refused`);
});

test('the AsyncAPI document is one', async () => {
  const { document, diagnostics } = await new Parser().parse(readFileSync(path.join(fresh, 'bindings/schema/asyncapi.json'), 'utf8'));
  const objections = diagnostics.filter((d) => d.severity <= 1).map((d) => `${d.path.join('/')}: ${d.message}`);
  assert.deepEqual(objections, []);
  assert.equal(document.channels().length, 4);
});

/** What the compiler says of a program that uses the generated types. */
function objectionsTo(text) {
  const file = path.join(fresh, 'clients/web/src/use.ts');
  writeFileSync(file, text);
  const checked = ts.createProgram([file], {
    strict: true, noEmit: true, allowJs: true, checkJs: true, target: ts.ScriptTarget.ES2022, types: [],
    module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, allowImportingTsExtensions: true,
  });
  return ts.getPreEmitDiagnostics(checked).map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'));
}

test('tsc takes the types, and they refuse what the contract refuses', () => {
  const head = `import type { BulkUploadProgress, BulkUploadServerEvents } from './contract.types.ts';
import { BulkUploadStages, BulkUploadEventNames } from './contract.js';
`;
  const event = (stage) => `export const e: BulkUploadProgress = { job_id: 'j', stage: '${stage}', progress: 1, message: '',
  status: 'processing', timestamp: '' };\n`;
  assert.deepEqual(objectionsTo(head + event('file_reading') + `
export const stage: BulkUploadProgress['stage'] = BulkUploadStages[1].name;
export const name: keyof BulkUploadServerEvents = BulkUploadEventNames.BULK_UPLOAD_PROGRESS;`), []);
  assert.equal(objectionsTo(head + event('no_stage')).length, 1);
  assert.equal(objectionsTo(head + "export const e: BulkUploadProgress = { job_id: 'j' };").length, 1);
});
