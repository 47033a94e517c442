#!/usr/bin/env python3
"""The report value of cdp-report(1), computed a second time the plain way over random profiles.

Usage: value.py TOOL RUNS

Several currencies, refunds beyond what was paid, customers without an order, segments, scores of two models with and
without money, and events behind as_of, which are the outcomes.
"""
import json
import random
import subprocess
import sys
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from decimal import Decimal

tool, runs = sys.argv[1], int(sys.argv[2])
START = datetime(2025, 3, 20, tzinfo=timezone.utc)
AS_OF, HORIZON = 200, 30
UNKNOWN = "unknown currency"
CENT = Decimal("0.01")


def moment(day):
    return START + timedelta(days=day, hours=11)


def stamp(day):
    return moment(day).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def random_customer(rng, number):
    """Orders by event: (day, currency, money, kind), later ones among them; the summary, segments and scores."""
    c = {"entries": [], "spent": defaultdict(Decimal), "segments": sorted(s for s in "abc" if rng.random() < 0.4), "scores": {}, "later": False}
    events, first, later = [], None, []
    days = sorted(rng.sample(range(AS_OF), rng.choice([0, 0, 1, 1, 2, 3, 6])))
    for k, day in enumerate(days):
        currency = rng.choice(["EUR", "EUR", "EUR", "USD", ""])
        money = Decimal(rng.randrange(1, 90000)) / 100
        kind = "new" if first is None else "repeat"
        first = day if first is None else first
        props = {"order_id": f"{number}-{k}", "revenue": float(money)} | ({"currency": currency} if currency else {})
        events.append((day, "Order Completed", props))
        c["entries"].append((day, currency, money, kind))
        c["spent"][currency] += money
        if rng.random() < 0.2 and day + 3 <= AS_OF:
            back = money if rng.random() < 0.5 else (money / 2).quantize(CENT)
            events.append((day + 3, "Order Refunded", props | {"revenue": float(back)}))
            c["entries"].append((day + 3, currency, -back, "refunds"))
            c["spent"][currency] -= back
    if not days and rng.random() < 0.2:
        c["entries"].append((5, "EUR", Decimal("-7.5"), "refunds"))
        c["spent"]["EUR"] -= Decimal("7.5")
        events.append((5, "Order Refunded", {"order_id": f"r{number}", "revenue": 7.5, "currency": "EUR"}))
    if rng.random() < 0.5:
        day = AS_OF + rng.randrange(1, 60)
        c["later"] = day <= AS_OF + HORIZON
        later.append((day, "Order Completed", {"order_id": f"l{number}", "revenue": 5, "currency": "EUR"}))
    c["cohort"] = moment(first).strftime("%Y-%m") if first is not None else None
    for model in ("bgnbd", "churn"):
        if days and rng.random() < 0.8:
            score = {"p_churn": round(rng.random(), rng.choice([1, 4])), "risk": rng.choice(["high", "medium", "low"]), "horizon_days": HORIZON}
            if model == "bgnbd" and rng.random() < 0.9:
                score |= {"expected_value": rng.randrange(9000) / 100, "currency": "EUR"}
                if rng.random() < 0.5:
                    score["value_at_risk"] = rng.randrange(9000) / 100
            c["scores"][model] = score
    listed = sorted(events, key=lambda e: e[0]) + later
    orders = {}
    if c["spent"]:
        count = {cur: sum(1 for e in c["entries"] if e[1] == cur and e[3] != "refunds") for cur in c["spent"]}
        by = {cur or "unknown": {"count": count[cur], "revenue": float(m)} for cur, m in c["spent"].items()}
        orders = {"count": sum(count.values()), "refunds": sum(1 for e in c["entries"] if e[3] == "refunds"), "revenue": None, "by_currency": by}
        if len(by) == 1:
            [(currency, money)] = c["spent"].items()
            orders |= {"revenue": float(money), "currency": currency or None}
            del orders["by_currency"]
        if first is not None:
            orders["first"] = stamp(first)
    c["line"] = json.dumps({"type": "profile", "id": f"c{number}", "as_of": stamp(AS_OF), "orders": orders, "segments": c["segments"], "scores": c["scores"],
                            "events": [{"type": "track", "id": f"{number}/{i}", "time": stamp(d), "source": "s", "event": n, "props": p}
                                       for i, (d, n, p) in enumerate(listed)]}, separators=(",", ":"))
    return c


