"""Hostile CSV and NDJSON through the whole pipe: python3 escapes.py SEED, in an empty folder.

What comes in is escape sequences, markup, formulas, keys like ours, numbers out of range, cut lines.
What must hold: each balance adds up, every line that comes out is JSON, neither order nor memory
shows, and no shape of a report lets anything escape."""
import csv, io, json, os, random, re, shlex, subprocess, sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(sys.path[0], ".."))
import xlsx

seed = int(sys.argv[1])
dice = random.Random(seed)
faults = 0

NASTY = [
    "\x1b[31mred", "\x1b]0;t\x07", "\x85x", "\x9b31m", "\u202egnp", "\u2066a\u2069", "\x7f", "\x01", "\u2028", "\ufffe", "\ufeffx",
    "<script>alert(1)</script>", "</title><b>", "\"'`", "&lt;&amp;", "]]>", "<!--", "javascript:alert(1)", "|x|", "\\", "%s%n",
    "=1+1", "+1", "-1+2", "@SUM(A1)", "\t=x", "\r\nb", "a\nb", "a,b;c", "\uff1d1", "$(id)", "../../etc/passwd", "' or 1=1--",
    "__proto__", "constructor", "{}", "[]", "null", "NaN", "1e999999", "-0", "9" * 400, "0." + "1" * 300, "e\u0301" * 50, "x" * 5000,
    "\U0001f600", "\u200b", "true", "1970-01-01", "2024-02-30",
]
KEYS = ["id", "type", "time", "source", "event", "ids", "traits", "props", "context", "consent", "as_of", "orders", "segments",
        "scores", "events", "email", "__proto__", "revenue", "currency", "order_id", "products", "first_name", "city", "user_id"]
TAGS = set("!DOCTYPE html head meta title style body main header footer section nav h1 h2 p table caption thead tbody tr th td svg "
           "desc rect text path line polyline polygon circle g div dl dt dd figure figcaption a i b small h3 ul li span details summary".split())
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def fail(*what):
    global faults
    faults += 1
    print("FAIL: seed", seed, *[str(w)[:300] for w in what])


def value(depth=0):
    kind = dice.random()
    if kind < .5 or depth > 4:
        return dice.choice(NASTY)
    if kind < .6:
        return dice.choice([0, -1, 1e308, 10 ** 30, -10 ** 400, 1.5e-300, True, None])
    if kind < .8:
        return [value(depth + 1) for _ in range(dice.randrange(4))]
    return {dice.choice(KEYS + NASTY): value(depth + 1) for _ in range(dice.randrange(4))}


def day():
    return "2024-%02d-%02d" % (dice.randrange(1, 13), dice.randrange(1, 28))


def address():
    return dice.choice(NASTY + ["a%d@example.com" % dice.randrange(20)] * 60)


def event():
    """A line of NDJSON, members in any order, now and then cut, spoiled or with a key twice."""
    e = {"type": dice.choice(["track"] * 6 + ["identify", "page"]), "id": str(dice.randrange(300)), "event": "Order Completed",
         "source": dice.choice(["shop", "crm", dice.choice(NASTY)[:100]]), "time": day() + "T10:00:00.000Z",
         "ids": {dice.choice(["email", "user_id", "phone", dice.choice(NASTY)[:50]]): address() for _ in range(dice.randrange(4))},
         "traits": {dice.choice(KEYS + NASTY): value() for _ in range(dice.randrange(4))},
         "props": {"order_id": str(dice.randrange(100)), "revenue": dice.choice([12.5, "19.99", 1e3, 0, dice.choice(NASTY)]),
                   "currency": dice.choice(["EUR", "USD", dice.choice(NASTY)[:5]]), dice.choice(KEYS + NASTY): value()},
         "context": {"page": {"url": dice.choice(NASTY)}, "campaign": {"source": dice.choice(NASTY)}},
         "consent": {dice.choice(NASTY)[:40]: dice.choice(["granted", "denied"])}}
    if dice.random() < .2:
        e[dice.choice(KEYS + NASTY)] = value()
    members = list(e.items())
    dice.shuffle(members)
    line = ("{" + ",".join(json.dumps(k) + ":" + json.dumps(v, ensure_ascii=dice.random() < .5) for k, v in members) + "}").encode()
    spoil, at = dice.random(), dice.randrange(len(line))
    if spoil < .03:
        line = line[:at]
    elif spoil < .06:
        line = line[:at] + bytes([dice.randrange(256)]) + line[at + 1:]
    elif spoil < .07:
        line = line.replace(b'"type"', b'"type":1,"type"', 1)
    return line.replace(b"\n", b" ") + b"\n"


