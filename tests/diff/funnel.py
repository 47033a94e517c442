#!/usr/bin/env python3
"""Funnels of cdp-report(1), computed a second time the plain way over random profiles.

Usage: funnel.py TOOL RUNS

From each event of the first step the chain goes to the next event of each further step; the
chain that gets farthest counts, of several the one that begins first.  Beside the random worlds
stand the vectors that the manuals of windowFunnel() give for each mode.
"""
import json
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

tool, runs = sys.argv[1], int(sys.argv[2])
START = datetime(2026, 3, 1, tzinfo=timezone.utc)
AS_OF = 40 * 24 * 60
MINUTE, PAUSE = 60000, 30
NAMES = ["Viewed", "Added", "Paid", "Rated", "Said \"no\"", "page:/a"]
PATHS = ["/", "/a", "/a/b", "/b"]
ORDERS = ["sequential", "increasing", "no-repeat", "strict", "any"]
SEGMENTS = ["vip", "new", "x;y"]
COUNTRIES = ["FR", "DE", None]
CHANNELS = {None: None, "newsletter": "Email", "cpc": "Paid Search"}


def stamp(minutes):
    return (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Event:
    """One of a customer's, as the model sees it; minutes is None without a time."""

    def __init__(self, rng, minutes):
        self.minutes = minutes
        self.name = rng.choice(NAMES) if rng.random() < 0.7 else None
        path = rng.choice(PATHS) if self.name is None or rng.random() < 0.5 else None
        self.path = path if self.name is None else None
        self.of_site = path is not None
        self.revenue = rng.choice([None, 10, 50, 51.5])
        self.medium = rng.choice([None, None, *CHANNELS])
        self.record = {"type": "track" if self.name else "page", "id": str(rng.random()), "source": "s"}
        if minutes is not None:
            self.record["time"] = stamp(minutes)
        if self.name:
            self.record["event"] = self.name
        if self.revenue is not None:
            self.record["props"] = {"revenue": self.revenue}
        context = {}
        if path:
            context["page"] = rng.choice([{"path": path}, {"url": f"https://shop.example.com{path}?x=1#y"}])
        if self.medium:
            context["campaign"] = {"source": "letter", "medium": "email"} if self.medium == "newsletter" else {"source": "google", "medium": self.medium}
        if context:
            self.record["context"] = context

    def is_step(self, step):
        step, _, condition = step.partition(" where ")
        if condition and not (self.revenue is not None and self.revenue > 50):
            return False
        if (self.name or "page") == step:
            return True
        if not step.startswith("page:") or self.path is None:
            return False
        wanted = step[5:]
        return self.path.startswith(wanted[:-1]) if wanted.endswith("*") else self.path == wanted


def random_profile(rng, number):
    """(the model's events, segments, country), and the line."""
    wide = rng.choice([3, 60, 5000, 30 * 24 * 60])
    times = sorted(rng.randrange(wide) if rng.random() < 0.97 else AS_OF + 5 for _ in range(rng.randrange(14)))
    events = [Event(rng, None) for _ in range(rng.randrange(2))] + [Event(rng, t) for t in times]
    segments, country = sorted(rng.sample(SEGMENTS, rng.randrange(3))), rng.choice(COUNTRIES)
    profile = {"type": "profile", "id": f"c{number}", "as_of": stamp(AS_OF), "ids": {}, "traits": {"country": country} if country else {},
               "consent": {}, "sources": ["s"], "segments": segments, "events": [e.record for e in events]}
    past = [e for e in events if e.minutes is not None and e.minutes <= AS_OF]
    return (past, segments, country), json.dumps(profile, separators=(",", ":"))


def in_order(events, steps):
    """Events of one moment in the order of the first step that each can be."""
    return sorted(events, key=lambda e: (e.minutes, next((i for i, s in enumerate(steps) if e.is_step(s)), len(steps))))


def chain_from(events, first, steps, asked):
    begun = events[first].minutes
    times = [begun]
    for event in events[first + 1:]:
        if len(times) == len(steps) or event.minutes - begun > asked["window"] or any(event.is_step(x) for x in asked["exclude"]):
            break
        goes_on = event.is_step(steps[len(times)])
        if asked["order"] == "increasing" and event.minutes == times[-1]:
            goes_on = False
        if goes_on:
            times.append(event.minutes)
        elif asked["order"] == "strict":
            break
        elif asked["order"] == "no-repeat" and any(event.is_step(s) for s in steps[:len(times)]):
            break
    return times


def any_from(events, first, steps, asked):
    found = {}
    for i, event in enumerate(events[first:]):
        if event.minutes - events[first].minutes > asked["window"] or (i and any(event.is_step(x) for x in asked["exclude"])):
            break
        for step in steps:
            if event.is_step(step):
                found.setdefault(step, event.minutes)
    return sorted(found.values())


def best_chain(events, steps, asked):
    best = []
    for i, event in enumerate(events):
        if asked["order"] == "any" and any(event.is_step(s) for s in steps):
            chain = any_from(events, i, steps, asked)
        elif asked["order"] != "any" and event.is_step(steps[0]):
            chain = chain_from(events, i, steps, asked)
        else:
            continue
        best = chain if len(chain) > len(best) else best
    return best


def visits(events):
    """Sessions as lists of events; those of no site are in the session that has not ended by then."""
    found, last = [], None
    for event in events:
        if event.of_site and (last is None or event.minutes - last > PAUSE):
            found.append([])
        if event.of_site:
            last = event.minutes
        if last is not None and event.minutes - last <= PAUSE:
            found[-1].append(event)
    return found


def channel_of(visit):
    """By the campaign of the first event of a site that has one."""
    return next((CHANNELS[e.medium] for e in visit if e.of_site and e.medium), "Direct")


def channel_at(events, minutes):
    found = "(no visit)"
    for visit in visits(events):
        on_site = [e.minutes for e in visit if e.of_site]
        if on_site[0] <= minutes:
            found = channel_of(visit) if minutes - on_site[-1] <= PAUSE else "(no visit)"
    return found


def quantile(minutes, tenths):
    if not minutes:
        return None
    minutes.sort()
    place = Fraction((len(minutes) - 1) * tenths, 10)
    low = int(place)
    value = minutes[low] + (place - low) * ((minutes[low + 1] if low + 1 < len(minutes) else 0) - minutes[low]) if place > low else Fraction(minutes[low])
    value = value * MINUTE / 1000
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal("0.001"), ROUND_HALF_EVEN)


