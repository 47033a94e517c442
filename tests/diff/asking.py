#!/usr/bin/env python3
"""The functions of events of cdp-expr(7), a second time and the plain way, over random histories:
windows and periods of the calendar, conditions behind `where`, undated and omitted events.

Usage: asking.py TOOL RUNS
Each run asks a list of random questions of random profiles by `cdp-report list`, and compares every cell.
"""
import json
import random
import subprocess
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

tool, runs = sys.argv[1], int(sys.argv[2])
ZONE = "Europe/Berlin"
BERLIN = ZoneInfo(ZONE)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAY = 86400000
NAMES = ["Added", "Viewed", "Paid"]
NEVER = object()            # a condition that is neither true nor false


def moment(text):
    return round((datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH) / timedelta(milliseconds=1))


def stamp(ms):
    return (EPOCH + timedelta(milliseconds=ms)).strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03d}Z"


NOW = moment("2025-04-10T12:00:00.000Z")


# ---- Histories ----

def random_props(rng):
    props = {}
    if rng.random() < .8:
        props["n"] = rng.choice([1, 2, 3, 5, "4", 2.5, None, "", "many"])
    if rng.random() < .8:
        props["s"] = rng.choice(["x", "y", "z", "", None, 7])
    if rng.random() < .6:
        props["products"] = [
            {k: v for k, v in (("sku", rng.choice(["a", "b", "c", None])), ("price", rng.choice([1, 2, 3, 9])))
             if rng.random() < .9} for _ in range(rng.randrange(4))]
    if rng.random() < .3:
        props["tags"] = rng.sample(["new", "old", "x"], rng.randrange(3))
    return props


def random_event(rng):
    event = {"type": "track", "event": rng.choice(NAMES), "props": random_props(rng)}
    if rng.random() < .15:
        event["type"] = "page"
    if rng.random() < .9:
        # Round hours often, so that ends of days are met.
        ms = NOW - rng.randrange(-3 * 24, 200 * 24) * 3600000 + rng.choice([0, 0, 1, -1, 12345, 1700000])
        event["time"] = stamp(ms)
    if rng.random() < .3:
        event["context"] = {"channel": {"group": rng.choice(["Direct", "Email"])}}
    return event


def random_profile(rng, number):
    profile = {"type": "profile", "id": f"c{number}", "as_of": stamp(NOW)}
    if rng.random() < .2:
        profile["events_omitted"] = 3
    if rng.random() < .95:
        profile["events"] = sorted((random_event(rng) for _ in range(rng.choice([0, 1, 3, 8, 20]))),
                                   key=lambda e: e.get("time", ""))
    return profile


# ---- Windows: (text, begin exclusive, end inclusive); begin None is all time ----

def first_moment(day):
    return round((datetime(day.year, day.month, day.day, tzinfo=BERLIN) - EPOCH) / timedelta(milliseconds=1))


def month_after(day, months=1):
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def period(begin, end):
    return first_moment(begin) - 1, min(first_moment(end) - 1, NOW)


def random_window(rng):
    today = date(2025, 4, 10)
    month = date(2024 + rng.randrange(2), 1 + rng.randrange(12), 1)
    day = date(2025, 1, 1) + timedelta(days=rng.randrange(110))
    days, more = rng.randrange(1, 120), rng.randrange(1, 60)
    kind = rng.randrange(12)
    quote = rng.choice(["", "'"])
    if kind == 0:
        return f"{days}d", NOW - days * DAY, NOW
    if kind == 1:
        return (f"{quote}{month:%Y-%m}{quote}", *period(month, month_after(month)))
    if kind == 2:
        last = day + timedelta(days=more)
        return (f"{quote}{day}..{last}{quote}", *period(day, last + timedelta(days=1)))
    if kind == 3:
        return f"{days + more}d..{days}d", NOW - (days + more) * DAY, NOW - days * DAY
    if kind == 4:
        return (f"{quote}{day}..{quote}", first_moment(day) - 1, NOW)
    if kind == 5:
        return (f"..{day:%Y-%m}", *period(date(1, 1, 2), month_after(day)))
    if kind == 6:
        return ("last_month", *period(date(2025, 3, 1), date(2025, 4, 1)))
    if kind == 7:
        return ("this_month", *period(date(2025, 4, 1), date(2025, 5, 1)))
    if kind == 8:
        return ("last_quarter", *period(date(2025, 1, 1), date(2025, 4, 1)))
    if kind == 9:
        return ("last_week", *period(date(2025, 3, 31), date(2025, 4, 7)))
    if kind == 10:
        return ("yesterday", *period(today - timedelta(days=1), today))
    return None, None, NOW


