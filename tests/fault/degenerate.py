"""Degenerate customers, tables and lifetimes through each subcommand of cdp-churn.

A run may score, warn or refuse (exit 0 or 2, or 3 where a model is to be saved and there is none); it may not fail
otherwise, be silent where it refuses, quote a library's trace, or print or save nan or inf as a figure."""
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile

BIN = sys.argv[1]
FIGURE = re.compile(r"(?<![\w.@'-])[-+]?(?:nan|inf)(?![\w.@'-])", re.I)
TRACE = re.compile(r"Check failed|Stack trace|\.cc:\d")
SAVED = "model.json"
bad = runs = 0


def run(name, *args, stdin=None):
    global bad, runs
    got = subprocess.run([os.path.join(BIN, "cdp-churn"), *args], input=stdin or "", capture_output=True, text=True)
    text = got.stdout + got.stderr
    if os.path.exists(SAVED):
        with open(SAVED) as saved:
            text += saved.read()
    odd = [line for line in text.splitlines() if FIGURE.search(line) or TRACE.search(line)]
    silent = got.returncode != 0 and not re.search(r"^cdp-churn: .{15,}", got.stderr, re.M)
    runs += 1
    if odd or silent or got.returncode not in ((0, 2, 3) if SAVED in args else (0, 2)):
        bad += 1
        print("FAIL: %s, %s: exit %d: %s" % (name, " ".join(args), got.returncode, (odd or [got.stderr])[0][:300]))
    return got


def profiles(customers):
    """Customers as lists of purchases: day, cents or None, currency."""
    lines = []
    for i, purchases in enumerate(customers):
        events = []
        for k, (day, cents, currency) in enumerate(sorted(purchases, key=lambda p: p[0])):
            props = {"order_id": "%d-%d" % (i, k)}
            if cents is not None:
                props.update(revenue=cents / 100, currency=currency)
            events.append({"type": "track", "source": "shop", "event": "Order Completed", "props": props,
                           "time": "%sT10:00:00.000Z" % (datetime.date(2023, 1, 1) + datetime.timedelta(day))})
        lines.append(json.dumps({"type": "profile", "id": "c%03d" % i, "as_of": "2023-12-31T23:59:59.999Z",
                                 "events": events}))
    return "\n".join(lines) + "\n"


def walk_customers():
    n = range(250)
    sets = {
        "none": "\n",
        "one": profiles([[(1, 1000, "EUR")]]),
        "three": profiles([[(1, 1000, "EUR")], [(3, 1000, "EUR"), (90, 1000, "EUR")], [(300, 1000, "EUR")]]),
        "bought once": profiles([[(i, 1000 + i, "EUR")] for i in n]),
        "alike": profiles([[(1, 1000, "EUR"), (100, 1000, "EUR"), (200, 1000, "EUR")] for i in n]),
        "twice, in two currencies": profiles(
            [[(i * 7 % 300, 1000 + i % 13 * 100, "USD" if i % 2 else "EUR"),
              (i * 7 % 300 + 20 + i % 40, 1000 + i % 7 * 100, "USD" if i % 3 else "EUR")] for i in range(400)]),
        "nothing but money back": profiles([[(i % 200, -500, "EUR")] for i in n]),
        "gifts and no money": profiles([[(i * 7 % 250 + k * 30, 0 if i % 2 else None, "EUR") for k in range(1 + i % 4)] for i in n]),
        "a week": profiles([[(360 + i % 3 + k, 1000 + i, "EUR") for k in range(1 + i % 2)] for i in n]),
    }
    kinds = "auto bgnbd mbgnbd pareto-nbd bgcnbd mbgcnbd bgbb nbd logit trees sbg bdw hazard".split()
    for name, stream in sets.items():
        for kind in kinds:
            run(name, "--force", "--model-kind", kind, "--discount", "10%", stdin=stream)
        for args in (["--compare"], ["--horizon", "5y", "--save-model", SAVED], ["survival"]):
            run(name, *args, stdin=stream)
        if os.path.exists(SAVED):
            run(name, "--model", SAVED, stdin=stream)
            os.remove(SAVED)


def table(name, header, rows):
    with open(name, "w") as out:
        out.write(header + "\n" if header else "")
        out.writelines(",".join(str(cell) for cell in row) + "\n" for row in rows)
    return name


def walk_tables():
    n = range(240)
    names = [
        table("no bytes", "", []), table("no rows", "x,offer,left", []), table("one row", "x,offer,left", [[2, 1, 1]]),
        table("three rows", "x,offer,left", [[2, 1, 1], [3, 0, 0], [4, 1, 1]]),
        table("all left", "x,offer,left", [[i % 7, i % 2, 1] for i in n]),
        table("no label", "x,offer,left", [[i % 7, i % 2, ""] for i in n]),
        table("one value", "x,offer,left", [[5, 5, i % 2] for i in n]),
        table("one column", "left", [[i % 2] for i in n]),
        table("all missing", "x,offer,left", [["", "NULL", i % 2] for i in n]),
        table("told apart", "x,offer,left", [[i % 9, i % 2, int(i % 9 > 4)] for i in n]),
        table("beyond single precision", "x,offer,left", [["%de307" % (i % 11), i % 2, i // 3 % 2] for i in n]),
        table("below it", "x,offer,left", [["%de-307" % (i % 11), i % 2, i // 3 % 2] for i in n]),
    ]
    for name in names:
        for kind in "logit", "trees":
            run(name, "table", "--label", "left", "--treatment", "offer", "--model-kind", kind, name)
            got = run(name, "table", "--label", "left", "--model-kind", kind, "--force", "--save-model", SAVED, name)
            if "libxgboost" in got.stderr:
                continue
            if os.path.exists(SAVED):
                for scored in name, "all missing", "no rows", "beyond single precision":
                    run(name, "table", "--model", SAVED, scored)
                os.remove(SAVED)


def walk_lifetimes():
    n = range(1, 60)
    names = [
        table("no rows", "t,e,x", []), table("one", "t,e,x", [[3, 1, 2]]), table("one that lasts", "t,e,x", [[3, 0, 2]]),
        table("none ends", "t,e,x", [[i, 0, i % 3] for i in n]),
        table("all end at once", "t,e,x", [[5, 1, i % 3] for i in n]),
        table("all at 0", "t,e,x", [[0, i % 2, i % 3] for i in n]),
        table("one group", "t,e,x", [[i, i % 2, 7] for i in n]),
        table("told apart", "t,e,x", [[i, int(i < 30), int(i < 30)] for i in n]),
        table("no group", "t,e,x", [[i, 1, ""] for i in n]), table("no time", "t,e,x", [["", 1, 2] for i in n]),
        table("huge", "t,e,x", [["%de300" % i, i % 2, "%de150" % (i % 3)] for i in n]),
    ]
    for name in names:
        for args in ([], ["--by", "x", "--format", "json"], ["--covariates", "x", "--format", "csv"],
                     ["--covariates", "x", "--check-hazards", "km", "--format", "json"],
                     ["--distribution", "all", "--format", "json"]):
            run(name, "survival", "--time", "t", "--event", "e", *args, name)


BIN = os.path.abspath(BIN)
with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    walk_customers()
    walk_tables()
    walk_lifetimes()
    os.chdir("/")
print("%d runs, %d bad" % (runs, bad))
sys.exit(bad > 0 or runs < 200)
