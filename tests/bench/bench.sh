#!/bin/sh
# 2,000,000 generated orders through each tool and the whole pipe, beside the
# peers that are installed, then matching on records of known truth.  ORDERS=,
# RECORDS= and RUNS= change sizes and the number of runs; DUCKDB= names a Python
# that has the duckdb package; BENCH=large adds ten million records (3 GB of disk).
set -e
python3 tests/bench/bench.py "$B"
python3 tests/bench/matching.py "$B"