# ---- Values and conditions ----

def walk(value, path):
    """All values that PATH leads to, through arrays."""
    if not path:
        return [value]
    if isinstance(value, list):
        return [found for one in value for found in walk(one, path)]
    if not isinstance(value, dict) or path[0] not in value:
        return []
    return walk(value[path[0]], path[1:])


def named(event, name):
    """What NAME is in a filter: None, a value, or a list; of an element of products its own."""
    path = name.split(".")
    if "element" in event and path[0] == "products":
        return event["element"].get(path[1])
    holder = event.get("props", {})
    if path[0] == "context":
        holder, path = event.get("context", {}), path[1:]
    elif name == "time":
        return moment(event["time"]) if "time" in event else None
    found = walk(holder, path)
    if len(path) > 1 and path[0] == "products":
        return [v for v in found if v is not None and v != ""] or None
    return found[0] if found else None


def as_number(value):
    try:
        return Decimal(str(value).strip())
    except ArithmeticError:
        return None


def compare(value, sign, other):
    """True, False or NEVER."""
    if value is None:
        return NEVER
    if isinstance(value, list):
        each = "=" if sign == "!=" else sign
        answers = [a for a in (compare(str(one), each, other) for one in value) if a is not NEVER]
        if not answers:
            return NEVER
        return any(answers) != (sign == "!=")
    if isinstance(other, int) or isinstance(value, (int, float)):
        value, other = as_number(value), as_number(other)
        if value is None or other is None:
            return NEVER
    return {"=": value == other, "!=": value != other, "<": value < other, ">": value > other,
            ">=": value >= other, "<=": value <= other}[sign]


def negate(answer):
    return NEVER if answer is NEVER else not answer


def both(a, b):
    if a is False or b is False:
        return False
    return NEVER if NEVER in (a, b) else True


def either(a, b):
    return negate(both(negate(a), negate(b)))


def random_condition(rng, depth=0):
    """(text, function of an event)."""
    kind = rng.randrange(9 if depth < 2 else 6)
    if kind == 0:
        sign, limit = rng.choice(["=", "!=", "<", ">=", ">"]), rng.randrange(6)
        name = rng.choice(["n", "products.price"])
        return f"{name} {sign} {limit}", lambda e: compare(named(e, name), sign, limit)
    if kind == 1:
        sign, text = rng.choice(["=", "!="]), rng.choice(["x", "y", "a", "b"])
        name = rng.choice(["s", "products.sku", "tags", "nowhere"])
        return f"{name} {sign} '{text}'", lambda e: compare(named(e, name), sign, text)
    if kind == 2:
        name, negated = rng.choice(["s", "products.sku", "tags"]), rng.random() < .5
        def is_in(e):
            answer = either(compare(named(e, name), "=", "a"), compare(named(e, name), "=", "x"))
            return negate(answer) if negated else answer
        return f"{name} {'not ' if negated else ''}in ('a', 'x')", is_in
    if kind == 3:
        name, negated = rng.choice(["s", "n", "products.sku", "context.channel"]), rng.random() < .5
        return f"{name} is {'not ' if negated else ''}null", lambda e: (named(e, name) is None) != negated
    if kind == 4:
        def lies(e):
            values = named(e, "products.price")
            if not isinstance(values, list):
                return NEVER if values is None else 2 <= values <= 3
            return any(2 <= v <= 3 for v in values)
        return "products.price between 2 and 3", lies
    if kind == 5:
        return "time >= '2025-02-01'", lambda e: compare(
            named(e, "time"), ">=", first_moment(date(2025, 2, 1)))
    one, is_one = random_condition(rng, depth + 1)
    two, is_two = random_condition(rng, depth + 1)
    if kind == 6:
        return f"not ({one})", lambda e: negate(is_one(e))
    if kind == 7:
        return f"({one}) and ({two})", lambda e: both(is_one(e), is_two(e))
    return f"({one}) or ({two})", lambda e: either(is_one(e), is_two(e))


