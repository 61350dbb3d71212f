// sheets.mjs WRITER FILE: writes the table on stdin (JSON, rows of cells) with SheetJS or exceljs; with READER in the
// place of WRITER ("read-exceljs", "read-sheetjs") it prints the first sheet of FILE as JSON instead.
// A cell is a text, a number, {"date": "2016-03-01"}, or {"number": 41, "format": "000"}.
import { readFileSync } from "node:fs";
import ExcelJS from "exceljs";
import XLSX from "xlsx";

const [, , what, file] = process.argv;
const day = (text) => new Date(`${text}T00:00:00Z`);

const writers = {
  async exceljs(rows) {
    const book = new ExcelJS.Workbook();
    const sheet = book.addWorksheet("表");
    for (const row of rows) {
      const added = sheet.addRow(row.map((c) => (c.date ? day(c.date) : (c.number ?? c))));
      row.forEach((c, i) => {
        if (c.date) added.getCell(i + 1).numFmt = "yyyy-mm-dd";
        if (c.format) added.getCell(i + 1).numFmt = c.format;
      });
    }
    await book.xlsx.writeFile(file);
  },
  async sheetjs(rows) {
    const serial = (text) => (day(text) - Date.UTC(1899, 11, 30)) / 86400000;
    const cell = (c) => {
      if (c.date) return { t: "n", v: serial(c.date), z: "yyyy-mm-dd" };
      if (c.format) return { t: "n", v: c.number, z: c.format };
      return { t: typeof c === "number" ? "n" : "s", v: c };
    };
    const sheet = XLSX.utils.aoa_to_sheet(rows.map((row) => row.map(cell)));
    const book = XLSX.utils.book_new();
    XLSX.utils.book_append_sheet(book, sheet, "表");
    XLSX.writeFile(book, file);
  },
};

const readers = {
  async "read-exceljs"() {
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(file);
    const rows = [];
    book.worksheets[0].eachRow((row) => rows.push(row.values.slice(1).map((c) => (c ?? "").toString())));
    return rows;
  },
  async "read-sheetjs"() {
    const book = XLSX.readFile(file);
    return XLSX.utils.sheet_to_json(book.Sheets[book.SheetNames[0]], { header: 1, defval: "", raw: false });
  },
};

if (readers[what]) {
  console.log(JSON.stringify(await readers[what]()));
} else {
  await writers[what](JSON.parse(readFileSync(0, "utf8")));
}
