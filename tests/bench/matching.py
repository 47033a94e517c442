#!/usr/bin/env python3
"""Times matching by likeness on generated customers of known truth (gen_customers.c).

Usage: matching.py BUILD_FOLDER.  A million records, by default and with about 60 million
pairs; with BENCH=large ten million; then records that are hard on purpose.  Prints
seconds, peak memory, F1 and the largest customer.  RECORDS and RUNS change the size and
the number of runs (medians).
"""
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

build = os.path.abspath(sys.argv[1])
records = int(os.environ.get("RECORDS", "1000000"))
runs = int(os.environ.get("RUNS", "3"))
folder = os.environ.get("BENCH_DIR") or tempfile.mkdtemp(dir=os.environ.get("TMPDIR"))
os.makedirs(folder, exist_ok=True)


def path(name):
    return os.path.join(folder, name)


def merge(events, *options):
    """Seconds, processor seconds and MiB of one run; --stats goes to a file."""
    command = [os.path.join(build, "cdp-merge"), "-q", "-j", "2", "--no-events", "--stats", path("stats"), *options, path(events)]
    start = time.monotonic()
    with open(os.devnull, "w") as out:
        process = subprocess.Popen(command, stdout=out)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit {process.returncode}: {' '.join(command)}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def stats():
    with open(path("stats")) as f:
        return json.load(f)


def measure(name, events, *options, truth=None):
    results = [merge(events, *options) for _ in range(runs)]
    line = f"{name:34} {statistics.median(r[0] for r in results):7.1f} s"
    line += f" {statistics.median(r[1] for r in results):7.1f} s cpu {max(r[2] for r in results):6.0f} MiB"
    pairs = stats().get("matching", {}).get("pairs_compared", 0)
    line += f" {pairs / 1e6:6.1f} M pairs"
    if truth:
        merge(events, *options, "--eval", path(truth))
        told = stats()["eval"]
        line += f"   F1 {told['pairwise']['f1']:.4f}, largest {told['largest']}"
    print(line, flush=True)


def generated(count):
    name = f"customers-{count}"
    if not os.path.exists(path(name)):
        with open(path(name), "w") as out:
            subprocess.run([os.path.join(build, "tests/bench/gen_customers"), str(count), "1", path(name + ".truth")],
                           stdout=out, check=True)
    return name


def event(number, ids, traits):
    return json.dumps({"type": "identify", "id": f"h{number}", "source": "crm", "ids": ids, "traits": traits}) + "\n"


def hostile():
    """What a careless or hostile source sends: the time must not grow with the square."""
    kinds = {
        "one e-mail in 100,000 records": lambda i: event(
            i, {"email": "till@example.com", "crm_id": f"c{i}"},
            {"first_name": f"f{i * 7919 % 9973}", "last_name": f"l{i * 104729 % 9967}"}),
        "all names equal": lambda i: event(i, {"crm_id": f"c{i}"}, {"first_name": "Ann", "last_name": "Lee"} | (
            {"city": f"t{i % 50}"} if i % 2 else {})),
        "all fields null": lambda i: event(i, {"crm_id": f"c{i}"}, {"first_name": None, "last_name": None, "birth_date": ""}),
    }
    for name, make in kinds.items():
        with open(path("hostile"), "w") as out:
            out.writelines(make(i) for i in range(100000))
        measure(name, "hostile", "--match", "fuzzy")
    with open(path("hostile"), "w") as out:
        out.writelines(event(i, {"crm_id": f"c{i}"}, {"first_name": "a" * (1 << 20), "last_name": f"Lee{i}"}) for i in range(50))
    measure("50 names of 1 MiB", "hostile", "--match", "fuzzy")


def main():
    print(f"matching: {records} records, medians of {runs} runs, {os.cpu_count()} processors, -j 2")
    name = generated(records)
    measure(f"{records} records", name, "--match", "fuzzy", truth=name + ".truth")
    measure(f"{records} records, 60 M pairs", name, "--match", "fuzzy", "--pairs", "110", truth=name + ".truth")
    if os.environ.get("BENCH") == "large":
        name = generated(10 * records)
        measure(f"{10 * records} records", name, "--match", "fuzzy", "--pairs", "11", "--memory", "2G", truth=name + ".truth")
    hostile()
    if not os.environ.get("BENCH_DIR"):
        shutil.rmtree(folder)


resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
main()
