"""sheets.py FILE: writes the table on stdin (see sheets.mjs) with openpyxl."""
import datetime
import json
import sys

import openpyxl

book = openpyxl.Workbook()
sheet = book.active
for r, row in enumerate(json.load(sys.stdin), 1):
    for c, value in enumerate(row, 1):
        cell = sheet.cell(r, c)
        if isinstance(value, dict) and "date" in value:
            cell.value = datetime.date.fromisoformat(value["date"])
        elif isinstance(value, dict):
            cell.value, cell.number_format = value["number"], value["format"]
        else:
            cell.value = value
book.save(sys.argv[1])
