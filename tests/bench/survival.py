"""Survival of 1,000,000 rows with 8 covariates beside R's package survival and lifelines: seconds of processor time, of the
fastest of RUNS runs: python3 tests/bench/survival.py BUILD.  LIFELINES= names a Python that has lifelines; who is not installed is
left out, visibly.  ROWS= changes the number of rows.

The peers' times are taken inside, after they have read the table.  Ours is that of the whole program less that of one that reads as
many bytes of which one row is a case; Cox's model is what it adds to the curve.
"""
import os
import random
import math
import re
import resource
import shutil
import subprocess
import sys
import tempfile

tool = os.path.abspath(sys.argv[1]) + "/cdp-churn"
rows = int(os.environ.get("ROWS", "1000000"))
runs = int(os.environ.get("RUNS", "3"))
columns = [f"x{i}" for i in range(8)]

R = r"""
library(survival)
a <- commandArgs(TRUE)
d <- read.csv(a[1])
for (i in 1:as.integer(a[2])) {
  t <- sum(proc.time()[1:2]); s <- survfit(Surv(time, event) ~ 1, d); cat("curve", sum(proc.time()[1:2]) - t, "\n")
  t <- sum(proc.time()[1:2]); m <- coxph(Surv(time, event) ~ x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7, d)
  cat("cox", sum(proc.time()[1:2]) - t, "\n")
}
cat("coef", format(coef(m), digits = 6), "\n")
"""

LIFELINES = r"""
import sys, time
import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
d = pd.read_csv(sys.argv[1])
for _ in range(int(sys.argv[2])):
    t = time.process_time(); KaplanMeierFitter().fit(d.time, d.event); print("curve", time.process_time() - t)
    t = time.process_time(); m = CoxPHFitter().fit(d, "time", "event"); print("cox", time.process_time() - t)
print("coef", *m.params_)
"""


def make_table(path):
    rng = random.Random(1)
    with open(path, "w") as f:
        f.write("time,event," + ",".join(columns) + "\n")
        for _ in range(rows):
            x = [round(rng.gauss(0, 1), 3) for _ in range(6)] + [rng.randint(0, 1), rng.randint(0, 1)]
            t = rng.expovariate(0.01 * math.exp(0.3 * x[0] - 0.2 * x[1] + 0.1 * x[2] + 0.5 * x[6]))
            c = rng.uniform(20, 200)
            f.write(f"{min(t, c):.3f},{int(t <= c)},{','.join(map(str, x))}\n")


def used():
    """Processor seconds of all children so far."""
    u = resource.getrusage(resource.RUSAGE_CHILDREN)
    return u.ru_utime + u.ru_stime


def ours(path, *options):
    best = math.inf
    for _ in range(runs):
        before = used()
        r = subprocess.run([tool, "survival", "-q", "-t", "csv", "--time", "time", *options, path], capture_output=True, text=True)
        best = min(best, used() - before)
        if r.returncode:
            sys.exit(r.stderr)
    return best, r.stdout


def peer(name, command, path):
    if not command:
        print(f"{name}: not installed")
        return {}
    r = subprocess.run([*command, path, str(runs)], capture_output=True, text=True)
    if r.returncode:
        print(f"{name}: not installed ({r.stderr.strip().splitlines()[-1] if r.stderr.strip() else 'failed'})")
        return {}
    times = {}
    for what, seconds in re.findall(r"^(curve|cox) (\S+)", r.stdout, re.M):
        times[what] = min(times.get(what, math.inf), float(seconds))
    return times


def main():
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "table.csv")
    make_table(path)
    header = os.path.join(folder, "reading.csv")
    # The same bytes to read and check, and one row that is a case: what reading costs.
    with open(path) as f, open(header, "w") as g:
        g.write(f.readline().replace("event", "other")[:-1] + ",event\n")
        for number, line in enumerate(f):
            g.write(line[:-1] + (",1\n" if not number else ",\n"))
    reading, _ = ours(header, "--event", "event", "--times", "50")
    curve, _ = ours(path, "--event", "event", "--times", "50")
    cox, out = ours(path, "--event", "event", "--covariates", ",".join(columns), "--times", "50")
    own = {"curve": max(curve - reading, 0.001), "cox": max(cox - curve, 0.001)}
    print(f"{rows:,} rows: reading {reading:.2f} s; the curve {own['curve']:.3f} s (goal 0.2), Cox {own['cox']:.2f} s (goal 1.5)")
    rscript, python = shutil.which("Rscript"), os.environ.get("LIFELINES", "")
    for name, command in (("R survival", [rscript, "-e", R] if rscript else None),
                          ("lifelines", [python, "-c", LIFELINES] if python else None)):
        for what, seconds in peer(name, command, path).items():
            print(f"  {name} {what}: {seconds:.2f} s, {seconds / own[what]:.1f} times ours")
    shutil.rmtree(folder)


main()
