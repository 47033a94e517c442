"""Every report as a workbook: its cells are the figures of the same report as JSON.

Usage: workbook.py TOOLS FOLDER    (FOLDER: a copy of testdata/demo, which is written to)

Each value of the JSON stands in its cell, with its type: a number is a number, a moment a date, a text a text, null an
empty cell.  The header is bold, frozen and filtered down to the last row; the first sheet links to every other with its
number of rows; sections with a chart have Excel's own, over cells that are there.  The books are read by tests/xlsx.py
and by openpyxl, where this Python has it; one of them again after LibreOffice, where it is there, opened and wrote it.
"""
import datetime
import json
import os
import re
import shutil
import subprocess
import sys
import zoneinfo

sys.path.insert(0, os.path.join(sys.path[0], ".."))
import xlsx

try:
    import openpyxl
except ImportError:
    openpyxl = None

tools, folder = sys.argv[1:]
os.chdir(folder)
os.environ["PATH"] = tools + ":" + os.environ["PATH"]
os.environ["TZ"] = "UTC"
CHART, CHARTS = "{http://schemas.openxmlformats.org/drawingml/2006/chart}", "xl/charts/"
DAY = 86400
EPOCH = datetime.datetime(1970, 1, 1)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
bad = compared = 0
seen = {}	# sheet: what draws it


def fail(*what):
    global bad
    bad += 1
    if bad < 40:
        print("FAIL", *what)


def run(command):
    done = subprocess.run(["sh", "-c", command], capture_output=True)
    if done.returncode not in (0, 1):
        fail(command, done.returncode, done.stderr.decode()[-300:])
    return done.stdout.decode()


class Number(str):
    """A number of the JSON, with its digits as they stand there."""


class Pairs(list):
    """An object, its members in their order; a name may come twice."""


def parse(text):
    return json.loads(text, parse_int=Number, parse_float=Number, object_pairs_hook=Pairs)


def plain(value):
    """What json.loads alone makes of it."""
    if isinstance(value, Pairs):
        return {k: plain(v) for k, v in value}
    if isinstance(value, list):
        return [plain(v) for v in value]
    return float(value) if isinstance(value, Number) else value


def significant(digits):
    return len(re.sub(r"[eE].*|[-.]", "", digits).lstrip("0").rstrip("0" if "." in digits else ""))


def seconds_of(moment, zone):
    """Civil seconds of the moment in the zone, as a date of Excel counts them."""
    there = datetime.datetime.fromisoformat(moment[:-1] + "+00:00").astimezone(zoneinfo.ZoneInfo(zone))
    return (there.replace(tzinfo=None) - EPOCH).total_seconds()


def is_cell(cell, value, zone, hidden, is_example):
    """Is CELL, (kind, value), the VALUE of the JSON?  An example is a text, whatever it looks like."""
    kind, shown = cell
    if value is None:
        return cell == (("text", "hidden") if hidden else ("none", None))
    if isinstance(value, Number):
        if significant(value) > 15:
            return cell == ("text", str(value))
        return kind == "number" and abs(shown - float(value)) <= 1e-15 * abs(float(value))
    if isinstance(value, Pairs):
        return kind == "text" and plain(parse(shown)) == plain(value)
    if isinstance(value, list):
        return cell == (("text", ";".join(value)) if value else ("none", None))
    if MOMENT.fullmatch(value) and not is_example:
        return kind == "time" and abs(shown - seconds_of(value, zone)) < 0.0006
    return cell == (("text", value) if value else ("none", None))


def unescape(text):
    return re.sub("_x([0-9A-F]{4})_", lambda m: chr(int(m[1], 16)), text)


class Own:
    """Read by tests/xlsx.py."""

    def __init__(self, path):
        self.book = xlsx.Book(path)
        self.names = list(self.book.sheets)

    def cell(self, kind, text, style):
        if not text:
            return "none", None
        if kind != "n":
            return "text", unescape(text)
        if "yy" in self.book.formats[style]:
            return "time", (float(text) - 25569) * DAY
        return "number", float(text)

    def rows(self, sheet, width):
        found = []
        for row in self.book.rows(sheet):
            cells = {c: self.cell(kind, text, style) for c, kind, text, style in row}
            found.append([cells.get(letters(i), ("none", None)) for i in range(width or 26)])
        return found

    def width(self, sheet):
        return len(next(self.book.rows(sheet), []))

    def italics(self, sheet):
        """Rows of: is the cell in italics?"""
        return [[self.book.italic[style] for *_, style in row] for row in self.book.rows(sheet)]

    def charts(self, sheet):
        part = self.book.parts[self.book.sheets[sheet]]
        return len(list(part.iter(xlsx.MAIN + "drawing")))


