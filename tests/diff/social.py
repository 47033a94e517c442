#!/usr/bin/env python3
"""Figures of cdp-report(1) social, computed a second time the plain way over random posts.

Usage: social.py TOOL RUNS

Counts, engagement and its rates, sentiment by day and platform, share of voice, hashtags, bursts, who to answer, voices;
whole and in a period, with and without accounts of our own.  A text has one word of feeling at most: tests/diff/sentiment.sh
holds the rules of sentences.
"""
import json
import math
import random
import subprocess
import sys
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone

tool, runs = sys.argv[1], int(sys.argv[2])
ZONE_HOURS = 2
START = datetime(2026, 3, 1, tzinfo=timezone.utc)
DAYS = 30
AS_OF = (DAYS - 1) * 86400
RATINGS = {"great": 3.1, "awful": -2.0, "good": 1.9, "terrible": -2.1, "table": None}
FOREIGN = "das ist nicht der Tisch und die Lampe"
KINDS = {"Post Published": "first_posts", "Post Replied": "replies", "Post Shared": "shares", "Comment Published": "comments"}
REACTIONS = ["likes", "replies", "shares", "quotes", "saves", "clicks"]
AUDIENCES = ["reach", "impressions", "views", "followers"]


def stamp(seconds):
    return (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def local(seconds):
    return START + timedelta(seconds=seconds, hours=ZONE_HOURS)


def compound(word):
    value = RATINGS[word]
    return round(value / math.sqrt(value * value + 15), 4) if value else 0


def random_post(rng, number):
    """What is posted, and the event that says it."""
    text, score, tags, named = None, None, [], set()
    roll = rng.random()
    if roll < 0.08:
        text, score = FOREIGN, "foreign"
    elif roll < 0.92:
        word = rng.choice(list(RATINGS))
        text, score = f"chair {word} lamp", compound(word)
        tags = sorted({rng.choice(["Tea", "TEA", "rain"]).lower() for _ in range(rng.randrange(3))})
        text += "".join(" #" + (t.upper() if rng.random() < 0.3 else t) for t in tags)
        for name, terms in (("ours", ["acme", "@ACME", "acme shop"]), ("rival", ["rival"])):
            if rng.random() < 0.4:
                text += " " + rng.choice(terms)
                named.add(name)
    burst = rng.random() < 0.3
    seconds = 12 * 86400 + 36000 + rng.randrange(3600) if burst else rng.randrange(DAYS * 86400)
    p = {"t": None if rng.random() < 0.03 else seconds, "event": rng.choice(list(KINDS)), "text": text, "score": score,
         "tags": tags, "named": named, "platform": rng.choice(["x", "mastodon"]), "id": f"p{number}",
         "to": f"p{rng.randrange(60)}" if rng.random() < 0.4 else None}
    for key in REACTIONS + AUDIENCES:
        p[key] = rng.choice([None, 0, rng.randrange(1, 300)])
    props = {"platform": p["platform"], "text": text, "post_id": p["id"], "reply_to_post": p["to"]}
    props.update({key: str(p[key]) if p[key] and rng.random() < 0.2 else p[key] for key in REACTIONS + AUDIENCES})
    event = {"type": "track", "id": p["id"], "time": None if p["t"] is None else stamp(p["t"]), "source": "s", "event": p["event"],
             "props": {k: v for k, v in props.items() if v is not None}}
    return p, {k: v for k, v in event.items() if v is not None}


def random_customer(rng, number, numbers):
    name = "hearth" if number == 0 else f"u{number}"
    orders, followers = rng.choice([0, 0, 3]), rng.choice([None, 0, 50])
    both = [random_post(rng, next(numbers)) for _ in range(rng.randrange(14))]
    for post, _ in both:
        post["followers"] = followers if post["followers"] is None else post["followers"]
    both.sort(key=lambda b: -1 if b[0]["t"] is None else b[0]["t"])
    line = {"type": "profile", "id": f"{number:032x}", "as_of": stamp(AS_OF), "traits": {"username": name},
            "orders": {"count": orders}, "events": [e for _, e in both]}
    if followers is not None:
        line["traits"]["followers"] = followers
    return {"name": name, "orders": orders, "posts": [p for p, _ in both]}, json.dumps(line, separators=(",", ":"))


def in_time(post, period):
    if post["t"] is None:
        return period is None
    return post["t"] <= AS_OF and (period is None or period[0] <= local(post["t"]).date() <= period[1])


def feeling(posts):
    """positive, negative, net and mean of those that are scored."""
    scores = [p["score"] for p in posts if p["felt"]]
    if not scores:
        return [None] * 4
    up, down, n = sum(s >= 0.05 for s in scores), sum(s <= -0.05 for s in scores), len(scores)
    return [up / n, down / n, (up - down) / n, sum(scores) / n]


def select(customers, period, own):
    chosen = []
    for c in customers:
        for p in filter(lambda p: in_time(p, period), c["posts"]):
            q = dict(p, author=c["name"], orders=c["orders"], own=own and c["name"] == "hearth")
            shared = p["event"] == "Post Shared"
            q["engagement"] = 0 if shared else sum(p[r] or 0 for r in REACTIONS)
            q["felt"] = not shared and not q["own"] and p["text"] is not None and p["score"] != "foreign"
            chosen.append(q)
    return chosen


def close(got, want):
    if got is None or want is None:
        return got is want
    return abs(got - want) <= 1e-6 + 1e-5 * abs(want)


def differ(seed, what, got, want):
    same = len(got) == len(want) and all(close(g, w) if isinstance(w, float) or isinstance(g, float) else g == w
                                         for g, w in zip(got, want))
    if not same:
        sys.exit(f"seed {seed}: {what}: got {got}, want {want}")


def compare_rows(seed, what, rows, key, columns, want):
    """WANT is by key; each row of the section beside it."""
    differ(seed, what, sorted(r[key] for r in rows), sorted(want))
    for r in rows:
        differ(seed, f"{what} {r[key]}", [r[c] for c in columns], want[r[key]])


FEEL = ["positive", "negative", "net", "mean"]


def check_figures(seed, got, posts):
    f, scored = got["figures"], sum(p["felt"] for p in posts)
    texts = [p for p in posts if p["event"] != "Post Shared" and not p["own"]]
    differ(seed, "figures", [f["all_posts"], f["authors"], f["scored"], f["in_other_languages"], f["without_text"], f.get("undated", 0)],
           [len(posts), len({p["author"] for p in posts}), scored, sum(p["score"] == "foreign" for p in texts),
            sum(p["text"] is None for p in texts), sum(p["t"] is None for p in posts)])
    differ(seed, "kinds", [f.get("of_them_" + k, 0) for k in KINDS.values()],
           [sum(p["event"] == e for p in posts) for e in KINDS])
    differ(seed, "buyers", [f["authors_with_orders"]], [len({p["author"] for p in posts if p["orders"] and not p["own"]})])
    if scored:
        differ(seed, "feeling", [f["positive"], f["negative"], f["net_sentiment"], f["mean_score"]], feeling(posts))


def check_groups(seed, got, posts):
    groups = defaultdict(list)
    for p in posts:
        groups["platform", p["platform"]].append(p)
        if p["t"] is not None:
            groups["day", str(local(p["t"]).date())].append(p)
        for t in p["tags"] if p["event"] != "Post Shared" else []:
            groups["hashtag", "#" + t].append(p)

    def want(kind, row):
        return {name: row(members) for (k, name), members in groups.items() if k == kind}

    compare_rows(seed, "platforms", got["platforms"], "platform", ["posts", "share", "authors", "engagement"] + FEEL,
                 want("platform", lambda m: [len(m), len(m) / len(posts), len({p["author"] for p in m}),
                                             sum(p["engagement"] for p in m)] + feeling(m)))
    days = [r for r in got.get("posts_by_day", []) if r["posts"]]
    compare_rows(seed, "days", days, "day", ["posts", "engagement"], want("day", lambda m: [len(m), sum(p["engagement"] for p in m)]))
    there = {r["day"] for r in days}
    compare_rows(seed, "feeling by day", [r for r in got.get("sentiment_by_day", []) if r["day"] in there], "day", ["scored"] + FEEL,
                 want("day", lambda m: [sum(p["felt"] for p in m)] + feeling(m)))
    tags = [dict(r, hashtag=r["hashtag"].lower()) for r in got.get("hashtags", [])]
    compare_rows(seed, "hashtags", tags, "hashtag", ["posts", "share", "engagement"] + FEEL,
                 want("hashtag", lambda m: [len(m), len(m) / len(posts), sum(p["engagement"] for p in m)] + feeling(m)))


def check_engagement(seed, got, posts, own):
    counted = [p for p in posts if p["event"] != "Post Shared" and (p["own"] or not own)]
    counted = [p for p in counted if any(p[r] is not None for r in REACTIONS)]
    want = {}
    if counted:
        total = sum(p["engagement"] for p in counted)
        want["posts"] = [len(counted), total, len(counted), None]
    for a in AUDIENCES:
        known = [p for p in counted if p[a]]
        if known:
            total, size = sum(p["engagement"] for p in known), sum(p[a] for p in known)
            want[a] = [len(known), total, size, sum(p["engagement"] / p[a] for p in known) / len(known)]
    rows = got.get("engagement", [])
    compare_rows(seed, "engagement", rows, "divided_by", ["posts", "engagement", "size", "mean_rate"], want)
    for r in rows:
        rate = r["engagement"] / r["size"]
        if abs(r["rate"] - rate) > (6e-4 if r["divided_by"] == "posts" else 1e-5 * rate):
            sys.exit(f"seed {seed}: rate by {r['divided_by']}: got {r['rate']}, want {rate}")


def check_voices(seed, got, posts):
    named = {n: [p for p in posts if n in p["named"] and not p["own"]] for n in ("ours", "rival")}
    whole = sum(map(len, named.values()))
    compare_rows(seed, "share of voice", got["share_of_voice"], "name", ["posts", "share", "engagement"] + FEEL + ["authors"],
                 {n: [len(m), len(m) / whole if whole else None, sum(p["engagement"] for p in m)] + feeling(m) +
                  [len({p["author"] for p in m})] for n, m in named.items()})
    by = defaultdict(list)
    for p in posts:
        if not p["own"]:
            by["@" + p["author"]].append(p)
    compare_rows(seed, "voices", got.get("voices", []), "author", ["posts", "engagement", "positive", "negative"],
                 {a: [len(m), sum(p["engagement"] for p in m), sum(p["felt"] and p["score"] >= 0.05 for p in m),
                      sum(p["felt"] and p["score"] <= -0.05 for p in m)] for a, m in by.items()})


def answers(customers):
    """What our own account replied to, in the period or not."""
    said = [p for c in customers if c["name"] == "hearth" for p in c["posts"] if p["t"] is None or p["t"] <= AS_OF]
    return {(p["platform"], p["to"]) for p in said if p["event"] != "Post Shared" and p["to"]}


def check_complaints(seed, got, posts, own, answered):
    waiting = []
    for p in posts:
        ours = "ours" in p["named"] or p["event"] == "Comment Published"
        open_still = (p["platform"], p["id"]) not in answered if own else not p["replies"]
        if p["felt"] and p["score"] <= -0.05 and ours and open_still:
            reach = next((p[a] for a in AUDIENCES if p[a] is not None), 0)
            waiting.append((-reach, -p["engagement"], p["score"], p["id"]))
    shown = [(-(r["reach"] or 0), -(r["engagement"] or 0), r["sentiment"], r["post"]) for r in got.get("answer_first", [])]
    differ(seed, "who to answer", sorted(shown), sorted(waiting))
    differ(seed, "their order", [s[:3] for s in shown], [w[:3] for w in sorted(waiting)])
    top = [(r["engagement"], r["post"]) for r in got.get("top_posts", [])]
    differ(seed, "top posts", sorted(top), sorted((p["engagement"], p["id"]) for p in posts if p["engagement"]))


def usual(counts, at, step):
    rest = [counts[i] for i in range(at % step, len(counts), step) if i != at]
    if not rest:
        return 0, 0, 1
    mean = sum(rest) / len(rest)
    spread = sum((c - mean) ** 2 for c in rest) / (len(rest) - 1) if len(rest) > 1 else 0
    return len(rest), mean, math.sqrt(max(spread, mean, 1))


def bursts_of(slots, week, day, least):
    first, found = min(slots), []
    counts = [slots.get(i, 0) for i in range(first, max(slots) + 1)]
    for at, posts in enumerate(counts):
        known, mean, deviation = usual(counts, at, week)
        if known < 3:
            known, mean, deviation = usual(counts, at, day)
            if known < least:
                continue
        z = (posts - mean) / deviation
        if posts < 10 or posts < 2 * mean or z < 3:
            continue
        if found and found[-1][1] == first + at:
            old = found[-1]
            found[-1] = [old[0], first + at + 1, old[2] + posts, old[3] + mean, max(old[4], z)]
        else:
            found.append([first + at, first + at + 1, posts, mean, z])
    return found


def check_bursts(seed, got, posts):
    hours = Counter(int(local(p["t"]).timestamp()) // 3600 for p in posts if p["t"] is not None)
    want = []
    if hours:
        days = Counter()
        for h, n in hours.items():
            days[h // 24] += n
        want = bursts_of(hours, 168, 24, 3)
        # A day takes part in a run of days only where no hour of it was a burst.
        covered = {h // 24 for b in want for h in range(b[0], b[1])}
        kept = [b for b in bursts_of(days, 7, 1, 7) if b[0] not in covered and b[1] - b[0] == 1]
        want += [[b[0] * 24, b[1] * 24] + b[2:] for b in kept]
    name = lambda h: datetime.fromtimestamp(h * 3600, timezone.utc).strftime("%Y-%m-%d %H:00")
    compare_rows(seed, "bursts", got.get("bursts", []), "from", ["until", "posts", "usual", "z"],
                 {name(b[0]): [name(b[1])] + b[2:] for b in want})
    return len(want)


def run(lines, options):
    command = [tool, "social", "-q", "-t", "json", "--tz", f"+0{ZONE_HOURS}:00", "-j", random.choice("14"), "--limit", "1000",
               "--track", "ours=acme,acme shop", "--track", "rival"] + options
    done = subprocess.run(command, input="".join(line + "\n" for line in lines), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command}: exit {done.returncode}: {done.stderr}")
    return json.loads(done.stdout)


def check(seed):
    rng = random.Random(seed)
    numbers = iter(range(10 ** 6))
    both = [random_customer(rng, n, numbers) for n in range(rng.choice([1, 4, 20]))]
    own, options, period = rng.random() < 0.5, [], None
    if own:
        options += ["--own", "@Hearth"]
    if rng.random() < 0.4:
        first = local(rng.randrange(AS_OF)).date()
        period = (first, first + timedelta(days=rng.randrange(20)))
        options += ["--from", str(period[0]), "--until", str(period[1])]
    posts = select([c for c, _ in both], period, own)
    got = run([line for _, line in both], options)
    if not posts:
        differ(seed, "no posts", [got["figures"]["all_posts"]], [0])
        return 0, 0
    check_figures(seed, got, posts)
    check_groups(seed, got, posts)
    check_engagement(seed, got, posts, own)
    check_voices(seed, got, posts)
    check_complaints(seed, got, posts, own, answers([c for c, _ in both]))
    return len(posts), check_bursts(seed, got, posts)


results = [check(seed) for seed in range(runs)]
posts, bursts = map(sum, zip(*results))
print(f"{runs} worlds, {posts} posts, {bursts} bursts")
if not posts or not bursts:
    sys.exit("no post, or no burst: the test shows nothing")
