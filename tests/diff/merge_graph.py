#!/usr/bin/env python3
"""The identity graph of cdp-merge --match exact, computed a second time from the manual:
duplicates, priorities, the order of ties, limits with and without windows, caps, refusals
and their reasons, blocked values, customer ids.  Compared over random events and rules.

Usage: merge_graph.py TOOL RUNS
Everything is done the plain way here: all ties are taken in one order, sets are united
and counted anew at each.
"""
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

tool, runs = sys.argv[1], int(sys.argv[2])
folder = tempfile.TemporaryDirectory()
BROWSERS = ("device_id", "anonymous_id")
BUILTIN = ["user_id", "email", "phone", "device_id", "anonymous_id"]
TYPES = BUILTIN + ["loyalty_id", "order_id"]
START = datetime(2024, 1, 1, tzinfo=timezone.utc)
BLOCKED = {("email", "till@example.com"), ("device_id", "0000"), ("anonymous_id", "undefined")}


def stamp(hours):
    return (START + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def value(rng, kind, few):
    number = rng.randrange(few)
    if kind == "email":
        return "till@example.com" if number == 0 else f"e{number}@example.com"
    if kind == "phone":
        return f"+155501{number:02}{rng.choice('38')}"
    if kind == "device_id" and number == 0:
        return "0000"
    return "undefined" if kind == "anonymous_id" and number == 0 else f"{kind[0]}{number}"


def random_events(rng):
    """Lines, with hours (None: undated)."""
    events, few = [], rng.choice([4, 8, 15])
    for i in range(rng.randrange(1, 120)):
        ids = {k: value(rng, k, few) for k in TYPES if rng.random() < 0.3}
        hours = rng.randrange(3000) if rng.random() < 0.85 else None
        record = {"type": "track", "id": f"i{i if rng.random() < 0.9 else rng.randrange(i + 1)}"}
        version = rng.choice([None, rng.randrange(5), str(rng.randrange(5)), stamp(rng.randrange(5)), f"v{rng.randrange(3)}"])
        if version is not None:
            record["version"] = version
        if hours is not None:
            record["time"] = stamp(hours)
        record |= {"source": "crm", "event": "Seen", "ids": ids, "props": {"n": i}}
        events.append({"line": json.dumps(record, separators=(",", ":")), "key": record["id"], "hours": hours, "version": version, "ids": ids, "n": i})
    return events


def random_rules(rng):
    """As a text and as what the model needs."""
    rules = {"limits": {k: (1, None, False) if k == "user_id" else (None, None, False) if k == "order_id" else (5, None, True) for k in TYPES},
             "priority": list(BUILTIN)}
    text = ["generic others = none", "household = off", "shared = loyalty_id, order_id", 'block email = "till@example.com"'] + [
        f"generic {k} = none" for k in TYPES if k != "user_id"]
    for kind in TYPES:
        if rng.random() < 0.5:
            continue
        limit = rng.choice([1, 1, 2, 3, None])
        days = rng.choice([None, 3, 20]) if limit else None
        person = bool(limit) and not days and rng.random() < 0.5
        rules["limits"][kind] = (limit, days and days * 24, person)
        text.append(f"limit {kind} = {limit or 'none'}" + (f" per {days}d" if days else " or one person" if person else ""))
    if rng.random() < 0.3:
        rules["priority"] = rng.sample(TYPES, 4)
        text.append("priority = " + ", ".join(rules["priority"]))
    return "\n".join(text) + "\n", rules


def version_rank(version):
    """A time goes before a number, that before a text, all before none."""
    if version is None:
        return 0, 0
    if isinstance(version, int) or version.isdigit():
        return 2, int(version)
    return (1, version.encode()) if version.startswith("v") else (3, version)


def keep(events):
    """One of equal ids: the highest version, the later, then the greater bytes."""
    best = {}
    for e in events:
        rank = version_rank(e["version"]), e["hours"] is not None, e["hours"] or 0, e["line"].encode()
        if e["key"] not in best or rank > best[e["key"]][0]:
            best[e["key"]] = (rank, e)
    return [e for _, e in best.values()]


def at_once(uses, window):
    """The most of the uses that one span shorter than the window touches."""
    dated = [(u["first"], u["last"]) for u in uses if u["first"] is not None]
    most = max((sum(f - at < window and last >= at for f, last in dated) for _, at in dated), default=0)
    return max(most, sum(u["undated"] for u in uses))


class Graph:
    def __init__(self, rules, events):
        self.rules = rules
        order = rules["priority"] + sorted(k for k in TYPES if k not in rules["priority"])
        self.rank = {k: i for i, k in enumerate(order)}
        self.uses, self.ties, self.refused, self.kept_out = {}, {}, [], []
        for e in events:
            self.see(e)
        self.group = {i: {i} for i in self.uses}

    def strength(self, identifier):
        return self.rank[identifier[0]], identifier[1].encode()

    def see(self, e):
        ids = sorted(((k, v) for k, v in e["ids"].items() if (k, v) not in BLOCKED), key=self.strength)
        e["home"] = ids[0] if ids else None
        e["own"] = ids
        for i in ids:
            use = self.uses.setdefault(i, {"first": None, "last": None, "undated": False})
            if e["hours"] is None:
                use["undated"] = True
            else:
                use["first"] = e["hours"] if use["first"] is None else min(use["first"], e["hours"])
                use["last"] = e["hours"] if use["last"] is None else max(use["last"], e["hours"])
        for other in ids[1:]:
            newest = self.ties.get((ids[0], other), -1)
            self.ties[ids[0], other] = max(newest, -1 if e["hours"] is None else e["hours"])

    def order(self, tie):
        (a, b), newest = tie
        weak, strong = self.rank[b[0]], self.rank[a[0]]
        texts = self.strength(a), self.strength(b)
        return weak, strong, -newest, texts

    def is_person(self, x, y, a):
        """Has the union one value only of a type that names a person and is as strong as A's?"""
        return any(sum(i[0] == kind for i in x | y) == 1
                   for kind in ("user_id", "email", "phone") if self.rank[kind] <= self.rank[a[0]])

    def reason(self, x, y, a, b):
        """Why the groups of A and B cannot be one by their tie: (reason, type), or None."""
        for kind in sorted(TYPES, key=self.rank.get):
            limit, window, person = self.rules["limits"][kind]
            if person and kind == b[0] and self.is_person(x, y, a):
                continue
            mine, theirs = ([i for i in g if i[0] == kind] for g in (x, y))
            if limit is None or not mine or not theirs or len(mine) + len(theirs) <= limit:
                continue
            if window is None or at_once([self.uses[i] for i in mine + theirs], window) > limit:
                return "limit", kind
        return None

    def settle(self):
        for (a, b), _ in sorted(self.ties.items(), key=self.order):
            x, y = self.group[a], self.group[b]
            if x is y:
                continue
            reason = self.reason(x, y, a, b)
            if reason:
                self.refused.append(reason)
                self.kept_out.append((a, b))
                continue
            both = x | y
            for i in both:
                self.group[i] = both

    def give_back(self, events):
        """What is done on a browser of several people is of who was logged in there last, or came first."""
        shared = {b for a, b in self.kept_out if b[0] in BROWSERS and a[0] not in BROWSERS and self.group[a] is not self.group[b]}
        logins = {}
        for e in events:
            for i in e["own"][1:]:
                if i in shared and e["hours"] is not None and e["home"][0] not in BROWSERS:
                    mine = self.group[e["home"]] is self.group[i]
                    logins.setdefault(i, []).append((e["hours"], mine, self.strength(e["home"]), e["home"]))
        for e in events:
            e["of"] = e["home"]
            at = sorted(logins.get(e["home"], []))
            login = any(i[0] not in BROWSERS for i in e["own"])
            if not login and e["hours"] is not None and any(mine for _, mine, _, _ in at):
                before = [x for x in at if x[0] <= e["hours"]]
                _, mine, _, home = (before or at[:1])[-1]
                e["of"] = e["home"] if mine else home

    def customers(self, events):
        """Id -> numbers of events."""
        first, found = {}, {}
        for e in events:
            for i in e["own"]:
                if self.group[i] is self.group[e["home"]] and e["hours"] is not None:
                    first[i] = min(first.get(i, e["hours"]), e["hours"])
        for e in events:
            if e["home"]:
                group = self.group[e["of"]]
                anchor = min(group, key=lambda i: (first.get(i, float("inf")), self.strength(i)))
                digest = hashlib.sha256(":".join(anchor).encode()).hexdigest()[:32]
                found.setdefault(digest, set()).add(e["n"])
        return found


def count(things):
    return {t: things.count(t) for t in things}


def ask(events, text):
    """The tool's customers and its balance."""
    files = {n: os.path.join(folder.name, n) for n in ("events", "rules", "stats")}
    with open(files["events"], "w") as out:
        out.writelines(e["line"] + "\n" for e in events)
    with open(files["rules"], "w") as out:
        out.write(text)
    out = subprocess.run([tool, "-q", "--rules", files["rules"], "--stats", files["stats"], files["events"]],
                         check=True, capture_output=True, text=True).stdout
    profiles = [json.loads(line) for line in out.splitlines() if line]
    with open(files["stats"]) as f:
        return {p["id"]: {e["props"]["n"] for e in p["events"]} for p in profiles}, json.load(f)


def check(seed):
    rng = random.Random(seed)
    events = random_events(rng)
    text, rules = random_rules(rng)
    kept = keep(events)
    graph = Graph(rules, kept)
    graph.settle()
    graph.give_back(kept)
    customers, stats = ask(events, text)
    limits = count([kind for reason, kind in graph.refused if reason == "limit"])
    wrong = [what for what, mine, theirs in (
        ("customers", graph.customers(kept), customers),
        ("ties", len(graph.ties), stats["links"]),
        ("refused", len(graph.refused), stats["links_refused"]),
        ("limits", limits, stats["links_refused_by_limit"]),
        ("duplicates", len(events) - len(kept), stats["duplicate"]),
        ("nobody", sum(not e["home"] for e in kept), stats["unidentified"]),
    ) if mine != theirs]
    if wrong:
        sys.exit(f"seed {seed}: differs in {', '.join(wrong)}\n{text}" + "".join(e["line"] + "\n" for e in events))
    return len(graph.refused)


refused = sum(check(seed) for seed in range(1, runs + 1))
print(f"{runs} random inputs agree, with {refused} refused ties")
if refused < runs:
    sys.exit("too few refused ties to tell anything")