class Theirs:
    """Read by openpyxl."""

    def __init__(self, path):
        self.book = openpyxl.load_workbook(path)
        self.names = self.book.sheetnames

    def cell(self, c):
        if c.value is None:
            return "none", None
        if isinstance(c.value, datetime.datetime):
            return "time", (c.value - EPOCH).total_seconds()
        if isinstance(c.value, str):
            return "text", unescape(c.value)
        return "number", float(c.value)

    def rows(self, sheet, width):
        found = []
        for row in self.book[sheet].iter_rows():
            cells = [self.cell(c) for c in row[:width or 26]]
            found.append(cells + [("none", None)] * (width - len(cells)))
        return found

    def charts(self, sheet):
        return len(self.book[sheet]._charts)


def letters(column):
    return (letters(column // 26 - 1) if column >= 26 else "") + chr(65 + column % 26)


def compare_rows(name, book, sheet, rows, width, zone="UTC"):
    """ROWS: lists of (key, value); what is behind the columns says what is hidden or open."""
    global compared
    found = book.rows(sheet, width)[1:]
    if len(found) != len(rows):
        return fail(name, sheet, len(found), "rows for", len(rows))
    for cells, row in zip(found, rows):
        hidden = plain(dict(row[width:]).get("hidden", []))
        for cell, (key, value) in zip(cells, row[:width]):
            compared += 1
            if not is_cell(cell, value, zone, key in hidden, key == "example"):
                fail(name, sheet, key, cell, value)


def check_open(name, book, sheet, rows, width):
    """In italics from the cell that the JSON names on, and none before it."""
    for italics, row in zip(book.italics(sheet)[1:], rows):
        rest = dict(row[width:])
        keys = [k for k, _ in row]
        first = keys.index(rest["open_from"]) if "open_from" in rest else 0 if True in rest.values() else None
        if (italics.index(True) if True in italics else None) != first:
            fail(name, sheet, "in italics", italics, row)


def check_header(name, book, sheet, rows, width):
    part = book.book.parts[book.book.sheets[sheet]]
    pane = part.find(f".//{xlsx.MAIN}pane")
    filtered = part.find(xlsx.MAIN + "autoFilter")
    if pane is None or (pane.get("ySplit"), pane.get("state")) != ("1", "frozen"):
        fail(name, sheet, "header is not frozen")
    if filtered is None or filtered.get("ref") not in (f"A1:{letters(width - 1)}{len(rows) + 1}", "A1" * (width == 1 and not rows)):
        fail(name, sheet, "is not filtered to its end", None if filtered is None else filtered.get("ref"), width, len(rows))
    header = next(book.book.rows(sheet))
    if len({t for _, _, t, _ in header}) != width or not all(book.book.bold[s] and t for _, _, t, s in header):
        fail(name, sheet, "header", header)


def check_contents(name, book, sections):
    """The sheet "asked" leads to each sheet and says its number of rows."""
    part = book.book.parts[book.book.sheets["asked"]]
    links = [h.get("location").rsplit("!", 1)[0].strip("'") for h in part.iter(xlsx.MAIN + "hyperlink")]
    if links != book.names[1:]:
        fail(name, "links", links, book.names)
    rows = [r for r in book.rows("asked", 4) if r[2][0] == "number"]
    if [(r[0][1], int(r[2][1])) for r in rows] != [(s, len(found)) for s, (_, found) in zip(book.names[1:], sections)]:
        fail(name, "contents", rows)


def check_charts(name, book):
    """A chart's texts and numbers are cells of one sheet, as many of these as of those."""
    for path, part in book.book.parts.items():
        if not path.startswith(CHARTS):
            continue
        series = part.find(f".//{CHART}ser")
        ranges = [series.find(f"{CHART}{tag}//{CHART}f").text for tag in ("cat", "val")]
        (sheet, *labels), (values_of, *values) = (re.fullmatch(r"'?(.*?)'?!\$([A-Z]+)\$(\d+):\$\2\$(\d+)", r).groups() for r in ranges)
        seen[sheet] = next(e.tag for e in part.iter() if e.tag.endswith("Chart"))[len(CHART):]
        if sheet != values_of or labels[1:] != values[1:] or labels[1] != "2":
            fail(name, path, ranges)
        cells = {(c, n): kind for n, row in enumerate(book.book.rows(sheet), 1) for c, kind, t, _ in row if t}
        for n in range(2, int(values[2]) + 1):
            if cells.get((values[0], n), "n") != "n" or (labels[0], n) not in cells:
                fail(name, path, "row", n, cells.get((values[0], n)), cells.get((labels[0], n)))
    for sheet in book.names:
        if next(book.book.parts[book.book.sheets[sheet]].iter(xlsx.MAIN + "colorScale"), None) is not None:
            seen[sheet] = "heat"


def sections_of(text):
    """Of a report, or the lines of a list, which has no key: (key, rows), rows being lists of (key, value)."""
    if not text.startswith("{\n"):
        return [("", [parse(line) for line in text.splitlines()])]
    return [(key, [[("name", k), ("value", v)] for k, v in value] if isinstance(value, Pairs) else value)
            for key, value in parse(text)[2:] if key != "asked"]


def compare(name, command, zone="UTC"):
    run(f"{command} -o book.xlsx")
    sections = sections_of(run(f"{command} -t json"))
    own = Own("book.xlsx")
    if len(own.names) != len(sections) + 1 or not all(k in ("", s) for s, (k, _) in zip(own.names[1:], sections)):
        return fail(name, "sheets", own.names, [k for k, _ in sections])
    check_contents(name, own, sections)
    check_charts(name, own)
    theirs = Theirs("book.xlsx") if openpyxl else None
    for sheet, (_, rows) in zip(own.names[1:], sections):
        width = own.width(sheet)
        compare_rows(name, own, sheet, rows, width, zone)
        check_header(name, own, sheet, rows, width)
        check_open(name, own, sheet, rows, width)
        if theirs:
            compare_rows(name + " by openpyxl", theirs, sheet, rows, width, zone)
            if theirs.charts(sheet) != own.charts(sheet):
                fail(name, sheet, "charts by openpyxl", theirs.charts(sheet))
    return sections


ORDER = '{"type":"track","id":"%d","time":"2026-0%d-05T10:00:00.000Z","source":"s","event":"%s",' \
        '"ids":{"email":"c%d@example.com"},"props":{"order_id":"o%d","revenue":%s,"currency":"%s"}}\n'
BUYER = '{"type":"profile","id":"%s","as_of":"2026-06-30T00:00:00.000Z","ids":{"email":["%s"]},"traits":{"note":"%s","big":%s},"events":[]}\n'


def make(name, lines):
    with open("events", "w") as f:
        f.writelines(lines)
    run(f"cdp-merge -q events -o {name}")


def make_profiles():
    run("""for each in newsletter.map:newsletter.csv crm.map:crm.json shop.map:orders.csv; do
        cdp-ingest -q --max-rejects 50 -m ${each%:*} ${each#*:} -o ${each%%.*}.events; done
        cdp-ingest -q access.log -o web.events; cdp-ingest -q posts.csv -o posts.events
        cdp-merge -q *.events | cdp-segment -q --rfm -r segments.rules | cdp-churn -q --horizon 90d -o demo
        cdp-merge -q shop.events crm.events | cdp-segment -q --rfm -o before""")
    make("one", [ORDER % (1, 1, "Order Completed", 1, 1, "12.34", "EUR")])
    make("two", [ORDER % (i, 1 + i % 5, "Order Completed", i % 7, i, "10.5%d" % (i % 9), "EUR" if i % 3 else "USD") for i in range(40)])
    make("refunds", [ORDER % (i, 1 + i % 5, "Order Refunded", i, i, "5", "EUR") for i in range(4)])
    make("empty", ["\n"])
    with open("odd", "w") as f:
        for i, (note, big) in enumerate((("=1+1", "12345678901234567"), ("007", "1e300"), ("_x0041_ \\t\\u0007 bad", "-0.1"),
                                         ("http://example.org", "123456789012345"), ("Zo\u00eb \U0001f49b", "0.1234567890123456"))):
            f.write(BUYER % (f"{i:032x}", f"c{i}@example.com", note, big))


EVERYWHERE = ["overview rfm cohorts web retention", "fields", "sessions", "events", "ids", "segments", "products", "subscriptions", "social",
              "attribution", "value", "paths", "funnel --step 'Order Completed' --step 'Order Completed'",
              "table --by month --show customers,orders,revenue,share", "list --columns id,email,revenue,orders,last=orders.last"]
ALL = [*EVERYWHERE, "table --by country,quarter --show customers,buyers,revenue,average,new,repeat", "table --by country --k 5",
       "table --by country,month --rows-as-columns month --show revenue", "cohorts --k 5", "web --from 2026-05-15 --until 2026-06-10 --compare previous",
       "social --track ours=hearth --track 'rival=rival roast' --own @hearth --period week", "paths --by sessions --steps pages", "paths --from-event 'Order Completed'",
       "segments --previous before", "compare --previous before", "retention --period month --brackets 1-3,4-7", "customer rosa.unger@example.com",
       "customer rosa.unger@example.com --all", "attribution --touch channel --costs costs.csv", "funnel --step page:/ --step 'Order Completed' --breakdown country"]
DRAWN = {"months": "barChart", "segments": "barChart", "event_names": "barChart", "days": "barChart", "pages": "barChart", "posts_by_day": "barChart",
         "sentiment_by_day": "barChart", "lorenz": "barChart", "clv_by_cohort": "barChart", "funnel": "barChart", "after": "barChart",
         "retention_mean": "barChart", "rfm_grid": "heat", "cohorts": "heat", "retention": "heat"}


def compare_all():
    open("costs.csv", "w").write("channel,cost,currency\nOrganic Search,12.50,EUR\n")
    for report in ALL:
        compare(f"{report}: demo", f"cdp-report -q {report} demo")
    for profiles in "one", "two", "refunds", "empty":
        for report in EVERYWHERE[:1] + EVERYWHERE[11:] if profiles != "two" else EVERYWHERE:
            compare(f"{report}: {profiles}", f"cdp-report -q {report} {profiles}")
    for report in "list --columns id,first=orders.first,last=orders.last", "sessions", "overview":
        compare(f"{report}: New York", f"cdp-report -q {report} demo --tz America/New_York", "America/New_York")
    compare("survival", "cdp-churn survival -q --time months --event left --by plan --covariates seats,discount --times 6,12 contracts.csv")
    compare("baskets", "cdp-recommend -q --baskets --support 2 receipts.csv")
    compare("odd", "cdp-report -q list --columns id,email,note=traits.note,big=traits.big odd")


def through_office():
    """LibreOffice opens the demo's page and writes it: the same cells and charts."""
    sections = compare("page", "cdp-report -q overview rfm cohorts web demo")
    subprocess.run(["soffice", f"-env:UserInstallation=file://{os.getcwd()}/home", "--headless", "--convert-to", "xlsx", "--outdir", "again", "book.xlsx"],
                   capture_output=True, timeout=120)
    before, after = Own("book.xlsx"), (Theirs if openpyxl else Own)("again/book.xlsx")
    if after.names != before.names:
        return fail("LibreOffice", after.names)
    for sheet, (_, rows) in zip(before.names[1:], sections):
        compare_rows("LibreOffice", after, sheet, rows, before.width(sheet))
        if after.charts(sheet) != before.charts(sheet):
            fail("LibreOffice", sheet, "charts", after.charts(sheet), before.charts(sheet))


make_profiles()
compare_all()
for sheet, how in DRAWN.items():
    if seen.get(sheet) != how:
        fail(sheet, "is drawn by", seen.get(sheet), "and not by", how)
if not openpyxl:
    print("SKIP openpyxl: this Python has no such package (PYTHON=... names another interpreter)")
if shutil.which("soffice"):
    through_office()
else:
    print("SKIP LibreOffice: no soffice")
print(compared, "cells compared")
sys.exit(bad != 0 or compared < 5000)
