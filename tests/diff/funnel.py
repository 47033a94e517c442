#!/usr/bin/env python3
"""Funnels of cdp-report(1), computed a second time the plain way over random profiles.

Usage: funnel.py TOOL RUNS

From each event of the first step the chain goes to the next event of each further step; the
chain that gets farthest counts, of several the one that begins first.
"""
import json
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal

tool, runs = sys.argv[1], int(sys.argv[2])
START = datetime(2026, 3, 1, tzinfo=timezone.utc)
AS_OF = 40 * 24 * 60
MINUTE, PAUSE = 60000, 30
NAMES = ["Viewed", "Added", "Paid", "Rated", "Said \"no\"", "page:/a"]
PATHS = ["/", "/a", "/a/b", "/b"]


def stamp(minutes):
    return (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def random_event(rng, minutes):
    """(minutes or None, name or None, path of a page or None, of a site?) and its record."""
    name = rng.choice(NAMES) if rng.random() < 0.7 else None
    path = rng.choice(PATHS) if name is None or rng.random() < 0.5 else None
    record = {"type": "track" if name else "page", "id": str(rng.random()), "source": "s"}
    if minutes is not None:
        record["time"] = stamp(minutes)
    if name:
        record["event"] = name
    if path:
        record["context"] = {"page": rng.choice([{"path": path}, {"url": f"https://shop.example.com{path}?x=1#y"}])}
    return (minutes, name, path if name is None else None, path is not None), record


def random_profile(rng, number):
    """The model's events, and the line."""
    wide = rng.choice([3, 60, 5000, 30 * 24 * 60])
    times = sorted(rng.randrange(wide) if rng.random() < 0.97 else AS_OF + 5 for _ in range(rng.randrange(14)))
    both = [random_event(rng, None) for _ in range(rng.randrange(2))] + [random_event(rng, t) for t in times]
    profile = {"type": "profile", "id": f"c{number}", "as_of": stamp(AS_OF), "ids": {}, "traits": {}, "consent": {},
               "sources": ["s"], "events": [record for _, record in both]}
    events = [e for e, _ in both if e[0] is not None and e[0] <= AS_OF]
    return events, json.dumps(profile, separators=(",", ":"))


def is_step(event, step):
    _, name, path, _ = event
    if (name or "page") == step:
        return True
    if not step.startswith("page:") or path is None:
        return False
    wanted = step[5:]
    return path.startswith(wanted[:-1]) if wanted.endswith("*") else path == wanted


def in_order(events, steps):
    """Events of one moment in the order of the first step that each can be."""
    return sorted(events, key=lambda e: (e[0], next((i for i, s in enumerate(steps) if is_step(e, s)), len(steps))))


def chain_from(events, first, steps, window, strict):
    times, at = [events[first][0]], first
    for step in steps[1:]:
        behind = range(at + 1, min(at + 2, len(events)) if strict else len(events))
        at = next((i for i in behind if is_step(events[i], step)), None)
        if at is None or events[at][0] - times[0] > window:
            break
        times.append(events[at][0])
    return times


def best_chain(events, steps, window, strict):
    best = []
    for i, event in enumerate(events):
        if is_step(event, steps[0]):
            chain = chain_from(events, i, steps, window, strict)
            best = chain if len(chain) > len(best) else best
    return best


def sessions(events):
    """Events of no site are in the session that has not ended by then."""
    found, last = [], None
    for event in events:
        if event[3] and (last is None or event[0] - last > PAUSE):
            found.append([])
        if event[3]:
            last = event[0]
        if last is not None and event[0] - last <= PAUSE:
            found[-1].append(event)
    return found


def median(minutes):
    if not minutes:
        return None
    minutes.sort()
    both = minutes[len(minutes) // 2] + minutes[(len(minutes) - 1) // 2]
    return (Decimal(both) * MINUTE / 2000).quantize(Decimal("0.001"), ROUND_HALF_EVEN)


def model(units, steps, window, strict):
    chains = [best_chain(in_order(events, steps), steps, window, strict) for events in units]
    rows = []
    for i in range(len(steps)):
        here = sum(len(c) > i for c in chains)
        after = [c[i + 1] - c[i] for c in chains if len(c) > i + 1]
        rows.append((steps[i], here, median(after)))
    return rows


def shown(lines, steps, window, strict, by):
    command = [tool, "funnel", "-q", "-t", "json", "--window", f"{window}min", "--by", by, "-j", random.choice("14")]
    for step in steps:
        command += ["--step", step]
    if strict:
        command.append("--strict-order")
    done = subprocess.run(command, input="".join(line + "\n" for line in lines), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command}: exit {done.returncode}: {done.stderr}")
    return [(row["event"], row[by], row["median_seconds"] if row["median_seconds"] is None else Decimal(str(row["median_seconds"])))
            for row in json.loads(done.stdout)["funnel"]]


reached = 0
for seed in range(runs):
    rng = random.Random(seed)
    both = [random_profile(rng, n) for n in range(rng.choice([1, 5, 60]))]
    steps = [rng.choice(NAMES + ["page", "page:/*", "page:/a*"]) for _ in range(rng.randrange(2, 5))]
    window, strict, by = rng.choice([0, 20, 600, 90000]), rng.random() < 0.3, rng.choice(["customers", "sessions"])
    units = [events for events, _ in both]
    if by == "sessions":
        units = [s for events in units for s in sessions(events)]
    want = model(units, steps, window, strict)
    got = shown([line for _, line in both], steps, window, strict, by)
    reached += want[-1][1]
    if got != want:
        sys.exit(f"seed {seed}: steps {steps}, window {window} min, strict {strict}, by {by}:\n got {got}\nwant {want}")
print(f"{runs} funnels, {reached} chains to their last step")
if not reached:
    sys.exit("nobody got through: the test shows nothing")
