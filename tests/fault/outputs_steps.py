#!/usr/bin/env python3
"""Kills cdp-merge before each of its steps in turn, and lets each of them fail.

Usage: outputs_steps.py LIBRARY    (cdp-merge on PATH; LIBRARY: kill_at.c, built)

The run is `cdp-merge full strangers day -u strangers -o full`, where one event goes
from strangers to full and another one from full to strangers, with side files, a ledger and a
model.  Whatever step it is that is not taken, every event is in one of the files; a run
that failed before the first file took its name has changed none; nobody reads hidden
files who may not read the file they are for; and the next run makes what one undisturbed run makes, and leaves
nothing else in the folder.
"""
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile

library = os.path.abspath(sys.argv[1])
work = tempfile.mkdtemp()
os.chdir(work)
FILES = ["full", "strangers", "changes", "gone", "ledger", "model", "stats", "bad", "bad.why"]


def event(number, email, name="Ann"):
    ids = f'"email":"{email}"' if email else ""
    return (f'{{"type":"track","id":"e{number}","time":"2026-01-{number:02}T10:00:00.000Z","source":"shop","event":"Order Completed",'
            f'"ids":{{{ids}}},"traits":{{"first_name":"{name}{number}"}},"props":{{"order_id":"{number}","revenue":1,"currency":"EUR"}}}}\n')


def merge(block, inputs, more=(), env=None):
    return subprocess.run(["cdp-merge", "-q", "-j", "1", "--full-events", "--rule", f"block email = {block}", "-u", "strangers", "-o", "full",
                           *more, *inputs], env=env, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)


MORE = ["--changes", "changes", "--exclude", "leave", "--excluded", "gone", "--ledger", "ledger", "--match", "both", "--model", "model",
        "--stats", "stats", "--rejects", "bad"]


def run(**steps):
    env = dict(os.environ, LD_PRELOAD=library, ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")
    env.update({k: str(v) for k, v in steps.items()})
    return merge("desk@example.com", ["full", "strangers", "day"], MORE, env)


def events(names=("full", "strangers", "day")):
    found = set()
    for n in names:
        with open(n) as f:
            found |= set(re.findall(r'"id":"(e[0-9]+)"', f.read()))
    return found


def mode(name):
    return stat.S_IMODE(os.stat(name).st_mode) if os.path.exists(name) else 0


def contents():
    return {n: open(n, "rb").read() if os.path.exists(n) else None for n in FILES}


os.mkdir("begin")
os.chdir("begin")
with open("first", "w") as f:
    f.write("".join(event(n, f"p{n}@example.com") for n in range(1, 6)))
    f.write(event(6, "till@example.com") + event(7, "desk@example.com") + event(8, ""))
merge("till@example.com", ["first"])
os.unlink("first")
with open("day", "w") as f:
    f.write(event(9, "p9@example.com") + event(10, ""))
with open("leave", "w") as f:
    f.write("email=nobody@example.com\n")
with open("ledger", "w") as f:
    f.write("# ours\n")
for n in "changes", "gone", "stats", "bad", "bad.why":
    with open(n, "w") as f:
        f.write("of yesterday\n")
before = contents()
assert "e6" in events(["strangers"]) and "e7" in events(["full"]), "the first day is not as meant"
os.chdir("..")
everything = {f"e{n}" for n in range(1, 11)}


def trial(what, step, named):
    """Was the step taken away?"""
    shutil.rmtree("try", ignore_errors=True)
    shutil.copytree("begin", "try", copy_function=shutil.copy2)
    os.chdir("try")
    p = run(**{what: step, "NO_TMPFILE": named})
    where = f"{what}={step} NO_TMPFILE={named}: exit {p.returncode}: {p.stderr.decode()[:300]}"
    if p.returncode not in (0, 3, -signal.SIGKILL):
        sys.exit(where)
    lost = everything - events()
    if lost:
        sys.exit(f"{where}: in no file: {sorted(lost)}")
    for n in (n for n in os.listdir(".") if n.startswith(".")):
        if p.returncode == 3:
            sys.exit(f"{where}: left behind: {n}")
        if mode(n) & 0o077 & ~mode(re.sub(r"^\.(.*)\.[^.]*\.cdp-tmp$", r"\1", n)):
            sys.exit(f"{where}: others can read {n}")
    after = contents()
    if p.returncode == 3 and b"rename the finished" not in p.stderr and b"ledger: cannot write" not in p.stderr and after != before:
        sys.exit(f"{where}: changed: {[n for n in FILES if after[n] != before[n]]}")
    for n in "ledger", "model":
        if after[n] != before[n] and after["full"] == before["full"]:
            sys.exit(f"{where}: {n} is written, the profiles are not")
    if b"cannot be removed" in p.stderr:        # named: the rejects of yesterday
        after.update({n: wanted[n] for n in ("bad", "bad.why") if after[n] == before[n]})
    if p.returncode == 0 and {n: after[n] for n in FILES if n != "stats"} != wanted:
        sys.exit(f"{where}: a good run has written something else: {[n for n in wanted if after[n] != wanted[n]]}")
    if p.returncode:
        again = run(NO_TMPFILE=named)
        if again.returncode:
            sys.exit(f"{where}: then exit {again.returncode}: {again.stderr.decode()}")
        # Changes are those since the files that were there; a model that is there is used.
        after = contents()
        for n in "full", "strangers":
            if events([n]) != kept[n]:
                sys.exit(f"{where}: the next run has {sorted(events([n]))} in {n}")
    left = [n for n in os.listdir(".") if n not in FILES + ["day", "leave"]]
    if left:
        sys.exit(f"{where}: left behind after the next run: {left}")
    os.chdir("..")
    return p.returncode != 0


shutil.copytree("begin", "plain")
os.chdir("plain")
p = run()
if p.returncode:
    sys.exit(f"undisturbed: exit {p.returncode}: {p.stderr.decode()}")
wanted = {n: t for n, t in contents().items() if n != "stats"}
kept = {n: events([n]) for n in ("full", "strangers")}
assert "e6" in kept["full"] and "e7" in kept["strangers"] and wanted["model"] and b"pin" in wanted["ledger"], "the second day is not as meant"
os.chdir("..")
total = 0
for named in "", "1":
    steps = 0
    while trial("KILL_AT", steps + 1, named):
        steps += 1
    if steps < 30:
        sys.exit("too few steps: is the library loaded?")
    for step in range(1, steps + 1):
        trial("FAIL_AT", step, named)
    total += 2 * steps
shutil.rmtree(work)
print(f"{total} trials")
