#!/usr/bin/env python3
"""What --k hides, attacked: who reads the table takes all shown cells off their totals and tries each way to share out the rest.

Usage: hidden.py TOOL RUNS

For random customers, groups, measures, limits and k:
  - every figure of 1 to k-1 people is hidden, and so is whatever says the same (an average beside orders, a share);
  - no hidden figure of somebody is fixed by its column, or known to be of fewer than k people;
  - columns whose people are the same hide the same rows, so none tells what another hides;
  - rows without a figure have no name, and where rows stand does not tell their size;
  - what is shown is what a table without --k shows.
"""
import json
import random
import subprocess
import sys

tool, runs = sys.argv[1], int(sys.argv[2])
MEASURES = ["customers", "buyers", "orders", "refunds", "revenue", "average", "new", "repeat", "share"]
PEOPLE = {"customers": "customers", "buyers": "buyers", "orders": "buyers", "new": "new", "repeat": "repeat"}


def customer(rng, i, groups):
    events = []
    for n in range(rng.choice([0, 1, 1, 2, 3])):
        day = f"2026-0{rng.randrange(1, 5)}-{10 + n}T10:00:00.000Z"
        props = {"order_id": f"{i}-{n}", "revenue": rng.randrange(100, 9999) / 100, "currency": "EUR"}
        events.append({"type": "track", "id": f"{i}/{n}", "time": day, "source": "s", "event": "Order Completed", "props": props})
        if rng.random() < 0.15:
            events.append({"type": "track", "id": f"{i}/{n}r", "time": "2026-06-01T00:00:00.000Z", "source": "s", "event": "Order Refunded", "props": props | {"revenue": 1}})
    events.sort(key=lambda e: e["time"])
    group = rng.choices([f"g{k}" for k in range(groups)], [1 / (k + 1) ** 2 for k in range(groups)])[0]
    return json.dumps({"type": "profile", "id": f"c{i}", "as_of": "2026-06-30T00:00:00.000Z", "traits": {"country": group, "kind": rng.choice("ab")}, "events": events})


def table(lines, options, show):
    command = [tool, "table", "-q", "-t", "json", "--show", ",".join(show)] + options
    done = subprocess.run(command, input="\n".join(lines) + "\n", capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command}: {done.returncode} {done.stderr}")
    return json.loads(done.stdout)["table"]


def bounds(total, least):
    """Each of numbers that are not below LEAST and add up to TOTAL: its smallest and largest value, by trying all."""
    if len(least) > 4 or total > 30:
        rest = total - sum(least)
        return [(low, low + rest) if len(least) > 1 else (total, total) for low in least]
    found = [set() for _ in least]

    def share(place, left, taken):
        if place + 1 == len(least):
            if left >= least[place]:
                for values, value in zip(found, taken + [left]):
                    values.add(value)
            return
        for value in range(least[place], left + 1):
            share(place + 1, left - value, taken + [value])
    share(0, total, [])
    return [(min(values), max(values)) for values in found]


def name(row, by):
    return tuple(row.get(g) for g in by)


def attack(rows, truth, by, k, columns, limit, note):
    total, listed = rows[-1], rows[:-1]
    real = {name(r, by): r for r in truth[:-1]}
    bare = [r for r in listed if str(r[by[0]]).startswith("(")]
    named = [r for r in listed if r not in bare]
    lost = [real[key] for key in real if key not in {name(r, by) for r in named}]
    for column, people in columns.items():
        for r in named + [total]:
            true = real[name(r, by)] if r is not total else truth[-1]
            count = true[people] if people else None
            hidden = column in r.get("hidden", [])
            if not hidden and r[column] != true[column]:
                sys.exit(f"{note}: {column} of {r} is not {true}")
            if people and 0 < count < k and not hidden:
                sys.exit(f"{note}: {column} of {r} is of {count}")
        if not people or column in total.get("hidden", []):
            continue
        hidden = [real[name(r, by)] for r in named if column in r.get("hidden", [])]
        sum_of_hidden = total[column] - sum(r[column] for r in named if column not in r.get("hidden", []))
        # Of a row without a name nobody knows whether it has the figure at all, but for that of customers.
        least = [1] * len(hidden) + [1 if column == "customers" else 0] * len(lost)
        true = hidden + lost
        if limit or not least or not sum_of_hidden:
            if any(r[column] for r in true) and not sum_of_hidden:
                sys.exit(f"{note}: {column} does not add up")
            continue
        for (low, high), r in zip(bounds(sum_of_hidden, least), true):
            if r[column] and (low == high or high < k):
                sys.exit(f"{note}: {column} of {name(r, by)}, {r[column]}, is from {low} to {high}: k is {k}")
    return named


def run(seed):
    rng = random.Random(seed)
    lines = [customer(rng, i, rng.choice([2, 5, 12])) for i in range(rng.choice([0, 1, 6, 40, 150]))]
    k = rng.choice([2, 5, 5, 10])
    by = rng.choice([["country"], ["country", "traits.kind"]])
    show = rng.sample(MEASURES, rng.randrange(1, 10))
    limit = rng.choice([0, 0, 3])
    note = f"seed {seed}"
    options = ["--by", ",".join(by)] + (["--limit", str(limit)] if limit else [])
    rows = table(lines, options + ["--k", str(k)], show)
    truth = table(lines, options[:2], MEASURES)
    if not lines:
        return
    columns = {m: PEOPLE.get(m) for m in show}
    named = attack(rows, truth, by, k, columns, limit, note)
    hides = lambda r, m: m in r.get("hidden", [])
    for r in named + [rows[-1]]:
        if {"revenue", "average", "orders"} <= set(show) and hides(r, "average") < max(hides(r, "revenue"), hides(r, "orders")):
            sys.exit(f"{note}: {r}: the average tells")
        if {"revenue", "share"} <= set(show) and hides(r, "revenue") and not hides(r, "share"):
            sys.exit(f"{note}: {r}: the share tells")
        if {"orders", "repeat"} <= set(show) and hides(r, "orders") != hides(r, "repeat"):
            sys.exit(f"{note}: {r}: orders less first ones are those of who came again")
        if {"new", "buyers"} <= set(show) and hides(r, "new") != hides(r, "buyers"):
            sys.exit(f"{note}: {r}: new and buyers are the same people")
        if all(hides(r, m) or not r[m] for m in show) and r is not rows[-1]:
            sys.exit(f"{note}: {r} has a name and no figure")
    order = [hides(r, show[0]) for r in named]
    if order != sorted(order):
        sys.exit(f"{note}: a row that hides {show[0]} stands among those that show it")
    if [name(r, by) for r in named if hides(r, show[0])] != sorted((name(r, by) for r in named if hides(r, show[0])), key=str):
        sys.exit(f"{note}: hidden rows stand by their size")


for seed in range(runs):
    run(seed)
print(f"{runs} tables")
