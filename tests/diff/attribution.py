"""Random customers: the credit of each touch by every model, computed from the definitions, against cdp-report attribution.

Usage: attribution.py PROGRAM   (SEED names the worlds)
"""
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from math import factorial

program = os.path.abspath(sys.argv[1])
seed = int(os.environ.get("SEED", "5"))
NOW = datetime(2025, 6, 30)
MODELS = ("first", "last", "last_non_direct", "linear", "time_decay", "position", "shapley", "markov")
DIRECT, NONE = "(direct) / (none)", "(no touch)"


def fail(text):
    print(f"FAIL (SEED={seed}): {text}")
    sys.exit(1)


def stamp(minutes):
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def world(rng):
    """Customers: touches (minutes ago, channel), oldest first, and orders (minutes ago, cents, currency)."""
    channels = [DIRECT] + [f"s{i} / m" for i in range(rng.randint(1, 5))]
    customers = []
    for _ in range(rng.randint(1, 40)):
        ago = sorted(rng.sample(range(60, 90 * 1440, 37), rng.choice([0, 1, 2, 3, 5, 9])), reverse=True)
        ago = [a for i, a in enumerate(ago) if not i or ago[i - 1] - a > 31]
        orders = sorted({rng.choice(ago or [500]) - rng.choice([1, 20, 5000, 40000]) for _ in range(rng.choice([0, 0, 1, 1, 2, 3]))} |
                        ({rng.randint(1, 80 * 1440)} if rng.random() < 0.2 else set()), reverse=True)
        customers.append(([(a, rng.choice(channels)) for a in ago],
                          [(o, rng.randint(1, 10000), rng.choice(["EUR", "EUR", "USD"])) for o in orders if o > 0]))
    return customers


def profile(number, customer):
    events = []
    for i, (ago, channel) in enumerate(customer[0]):
        context = {"page": {"url": "https://shop.example.com/"}}
        if channel != DIRECT:
            context["campaign"] = dict(zip(("source", "medium"), channel.split(" / ")))
        events.append((ago, {"type": "page", "id": f"t{i}", "time": stamp(ago), "source": "web", "context": context}))
        if ago % 2:	# one more page of the session, which says nothing new
            events.append((ago - 0.5, {"type": "page", "id": f"u{i}", "time": stamp(ago - 0.5), "source": "web",
                                       "context": {"page": {"url": "https://shop.example.com/x"}}}))
    for i, (ago, cents, currency) in enumerate(customer[1]):
        events.append((ago, {"type": "track", "id": f"o{i}", "time": stamp(ago), "source": "shop", "event": "Order Completed",
                             "props": {"order_id": str(i), "revenue": float(Decimal(cents) / 100), "currency": currency}}))
    events.sort(key=lambda e: (-e[0], e[1]["source"], e[1]["id"]))
    return json.dumps({"type": "profile", "id": f"{number:032x}", "as_of": stamp(0), "events": [e for _, e in events]},
                      separators=(",", ":")) + "\n"


def shape(path, how, direct):
    """A path as the options want it."""
    if any(c != DIRECT for _, c in path):
        if direct == "drop":
            path = [t for t in path if t[1] != DIRECT]
        while direct == "drop-last" and path[-1][1] == DIRECT:
            path = path[:-1]
    out = []
    for ago, c in path:
        if how == "exposure" and out and out[-1][1] == c:
            out[-1] = (ago, c)
        elif how != "first" or c not in [o[1] for o in out]:
            out.append((ago, c))
    return out


def weigh(model, path, half_life):
    n = len(path)
    if model == "first":
        return [Fraction(i == 0) for i in range(n)]
    if model == "last":
        return [Fraction(i == n - 1) for i in range(n)]
    if model == "last_non_direct":
        at = max([i for i in range(n) if path[i][1] != DIRECT], default=n - 1)
        return [Fraction(i == at) for i in range(n)]
    if model == "linear":
        return [Fraction(1, n)] * n
    if model == "position":
        return [Fraction(1)] if n == 1 else [Fraction(1, 2)] * 2 if n == 2 else \
            [Fraction(2, 5) if i in (0, n - 1) else Fraction(1, 5 * (n - 2)) for i in range(n)]
    raw = [Fraction(2 ** ((path[-1][0] - ago) / (half_life * 1440))) for ago, _ in path]
    return [r / sum(raw) for r in raw]


def shapley(paths):
    """By the sum over all sets of other channels."""
    worth = Counter()
    for value, path in paths:
        worth[frozenset(c for _, c in path)] += value
    players = sorted({c for s in worth for c in s})
    n, found = len(players), {}

    def v(s):
        return sum(w for key, w in worth.items() if key <= s)
    for c in players:
        others = [p for p in players if p != c]
        found[c] = sum(Fraction(factorial(k) * factorial(n - k - 1), factorial(n)) * (v(frozenset(s) | {c}) - v(frozenset(s)))
                       for k in range(n) for s in map(frozenset, combinations(others, k)))
    return found


