#!/usr/bin/env python3
"""Times the tools and their peers in one run and prints medians and ratios.

Usage: bench.py BUILD_FOLDER.  Whole processes, output to /dev/null unless a later step
needs it; medians of RUNS (3), by the clock and of processor time (which a busy machine
changes less); peak memory is the largest of one process.
"""
import gzip
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
peaks = {}
processor = {}
goals = []


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
    _, status, usage = os.wait4(process.pid, 0)
    status = process.returncode = os.waitstatus_to_exitcode(status)
    elapsed = time.monotonic() - start
    found["done"] = True
    watcher.join()
    if status not in (0, 1):
        print(f"  failed ({status}): {command}\n{errors[-500:]}")
        return None
    return elapsed, found["kib"], usage.ru_utime + usage.ru_stime


def measure(name, command, size=None, rows=None, against=None):
    results = [once(command) for _ in range(runs)]
    if None in results:
        return
    elapsed = statistics.median(r[0] for r in results)
    seconds[name] = elapsed
    peaks[name] = max(r[1] for r in results) / 1024
    processor[name] = statistics.median(r[2] for r in results)
    text = f"{name:44} {elapsed:7.2f} s {processor[name]:7.2f} s cpu"
    text += f" {rows / elapsed / 1e6:6.2f} M rows/s" if rows else " " * 16
    text += f" {size / elapsed / 1e6:7.0f} MB/s" if size else " " * 13
    text += f" {max(r[1] for r in results) / 1024:7.0f} MiB"
    if against in seconds:
        text += f"   {seconds[against] / elapsed:.2f} x {against}"
    print(text, flush=True)


def goal(text, value, wanted, unit=""):
    """VALUE as a share of what is WANTED, for the end of the report; None where it was not measured."""
    if value is not None:
        goals.append(f"{text:58} {value:8.2f}{unit} of {wanted:g}{unit}: {100 * value / wanted:.0f} %")


def ratio(slow, fast, of):
    return of[slow] / of[fast] if slow in of and fast in of else None


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


def made_log_line(i):
    return (f'192.0.2.{i % 251} - - [17/May/2015:{i // 3600 % 24:02}:{i // 60 % 60:02}:{i % 60:02} +0000] "GET /page/{i % 977}.html HTTP/1.1" '
            f'200 {i * 37 % 99999} "https://www.example.com/{i % 31}" "Mozilla/5.0 (X11; Linux x86_64; rv:{i % 60 + 60}.0) '
            f'Gecko/20100101 Firefox/{i % 60 + 60}.0"\n')


