"""Random customers: likings, likeness, what is due and what is popular, computed one by one, against cdp-recommend.

Usage: offers.py PROGRAM   (SEED names the worlds)
"""
import json
import math
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from datetime import datetime, timedelta

program = os.path.abspath(sys.argv[1])
seed = int(os.environ.get("SEED", "11"))
NOW = datetime(2025, 12, 31)
WEIGHT = {"Order Completed": 1, "Product Added": 0.5, "Product Viewed": 0.2}
ONE = 4095


def fail(text):
    print(f"FAIL (SEED={seed}): {text}")
    sys.exit(1)


def world(rng):
    """Customers: a list of (age in days, event, item), and their segments."""
    items = [f"i{i}" for i in range(rng.randint(1, 12))]
    weights = [rng.random() ** 2 + 0.05 for _ in items]
    customers = []
    for c in range(rng.randint(1, 60)):
        touches = set()
        for _ in range(rng.choice([0, 1, 2, 4, 8])):
            age = rng.choice([0, 5, 10, 20, 30, 31, 60, 90, 200])
            kind = rng.choice(["Order Completed"] * 4 + ["Product Added", "Product Viewed"])
            touches.update((age, kind, i) for i in rng.choices(items, weights, k=rng.randint(1, 4)))
        customers.append((sorted(touches, key=lambda t: (-t[0], t[1], t[2])), ["all"] if rng.random() < 0.6 else []))
    return customers