def make_inputs():
    with open("in.ndjson", "wb") as f:
        f.writelines(event() for _ in range(300))
        f.write(b'{"type":"identify","id":"z","source":"z","ids":{"email":"z@example.com"}}\n')
    with open("in.csv", "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(["order_id", "time", "email", "first_name", "city", "revenue", "currency", "note", "__proto__", "=cmd"])
        for i in range(300):
            w.writerow([i % 120, day(), address()] + [dice.choice(NASTY) for _ in range(2)] +
                       [dice.choice(["12.50", "1e3"] * 20 + NASTY), "EUR"] + [dice.choice(NASTY) for _ in range(3)])


def run(command):
    done = subprocess.run(["bash", "-c", command], capture_output=True)
    said = done.stderr.decode(errors="surrogateescape")
    if done.returncode not in (0, 1):
        fail("exit", done.returncode, command, said[-200:])
    if CONTROL.search(said) or re.search("[\udc80-\udcff]", said):
        fail("stderr of", command, repr(said))
    return done.stdout


def balance(command, whole, parts):
    run(command + " --max-rejects 100% --stats stats")
    s = json.load(open("stats"))
    if s[whole] != sum(s[p] for p in parts):
        fail("balance of", command, s)


def check_shape(report, shape, text):
    if shape in ("text", "md", "html") and CONTROL.search(text):
        fail("a control in", report, shape, repr(CONTROL.search(text)))
    if shape == "html":
        for tag in re.findall(r"</?([^ >/\n]*)", text):
            if tag not in TAGS:
                fail("a tag of", report, tag)
        if re.search(r'(?i)(href|src)="(?!#)', text):
            fail("a link of", report)
    if shape == "json":
        for part in text.split("\n") if report.split()[0] in ("list", "events", "ids") else [text]:
            json.loads(part or "0")
    if shape in ("csv", "excel"):
        rows = [r for r in csv.reader(io.StringIO(text, newline="")) if r]
        if len({len(r) for r in rows}) > 1:
            fail("rows of several widths in", report, shape)
        if shape == "excel" and any(re.match(r"[=+@\t\r\n]|-(?![\d.e]*$)", c) for r in rows for c in r):
            fail("a formula in", report)


def check_book(report, content):
    book = xlsx.Book(io.BytesIO(content))
    for part in book.parts.values():
        text = "".join(part.itertext())
        if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text) or any(e.tag.endswith("main}f") for e in part.iter()):
            fail("a control or a formula in the workbook of", report)


make_inputs()
ingested = ("mapped", "folded", "duplicate", "rejected", "ignored")
balance("cdp-ingest -s a --map 'event=\"Order Completed\"' in.csv -o a", "rows", ingested)
balance("cdp-ingest -f ndjson in.ndjson -o b", "rows", ingested)
balance("cdp-merge --lineage --links -u strangers in.ndjson a b -o p", "events", ("in_profiles", "duplicate", "unidentified", "rejected"))
run("cdp-merge -q -j 3 --memory 1 --max-rejects 100% --lineage --links -u others b in.ndjson a -o q 2> /dev/null")
for one, other in ("p", "q"), ("strangers", "others"):
    if open(one, "rb").read() != open(other, "rb").read():
        fail("the order of files or the memory shows in", other)
with open("rules", "w") as f:
    f.write("a = revenue_in('EUR') > 1\nb = count('Order Completed') > 2 or city is null\nc = contains(lower(first_name), 'x')\n")
balance("cdp-segment --rfm -r rules -e p -o q", "profiles", ("labelled", "without_segment"))
balance("cdp-churn q -o r", "profiles", ("scored", "without_model", "without_purchase", "without_events", "events_omitted"))
profiles = [json.loads(line) for line in open("r")]
if len(profiles) != sum(1 for _ in open("p")):
    fail("profiles were lost")
books = b"built without" not in subprocess.run(["cdp-report", "-t", "xlsx", "-o", "book.xlsx", "r"], capture_output=True).stderr
keys = [v[0] for p in profiles for v in p["ids"].values()]
for report in ["", "overview --unidentified strangers", "rfm", "cohorts", "fields", "sessions", "list", "events", "ids", "list --sort -revenue",
               "customer " + shlex.quote(dice.choice(keys)), "customer " + shlex.quote(dice.choice(profiles)["id"])]:
    for shape in ("text", "csv", "json", "md", "html", "excel"):
        out = run("cdp-report %s -t %s r" % (report or "overview", shape))
        check_shape(report or "overview", shape, out.decode("utf-8-sig"))
    if books:
        check_book(report, run("cdp-report %s -t xlsx r" % (report or "overview")))
sys.exit(faults > 0)
