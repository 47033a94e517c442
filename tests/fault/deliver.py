"""Deliveries to an endpoint that misbehaves, of runs that are killed: each member arrives once.

Usage: deliver.py KILLS    (tools on PATH; `make soak` has 1,000)
"""
import json
import os
import random
import subprocess
import sys
import tempfile
import time

kills = int(sys.argv[1])
chance = random.Random(1)
folder = tempfile.mkdtemp()
os.chdir(folder)
TARGET = "set key = email\nset batch = 5\nemail = email as email\nname = first_name\n"
bad = 0


def fail(text):
    global bad
    bad = 1
    print("FAIL:", text)


def profiles(people):
    with open("profiles", "w", encoding="utf-8") as out:
        for who, name in sorted(people.items()):
            out.write(json.dumps({"type": "profile", "id": "c" + who, "as_of": "2026-03-01T00:00:00.000Z",
                                  "ids": {"email": [who + "@example.com"]}, "traits": {"first_name": name},
                                  "consent": {"email": "granted"}}, separators=(",", ":")) + "\n")


def command(path="/", *more):
    return ["cdp-activate", "--to", "./hook.target", "--purpose", "email", "--state", "state", "--name", "night", "--deliver",
            f"http://127.0.0.1:{port}{path}", "--backoff", "2", "--tries", "40", "--max-change", "900%", *more, "profiles"]


def run(path="/", *more):
    return subprocess.run(command(path, *more), capture_output=True, text=True)


def batches():
    try:
        with open("store", encoding="utf-8") as lines:
            return [json.loads(line)["batch"] for line in lines]
    except FileNotFoundError:
        return []


def arrived():
    """What the endpoint has, batch behind batch."""
    have = {}
    for batch in batches():
        for row in batch["remove"]:
            have.pop(row["email"], None)
        for row in batch["add"]:
            have[row["email"]] = row.get("name")
    return have


def wanted(people):
    return {who + "@example.com": name for who, name in people.items()}


with open("hook.target", "w", encoding="utf-8") as out:
    out.write(TARGET)
server = subprocess.Popen([sys.executable, os.path.join(os.environ["ENDPOINT"]), "port", "store", "7"])
try:
    for _ in range(200):
        if os.path.exists("port"):
            break
        time.sleep(0.05)
    with open("port", encoding="utf-8") as text:
        port = text.read()
    people = {f"p{i}": f"Ann{i}" for i in range(60)}
    killed = midway = 0
    whole = 0.08  # seconds of a run that nobody kills: kills fall anywhere in it, on a slow machine too
    while killed < kills:
        # A night: some new, some changed, some gone.
        for who in list(people):
            luck = chance.random()
            if luck < 0.2:
                del people[who]
            elif luck < 0.4:
                people[who] = "Bea%d" % chance.randrange(1000)
        while len(people) < 60:
            people["n%d" % chance.randrange(10000)] = "Cat"
        profiles(people)
        before, sent = arrived(), len(batches())
        for _ in range(4):
            process = subprocess.Popen(command(), stderr=subprocess.DEVNULL)
            time.sleep(chance.random() * whole)
            process.kill()
            process.wait()
            killed += 1
            midway += os.path.exists("state.journal") and os.path.getsize("state.journal") > 0
        begin = time.monotonic()
        last = run()
        whole = max(0.08, time.monotonic() - begin)
        if last.returncode:
            fail(f"exit {last.returncode}: {last.stderr[-500:]}")
            break
        if arrived() != wanted(people):
            fail(f"after {killed} kills the endpoint has something else")
            break
        changed = [r["email"] for b in batches()[sent:] for r in b["add"]]
        gone = [r["email"] for b in batches()[sent:] for r in b["remove"]]
        if len(changed) != len(set(changed)) or len(gone) != len(set(gone)):
            fail("a member arrived twice")
            break
        if set(changed) != {e for e, n in wanted(people).items() if before.get(e) != n}:
            fail("others than the new and changed arrived")
            break
    if midway < killed / 10:
        fail(f"of {killed} kills {midway} came in the middle of a delivery: the test tests nothing")
    # The same again is nothing; the journal is gone.
    sent = len(batches())
    if run().returncode or len(batches()) != sent or os.path.exists("state.journal"):
        fail("the same audience again is not empty")
    people["x"] = "Xenia"
    profiles(people)
    refused = run("/refuse")
    if refused.returncode != 3 or "refuses a batch of 1: it answers 400" not in refused.stderr:
        fail("400: " + refused.stderr)
    with open("secrets", "w", encoding="utf-8") as out:
        out.write("Authorization: Bearer of-the-test\n")
    if run("/secret", "--secrets", "secrets").returncode != 2:
        fail("secrets that others can read")
    os.chmod("secrets", 0o600)
    if run("/secret").returncode != 3:
        fail("without its secret an endpoint takes a batch")
    good = run("/secret", "--secrets", "secrets", "--form")
    if good.returncode or arrived() != wanted(people):
        fail("a form: " + good.stderr)
finally:
    server.kill()
people["y"] = "Yara"
profiles(people)
with open("state", "rb") as text:
    state = text.read()
dead = run("/", "--tries", "2")
with open("state", "rb") as text:
    if dead.returncode != 3 or "after 2 tries; the next run goes on from here" not in dead.stderr or text.read() != state:
        fail("a dead endpoint: " + dead.stderr)
sys.exit(bad)
