"""Shows an Excel workbook as text, by what stands in its parts: for golden cases, without any package.

Usage: xlsx.py FILE [SHEET]...    (all sheets by default)

Each row is a line; a cell is its value with its format of numbers behind it, in braces, where it has one.  A link,
the filter, frozen rows, charts and colour scales are named.  Every part is parsed, so that one cut off or not well
formed is an error.
"""
import re
import sys
import xml.etree.ElementTree as tree
import zipfile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class Book:
    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        bad = self.zip.testzip()
        if bad:
            sys.exit(f"{path}: {bad} is damaged")
        self.parts = {name: tree.fromstring(self.zip.read(name)) for name in self.zip.namelist()}
        styles = self.parts["xl/styles.xml"]
        own = {f.get("numFmtId"): f.get("formatCode") for f in styles.iter(MAIN + "numFmt")}
        cells = styles.find(MAIN + "cellXfs")
        fonts = list(styles.find(MAIN + "fonts"))
        built_in = {"0": "", "1": "0", "2": "0.00", "3": "#,##0", "4": "#,##0.00", "49": "@"}
        self.formats = [own.get(x.get("numFmtId"), built_in.get(x.get("numFmtId"), x.get("numFmtId"))) for x in cells]
        self.italic = [fonts[int(x.get("fontId"))].find(MAIN + "i") is not None for x in cells]
        self.bold = [fonts[int(x.get("fontId"))].find(MAIN + "b") is not None for x in cells]
        relations = {r.get("Id"): r.get("Target") for r in self.parts["xl/_rels/workbook.xml.rels"]}
        self.sheets = {s.get("name"): "xl/" + relations[s.get(OFFICE + "id")]
                       for s in self.parts["xl/workbook.xml"].iter(MAIN + "sheet")}

    def rows(self, sheet):
        """Lists of (column, kind, text, style) by row."""
        for row in self.parts[self.sheets[sheet]].iter(MAIN + "row"):
            yield [(re.sub(r"\d", "", c.get("r")), c.get("t", "n"), "".join(c.itertext()), int(c.get("s", 0)))
                   for c in row.iter(MAIN + "c")]

    def show(self, sheet):
        part = self.parts[self.sheets[sheet]]
        print(f"== {sheet}")
        for tag in "pane", "autoFilter", "hyperlink", "cfRule":
            for found in part.iter(MAIN + tag):
                wanted = ("ySplit", "ref", "location", "type", "priority")
                print("   ", tag, *(f"{k}={found.get(k)}" for k in wanted if found.get(k)))
        if part.find(MAIN + "drawing") is not None:
            print("    chart")
        for row in self.rows(sheet):
            print(" | ".join(f"{column}: {text!r}" * (kind != "n") + f"{column}: {text}" * (kind == "n") +
                             f" {{{self.formats[style]}}}" * bool(self.formats[style] not in ("", "@")) +
                             " italic" * self.italic[style] + " bold" * self.bold[style]
                             for column, kind, text, style in row if text))


if __name__ == "__main__":
    book = Book(sys.argv[1])
    for name in sys.argv[2:] or book.sheets:
        book.show(name)
    if not sys.argv[2:]:
        for name in sorted(n for n in book.parts if n.startswith("xl/charts/")):
            formulas = [e.text for e in book.parts[name].iter() if e.tag.endswith("}f")]
            kind = [e.tag.split("}")[1] for e in book.parts[name].iter() if e.tag.endswith("Chart")]
            print("==", name, *kind, *formulas)
        print("made", "".join(book.parts["docProps/core.xml"].itertext()))
