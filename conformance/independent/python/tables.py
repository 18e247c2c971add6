"""Files as rows of texts: CSV, and as much of .xlsx as a first worksheet needs."""

import csv
import html
import io
import re
import zipfile
from xml.etree import ElementTree

from jobs import BadFile
from rest import MEBIBYTE

LARGEST_UNPACKED = 256 * MEBIBYTE
SHARED_STRINGS = "xl/sharedStrings.xml"


def read_table(content, name):
    return read_workbook(content) if name.lower().endswith(".xlsx") else read_csv(content)


def read_csv(content):
    if not content:
        raise BadFile("The file is empty")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile("The file is not text in UTF-8") from None
    if "\0" in text:
        raise BadFile("The file is not text")
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row]
    except csv.Error as error:
        raise BadFile(f"The file is not CSV: {error}") from None
    return with_header(rows)


def read_workbook(content):
    """The rows of the first worksheet, blank ones included as empty rows."""
    if not content:
        raise BadFile("The file is empty")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            return with_header(sheet_rows(container))
    except BadFile:
        raise
    except Exception as error:  # a zip that only looks like a workbook fails deep inside, in many ways
        raise BadFile("The file is not an Excel workbook (.xlsx)") from error


def sheet_rows(container):
    names = sorted(name for name in container.namelist() if re.fullmatch(r"xl/worksheets/sheet\d*\.xml", name))
    strings = []
    if SHARED_STRINGS in container.namelist():
        strings = [text_in(item) for item in elements(container, SHARED_STRINGS, "si")]
    return [cells_of(row, strings) for row in elements(container, names[0], "row")]


def elements(container, name, wanted):
    """The elements of that local name in a part, each whole; they are forgotten once taken."""
    if container.getinfo(name).file_size > LARGEST_UNPACKED:
        raise BadFile("The workbook is too large unpacked")
    with container.open(name) as part:
        for _, element in ElementTree.iterparse(part):
            if local(element) == wanted:
                yield element
                element.clear()


def cells_of(row, strings):
    cells = []
    for cell in row:
        column = column_of(cell.get("r")) if cell.get("r") else len(cells)
        cells += [""] * (column + 1 - len(cells))
        cells[column] = value_of(cell, strings)
    return cells


def column_of(reference):
    column = 0
    for letter in re.match("[A-Z]{1,3}", reference)[0]:
        column = column * 26 + ord(letter) - 64
    return column - 1


def value_of(cell, strings):
    text = text_in(cell)
    if cell.get("t") == "s":
        return strings[int(text)]
    if cell.get("t") is None and "e" in text.lower():  # 8.00101E12 is a number, not an id
        return str(int(float(text)))
    return text


def text_in(element):
    return "".join(part.text or "" for part in element.iter() if local(part) in ("v", "t"))


def local(element):
    return element.tag.rpartition("}")[2]


def filled(row):
    return any(cell.strip() for cell in row)


def with_header(rows):
    if not rows or not filled(rows[0]):
        raise BadFile("The file has no header in its first row")
    if not any(map(filled, rows[1:])):
        raise BadFile("The file has no data rows")
    return rows


DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGING = "http://schemas.openxmlformats.org/package/2006"
RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
WORKBOOK_TYPE = f"{SPREADSHEET}.sheet"
SHEET_TYPE = f"{SPREADSHEET}.worksheet+xml"


def write_workbook(sheets):
    """A workbook of `sheets`, name by name the rows. Every text is an inline string, so none runs as a formula."""
    numbered = list(enumerate(sheets, 1))
    overrides = override("/xl/workbook.xml", WORKBOOK_TYPE + ".main+xml") + "".join(
        override(f"/xl/worksheets/sheet{n}.xml", SHEET_TYPE) for n, _ in numbered)
    titles = "".join(f'<sheet name="{escaped(name)}" sheetId="{n}" r:id="r{n}"/>' for n, name in numbered)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGING}/content-types">'
                               f'<Default Extension="rels" ContentType="{RELS_TYPE}"/>{overrides}</Types>',
        "_rels/.rels": relationships("officeDocument", ["xl/workbook.xml"]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{titles}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relationships("worksheet", [f"worksheets/sheet{n}.xml" for n, _ in numbered]),
        **{f"xl/worksheets/sheet{n}.xml": sheet_xml(sheets[name]) for n, name in numbered},
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as container:
        for name, xml in parts.items():
            container.writestr(name, DECLARATION + xml)
    return content.getvalue()


def override(name, content_type):
    return f'<Override PartName="{name}" ContentType="{content_type}"/>'


def relationships(kind, targets):
    links = "".join(f'<Relationship Id="r{n}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
                    for n, target in enumerate(targets, 1))
    return f'<Relationships xmlns="{PACKAGING}/relationships">{links}</Relationships>'


def sheet_xml(rows):
    lines = (f'<row r="{n}">{"".join(cell_xml(n, column, value) for column, value in enumerate(row))}</row>'
             for n, row in enumerate(rows, 1))
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def cell_xml(number, column, value):
    reference = f"{column_name(column)}{number}"
    return f'<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{escaped(value)}</t></is></c>'


def column_name(column):
    return ("" if column < 26 else column_name(column // 26 - 1)) + chr(65 + column % 26)


def escaped(value):
    return html.escape(re.sub("[\0-\x08\x0b\x0c\x0e-\x1f]", "", str(value)))
