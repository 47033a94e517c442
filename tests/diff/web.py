#!/usr/bin/env python3
"""Figures of cdp-report(1) web, computed a second time the plain way over random visits.

Usage: web.py TOOL RUNS

Pages, files, redirects, errors, forms and orders of people and programs; sessions by each set of
rules, whole, in a period, and in the one before it.
"""
import json
import random
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone

tool, runs = sys.argv[1], int(sys.argv[2])
ZONE_HOURS = 2
START = datetime(2026, 3, 1, tzinfo=timezone.utc)
AS_OF = 20 * 86400
PATHS = ["/", "/a", "/a/b", "/c?x=1#y", "/d"]
AGENTS = [("Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", False), ("Googlebot/2.1", True),
          ("curl/8.5.0", True), (None, False)]
# (inactivity, longest, midnight, campaign) and what bounced, of (events, views, bought, seconds)
RULES = {
    "ga4": ((1800, None, False, False), lambda e, v, b, s: s <= 10 and v < 2 and not b),
    "matomo": ((1800, None, True, True), lambda e, v, b, s: e == 1),
    "plausible": ((1800, None, False, False), lambda e, v, b, s: e == 1 and v == 1),
    "posthog": ((1800, 86400, False, False), lambda e, v, b, s: e == 1 and v == 1),
    "snowplow": ((1800, None, False, False), lambda e, v, b, s: s < 20 and v < 2 and not b),
}


def stamp(seconds):
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def day_of(seconds):
    return (START + timedelta(seconds=seconds, hours=ZONE_HOURS)).date()


def kind_of(props, path):
    status, method = props.get("status", 0), props.get("method", "GET")
    if status >= 400:
        return "errors"
    if status >= 300 and status != 304:
        return "redirects"
    if props.get("asset"):
        return "assets"
    return {"GET": "page_views", "POST": "acts"}.get(method, "head_and_options")


def random_event(rng, seconds, agent):
    path = rng.choice(PATHS)
    record = {"type": "page", "id": str(rng.random()), "time": stamp(seconds), "source": "w", "props": {}}
    context = {"page": {"url": path}}
    if agent:
        context["user_agent"] = agent
    e = {"t": seconds, "path": path.split("?")[0], "campaign": None, "bytes": 0, "bought": False}
    roll = rng.random()
    if roll < 0.1:
        record.update(type="track", event=rng.choice(["Order Completed", "Product Added"]))
        e.update(kind="acts", bought=record["event"] == "Order Completed")
    elif roll < 0.2:
        context = {}
        record["event"], record["type"], e["kind"] = "Order Completed", "track", None
    else:
        record["props"] = {"status": rng.choice([200, 200, 200, 304, 301, 404, 500]), "bytes": rng.randrange(5000)}
        if rng.random() < 0.3:
            record["props"]["method"] = rng.choice(["GET", "POST", "HEAD"])
        if rng.random() < 0.3:
            record["props"]["asset"] = True
        e.update(kind=kind_of(record["props"], path), bytes=record["props"]["bytes"])
    if context and rng.random() < 0.15:
        context["campaign"] = e["campaign"] = {"source": rng.choice("ab"), "medium": "email"}
    record["context"] = context
    return e, record


def random_customer(rng, number):
    agent, bot = rng.choice(AGENTS)
    wide = rng.choice([40, 4000, 86400 * 3, AS_OF])
    begin = rng.randrange(AS_OF)
    both = [random_event(rng, t, agent) for t in sorted(begin + rng.randrange(wide) for _ in range(rng.randrange(1, 25)))]
    profile = {"type": "profile", "id": f"c{number}", "as_of": stamp(AS_OF), "ids": {}, "traits": {}, "consent": {},
               "sources": ["w"], "events": [record for _, record in both]}
    return bot, [e for e, _ in both if e["kind"] and e["t"] <= AS_OF], json.dumps(profile, separators=(",", ":"))


def sessions_of(events, rules):
    (inactivity, longest, midnight, by_campaign), bounced = rules
    found, campaign = [], None
    for e in events:
        if e["kind"] not in ("page_views", "acts"):
            continue
        last = found[-1] if found else None
        new = not last or e["t"] - last[-1]["t"] > inactivity
        new = new or (longest and e["t"] - last[0]["t"] > longest)
        new = new or (midnight and day_of(e["t"]) != day_of(last[-1]["t"]))
        new = new or (by_campaign and e["campaign"] and e["campaign"] != campaign)
        if new:
            found.append([])
            campaign = None
        found[-1].append(e)
        campaign = e["campaign"] or campaign
    return [(s, bounced(len(s), sum(e["kind"] == "page_views" for e in s), sum(e["bought"] for e in s), s[-1]["t"] - s[0]["t"]))
            for s in found]


