"""A million customers as a hashed list for Google, beside the same list by DuckDB's sha256(): time of CPU and
by the clock, median of RUNS.  DUCKDB= names a Python that has the duckdb package.

Usage: activate.py BUILD_FOLDER [CUSTOMERS]
"""
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

build, customers = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
runs = int(os.environ.get("RUNS", "3"))
PROFILE = ('{"type":"profile","id":"%032x","as_of":"2026-03-01T00:00:00.000Z","ids":{"email":["person.%d@example.com"],'
           '"phone":["+1202%07d"]},"traits":{"first_name":"Ann%d","last_name":"Lee","country":"US","postcode":"%05d"},'
           '"consent":{"ads":"granted"},"segments":["vip"],"events":[{"type":"track","id":"%d","time":"2026-02-01T00:00:00.000Z",'
           '"source":"shop","event":"Order Completed","props":{"order_id":"%d","revenue":12.5,"currency":"EUR"}}]}\n')
DUCK = """
import duckdb
duckdb.sql(\"\"\"SET threads=2; COPY (SELECT sha256(CASE WHEN e LIKE '%@gmail.com' THEN
  regexp_replace(replace(split_part(e, '@', 1), '.', ''), '[+].*', '') || '@gmail.com' ELSE e END) AS "Email", sha256(p) AS "Phone",
  sha256(replace(lower(trim(f)), ' ', '')) AS "First Name", sha256(replace(lower(trim(l)), ' ', '')) AS "Last Name", c AS "Country", z AS "Zip"
  FROM (SELECT lower(trim(ids->>'$.email[0]')) e, ids->>'$.phone[0]' p, traits->>'$.first_name' f, traits->>'$.last_name' l,
  traits->>'$.country' c, traits->>'$.postcode' z, consent->>'$.ads' k FROM
  read_json('profiles', format='newline_delimited', columns={ids: 'JSON', traits: 'JSON', consent: 'JSON'}))
  WHERE k = 'granted') TO 'duck.csv' (HEADER)\"\"\")
"""
COMMANDS = [
    ("heads read (cdp-segment, one rule)", [build + "/cdp-segment", "-q", "-j", "2", "-r", "some.rules", "profiles", "-o", "/dev/null"]),
    ("cdp-activate, hashed for Google", [build + "/cdp-activate", "-q", "-j", "2", "--to", "google-customer-match", "--purpose", "ads",
                                         "profiles", "-o", "list.csv"]),
    ("DuckDB sha256(), 2 threads", [os.environ.get("DUCKDB", "python3"), "-c", DUCK]),
]
build = os.path.abspath(build)
COMMANDS = [(what, [os.path.abspath(c[0]) if "/" in c[0] else c[0], *c[1:]]) for what, c in COMMANDS]
os.chdir(tempfile.mkdtemp())
with open("profiles", "w", encoding="utf-8") as out:
    for i in range(customers):
        out.write(PROFILE % (i * 0x9E3779B97F4A7C15 % 2**128, i, i, i % 1000, i % 100000, i, i))
with open("some.rules", "w", encoding="utf-8") as out:
    out.write("us = country = 'US'\n")
times = {what: [] for what, _ in COMMANDS}
for _ in range(runs):
    for what, command in COMMANDS:
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        if subprocess.run(command, stderr=subprocess.DEVNULL).returncode:
            continue
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times[what].append((time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime))
for what, list_ in times.items():
    if not list_:
        print(f"{what}: not here")
        continue
    print(f"{what}: {statistics.median(t for t, _ in list_):.2f} s, {statistics.median(c for _, c in list_):.2f} s of CPU")