def profile(number, customer):
    events = []
    for i, (age, kind, item) in enumerate(customer[0]):
        time = (NOW - timedelta(days=age)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        props = {"sku": item, "quantity": 1}
        if kind == "Order Completed":
            props["order_id"] = f"{age}"
        events.append({"type": "track", "id": str(i), "time": time, "source": "s", "event": kind, "props": props})
    return json.dumps({"type": "profile", "id": f"{number:032x}", "as_of": NOW.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
                       "segments": customer[1], "events": events}, separators=(",", ":")) + "\n"


def likings(touches, half_life):
    """item -> (weight, age, days on which it was bought)"""
    found = {}
    for item in {t[2] for t in touches}:
        mine = [t for t in touches if t[2] == item]
        bought = {t[0] for t in mine if t[1] == "Order Completed"}
        weight = max(max(1, math.floor(ONE * WEIGHT[k] * (2 ** (-a / half_life) if half_life else 1) + 0.5)) for a, k, _ in mine)
        found[item] = (weight, min(bought) if bought else min(t[0] for t in mine), len(bought))
    return found


def invert(m):
    """Gauss and Jordan, of rows of numbers."""
    n = len(m)
    a = [row[:] + [float(i == j) for j in range(n)] for i, row in enumerate(m)]
    for c in range(n):
        p = max(range(c, n), key=lambda r: abs(a[r][c]))
        a[c], a[p] = a[p], a[c]
        a[c] = [x / a[c][c] for x in a[c]]
        for r in range(n):
            if r != c:
                a[r] = [x - a[r][c] * y for x, y in zip(a[r], a[c])]
    return [row[n:] for row in a]


class Model:
    def __init__(self, customers, half_life, shrink, kind):
        self.likings = [likings(t, half_life) for t, _ in customers]
        self.customers = [l for l in self.likings if l]
        self.segments = [s for (t, s), l in zip(customers, self.likings) if l]
        self.buyers = sum(any(v[2] for v in l.values()) for l in self.customers)
        self.count = Counter(i for l in self.customers for i, v in l.items() if v[2])
        everything = {i for l in self.customers for i in l}
        self.items = sorted(everything, key=lambda i: (-self.count[i], i))
        self.rank = {i: n for n, i in enumerate(self.items)}
        gaps, self.again = defaultdict(list), Counter()
        for touches, _ in customers:
            for item in {t[2] for t in touches}:
                days = sorted({t[0] for t in touches if t[2] == item and t[1] == "Order Completed"})
                gaps[item] += [b - a for a, b in zip(days, days[1:])]
                self.again[item] += len(days) > 1
        self.interval = {i: sorted(g)[(len(g) - 1) // 2] for i, g in gaps.items() if g}
        self.like(shrink, kind)
        members = [l for l, s in zip(self.customers, self.segments) if s]
        self.segment = len(members), Counter(i for l in members for i, v in l.items() if v[2])

    def like(self, shrink, kind):
        n, mean = len(self.customers), sum(map(len, self.customers)) / max(1, len(self.customers))
        rows = []
        for l in self.customers:
            row = {i: v[0] for i, v in l.items()}
            if kind == "bm25":
                for i in row:
                    x = row[i] / ONE
                    row[i] = max(1, math.floor(ONE * x / (x + 1.2 * (1 - 0.75 + 0.75 * len(l) / mean)) + 0.5))
            rows.append(row)
        size = {i: math.sqrt(sum(r[i] ** 2 for r in rows if i in r)) for i in self.items}
        idf = {i: math.log(1 + (n - k + 0.5) / (k + 0.5)) for i in self.items for k in [sum(i in r for r in rows)]}
        self.score, self.both = {}, {}
        inverse = invert([[sum(r.get(a, 0) * r.get(b, 0) for r in rows) / ONE / ONE + shrink * (a == b) for b in self.items]
                          for a in self.items]) if kind == "ease" else None
        for a in self.items:
            for b in self.items:
                dot = sum(r[a] * r[b] for r in rows if a in r and b in r)
                if a == b or sum(a in r and b in r for r in rows) < 2:
                    continue
                if inverse:
                    i, j = self.rank[a], self.rank[b]
                    if -inverse[i][j] / inverse[j][j] <= 1e-12:
                        continue
                    self.score[a, b] = -inverse[i][j] / inverse[j][j]
                else:
                    self.score[a, b] = (dot / (size[a] * size[b] + shrink * ONE * ONE) if kind == "cosine"
                                        else dot / ONE / ONE * idf[a] * idf[b])
                self.both[a, b] = sum(l[a][2] > 0 and l[b][2] > 0 for l in self.customers if a in l and b in l)

    def cut(self, most, wanted):
        """An item leads to the MOST most alike of those that may be offered; False where two alike items are on the border."""
        kept = {}
        for a in self.items:
            near_by = sorted((-s, b) for (x, b), s in self.score.items() if x == a and b in wanted)
            if len(near_by) > most and near(near_by[most - 1][0], near_by[most][0]):
                return False
            kept.update({(a, b): -s for s, b in near_by[:most]})
        self.score = kept
        return True

    def offers(self, mine, segments, most, kind, rules):
        due, out = [], []
        for i, (_, age, times) in mine.items():
            if kind == "repeat" and times:
                due.append((-times, age, self.rank[i], i, f"bought on {times} day{'s' * (times != 1)}, last {age} ago"))
            if kind in ("popular", "repeat") or not times or not self.interval.get(i):
                continue
            passed, share = age / self.interval[i], self.again[i] / self.count[i]
            repeat = self.again[i] >= 5 and self.again[i] * 5 >= self.count[i]
            if (repeat or times >= 3) and 0.75 <= passed <= 3:
                due.append((-(share + times - 1) / times * 2 ** -abs(passed - 1), age, self.rank[i], i,
                            f"due again: every {self.interval[i]} day{'s' * (self.interval[i] != 1)}, last {age} ago"))
        due.sort()
        taken = {i for i, v in mine.items() if v[2]}
        low, high = rules.band(taken)

        def put(kind, i, score, why):
            if len(out) < most and i not in {o[1] for o in out} and rules.allow(i, low, high, [o[1] for o in out]):
                out.append((kind, i, score, why))
        again = [("again" if kind == "repeat" else "due", i, -s, why) for s, _, _, i, why in due]
        for offer in again:
            if kind == "repeat" or len(out) < (most + 1) // 2:
                put(*offer)
        similar = []
        for j in self.items if kind in ("cosine", "bm25", "ease") else ():
            parts = [v[0] / ONE * self.score[i, j] for i, v in mine.items() if (i, j) in self.score]
            if j not in taken and parts:
                similar.append((-sum(parts), self.rank[j], j))
        for s, _, j in sorted(similar):
            put("similar", j, -s, None)
        for offer in again:
            put(*offer)
        if segments and self.segment[0] >= 20:
            n, count = self.segment
            for i in sorted(count, key=lambda i: (-count[i], self.rank[i])):
                if i not in taken:
                    put("popular", i, count[i] / n, f"popular: bought by {count[i]} of {n} customers in all")
        for i in self.items:
            if i not in taken and self.count[i]:
                put("popular", i, self.count[i] / self.buyers, f"popular: bought by {self.count[i]} of {self.buyers} customers")
        return out


class Rules:
    """What may be offered: a table of products and the options that go with it, written beside the profiles."""

    def __init__(self, rng, folder, items):
        self.args, self.wanted = [], set(items)
        self.category, self.price, self.factor, self.crowd = {}, {}, 0, None
        if rng.random() < 0.5:
            self.write_products(rng, folder, items)
        if rng.random() < 0.25:
            self.write_stock(rng, folder, items)

    def write_products(self, rng, folder, items):
        rows = [(i, rng.choice(["", "tea", "tea", "pot"]), rng.choice([None, 1, 2.5, 4, 9.99, 20])) for i in items if rng.random() < 0.9]
        self.category = {i: c for i, c, _ in rows if c}
        self.price = {i: p for i, _, p in rows if p is not None}
        with open(folder + "/products.csv", "w") as f:
            f.write("sku,category,price\n" + "".join(f"{i},{c},{'' if p is None else p}\n" for i, c, p in rows))
        self.args += ["--products", "products.csv"]
        if rng.random() < 0.4:
            most = rng.choice([3, 10, 30])
            self.args += ["--only", f"category = 'tea' or price < {most}"]
            self.wanted &= {i for i, c, p in rows if c == "tea" or (p is not None and p < most)}
        if rng.random() < 0.5:
            self.factor = rng.choice([1, 2, 4])
            self.args += ["--price-band", str(self.factor)]
        if rng.random() < 0.5:
            self.crowd = rng.choice([1, 2])
            self.args += ["--per-category", str(self.crowd)]

    def write_stock(self, rng, folder, items):
        rows = [(i, rng.choice([0, 0, 1, 40])) for i in items for _ in range(rng.choice([0, 1, 1, 2]))]
        with open(folder + "/stock.csv", "w") as f:
            f.write("item,stock\n" + "".join(f"{i},{n}\n" for i, n in rows))
        self.args += ["--stock", "stock.csv"]
        self.wanted &= {i for i, n in rows if n}

    def band(self, bought):
        prices = sorted(self.price[i] for i in bought if i in self.price)
        if not self.factor or not prices:
            return None, None
        middle = prices[(len(prices) - 1) // 2]
        return middle / self.factor, middle * self.factor

    def allow(self, i, low, high, offered):
        if i not in self.wanted or (low is not None and not (i in self.price and low <= self.price[i] <= high)):
            return False
        mine = self.category.get(i)
        return not self.crowd or not mine or sum(self.category.get(o) == mine for o in offered) < self.crowd


def run(folder, *args):
    ran = subprocess.run([program, "-q", *args], cwd=folder, capture_output=True, text=True)
    if ran.returncode:
        fail(f"exit {ran.returncode}: {args}: {ran.stderr}")
    return ran.stdout


def near(a, b):
    return abs(a - b) <= 2e-5 * max(abs(a), abs(b))


def compare(got, want, model, mine, where):
    if [g["kind"] for g in got] != [w[0] for w in want] or not all(near(g["score"], w[2]) for g, w in zip(got, want)):
        fail(f"{where}: {got}, wanted {want}")
    for g, w in zip(got, want):
        reason = w[3]
        if g["kind"] == "similar":
            # Of parts that are alike any may be named.
            parts = {i: v[0] / ONE * model.score[i, g["item"]] for i, v in mine.items() if (i, g["item"]) in model.score}
            because = g["reason"].split(" with ")[1].split()[0]
            if because not in parts or not near(parts[because], max(parts.values())):
                fail(f"{where}: {g} because of {because}: {parts}")
            both = model.both[because, g["item"]]
            reason = f"bought with {because} by {both} other{'s' * (both != 1)}" if both else f"looked at with {because}"
        elif g["item"] != w[1]:
            fail(f"{where}: {got}, wanted {want}")
        if g["reason"] != reason:
            fail(f"{where}: {g}, wanted '{reason}'")


def choose_model(rng, kind):
    """Its half-life and shrinkage, with the options for them."""
    half_life, shrink = rng.choice([0, 0, 30, 365]), rng.choice([0, 1, 10])
    shrink = max(shrink, 1) if kind == "ease" else shrink
    return half_life, shrink, ["--shrink", str(shrink)] + (["--half-life", f"{half_life}d"] if half_life else [])


def items_of(customers):
    return sorted({i for touches, _ in customers for _, _, i in touches})


def read_offers(text):
    return [json.loads(line)["offers"] for line in text.splitlines() if line]


def check(rng, folder):
    customers = world(rng)
    with open(folder + "/profiles", "w") as f:
        lines = [profile(n, c) for n, c in enumerate(customers)]
        f.writelines(lines)
    with open(folder + "/shuffled", "w") as f:
        f.writelines(rng.sample(lines, len(lines)))
    rules, most = Rules(rng, folder, items_of(customers)), rng.randint(1, 8)
    kind = rng.choice(["cosine", "cosine", "bm25", "ease", "ease", "popular", "repeat"])
    half_life, shrink, args = choose_model(rng, kind)
    args += ["-n", str(most), "--model", kind, *rules.args]
    model, neighbours = Model(customers, half_life, shrink, kind), rng.randint(1, 3)
    cut = rng.random() < 0.5 and len(model.score) > 0 and model.cut(neighbours, rules.wanted)
    args += ["--neighbours", str(neighbours)] if cut else []
    text = run(folder, *args, "-j", "1", "profiles")
    again = run(folder, *args, "-j", "3", "shuffled")
    if sorted(text.splitlines()) != sorted(again.splitlines()):
        fail("another order of lines gives other offers")
    kinds = Counter({"cut": cut})
    for n, line in enumerate(text.splitlines()):
        p = json.loads(line)
        got = p.pop("offers")
        if p != json.loads(lines[n]):
            fail("something else than offers changed")
        compare(got, model.offers(model.likings[n], customers[n][1], most, kind, rules), model, model.likings[n], f"customer {n}, {args}")
        kinds.update(g["kind"] for g in got)
    if run(folder, *args, "--evaluate", "-t", "csv", "-j", "1", "profiles") != \
            run(folder, *args, "--evaluate", "-t", "csv", "-j", "3", "shuffled"):
        fail("another order of lines gives another evaluation")
    return kinds


def hold_out(customers):
    """What was known before the last day of buying, with ages from that day, and what was bought on it."""
    train, held = [], []
    for touches, _ in customers:
        last = min((t[0] for t in touches if t[1] == "Order Completed"), default=None)
        earlier = [(a - last, k, i) for a, k, i in touches if last is not None and a > last]
        if any(k == "Order Completed" for _, k, _ in earlier):
            train.append((earlier, []))
            held.append({i for a, k, i in touches if a == last and k == "Order Completed"})
    return train, held


def figures(lists, held, most, model, may_be):
    sums, offered = Counter(), [i for offers in lists for i in offers]
    for offers, truth in zip(lists, held):
        hits = [r for r, i in enumerate(offers, 1) if i in truth]
        sums["precision"] += len(hits) / most
        sums["recall"] += len(hits) / len(truth)
        sums["mrr"] += 1 / hits[0] if hits else 0
        sums["ndcg"] += sum(1 / math.log2(r + 1) for r in hits) / sum(1 / math.log2(r + 1) for r in range(1, min(most, len(truth)) + 1))
    want = {name: sums[name] / len(held) for name in ("precision", "recall", "mrr", "ndcg")}
    want["coverage"] = len(set(offered)) / len(may_be) if may_be else 0
    want["novelty"] = sum(-math.log2((model.count[i] or 1) / model.buyers) for i in offered) / max(1, len(offered))
    return want


def check_evaluation(rng, folder):
    """
    The offers of the evaluation are those of customers who end before their last day: such profiles get offers that the
    model makes, too, and each figure is counted from them.
    """
    customers = world(rng)
    train, held = hold_out(customers)
    with open(folder + "/profiles", "w") as f:
        f.writelines(profile(n, c) for n, c in enumerate(customers))
    with open(folder + "/known", "w") as f:
        f.writelines(profile(n, c) for n, c in enumerate(train))
    rules, most, kind = Rules(rng, folder, items_of(customers)), rng.randint(1, 5), rng.choice(["cosine", "bm25", "ease", "popular", "repeat"])
    half_life, shrink, args = choose_model(rng, kind)
    args += ["-n", str(most), *rules.args]
    text = run(folder, "--evaluate", "--model", kind, "-t", "csv", *args, "profiles").splitlines()
    if not train:
        return len(text) == 1 or fail("an evaluation of nobody")
    head, hits = text[0].split(","), 0
    if [line.split(",")[0] for line in text[1:]] != [kind] + [m for m in ("popular", "repeat") if m != kind]:
        fail(f"models: {text}")
    for line in text[1:]:
        got = dict(zip(head, line.split(",")))
        model = Model(train, half_life, shrink, got["model"])
        offers = read_offers(run(folder, "--model", got["model"], *args, "known"))
        for n, made in enumerate(offers):
            compare(made, model.offers(model.likings[n], [], most, got["model"], rules), model, model.likings[n], f"known {n}, {args}")
        want = figures([[o["item"] for o in made] for made in offers], held, most, model, rules.wanted & set(model.items))
        for name in want:
            if abs(float(got[name]) - want[name]) > 1e-5 * max(1, want[name]):
                fail(f"{name} of {got} is not {want[name]}")
        hits += got["model"] == kind and want["mrr"] > 0
    return hits


rng = random.Random(seed)
with tempfile.TemporaryDirectory() as folder:
    total, evaluated = Counter(), 0
    for _ in range(int(os.environ.get("ROUNDS", "60"))):
        total += check(rng, folder)
        evaluated += check_evaluation(rng, folder)
if min(total[k] for k in ("due", "similar", "popular", "again")) < 20 or evaluated < 20 or not total["cut"]:
    fail(f"the worlds are too poor: {total}, {evaluated}")