def near(a, b):
    return a is b is None or (a is not None and b is not None and abs(float(a) - float(b)) <= 6e-6 * max(1, abs(float(b))))


def expect(name, got, want):
    if isinstance(want, (int, str)) or want is None:
        assert got == want, (name, got, want)
    else:
        assert near(got, want), (name, got, want)


def check_rows(name, rows, labels, want):
    """Rows by their labels; of WANT each is a dictionary of columns."""
    got = {tuple(r[l] for l in labels): r for r in rows}
    assert len(got) == len(rows) and got.keys() == want.keys(), (name, sorted(map(str, got)), sorted(map(str, want)))
    for key, row in want.items():
        for column, value in row.items():
            expect((name, key, column), got[key][column], value)


def mean(total, count):
    return Decimal(total) / count


def check_spread(found, customers, currencies):
    value, pareto, curve = {}, {}, {}
    for cur in currencies:
        name, net = cur or UNKNOWN, sorted(c["spent"][cur] for c in customers if cur in c["spent"])
        kept = [max(x, Decimal(0)) for x in net]
        total, n = sum(kept), len(net)
        row = {"customers": n, "above_zero": sum(x > 0 for x in net), "revenue": sum(net), "per_customer": mean(sum(net), n).quantize(CENT),
               "median": ((net[(n - 1) // 2] + net[n // 2]) / 2).quantize(CENT)}
        if total:
            row["gini"] = sum(abs(a - b) for a in kept for b in kept) / (2 * n * total)
            row["largest_share"] = kept[-1] / total
            for column, part in (("bring_half", 50), ("bring_80", 80)):
                row[column] = next(k for k in range(1, n + 1) if sum(kept[-k:]) * 100 >= total * part)
            for part in (1, 5, 10, 20, 50):
                if n * part >= 100:
                    k = -(-n * part // 100)
                    pareto[name, Decimal(part) / 100] = {"customers": k, "from": net[-k], "revenue": sum(kept[-k:]), "share": sum(kept[-k:]) / total}
            if n > 1:
                curve[name] = [float(sum(kept[:n * p // 100]) + (kept[n * p // 100] * (n * p % 100) / 100 if n * p % 100 else 0)) / float(total)
                               for p in range(0, 101, 5)]
        value[name,] = row
    check_rows("value", found["value"], ["currency"], value)
    check_rows("pareto", found.get("pareto", []), ["currency", "top"], pareto)
    for i, row in enumerate(found.get("lorenz", [])):
        for name, points in curve.items():
            expect(("lorenz", name, i), row["share" if len(curve) == 1 else f"share {name}"], points[i])
    assert bool(curve) == ("lorenz" in found)


def check_kinds(found, customers):
    total, months = defaultdict(lambda: defaultdict(Decimal)), defaultdict(lambda: defaultdict(Decimal))
    for c in customers:
        for day, cur, money, kind in c["entries"]:
            for to in (total[cur or UNKNOWN,], months[moment(day).strftime("%Y-%m"), cur or UNKNOWN]):
                to["refunded" if kind == "refunds" else kind] += money
                to[kind + "_orders" if kind != "refunds" else "refunds"] += 1
    for to in list(total.values()) + list(months.values()):
        for column in ("new", "repeat", "refunded"):
            to[column] += 0
        for column in ("new_orders", "repeat_orders", "refunds"):
            to[column] = int(to[column])
        to["revenue"] = to["new"] + to["repeat"] + to["refunded"]
        orders = to["new"] + to["repeat"]
        to["repeat_share"] = to["repeat"] / orders if orders > 0 else None
    check_rows("new_and_repeat", found["new_and_repeat"], ["currency"], total)
    rows = [r for r in found["new_and_repeat_by_month"] if r["new_orders"] or r["repeat_orders"] or r["refunds"]]
    check_rows("by month", rows, ["month", "currency"], months)


def worth(score):
    expected = Decimal(str(score["expected_value"]))
    at_risk = Decimal(str(score["value_at_risk"])) if "value_at_risk" in score else expected * Decimal(str(score["p_churn"]))
    return expected, at_risk


def check_groups(found, customers):
    scored = any("expected_value" in s for c in customers for s in c["scores"].values())
    for section, groups in (("clv_by_cohort", lambda c: [c["cohort"]]), ("clv_by_segment", lambda c: c["segments"])):
        want = {}
        for c in customers:
            for group in groups(c):
                for cur, money in c["spent"].items():
                    row = want.setdefault((group, cur or UNKNOWN), {"customers": 0, "revenue": Decimal(0), "who": []})
                    row["customers"] += 1
                    row["revenue"] += money
        for (group, cur), row in want.items():
            row["per_customer"] = mean(row["revenue"], row["customers"]).quantize(CENT)
            if scored:
                with_money = [worth(c["scores"]["bgnbd"]) for c in customers if cur == "EUR" and group in groups(c)
                              and "expected_value" in c["scores"].get("bgnbd", {})]
                row["scored"] = len(with_money)
                row["expected_value"] = sum(e for e, _ in with_money) if with_money else None
                row["value_at_risk"] = sum(r for _, r in with_money) if with_money else None
            del row["who"]
        check_rows(section, found[section], ["cohort" if "cohort" in section else "segment", "currency"], want)


def check_scores(found, customers):
    want = {}
    for c in customers:
        for model, s in c["scores"].items():
            row = want.setdefault((model, s["risk"], "EUR" if "currency" in s else None), {"customers": 0, "p": [], "money": []})
            row["customers"] += 1
            row["p"].append(Decimal(str(s["p_churn"])))
            row["money"] += [worth(s)] if "expected_value" in s else []
    for row in want.values():
        p, money = row.pop("p"), row.pop("money")
        row["mean_p_churn"] = sum(p) / len(p)
        row["expected_value"] = sum(e for e, _ in money) if money else None
        row["value_at_risk"] = sum(r for _, r in money) if money else None
    check_rows("money_at_risk", found["money_at_risk"], ["model", "risk", "currency"], want)


def check_chances(found, customers, known):
    rows = found.get("calibration", [])
    for model in ("bgnbd", "churn"):
        chances = [(c["scores"][model]["p_churn"], not c["later"]) for c in customers if model in c["scores"]]
        bins = [r for r in rows if r["model"] == model]
        if not known or len(chances) < 20:
            assert not bins, (model, bins)
            continue
        churned = sum(y for _, y in chances)
        assert sum(r["customers"] for r in bins) == len(chances)
        met = caught = 0
        for r in bins:
            inside = [(p, y) for p, y in chances if float(r["from"]) - 1e-9 <= p <= float(r["to"]) + 1e-9]
            met, caught = met + len(inside), caught + sum(y for _, y in inside)
            expect("bin", r["customers"], len(inside))
            expect("predicted", r["predicted"], Decimal(str(sum(p for p, _ in inside))) / len(inside))
            expect("churned", r["churned"], Decimal(sum(y for _, y in inside)) / len(inside))
            expect("gain", r["gain"], Decimal(caught) / churned if churned else None)
            expect("lift", r["lift"], Decimal(caught) * len(chances) / churned / met if churned else None)
        [measure] = [r for r in found["chances"] if r["model"] == model]
        good = [(p, y) for p, y in chances]
        expect("brier", measure["brier"], Decimal(str(sum((p - y) ** 2 for p, y in good))) / len(good))
        pairs = [(p > q) + (p == q) / 2 for p, y in good for q, z in good if y and not z]
        expect("auc", measure["auc"], Decimal(sum(pairs)) / len(pairs) if pairs else None)


def check(rng):
    customers = [random_customer(rng, i) for i in range(rng.choice([0, 1, 5, 40, 150]))]
    text = "".join(c["line"] + "\n" for c in customers) or "\n"
    out = [subprocess.run([tool, "value", "-t", "json", "-j", j], input=text.encode(), capture_output=True) for j in ("1", "3")]
    assert not out[0].returncode and out[0].stdout == out[1].stdout, out[0].stderr
    found = json.loads(out[0].stdout, parse_float=Decimal)
    for rows in found.values():
        if isinstance(rows, list):
            for r in rows:
                r.pop("open", None)
    currencies = {cur for c in customers for cur in c["spent"]}
    check_spread(found, customers, currencies)
    check_kinds(found, customers)
    check_groups(found, customers)
    check_scores(found, customers)
    days = [datetime.strptime(e["time"], "%Y-%m-%dT%H:%M:%S.000Z") for c in customers for e in json.loads(c["line"])["events"]]
    end = (moment(AS_OF) + timedelta(days=HORIZON)).replace(tzinfo=None)
    check_chances(found, customers, bool(days) and max(days) >= end)


for run in range(runs):
    check(random.Random(run))
print(f"value: {runs} random worlds agree")