def rows_of(group, chains, steps, asked):
    rows = []
    for i, step in enumerate(steps):
        here = sum(len(c) > i for c in chains)
        after = [c[i + 1] - c[i] for c in chains if len(c) > i + 1]
        total = [c[i] - c[0] for c in chains if i and len(c) > i]
        label = f"{i + 1} of {len(steps)}" if asked["order"] == "any" else step
        rows.append((group, label, here, quantile(after, 5), quantile(after, 9), quantile(total, 5), quantile(total, 9)))
    return rows


def model(customers, steps, asked):
    """The rows of all, then of each group: those that most began first, then by name, unknown ones last."""
    chains, groups = [], {}
    for events, segments, country in customers:
        units = visits(events) if asked["by"] == "sessions" else [events]
        for chain in (best_chain(in_order(u, steps), steps, asked) for u in units):
            if not chain:
                continue
            chains.append(chain)
            wanted = {"channel": lambda: [channel_at(events, chain[0])], "segments": lambda: segments or [None],
                      "country": lambda: [country], None: list}[asked["breakdown"]]()
            for group in wanted:
                groups.setdefault(group, []).append(chain)
    rows = rows_of("(all)" if asked["breakdown"] else None, chains, steps, asked)
    for group in sorted(groups, key=lambda g: (-len(groups[g]), g is None, g or "")):
        rows += rows_of(group, groups[group], steps, asked)
    return rows


def number(value):
    return None if value is None else Decimal(str(value))


def shown(lines, steps, asked):
    command = [tool, "funnel", "-q", "-t", "json", "--within", f"{asked['window']}min", "--by", asked["by"],
               "--order", asked["order"], "-j", random.choice("14")]
    for step in steps:
        command += ["--step", step]
    for event in asked["exclude"]:
        command += ["--exclude", event]
    if asked["breakdown"]:
        command += ["--breakdown", asked["breakdown"]]
    done = subprocess.run(command, input="".join(line + "\n" for line in lines), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command}: exit {done.returncode}: {done.stderr}")
    return [(row[asked["breakdown"]] if asked["breakdown"] else None, row["event"], row[asked["by"]], number(row["median_seconds"]),
             number(row["p90_seconds"]), number(row["median_total"]), number(row["p90_total"])) for row in json.loads(done.stdout)["funnel"]]


def vector(letters, steps, order="sequential"):
    """How many steps of these letters somebody did whose events, a minute each, are LETTERS."""
    events = [{"type": "track", "id": str(i), "time": stamp(i), "source": "s", "event": c} for i, c in enumerate(letters)]
    line = json.dumps({"type": "profile", "id": "c", "as_of": stamp(AS_OF), "ids": {}, "traits": {}, "consent": {}, "sources": ["s"],
                       "events": events}, separators=(",", ":"))
    asked = {"window": 1000, "by": "customers", "order": order, "exclude": [], "breakdown": None}
    return sum(row[2] for row in shown([line], list(steps), asked))


# The vectors that ClickHouse, StarRocks, Doris and Pinot give.
for letters, steps, order, want in [("1234", "123", "sequential", 3), ("4321", "123", "sequential", 1), ("43", "12", "sequential", 0),
                                    ("ABCBD", "ABCD", "no-repeat", 3), ("ABDC", "ABC", "strict", 2), ("CBA", "ABC", "any", 3)]:
    if vector(letters, steps, order) != want:
        sys.exit(f"{letters} on {steps}, {order}: {vector(letters, steps, order)}, not {want}")

reached, far = 0, {}
for seed in range(runs):
    rng = random.Random(seed)
    both = [random_profile(rng, n) for n in range(rng.choice([1, 5, 60]))]
    choices = NAMES + ["page", "page:/*", "page:/a*", "Paid where revenue > 50", "page:/* where revenue > 50"]
    asked = {"window": rng.choice([0, 20, 600, 90000]), "by": rng.choice(["customers", "sessions"]), "order": ORDERS[seed % len(ORDERS)],
             "exclude": rng.sample(choices, rng.choice([0, 0, 1, 2])), "breakdown": rng.choice([None, "channel", "segments", "country"])}
    count = 2 if asked["order"] == "increasing" else rng.randrange(2, 5)
    steps = rng.sample(choices, count) if asked["order"] == "any" else [rng.choice(choices) for _ in range(count)]
    want = model([customer for customer, _ in both], steps, asked)
    got = shown([line for _, line in both], steps, asked)
    reached += want[len(steps) - 1][2]
    far[asked["order"]] = far.get(asked["order"], 0) + want[len(steps) - 1][2]
    if got != want:
        sys.exit(f"seed {seed}: steps {steps}, {asked}:\n got {got}\nwant {want}")
print(f"{runs} funnels, {reached} chains to their last step: {far}")
if not all(far.values()):
    sys.exit("nobody got through in some order: the test shows nothing")
