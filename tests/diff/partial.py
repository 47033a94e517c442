#!/usr/bin/env python3
"""The law of --partial and --combine: the report of the summaries of all parts is that of one run, byte for byte.

Usage: partial.py TOOL RUNS

Random customers of orders, refunds, visits, posts, segments, currencies and odd names, cut at random into 1 to 40 parts, some of
them empty, counted by one worker or four, combined in any order; every report that can, by random options, in every shape.
"""
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

tool, runs = sys.argv[1], int(sys.argv[2])
START = datetime(2025, 11, 20, tzinfo=timezone.utc)
AS_OF = 150 * 86400
RATES = tempfile.NamedTemporaryFile("w", suffix=".rates")
RATES.write("USD = 0.9217 EUR\n")
RATES.flush()
NAMES = ["Order Completed", "Product Viewed", "Product Added", "Sïgned Up", "odd \"%41\" \\ name", "\x01"]
PAGES = ["/", "/shop", "/shop/a", "/about%20us", "/caf\u00e9"]
AGENTS = ["Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0", "curl/7.88.1", "Googlebot/2.1 (+http://www.google.com/bot.html)", None]
REPORTS = [
    ([], [[], ["--tz", "America/New_York"]]),
    (["overview"], [[], ["--where", "country = 'DE'"]]),
    (["rfm"], [[]]),
    (["cohorts"], [[], ["--tz", "Asia/Tokyo"]]),
    (["fields"], [[]]),
    (["sessions"], [[]]),
    (["funnel"], [["--step", "Product Viewed", "--step", "Order Completed where revenue > 20"], ["--step", "Product Viewed", "--step", "Product Added", "--step", "Order Completed", "--breakdown", "country", "--within", "30d"]]),
    (["paths"], [[], ["--from-event", "Product Viewed", "--to-event", "Order Completed", "--length", "4"], ["--by", "sessions", "--keep-repeats"]]),
    (["web"], [[], ["--period", "week", "--bots", "in"], ["--from", "2026-02-01", "--compare", "previous", "--sessions", "matomo"]]),
    (["table"], [["--by", "country"], ["--by", "country,month", "--rows-as-columns", "month"], ["--by", "segments,weekday", "--show", "customers,buyers,orders,refunds,revenue,average,new,repeat,share"], ["--by", "week", "--from", "2026-01-10", "--limit", "3"],
                 ["--by", "country", "--show", 'customers,revenue_in("EUR"),revenue_in("USD")', "--rates", RATES.name]]),
    (["attribution"], [[], ["--touch", "channel", "--markov-order", "2"], ["--conversion", "Product Added", "--path", "unique"]]),
    (["retention"], [[], ["--period", "day", "--periods", "40", "--recurring"], ["--begin-event", "Order Completed", "--period", "month"], ["--brackets", "1-3,4-7", "--mean", "simple"]]),
    (["segments"], [[]]),
    (["table", "cohorts", "segments"], [["--by", "country"]]),
]
SHAPES = ["text", "csv", "json", "md", "html", "excel"]


def stamp(seconds):
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def random_event(rng, number, n, at):
    source = rng.choice(["shop", "wéb", "crm"])
    event = {"type": "track", "id": f"{number}/{n}", "time": stamp(at), "source": source}
    what = rng.random()
    if what < 0.35:
        order = f"{number}-{n}"
        event |= {"event": "Order Completed", "props": {"order_id": order, "revenue": rng.randrange(100, 99999) / 100, "currency": rng.choice(["EUR", "EUR", "USD"])}}
        if rng.random() < 0.2:
            del event["props"]["currency"]
    elif what < 0.42:
        event |= {"event": "Order Refunded", "props": {"order_id": f"{number}-{max(n - 1, 0)}", "revenue": 1.5, "currency": "EUR"}}
    elif what < 0.7:
        event |= {"type": "page", "context": {"page": {"url": "https://www.example.com" + rng.choice(PAGES), "referrer": rng.choice(["", "https://www.google.com/", "https://news.example.org/x"])},
                                              "ip": f"192.0.2.{number % 250}"}, "props": {"status": rng.choice([200, 200, 404, 500]), "bytes": rng.randrange(9999)}}
        if rng.random() < 0.4:
            event["context"]["campaign"] = {"source": rng.choice(["news", "ads"]), "medium": rng.choice(["email", "cpc"]), "name": "spring"}
        agent = AGENTS[number % 4]
        if agent:
            event["context"]["user_agent"] = agent
    else:
        event["event"] = rng.choice(NAMES[1:])
        event["props"] = {rng.choice(["a", "b%", "ç"]): rng.randrange(5)}
    return event


