#!/usr/bin/env python3
"""Inputs that are not like others, each beside the plain one: no cliff.

Usage: cliffs.py BUILD_FOLDER [--check]     or cliffs.py --make NUMBER, which writes an input

Prints for each kind of input the processor time a byte as a ratio to the plain input of the
same format (best of 3 runs on one core), and the peak memory.  With --check, exit 1 where a
ratio or the memory is beyond its limit; limits leave room for a busy machine.
"""
import os
import random
import subprocess
import sys
import tempfile

build = os.path.abspath(sys.argv[1])
check = "--check" in sys.argv[2:]
making = sys.argv[1] == "--make"
SIZE = 8_000_000
failed = []


def orders(count):
    pick = random.Random(7)
    cities = ["Leipzig", "Utrecht", "Porto", "Gent", "Lyon"]
    for i in range(count):
        n = pick.randrange(200000)
        yield [f"A{i:07}", f"2024-0{1 + n % 9}-{10 + n % 18} 05:55:{10 + n % 50}", str(100000 + n), f"ben.{n}@example.com",
               f"+1 202 555{n % 10000:04}", "Ben", "Okafor", cities[n % 5], f"{10000 + n % 90000}", "DE",
               f"{n % 500}.{10 + n % 90}", "EUR", "web/SPRING10"]


HEAD = "order_id,ordered_at,customer_no,email,phone,first_name,last_name,city,postcode,country,revenue,currency,channel\n"
ROWS = list(orders(SIZE // 125)) if making else []


def csv(cells):
    return HEAD + "".join(cells(i, r) + "\n" for i, r in enumerate(ROWS))


def event(i, more=""):
    r = ROWS[i % len(ROWS)]
    return (f'{{"event":"Order Completed","time":"2024-03-10T05:55:27.000Z","ids":{{"email":"{r[3]}"}},"traits":{{"city":"{r[7]}",'
            f'"first_name":"{r[5]}"}},"props":{{"order_id":"A{i}","revenue":{r[10]},"currency":"EUR"{more}}}}}\n')


def keys(i, first):
    return "".join(f',"k{first + k}":{k}' for k in range(10))


def log(i, agent="Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0"):
    return (f'192.0.2.{i % 200} - - [17/May/2015:10:{i // 60 % 60:02}:{i % 60:02} +0000] "GET /page/{i % 977} HTTP/1.1" 200 {i % 9999} '
            f'"https://www.example.com/" "{agent}"\n')


PLAIN_CSV, PLAIN_JSON, PLAIN_LOG = "csv: plain orders", "ndjson: plain events", "log: plain lines"
# name, text, ratio at most, MiB at most, the plain input to compare with
KINDS = [
    (PLAIN_CSV, lambda: csv(lambda i, r: ",".join(r)), 1, 64, None),
    ("csv: every cell quoted", lambda: csv(lambda i, r: '"' + '","'.join(r) + '"'), 4, 64, PLAIN_CSV),
    ("csv: doubled quotes", lambda: csv(lambda i, r: ",".join(r[:-1]) + ',"the ""web"""'), 10, 64, PLAIN_CSV),
    ("csv: newlines in every row", lambda: csv(lambda i, r: ",".join(r[:-1]) + ',"web\nshop"'), 5, 64, PLAIN_CSV),
    ("csv: one quoted row in a hundred", lambda: csv(lambda i, r: ",".join(r) if i % 100 else '"' + '","'.join(r) + '"'),
     4, 64, PLAIN_CSV),
    ("csv: beyond ASCII", lambda: csv(lambda i, r: ",".join(r).replace("Leipzig", "Köln")), 4, 64, PLAIN_CSV),
    ("csv: fields of 1 MiB", lambda: "order_id,b\n" + "".join(f"{i},{'x' * (1 << 20)}\n" for i in range(8)), 4, 96, PLAIN_CSV),
    ("csv: quoted fields of 1 MiB, lines inside",
     lambda: "order_id,b\n" + "".join(f'{i},"{("x" * 79 + chr(10)) * 13107}"\n' for i in range(8)), 6, 96, PLAIN_CSV),
    ("csv: 10,000 columns", lambda: "order_id," + ",".join(f"c{i}" for i in range(1, 10000)) + "\n" +
     "".join(",".join(f"value{i * k % 97}" for k in range(10000)) + "\n" for i in range(SIZE // 80000)), 12, 128, PLAIN_CSV),
    ("csv: all rows the same", lambda: csv(lambda i, r: ",".join(ROWS[0])), 4, 64, PLAIN_CSV),
    ("csv: every row rejected", lambda: csv(lambda i, r: ",".join(r).replace("2024-", "2024-99-")), 8, 64, PLAIN_CSV),
    (PLAIN_JSON, lambda: "".join(event(i) for i in range(SIZE // 200)), 1, 64, None),
    ("ndjson: escapes in every text", lambda: "".join(event(i).replace("Ben", "B\\u00e9n").replace("EUR", "E\\u0055R")
                                                     for i in range(SIZE // 200)), 5, 64, PLAIN_JSON),
    ("ndjson: as many keys, known", lambda: "".join(event(i, keys(i, 0)) for i in range(SIZE // 300)), 5, 64, PLAIN_JSON),
    ("ndjson: ten new keys in every record", lambda: "".join(event(i, keys(i, 10 * i)) for i in range(SIZE // 300)),
     60, 64, PLAIN_JSON),
    (PLAIN_LOG, lambda: "".join(log(i) for i in range(SIZE // 160)), 1, 64, None),
    ("log: escapes in every line", lambda: "".join(log(i, 'a \\"b\\" \\x41') for i in range(SIZE // 110)), 6, 64, PLAIN_LOG),
    ("log: no visitor twice", lambda: "".join(log(i, f"agent/{i}") for i in range(SIZE // 105)), 6, 64, PLAIN_LOG),
]


def run(path):
    """(processor seconds, MiB) of one run."""
    process = subprocess.Popen([os.path.join(build, "cdp-ingest"), "-q", "-j", "1", "--max-rejects", "100%", "-s", "shop", path],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        failed.append(f"{path}: exit {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    if making:
        sys.stdout.reconfigure(encoding="utf-8")
        sys.stdout.write(KINDS[int(sys.argv[2])][1]())
        return
    plain = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, _, limit, mib_limit, against) in enumerate(KINDS):
            path = os.path.join(folder, "input")
            # By another process: the peak of a child counts its parent's memory, too.
            with open(path, "wb") as f:
                subprocess.run([sys.executable, os.path.abspath(__file__), "--make", str(number)], stdout=f, check=True)
            size = os.path.getsize(path)
            results = [run(path) for _ in range(3)]
            cost = min(r[0] for r in results) / size
            mib = max(r[1] for r in results)
            plain[name] = cost
            ratio = cost / plain[against or name]
            print(f"{name:44} {1e-6 / cost:6.0f} MB/s a core {ratio:6.2f} x the plain {mib:6.0f} MiB", flush=True)
            if ratio > limit:
                failed.append(f"{name}: {ratio:.1f} times the plain, more than {limit}")
            if mib > mib_limit:
                failed.append(f"{name}: {mib:.0f} MiB, more than {mib_limit}")
    for f in failed:
        print(f)
    sys.exit(1 if failed and check else 0)


main()
