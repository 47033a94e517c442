#!/usr/bin/env python3
"""The table of cdp-report(1), computed a second time the plain way over random customers.

Usage: table.py TOOL RUNS

Orders of several lines and currencies, refunds, undated ones, customers without an order,
segments, some twice; texts that are empty or hold a control; by any groups, in a period.
"""
import itertools
import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

tool, runs = sys.argv[1], int(sys.argv[2])
START = datetime(2025, 11, 20, tzinfo=timezone.utc)
AS_OF = 150 * 86400
ZONE_HOURS = -5
RATE = Decimal("0.9217")
UNKNOWN = None
DAYS = ["1 Monday", "2 Tuesday", "3 Wednesday", "4 Thursday", "5 Friday", "6 Saturday", "7 Sunday"]
PERIODS = {
    "day": lambda t: str(t.date()),
    "week": lambda t: str(t.date() - timedelta(days=t.weekday())),
    "month": lambda t: f"{t:%Y-%m}",
    "quarter": lambda t: f"{t.year}-Q{(t.month + 2) // 3}",
    "year": lambda t: f"{t:%Y}",
    "weekday": lambda t: DAYS[t.weekday()],
    "hour": lambda t: f"{t:%H}:00",
}
SHOWN = ["customers", "buyers", "orders", "refunds", "new", "repeat"]


def stamp(seconds):
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def local(seconds):
    return START + timedelta(seconds=seconds, hours=ZONE_HOURS)


def random_customer(rng, number):
    """Entries (seconds, is an order's first line, is a refund, currency, net), groups, and the line."""
    entries, records = [], []
    for k in range(rng.choice([0, 0, 1, 1, 2, 3, 5])):
        at = rng.randrange(AS_OF) if rng.random() < 0.95 else None
        currency, order = rng.choice(["EUR", "EUR", "USD"]), f"{number}-{k}"
        lines = [Decimal(rng.randrange(100, 9900)) / 100 for _ in range(rng.choice([1, 1, 2]))]
        for n, money in enumerate(lines):
            entries.append((at, n == 0, False, currency, money))
            records.append((at, "Order Completed", {"order_id": order, "revenue": money, "currency": currency, "line": n}))
        if at is not None and rng.random() < 0.3:
            later = min(AS_OF, at + rng.randrange(1, 40 * 86400))
            back = rng.choice([sum(lines), (sum(lines) / 2).quantize(Decimal("0.01"))])
            entries.append((later, False, True, currency, -back))
            records.append((later, "Order Refunded", {"order_id": order, "revenue": back, "currency": currency}))
    order_of = sorted(range(len(records)), key=lambda i: (records[i][0] is not None, records[i][0] or 0, i))
    events = []
    for n, i in enumerate(order_of):
        at, name, props = records[i]
        event = {"type": "track", "id": f"{number}/{n}", "source": "s", "event": name, "props": props}
        if at is not None:
            event["time"] = stamp(at)
        events.append(event)
    groups = {"country": [rng.choice(["DE", "FR", "", "\x1eFR", UNKNOWN])], "segments": rng.choice([["a"], ["a", "b"], ["b", "a", "b"], [], ["c"]])}
    profile = {"type": "profile", "id": f"c{number}", "as_of": stamp(AS_OF), "traits": {}, "segments": groups["segments"], "events": events}
    if groups["country"][0] is not UNKNOWN:
        profile["traits"]["country"] = groups["country"][0]
    groups["segments"] = sorted(set(groups["segments"])) or [UNKNOWN]
    return [entries[i] for i in order_of], groups, json.dumps(profile, separators=(",", ":"), default=float)


def cell():
    return {**{k: set() for k in ("customers", "buyers", "new", "repeat")}, "orders": 0, "refunds": 0, "money": defaultdict(Decimal)}


def keys_of(by, groups, at):
    parts = []
    for g in by:
        if g in PERIODS:
            parts.append([UNKNOWN if at is None else PERIODS[g](local(at))])
        else:
            parts.append(groups[g])
    return list(itertools.product(*parts))


