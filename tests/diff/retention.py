"""Random customers: for each cohort and column who came back, one by one from the definition, against cdp-report retention.

Usage: retention.py PROGRAM   (SEED names the worlds)
"""
import json
import os
import random
import subprocess
import sys
import tempfile
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

program = os.path.abspath(sys.argv[1])
seed = int(os.environ.get("SEED", "3"))


def fail(text):
    print(f"FAIL (SEED={seed}): {text}")
    sys.exit(1)


def period_of(day, unit):
    """The first day of the period that DAY is in."""
    return day if unit == "day" else day - timedelta(days=day.weekday()) if unit == "week" else day.replace(day=1)


def later(start, count, unit):
    if unit == "month":
        months = start.year * 12 + start.month - 1 + count
        return date(months // 12, months % 12 + 1, 1)
    return start + timedelta(days=count * (7 if unit == "week" else 1))


def profile(number, events, now):
    out = [{"type": "track", "id": str(i), "time": t.strftime("%Y-%m-%dT%H:%M:%S.000Z"), "source": "s", "event": name}
           for i, (t, name) in enumerate(sorted(events))]
    return json.dumps({"type": "profile", "id": f"{number:032x}", "as_of": now.strftime("%Y-%m-%dT%H:%M:%S.999Z"), "events": out},
                      separators=(",", ":")) + "\n"


def check(rng, folder):
    now = datetime(2025, 3, 31, rng.choice([11, 23]), 59, 59, tzinfo=timezone.utc)
    unit, zone = rng.choice(["day", "week", "month"]), rng.choice(["UTC", "America/New_York", "Asia/Tokyo"])
    span = {"day": 20, "week": 100, "month": 300}[unit]
    customers = [[(now - timedelta(minutes=rng.randrange(-1000, span * 1440)), rng.choice("abb"))
                  for _ in range(rng.choice([0, 1, 2, 4, 9]))] for _ in range(rng.randint(1, 40))]
    lines = [profile(n, c, now) for n, c in enumerate(customers)]
    with open(folder + "/profiles", "w") as f:
        f.writelines(lines)
    with open(folder + "/shuffled", "w") as f:
        f.writelines(rng.sample(lines, len(lines)))
    first, back = rng.choice([None, "a"]), rng.choice([None, "b"])
    after, recurring, simple = rng.random() < 0.3, rng.random() < 0.4, rng.random() < 0.5
    brackets = [(i, i) for i in range(1, rng.randint(2, 9))]
    args = ["-t", "json", "--tz", zone, "--period", unit]
    if not after and rng.random() < 0.4:
        brackets = rng.choice([[(1, 2), (3, 6)], [(2, 2), (4, 5)]])
        args += ["--brackets", ",".join(f"{a}-{b}" for a, b in brackets)]
    else:
        args += ["--periods", str(len(brackets))] + (["--came-back", "on-or-after"] if after else [])
    args += ["--recurring"] * recurring + ["--mean", "simple"] * simple
    args += (["--begin-event", first] if first else []) + (["--return-event", back] if back else [])
    texts = [subprocess.run([program, "retention", "-q", "-j", j, *args, file], cwd=folder, capture_output=True, text=True)
             for j, file in (("1", "profiles"), ("3", "shuffled"))]
    if texts[0].returncode or texts[0].stdout != texts[1].stdout:
        fail(f"{args}: {texts[0].returncode} {texts[0].stderr}; or another order of lines gives another report")
    got = json.loads(texts[0].stdout)

    def days(events, name):
        return sorted({period_of(t.astimezone(ZoneInfo(zone)).date(), unit) for t, e in events if t <= now and name in (None, e)})
    cohorts = {}
    for events in customers:
        began = days(events, first)
        for start in began if recurring else began[:1]:
            cohorts.setdefault(start, []).append(days(events, back))
    today = period_of(now.astimezone(ZoneInfo(zone)).date(), unit)
    moment_after = period_of((now + timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date(), unit)
    means = [[0, 0, 0, 0] for _ in brackets]
    for row, start in zip(got["retention"], sorted(cohorts)):
        members = cohorts[start]
        name = start.isoformat()[:7 if unit == "month" else 10]
        if row["cohort"] != name or row["customers"] != len(members):
            fail(f"{row}: wanted {name} {len(members)}; {args}")
        opened = False
        for mean, (a, b) in zip(means, brackets):
            low, high = later(start, a, unit), later(start, b, unit)
            came = sum(any(low <= d and (after or d <= high) for d in m) for m in members)
            key = f"p{a}" if a == b else f"p{a}_{b}"
            if row[key] != (came if low <= today else None):
                fail(f"{key} of {row}: wanted {came}; {args}")
            opened = opened or key == row.get("open_from")
            if low <= today and opened != (high >= moment_after):
                fail(f"{key} of {row} is open or not; {args}")
            if high < moment_after:
                mean[0] += 1
                mean[1] += len(members)
                mean[2] += came
                mean[3] += came / len(members)
    if len(got["retention"]) != len(cohorts):
        fail(f"{len(cohorts)} cohorts: {got['retention']}")
    for row, (n, size, came, shares) in zip(got["retention_mean"], means):
        share = None if not n else shares / n if simple else came / size
        if (row["cohorts"], row["customers"], row["came_back"]) != (n, size, came) or \
                (share is None) != (row["share"] is None) or (share is not None and abs(row["share"] - share) > 1e-6):
            fail(f"{row}: wanted {n} {size} {came} {share}; {args}")
    return sum(len(c) for c in cohorts.values())


rng = random.Random(seed)
with tempfile.TemporaryDirectory() as folder:
    total = sum(check(rng, folder) for _ in range(int(os.environ.get("ROUNDS", "60"))))
if total < 500:
    fail(f"the worlds are too poor: {total}")
