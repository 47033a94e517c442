#!/usr/bin/env python3
"""Times cdp-recommend on generated baskets and customers beside its peers, in pairs.

Usage: offers.py BUILD_FOLDER.  A million baskets of 2,000 items as lists: itemsets at three supports, reading
included (goal 2 s), beside R's arules and beside pyfim, which wraps the same C programs of C. Borgelt.  Then 200,000
customers who bought 9.3 million times of 20,000 items: what goes with an item, which learns all items (goal 12 s and
1 GiB), beside scipy's product of the same matrix for the 3,000 items that most bought; how time grows from a quarter
of these customers on; and offers for all.  BASKETS, CUSTOMERS and RUNS change the sizes and the number of runs, of
which the fastest counts: the machine may have other work.  PEERS= names a Python that has pyfim and scipy.
"""
import array
import bisect
import itertools
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

build = os.path.abspath(sys.argv[1])
baskets = int(os.environ.get("BASKETS", "1000000"))
customers = int(os.environ.get("CUSTOMERS", "200000"))
runs = int(os.environ.get("RUNS", "3"))
python = os.environ.get("PEERS", sys.executable)
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


def write_customers(name, customers):
    rng = random.Random(2)
    draw = popular(rng, 20000, 0.9)
    events, squares = 0, 0
    with open(path(name), "w") as f:
        for u in range(customers):
            items = sorted(draw(min(560, 2 + int(rng.lognormvariate(3.46, 1.02)))), key=lambda i: (i * 2654435761 + u) % 4294967296)
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
    seconds, cpu, mib = min(r[0] for r in results), min(r[1] for r in results), max(r[2] for r in results)
    verdict = f"(goal {goal} s {'ok' if seconds <= goal else 'MISSED'})" if goal else ""
    print(f"{name:44} {seconds:7.2f} s {cpu:7.2f} s cpu {mib:6.0f} MiB {verdict}", flush=True)
    return seconds, cpu


ARULES = """
suppressMessages(library(arules))
args <- commandArgs(TRUE)
t <- proc.time()
x <- read.transactions(args[1], sep = ",")
read <- proc.time()
s <- eclat(x, parameter = list(support = as.numeric(args[2]), maxlen = 10), control = list(verbose = FALSE))
cat((read - t)[["elapsed"]], (proc.time() - read)[["elapsed"]], length(s), "\n")
"""

FIM = """
import sys, time, fim
t = time.monotonic()
x = [line.rstrip("\\n").split(",") for line in open(sys.argv[1])]
read = time.monotonic()
best = (1e9, 0)
for algorithm in fim.eclat, fim.fpgrowth:
    start = time.monotonic()
    sets = algorithm(x, supp=100 * float(sys.argv[2]), zmin=1, zmax=10, report="a")
    best = min(best, (time.monotonic() - start, len(sets)))
print(read - t, *best)
"""

COSINE = """
import sys, time, numpy, scipy.sparse
t = time.monotonic()
users, items = numpy.fromfile(sys.argv[1], dtype=numpy.int32).reshape(-1, 2).T
x = scipy.sparse.csr_matrix((numpy.ones(len(users), numpy.float32), (users, items)))
count = numpy.asarray(x.sum(axis=0)).ravel()
order = numpy.argsort(-count)[:3000]
whole = x.T.tocsr()
for at in range(0, len(order), 250):
    block = order[at:at + 250]
    both = (whole[block] @ x).toarray()
    likeness = both / (numpy.sqrt(count[block][:, None] * count[None, :]) + 10)
    likeness[numpy.arange(len(block)), block] = 0
    best = numpy.argpartition(-likeness, 100, axis=1)[:, :100]
print(time.monotonic() - t)
"""


def peer(name, what, command, *args):
    """What a peer prints, or nothing where it is not installed."""
    ran = subprocess.run([*command, *args], capture_output=True, text=True)
    if ran.returncode:
        print(f"  SKIP {name}: {what}", flush=True)
        return None
    return [float(x) for x in ran.stdout.split()]


def compare_sets(support):
    ours, _ = measure(f"itemsets, support {support}", 2, "--baskets", "--from", "lists", "--support", support, "-t", "csv",
                      "--stats", path("stats"), path("baskets"))
    count = json.load(open(path("stats")))["itemsets"]
    for name, what, command in (("arules", "no R with the package arules", ["Rscript", "-e", ARULES]),
                                ("pyfim", "PEERS= names no Python with it", [python, "-c", FIM])):
        if theirs := peer(name, what, command, path("baskets"), support):
            print(f"  {name}: {theirs[0]:.1f} s to read, {theirs[1]:.2f} s for {theirs[2]:.0f} itemsets: "
                  f"{(theirs[0] + theirs[1]) / ours:.1f} times as long"
                  f"{'' if theirs[2] == count else f', and we find {count}: OTHER RESULTS'}", flush=True)


def write_pairs(name, customers_name):
    """Customer and item as two numbers of 32 bits."""
    numbers = array.array("i")
    with open(path(customers_name)) as f:
        for u, line in enumerate(f):
            for item in re.findall(r'"sku":"P(\d+)"', line):
                numbers.extend((u, int(item)))
    with open(path(name), "wb") as f:
        numbers.tofile(f)


def compare_likeness():
    similar = ("--similar", "P5", "--limit", "10")
    write_customers("quarter", customers // 4)
    _, quarter = measure("what goes with an item, a quarter of them", None, *similar, path("quarter"))
    os.remove(path("quarter"))
    write_customers("customers", customers)
    ours, whole = measure("what goes with an item, of all items", 12, *similar, path("customers"))
    print(f"  {whole / quarter:.1f} times as long (cpu) for 4 times the customers")
    write_pairs("pairs", "customers")
    if theirs := peer("scipy", "PEERS= names no Python with it", [python, "-c", COSINE], path("pairs")):
        print(f"  scipy: {theirs[0]:.1f} s for 3,000 of the items, nothing read: {theirs[0] / ours:.1f} times as long", flush=True)
    os.remove(path("pairs"))
    measure("five offers for each customer", None, "-n", "5", path("customers"))


try:
    write_baskets("baskets")
    for support in ("0.01", "0.001", "0.0005"):
        compare_sets(support)
    os.remove(path("baskets"))
    compare_likeness()
finally:
    shutil.rmtree(folder)