def model(customers, by, period):
    cells = defaultdict(cell)
    periodic = any(g in PERIODS for g in by)
    for number, (entries, groups) in enumerate(customers):
        if not periodic:
            for key in keys_of(by, groups, None) + ["all"]:
                cells[key]["customers"].add(number)
        first = True
        for at, new, refund, currency, money in entries:
            wanted = not period or (at is not None and period[0] <= local(at).date() <= period[1])
            for key in keys_of(by, groups, at) + ["all"] if wanted else []:
                c = cells[key]
                c["orders"] += new
                c["refunds"] += refund
                c["money"][currency] += money
                if new:
                    c["buyers"].add(number)
                    c["customers"].add(number)
                    c["new" if first else "repeat"].add(number)
            first = first and not new
    return cells


def row_of(c):
    return [len(c[k]) if isinstance(c[k], set) else c[k] for k in SHOWN] + [c["money"].get("EUR", Decimal(0)), c["money"].get("USD", Decimal(0))]


def check(seed):
    rng = random.Random(seed)
    both = [random_customer(rng, n) for n in range(rng.choice([1, 3, 30]))]
    by = rng.sample(["country", "segments"] + list(PERIODS), rng.choice([1, 1, 2, 3]))
    period = None
    command = [tool, "table", "-q", "-t", "json", "--by", ",".join(by), "--show", ",".join(SHOWN + ["revenue", "average"]), "-j", rng.choice("14"),
               "--tz", f"-0{-ZONE_HOURS}:00"]
    if rng.random() < 0.4:
        first = local(rng.randrange(AS_OF)).date()
        period = (first, first + timedelta(days=rng.randrange(90)))
        command += ["--from", str(period[0]), "--until", str(period[1])]
    rated = rng.random() < 0.5
    if rated:
        command[command.index("--show") + 1] += ',revenue_in("eur")'
        command += ["--rates", rates.name]
    done = subprocess.run(command, input="".join(line + "\n" for _, _, line in both), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command}: exit {done.returncode}: {done.stderr}")
    cells = model([(entries, groups) for entries, groups, _ in both], by, period)
    want = {key: row_of(c) for key, c in cells.items()}
    rows = json.loads(done.stdout, parse_float=Decimal)["table"]
    got = {}
    check_averages(seed, rows)
    if rated:
        check_rates(seed, rows, by, cells)
    for row in rows:
        key = "all" if row[by[0]] == "(all)" else tuple(row[g] for g in by)
        got[key] = [row[k] for k in SHOWN] + [sum((Decimal(v) for k, v in row.items() if k == f"revenue {c}" or
                                                  (k == "revenue" and currency_alone(cells) == c)), Decimal(0)) for c in ("EUR", "USD")]
    if got != want:
        for key in sorted(set(got) | set(want), key=str):
            if got.get(key) != want.get(key):
                sys.exit(f"seed {seed}: {command}\n{key}: got {got.get(key)}, want {want.get(key)}")
    return len(want)


def check_averages(seed, rows):
    """Revenue by orders, where one currency has them all."""
    for row in rows:
        if "average" in row and row["orders"]:
            want = (Decimal(row["revenue"]) / row["orders"]).quantize(Decimal("0.01"))
            if abs(Decimal(row["average"]) - want) > Decimal("0.01"):
                sys.exit(f"seed {seed}: average {row}")


def check_rates(seed, rows, by, cells):
    """Each order and refund at its rate, one by one."""
    for row in rows:
        money = cells["all" if row[by[0]] == "(all)" else tuple(row[g] for g in by)]["money"]
        want = money.get("EUR", 0) + money.get("USD", 0) * RATE
        if Decimal(row["revenue_in EUR"]) != want:
            sys.exit(f"seed {seed}: revenue_in {row}, want {want}")


def currency_alone(cells):
    used = {c for x in cells.values() for c in x["money"]}
    return used.pop() if len(used) == 1 else None


rates = tempfile.NamedTemporaryFile("w")
rates.write(f"USD = {RATE} EUR\n")
rates.flush()
total = sum(check(seed) for seed in range(runs))
print(f"{runs} tables, {total} rows")
