// Files as rows of texts: CSV, and as much of .xlsx as a first worksheet needs.
import { parse } from "csv-parse/sync";
import { unzipSync, zipSync } from "fflate";
import { BadFile } from "./jobs.mjs";
import { mebibyte } from "./http.mjs";

const largestPart = 256 * mebibyte; // unpacked
const widestRow = 16384; // columns, as Excel has it

export function readTable(bytes, name) {
  return name.toLowerCase().endsWith(".xlsx") ? readWorkbook(bytes) : readCsv(bytes);
}

export function readCsv(bytes) {
  if (bytes.length === 0) throw new BadFile("The file is empty");
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new BadFile("The file is not text in UTF-8");
  }
  if (text.includes("\0")) throw new BadFile("The file is not text");
  try {
    return withHeader(parse(text, { relax_column_count: true, skip_empty_lines: true }));
  } catch (error) {
    throw error instanceof BadFile ? error : new BadFile(`The file is not CSV: ${error.message}`);
  }
}

/** The rows of the first worksheet, blank ones included as empty rows. */
export function readWorkbook(bytes) {
  if (bytes.length === 0) throw new BadFile("The file is empty");
  let parts;
  const filter = ({ name, originalSize }) => {
    const wanted = /^xl\/(sharedStrings|worksheets\/sheet\d*)\.xml$/.test(name);
    if (wanted && originalSize > largestPart) throw new BadFile("The workbook is too large unpacked");
    return wanted;
  };
  try {
    parts = unzipSync(bytes, { filter });
  } catch (error) {
    throw error instanceof BadFile ? error : new BadFile("The file is not an Excel workbook (.xlsx)");
  }
  const [sheet] = Object.keys(parts)
    .filter((name) => name.startsWith("xl/worksheets/"))
    .sort();
  if (!sheet) throw new BadFile("The workbook has no worksheet");
  const text = (name) => (parts[name] ? Buffer.from(parts[name]).toString("utf8") : "");
  return withHeader(sheetRows(text(sheet), sharedStrings(text("xl/sharedStrings.xml"))));
}

function withHeader(rows) {
  if (!rows[0]?.some((cell) => cell.trim() !== "")) throw new BadFile("The file has no header in its first row");
  if (!rows.slice(1).some((row) => row.some((cell) => cell.trim() !== "")))
    throw new BadFile("The file has no data rows");
  return rows;
}

/** Every tag of an XML document with the text behind it. */
function* tags(xml) {
  for (const piece of xml.split("<")) {
    const end = piece.indexOf(">");
    const match = /^(\/?)(?:[\w.-]+:)?([\w.-]+)(.*?)(\/?)$/s.exec(piece.slice(0, Math.max(end, 0)));
    if (!match) continue;
    const [, slash, name, attributes, empty] = match;
    yield { name, attributes, opens: !slash, closes: Boolean(slash || empty), text: unescape(piece.slice(end + 1)) };
  }
}

const entities = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
function unescape(text) {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (name) return entities[name] ?? whole;
    const code = decimal ? parseInt(decimal, 10) : parseInt(hexadecimal, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function sharedStrings(xml) {
  const strings = [];
  for (const { name, opens, text } of tags(xml)) {
    if (name === "si" && opens) strings.push("");
    if (name === "t" && opens && strings.length > 0) strings[strings.length - 1] += text;
  }
  return strings;
}

function sheetRows(xml, strings) {
  const rows = [];
  let row = [];
  let cell;
  for (const { name, attributes, opens, closes, text } of tags(xml)) {
    if (name === "row" && opens) rows.push((row = []));
    if (name === "c" && opens)
      cell = { column: columnOf(attributes) ?? row.length, type: attribute(attributes, "t"), text: "" };
    if ((name === "v" || name === "t") && opens && cell) cell.text += text;
    if (name === "c" && closes && cell) {
      while (row.length <= cell.column) row.push("");
      row[cell.column] = valueOf(cell, strings);
      cell = undefined;
    }
  }
  return rows;
}

const attribute = (attributes, name) => new RegExp(`\\s${name}=["']([^"']*)`).exec(attributes)?.[1];

function columnOf(attributes) {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(attribute(attributes, "r") ?? "")?.[0];
  if (!letters) return undefined;
  const column = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
  if (column >= widestRow) throw new BadFile(`The workbook has a cell in column ${letters}, beyond Excel's last`);
  return column;
}

function valueOf({ type, text }, strings) {
  if (type === "s") return strings[Number(text)] ?? "";
  if (type === undefined && /e/i.test(text)) return String(Number(text)); // 8.00101E12 is a number, not an id
  return text;
}

const escape = (text) =>
  String(text)
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f]/g, "")
    .replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const packaging = "http://schemas.openxmlformats.org/package/2006";
const sheetType = "application/vnd.openxmlformats-officedocument.spreadsheetml";
export const workbookType = `${sheetType}.sheet`;

/** A workbook of `sheets`, name by name the rows. Every text is an inline string, so none runs as a formula. */
export function writeWorkbook(sheets) {
  const names = Object.keys(sheets);
  const each = (write) => names.map((name, i) => write(i + 1, name)).join("");
  const parts = {
    "[Content_Types].xml":
      `<Types xmlns="${packaging}/content-types">` +
      '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
      `<Override PartName="/xl/workbook.xml" ContentType="${sheetType}.sheet.main+xml"/>` +
      each((n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${sheetType}.worksheet+xml"/>`) +
      "</Types>",
    "_rels/.rels": relationships([`Type="${relations}/officeDocument" Target="xl/workbook.xml"`]),
    "xl/workbook.xml":
      `<workbook xmlns="${main}" xmlns:r="${relations}"><sheets>` +
      each((n, name) => `<sheet name="${escape(name)}" sheetId="${n}" r:id="r${n}"/>`) +
      "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": relationships(
      names.map((_, i) => `Type="${relations}/worksheet" Target="worksheets/sheet${i + 1}.xml"`),
    ),
  };
  names.forEach((name, i) => (parts[`xl/worksheets/sheet${i + 1}.xml`] = sheetXml(sheets[name])));
  const files = Object.entries(parts).map(([name, xml]) => [name, Buffer.from(declaration + xml)]);
  return Buffer.from(zipSync(Object.fromEntries(files)));
}

const relationships = (list) =>
  `<Relationships xmlns="${packaging}/relationships">` +
  list.map((attributes, i) => `<Relationship Id="r${i + 1}" ${attributes}/>`).join("") +
  "</Relationships>";

function sheetXml(rows) {
  const cell = (value, row, column) =>
    `<c r="${columnName(column)}${row + 1}" t="inlineStr"><is><t xml:space="preserve">${escape(value)}</t></is></c>`;
  const lines = rows.map(
    (cells, row) => `<row r="${row + 1}">${cells.map((value, i) => cell(value, row, i)).join("")}</row>`,
  );
  return `<worksheet xmlns="${main}"><sheetData>${lines.join("")}</sheetData></worksheet>`;
}

function columnName(column) {
  const last = String.fromCharCode(65 + (column % 26));
  return column < 26 ? last : columnName(Math.floor(column / 26) - 1) + last;
}
