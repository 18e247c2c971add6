// The yardstick of the pipeline: exceljs reads a workbook and writes its rows to another, nothing else.
//
//   node bench/node/exceljs.mjs FILE OUT [--streaming]
//
// Prints {"rows":…,"read_ms":…,"write_ms":…,"peak_rss_kib":…}. --streaming uses exceljs' streaming reader and writer.
import { createRequire } from "node:module";
import { parseArgs } from "node:util";

const require = createRequire(new URL("../../tests/interop/js/package.json", import.meta.url));
const ExcelJS = require("exceljs");

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { streaming: { type: "boolean", default: false } },
});
const [file, out] = positionals;

async function whole() {
  const began = performance.now();
  const read = new ExcelJS.Workbook();
  await read.xlsx.readFile(file);
  const rows = [];
  read.worksheets[0].eachRow((row) => rows.push(row.values));
  const done = performance.now();

  const written = new ExcelJS.Workbook();
  const sheet = written.addWorksheet("All Rows");
  for (const row of rows) sheet.addRow(row);
  await written.xlsx.writeFile(out);
  return { rows: rows.length, read_ms: done - began, write_ms: performance.now() - done };
}

async function streaming() {
  const began = performance.now();
  const rows = [];
  const reader = new ExcelJS.stream.xlsx.WorkbookReader(file, { sharedStrings: "cache", worksheets: "emit" });
  for await (const sheet of reader) {
    for await (const row of sheet) rows.push(row.values);
    break;
  }
  const done = performance.now();

  const writer = new ExcelJS.stream.xlsx.WorkbookWriter({ filename: out });
  const sheet = writer.addWorksheet("All Rows");
  for (const row of rows) sheet.addRow(row).commit();
  sheet.commit();
  await writer.commit();
  return { rows: rows.length, read_ms: done - began, write_ms: performance.now() - done };
}

const result = values.streaming ? await streaming() : await whole();
console.log(JSON.stringify({ ...result, peak_rss_kib: process.resourceUsage().maxRSS }));
