#!/usr/bin/env python3
"""What customers' orders add up to, computed a second time from the rules of
lib/record/orders.h and the properties of cdp-records(5), over random order events: several
sources, currencies, statuses, repeated totals, refunds with and without amounts.

Usage: orders.py TOOL RUNS
Each profile's orders and refunds, and its revenue and refunded money by currency, are compared;
and the balance's money with the sums of all.  Everything is done the plain way here.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal

tool, runs = sys.argv[1], int(sys.argv[2])
START = datetime(2024, 3, 1, tzinfo=timezone.utc)
SAME_HOURS = 48
NEVER = 10 ** 9         # the hour of what has no time
ZERO = Decimal(0)

# What a status says, least money last.
SILENT, STRANGE, DONE, PARTLY, UNDONE, REFUND, OPEN, FAILED, OTHER = range(9)
STATUSES = {"paid": DONE, "shipped": DONE, "bezahlt": DONE, "xyzzy": STRANGE, "refunded": UNDONE,
            "cancelled": UNDONE, "partially_refunded": PARTLY, "pending": OPEN, "failed": FAILED}
TYPES = {"Refund": REFUND, "Sale": DONE, "Payout": OTHER}
WHOLE = ["total", "grand_total", "order_total", "total_amount", "total_price"]
MONIES = WHOLE + ["amount", "value"]
OF_REFUNDS = ["refund_amount", "amount_refunded", "refunded_amount"]


def stamp(hours):
    return (START + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def pick(rng, *choices):
    """One of pairs (weight, value)."""
    return rng.choices([v for _, v in choices], [w for w, _ in choices])[0]


def random_money(rng, props, refund):
    """Adds an amount to PROPS, or none."""
    amount = pick(rng, (5, "10"), (3, "20"), (2, "7.25"), (1, "0"), (2, "-10"), (1, "-30"), (1, "1.0000005"))
    key = pick(rng, (8, "revenue"), (3, "total"), (1, "total_price"), (1, "amount"), (2, None),
               (2 * refund, "refund_amount"))
    if key:
        props[key] = Decimal(amount) if rng.random() < 0.8 else amount
    return props


def random_event(rng, number):
    name = pick(rng, (7, "Order Completed"), (2, "Order Refunded"), (1, "Order Cancelled"))
    props = {}
    if number is not None:
        props["order_id"] = number
    random_money(rng, props, name != "Order Completed")
    currency = pick(rng, (8, "EUR"), (1, "USD"), (2, None), (1, "eur"))
    if currency:
        props["currency"] = currency
    if rng.random() < 0.4:
        props[rng.choice(["status", "payment_status"])] = rng.choice(list(STATUSES))
    if rng.random() < 0.05:
        props["type"] = rng.choice(list(TYPES))
    if rng.random() < 0.15:
        props["sku"] = rng.choice("ab")
    if rng.random() < 0.1:
        props["refunded"] = Decimal(rng.choice(["4", "10", "25"]))
    return {"event": name, "source": pick(rng, (5, "shop"), (2, "web"), (2, "erp")),
            "hours": pick(rng, (8, 0), (2, 1), (2, 47), (2, 60), (1, 400), (2, NEVER)), "props": props}


def random_customer(rng):
    events = []
    for number in ["A1", 17, None]:
        events += [random_event(rng, number) for _ in range(rng.choice([0, 1, 1, 2, 3, 4, 6]))]
    return events


def line_of(event, person, key):
    record = {"type": "track", "id": key, "source": event["source"], "event": event["event"],
              "ids": {"user_id": person}, "props": event["props"]}
    if event["hours"] != NEVER:
        record["time"] = stamp(event["hours"])
    # A decimal keeps its digits: it stands in the text as it is.
    marks = {}

    def mark(value):
        marks[f'"<{len(marks)}>"'] = str(value)
        return f"<{len(marks) - 1}>"
    text = json.dumps(record, default=mark, separators=(",", ":"))
    for name, digits in marks.items():
        text = text.replace(name, digits)
    return text


# What one event says: order.h.

def amount_of(value):
    return None if value is None else Decimal(value).quantize(Decimal("0.000001"), ROUND_HALF_EVEN)


def read_event(event, key):
    """None: it is no order."""
    props, cancelled = event["props"], event["event"] == "Order Cancelled"
    said = [STATUSES[props[k]] for k in ("status", "payment_status") if k in props]
    said += [TYPES[props["type"]]] if "type" in props else []
    status = max(said + [UNDONE if cancelled else SILENT])
    refund = event["event"] != "Order Completed" or status == REFUND
    if status >= FAILED or (status == OPEN and not refund):
        return None
    found = [k for k in ["revenue"] + (OF_REFUNDS if refund else []) + MONIES if k in props]
    money = amount_of(props[found[0]]) if found else None
    currency = props.get("currency", "")
    return {
        "number": str(props["order_id"]) if "order_id" in props else None,
        "source": event["source"], "hours": event["hours"], "key": key,
        "refund": refund, "status": status, "currency": currency.upper(),
        "money": -abs(money) if refund and money is not None else money,
        "whole": bool(found) and found[0] in WHOLE,
        "back": amount_of(props.get("refunded")) or ZERO if not refund else ZERO,
        "product": props.get("sku") if status != SILENT else None,
        "said": tuple(sorted(props[k] for k in ("status", "payment_status", "type") if k in props)),
    }


# What they add up to: orders.h.

class Sums:
    def __init__(self):
        self.orders = self.refunds = 0
        self.money = defaultdict(lambda: [ZERO, ZERO])    # currency: revenue, refunded

    def add(self, currency, revenue, refunded=ZERO):
        self.money[currency][0] += revenue
        self.money[currency][1] += refunded

    def take(self, currency, amount):
        self.add(currency, -amount, amount)

    def figures(self):
        return self.orders, self.refunds, {c: tuple(m) for c, m in self.money.items() if any(m)}


def stage(e):
    return 2 if e["status"] == UNDONE else int(e["status"] == PARTLY)


def true_lines(completed):
    """Rule 1: those that no other event replaces."""
    alike, lines = defaultdict(list), []
    for e in completed:
        if e["whole"]:
            alike["whole", e["currency"], e["money"]].append(e)
        elif e["said"] and e["product"]:
            alike["product", e["product"]].append(e)
        elif e["said"] and e["money"] is not None:
            alike["amount", e["currency"], e["money"]].append(e)
        else:
            lines.append(e)
    for like, several in alike.items():
        words = [e["said"] for e in several]
        count = 1 if like[0] == "whole" else max(words.count(w) for w in words)
        several.sort(key=lambda e: (stage(e), e["back"], -1 if e["hours"] == NEVER else e["hours"], e["key"]), reverse=True)
        lines += several[:count]
    return lines


class Account:
    """What one source says of one order."""

    def __init__(self, events):
        completed = [e for e in events if not e["refund"]]
        lines = true_lines(completed)
        refunds = [e for e in events if e["refund"]]
        standing = {e["hours"] for e in lines if e["status"] != UNDONE}
        behind = [e for e in lines if standing and e["status"] == UNDONE and not e["product"] and
                  (e["money"] is None or (e["hours"] != NEVER and standing != {e["hours"]}))]
        at = {e["hours"] for e in completed if e not in behind and (e["money"] or ZERO) >= 0 and e["money"] is not None}
        negative = [e for e in lines if e not in behind and (e["money"] or ZERO) < 0 and e["hours"] not in at]
        first = lambda e: (e["hours"], e["key"])
        self.refunds = sorted(refunds + behind + negative, key=first)
        self.lines = sorted((e for e in lines if e not in behind and e not in negative), key=first)
        self.ordered = bool(self.lines)
        self.currency = self.lines[0]["currency"] if self.lines else ""
        self.began = self.lines[0]["hours"] if self.lines else NEVER
        self.sum = sum((e["money"] for e in self.lines if e["money"] is not None and e["currency"] == self.currency), ZERO)
        self.open = any(e["money"] is None or e["currency"] != self.currency for e in self.lines)
        self.undone = sum((max(e["money"], ZERO) for e in self.lines if e["money"] and e["status"] == UNDONE and
                           e["currency"] == self.currency), ZERO)
        self.head = self

    def paid(self):
        return max(self.sum, ZERO)

    def stated(self):
        """Rule 5: what the order says of itself."""
        return min(max([self.undone] + [e["back"] for e in self.lines if e["money"] is not None and
                                        e["currency"] == self.currency]), self.paid())

    def all_undone(self):
        return all(e["status"] == UNDONE for e in self.lines)


def find_repeats(accounts):
    """Rule 3."""
    heads = []
    for a in sorted((a for a in accounts if a.ordered), key=lambda a: (a.began, a.lines[0]["key"])):
        like = [h for h in heads if not h.open and not a.open and (h.sum, h.currency) == (a.sum, a.currency) and
                (NEVER in (a.began, h.began) or a.began - h.began <= SAME_HOURS)]
        if like:
            a.head = like[-1]
        else:
            heads.append(a)
    return heads


def settle_refunds(order, claims, sums):
    """Rules 4 and 5: what is taken off ORDER by the accounts CLAIMS."""
    def claim(a):
        amounts = sum((abs(e["money"]) for e in a.refunds if e["money"] is not None), ZERO)
        everything = any(e["money"] is None for e in a.refunds) and not order.open
        return max(amounts, order.paid()) if everything else amounts
    left, most = order.paid(), max(claims, key=claim) if claims else None
    for e in most.refunds if most else []:
        if order.open:
            given = ZERO if e["money"] is None else abs(e["money"])
        else:
            given = left if e["money"] is None else min(abs(e["money"]), left)
            left -= given
        sums.take(e["currency"] or order.currency, given)
    return bool(most), left


def settle_number(events, sums):
    by_source = defaultdict(list)
    for e in events:
        by_source[e["source"]].append(e)
    accounts = [Account(by_source[s]) for s in sorted(by_source)]
    heads = find_repeats(accounts)
    claims = defaultdict(list)
    for a in accounts:
        target = a.head if a.ordered else heads[0] if len(heads) == 1 else None
        if not a.refunds:
            continue
        if target and all(e["currency"] in ("", target.currency) for e in a.refunds):
            claims[id(target)].append(a)
            continue
        # Rule 6.
        sums.refunds += any(e["money"] is not None or e["status"] != UNDONE for e in a.refunds[:1])
        for e in a.refunds:
            if e["money"] is not None:
                sums.take(e["currency"], abs(e["money"]))
    for order in heads:
        sums.orders += 1
        for e in order.lines:
            if e["money"] is not None:
                sums.add(e["currency"], e["money"])
        seen, left = settle_refunds(order, claims[id(order)], sums)
        # The sources that report this order: the one that says most of refunds counts.
        stated = max(a.stated() for a in accounts if a.ordered and a.head is order)
        if not order.open:
            more = max(stated - (order.paid() - left), ZERO)
            sums.take(order.currency, more)
            seen |= more > 0
        elif not seen:
            for e in order.lines:
                if e["status"] == UNDONE and e["money"] is not None and e["money"] > 0:
                    sums.take(e["currency"], e["money"])
                    seen = True
        sums.refunds += seen or (order.open and order.all_undone())


def settle(events):
    """The figures of one customer."""
    sums, numbers = Sums(), defaultdict(list)
    for i, e in enumerate(events):
        numbers[e["number"] if e["number"] is not None else ("alone", i)].append(e)
    for several in numbers.values():
        settle_number(several, sums)
    return sums.figures()


# The tool's.

def figures_of(profile):
    orders = profile["orders"]
    money = orders.get("by_currency") or {orders.get("currency", "unknown"): orders}
    money = {"" if c == "unknown" else c: (m["revenue"], m["refunded"]) for c, m in money.items()}
    return orders["count"], orders["refunds"], {c: m for c, m in money.items() if any(m)}


def parse(text):
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def compare(got, want, what, lines):
    if got == want:
        return
    print(f"{what}: cdp-merge {got}, by the rules {want}")
    print("\n".join(lines))
    sys.exit(1)


def run(seed, folder):
    rng = random.Random(seed)
    texts, events, want, own = {}, {}, {}, defaultdict(Decimal)
    for n in range(200):
        person = f"u{n}"
        raw = random_customer(rng)
        keys = rng.sample(range(1000), len(raw))
        texts[person] = [line_of(e, person, f"{person}k{k:03}") for e, k in zip(raw, keys)]
        # Of one time those of the first source, then of the first id.
        events[person] = [r for e, k in zip(raw, keys) if (r := read_event(e, (e["source"], f"k{k:03}")))]
        want[person] = settle(events[person])
        for e in events[person]:
            if e["money"] is not None:
                own[e["currency"]] += e["money"]
    lines = [t for several in texts.values() for t in several]
    rng.shuffle(lines)
    file, stats = os.path.join(folder, "events"), os.path.join(folder, "stats")
    with open(file, "w") as out:
        out.write("".join(t + "\n" for t in lines))
    done = subprocess.run([tool, "-q", "-j", str(rng.choice([1, 2])), "--stats", stats, file], stdout=subprocess.PIPE, text=True)
    compare(done.returncode, 0, f"seed {seed}: status", [])
    total = defaultdict(Decimal)
    for line in done.stdout.splitlines():
        profile = parse(line)
        person = profile["ids"]["user_id"][0]
        compare(figures_of(profile), want.pop(person), f"seed {seed}, {person}", texts[person])
        for c, (revenue, _) in figures_of(profile)[2].items():
            total[c] += revenue
    compare([p for p in want if texts[p]], [], f"seed {seed}: customers left", [])
    balance = parse(open(stats).read())
    for name, sums in ("revenue", total), ("revenue_of_events", own):
        got = {"" if c == "unknown" else c: m for c, m in balance[name].items() if m}
        compare(got, {c: m for c, m in sums.items() if m}, f"seed {seed}: {name}", [])
    return len(lines)


with tempfile.TemporaryDirectory() as folder:
    count = sum(run(seed, folder) for seed in range(runs))
print(f"{runs} runs, {count} events: the rules and cdp-merge agree")
