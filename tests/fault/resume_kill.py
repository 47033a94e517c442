#!/usr/bin/env python3
"""Kills cdp-ingest --resume at random moments while its log grows and rotates.

Usage: resume_kill.py KILLS SEED    (cdp-ingest on PATH; exit 1 and a line when something
is lost, doubled or changed)

A trial appends lines (some equal to others, some cut in the middle), perhaps rotates in one of
three ways or leaves a copy of a rotated file, starts cdp-ingest over all files in a random
order with a new -o, goes on writing meanwhile, and kills it -9 after a random time.  At
the end all outputs together must hold what one run over all files writes: the same
lines with the same ids.  Those of the runs that ended hold each once; what a run
wrote that was killed behind its output and before its state comes once more.
"""
import gzip
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter

trials, seed = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(seed)
work = tempfile.mkdtemp()
os.chdir(work)
os.mkdir("out")
os.mkdir("done")
serial, copies, begun = 0, 0, b""
seen = {"killed": 0, "ended": 0, "rotated": 0, "copied": 0, "read twice": 0}
killed = set()


def line():
    """A line of its own, or (one in eight) one that was there before."""
    global serial
    if rng.randrange(8):
        serial += 1
    n = serial
    return (f'192.0.2.{n % 250} - - [{1 + n // 86400 % 28:02}/Mar/2024:{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02} '
            f'+0000] "GET /page/{n} HTTP/1.1" 200 {n % 5000} "-" "Mozilla/5.0 (X11; Linux x86_64; rv:{n % 90}.0) Gecko/20100101 Firefox/{n % 90}.0"\n').encode()


def append(count):
    """Whole lines, and sometimes a piece of one, whose rest comes the next time."""
    global begun
    text = begun + b"".join(line() for _ in range(count))
    begun = b""
    if text and not rng.randrange(3):
        whole = line()
        at = rng.randrange(1, len(whole))
        text, begun = text + whole[:at], whole[at:]
    with open("access.log", "ab") as f:
        f.write(text)


def rotate():
    global begun
    if begun:
        with open("access.log", "ab") as f:
            f.write(begun)
        begun = b""
    numbers = sorted((int(n.split(".")[2]) for n in os.listdir(".") if n.startswith("access.log.") and ".copy" not in n),
                     reverse=True)
    for n in numbers:
        for end in ("", ".gz"):
            if os.path.exists(f"access.log.{n}{end}"):
                os.rename(f"access.log.{n}{end}", f"access.log.{n + 1}{end}")
    if rng.randrange(3):
        os.rename("access.log", "access.log.1")
        open("access.log", "wb").close()
    else:
        # As copytruncate does it: while no run reads, for lines between the two steps are lost.
        shutil.copyfile("access.log", "access.log.1")
        os.truncate("access.log", 0)
    if os.path.exists("access.log.2"):
        with open("access.log.2", "rb") as f:
            packed = gzip.compress(f.read(), 1)
        with open("part", "wb") as f:
            f.write(packed)
        os.rename("part", "access.log.2.gz")
        os.unlink("access.log.2")
    seen["rotated"] += 1


def copy():
    global copies
    names = [n for n in os.listdir(".") if n.startswith("access.log.") and ".copy" not in n]
    if names:
        copies += 1
        shutil.copyfile(rng.choice(names), f"access.log.copy{copies}")
        seen["copied"] += 1


def logs():
    names = [n for n in os.listdir(".") if n.startswith("access.log")]
    rng.shuffle(names)
    return names


def run(trial, last_second):
    """One run, killed after up to LAST_SECOND (None: not)."""
    began = time.monotonic()
    p = subprocess.Popen(["cdp-ingest", "--resume", "state", "-j", rng.choice("12"), "-o", f"out/{trial}"] + logs(),
                         stderr=subprocess.PIPE)
    if last_second is not None:
        end = began + rng.uniform(0, last_second)
        if not rng.randrange(2):
            time.sleep((end - began) / 3)
            append(rng.randrange(20))
        try:
            p.wait(max(0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            p.send_signal(signal.SIGKILL)
    took = time.monotonic() - began
    said = p.communicate()[1]
    if p.returncode == -signal.SIGKILL:
        seen["killed"] += 1
        killed.add(str(trial))
        return None
    if p.returncode:
        sys.exit(f"seed {seed}, trial {trial}: exit {p.returncode}: {said.decode()}")
    seen["ended"] += 1
    return min(took, 0.3)


def take_away():
    """Who uses the outputs moves them as soon as they are there."""
    if rng.randrange(2):
        for n in os.listdir("out"):
            if not n.startswith("."):
                os.rename(f"out/{n}", f"done/{n}")


append(50)
usual = 3 * run("first", None)
trial = 0
while seen["killed"] < trials and trial < 20 * trials:
    trial += 1
    append(rng.randrange(60))
    if not rng.randrange(30):
        rotate()
        append(rng.randrange(30))
    if not rng.randrange(40):
        copy()
    # About as many are to be killed as not.
    usual *= 0.9 if run(trial, usual) else 1.1
    take_away()
append(1)
with open("access.log", "ab") as f:
    f.write(begun)
run("last", None)
got, twice = [], []
for folder in ("out", "done"):
    for n in os.listdir(folder):
        if not n.startswith("."):
            with open(f"{folder}/{n}", "rb") as f:
                (twice if n in killed else got).extend(l for l in f.read().split(b"\n") if l)
seen["read twice"] = len(set(twice) & set(got))
names = sorted(n for n in os.listdir(".") if n.startswith("access.log") and ".copy" not in n)
wanted = [l for l in subprocess.run(["cdp-ingest", "-q"] + names, stdout=subprocess.PIPE, check=True).stdout.split(b"\n") if l]
# A line that stands again behind a rotation is a record of another file, with the same id.
wanted_times, ended_times = Counter(wanted), Counter(got)
lost = sum((wanted_times - ended_times - Counter(twice)).values())
more = len((set(got) | set(twice)) - set(wanted))
doubled = sum((ended_times - wanted_times).values())
shutil.rmtree(work)
print(f"{trial} trials, {len(wanted)} lines: " + ", ".join(f"{v} {k}" for k, v in seen.items()))
if lost or more or doubled:
    sys.exit(f"seed {seed}: {lost} records are missing, {more} should not be there, {doubled} come twice from runs that ended")
