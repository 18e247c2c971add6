# Distributed under the Boost Software License, Version 1.0. (See accompanying file LICENSE)
"""An independent hand on both ends: openpyxl writes what our reader reads, and reads what our writer wrote.

    ingest_oracle.py write FILE.xlsx   writes a workbook, prints what its first sheet shows, a line a cell
    ingest_oracle.py read FILE.xlsx    prints every sheet of a workbook, a line a cell
A line is SHEET, ROW, COLUMN (from 1) and the text in hexadecimal UTF-8, separated by spaces.
"""
import datetime
import random
import sys


def say(sheet, row, column, text):
    print(sheet.replace(" ", "_"), row, column, text.encode("utf-8").hex())


def shown(value):
    """What BU-P1's reader promises for a Python value."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S") if value.time() != datetime.time() else value.strftime("%Y-%m-%d")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, float):
        return "%.15g" % value
    return str(value)


def values(dice):
    words = ["Naledi", "van der Merwe", "Zoë", "O'Reilly", "<&>\"", "línea\nnueva", " spaced ", "日本語", "😀", "_x0041", "a_b"]
    yield dice.choice(words)
    yield dice.randrange(10**13)
    yield dice.randrange(-1000, 1000)
    yield float(dice.randrange(-10**6, 10**6)) / 64
    yield dice.random() < 0.5
    yield datetime.datetime(1901, 1, 1) + datetime.timedelta(seconds=dice.randrange(6 * 10**9))
    yield datetime.date(1901, 1, 1) + datetime.timedelta(days=dice.randrange(70000))
    yield datetime.time(dice.randrange(24), dice.randrange(60), dice.randrange(60))
    yield None


def write(path):
    import openpyxl

    dice = random.Random(20251125)
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.create_chartsheet("Chart first")
    sheet = book.create_sheet("First worksheet")
    book.create_sheet("Second").append(["wrong"])
    row = 0
    for _ in range(400):
        row += dice.randrange(1, 4)
        for column, value in enumerate(dice.sample(list(values(dice)), 9), 1):
            if value is None:
                continue
            sheet.cell(row, column, value)
            say("First worksheet", row, column, shown(value))
    book.save(path)


def read(path):
    import openpyxl

    for sheet in openpyxl.load_workbook(path).worksheets:
        for line in sheet.iter_rows():
            for cell in line:
                if cell.value is None:
                    continue
                if cell.data_type == "f":
                    sys.exit(f"{sheet.title}!{cell.coordinate} is a formula")
                say(sheet.title, cell.row, cell.column, str(cell.value))
        if sheet.title != "Summary":
            if sheet.freeze_panes != "A2":
                sys.exit(f"{sheet.title} has no frozen header")
            if sheet.auto_filter.ref != sheet.dimensions:
                sys.exit(f"the filter of {sheet.title} covers {sheet.auto_filter.ref}, its cells {sheet.dimensions}")
            if not sheet["A1"].font.b:
                sys.exit(f"the header of {sheet.title} is not bold")


if __name__ == "__main__":
    {"write": write, "read": read}[sys.argv[1]](sys.argv[2])