def random_customer(rng, number):
    times = sorted(rng.randrange(AS_OF) for _ in range(rng.choice([0, 1, 2, 4, 9])))
    events = [random_event(rng, number, n, at) for n, at in enumerate(times)]
    orders = [e for e in events if e.get("event") == "Order Completed"]
    profile = {"type": "profile", "id": f"c{number}", "as_of": stamp(AS_OF), "ids": {"email": [f"c{number}@example.com"]} if rng.random() < 0.6 else {},
               "traits": {}, "consent": {}, "sources": sorted({e["source"] for e in events})}
    if times:
        profile |= {"first_seen": stamp(times[0]), "last_seen": stamp(times[-1])}
    if rng.random() < 0.8:
        profile["traits"]["country"] = rng.choice(["DE", "FR", "", "a;b\u001eFR"])
    currencies = {e["props"].get("currency") for e in orders}
    if len(currencies) == 1:
        money = round(sum(e["props"]["revenue"] for e in orders), 2)
        profile["orders"] = {"count": len(orders), "revenue": money, "currency": currencies.pop(), "first": orders[0]["time"], "last": orders[-1]["time"], "refunds": 0}
    elif orders:
        profile["orders"] = {"count": len(orders), "revenue": None, "currency": None, "first": orders[0]["time"], "last": orders[-1]["time"],
                             "by_currency": {c or "unknown": {"count": 1, "revenue": 7.25} for c in sorted(currencies, key=str)}}
    profile["segments"] = sorted(s for s in ["vip", "new", "rfm_best", "é \"x\""] if rng.random() < 0.4)
    profile["scores"] = {"churn": {"p": round(rng.random(), 3)}} if rng.random() < 0.3 else {}
    profile["events"] = events
    return json.dumps(profile, separators=(",", ":"), ensure_ascii=rng.random() < 0.5)


def run(arguments, lines=None):
    """Zero or more lines on stdin; a run without any is an empty line, as the tools write it."""
    text = None if lines is None else "".join(x + "\n" for x in lines) or "\n"
    done = subprocess.run([tool, "-q"] + arguments, input=text and text.encode(), capture_output=True)
    if done.returncode:
        sys.exit(f"{arguments}: status {done.returncode}: {done.stderr.decode()}")
    return done.stdout


def cut(rng, lines, parts):
    found = [[] for _ in range(parts)]
    for line in lines:
        found[rng.randrange(parts) if rng.random() < 0.9 else 0].append(line)
    return found


def check(rng, folder, name, options, lines, parts):
    files = []
    for i, part in enumerate(cut(rng, lines, parts)):
        files.append(os.path.join(folder, f"{i}.ndjson"))
        run(name + options + ["--partial", files[-1], "-j", rng.choice("14")], part)
    rng.shuffle(files)
    asked = options if rng.random() < 0.5 or "--tz" in options else []
    for shape in rng.sample(SHAPES, 3):
        whole = run(name + options + ["-t", shape, "-j", rng.choice("14")], lines)
        combined = run(name + asked + ["--combine", "-t", shape, "-j", rng.choice("14")] + files)
        if whole != combined:
            for at, data in (("whole", whole), ("combined", combined), ("lines", "\n".join(lines).encode())):
                open(f"/tmp/partial.{at}", "wb").write(data)
            sys.exit(f"{name} {options} -t {shape}, {parts} parts: /tmp/partial.whole and /tmp/partial.combined differ")
    for file in files:
        os.unlink(file)


def check_workers(rng, folder, name, options, lines):
    """A summary does not show who counted."""
    texts = set()
    for jobs in "14":
        shuffled = rng.sample(lines, len(lines))
        run(name + options + ["--partial", os.path.join(folder, "one"), "-j", jobs], shuffled)
        texts.add(open(os.path.join(folder, "one"), "rb").read())
    if len(texts) > 1:
        sys.exit(f"{name} {options}: summaries of one and of four workers differ")


with tempfile.TemporaryDirectory() as folder:
    for seed in range(runs):
        rng = random.Random(seed)
        lines = [random_customer(rng, i) for i in range(rng.choice([0, 1, 8, 60, 150]))]
        for name, choices in rng.sample(REPORTS, 2):
            check(rng, folder, name, rng.choice(choices), lines, rng.choice([1, 2, 3, 5, 8] if seed % 12 else [40]))
        name, choices = rng.choice(REPORTS)
        check_workers(rng, folder, name, rng.choice(choices), lines)
print(f"{runs} worlds")
