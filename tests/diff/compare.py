#!/usr/bin/env python3
"""The report compare of cdp-report(1), computed a second time the plain way over random pairs of runs, between which
customers came, went, merged and split; and its law: what the parts say adds up to the difference, to the cent.

Usage: compare.py TOOL RUNS
"""
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from decimal import Decimal

tool, runs = sys.argv[1], int(sys.argv[2])
BANDS = ["high", "medium", "low"]
NONE, ABSENT, UNKNOWN = "(no risk named)", "(not there)", "unknown currency"


class Customer:
    def __init__(self, rng, like=None):
        if like is not None and rng.random() < 0.4:
            self.money, self.band, self.at_risk, self.counts = like.money, like.band, like.at_risk, like.counts
            return
        self.money = {c: (Decimal(rng.randrange(-900, 90000)) / 100, Decimal(rng.choice([0, 0, rng.randrange(900)])) / 100)
                      for c in ["EUR", "USD", None] if rng.random() < (0.8 if c == "EUR" else 0.2)}
        self.counts = (rng.randrange(1, 5), rng.randrange(3)) if self.money else (0, 0)
        self.band = rng.choice(BANDS + [None])
        self.at_risk = Decimal(rng.randrange(9000)) / 100 if self.band and rng.random() < 0.8 else None

    def line(self, name, as_of):
        by = {c or "unknown": {"revenue": float(n), "refunded": float(r)} for c, (n, r) in self.money.items()}
        orders = {"count": self.counts[0], "refunds": self.counts[1]} if self.money else {}
        if len(by) == 1:
            [(c, m)] = self.money.items()
            orders |= {"revenue": float(m[0]), "refunded": float(m[1]), "currency": c}
        elif by:
            orders |= {"revenue": None, "by_currency": by}
        scores = {"z": {"p_churn": 0.5, "risk": "low", "value_at_risk": 1}} if self.band else {}
        if self.band:
            scores["bgnbd"] = {"p_churn": 0.5, "risk": self.band} | ({"value_at_risk": float(self.at_risk), "currency": "EUR"} if self.at_risk is not None else {})
        return json.dumps({"type": "profile", "id": name, "as_of": as_of, "orders": orders, "scores": scores, "events": []}, separators=(",", ":"))


class World:
    def __init__(self, rng):
        self.before = {f"c{i:03}": Customer(rng) for i in range(rng.choice([0, 1, 4, 60]))}
        self.parents, self.feed, left = {}, [], list(self.before)
        rng.shuffle(left)
        while left:
            name, what = left.pop(), rng.random()
            if what < 0.5:
                self.parents[name] = [name]
            elif what < 0.65 and left:
                gone = left.pop()
                self.parents[name] = [name, gone]
                self.feed.append({"type": "change", "change": "merged", "id": name, "from": [gone]})
            elif what < 0.75:
                self.parents[name], self.parents[name + "s"] = [name], [name]
                self.feed.append({"type": "change", "change": "split", "id": name, "to": [name + "s"]})
            elif what < 0.85:
                self.parents["a" + name] = [name]
                self.feed.append({"type": "change", "change": "moved", "id": "a" + name, "from": [name]})
        for i in range(rng.choice([0, 1, 9])):
            self.parents[f"n{i}"] = []
        self.now = {n: Customer(rng, self.before[old[0]] if old else None) for n, old in self.parents.items()}

    def cases(self):
        """Sets of (names before, names now) that share somebody."""
        children = defaultdict(list)
        for name, old in self.parents.items():
            for o in old:
                children[o].append(name)
        seen = set()
        for name in self.now:
            if name in seen:
                continue
            now, old = {name}, set(self.parents[name])
            for o in list(old):
                now |= set(children[o])
            seen |= now
            yield old, now
        for name in self.before:
            if not children[name]:
                yield {name}, set()


def total(customers, names, currency, part=0):
    return sum((customers[n].money[currency][part] for n in names if currency in customers[n].money), Decimal(0))


