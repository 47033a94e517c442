#!/usr/bin/env python3
"""Times the tools and their peers in one run and prints medians and ratios.

Usage: bench.py BUILD_FOLDER.  Whole processes, output to /dev/null unless a later step
needs it; medians of RUNS (3); peak memory is the largest of one process.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

build = os.path.abspath(sys.argv[1])
orders = int(os.environ.get("ORDERS", "2000000"))
runs = int(os.environ.get("RUNS", "3"))
duckdb = os.environ.get("DUCKDB")
folder = os.environ.get("BENCH_DIR") or tempfile.mkdtemp(dir=os.environ.get("TMPDIR"))
os.makedirs(folder, exist_ok=True)
seconds = {}


def peak_of(pid, found):
    """The largest VmHWM of the process group's members, sampled."""
    while not found["done"]:
        try:
            for child in subprocess.run(["ps", "-o", "pid=", "-g", str(pid)], capture_output=True, text=True).stdout.split():
                for line in open(f"/proc/{child}/status"):
                    if line.startswith("VmHWM:"):
                        found["kib"] = max(found["kib"], int(line.split()[1]))
        except OSError:
            pass
        time.sleep(0.02)


def once(command):
    start = time.monotonic()
    process = subprocess.Popen(["bash", "-c", "set -o pipefail; " + command], cwd=folder, start_new_session=True,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    found = {"done": False, "kib": 0}
    watcher = threading.Thread(target=peak_of, args=(process.pid, found))
    watcher.start()
    errors = process.stderr.read()
    status = process.wait()
    elapsed = time.monotonic() - start
    found["done"] = True
    watcher.join()
    if status not in (0, 1):
        print(f"  failed ({status}): {command}\n{errors[-500:]}")
        return None
    return elapsed, found["kib"]


def measure(name, command, size=None, rows=None, against=None):
    results = [once(command) for _ in range(runs)]
    if None in results:
        return
    elapsed = statistics.median(r[0] for r in results)
    seconds[name] = elapsed
    text = f"{name:44} {elapsed:7.2f} s"
    text += f" {rows / elapsed / 1e6:6.2f} M rows/s" if rows else " " * 16
    text += f" {size / elapsed / 1e6:7.0f} MB/s" if size else " " * 13
    text += f" {max(r[1] for r in results) / 1024:7.0f} MiB"
    if against in seconds:
        text += f"   {seconds[against] / elapsed:.2f} x {against}"
    print(text, flush=True)


def path(name):
    return os.path.join(folder, name)


def tool(name):
    return os.path.join(build, name)


def make_input():
    if not os.path.exists(path("orders.csv")):
        subprocess.run(f"{tool('tests/bench/gen_orders')} {orders} 1 > {path('orders.csv')}", shell=True, check=True)
    subprocess.run(f"{tool('cdp-ingest')} -q -s shop --map 'event=\"Order Completed\"' --map time=ordered_at "
                   f"--map shop_id=customer_no {path('orders.csv')} > {path('events')}", shell=True, check=True)
    subprocess.run(f"{tool('cdp-merge')} -q {path('events')} > {path('profiles')}", shell=True, check=True)
    subprocess.run(f"{tool('cdp-churn')} -q --save-model {path('model.json')} {path('profiles')} > {path('scored')}",
                   shell=True, check=True)
    with open(path("head.rules"), "w") as f:
        f.write("vip = revenue >= 1000 and orders >= 10\nquiet = recency > 90\n")
    for name in ("orders.csv", "events", "profiles"):
        print(f"{name}: {os.path.getsize(path(name)) / 1e6:.0f} MB")


def yardsticks(csv):
    measure("libcsv parse alone", f"{tool('tests/bench/libcsv_parse')} orders.csv", csv, orders)
    if shutil.which("mlr"):
        measure("mlr csv -> json lines", "mlr --icsv --ojsonl cat orders.csv", csv, orders)
    measure("sort by customer and time", "LC_ALL=C sort --parallel=2 -S 1G -t, -k3,3 -k2,2 orders.csv", csv, orders)
    for threads in (2, 1) if duckdb else ():
        measure(f"duckdb csv -> json, {threads} threads",
                f"{duckdb} -c \"import duckdb; c=duckdb.connect(config={{'threads':{threads}}}); "
                "c.execute(\\\"copy (select * from 'orders.csv') to '/dev/null' (format json)\\\")\"", csv, orders)


def main():
    print(f"{orders} orders, medians of {runs} runs, {os.cpu_count()} processors")
    make_input()
    csv, events, profiles = (os.path.getsize(path(n)) for n in ("orders.csv", "events", "profiles"))
    yardsticks(csv)
    ingest = f"{tool('cdp-ingest')} -q -s shop --map 'event=\"Order Completed\"' --map time=ordered_at --map shop_id=customer_no"
    for jobs in (1, 2):
        against = "duckdb csv -> json, 2 threads" if duckdb else "mlr csv -> json lines"
        measure(f"cdp-ingest -j {jobs}", f"{ingest} -j {jobs} orders.csv", csv, orders, against)
    for jobs in (1, 2):
        measure(f"cdp-merge -j {jobs}", f"{tool('cdp-merge')} -q -j {jobs} events", events, orders)
    for jobs in (1, 2):
        measure(f"cdp-merge --no-events -j {jobs}", f"{tool('cdp-merge')} -q --no-events -j {jobs} events", events, orders)
    for jobs in (1, 2):
        measure(f"cdp-segment -j {jobs} (head only)", f"{tool('cdp-segment')} -q -j {jobs} -r head.rules profiles", profiles)
    measure("cdp-segment --rfm -j 2", f"{tool('cdp-segment')} -q -j 2 --rfm profiles", profiles)
    for jobs in (1, 2):
        measure(f"cdp-churn --model -j {jobs}", f"{tool('cdp-churn')} -q -j {jobs} --model model.json profiles", profiles)
    measure("cdp-churn (fit) -j 2", f"{tool('cdp-churn')} -q -j 2 profiles", profiles)
    for jobs in (1, 2):
        measure(f"cdp-report overview -j {jobs}", f"{tool('cdp-report')} -q -j {jobs} overview profiles", profiles)
    for jobs in (1, 2):
        j = f"-q -j {jobs}"
        measure(f"the whole pipe -j {jobs}",
                f"{ingest} {j} orders.csv | {tool('cdp-merge')} {j} | {tool('cdp-segment')} {j} -r head.rules | "
                f"{tool('cdp-churn')} {j} --model model.json | {tool('cdp-report')} {j} overview", csv, orders)
    if os.access(tool("tests/bench/bench_codec"), os.X_OK):
        print(subprocess.run([tool("tests/bench/bench_codec")], capture_output=True, text=True).stdout, end="")
    if not os.environ.get("BENCH_DIR"):
        shutil.rmtree(folder)


main()