def model(customers, rules, bots, period):
    """Totals, course of time, and pages with views, visitors, entries and exits."""
    inside = lambda t: period is None or period[0] <= day_of(t) <= period[1]
    totals, days, pages = Counter(), defaultdict(Counter), defaultdict(Counter)
    for bot, events in customers:
        if bots != "in" and bot != (bots == "only"):
            continue
        came, seen, paths = False, set(), set()
        for e in events:
            if not inside(e["t"]):
                continue
            totals.update({"requests": 1, e["kind"]: 1, "bytes": e["bytes"], "orders": e["bought"]})
            if e["kind"] == "page_views":
                days[day_of(e["t"])]["views"] += 1
                pages[e["path"]]["views"] += 1
                pages[e["path"]]["visitors"] += e["path"] not in paths
                paths.add(e["path"])
        for number, (s, bounced) in enumerate(sessions_of(events, rules)):
            day = day_of(s[0]["t"])
            if not inside(s[0]["t"]):
                continue
            totals.update({"sessions": 1, "bounced": bounced, "visitors": not came, "new_visitors": number == 0,
                           "seconds": s[-1]["t"] - s[0]["t"]})
            days[day].update({"sessions": 1, "new": number == 0, "visitors": day not in seen})
            seen.add(day)
            came = True
            views = [e["path"] for e in s if e["kind"] == "page_views"]
            if views:
                pages[views[0]]["entries"] += 1
                pages[views[-1]]["exits"] += 1
    return totals, days, pages


def run(lines, options):
    command = [tool, "web", "-q", "-t", "json", "--tz", f"+0{ZONE_HOURS}:00", "-j", random.choice("14"), "--limit", "100"] + options
    done = subprocess.run(command, input="".join(line + "\n" for line in lines), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command}: exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def differ(seed, what, got, want):
    if got != want:
        sys.exit(f"seed {seed}: {what}: got {got}, want {want}")


def near(seed, what, got, want, most):
    if not abs(got - want) <= most:
        sys.exit(f"seed {seed}: {what}: got {got}, want {want}")


def compare(seed, shown, want):
    totals, days, pages = want
    for key in ["visitors", "new_visitors", "sessions", "orders", "requests", "page_views", "acts", "assets", "redirects",
                "head_and_options", "errors", "bytes"]:
        differ(seed, key, shown[key], totals[key])
    if totals["sessions"]:
        near(seed, "bounced", shown["bounced"], totals["bounced"] / totals["sessions"], 1e-6)
        near(seed, "mean", shown["mean_seconds"], totals["seconds"] / totals["sessions"], 5e-4)
    return days, pages


def check(seed):
    rng = random.Random(seed)
    both = [random_customer(rng, n) for n in range(rng.choice([1, 4, 40]))]
    customers, lines = [(bot, events) for bot, events, _ in both], [line for _, _, line in both]
    rules, bots = rng.choice(list(RULES)), rng.choice(["out", "out", "in", "only"])
    options, period = ["--sessions", rules, "--bots", bots], None
    if rng.random() < 0.5:
        first = day_of(rng.randrange(AS_OF))
        period = (first, first + timedelta(days=rng.randrange(6)))
        options += ["--from", str(period[0]), "--until", str(period[1])]
        before = (period[0] - (period[1] - period[0]) - timedelta(days=1), period[0] - timedelta(days=1))
        old = {r["figure"]: r["before"] for r in run(lines, options + ["--compare", "previous"])["web"]}
        compare(seed, old, model(customers, RULES[rules], bots, before))
    got = run(lines, options)
    days, pages = compare(seed, got["web"], model(customers, RULES[rules], bots, period))
    shown = {r["day"]: [r[k] for k in ("visitors", "new", "sessions", "views")] for r in got.get("days", [])}
    differ(seed, "days", {d: v for d, v in shown.items() if any(v)},
           {str(d): [c[k] for k in ("visitors", "new", "sessions", "views")] for d, c in days.items()})
    differ(seed, "pages", {r["page"]: [r[k] for k in ("views", "visitors", "entries", "exits")] for r in got.get("pages", [])},
           {p: [c[k] for k in ("views", "visitors", "entries", "exits")] for p, c in pages.items() if c["views"]})
    return got["web"]["sessions"]


total = sum(check(seed) for seed in range(runs))
print(f"{runs} webs, {total} sessions")
if not total:
    sys.exit("no session: the test shows nothing")
