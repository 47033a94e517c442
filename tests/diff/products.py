#!/usr/bin/env python3
"""The products of cdp-report(1), computed a second time the plain way over random profiles.

Usage: products.py TOOL RUNS
"""
import itertools
import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

tool, runs = sys.argv[1], int(sys.argv[2])
START = datetime(2026, 1, 1, tzinfo=timezone.utc)
ITEMS = ["tea", "cup", "pot", "café \"x\"", "spoon"]
COSTS = {"tea": Decimal("1.10"), "pot": Decimal("7")}


def stamp(day):
    return (START + timedelta(days=day)).strftime("%Y-%m-%dT08:00:00.000Z")


class Line:
    def __init__(self, rng):
        self.item = rng.choice(ITEMS)
        self.quantity = rng.choice([1, 1, 2, 3])
        self.price = Decimal(rng.randrange(100, 2000)) / 100
        self.cost = Decimal(rng.randrange(10, 90)) / 100 if rng.random() < 0.2 else None
        self.left = self.quantity

    def record(self, quantity=None):
        found = {"sku": self.item, "price": float(self.price), "quantity": quantity or self.quantity}
        if self.cost is not None:
            found["cost"] = str(self.cost)
        return found


class Order:
    def __init__(self, rng, number):
        self.number, self.day = number, rng.randrange(60)
        self.currency = rng.choice(["EUR", "EUR", "EUR", "USD"])
        self.lines = [Line(rng) for _ in range(rng.randrange(4))]
        self.shipping = rng.choice([Decimal(0), Decimal("4.90")])
        self.paid = sum((x.price * x.quantity for x in self.lines), self.shipping)
        self.left = self.paid

    def events(self, rng):
        """The order, and perhaps what was given back of it."""
        props = {"order_id": self.number, "revenue": str(self.paid), "currency": self.currency, "products": [x.record() for x in self.lines]}
        yield self.day, "Order Completed", props
        what = rng.random()
        if what < 0.1:
            for line in self.lines:
                line.left = 0
            self.left = Decimal(0)
            yield self.day + 1, "Order Cancelled", {"order_id": self.number}
        elif what < 0.2 and len({x.item for x in self.lines}) == len(self.lines) and self.lines:
            line = rng.choice(self.lines)
            back = rng.randrange(1, line.quantity + 1)
            amount = line.price * back
            self.left -= amount
            line.left -= back
            if self.left <= 0:
                for line in self.lines:
                    line.left = 0
            yield self.day + 1, "Order Refunded", {"order_id": self.number, "revenue": str(amount), "currency": self.currency,
                                                   "products": [line.record(back)] if self.left > 0 or self.paid == amount else []}
        elif what < 0.3 and self.paid > 2:
            self.left -= 1
            yield self.day + 2, "Order Refunded", {"order_id": self.number, "revenue": "1", "currency": self.currency}


def random_world(rng):
    """(orders by customer, lines)."""
    customers, lines = [], []
    for c in range(rng.choice([1, 4, 40])):
        orders = [Order(rng, f"{c}-{n}") for n in range(rng.randrange(5))]
        events = sorted((e for o in orders for e in o.events(rng)), key=lambda e: e[0])
        records = [{"type": "track", "id": str(i), "time": stamp(day), "source": "s", "event": name, "props": props}
                   for i, (day, name, props) in enumerate(events)]
        customers.append(orders)
        lines.append(json.dumps({"type": "profile", "id": f"c{c}", "as_of": stamp(90), "ids": {}, "traits": {}, "consent": {}, "sources": ["s"],
                                 "events": records}, separators=(",", ":")))
    return customers, lines


def median(days):
    days.sort()
    return float(Fraction(days[len(days) // 2] + days[(len(days) - 1) // 2], 2)) if days else None


def model(customers):
    """Rows by (item, currency), totals by currency, (customers, again, median) by item, baskets."""
    rows = defaultdict(lambda: {"orders": 0, "customers": 0, "quantity": 0, "returned": 0, "revenue": Decimal(0), "margin": None})
    totals = defaultdict(lambda: [Decimal(0), Decimal(0)])
    again, baskets = defaultdict(lambda: [0, 0, []]), []
    for orders in customers:
        days = defaultdict(set)
        buyers = set()
        for order in orders:
            totals[order.currency][0] += order.left
            kept = {x.item for x in order.lines if x.left}
            if kept:
                baskets.append(kept)
            for line in order.lines:
                row = rows[line.item, order.currency]
                row["quantity"] += line.quantity
                row["returned"] += line.quantity - line.left
                row["revenue"] += line.price * line.left
                totals[order.currency][1] += line.price * line.left
                cost = line.cost if line.cost is not None else COSTS.get(line.item)
                if cost is not None:
                    row["margin"] = (row["margin"] or 0) + (line.price - cost) * line.left
                again[line.item]
            for item in kept:
                rows[item, order.currency]["orders"] += 1
                buyers.add((item, order.currency))
                days[item].add(order.day)
        for key in buyers:
            rows[key]["customers"] += 1
        for item, on in days.items():
            on = sorted(on)
            again[item][0] += 1
            again[item][1] += len(on) > 1
            again[item][2] += [b - a for a, b in itertools.pairwise(on)]
    return rows, totals, again, baskets


def shown(lines, costs):
    command = [tool, "products", "-q", "-t", "json", "--limit", "100", "--costs", costs, "-j", random.choice("14")]
    done = subprocess.run(command, input="".join(x + "\n" for x in lines), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout, parse_float=Decimal, parse_int=Decimal)


def check(seed, got, want, what):
    if got != want:
        sys.exit(f"seed {seed}: {what}: got {got}, want {want}")


def compare(seed, report, customers):
    rows, totals, again, baskets = model(customers)
    seen = set()
    for row in report["products"]:
        key = row["item"], row["currency"]
        if row["item"] == "(all orders)":
            check(seed, row["revenue"], totals[row["currency"]][0], "all orders")
        elif row["item"] == "(not on a product)":
            check(seed, row["revenue"], totals[row["currency"]][0] - totals[row["currency"]][1], "the rest")
        else:
            seen.add(key)
            check(seed, {k: row[k] for k in rows[key]}, rows[key], key)
    check(seed, seen, set(rows), "items")
    for row in report["products_again"]:
        customers_of, twice, days = again[row["item"]]
        check(seed, (row["customers"], row["again"], None if row["median_days"] is None else float(row["median_days"])),
              (customers_of, twice, median(days)), f"again {row['item']}")
    for row in report["products_together"]:
        both = [sum(row["item"] in b and other in b for b in baskets) for other in ITEMS if other != row["item"]]
        check(seed, row["orders"], max(both), f"together {row['item']}")
        check(seed, row["orders"], sum(row["item"] in b and row["with"] in b for b in baskets), f"{row['item']} with {row['with']}")
    return len(seen)


found = 0
with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
    file.write("item,cost\n" + "".join(f"{item},{cost}\n" for item, cost in COSTS.items()))
    file.flush()
    for seed in range(runs):
        rng = random.Random(seed)
        customers, lines = random_world(rng)
        found += compare(seed, shown(lines, file.name), customers)
print(f"{runs} worlds, {found} rows of products")
if not found:
    sys.exit("no product: the test shows nothing")