def check_money(w, cases, found):
    currencies = {c for run in (w.before, w.now) for p in run.values() for c in p.money}
    want, movers = {}, defaultdict(list)
    for cur in currencies:
        row = defaultdict(Decimal)
        row["before"], row["now"] = total(w.before, w.before, cur), total(w.now, w.now, cur)
        for old, now in cases:
            was, is_ = total(w.before, old, cur), total(w.now, now, cur)
            if not old:
                row["new_customers"] += is_
            elif not now:
                row["gone"] -= was
            else:
                refunds = total(w.before, old, cur, 1) - total(w.now, now, cur, 1)
                row["refunds"] += refunds
                row["orders"] += is_ - was - refunds
            if is_ != was:
                movers[cur or UNKNOWN].append((-abs(is_ - was), min(now or old), was, is_, "new" if not old else "gone" if not now else "known"))
        row["change"] = row["now"] - row["before"]
        want[cur or UNKNOWN] = row
    got = {r["currency"]: r for r in found["revenue"]}
    assert got.keys() == want.keys(), (got, want)
    for cur, row in want.items():
        for column in ("before", "new_customers", "orders", "refunds", "gone", "now", "change"):
            assert got[cur][column] == row[column], (cur, column, got[cur], row)
        parts = sum(got[cur][c] for c in ("new_customers", "orders", "refunds", "gone"))
        assert parts == got[cur]["now"] - got[cur]["before"] == got[cur]["change"]
        rows = [(m["id"], m["before"], m["now"], m["change"], m["what"]) for m in found["movers"] if m["currency"] == cur]
        assert rows == [(n, b, i, i - b, what) for _, n, b, i, what in sorted(movers[cur])[:3]], (rows, sorted(movers[cur])[:4])


def check_people(w, cases, found):
    count = Counter({"before": len(w.before), "now": len(w.now)})
    for old, now in cases:
        count["new"] += len(now) if not old else 0
        count["gone"] += len(old) if not now else 0
        count["merged into others"] += max(0, len(old) - len(now)) if old and now else 0
        count["split off"] += max(0, len(now) - len(old)) if old and now else 0
    got = {r["what"]: r["customers"] for r in found["customers"]}
    assert got == {k: count[k] for k in got}, (got, count)
    assert got["before"] + got["new"] + got["split off"] - got["gone"] - got["merged into others"] == got["now"]
    for run, column in ((w.before, "before"), (w.now, "now")):
        figures = {r["figure"]: r[column] for r in found["figures"]}
        assert figures == {"customers": len(run), "buyers": sum(c.counts[0] > 0 for c in run.values()),
                           "orders": sum(c.counts[0] for c in run.values()), "refunds": sum(c.counts[1] for c in run.values())}, figures


def check_risk(w, cases, found):
    moves, at_risk = Counter(), {"before": Decimal(0), "now": Decimal(0)}
    for name, c in w.now.items():
        old = w.parents[name]
        own = name if name in old else min(old, default=None)
        moves[ABSENT if own is None else w.before[own].band or NONE, c.band or NONE] += 1
    for old, now in cases:
        if not now:
            moves[w.before[min(old)].band or NONE, ABSENT] += 1
    scored = [c for run in (w.before, w.now) for c in run.values() if c.band]
    got = Counter({(r["from"], r["to"]): r["customers"] for r in found.get("risk_moves", [])})
    assert got == (moves if scored else {}), (got, moves)
    for run, column in ((w.before, "before"), (w.now, "now")):
        at_risk[column] = sum((c.at_risk or Decimal(0) for c in run.values()), Decimal(0))
    for r in found.get("value_at_risk", []):
        assert (r["before"], r["now"], r["change"]) == (at_risk["before"], at_risk["now"], at_risk["now"] - at_risk["before"]), (r, at_risk)


def write(folder, name, lines):
    with open(f"{folder}/{name}", "w") as f:
        f.write("\n".join(lines) + "\n")
    return f"{folder}/{name}"


def check(rng, folder):
    w = World(rng)
    before = write(folder, "before", [c.line(n, "2026-05-31T00:00:00.000Z") for n, c in w.before.items()])
    feed = write(folder, "feed", [json.dumps(r) for r in w.feed])
    lines = [c.line(n, "2026-06-30T00:00:00.000Z") for n, c in w.now.items()]
    rng.shuffle(lines)
    now = write(folder, "now", lines)
    out = [subprocess.run([tool, "compare", "-t", "json", "-j", j, "--limit", "3", "--since", feed, before, now], capture_output=True) for j in ("1", "3")]
    assert not out[0].returncode and out[0].stdout == out[1].stdout, (out[0].stderr, out[0].stdout, out[1].stdout)
    found, cases = json.loads(out[0].stdout, parse_float=Decimal), list(w.cases())
    for section in ("revenue", "movers", "value_at_risk"):
        for r in found.get(section, []):
            for k, v in r.items():
                r[k] = Decimal(v) if isinstance(v, int) else v
    check_money(w, cases, found)
    check_people(w, cases, found)
    check_risk(w, cases, found)


with tempfile.TemporaryDirectory() as folder:
    for run in range(runs):
        check(random.Random(run), folder)
print(f"compare: {runs} random worlds agree")