# ---- Functions ----

class Asked:
    """The events of a profile that a call looks at, oldest first, and whether they are all."""

    def __init__(self, profile, name, window, condition, prop):
        self.known = "events" in profile
        events = profile.get("events", [])
        _, begin, end = window
        self.whole = "events_omitted" not in profile or bool(
            begin is not None and events and
            ("time" not in events[0] or begin >= moment(events[0]["time"])))
        events = [e for e in events if self.holds(e, begin, end) and
                  (e["event"] if e["type"] == "track" else e["type"]) == name]
        self.events = [p for p in (self.passing(e, condition, prop) for e in events) if p]
        self.dated = [e for e in self.events if "time" in e]

    @staticmethod
    def passing(event, condition, prop):
        """The event with the elements that pass, where the property is one of theirs; None: it does not."""
        if prop and prop.startswith("products.") and "products" in event["props"]:
            kept = [x for x in event["props"]["products"] if condition({**event, "element": x}) is True]
            return {**event, "props": {**event["props"], "products": kept}}
        return event if condition(event) is True else None

    @staticmethod
    def holds(event, begin, end):
        if "time" not in event:
            return begin is None
        at = moment(event["time"])
        return at <= end and (begin is None or at > begin)


def days(ms):
    return (NOW - ms) // DAY


def says(value):
    return value is not None and value != ""


def property_of(event, prop):
    found = walk(event.get("props", {}), prop.split("."))
    return found[0] if found else None


def numbers(asked, prop):
    values = []
    for event in asked.events:
        for v in walk(event["props"], prop.split(".")):
            if isinstance(v, (int, float, str)) and as_number(v) is not None:
                values.append(Fraction(as_number(v)))
    return values


def choices(asked, prop):
    counts = {}
    for event in asked.events:
        for v in walk(event["props"], prop.split(".")):
            for one in v if isinstance(v, list) else [v]:
                if says(one):
                    counts[str(one)] = counts.get(str(one), 0) + 1
    return counts


def ask(function, asked, prop):
    """The answer, None for unknown."""
    if not asked.known or (function not in ("did", "last", "days_since", "last_of") and not asked.whole):
        return None
    if function == "count":
        return len(asked.events)
    if function == "did":
        return "true" if asked.events else "false" if asked.whole else None
    if function in ("first", "last", "days_since", "since_first"):
        if not asked.dated:
            return None
        event = asked.dated[0 if function in ("first", "since_first") else -1]
        return days(moment(event["time"])) if "since" in function else event["time"]
    if function in ("first_of", "last_of"):
        values = [property_of(e, prop) for e in asked.dated]
        values = [v for v in values if says(v)]
        return values[0 if function == "first_of" else -1] if values else None
    if function in ("unique", "distinct", "most_frequent"):
        counts = choices(asked, prop)
        if function == "unique":
            return sorted(counts)
        if function == "distinct":
            return len(counts)
        best = min(counts, key=lambda v: (-counts[v], v)) if counts else None
        return best if best is not None and counts[best] > 1 else None
    values = numbers(asked, prop)
    if function == "sum":
        return sum(values, Fraction(0))
    if not values:
        return None
    return {"avg": sum(values, Fraction(0)) / len(values), "min": min(values), "max": max(values)}[function]


def funnel(asked, steps, length):
    """The furthest that any beginning leads: greedily, from each event of the first step."""
    events = sorted(((moment(e["time"]), steps.index(e["name"])) for e in asked if e["name"] in steps))
    best = 0
    for i, (begun, first) in enumerate(events):
        if first:
            continue
        reached = 1
        for time, name in events[i + 1:]:
            if reached < len(steps) and steps[name] == steps[reached] and time <= begun + length:
                reached += 1
        best = max(best, reached)
    return best


