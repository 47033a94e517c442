#!/usr/bin/env python3
"""Segments of random customers, computed a second time the plain way: RFM scores at quantiles,
by rank and as the R package rfm, with few customers and many ties; saved thresholds; sizes and
overlaps; tiers of revenue; stages of life with their monthly table; who entered and left.

Usage: segments.py TOOL RUNS
Each world is labelled in two orders of lines, with one and with four workers.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone
from fractions import Fraction

tool, runs = os.path.abspath(sys.argv[1]), int(sys.argv[2])
AS_OF = datetime(2024, 3, 31, 23, 59, 59, 999000, tzinfo=timezone.utc)


def stamp(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (moment.microsecond // 1000)


def random_customer(rng, number, world):
    orders = {}
    if rng.random() < 0.92:
        days = rng.choice(world["days"])
        orders = {"count": rng.choice(world["counts"]), "revenue": rng.choice(world["amounts"]),
                  "currency": rng.choice(world["currencies"]),
                  "last": stamp(AS_OF - timedelta(days=days, hours=rng.randrange(24)))}
    if orders and rng.random() < 0.05:
        orders["revenue"] = None
    return {"type": "profile", "id": "c%05d" % number, "as_of": stamp(AS_OF), "orders": orders, "events": []}


def random_world(rng):
    """Few values make ties, one value makes all alike."""
    def some(values):
        return rng.sample(values, rng.choice([1, 2, 3, 5, len(values)]))
    world = {"days": some(list(range(0, 400, 7))), "counts": some([1, 1, 2, 3, 4, 6, 9, 12]),
             "amounts": some([0, 5, 9.99, 10, 10.5, 20, 33.33, 100, 250.25, -3]),
             "currencies": rng.choice([["EUR"], ["EUR"], ["EUR"], ["EUR", "USD"]])}
    size = rng.choice([0, 1, 3, 5, 6, 7, 9, 10, 11, 25, 80])
    return [random_customer(rng, i, world) for i in range(size)]


def run(arguments, lines, folder):
    path = os.path.join(folder, "customers")
    with open(path, "w") as f:
        f.writelines(json.dumps(p, separators=(",", ":")) + "\n" for p in lines)
    r = subprocess.run([tool, "--allow-empty", *arguments, path], capture_output=True, text=True, cwd=folder)
    if r.returncode or "nan" in (r.stdout + r.stderr).lower().split():
        sys.exit(f"{arguments}: exit {r.returncode}\n{r.stderr}")
    return {p["id"]: p for p in map(json.loads, r.stdout.split("\n")[:-1] if r.stdout.strip() else [])}, r.stderr


def save(arguments, lines, folder, got, said):
    """Saves thresholds beside the same labels; False where nobody is told apart, so that there are none, which is refused."""
    path = os.path.join(folder, "customers")
    r = subprocess.run([tool, "--allow-empty", *arguments, path], capture_output=True, text=True, cwd=folder)
    none = "no RFM segments" in said
    if r.returncode != (2 if none else 0) or os.path.exists(arguments[-1]) == none or ("there are none" in r.stderr) != none:
        sys.exit(f"{arguments}: exit {r.returncode}\n{said}{r.stderr}")
    if not none and {p["id"]: p for p in map(json.loads, r.stdout.split("\n")[:-1] if r.stdout.strip() else [])} != got:
        sys.exit(f"{arguments}: saving thresholds changes labels")
    return not none


# ---- RFM, the plain way. ----

SPREAD = {1: [3], 2: [2, 4], 3: [1, 3, 5], 4: [1, 2, 4, 5], 5: [1, 2, 3, 4, 5]}


def quantile(values, share):
    """Type 7."""
    values = sorted(values)
    at = (len(values) - 1) * share
    low = at.numerator // at.denominator
    high = min(low + 1, len(values) - 1)
    return values[low] + (at - low) * (values[high] - values[low])


def facts(p):
    o = p["orders"]
    if not o.get("count"):
        return None
    last = datetime.strptime(o["last"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    money = None if o["revenue"] is None else Fraction(str(o["revenue"]))
    return {"recency": (AS_OF - last).days, "frequency": o["count"], "monetary": money, "currency": o["currency"]}


def score(values, value, what, few, bins):
    """Of VALUE among VALUES, 5 being best."""
    classes = 2 if few and bins != "rfm" else 5
    if bins == "quantile" and len(set(values)) == 1:
        cuts = []
    else:
        cuts = [quantile(values, Fraction(i, classes)) for i in range(1, classes)]
    if classes == 2 and cuts == [max(values)]:      # nobody is above: it begins the upper half
        cuts = [max(values) - Fraction(1, 10 ** 7)]
    if bins == "rfm":
        at = sum(1 for c in cuts if value >= c + 1)
    else:
        below, through = sum(1 for c in cuts if c < value), sum(1 for c in cuts if c <= value)
        at = below if through - below < 2 or (what == "frequency" and value == 1) else (below + through) // 2
    got = SPREAD[len(cuts) + 1][at]
    if what == "frequency" and value == 1 and at == 0:
        return 1
    return 6 - got if what == "recency" else got


def scored(customers, bins):
    """id -> scores, by the model; None: nobody is told apart."""
    known = {p["id"]: f for p in customers if (f := facts(p))}
    few = len(known) < 10
    if len(known) < 6:
        return None
    money = [f for f in known.values() if f["monetary"] is not None]
    mixed = len({f["currency"] for f in money}) != 1
    out = {}
    for name, f in known.items():
        s = {what: score([g[what] for g in known.values()], f[what], what, few, bins)
             for what in ("recency", "frequency")}
        if not mixed and f["monetary"] is not None:
            s["monetary"] = score([g["monetary"] for g in money], f["monetary"], "monetary", few, bins)
        out[name] = s
    return out


def alike(customers, with_money):
    known = [f for p in customers if (f := facts(p))]
    whats = ["recency", "frequency"] + (["monetary"] if with_money else [])
    return all(len({f[w] for f in known if f[w] is not None}) <= 1 for w in whats)


GRID = {5: ["new", "potential_loyalist", "potential_loyalist", "champions", "champions"],
        4: ["promising", "potential_loyalist", "potential_loyalist", "loyal", "loyal"],
        3: ["about_to_sleep", "about_to_sleep", "need_attention", "loyal", "loyal"],
        2: ["hibernating", "hibernating", "at_risk", "at_risk", "cant_lose"],
        1: ["hibernating", "hibernating", "at_risk", "at_risk", "cant_lose"]}


def grid(s):
    return GRID[s["recency"]][s["frequency"] - 1]


def shopify(s):
    r, both = s["recency"], Fraction(s["frequency"] + s["monetary"], 2)
    if both >= 4:
        return {5: "champions", 4: "loyal", 3: "loyal"}.get(r, "previously_loyal" if both > 4 else "at_risk")
    if both >= Fraction(5, 2) and r >= 3:
        return "active" if r > 3 else "needs_attention"
    if r >= 3:
        return "new" if r == 5 else "promising"
    if both >= 3:
        return "at_risk"
    return "almost_lost" if r == 2 else "dormant"


def wanted(customers, scheme, bins):
    money = scheme == "shopify"
    scores = None if bins == "quantile" and alike(customers, money) else scored(customers, bins)
    out = {}
    for p in customers:
        s = (scores or {}).get(p["id"])
        out[p["id"]] = []
        if s and (not money or "monetary" in s):
            out[p["id"]] = ["rfm_" + (shopify(s) if money else grid(s))]
        if money and not facts(p):
            out[p["id"]] = ["rfm_prospects"]
    return out


def compare(seed, what, want, got):
    for name, segments in want.items():
        if got[name]["segments"] != segments:
            sys.exit(f"seed {seed}, {what}: {name} {got[name]['orders']}: wanted {segments}, got {got[name]['segments']}")


def check_rfm(seed, rng, customers, folder):
    scheme = rng.choice(["grid", "shopify"])
    bins = "quantile" if rng.random() < 0.7 else "rfm"
    if bins == "rfm" and alike(customers, scheme == "shopify"):
        bins = "quantile"
    want = wanted(customers, scheme, bins)
    saved = os.path.join(folder, "thresholds")
    got, said = run(["--segments", scheme, "--bins", bins], customers, folder)
    compare(seed, f"{scheme} {bins}", want, got)
    again, said_again = run(["-j", "4", "--segments", scheme, "--bins", bins], rng.sample(customers, len(customers)), folder)
    if got != again or said != said_again:
        sys.exit(f"seed {seed}: another order of lines is another result\n{said}{said_again}")
    if save(["--segments", scheme, "--bins", bins, "--save-thresholds", saved], customers, folder, got, said):
        mapped, _ = run(["--segments", scheme, "--thresholds", saved], customers, folder)
        compare(seed, "saved thresholds", want, mapped)
        os.remove(saved)
        return 2
    return 1


def check_ntile(seed, rng, customers, folder):
    """Ranks: sizes differ by at most one, and nobody with less has a better rank."""
    known = {p["id"]: f for p in customers if (f := facts(p))}
    with open(os.path.join(folder, "boxes"), "w") as f:
        f.writelines(f"f{i} = 1-5 {i} 1-5\n" for i in range(1, 6))
    got, _ = run(["--segments", "boxes", "--bins", "ntile"], customers, folder)
    again, _ = run(["-j", "1", "--segments", "boxes", "--bins", "ntile"], rng.sample(customers, len(customers)), folder)
    if got != again:
        sys.exit(f"seed {seed}: ranks depend on the order of lines")
    if len(known) < 6 or alike(customers, False):
        return 0
    ranks = {n: int(got[n]["segments"][0][-1]) for n in known}
    classes = [2, 4] if len(known) < 10 else [1, 2, 3, 4, 5]
    sizes = [sum(1 for r in ranks.values() if r == c) for c in classes]
    size, larger = divmod(len(known), len(classes))
    if sizes != [size + (i < larger) for i in range(len(classes))]:
        sys.exit(f"seed {seed}: ranks of sizes {sizes}")
    for a in known:
        for b in known:
            if known[a]["frequency"] < known[b]["frequency"] and ranks[a] > ranks[b]:
                sys.exit(f"seed {seed}: {a} has fewer orders than {b} and a better rank")
    return 1


def check_sizes(seed, rng, customers, folder):
    rules = {"often": lambda f: f["frequency"] > 2, "rich": lambda f: f["monetary"] is not None and f["monetary"] > 10,
             "asleep": lambda f: f["recency"] > 90}
    with open(os.path.join(folder, "rules"), "w") as f:
        f.write("often = orders > 2\nrich = revenue > 10\nasleep = recency > 90\n")
    run(["-q", "-r", "rules", "--sizes", "sizes.json"], customers, folder)
    sizes = json.load(open(os.path.join(folder, "sizes.json")))
    sets = {n: {p["id"] for p in customers if (f := facts(p)) and rule(f)} for n, rule in rules.items()}
    got = {r["segment"]: r["customers"] for r in sizes["segments"]}
    if got != {n: len(s) for n, s in sets.items()}:
        sys.exit(f"seed {seed}: sizes {got}")
    pairs = {(r["segment"], r["other"]): (r["customers"], r["share_of_either"]) for r in sizes["overlaps"]}
    names = sorted(sets)
    for i, a in enumerate(names):
        for b in names[i + 1:]:
            both = len(sets[a] & sets[b])
            if pairs.get((a, b), (0, 0))[0] != both:
                sys.exit(f"seed {seed}: {a} and {b} share {both}, not {pairs.get((a, b))}")
            if both and abs(pairs[a, b][1] - both / len(sets[a] | sets[b])) > 1e-5:
                sys.exit(f"seed {seed}: {a} and {b}: {pairs[a, b]}")


# ---- Tiers of revenue. ----

def check_abc(seed, rng, customers, folder):
    got, said = run(["--abc"], customers, folder)
    known = {p["id"]: f for p in customers if (f := facts(p)) and f["monetary"] is not None}
    total = sum((max(f["monetary"], 0) for f in known.values()), Fraction(0))

    def tier(f):
        more = sum((max(g["monetary"], 0) for g in known.values() if g["monetary"] > f["monetary"]), Fraction(0))
        if f["monetary"] <= 0 or more * 100 >= total * 95:
            return "abc_c"
        return "abc_a" if more * 100 < total * 80 else "abc_b"
    tiers = {n: tier(f) for n, f in known.items()}
    if (len(known) < 10 or len({f["currency"] for f in known.values()}) > 1 or total <= 0 or
            set(tiers.values()) == {"abc_a"}):
        tiers = {}
        if "no ABC segments" not in said:
            sys.exit(f"seed {seed}: tiers of nothing\n{said}")
    compare(seed, "abc", {p["id"]: [tiers[p["id"]]] if p["id"] in tiers else [] for p in customers}, got)
    again, _ = run(["--abc", "-j", "4", "--memory", "256M"], rng.sample(customers, len(customers)), folder)
    if got != again:
        sys.exit(f"seed {seed}: tiers depend on the order of lines")
    return bool(tiers)


# ---- Stages of life. ----

STAGES = ["new", "active", "at_risk", "dormant", "reactivated", "lost"]


def ninety(gaps):
    value = quantile(gaps, Fraction(9, 10))
    return -(-value.numerator // value.denominator) if isinstance(value, Fraction) else value


def rhythm(days, common):
    gaps = [b - a for a, b in zip(days, days[1:])]
    return ninety(gaps) if len(gaps) >= 3 else common


def stage(days, on, common):
    days = [d for d in days if d <= on]
    if not days:
        return "none"
    usual, since = rhythm(days, common), on - days[-1]
    if not usual:
        return None
    if since > usual:
        return "at_risk" if since <= 2 * usual else "dormant" if since <= 4 * usual else "lost"
    if len(days) == 1:
        return "new"
    before = rhythm(days[:-1], common)
    return "reactivated" if before and days[-1] - days[-2] > 2 * before else "active"


def buying_days(rng, number):
    """Days of orders before as_of, and the profile that says so."""
    count = rng.choice([0, 1, 1, 2, 3, 4, 6, 12])
    step = rng.choice([3, 10, 30, 90])
    ago, at = [], rng.randrange(0, 400)
    for _ in range(count):
        ago.append(at)
        at += max(1, round(step * rng.choice([0.3, 1, 1, 1, 4])))
    events, bought = [], set()
    for i, a in enumerate(sorted(ago, reverse=True)):
        when = AS_OF - timedelta(days=a, hours=rng.randrange(12))
        order = {"order_id": f"{number}-{i}", "revenue": 10, "currency": "EUR"}
        events.append((when, {"type": "track", "id": f"{i}", "time": stamp(when), "source": "shop",
                              "event": "Order Completed", "props": order}))
        if rng.random() < 0.15:         # sent back: it was no purchase
            back = when + timedelta(minutes=5)
            events.append((back, {"type": "track", "id": f"{i}b", "time": stamp(back), "source": "shop",
                                  "event": "Order Refunded", "props": {"order_id": f"{number}-{i}"}}))
        else:
            bought.add((when - datetime(1970, 1, 1, tzinfo=timezone.utc)).days)
    p = {"type": "profile", "id": "d%05d" % number, "as_of": stamp(AS_OF), "orders": {},
         "events": [e for _, e in sorted(events, key=lambda e: e[0])]}
    return p, sorted(bought)


def month_ends(back):
    """The last days of the BACK months up to as_of, whose last day is one."""
    year, month, out = 2024, 3, []
    for _ in range(back):
        first_of_next = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=timezone.utc)
        out.append(((first_of_next - datetime(1970, 1, 1, tzinfo=timezone.utc)).days - 1, f"{year}-{month:02}"))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return out[::-1]


def check_lifecycle(seed, rng, folder):
    people = [buying_days(rng, i) for i in range(rng.choice([0, 1, 4, 12, 40]))]
    gaps = [b - a for _, days in people for a, b in zip(days, days[1:])]
    common = ninety(gaps) if len(gaps) >= 10 else 0
    today = (AS_OF - datetime(1970, 1, 1, tzinfo=timezone.utc)).days
    want = {}
    for p, days in people:
        now = stage(days, today, common)
        want[p["id"]] = ["lifecycle_" + now] if now in STAGES else []
    customers = [p for p, _ in people]
    got, _ = run(["--lifecycle", "--sizes", "months.json"], customers, folder)
    compare(seed, "lifecycle", want, got)
    again, _ = run(["--lifecycle", "-j", "4"], rng.sample(customers, len(customers)), folder)
    if got != again:
        sys.exit(f"seed {seed}: stages depend on the order of lines")
    moves = {}
    ends = month_ends(13)
    for (a, _), (b, month) in zip(ends, ends[1:]):
        for _, days in people:
            before, after = stage(days, a, common), stage(days, b, common)
            if before and after in STAGES:
                moves[month, before, after] = moves.get((month, before, after), 0) + 1
    rows = json.load(open(os.path.join(folder, "months.json")))["lifecycle_months"]
    table = {(r["month"], r["from"], s): r[s] for r in rows for s in STAGES if r[s]}
    if table != moves:
        sys.exit(f"seed {seed}: months {sorted(set(table.items()) ^ set(moves.items()))}")
    return len(people)


# ---- Who entered and left. ----

def check_previous(seed, rng, customers, folder):
    rules = "a = orders > 1\nb = orders > 3\nc = revenue > 10\n"
    with open(os.path.join(folder, "rules"), "w") as f:
        f.write(rules)
    before, _ = run(["-q", "-r", "rules"], customers, folder)
    with open(os.path.join(folder, "before"), "w") as f:
        f.writelines(json.dumps(p) + "\n" for p in before.values())
    later = [dict(p, orders=dict(p["orders"], count=max(0, p["orders"]["count"] + rng.choice([0, 0, 1, 3, -2]))))
             if p["orders"] else p for p in customers if rng.random() < 0.9]
    feed, names = [], {}
    for p in later:                     # some have another id, some of them say so
        if rng.random() < 0.2:
            old, p["id"] = p["id"], "n" + p["id"]
            if rng.random() < 0.7:
                names[p["id"]] = old
                feed.append({"type": "change", "change": "retired", "id": old, "into": p["id"]})
    with open(os.path.join(folder, "feed"), "w") as f:
        f.writelines(json.dumps(c) + "\n" for c in feed or [{"type": "change", "change": "grew", "id": "x"}])
    if not before:
        return 0
    now, _ = run(["-q", "-r", "rules", "--previous", "before", "--since", "feed", "--changes", "changes"], later, folder)
    want = {}
    for n, p in now.items():
        was, has = set(before.get(names.get(n, n), {"segments": []})["segments"]), set(p["segments"])
        if was != has:
            want[n] = (sorted(has - was), sorted(was - has))
    went_on = set(now) | {names[n] for n in now if n in names}
    for n, p in before.items():
        if n not in went_on and p["segments"]:
            want[n] = ([], p["segments"])
    with open(os.path.join(folder, "changes")) as f:
        got = {c["id"]: (c["entered"], c["left"]) for c in map(json.loads, f.read().split("\n")[:-1] if want else [])}
    if got != want:
        sys.exit(f"seed {seed}: changes {sorted(set(map(str, got.items())) ^ set(map(str, want.items())))}")
    return len(want)


def main():
    compared = 0
    for seed in range(1, runs + 1):
        rng = random.Random(seed)
        customers = random_world(rng)
        with tempfile.TemporaryDirectory() as folder:
            compared += check_rfm(seed, rng, customers, folder)
            compared += check_ntile(seed, rng, customers, folder)
            check_sizes(seed, rng, customers, folder)
            compared += check_abc(seed, rng, customers, folder)
            compared += check_lifecycle(seed, rng, folder)
            compared += check_previous(seed, rng, customers, folder)
    print(f"{runs} worlds, {compared} comparisons")


main()