def make_log():
    """The real Combined log of 10,000 lines, or a made one, over and over: as many lines as orders."""
    real = os.path.join(os.environ.get("CDP_DATA", "../shared/data"), "weblogs/apache_combined_10k.log.gz")
    if os.path.exists(real):
        with gzip.open(real, "rb") as f:
            text = f.read()
    else:
        text = "".join(made_log_line(i) for i in range(10000)).encode()
    with open(path("access.log"), "wb") as f:
        for _ in range(max(1, orders // 10000)):
            f.write(text)
    return text.count(b"\n") * max(1, orders // 10000)


def tenth(name):
    """The first tenth of a file's lines in another."""
    subprocess.run(f"head -n $(($(wc -l < {path(name)}) / 10)) {path(name)} > {path('tenth.' + name)}", shell=True, check=True)
    return "tenth." + name


def bench_logs():
    lines = make_log()
    size = os.path.getsize(path("access.log"))
    if shutil.which("goaccess"):
        measure("goaccess, report as JSON", "goaccess --log-format=COMBINED --no-progress -o report.json access.log", size, lines)
    if shutil.which("mlr"):
        measure("mlr, count by status", "mlr --inidx --ifs ' ' --ojson count-distinct -f 9 access.log", size, lines)
    for jobs in (1, 2):
        measure(f"cdp-ingest of the log -j {jobs}", f"{tool('cdp-ingest')} -q -s web --max-rejects 1% -j {jobs} access.log", size, lines,
                "goaccess, report as JSON")
    if "cdp-ingest of the log -j 2" in seconds:
        goal("log lines a second on 2 cores, millions", lines / seconds["cdp-ingest of the log -j 2"] / 1e6, 1)
        goal("log lines a second of processor time, millions", lines / processor["cdp-ingest of the log -j 2"] / 1e6, 0.5)


def bench_json(events):
    few = tenth("events")
    if shutil.which("jq"):
        measure("jq -c, a tenth of the events", f"jq -c . {few}", os.path.getsize(path(few)), orders // 10)
    if duckdb:
        measure("duckdb json -> json, 2 threads",
                f"{duckdb} -c \"import duckdb; c=duckdb.connect(config={{'threads':2}}); "
                "c.execute(\\\"copy (select * from read_ndjson('events')) to '/dev/null' (format json)\\\")\"", events, orders)
    for jobs in (1, 2):
        measure(f"cdp-ingest of the events -j {jobs}", f"{tool('cdp-ingest')} -q -j {jobs} events", events, orders,
                "duckdb json -> json, 2 threads")
    if "cdp-ingest of the events -j 1" in seconds:
        goal("NDJSON to records, MB/s a core", events / processor["cdp-ingest of the events -j 1"] / 1e6, 400)


def bench_memory():
    """What must not grow with the input: the peak at a tenth of it and at all of it."""
    mapped = "-s shop --map 'event=\"Order Completed\"' --map time=ordered_at --map id=order_id"
    for name, options in (("orders.csv", mapped), ("events", "-s shop"), ("access.log", "-s web --max-rejects 1%")):
        for file in (tenth(name), name):
            measure(f"cdp-ingest -j 2 of {file}", f"{tool('cdp-ingest')} -q -j 2 {options} {file}", os.path.getsize(path(file)))
        big, small = peaks.get(f"cdp-ingest -j 2 of {name}"), peaks.get(f"cdp-ingest -j 2 of tenth.{name}")
        if big and small:
            goals.append(f"peak memory of {name}, ten times the input: {big:.0f} MiB beside {small:.0f} MiB")


def main():
    print(f"{orders} orders, medians of {runs} runs, {os.cpu_count()} processors")
    make_input()
    csv, events, profiles = (os.path.getsize(path(n)) for n in ("orders.csv", "events", "profiles"))
    yardsticks(csv)
    ingest = f"{tool('cdp-ingest')} -q -s shop --map 'event=\"Order Completed\"' --map time=ordered_at --map shop_id=customer_no"
    for jobs in (1, 2):
        against = "duckdb csv -> json, 2 threads" if duckdb else "mlr csv -> json lines"
        measure(f"cdp-ingest -j {jobs}", f"{ingest} -j {jobs} orders.csv", csv, orders, against)
    goal("CSV to records, times the speed of DuckDB", ratio("duckdb csv -> json, 2 threads", "cdp-ingest -j 2", seconds), 2)
    goal("CSV to records, DuckDB's processor time in ours", ratio("duckdb csv -> json, 2 threads", "cdp-ingest -j 2", processor), 2)
    bench_json(events)
    bench_logs()
    bench_memory()
    for jobs in (1, 2):
        measure(f"cdp-merge -j {jobs}", f"{tool('cdp-merge')} -q -j {jobs} events", events, orders)
    goal("exact merge on 2 cores, times the speed of 2 million in 3 s",
         3 * orders / 2e6 / seconds["cdp-merge -j 2"] if "cdp-merge -j 2" in seconds else None, 1)
    sought = ["nobody@example.net", "+12025550143", "c0ffee00112233445566"]
    measure("grep -F, 3 texts", "LC_ALL=C grep -cF " + " ".join(f"-e {s}" for s in sought) + " events", events, orders)
    measure("cdp-forget, 3 identifiers in all spellings", f"{tool('cdp-forget')} -q -n -r email={sought[0]} -r phone={sought[1]} "
            f"-r anonymous_id={sought[2]} events", events, orders, "grep -F, 3 texts")
    goal("a search in all spellings, processor time of grep -F in ours",
         ratio("grep -F, 3 texts", "cdp-forget, 3 identifiers in all spellings", processor), 1)
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
    print("\nThe goals:")
    for text in goals:
        print("  " + text)
    print("\nUnusual input:", flush=True)
    subprocess.run([sys.executable, os.path.join(os.path.dirname(os.path.abspath(__file__)), "cliffs.py"), build])
    if not os.environ.get("BENCH_DIR"):
        shutil.rmtree(folder)


main()