def solve(rows, states):
    """P(conversion) from each state: (I - Q) x = r, by elimination in fractions."""
    n = len(states)
    at = {s: i for i, s in enumerate(states)}
    a = [[Fraction(i == j) for j in range(n)] + [Fraction(0)] for i in range(n)]
    for s in states:
        total = sum(rows[s].values())
        for to, count in rows[s].items():
            if to == "+":
                a[at[s]][n] += Fraction(count, total)
            elif to in at:
                a[at[s]][at[to]] -= Fraction(count, total)
    for c in range(n):
        p = next(r for r in range(c, n) if a[r][c])
        a[c], a[p] = a[p], a[c]
        a[c] = [x / a[c][c] for x in a[c]]
        for r in range(n):
            if r != c and a[r][c]:
                a[r] = [x - a[r][c] * y for x, y in zip(a[r], a[c])]
    return a[at[()]][n]


def markov(converted, lost, order):
    rows = defaultdict(Counter)
    for end, paths in (("+", converted), ("-", lost)):
        for path in paths:
            state = ()
            for _, c in path:
                after = (state + (c,))[-order:]
                rows[state][after] += 1
                state = after
            rows[state][end] += 1
    if not converted:
        return {}
    states = list(rows)
    whole = solve(rows, states)
    return {c: 1 - solve(rows, [s for s in states if not s or s[-1] != c]) / whole for c in {s[-1] for s in states if s}}


def model(customers, o):
    converted, lost, untouched = [], [], []
    for touches, orders in customers:
        for number, (ago, cents, currency) in enumerate(orders):
            if (o["orders"] == "first" and number) or (o["orders"] == "repeat" and not number):
                continue
            path = [t for t in touches if ago <= t[0] <= ago + o["look_back"] * 1440]
            (converted if path else untouched).append((cents, currency, shape(path, o["path"], o["direct"]) if path else None))
        if touches and not orders:
            lost.append(shape([t for t in touches if t[0] <= touches[-1][0] + o["look_back"] * 1440], o["path"], o["direct"]))
    count, money = defaultdict(Counter), defaultdict(Counter)
    for name in MODELS[:6]:
        for cents, currency, path in converted:
            for (_, c), w in zip(path, weigh(name, path, o["half_life"])):
                count[name][c] += w
                money[name][currency, c] += w * cents
    count["shapley"].update(shapley([(1, p) for _, _, p in converted]))
    for currency in {x[1] for x in converted}:
        for c, x in shapley([(cents, p) for cents, k, p in converted if k == currency]).items():
            money["shapley"][currency, c] += x
    effects = markov([p for _, _, p in converted], lost, o["order"])
    for c, e in effects.items():
        share = e / sum(effects.values())
        count["markov"][c] += share * len(converted)
        for currency in {x[1] for x in converted}:
            money["markov"][currency, c] += share * sum(x[0] for x in converted if x[1] == currency)
    for name in MODELS:
        for cents, currency, _ in untouched:
            count[name][NONE] += 1
            money[name][currency, NONE] += cents
    return count, money, len(converted) + len(untouched)


def run(folder, *args):
    ran = subprocess.run([program, "attribution", "-q", *args], cwd=folder, capture_output=True, text=True)
    if ran.returncode:
        fail(f"exit {ran.returncode}: {args}: {ran.stderr}")
    return ran.stdout


def check(rng, folder):
    customers = world(rng)
    lines = [profile(n, c) for n, c in enumerate(customers)]
    with open(folder + "/profiles", "w") as f:
        f.writelines(lines)
    with open(folder + "/shuffled", "w") as f:
        f.writelines(rng.sample(lines, len(lines)))
    o = {"look_back": rng.choice([1, 7, 30, 100]), "half_life": rng.choice([1, 7]), "order": rng.choice([1, 1, 2, 3]),
         "path": rng.choice(["exposure", "unique", "first"]), "direct": rng.choice(["keep", "drop-last", "drop"]),
         "orders": rng.choice(["all", "all", "first", "repeat"])}
    args = ["--look-back", f"{o['look_back']}d", "--half-life", f"{o['half_life']}d", "--markov-order", str(o["order"]),
            "--path", o["path"], "--direct", o["direct"], "--orders", o["orders"], "-t", "json"]
    text = run(folder, *args, "-j", "1", "profiles")
    if text != run(folder, *args, "-j", "3", "shuffled"):
        fail(f"another order of lines gives another report: {args}")
    got = json.loads(text, parse_float=Decimal)
    count, money, conversions = model(customers, o)
    for name in MODELS:
        if sum(r[name] for r in got["attribution"]) != conversions:
            fail(f"{name} does not add up to {conversions}: {got['attribution']} {args}")
        for r in got["attribution"]:
            if abs(Fraction(r[name]) - count[name][r["channel"]]) > Fraction(1, 10 ** 6):
                fail(f"{name} of {r}: wanted {float(count[name][r['channel']])}; {args}")
        for currency in {r["currency"] for r in got["attribution_revenue"]}:
            rows = [r for r in got["attribution_revenue"] if r["currency"] == currency]
            if sum(r[name] for r in rows) * 100 != sum(v for k, v in money["linear"].items() if k[0] == currency):
                fail(f"{name}: the revenue in {currency} does not add up: {rows} {args}")
            for r in rows:
                if abs(Fraction(r[name]) * 100 - money[name][currency, r["channel"]]) > Fraction(10001, 10000):
                    fail(f"{name} of {r}: wanted {float(money[name][currency, r['channel']]) / 100}; {args}")
    return conversions


rng = random.Random(seed)
with tempfile.TemporaryDirectory() as folder:
    total = sum(check(rng, folder) for _ in range(int(os.environ.get("ROUNDS", "60"))))
if total < 300:
    fail(f"the worlds are too poor: {total} conversions")
