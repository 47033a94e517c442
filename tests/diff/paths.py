#!/usr/bin/env python3
"""Paths of cdp-report(1), computed a second time the plain way over random profiles.

Usage: paths.py TOOL RUNS

Each customer or session becomes a list of steps; paths are slices of it, a tree is what is left
of it behind or in front of the first step that was asked for.
"""
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone
from itertools import groupby

tool, runs = sys.argv[1], int(sys.argv[2])
START = datetime(2026, 3, 1, tzinfo=timezone.utc)
AS_OF, PAUSE = 40 * 24 * 60, 30
NAMES = ["Viewed", "Added", "Paid", "Said \"no\"", "\u00e9t\u00e9"]
PATHS = ["/", "/a", "/a/b", "/b"]
LAST = "\U0010ffff"     # sorts behind all names


def stamp(minutes):
    return (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def random_event(rng, minutes):
    """(minutes, label as a step or None, is it a page, is it of a site), and the record."""
    record = {"type": rng.choice(["track", "track", "page", "page", "screen", "identify"]), "id": str(rng.random()), "source": "s"}
    if minutes is not None:
        record["time"] = stamp(minutes)
    label, page = None, record["type"] in ("page", "screen")
    if record["type"] == "track":
        label = record["event"] = rng.choice(NAMES)
    path = rng.choice(PATHS) if rng.random() < 0.7 else None
    seen = True
    if path:
        record["context"] = {"page": rng.choice([{"path": path}, {"url": f"https://shop.example.com{path}?x=1#y"}])}
    if page:
        label = path or record["type"]
        if rng.random() < 0.2:
            record["props"] = rng.choice([{"asset": True}, {"status": 404}, {"status": 301}])
            seen = False
    return (minutes, label if seen else None, page and bool(path), page, (page or path is not None) and seen), record


def random_profile(rng, number):
    wide = rng.choice([3, 60, 5000, 30 * 24 * 60])
    times = [None] * rng.randrange(2) + sorted(rng.randrange(wide) if rng.random() < 0.97 else AS_OF + 5 for _ in range(rng.randrange(14)))
    both = [random_event(rng, t) for t in times]
    profile = {"type": "profile", "id": f"c{number}", "as_of": stamp(AS_OF), "ids": {"email": [f"c{number}@example.com"]}, "traits": {},
               "consent": {}, "sources": ["s"], "events": [record for _, record in both]}
    return [e for e, _ in both if e[0] is not None and e[0] <= AS_OF], json.dumps(profile, separators=(",", ":"))


def visits(events):
    """Sessions; what is of no site is in the session that has not ended by then."""
    found, last = [], None
    for event in events:
        if event[4] and (last is None or event[0] - last > PAUSE):
            found.append([])
        if event[4]:
            last = event[0]
        if last is not None and event[0] - last <= PAUSE:
            found[-1].append(event)
    return found


def steps_of(events, asked):
    """[(label, begins, ends)], and how many were one with those before them."""
    steps = []
    for minutes, label, has_path, page, _ in events:
        if label is None or asked["steps"] == ("events" if page else "pages"):
            continue
        steps.append(("page:" + label if has_path and asked["steps"] == "all" else label, minutes))
    if asked["keep"]:
        return [(label, m, m) for label, m in steps], 0
    runs_of = [list(g) for _, g in groupby(steps, key=lambda s: s[0])]
    return [(g[0][0], g[0][1], g[-1][1]) for g in runs_of], len(steps) - len(runs_of)


def is_anchor(label, anchor, asked):
    if asked["steps"] == "pages":
        anchor = anchor.removeprefix("page:")
    if anchor.endswith("*"):
        return label.startswith(anchor[:-1])
    return label == anchor


def ways(units, asked, anchor, backwards):
    """One tuple a unit that has the anchor: what is behind it, LAST where nothing more comes."""
    found = []
    for steps in units:
        places = [i for i, s in enumerate(steps) if anchor is None or is_anchor(s[0], anchor, asked)]
        if not places:
            continue
        at = places[0]
        if anchor is None:
            rest = [s for s in steps if s[1] - steps[0][2] <= asked["within"]]
        elif backwards:
            rest = [s for s in steps[:at][::-1] if steps[at][1] - s[2] <= asked["within"]]
        else:
            rest = [s for s in steps[at + 1:] if s[1] - steps[at][2] <= asked["within"]]
        found.append(tuple(([s[0] for s in rest] + [LAST])[:asked["length"]]))
    return found


def tree(found, asked, root, backwards):
    """The rows (depth, path, units), from the root on, of the branches that most went."""
    if not found:
        return []
    nodes = Counter(way[:n] for way in found for n in range(1, len(way) + 1))
    shown = sorted(nodes, key=lambda n: (-nodes[n], len(n), [x.encode() for x in n]))[:asked["limit"]]
    end = "(start)" if backwards else "(end)"

    def text(node):
        names = [end if x == LAST else x for x in node]
        return " > ".join(names[::-1] + [root] if backwards else [root] + names)

    def below(node, count):
        rows = [(len(node), text(node), count)]
        children = [c for c in shown if len(c) == len(node) + 1 and c[:-1] == node]
        for child in children:
            rows += below(child, nodes[child])
        rest = count - sum(nodes[c] for c in children)
        return rows + [(len(node) + 1, text(node + ("(others)",)), rest)] if children and rest else rows
    return below((), len(found))


def paths(units, asked):
    times, by = Counter(), defaultdict(set)
    for number, steps in enumerate(units):
        for i in range(len(steps)):
            for n in range(2, asked["length"] + 1):
                piece = steps[i:i + n]
                if len(piece) == n and piece[-1][1] - piece[0][2] <= asked["within"]:
                    key = tuple(s[0] for s in piece)
                    times[key] += 1
                    by[key].add(number)
    rows = []
    for n in range(2, asked["length"] + 1):
        best = sorted((k for k in times if len(k) == n), key=lambda k: (-len(by[k]), -times[k], [x.encode() for x in k]))
        rows += [(n, " > ".join(k), len(by[k]), times[k]) for k in best[:asked["limit"]]]
    return rows


def model(customers, asked):
    found, repeats = [], 0
    for events in customers:
        for unit in visits(events) if asked["by"] == "sessions" else [events]:
            steps, same = steps_of(unit, asked)
            repeats += same
            if steps:
                found.append(steps)
    want = {"units": len(found), "repeats": repeats, "paths": paths(found, asked)}
    if asked["from"] or not asked["to"]:
        want["after" if asked["from"] else "starts"] = tree(ways(found, asked, asked["from"], False), asked, asked["from"] or "(start)", False)
    if asked["to"]:
        want["before"] = tree(ways(found, asked, asked["to"], True), asked, asked["to"], True)
    return want


def shown(lines, asked):
    command = [tool, "paths", "-q", "-t", "json", "--within", f"{asked['within']}min", "--by", asked["by"], "--steps", asked["steps"],
               "--length", str(asked["length"]), "--limit", str(asked["limit"]), "-j", random.choice("14")]
    command += ["--keep-repeats"] * asked["keep"]
    for option in "from", "to":
        command += [f"--{option}-event", asked[option]] if asked[option] else []
    done = subprocess.run(command, input="".join(line + "\n" for line in lines), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command}: exit {done.returncode}: {done.stderr}")
    report = json.loads(done.stdout)
    got = {"units": report["totals"][asked["by"]], "repeats": report["totals"]["repeats"],
           "paths": [(r["length"], r["path"], r[asked["by"]], r["times"]) for r in report["paths"]]}
    for name in "after", "starts", "before":
        if name in report:
            got[name] = [(r["step"], r["path"], r[asked["by"]]) for r in report[name]]
    return got


most = Counter()
for seed in range(runs):
    rng = random.Random(seed)
    both = [random_profile(rng, n) for n in range(rng.choice([1, 5, 60]))]
    kind = rng.choice(["all", "events", "pages"])
    pages = ["page:/", "page:/a", "page:/a*", "page:/*"]
    anchors = {"all": NAMES + pages, "events": NAMES, "pages": [*pages, "/a", "/b*"]}[kind] + [None] * 4
    asked = {"within": rng.choice([0, 20, 600, 90000]), "by": rng.choice(["customers", "sessions"]), "steps": kind, "keep": rng.random() < 0.3,
             "length": rng.choice([2, 3, 5, 10]), "limit": rng.choice([1, 4, 20, 100000]), "from": rng.choice(anchors), "to": rng.choice(anchors)}
    want = model([events for events, _ in both], asked)
    got = shown([line for _, line in both], asked)
    if got != want:
        sys.exit(f"seed {seed}: {asked}:\n got {got}\nwant {want}")
    for name, rows in want.items():
        most[name] = max(most[name], rows if isinstance(rows, int) else len(rows))
print(f"{runs} worlds; most rows: {dict(most)}")
if min(most.get(n, 0) for n in ("paths", "after", "starts", "before", "repeats")) < 10:
    sys.exit("some list was never long: the test shows little")
