#!/usr/bin/env python3
"""Kills cdp-ingest --resume before each of its steps in turn.

Usage: resume_steps.py LIBRARY PAIRS    (cdp-ingest on PATH; LIBRARY: kill_at.c, built)

A log grows and is rotated; the next run is killed before its first step, its second and
so on (kill_at.c); with PAIRS "yes" the run behind it, too, before each of its own.  Then a run is left alone.
Whatever was killed, the outputs together hold what one run over the files writes (more than
once only what a killed run wrote that had its output), and nothing else is left behind.
"""
import os
import shutil
import signal
import subprocess
import sys
import tempfile

library, pairs = os.path.abspath(sys.argv[1]), sys.argv[2] == "yes"
work = tempfile.mkdtemp()
os.chdir(work)


def lines(first, last):
    return "".join(f'192.0.2.1 - - [01/Mar/2024:09:{n // 60 % 60:02}:{n % 60:02} +0000] "GET /{n // 2} HTTP/1.1" 200 5 "-" "-"\n' for n in range(first, last))


def run(name, kill_at=0):
    """Was it killed?"""
    env = dict(os.environ, LD_PRELOAD=library, KILL_AT=str(kill_at), ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")
    p = subprocess.run(["cdp-ingest", "-j", "1", "--resume", "state", "-o", name, "access.log", "access.log.1"], env=env,
                       stderr=subprocess.PIPE)
    if p.returncode not in (0, -signal.SIGKILL):
        sys.exit(f"{name}: exit {p.returncode}: {p.stderr.decode()}")
    return p.returncode != 0


def check(what, killed):
    """KILLED: the outputs of runs that were."""
    got, ended = set(), []
    for n in os.listdir("."):
        if n.startswith("out."):
            with open(n) as f:
                lines = [l for l in f.read().split("\n") if l]
            got |= set(lines)
            if n not in killed:
                ended += lines
    if sorted(got) != wanted or len(ended) != len(set(ended)):
        sys.exit(f"{what}: {len(got)} different records instead of {len(wanted)}; {len(ended) - len(set(ended))} come twice from runs that ended")
    # Of runs killed before they named their state a temporary stays; of all others nothing.
    left = [n for n in os.listdir(".") if n.startswith(".state")]
    if len(left) > 1:
        sys.exit(f"{what}: left behind: {left}")


os.mkdir("begin")
os.chdir("begin")
with open("access.log", "w") as f:
    f.write(lines(0, 600))
open("access.log.1", "w").close()
run("out.0")
with open("access.log", "a") as f:
    f.write(lines(600, 660))
os.rename("access.log", "access.log.1")
with open("access.log", "w") as f:
    f.write(lines(660, 700))
os.chdir("..")
wanted = sorted(subprocess.run(["cdp-ingest", "-q", "begin/access.log.1", "begin/access.log"], stdout=subprocess.PIPE,
                               text=True, check=True).stdout.split("\n")[:-1])


def trial(first, second):
    """Kills before these steps; how many of the two were killed."""
    shutil.rmtree("try", ignore_errors=True)
    shutil.copytree("begin", "try", copy_function=shutil.copy2)
    os.chdir("try")
    killed = run("out.1", first)
    again = run("out.2", second) if second else False
    run("out.3")
    check(f"killed before step {first}" + (f", then before step {second}" if second else ""),
          [n for n, was in (("out.1", killed), ("out.2", again)) if was])
    os.chdir("..")
    return killed, again


steps, trials = 0, 0
while trial(steps + 1, 0)[0]:
    steps += 1
    trials += 1
    second = 1
    while pairs and trial(steps, second)[1]:
        second += 1
        trials += 1
shutil.rmtree(work)
print(f"killed before each of {steps} steps, {trials} trials")
if steps < 10:
    sys.exit("too few steps: is the library loaded?")
