#!/usr/bin/env python3
"""Times cdp-recommend on generated baskets and customers, beside R's arules where it is installed.

Usage: offers.py BUILD_FOLDER.  A million baskets of 2,000 items as lists: itemsets at three supports, reading
included (goal 2 s).  Then 200,000 customers who bought 9.3 million times of 20,000 items: what goes with an
item, which learns all items (goal 12 s and 1 GiB), and offers for all.  BASKETS, CUSTOMERS and RUNS change the sizes
and the number of runs, of which the fastest counts: the machine may have other work.
"""
import bisect
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time

build = os.path.abspath(sys.argv[1])
baskets = int(os.environ.get("BASKETS", "1000000"))
customers = int(os.environ.get("CUSTOMERS", "200000"))
runs = int(os.environ.get("RUNS", "3"))
folder = tempfile.mkdtemp(dir=os.environ.get("TMPDIR"))


def path(name):
    return os.path.join(folder, name)


def popular(rng, items, power):
    """Draws items, the first ones most often."""
    sums = list(itertools.accumulate((i + 1) ** -power for i in range(items)))
    return lambda count: {bisect.bisect(sums, rng.random() * sums[-1]) for _ in range(count)}


def write_baskets(name):
    rng = random.Random(1)
    draw = popular(rng, 2000, 0.8)
    with open(path(name), "w") as f:
        for _ in range(baskets):
            f.write(",".join(f"i{i}" for i in draw(1 + min(40, int(rng.expovariate(1 / 7))))) + "\n")


def write_customers(name):
    rng = random.Random(2)
    draw = popular(rng, 20000, 0.9)
    events, squares = 0, 0
    with open(path(name), "w") as f:
        for u in range(customers):
            items = sorted(draw(min(560, 2 + int(rng.lognormvariate(3.8, 0.83)))), key=lambda i: (i * 2654435761 + u) % 4294967296)
            events, squares = events + len(items), squares + len(items) ** 2
            days = sorted(rng.randrange(365) for _ in items)
            f.write('{"type":"profile","id":"%032x","as_of":"2024-12-31T23:59:59.999Z","events":[' % u + ",".join(
                '{"type":"track","id":"%d","time":"2024-%02d-%02dT10:00:00.000Z","source":"s","event":"Order Completed",'
                '"props":{"order_id":"%d-%d","sku":"P%d","quantity":1}}' % (k, 1 + d // 31, 1 + d % 28, u, k, i)
                for k, (d, i) in enumerate(zip(days, items))) + "]}\n")
    print(f"{customers} customers, {events} purchases, sum of squares {squares:.3g}", flush=True)


def run(*command):
    """Seconds, processor seconds and MiB of one run."""
    start = time.monotonic()
    with open(os.devnull, "w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit {process.returncode}: {' '.join(command)}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def measure(name, goal, *args):
    results = [run(os.path.join(build, "cdp-recommend"), "-q", "-j", "2", *args) for _ in range(runs)]
    seconds = min(r[0] for r in results)
    verdict = f"(goal {goal} s {'ok' if seconds <= goal else 'MISSED'})" if goal else ""
    print(f"{name:44} {seconds:7.2f} s {min(r[1] for r in results):7.2f} s cpu {max(r[2] for r in results):6.0f} MiB {verdict}",
          flush=True)
    return seconds


PEER = """
suppressMessages(library(arules))
args <- commandArgs(TRUE)
t <- proc.time()
x <- read.transactions(args[1], sep = ",")
read <- proc.time()
s <- eclat(x, parameter = list(support = as.numeric(args[2]), maxlen = 10), control = list(verbose = FALSE))
cat((read - t)[["elapsed"]], (proc.time() - read)[["elapsed"]], length(s), "\\n")
"""


def compare(support):
    ours = measure(f"itemsets, support {support}", 2, "--baskets", "--from", "lists", "--support", support, "-t", "csv", path("baskets"))
    if not shutil.which("Rscript"):
        return
    ran = subprocess.run(["Rscript", "-e", PEER, path("baskets"), support], capture_output=True, text=True)
    if ran.returncode:
        print("no arules: install r-cran-arules for the pairs")
        return
    read, mine, count = ran.stdout.split()
    print(f"  arules: {read} s to read, {mine} s for {count} itemsets: {(float(read) + float(mine)) / ours:.0f} times as long")


try:
    write_baskets("baskets")
    for support in ("0.01", "0.001", "0.0005"):
        compare(support)
    os.remove(path("baskets"))
    write_customers("customers")
    measure("what goes with an item, of all items", 12, "--similar", "P5", "--limit", "10", path("customers"))
    measure("five offers for each customer", None, "-n", "5", path("customers"))
finally:
    shutil.rmtree(folder)