def funnel_question(rng):
    steps = [rng.choice(NAMES + ["page"]) for _ in range(rng.randrange(2, 5))]
    length = rng.choice([1, 2, 5, 40])
    condition, is_so = random_condition(rng) if rng.random() < .3 else (None, lambda e: True)

    def answer(profile):
        if "events" not in profile:
            return None
        dated = [{**e, "name": e["event"] if e["type"] == "track" else e["type"]}
                 for e in profile["events"] if "time" in e and moment(e["time"]) <= NOW and is_so(e) is True]
        reached = funnel(dated, steps, length * DAY)
        return reached if reached == len(steps) or "events_omitted" not in profile else None

    names = ", ".join(f"'{name}'" for name in steps)
    return f"funnel({names}, {length}d{f' where {condition}' if condition else ''})", answer


def sessions_question(rng):
    text, begin, end = random_window(rng)

    def answer(profile):
        asked = Asked(profile, "page", (text, begin, end), lambda e: True, None)
        if not asked.known or not asked.whole:
            return None
        times = sorted(moment(e["time"]) for e in profile["events"]
                       if e["type"] == "page" and "time" in e and moment(e["time"]) <= NOW)
        starts = [t for i, t in enumerate(times) if not i or t - times[i - 1] > 30 * 60000]
        return sum(t <= end and (begin is None or t > begin) for t in starts)

    return f"sessions({text or ''})", answer


def random_question(rng):
    """(text, function of a profile)."""
    if rng.random() < .15:
        return rng.choice([funnel_question, sessions_question])(rng)
    function = rng.choice(["count", "did", "first", "last", "days_since", "since_first", "sum", "avg", "min",
                           "max", "first_of", "last_of", "unique", "distinct", "most_frequent"])
    name = rng.choice(NAMES + ["page"])
    window = random_window(rng)
    condition, is_so = random_condition(rng) if rng.random() < .6 else (None, lambda e: True)
    of_event = function in ("count", "did", "first", "last", "days_since", "since_first")
    prop = None if of_event else rng.choice(["n", "s", "products.sku", "products.price"])
    arguments = [f"'{name}'"] + ([f"'{prop}'"] if prop else []) + ([window[0]] if window[0] else [])
    where = f" where {condition}" if condition else ""
    if where and len(arguments) > 1 and rng.random() < .3:
        arguments[0] += where
        where = ""
    text = f"{function.replace('_of', '')}({', '.join(arguments)}{where})"
    return text, lambda p: ask(function, Asked(p, name, window, is_so, prop), prop)


def same(got, want):
    if want is None or got is None:
        return got is want
    if isinstance(want, Fraction):
        return abs(Fraction(Decimal(got)) - want) <= Fraction(1, 10 ** 17)
    if isinstance(want, list):
        return got == want
    return str(got) == str(want)


def run(seed):
    rng = random.Random(seed)
    profiles = [random_profile(rng, i) for i in range(40)]
    questions = [random_question(rng) for _ in range(30)]
    columns = ",".join(["id"] + [f"q{i}={text}" for i, (text, _) in enumerate(questions)])
    lines = "".join(json.dumps(p, separators=(",", ":")) + "\n" for p in profiles)
    done = subprocess.run([tool, "list", "-q", "-t", "json", "--tz", ZONE, "--columns", columns], input=lines,
                          capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"seed {seed}: {done.stderr}{columns}")
    answers = [json.loads(line, parse_float=str, parse_int=str) for line in done.stdout.splitlines()]
    for profile, row in zip(profiles, answers, strict=True):
        for i, (text, question) in enumerate(questions):
            if not same(row[f"q{i}"], question(profile)):
                sys.exit(f"seed {seed}: {text}\n  gives {row[f'q{i}']!r}, not {question(profile)!r}\n{json.dumps(profile)}")


for number in range(runs):
    run(number)
print(f"{runs} runs agree")
