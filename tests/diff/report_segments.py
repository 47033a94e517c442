#!/usr/bin/env python3
"""The report segments of cdp-report(1), computed a second time the plain way over random profiles of two runs, between
which customers came, went, merged and split.

Usage: report_segments.py TOOL RUNS
"""
import itertools
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from decimal import Decimal

tool, runs = sys.argv[1], int(sys.argv[2])
RFM, TIER = ["rfm_best", "rfm_lost", "rfm_new"], ["tier_a", "tier_b"]
FREE = ["vip", "old \"x\"", "é_x", "é_y", "plain"]


def random_segments(rng, exclusive):
    found = {rng.choice(RFM)} if rng.random() < 0.7 else set()
    found |= {rng.choice(TIER)} if exclusive else {x for x in TIER if rng.random() < 0.5}
    return found | {x for x in FREE if rng.random() < 0.3}


def random_money(rng):
    """Orders and revenue by currency, None for an unknown one."""
    return {c: Decimal(rng.randrange(-500, 5000)) / 100 for c in ["EUR", "USD", None] if rng.random() < (0.7 if c == "EUR" else 0.2)}


def line(name, segments, money, rng):
    orders = {"count": len(money)} if money else {}
    if len(money) == 1:
        [(currency, revenue)] = money.items()
        orders |= {"revenue": "@", "currency": currency}
        figures = [revenue]
    else:
        figures = list(money.values())
        if money:
            orders |= {"revenue": None, "by_currency": {c or "unknown": {"count": 1, "revenue": "@"} for c in money}}
    names = sorted(segments)
    rng.shuffle(names)
    text = json.dumps({"type": "profile", "id": name, "as_of": "2026-06-30T00:00:00.000Z", "ids": {}, "traits": {}, "consent": {}, "sources": [],
                       "orders": orders, "segments": names, "events": []}, separators=(",", ":"))
    for figure in figures:
        text = text.replace('"@"', str(figure), 1)
    return text


class World:
    def __init__(self, rng):
        self.exclusive = rng.random() < 0.5
        count = rng.choice([0, 1, 5, 60])
        self.before = {f"c{i}": random_segments(rng, self.exclusive) for i in range(count)}
        self.parents = {}   # id now -> ids before
        self.feed = []
        left = list(self.before)
        rng.shuffle(left)
        while left:
            name, what = left.pop(), rng.random()
            if what < 0.6:
                self.parents[name] = [name]
            elif what < 0.75 and left:
                gone = left.pop()
                self.parents[name] = [name, gone]
                self.feed.append({"type": "change", "change": "merged", "id": name, "from": [gone]})
            elif what < 0.85:
                self.parents[name] = [name]
                self.parents[name + "s"] = [name]
                self.feed.append({"type": "change", "change": "split", "id": name, "to": [name + "s"]})
        for i in range(rng.choice([0, 1, 9])):
            self.parents[f"n{i}"] = []
        self.now = {name: random_segments(rng, self.exclusive) if rng.random() < 0.5 or not old else set(self.before[old[0]])
                    for name, old in self.parents.items()}
        self.money = {name: random_money(rng) for name in self.now}

    def pairs(self):
        """(before, now) of each customer: those of this run, then those who are gone."""
        met = set(itertools.chain(*self.parents.values()))
        for name, old in self.parents.items():
            yield set().union(*(self.before[o] for o in old)), self.now[name]
        for name in set(self.before) - met:
            yield self.before[name], set()


def model(world):
    sizes, both, money = Counter(), Counter(), defaultdict(Decimal)
    buyers = Counter()
    for name, segments in world.now.items():
        rows = sorted(segments) or ["(in none)"]
        for row in rows + ["(all customers)"]:
            sizes[row] += 1
            buyers[row] += bool(world.money[name])
            for currency, revenue in world.money[name].items():
                money[row, currency or "unknown currency"] += revenue
        both.update(itertools.combinations(sorted(segments, key=lambda x: x.encode()), 2))
    changes = defaultdict(lambda: [0, 0, 0, 0])
    for s in itertools.chain(*world.before.values()):
        changes[s][0] += 1
    moves, double = Counter(), set()
    for was, now in world.pairs():
        for s in was | now:
            changes[s][1] += s not in was
            changes[s][2] += s not in now
            changes[s][3] += s in now
        for prefix in ("rfm", "tier", "é"):
            a, b = ([s for s in sorted(x) if s.startswith(prefix + "_")] for x in (was, now))
            if a or b:
                moves[a[0] if a else "none", b[0] if b else "none"] += 1
    for segments in itertools.chain(world.before.values(), world.now.values()):
        double |= {p for p, n in Counter(s.split("_")[0] for s in segments if "_" in s).items() if n > 1}
    met = Counter(s.split("_")[0] for s in changes if "_" in s)
    moves = {k: n for k, n in moves.items() for p in [next(s for s in k if s != "none").split("_")[0]] if p not in double and met[p] > 1}
    return sizes, buyers, both, money, changes, moves


def shown(lines, before, feed):
    command = [tool, "segments", "-q", "-t", "json", "--allow-empty", "--previous", before, "--since", feed, "-j", random.choice("14")]
    done = subprocess.run(command, input="".join(x + "\n" for x in lines), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout, parse_float=Decimal, parse_int=Decimal)


def check(seed, got, want, what):
    if got != want:
        sys.exit(f"seed {seed}: {what}: got {got}, want {want}")


def written(lines):
    file = tempfile.NamedTemporaryFile("w", suffix=".ndjson")
    file.write("".join(x + "\n" for x in lines) or "\n")
    file.flush()
    return file


def compare(seed, report, world):
    sizes, buyers, both, money, changes, moves = model(world)
    named = [r for r in report["segments"] if r["customers"]]
    check(seed, {r["segment"]: (r["customers"], r["buyers"]) for r in named}, {s: (n, buyers[s]) for s, n in sizes.items()}
          if any(world.now.values()) else {}, "sizes")
    check(seed, {(r["segment"], r["currency"]): r["revenue"] for r in report["segment_revenue"]}, dict(money), "money")
    for r in report["segment_revenue"]:
        whole = money["(all customers)", r["currency"]]
        if (r["share"] is None) != (whole <= 0) or (whole > 0 and abs(r["share"] - money[r["segment"], r["currency"]] / whole) > Decimal("1e-4") * max(1, abs(r["share"]))):
            sys.exit(f"seed {seed}: share of {r}")
    check(seed, {(r["segment"], r["other"]): r["customers"] for r in report.get("overlaps", [])}, dict(both), "overlaps")
    check(seed, {r["segment"]: [r["before"], r["entered"], r["left"], r["now"]] for r in report["changes"]}, dict(changes), "changes")
    check(seed, {(r["from"], r["to"]): r["customers"] for r in report.get("migration", [])}, moves, "migration")
    return len(moves)


found = 0
for seed in range(runs):
    rng = random.Random(seed)
    world = World(rng)
    lines = [line(name, world.now[name], world.money[name], rng) for name in world.now]
    rng.shuffle(lines)
    with written([line(name, segments, {}, rng) for name, segments in world.before.items()]) as before, \
            written([json.dumps(x) for x in world.feed]) as feed:
        found += compare(seed, shown(lines, before.name, feed.name), world)
print(f"{runs} worlds, {found} moves")
if not found:
    sys.exit("no move: the test shows nothing")
